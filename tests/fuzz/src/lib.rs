//! What the targets share: inputs as texts, and ways to cut them.
//!
//! An input is the text itself, so that a seed is a row of a test and a finding can be pasted into one. How it is cut
//! follows from its bytes: the same input is always cut the same ways.

use pii::{
    AnswerStream, EntityType, MAX_HOLD_BACK_BYTES, Syntax, Text, Treat, Vault, answer, apply,
};
use serde::de::IgnoredAny;

/// The input as text; bytes that aren't any become U+FFFD.
#[must_use]
pub fn text_of(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// Numbers that follow from `data` alone: FNV-1a, then Knuth's linear congruential generator without its low bits.
pub fn numbers(data: &[u8]) -> impl FnMut(usize) -> usize + use<> {
    let mut state = fnv1a::of(data.iter().copied());
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or_default() % below.max(1)
    }
}

/// Hands `check` the pieces of `data`: whole, byte by byte, cut in two, and cut in many.
pub fn splits(data: &[u8], mut check: impl FnMut(&[&[u8]])) {
    let mut number = numbers(data);
    check(&[data]);
    check(&data.chunks(1).collect::<Vec<_>>());
    for _ in 0..4 {
        let (first, second) = data.split_at(number(data.len() + 1));
        check(&[first, second]);
    }
    for most in [3, 8, 24, 200] {
        let (mut pieces, mut rest) = (Vec::new(), data);
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(number(rest.len().min(most) + 1));
            pieces.push(piece);
            rest = behind;
        }
        check(&pieces);
    }
}

/// The same of a text, whose characters stay whole.
pub fn text_splits(text: &str, mut check: impl FnMut(&[&str])) {
    splits(text.as_bytes(), |bytes| {
        let (mut pieces, mut from, mut at) = (Vec::new(), 0, 0);
        for piece in bytes {
            at += piece.len();
            let to = text.ceil_char_boundary(at).max(from);
            pieces.push(&text[from..to]);
            from = to;
        }
        check(&pieces);
    });
}

/// Whether `text` is a JSON document.
#[must_use]
pub fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// A vault that has something to restore, some of it hard to put into JSON.
#[must_use]
pub fn vault() -> Vault {
    let mut vault = Vault::new();
    vault.placeholder(EntityType::Email, "alice@home.example", true);
    vault.placeholder(EntityType::Email, "\"quoted\"\\\n@home.example", true);
    vault.placeholder(EntityType::Person, "Zoë \u{1f600} O'Neill", true);
    vault.placeholder(EntityType::CreditCard, "4242424242424242", false);
    vault
}

/// Checks that an answer comes out the same however it is cut, that no more is held back than published, and that
/// JSON stays JSON.
pub fn check_stream(treat: Treat<'_>, text: &str, syntax: Syntax, redact: bool) {
    let replacements = answer(treat, Text { text, label: "", syntax }, redact);
    check_ranges(text, replacements.iter().map(|replacement| replacement.range.clone()));
    let whole = apply(text, &replacements);
    if syntax == Syntax::JsonFragment && is_json(text) {
        assert!(is_json(&whole), "no JSON any more: {text:?} became {whole:?}");
    }
    text_splits(text, |pieces| {
        let mut stream = AnswerStream::new(syntax, redact);
        let mut out = String::new();
        for piece in pieces {
            stream.push(piece, treat, &mut out);
            let held = stream.held_bytes();
            assert!(held <= MAX_HOLD_BACK_BYTES, "{held} bytes held of {pieces:?}");
        }
        stream.finish(treat, &mut out);
        assert_eq!(stream.held_bytes(), 0);
        assert_eq!(out, whole, "{syntax:?}, redact: {redact}, {pieces:?}");
    });
}

/// Checks that ranges are in order, don't overlap, and cut no character.
pub fn check_ranges(text: &str, ranges: impl Iterator<Item = std::ops::Range<usize>>) {
    let mut end = 0;
    for range in ranges {
        assert!(end <= range.start && range.start < range.end, "{range:?} behind {end}");
        assert!(text.get(range.clone()).is_some(), "{range:?} cuts a character");
        end = range.end;
    }
}
