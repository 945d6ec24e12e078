//! What is found, and what must not be.
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test may panic")]

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::ops::Range;

use pii::{EntityType, Scanner};

/// `marked` has its findings in `⟦TYPE…⟧`.
fn check(marked: &str) {
    let scanner = Scanner::new(&EntityType::ALL).unwrap();
    check_with(&scanner, marked);
}

fn check_with(scanner: &Scanner, marked: &str) {
    let mut text = String::new();
    let mut expected = Vec::new();
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('⟦') {
        let (inner, after) = after.split_once('⟧').unwrap();
        let (name, found) = inner.split_once('|').unwrap();
        text.push_str(before);
        let start = text.len();
        text.push_str(found);
        expected.push((start..text.len(), name.to_owned()));
        rest = after;
    }
    text.push_str(rest);
    let found: Vec<_> = scanner
        .find(&text)
        .into_iter()
        .map(|finding| (finding.range, finding.entity.as_str().to_owned()))
        .collect();
    let show = |rows: &[(Range<usize>, String)]| -> Vec<String> {
        rows.iter().map(|(range, name)| format!("{name}|{}", &text[range.clone()])).collect()
    };
    assert_eq!(show(&found), show(&expected), "{marked}");
    assert_eq!(found, expected, "{marked}");
}

fn check_all(rows: &str) {
    let scanner = Scanner::new(&EntityType::ALL).unwrap();
    for row in rows.lines() {
        check_with(&scanner, row);
    }
}

#[test]
fn findings() {
    check_all(include_str!("data/findings.txt"));
    check_all(include_str!("data/europe.txt"));
    check_all(include_str!("data/numbers.txt"));
    check_all(include_str!("data/phones.txt"));
    check_all(include_str!("data/addresses.txt"));
    check_all(include_str!("data/births.txt"));
    check_all(include_str!("data/people.txt"));
    check_all(include_str!("data/postal.txt"));
}

#[test]
fn credentials() {
    check_all(include_str!("data/named.txt"));
    check_all(include_str!("data/wallets.txt"));
    check_all(include_str!("data/emails.txt"));
    // A `¦` within keeps scanners of repositories from taking these for real ones.
    check_all(&include_str!("data/credentials.txt").replace('¦', ""));
}

/// A key outside of the text, the header of a column, a label on the line before.
#[test]
fn labels_name_credentials() {
    let scanner = Scanner::new(&EntityType::ALL).unwrap();
    for (label, text, found) in [
        ("password", "hunter2", true),
        ("user.dbPassword", "Tr0ub4dor&3", true),
        ("apiKey", "9f86d081884c7d659a2feaa0c55ad015", true),
        ("comment", "hunter2", false),
        ("password", "${DB_PASSWORD}", false),
        ("password_hint", "hunter2", false),
    ] {
        let whole = found.then_some(0..text.len());
        let first = scanner.find_labelled(text, label).into_iter().next();
        assert_eq!(first.map(|finding| finding.range), whole, "{label}: {text}");
    }
    check("name,password,plan\nbob,⟦SECRET|hunter2x⟧,basic\nann,⟦SECRET|s3cr3t99⟧,team\n");
    check("| user | api_key |\n|---|---|\n| bob | ⟦SECRET|9f86d081884c7d659a2feaa0c55ad015⟧ |\n");
    // A column that is first asked whether it holds secrets.
    let row = "9f86d081884c7d659a2f;abcdEF12345678901234;x\n";
    let (head, born) =
        ("number;born on;what was heard of them since, if anything", "⟦DATE_OF_BIRTH|12.05.1980⟧");
    check(&format!("{head}\n{}1;{born};x\n", row.repeat(3)));
    check("Temporary password:\n⟦SECRET|Winter2024!⟧\n");
    check("Please find my sort code below.\n\n⟦BANK_ROUTING|21-27-86⟧\n\nThanks");
    check("assistant: Your sort code, please.\nuser: ⟦BANK_ROUTING|21-27-86⟧");
}

#[test]
fn no_findings() {
    check_all(include_str!("data/clean.txt"));
    check_all(include_str!("data/clean_europe.txt"));
    check_all(include_str!("data/clean_numbers.txt"));
    check_all(include_str!("data/clean_phones.txt"));
    check_all(include_str!("data/clean_addresses.txt"));
    check_all(include_str!("data/clean_births.txt"));
    check_all(include_str!("data/clean_people.txt"));
    check_all(include_str!("data/clean_postal.txt"));
}

#[test]
fn private_keys_are_whole_blocks() {
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDf\nabcdefghijklmnop+/==";
    for row in [
        format!("⟦SECRET|-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----⟧\nrest"),
        format!(
            "key: ⟦SECRET|-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\nDEK-Info: AES-128-CBC,AB\r\n\r\n{body}\r\n-----END RSA PRIVATE KEY-----⟧."
        ),
        format!(
            "⟦SECRET|-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n{body}\n-----END PGP PRIVATE KEY BLOCK-----⟧"
        ),
        format!(
            r#""⟦SECRET|-----BEGIN EC PRIVATE KEY-----\n{body}\n-----END EC PRIVATE KEY-----⟧\n""#
        ),
        format!("⟦SECRET|-----BEGIN OPENSSH PRIVATE KEY-----\n{body}⟧\" cut"),
        format!(
            "⟦SECRET|-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----⟧ bye",
            body.repeat(100)
        ),
        "A line -----BEGIN PRIVATE KEY----- means that a key follows.".to_owned(),
        "-----BEGIN PUBLIC KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PUBLIC KEY-----"
            .to_owned(),
    ] {
        check(&row);
    }
}

#[test]
fn only_the_chosen_types_are_found() {
    let scanner = Scanner::new(&[EntityType::Email]).unwrap();
    check_with(&scanner, "⟦EMAIL|bob@example.com⟧ 4111 1111 1111 1111 10.0.0.1");
    let scanner = Scanner::new(&[]).unwrap();
    check_with(&scanner, "bob@example.com 4111 1111 1111 1111 10.0.0.1");
}

/// Refusals are bounded: if they weren't, these would take hours.
#[test]
fn hostile_texts_end() {
    let scanner = Scanner::new(&EntityType::ALL).unwrap();
    for unit in [
        "a.",
        "a@",
        "eyJaaaaaaaaaa-",
        "1234 4111 ",
        "1.",
        "f:",
        "DE12 ",
        "+1 (",
        "-----BEGIN PRIVATE KEY",
        "a.a.a.a@b.co-",
        "Anna ",
        "my name is ",
        "Dear Anna Maria ",
        "12 Main Street, Foo, ",
        "12 rue de la ",
        "\"address\": \"12 Foo Bar ",
        "\u{738b}\u{5148}",
    ] {
        let text = unit.repeat(30_000);
        let found = scanner.find(&text);
        assert!(found.iter().all(|finding| text.get(finding.range.clone()).is_some()), "{unit}");
    }
}
