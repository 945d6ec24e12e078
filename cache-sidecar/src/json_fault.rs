//! What is wrong with the form of a JSON document, in words for whoever wrote it: serde's own name types of Rust, and
//! of a choice that isn't even text they don't say what it is.

use serde::de::IgnoredAny;

/// serde's words, and ours.
const WORDS: [(&str, &str); 9] = [
    ("expected u64", "expected a whole number that isn't negative"),
    ("expected u32", "expected a whole number that isn't negative"),
    ("expected usize", "expected a whole number that isn't negative"),
    ("expected string or map", "expected text in quotes, one of the names it may have"),
    ("expected a sequence", "expected a list"),
    ("expected a boolean", "expected true or false"),
    ("type: sequence", "type: list"),
    ("type: map", "type: object"),
    ("unknown variant", "unknown choice"),
];

/// Says what `error`, met in `json`, is about. It may have what an operator wrote into a configuration.
#[must_use]
pub fn advice(error: &serde_json::Error, json: &[u8]) -> String {
    let text = error.to_string();
    if serde_json::from_slice::<IgnoredAny>(json).is_err() {
        return format!("write JSON: {text}");
    }
    // Where a choice by name is expected, serde_json says no more of any other value.
    if let Some(place) = text.strip_prefix("expected value") {
        return format!("expected text in quotes, one of the names it may have{place}");
    }
    let text = in_our_words(text);
    match (text.split_once("expected struct "), text.rsplit_once(" at line ")) {
        (Some((before, _)), Some((_, place))) => {
            format!("{before}expected an object at line {place}")
        }
        _ => text,
    }
}

/// The same of a value that is no longer text.
#[must_use]
pub fn in_our_words(text: String) -> String {
    WORDS.iter().fold(text, |text, (theirs, ours)| text.replace(theirs, ours))
}

#[cfg(test)]
mod tests {
    use crate::budget::Document;

    fn check(json: &str, expected: &str) {
        let faults = Document::parse(json.as_bytes()).unwrap_err();
        assert_eq!(faults.to_string(), expected, "{json}");
    }

    #[test]
    fn forms() {
        check("", "write JSON: EOF while parsing a value at line 1 column 0");
        check("nonsense", "write JSON: expected ident at line 1 column 2");
        check(r#"{"version": x}"#, "version: write JSON: expected value at line 1 column 13");
        check("{}", "missing field `version` at line 1 column 2");
        check("5", "invalid type: integer `5`, expected an object at line 1 column 1");
        check(
            r#"{"version": "1"}"#,
            "version: invalid type: string \"1\", expected a whole number that isn't negative at line 1 column 15",
        );
        check(
            r#"{"version": 1, "budgets": {}}"#,
            "budgets: invalid type: object, expected a list at line 1 column 26",
        );
        check(
            r#"{"version": 1, "failure_mode": 1}"#,
            "failure_mode: expected text in quotes, one of the names it may have at line 1 column 32",
        );
        check(
            r#"{"version": 1, "failure_mode": "ajar"}"#,
            "failure_mode: unknown choice `ajar`, expected `open` or `closed` at line 1 column 37",
        );
    }
}
