//! The combined automaton against each pattern alone, in the `regex` crate.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test may panic")]

use pii::{
    EntityType, Scanner,
    differential::{Candidate, candidates, patterns},
};

fn alone(text: &str) -> Vec<Candidate> {
    let regexes: Vec<_> = patterns()
        .iter()
        .map(|pattern| regex::bytes::RegexBuilder::new(pattern).unicode(false).build().unwrap())
        .collect();
    let mut candidates = Vec::new();
    for (row, regex) in regexes.iter().enumerate() {
        let mut at = 0;
        while let Some(found) = regex.find_at(text.as_bytes(), at) {
            // The engine doesn't look where a character goes on.
            if text.is_char_boundary(found.start()) {
                candidates.push((row, found.range()));
            }
            at = found.start() + 1;
        }
    }
    candidates.sort_by_key(|(row, range)| (range.start, *row));
    candidates
}

#[test]
fn the_same_candidates() {
    let scanner = Scanner::new(&EntityType::ALL).unwrap();
    for rows in [
        include_str!("data/findings.txt"),
        include_str!("data/clean.txt"),
        include_str!("data/splits.txt"),
    ] {
        let text = rows.replace(['⟦', '⟧'], "");
        assert_eq!(candidates(&scanner, &text), alone(&text));
    }
}
