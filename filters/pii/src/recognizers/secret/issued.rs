//! Credentials that begin with a prefix which their issuer chose so that scanners find them.
//!
//! One table of all issuers is indexed by the first two bytes of the prefix: a word that begins no prefix costs one
//! look at the index.

use std::sync::LazyLock;

use super::{
    shape::{self, Alphabet},
    tables,
};
use crate::{
    context::{Context, is_word},
    entity::EntityType,
    recognizers::{Match, Reason, Tail},
};

/// One form of credential.
pub(super) struct Issued {
    rule: &'static str,
    /// ASCII, two bytes or more, in the case that the issuer writes.
    prefix: &'static str,
    body: &'static [Part],
    check: fn(&str) -> bool,
    end: End,
}

/// A piece of what follows the prefix. Runs are as long as they can be: what follows one isn't of its alphabet.
pub(super) enum Part {
    /// From so many to so many characters.
    Run(Alphabet, usize, usize),
    /// This text.
    Text(&'static str),
}

/// What may follow.
enum End {
    /// No character that a token may have.
    Closed,
    /// The rest of the token, however long.
    Open(Tail),
}

impl Issued {
    /// A token of exactly these parts.
    pub(super) const fn exact(
        rule: &'static str,
        prefix: &'static str,
        body: &'static [Part],
    ) -> Self {
        Self { rule, prefix, body, check: shape::is_varied, end: End::Closed }
    }

    /// A token that begins with these parts, as long as it may be. For prefixes that nothing else begins with.
    pub(super) const fn open(
        rule: &'static str,
        prefix: &'static str,
        body: &'static [Part],
    ) -> Self {
        Self { rule, prefix, body, check: shape::is_varied, end: End::Open(Tail::Word) }
    }

    /// The same, with another tail.
    pub(super) const fn tail(self, tail: Tail) -> Self {
        Self { end: End::Open(tail), ..self }
    }

    /// The same, where the body passes `check` instead of not being a dummy.
    pub(super) const fn check(self, check: fn(&str) -> bool) -> Self {
        Self { check, ..self }
    }

    fn find(&self, context: &Context<'_>, at: usize) -> Option<Match> {
        let third = self.prefix.as_bytes().get(2);
        if third.is_some_and(|third| *third != context.byte(at.saturating_add(2)))
            || !context.starts_with(at, self.prefix)
        {
            return None;
        }
        let from = at.saturating_add(self.prefix.len());
        let mut end = from;
        for part in self.body {
            end = part.end(context, end)?;
        }
        let tail = match self.end {
            End::Open(tail) => tail,
            End::Closed if goes_on(context, end) => return None,
            End::Closed => Tail::None,
        };
        // Of a long token more than the least shows whether it was made by chance.
        let shown = match self.end {
            End::Open(_) => context.run(end, SHOWN, is_word),
            End::Closed => end,
        };
        if !(self.check)(context.str(from..shown)) {
            return None;
        }
        Some(Match::new(at..end, EntityType::Secret, self.rule, Reason::Form).with_tail(tail))
    }
}

impl Part {
    fn end(&self, context: &Context<'_>, from: usize) -> Option<usize> {
        match self {
            Self::Run(alphabet, min, max) => {
                let end = context.run(from, *max, |byte| alphabet.contains(byte));
                (end.saturating_sub(from) >= *min).then_some(end)
            }
            Self::Text(text) => {
                context.starts_with(from, text).then(|| from.saturating_add(text.len()))
            }
        }
    }
}

/// Bytes behind the least that are looked at.
const SHOWN: usize = 32;

/// Whether the token can't have ended at `at`.
fn goes_on(context: &Context<'_>, at: usize) -> bool {
    match context.byte(at) {
        b'-' | b'+' => is_word(context.byte(at.saturating_add(1))),
        byte => is_word(byte),
    }
}

/// The table's rows, sorted by the slot of their prefix, and where each slot begins.
struct Index {
    rows: Vec<&'static Issued>,
    slots: Vec<usize>,
}

const SLOTS: usize = 1024;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut rows: Vec<&Issued> = tables::ALL.iter().copied().flatten().collect();
    let slot = |row: &&Issued| {
        let mut bytes = row.prefix.bytes();
        slot(bytes.next().unwrap_or_default(), bytes.next().unwrap_or_default())
    };
    // Of prefixes that begin alike the longer is tried first.
    rows.sort_by_cached_key(|row| (slot(row), usize::MAX.saturating_sub(row.prefix.len())));
    let slots = (0..=SLOTS).map(|at| rows.partition_point(|row| slot(row) < at)).collect();
    Index { rows, slots }
});

/// Six bits tell letters and digits apart nearly, and the pairs in use well.
fn slot(first: u8, second: u8) -> usize {
    let (first, second) = (usize::from(first), usize::from(second));
    (first.wrapping_mul(37) ^ second.wrapping_mul(11)).wrapping_rem(SLOTS)
}

/// What an issuer's prefix begins at `at`, a word's beginning.
pub(super) fn find(context: &Context<'_>, at: usize) -> Option<Match> {
    // Emphasis: `_ghp_…_`.
    let at = context.run(at, 2, |byte| byte == b'_');
    let slot = slot(context.byte(at), context.byte(at.saturating_add(1)));
    let index = &*INDEX;
    let (from, to) = (*index.slots.get(slot)?, *index.slots.get(slot.saturating_add(1))?);
    let rows = index.rows.get(from..to)?;
    if rows.is_empty() {
        return None;
    }
    let found = rows.iter().find_map(|row| row.find(context, at))?;
    (!shape::in_blob(context, at)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn each_rule_has_its_own_prefix_and_slots_are_short() {
        let rows = &INDEX.rows;
        assert!(rows.len() >= 200, "{}", rows.len());
        for (at, row) in rows.iter().enumerate() {
            assert!(row.prefix.len() >= 2, "{}", row.rule);
            assert!(row.prefix.bytes().all(|byte| byte.is_ascii_graphic()), "{}", row.rule);
            assert!(row.prefix.as_bytes()[0].is_ascii_alphanumeric(), "{}", row.rule);
            assert!(
                row.rule.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            );
            let again = rows.iter().skip(at + 1).find(|other| {
                other.prefix == row.prefix
                    && other.rule == row.rule
                    && other.body.len() == row.body.len()
            });
            assert!(again.is_none(), "{}", row.rule);
        }
        let longest = INDEX.slots.windows(2).map(|pair| pair[1] - pair[0]).max();
        assert!(longest <= Some(32), "{longest:?}");
    }
}
