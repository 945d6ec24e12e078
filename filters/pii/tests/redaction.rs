//! The rules of placeholders: numbers, literals, restoring, JSON.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use pii::{
    Action, Actions, AnswerStream, EntityType, HashKey, MAX_HELD_BYTES, MAX_RESTORED_BYTES,
    Outcome, Prepared, Replacement, Rule, Scanner, Syntax, Text, Treat, Treatment, Validator,
    Vault, answer, apply, redact, redact_unnumbered,
};

fn scanner() -> Scanner {
    Scanner::new(&EntityType::ALL).unwrap()
}

/// The texts of one request, redacted in order; all of them reserve their literals first.
fn check_request(syntax: Syntax, texts: &[&str], expected: &[&str]) {
    check_actions(&Actions::new(), syntax, texts, expected);
}

fn check_actions(actions: &Actions, syntax: Syntax, texts: &[&str], expected: &[&str]) {
    let (scanner, mut vault) = (scanner(), Vault::new());
    texts
        .iter()
        .for_each(|text| vault.reserve_literals(&scanner, &Prepared::new(Text::plain(text))));
    for (text, expected) in texts.iter().zip(expected) {
        let whole = Text { text, label: "", syntax };
        let replacements = redact(&scanner, actions, &mut vault, whole);
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
        &["[EMAIL_01] [EMAIL] [email_1] [EMAIL_2]"],
    );
    check_request(
        Syntax::Text,
        &["[PHONE_4155552671] [CREDIT_CARD_4111111111111111]"],
        &["[PHONE_4155552671] [CREDIT_CARD_4111111111111111]"],
    );
    // Escaped ones too, which an answer may repeat.
    for literal in ["EMAIL%5F1", "EMAIL&lowbar;1", "EMAIL_&#49;", "%5BEMAIL 1%5D"] {
        check_request(
            Syntax::Text,
            &[&format!("{literal} a@x.io")],
            &[&format!("{literal} [EMAIL_2]")],
        );
    }
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
        &[r#"{"u":"[EMAIL_1]","w":"C:\\[EMAIL_2]","k":"[SECRET_1]"}"#],
    );
}

fn check_answer(syntax: Syntax, redacted: bool, text: &str, expected: &str) {
    let (scanner, actions, mut vault) = (scanner(), Actions::new(), Vault::new());
    vault.reserve_literals(&scanner, &Prepared::new(Text::plain("[EMAIL_2]")));
    vault.placeholder(EntityType::Email, "a@x.io", true);
    vault.placeholder(EntityType::Email, "o\"b\\c\n@x.io", true);
    vault.placeholder(EntityType::Secret, "ghp_abcdefghijklmnopqrstuvwxyz0123456789", false);
    let treat = Treat { scanner: &scanner, actions: &actions, vault: &vault };
    let replacements = answer(treat, Text { text, label: "", syntax }, redacted);
    assert_eq!(apply(text, &replacements), expected);
    let (mut stream, mut out) = (AnswerStream::new(syntax, redacted), String::new());
    stream.push(text, treat, &mut out);
    stream.finish(treat, &mut out);
    assert_eq!(out, expected);
    let of_answer = replacements.iter().filter(|replacement| replacement.finding.is_some()).count();
    let of_stream: u32 = stream.counts().map(|(_, _, count)| count).sum();
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
    text("[EMAIL_1][EMAIL_3][EMAIL_1", "a@x.ioo\"b\\c\n@x.io[a@x.io");
    check_answer(Syntax::Text, false, "[EMAIL_1] z@x.io", "a@x.io z@x.io");
    let json = |text, expected| check_answer(Syntax::JsonFragment, true, text, expected);
    json(
        r#"{"to":"[EMAIL_3]","cc":[EMAIL_1],"n":4111111111111111}"#,
        r#"{"to":"o\"b\\c\n@x.io","cc":"a@x.io","n":"[CREDIT_CARD]"}"#,
    );
    json(r#"{"t":"\n[EMAIL_1]\nz@x.io\\"}"#, r#"{"t":"\na@x.io\n[EMAIL]\\"}"#);
}

/// A model writes placeholders as it likes.
#[test]
fn altered_placeholders_are_restored() {
    let text = |text: &str, expected: &str| check_answer(Syntax::Text, true, text, expected);
    for altered in [
        "[email_1]",
        "[Email_1]",
        "[ EMAIL_1 ]",
        "[EMAIL 1]",
        "[EMAIL-1]",
        "[EMAIL1]",
        "EMAIL_1",
        r"[EMAIL\_1]",
        r"\[EMAIL\_1\]",
        r"EMAIL\_1",
        "&#91;EMAIL_1&#93;",
        "&lsqb;EMAIL_1&rsqb;",
        "%5BEMAIL_1%5D",
        "\u{ff3b}EMAIL_1\u{ff3d}",
        "[EMAIL\u{200b}_1]",
        "\u{3010}EMAIL_1\u{3011}",
        "[**EMAIL_1**]",
    ] {
        text(&format!("to {altered}, please"), "to a@x.io, please");
    }
    text("**[EMAIL_1]** `[EMAIL_1]` <[EMAIL_1]>", "**a@x.io** `a@x.io` <a@x.io>");
    text("[EMAIL_1, EMAIL_3]", "[a@x.io, o\"b\\c\n@x.io]");
    // Names of a program, other numbers, and what is only like one.
    text(
        "email_1 EMAIL_10 MY_EMAIL_1 EMAIL_1x [EMAIL_01]",
        "email_1 EMAIL_10 MY_EMAIL_1 EMAIL_1x [EMAIL_01]",
    );
    let json = |text, expected| check_answer(Syntax::JsonFragment, true, text, expected);
    json(r#"{"a":"\u005bEMAIL_1\u005d","b":"[EMAIL\\_1]"}"#, r#"{"a":"a@x.io","b":"a@x.io"}"#);
}

#[test]
fn one_value_has_one_number() {
    check_request(
        Syntax::Text,
        &[
            "card 4111 1111 1111 1111, 4111-1111-1111-1111 and \u{ff14}111111111111111; A@x.io, a@X.io",
        ],
        &["card [CREDIT_CARD_1], [CREDIT_CARD_1] and [CREDIT_CARD_1]; [EMAIL_1], [EMAIL_1]"],
    );
}

#[test]
fn actions_by_type() {
    let mut actions = Actions::new();
    let set = |actions: &mut Actions, entity, action, shadow| {
        actions.set(entity, Treatment { action, shadow });
    };
    set(&mut actions, EntityType::CreditCard, Action::Mask, false);
    set(&mut actions, EntityType::IpAddress, Action::Allow, false);
    set(&mut actions, EntityType::Iban, Action::Redact { restore: true }, true);
    set(&mut actions, EntityType::Email, Action::Hash, false);
    actions.set_key(HashKey::new(b"0123456789abcdef").unwrap());
    actions.allow("*@corp.example");
    check_actions(
        &actions,
        Syntax::Text,
        &["4111 1111 1111 1111, 10.1.2.3, DE89 3704 0044 0532 0130 00, bob@corp.example"],
        &["**** **** **** 1111, 10.1.2.3, DE89 3704 0044 0532 0130 00, bob@corp.example"],
    );
    let hashed = |actions: &Actions, text| {
        apply(text, &redact(&scanner(), actions, &mut Vault::new(), Text::plain(text)))
    };
    let first = hashed(&actions, "a@x.io");
    assert!(
        first.starts_with("[EMAIL:") && first.len() == "[EMAIL:0123456789abcdef]".len(),
        "{first}"
    );
    assert_eq!(hashed(&actions, "A@X.io"), first);
    actions.set_key(HashKey::new(b"another key of the other tenant").unwrap());
    assert_ne!(hashed(&actions, "a@x.io"), first);
}

#[test]
fn blocked_and_shadowed_are_told() {
    let mut actions = Actions::new();
    actions.set(EntityType::Email, Treatment { action: Action::Block, shadow: false });
    actions.set(EntityType::IpAddress, Treatment { action: Action::Block, shadow: true });
    let (scanner, mut vault) = (scanner(), Vault::new());
    redact(&scanner, &actions, &mut vault, Text::plain("a@x.io b@x.io 10.1.2.3"));
    let counts: Vec<_> = vault.counts().collect();
    assert_eq!(
        counts,
        [(EntityType::Email, Outcome::Blocked, 2), (EntityType::IpAddress, Outcome::Shadowed, 1)]
    );
}

#[test]
fn rules_of_a_policy() {
    let entity = EntityType::custom("EMPLOYEE_ID").unwrap();
    let texts =
        |texts: &[&str]| -> Vec<String> { texts.iter().map(|text| (*text).to_owned()).collect() };
    let rule = Rule::new("employee_id", entity, "E-[0-9]{6}").unwrap();
    let rule =
        rule.with_tests(&texts(&["I am E-123456."]), &texts(&["E-12345", "CODE-123456"])).unwrap();
    let cued = Rule::new("badge", entity, "[0-9]{6}")
        .unwrap()
        .with_cues(&texts(&["badge", "badge number"]))
        .unwrap();
    let scanner = Scanner::with_rules(&[EntityType::Email, entity], &[rule, cued]).unwrap();
    let mut vault = Vault::new();
    let text = "E-123456 wrote to a@x.io, badge number 654321, room 654322";
    let replacements = redact(&scanner, &Actions::new(), &mut vault, Text::plain(text));
    assert_eq!(
        apply(text, &replacements),
        "[EMPLOYEE_ID_1] wrote to [EMAIL_1], badge number [EMPLOYEE_ID_2], room 654322"
    );
    let treat = Treat { scanner: &scanner, actions: &Actions::new(), vault: &vault };
    // The digits of a rule may be a part of a number, which nothing can replace in JSON.
    let digits = Rule::new("digits", entity, "[0-9]{3}").unwrap();
    let digits = Scanner::with_rules(&[], &[digits]).unwrap();
    let text = r#"{"part":12345,"whole":123,"said":"12345"}"#;
    let json = Text { text, label: "", syntax: Syntax::JsonFragment };
    let unrestored = Treat { scanner: &digits, actions: &Actions::new(), vault: &Vault::new() };
    assert_eq!(
        apply(text, &answer(unrestored, json, true)),
        r#"{"part":12345,"whole":"[EMPLOYEE_ID]","said":"[EMPLOYEE_ID]45"}"#
    );
    let text = "[EMPLOYEE_ID_1] and E-999999";
    assert_eq!(apply(text, &answer(treat, Text::plain(text), true)), "E-123456 and [EMPLOYEE_ID]");
}

/// A rule that looks ahead for its cue takes none away from what stands before.
#[test]
fn rules_leave_other_cues_alone() {
    let entity = EntityType::custom("EMPLOYEE_ID").unwrap();
    let rule = Rule::new("employee_id", entity, "EMP-[0-9]{5}").unwrap();
    let rule = rule.with_cues(&["employee".to_owned()]).unwrap();
    let mut types = EntityType::ALL.to_vec();
    types.push(entity);
    let scanner = Scanner::with_rules(&types, &[rule]).unwrap();
    let prose = "This is what was said, and nobody minded at all. ".repeat(4);
    let text = format!("SSN: 078051120. {prose}Employee EMP-12345");
    let mut vault = Vault::new();
    let replacements = redact(&scanner, &Actions::new(), &mut vault, Text::plain(&text));
    let expected = format!("SSN: [NATIONAL_ID_1]. {prose}Employee [EMPLOYEE_ID_1]");
    assert_eq!(apply(&text, &replacements), expected);
}

#[test]
fn bad_rules_are_refused() {
    let entity = EntityType::custom("X_Y").unwrap();
    for (pattern, expected) in [
        (
            "[0-9]+",
            "rule `r`: its pattern may match more than 256 bytes; bound repetitions, as in {1,64}",
        ),
        ("(", "rule `r`: its pattern isn't a valid regular expression"),
        ("(?=a)b", "rule `r`: its pattern isn't a valid regular expression"),
        ("a?", "rule `r`: its pattern matches nothing, or the empty text"),
    ] {
        assert_eq!(Rule::new("r", entity, pattern).unwrap_err().to_string(), expected);
    }
    let tried = Rule::new("r", entity, "[0-9]{4}").unwrap().with_validator(Validator::Luhn);
    let tried = tried.with_tests(&["1234".to_owned()], &[]).unwrap();
    let error = Scanner::with_rules(&[entity], &[tried]).unwrap_err();
    assert_eq!(error.to_string(), "rule `r`: it finds nothing in its test text finds[0]");
    assert!(EntityType::custom("lower").is_err() && EntityType::custom("_A").is_err());
}

#[test]
fn unnumbered() {
    let text = "a@x.io, 10.0.0.1, a@x.io";
    let replacements = redact_unnumbered(&scanner(), Text::plain(text));
    assert_eq!(apply(text, &replacements), "[EMAIL], [IP_ADDRESS], [EMAIL]");
}

/// The key under which a value stands says what it is.
#[test]
fn labels_are_cues() {
    let labelled = |label, text| {
        let text = Text { text, label, syntax: Syntax::Text };
        apply(text.text, &redact(&scanner(), &Actions::new(), &mut Vault::new(), text))
    };
    assert_eq!(labelled("ssn", "078051120"), "[NATIONAL_ID_1]");
    assert_eq!(labelled("userSsn", "078051120"), "[NATIONAL_ID_1]");
    assert_eq!(labelled("size", "078051120"), "078051120");
}

#[test]
fn a_vault_counts_findings_and_shows_nothing_else() {
    let (scanner, mut vault) = (scanner(), Vault::new());
    assert!(vault.is_empty());
    redact(&scanner, &Actions::new(), &mut vault, Text::plain("a@x.io b@x.io a@x.io 10.0.0.1"));
    let counts: Vec<_> = vault.counts().collect();
    assert_eq!(
        counts,
        [(EntityType::Email, Outcome::Redacted, 3), (EntityType::IpAddress, Outcome::Redacted, 1)]
    );
    assert!(!format!("{vault:?}").contains("x.io"));
    let replacement = Replacement { range: 0..9, text: "a@x.io".to_owned(), finding: None };
    assert!(!format!("{replacement:?}").contains("a@x.io"));
}

/// What comes beyond is redacted all the same, without a way back.
#[test]
fn a_full_vault_gives_no_more_numbers() {
    let mut vault = Vault::new();
    let half = "a".repeat(MAX_HELD_BYTES / 2);
    let mut secret = |text: &str| vault.placeholder(EntityType::Secret, text, true);
    assert_eq!(secret(&half), "[SECRET_1]");
    assert_eq!(secret(&half.replace('a', "b")), "[SECRET]");
    assert_eq!(secret(&half), "[SECRET_1]");
    assert_eq!(vault.placeholder(EntityType::Email, "a@x.io", true), "[EMAIL_1]");
    let given = (0..MAX_HELD_BYTES / 100).filter(|number| {
        vault.placeholder(EntityType::Email, &number.to_string(), true) != "[EMAIL]"
    });
    assert!(given.count() < MAX_HELD_BYTES / 200);
}

#[test]
fn an_answer_grows_only_so_far() {
    let (scanner, actions, mut vault) = (scanner(), Actions::new(), Vault::new());
    let secret = "s".repeat(MAX_RESTORED_BYTES / 4);
    vault.placeholder(EntityType::Secret, &secret, true);
    vault.close();
    let text = "[SECRET_1]".repeat(6);
    let treat = Treat { scanner: &scanner, actions: &actions, vault: &vault };
    let restored = apply(&text, &answer(treat, Text::plain(&text), true));
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
