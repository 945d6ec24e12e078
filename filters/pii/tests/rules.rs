//! The automaton of custom rules against each pattern alone, in the `regex` crate.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::ops::Range;

use pii::{EntityType, Rule, Scanner};

/// Patterns of which no two match at one place, and whose first match at a place is the longest.
const PATTERNS: &[&str] = &["E-[0-9]{6}", "[0-9]{4}/[a-z]{2}", "(?:ab|cd){2}[0-9]", "x[0-9]{1,8}y"];

fn alone(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<_> = PATTERNS
        .iter()
        .flat_map(|pattern| {
            let pattern = format!(r"\b{{start-half}}(?:{pattern})");
            let pattern = regex::bytes::RegexBuilder::new(&pattern).unicode(false).build().unwrap();
            pattern.find_iter(text.as_bytes()).map(|found| found.range()).collect::<Vec<_>>()
        })
        .collect();
    found.sort_by_key(|range| range.start);
    found
}

#[test]
fn the_same_findings() {
    let entity = EntityType::custom("OWN_RULE").unwrap();
    let rule = |(index, pattern): (usize, &&str)| {
        Rule::new(&format!("rule_{index}"), entity, pattern).unwrap()
    };
    let rules: Vec<_> = PATTERNS.iter().enumerate().map(rule).collect();
    let scanner = Scanner::with_rules(&[entity], &rules).unwrap();
    for text in [
        "E-123456 E-1234567 CODE-123456 E-12345 (E-654321",
        "1234/ab 12345/ab 1234/a 1234/abc (9999/zz)",
        "abcd1 cdab9 abab abcdab1 xabcd1 abcd12",
        "x1y x12345678y x123456789y ax1y x1yx2y x1y-x2y",
        "E-123456/1234/ab abab1x2y\nx3y E-000000",
    ] {
        let found: Vec<_> = scanner.find(text).into_iter().map(|finding| finding.range).collect();
        assert_eq!(found, alone(text), "{text}");
    }
}
