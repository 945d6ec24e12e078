//! The rules of placeholders: numbers, literals, restoring, JSON.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use pii::{
    AnswerStream, EntityType, MAX_HELD_BYTES, MAX_RESTORED_BYTES, Replacement, Scanner, Syntax,
    Vault, answer, apply, redact, redact_unnumbered,
};

fn scanner() -> Scanner {
    Scanner::new(&EntityType::ALL).unwrap()
}

/// The texts of one request, redacted in order; all of them reserve their literals first.
fn check_request(syntax: Syntax, texts: &[&str], expected: &[&str]) {
    let (scanner, mut vault) = (scanner(), Vault::new());
    texts.iter().for_each(|text| vault.reserve_literals(text));
    for (text, expected) in texts.iter().zip(expected) {
        let replacements = redact(&scanner, &mut vault, text, syntax);
        assert_eq!(apply(text, &replacements), *expected);
    }
}

#[test]
fn numbers_follow_first_appearance() {
    let turns = ["I am a@x.io, she is b@x.io", "a@x.io wrote", "c@x.io and 10.0.0.1"];
    let expected =
        ["I am [EMAIL_1], she is [EMAIL_2]", "[EMAIL_1] wrote", "[EMAIL_3] and [IP_ADDRESS_1]"];
    for turn in 1..=turns.len() {
        check_request(Syntax::Text, &turns[..turn], &expected[..turn]);
    }
}

#[test]
fn literals_keep_their_numbers() {
    check_request(
        Syntax::Text,
        &["a@x.io", "what is [EMAIL_1]?"],
        &["[EMAIL_2]", "what is [EMAIL_1]?"],
    );
    check_request(
        Syntax::Text,
        &["[EMAIL_1] [EMAIL_2] [PHONE_1] a@x.io"],
        &["[EMAIL_1] [EMAIL_2] [PHONE_1] [EMAIL_3]"],
    );
    check_request(
        Syntax::Text,
        &["[EMAIL_01] [EMAIL] [email_1] a@x.io"],
        &["[EMAIL_01] [EMAIL] [email_1] [EMAIL_1]"],
    );
    check_request(
        Syntax::Text,
        &["[PHONE_4155552671] [CREDIT_CARD_4111111111111111]"],
        &["[PHONE_4155552671] [CREDIT_CARD_4111111111111111]"],
    );
}

#[test]
fn json_stays_json() {
    check_request(
        Syntax::JsonFragment,
        &[
            r#"{"t":"\nbob@x.io\n","n":4111111111111111,"m":-4111111111111111,"s":"4111111111111111"}"#,
        ],
        &[
            r#"{"t":"\n[EMAIL_1]\n","n":"[CREDIT_CARD_1]","m":-4111111111111111,"s":"[CREDIT_CARD_1]"}"#,
        ],
    );
    check_request(
        Syntax::JsonFragment,
        &[
            r#"{"u":"\u0041bob@x.io","w":"C:\\bob@x.io","k":"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n"}"#,
        ],
        &[r#"{"u":"\u0041[EMAIL_1]","w":"C:\\[EMAIL_1]","k":"[SECRET_1]"}"#],
    );
}

fn check_answer(syntax: Syntax, redacted: bool, text: &str, expected: &str) {
    let mut vault = Vault::with_policy(&[EntityType::Secret]);
    vault.reserve_literals("[EMAIL_2]");
    vault.placeholder(EntityType::Email, "a@x.io");
    vault.placeholder(EntityType::Email, "o\"b\\c\n@x.io");
    vault.placeholder(EntityType::Secret, "ghp_abcdefghijklmnopqrstuvwxyz0123456789");
    let scanner = scanner();
    let replacements = answer(&scanner, &vault, text, syntax, redacted);
    assert_eq!(apply(text, &replacements), expected);
    let (mut stream, mut out) = (AnswerStream::new(syntax, redacted), String::new());
    stream.push(text, &scanner, &vault, &mut out);
    stream.finish(&scanner, &vault, &mut out);
    assert_eq!(out, expected);
    let of_answer =
        replacements.iter().filter(|replacement| replacement.redacted.is_some()).count();
    let of_stream: u32 = stream.counts().map(|(_, count)| count).sum();
    assert_eq!(usize::try_from(of_stream).unwrap(), of_answer);
}

#[test]
fn answers() {
    let text = |text, expected| check_answer(Syntax::Text, true, text, expected);
    // What is restored isn't redacted, what the model adds is, without a number.
    text("Mail [EMAIL_1] or z@x.io or a@x.io", "Mail a@x.io or [EMAIL] or [EMAIL]");
    // Literals of the prompt, placeholders that nobody made, and types that aren't restored stay.
    text(
        "[EMAIL_2] [EMAIL_9] [PHONE_1] [SECRET_1] [EMAIL]",
        "[EMAIL_2] [EMAIL_9] [PHONE_1] [SECRET_1] [EMAIL]",
    );
    text("[EMAIL_1][EMAIL_3][EMAIL_1", "a@x.ioo\"b\\c\n@x.io[EMAIL_1");
    check_answer(Syntax::Text, false, "[EMAIL_1] z@x.io", "a@x.io z@x.io");
    let json = |text, expected| check_answer(Syntax::JsonFragment, true, text, expected);
    json(
        r#"{"to":"[EMAIL_3]","cc":[EMAIL_1],"n":4111111111111111}"#,
        r#"{"to":"o\"b\\c\n@x.io","cc":"a@x.io","n":"[CREDIT_CARD]"}"#,
    );
    json(r#"{"t":"\n[EMAIL_1]\nz@x.io\\"}"#, r#"{"t":"\na@x.io\n[EMAIL]\\"}"#);
}

#[test]
fn unnumbered() {
    let text = "a@x.io, 10.0.0.1, a@x.io";
    let replacements = redact_unnumbered(&scanner(), text, Syntax::Text);
    assert_eq!(apply(text, &replacements), "[EMAIL], [IP_ADDRESS], [EMAIL]");
}

#[test]
fn a_vault_counts_findings_and_shows_nothing_else() {
    let (scanner, mut vault) = (scanner(), Vault::new());
    assert!(vault.is_empty());
    redact(&scanner, &mut vault, "a@x.io b@x.io a@x.io 10.0.0.1", Syntax::Text);
    let counts: Vec<_> = vault.counts().collect();
    assert_eq!(counts, [(EntityType::Email, 3), (EntityType::IpAddress, 1)]);
    assert_eq!(format!("{vault:?}"), r#"{"EMAIL": 3, "IP_ADDRESS": 1}"#);
    assert_eq!(vault.original("[EMAIL_2]"), Some("b@x.io"));
    assert_eq!(vault.original("[EMAIL_2] "), None);
    let replacement = Replacement { range: 0..9, text: "a@x.io".to_owned(), redacted: None };
    assert!(!format!("{replacement:?}").contains("a@x.io"));
}

/// What comes beyond is redacted all the same, without a way back.
#[test]
fn a_full_vault_gives_no_more_numbers() {
    let mut vault = Vault::new();
    let half = "a".repeat(MAX_HELD_BYTES / 2);
    assert_eq!(vault.placeholder(EntityType::Secret, &half), "[SECRET_1]");
    assert_eq!(vault.placeholder(EntityType::Secret, &half.replace('a', "b")), "[SECRET]");
    assert_eq!(vault.placeholder(EntityType::Secret, &half), "[SECRET_1]");
    assert_eq!(vault.placeholder(EntityType::Email, "a@x.io"), "[EMAIL_1]");
    let given = (0..MAX_HELD_BYTES / 100)
        .filter(|number| vault.placeholder(EntityType::Email, &number.to_string()) != "[EMAIL]");
    assert!(given.count() < MAX_HELD_BYTES / 200);
}

#[test]
fn an_answer_grows_only_so_far() {
    let (scanner, mut vault) = (scanner(), Vault::new());
    let secret = "s".repeat(MAX_RESTORED_BYTES / 4);
    vault.placeholder(EntityType::Secret, &secret);
    vault.close();
    let text = "[SECRET_1]".repeat(6);
    let restored = apply(&text, &answer(&scanner, &vault, &text, Syntax::Text, true));
    assert_eq!(restored, secret.repeat(4) + "[SECRET_1][SECRET_1]");
}

/// The sidecar shares one scanner between its threads.
#[test]
fn a_scanner_is_shared() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&scanner());
}

#[test]
fn names_are_read_and_written() {
    for entity in EntityType::ALL {
        assert_eq!(entity.as_str().parse(), Ok(entity));
    }
    assert!("email".parse::<EntityType>().is_err());
}
