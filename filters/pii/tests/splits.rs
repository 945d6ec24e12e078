//! However an answer is cut, the same comes out, and no more is held back than published.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[path = "splits/mixed.rs"]
mod mixed;

use pii::{
    Actions, AnswerStream, EntityType, MAX_HOLD_BACK_BYTES, Scanner, Syntax, Text, Treat, Vault,
    answer, apply,
};

struct Case {
    scanner: Scanner,
    actions: Actions,
    vault: Vault,
    syntax: Syntax,
    redact: bool,
}

impl Case {
    fn new(syntax: Syntax, redact: bool) -> Self {
        let scanner = Scanner::new(&EntityType::ALL).unwrap();
        let mut vault = Vault::new();
        vault.placeholder(EntityType::Email, "alice@home.example", true);
        vault.placeholder(EntityType::Email, "\"quoted\"\\\n@home.example", true);
        vault.placeholder(EntityType::CreditCard, "4242424242424242", false);
        Self { scanner, actions: Actions::new(), vault, syntax, redact }
    }

    fn treat(&self) -> Treat<'_> {
        Treat { scanner: &self.scanner, actions: &self.actions, vault: &self.vault }
    }

    /// What comes out of `pieces`, and the most that was held back.
    fn streamed<'t>(&self, pieces: impl Iterator<Item = &'t str>) -> (String, usize) {
        let mut stream = AnswerStream::new(self.syntax, self.redact);
        let (mut out, mut held) = (String::new(), 0);
        for piece in pieces {
            stream.push(piece, self.treat(), &mut out);
            held = held.max(stream.held_bytes());
        }
        stream.finish(self.treat(), &mut out);
        assert_eq!(stream.held_bytes(), 0);
        (out, held)
    }

    fn whole(&self, text: &str) -> String {
        let whole = Text { text, label: "", syntax: self.syntax };
        apply(text, &answer(self.treat(), whole, self.redact))
    }

    /// Every cut into two, every character alone, and cuts by chance.
    fn check_every_split(&self, text: &str) {
        let whole = self.whole(text);
        let check = |pieces: &mut dyn Iterator<Item = &str>, how: &dyn std::fmt::Debug| {
            let (out, held) = self.streamed(pieces);
            assert_eq!(out, whole, "{how:?} of {text}");
            assert!(held <= MAX_HOLD_BACK_BYTES, "{held} bytes held, {how:?} of {text}");
        };
        check(&mut [text].into_iter(), &"whole");
        check(&mut text.split_inclusive(|_| true), &"each character");
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let (first, second) = text.split_at(at);
            check(&mut [first, second].into_iter(), &at);
        }
        for seed in 0..40 {
            check(&mut random_cuts(text, seed).into_iter(), &("seed", seed));
        }
    }
}

/// Knuth's linear congruential generator, without its weak low bits.
fn random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    }
}

fn random_cuts(text: &str, seed: u64) -> Vec<&str> {
    let mut next = random(seed);
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let len = 1 + usize::try_from(next() % (1 + seed % 17 * 3)).unwrap();
        let at = (len.min(rest.len())..=rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap();
        let (piece, after) = rest.split_at(at);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

const ROWS: &str = include_str!("data/splits.txt");

#[test]
fn text_comes_out_the_same() {
    let case = Case::new(Syntax::Text, true);
    ROWS.lines().for_each(|row| case.check_every_split(row));
}

#[test]
fn json_comes_out_the_same() {
    let case = Case::new(Syntax::JsonFragment, true);
    ROWS.lines().for_each(|row| case.check_every_split(row));
}

#[test]
fn restoring_alone_comes_out_the_same() {
    let case = Case::new(Syntax::Text, false);
    ROWS.lines().for_each(|row| case.check_every_split(row));
}

#[test]
fn findings_and_clean_rows_come_out_the_same() {
    let case = Case::new(Syntax::Text, true);
    for rows in [include_str!("data/findings.txt"), include_str!("data/clean.txt")] {
        let plain = rows.replace(['⟦', '⟧'], "");
        // First line by line, so that what fails is short.
        plain.lines().for_each(|row| case.check_every_split(row));
        case.check_every_split(&plain);
    }
}

#[test]
fn credentials_come_out_the_same() {
    let case = Case::new(Syntax::Text, true);
    for rows in [
        include_str!("data/named.txt"),
        include_str!("data/clean_named.txt"),
        include_str!("data/wallets.txt"),
        include_str!("data/emails.txt"),
        include_str!("data/credentials.txt"),
    ] {
        let plain = rows.replace(['⟦', '⟧', '¦'], "");
        plain.lines().for_each(|row| case.check_every_split(row));
    }
}

#[test]
fn numbers_and_dates_come_out_the_same() {
    let case = Case::new(Syntax::Text, true);
    for rows in [
        include_str!("data/phones.txt"),
        include_str!("data/clean_phones.txt"),
        include_str!("data/addresses.txt"),
        include_str!("data/clean_addresses.txt"),
        include_str!("data/births.txt"),
        include_str!("data/clean_births.txt"),
    ] {
        let plain = rows.replace(['⟦', '⟧', '¦'], "");
        plain.lines().for_each(|row| case.check_every_split(row));
    }
}

/// Texts that nobody would think of, of pieces that mean something to some recognizer.
#[test]
fn texts_by_chance_come_out_the_same() {
    const PIECES: &[&str] = &[
        "4111",
        "1111",
        "41111111",
        "12",
        "7",
        " ",
        " ",
        "-",
        ".",
        ":",
        "::",
        "@",
        "+1",
        "+44 ",
        "(",
        ")",
        "/",
        "=",
        "a",
        "ab.c",
        "x.io",
        "bob@x.io",
        "é",
        "用",
        "fe80",
        "DE89 ",
        "3704 0044 0532 0130 00",
        "415",
        "555-2671",
        "192.168",
        ".0.1",
        "eyJhbGciOiJIUzI1NiJ9",
        ".eyJzdWIiOiIx",
        "AKIAIOSFODNN7EXAMPLE",
        "secret: ",
        "ghp_",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "sk-",
        "[",
        "]",
        "[EMAIL_1]",
        "[EMAIL",
        "_1",
        "\\",
        "n",
        "\"",
        "u0041",
        "{",
        ",",
        "\n",
        "-----BEGIN PRIVATE KEY-----\n",
        "MIIEvQIBADANBgkqhkiG9w0",
        "-----END PRIVATE KEY-----",
        "-----",
    ];
    let cases = [Syntax::Text, Syntax::JsonFragment].map(|syntax| Case::new(syntax, true));
    for seed in 0..600 {
        let mut next = random(seed);
        let len = 4 + next() % 30;
        let text: String =
            (0..len).map(|_| PIECES[usize::try_from(next()).unwrap() % PIECES.len()]).collect();
        for case in &cases {
            let whole = case.whole(&text);
            let (out, _) = case.streamed(text.split_inclusive(|_| true));
            assert_eq!(out, whole, "each character of {text}");
            for cuts in 0..6 {
                let (out, _) = case.streamed(random_cuts(&text, seed + cuts).into_iter());
                assert_eq!(out, whole, "seed {cuts} of {text}");
            }
        }
    }
}

/// Values of all types, their cues, JSON, tables and evasions, mixed.
#[test]
fn mixed_texts_come_out_the_same() {
    let texts = mixed::Mixed::new();
    assert_eq!(texts.types(), EntityType::ALL.len());
    let cases = [Syntax::Text, Syntax::JsonFragment].map(|syntax| Case::new(syntax, true));
    for seed in 0..200 {
        let text = texts.text(seed);
        cases.iter().for_each(|case| case.check_every_split(&text));
    }
    for seed in 200..2_400 {
        let text = texts.text(seed);
        for case in &cases {
            let whole = case.whole(&text);
            for cuts in 0..4 {
                let (out, held) = case.streamed(random_cuts(&text, seed * 4 + cuts).into_iter());
                assert_eq!(out, whole, "text {seed}, cuts {cuts}: {text}");
                assert!(held <= MAX_HOLD_BACK_BYTES, "{held} bytes held of {text}");
            }
        }
    }
}

#[test]
fn long_runs_come_out_the_same() {
    let case = Case::new(Syntax::Text, true);
    for unit in [
        "a",
        "a.",
        "1",
        "1 ",
        "11 ",
        "a@",
        "f:",
        "é",
        "eyJhbGciOiJIUzI1NiJ9",
        "4111-",
        "bob@example.com/",
        "DE12 ",
        "+1 (",
    ] {
        let text = unit.repeat(2_000);
        let whole = case.whole(&text);
        for pieces in [1, 3, 700].map(|len| cut(&text, len)) {
            let (out, held) = case.streamed(pieces.into_iter());
            assert!(out == whole, "{unit}");
            assert!(held <= MAX_HOLD_BACK_BYTES, "{held} bytes held of {unit}");
        }
    }
    // Secrets without an end of their own are swallowed as they come.
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEF\n".repeat(500);
    for (text, expected) in [
        (
            format!("a -----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY----- b"),
            "a [SECRET] b",
        ),
        (format!("a -----BEGIN PRIVATE KEY-----\n{body}"), "a [SECRET]"),
        (format!("a eyJhbGciOiJIUzI1NiJ9.eyJ{}.sig. b", "x".repeat(9_000)), "a [SECRET]. b"),
    ] {
        for pieces in [1, 7, 1_000, 100_000].map(|len| cut(&text, len)) {
            let (out, held) = case.streamed(pieces.into_iter());
            assert_eq!(out, expected);
            assert!(held <= MAX_HOLD_BACK_BYTES);
        }
    }
}

/// What is unseen, or written as escapes, is held back no longer either.
#[test]
fn long_evasions_come_out_the_same() {
    for syntax in [Syntax::Text, Syntax::JsonFragment] {
        let case = Case::new(syntax, true);
        for unit in [
            "\u{200b}",
            "1\u{200b}",
            "１",
            "a\u{301}",
            "ａ．",
            "%31",
            "&shy;",
            "&#x00000031;",
            "\\u0031",
            "\\u200b",
        ] {
            for head in ["", "4111 ", "bob@", "[EMAIL_1"] {
                let text = format!("{head}{}", unit.repeat(1_000));
                let whole = case.whole(&text);
                let (out, held) = case.streamed(cut(&text, 7).into_iter());
                assert!(out == whole, "{head} {unit}");
                assert!(held <= MAX_HOLD_BACK_BYTES, "{held} bytes held of {head} {unit}");
            }
        }
    }
}

fn cut(text: &str, len: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let at = (len.min(rest.len())..=rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap();
        let (piece, after) = rest.split_at(at);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// An escape may stand before a bracket that hasn't come yet.
#[test]
fn escaped_placeholders_come_out_the_same() {
    for syntax in [Syntax::Text, Syntax::JsonFragment] {
        let case = Case::new(syntax, true);
        for text in [
            r"values;\[EMAIL\_1\]les",
            r"a \[EMAIL_1\] b",
            r"\\[EMAIL_1\]",
            r"x\",
            r"\[EMAIL_1]",
            r"y \ z",
        ] {
            case.check_every_split(text);
        }
    }
}

/// Every character below U+0180, and one of each further kind, in every place of a text: the scan ends, and alike.
#[test]
fn every_character_is_gone_past() {
    let case = Case::new(Syntax::Text, true);
    let kinds =
        ['\u{301}', '\u{200b}', '\u{202e}', '\u{3042}', '\u{6f22}', '\u{e000}', '\u{1f642}'];
    for c in (0..0x180).filter_map(char::from_u32).chain(kinds) {
        for text in [
            format!("{c}"),
            format!("{c}{c}"),
            format!("word{c}word {c} Word{c}"),
            format!("{c}12 34{c}56 a@b{c}.example {c}"),
            format!("{}{c}{}{c}", "plain words and more ".repeat(5), "x".repeat(70)),
        ] {
            let whole = case.whole(&text);
            let one_by_one = text.split("").filter(|c| !c.is_empty());
            assert_eq!(case.streamed(one_by_one).0, whole, "{c:?} in {text:?}");
        }
    }
}

/// Prose flows: what is held back is the word or the number that is being written.
#[test]
fn prose_flows() {
    let case = Case::new(Syntax::Text, true);
    let prose = "The quick brown fox jumps over 13 lazy dogs, twice (at 10:30), and 1,000 times more: see page 42. ";
    let (_, held) = case.streamed(prose.split_inclusive(|_| true));
    assert!(held <= 32, "{held}");
}

#[test]
fn names_and_places_come_out_the_same() {
    let case = Case::new(Syntax::Text, true);
    for rows in [
        include_str!("data/people.txt"),
        include_str!("data/clean_people.txt"),
        include_str!("data/postal.txt"),
        include_str!("data/clean_postal.txt"),
    ] {
        // Without the marks: names begin and end at them.
        let mut plain = rows.replace('⟧', "");
        for mark in ["⟦PERSON|", "⟦ADDRESS|", "⟦EMAIL|"] {
            plain = plain.replace(mark, "");
        }
        plain.lines().for_each(|row| case.check_every_split(row));
    }
}
