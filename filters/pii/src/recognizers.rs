//! The table of recognizers: one row each of entity type, pattern, validator.
//!
//! A pattern proposes (ASCII, bytes, bounded repetitions, no `^` or `$`); the engine puts a word start before it.
//! Its longest match at a start is the candidate. The validator decides by the candidate, [`LOOK_BEHIND`] bytes
//! before it and the one character after it, and nothing else: that is what makes streaming exact. Where it must
//! know more of what follows, the pattern matches that too, as an optional end, and the validator gives back an
//! end before it.

mod card;
mod email;
mod iban;
mod ip;
mod national_id;
mod phone;
mod secret;
mod tail;

pub(crate) use tail::{Tail, TailEnd};

use crate::entity::EntityType;

/// One recognizer.
pub(crate) struct Row {
    pub(crate) entity: EntityType,
    pub(crate) pattern: &'static str,
    /// Where the finding ends; None refuses the candidate.
    pub(crate) validate: fn(&Candidate<'_>) -> Option<usize>,
    /// What may follow without a limit of length.
    pub(crate) tail: Tail,
}

/// Bytes of the longest match of any pattern, or more.
pub(crate) const LONGEST_MATCH: usize = 640;

/// Bytes before a candidate that a validator may look at.
pub(crate) const LOOK_BEHIND: usize = 64;

/// Where two rows accept at one start, the first one wins.
pub(crate) static ROWS: &[Row] = &[
    secret::PRIVATE_KEY,
    secret::JWT,
    secret::AWS_KEY_ID,
    secret::AWS_SECRET,
    secret::GOOGLE_API_KEY,
    secret::GOOGLE_CLIENT_SECRET,
    secret::GOOGLE_ACCESS_TOKEN,
    secret::GITHUB_TOKEN,
    secret::OPENAI_KEY,
    secret::SLACK_TOKEN,
    secret::SLACK_WEBHOOK,
    email::EMAIL,
    iban::IBAN,
    card::CARD,
    national_id::US_SSN,
    phone::INTERNATIONAL,
    phone::NORTH_AMERICAN,
    ip::V6,
    ip::V4,
];

/// A stretch of text that a pattern matched, and the little around it that a validator may see.
pub(crate) struct Candidate<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Candidate<'t> {
    pub(crate) fn new(text: &'t str, start: usize, end: usize) -> Self {
        Self { text, start, end }
    }

    /// The candidate. A bounded pattern may end it within a character; then what is whole of it.
    pub(crate) fn as_str(&self) -> &'t str {
        let mut end = self.end;
        while !self.text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        self.text.get(self.start..end).unwrap_or_default()
    }

    pub(crate) fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.start..self.end).unwrap_or_default()
    }

    /// What stands directly before, [`LOOK_BEHIND`] bytes or less.
    pub(crate) fn before(&self) -> &'t str {
        let mut from = self.start.saturating_sub(LOOK_BEHIND);
        while !self.text.is_char_boundary(from) {
            from = from.saturating_add(1);
        }
        self.text.get(from..self.start).unwrap_or_default()
    }

    /// The character directly after.
    pub(crate) fn next(&self) -> Option<char> {
        self.text.get(self.end..)?.chars().next()
    }

    /// A finding that is the whole candidate.
    pub(crate) fn whole(&self) -> Option<usize> {
        Some(self.end)
    }

    /// A finding of the candidate's first `len` bytes.
    pub(crate) fn first(&self, len: usize) -> Option<usize> {
        Some(self.start.checked_add(len)?.min(self.end))
    }

    /// Whether a number goes before, joined by a separator of `joints`: as in `12-` or `3.`.
    pub(crate) fn continues_number(&self, joints: &[char]) -> bool {
        let Some(rest) = self.before().strip_suffix(joints) else { return false };
        let token = rest.bytes().rev().take_while(u8::is_ascii_alphanumeric);
        rest.ends_with(|last: char| last.is_ascii_alphanumeric())
            && token.clone().all(|byte| byte.is_ascii_hexdigit())
            && token.into_iter().any(|byte| byte.is_ascii_digit())
    }

    /// Whether it stands within a base64 blob, directly behind one of its `+` or `/`.
    pub(crate) fn in_blob(&self) -> bool {
        let run = || {
            let bytes = self.before().bytes().rev();
            bytes.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
        };
        self.before().ends_with(['+', '/'])
            && run().count() >= 20
            && run().any(|byte| byte.is_ascii_digit())
            && run().any(|byte| byte.is_ascii_lowercase())
            && run().any(|byte| byte.is_ascii_uppercase())
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{LONGEST_MATCH, ROWS};

    /// Hold-back and the cost of a refusal are bounded because every pattern is.
    #[test]
    fn every_pattern_is_bounded() {
        use regex_automata::{nfa::thompson::NFA, util::syntax};

        for row in ROWS {
            let config = syntax::Config::new().unicode(false).utf8(false);
            let hir = syntax::parse_with(row.pattern, &config).unwrap();
            let longest = hir.properties().maximum_len();
            assert!(longest.is_some_and(|len| len < LONGEST_MATCH), "{}", row.pattern);
            assert!(!NFA::new(row.pattern).unwrap().has_empty(), "{}", row.pattern);
        }
    }
}
