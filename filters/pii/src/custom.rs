//! The engine: one automaton proposes candidates, each row's validator decides.
//!
//! A finding is decided at its start: at the leftmost position where a row's validator accepts the longest match
//! of its pattern, the first such row wins, and the scan goes on behind it. Where all rows refuse, the scan goes
//! on at the next word start, so a finding inside a refused candidate isn't lost. That stays linear: a pattern
//! has a longest match (a test asserts it), and a refused start costs at most that many bytes.
//!
//! Two lazy automata share the table. `search` finds the next start at which any pattern matches; `judge` walks
//! from one start, notes where each pattern matches last, and whether more text could still change that. They are
//! what `regex_automata::meta` would choose for these patterns too; its other engines, which would never run, double
//! the module.

use std::{fmt, ops::Range, sync::Arc};

use regex_automata::{
    Anchored, Input, MatchKind,
    hybrid::{
        dfa::{Cache, DFA},
        regex::{self, Regex},
    },
    nfa::thompson,
    util::{pool::Pool, syntax},
};

use crate::{
    entity::EntityType,
    recognizers::{Candidate, LONGEST_MATCH, ROWS, Row, Tail, TailEnd},
};

/// Where personal data or a secret stands in a text. It never holds the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In bytes, on character boundaries.
    pub range: Range<usize>,
    /// What it is.
    pub entity: EntityType,
}

/// The recognizers of the chosen entity types, compiled. Build it once, share it freely.
pub struct Scanner {
    rows: Vec<&'static Row>,
    search: Arc<Regex>,
    judge: DFA,
    scratch: Pool<Scratch, Box<dyn Fn() -> Scratch + Send + Sync>>,
}

/// The recognizers didn't compile: an error in this crate's table.
#[derive(Debug)]
pub struct BuildError(Box<dyn std::error::Error + Send + Sync>);

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "recognizers don't compile: {}", self.0)
    }
}

impl std::error::Error for BuildError {}

impl Scanner {
    /// Compiles the recognizers of `types`; with none it finds nothing.
    ///
    /// # Errors
    /// Where the table's patterns don't compile, which the crate's tests exclude.
    pub fn new(types: &[EntityType]) -> Result<Self, BuildError> {
        let rows: Vec<_> = ROWS.iter().filter(|row| types.contains(&row.entity)).collect();
        let patterns: Vec<_> = rows.iter().map(|row| word_start(row.pattern)).collect();
        // Bytes and ASCII classes: Unicode's would multiply states, and validators look at characters anyway.
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        let thompson = thompson::Config::new().utf8(false);
        let search = Regex::builder()
            .syntax(syntax)
            .thompson(thompson.clone())
            .build_many(&patterns)
            .map_err(|error| BuildError(error.into()))?;
        let search = Arc::new(search);
        let judge = DFA::builder()
            .syntax(syntax)
            .thompson(thompson)
            .configure(DFA::config().match_kind(MatchKind::All))
            .build_many(&patterns)
            .map_err(|error| BuildError(error.into()))?;
        let scratch: Box<dyn Fn() -> Scratch + Send + Sync> = {
            let (search, judge, rows) = (Arc::clone(&search), judge.clone(), rows.len());
            Box::new(move || Scratch {
                search: search.create_cache(),
                cache: judge.create_cache(),
                ends: vec![None; rows],
            })
        };
        Ok(Self { rows, search, judge, scratch: Pool::new(scratch) })
    }

    /// All findings in `text`, sorted, without overlap.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.scan(text, 0, text.len(), true, |finding| findings.push(finding));
        findings
    }

    /// Reports the findings that start in `from..limit`. Gives where the scan ended: `limit`, or the end of the
    /// last finding if that lies behind it. With `last` the text ends where `text` does; without it, every start
    /// before `limit` must be decided (see [`Self::first_open`]).
    pub(crate) fn scan(
        &self,
        text: &str,
        from: usize,
        limit: usize,
        last: bool,
        mut found: impl FnMut(Finding),
    ) -> Stop {
        let (mut at, mut refused_to) = (from, 0);
        let mut scratch = self.scratch.get();
        while at < limit {
            // Within a refused candidate every start is likely, and asking the judge is cheaper than a search.
            let next =
                if at < refused_to { Some(at) } else { self.next_start(text, at, &mut scratch) };
            let Some(next) = next.filter(|next| *next < limit) else { break };
            let Some((row, end)) = self.judge(text, next, &mut scratch) else {
                at = next_word(text, next);
                refused_to = scratch.ends.iter().flatten().fold(refused_to, |to, end| to.max(*end));
                continue;
            };
            let end = end.max(next.saturating_add(1));
            let (end, swallowing) = match row.tail.end(text, end, last) {
                TailEnd::At(end) => (end, None),
                TailEnd::Open(keep) => (keep, Some(row.tail)),
            };
            found(Finding { range: next..end, entity: row.entity });
            if swallowing.is_some() {
                return Stop { at: end, swallowing };
            }
            at = end;
        }
        Stop { at: at.max(limit), swallowing: None }
    }

    /// The first position in `from..` where a finding may begin that more text would decide.
    pub(crate) fn first_open(&self, text: &str, from: usize) -> Option<usize> {
        let mut scratch = self.scratch.get();
        let mut at = from.max(ceil_boundary(text, text.len().saturating_sub(LONGEST_MATCH)));
        if at > from && !is_word_start(text, at) {
            at = next_word(text, at);
        }
        while at < text.len() {
            if is_word_start(text, at) && self.walk(text, at, &mut scratch) {
                return Some(at);
            }
            at = next_word(text, at);
        }
        None
    }

    /// The next position in `from..` where any pattern matches.
    fn next_start(&self, text: &str, from: usize, scratch: &mut Scratch) -> Option<usize> {
        let input = Input::new(text).range(from..);
        // As in `walk`: errors can't happen here.
        let found = self.search.try_search(&mut scratch.search, &input).ok().flatten();
        found.map(|found| found.start())
    }

    /// The first row that accepts at `start`, and where its finding ends.
    fn judge(&self, text: &str, start: usize, scratch: &mut Scratch) -> Option<(&Row, usize)> {
        if !text.is_char_boundary(start) || !is_word_start(text, start) {
            return None;
        }
        self.walk(text, start, scratch);
        self.rows.iter().zip(&scratch.ends).find_map(|(row, end)| {
            let candidate = Candidate::new(text, start, (*end)?);
            let end = (row.validate)(&candidate)?;
            text.is_char_boundary(end).then_some((*row, end))
        })
    }

    /// Notes for each row the end of its longest match at `start`. Whether `text` ended before that was decided.
    fn walk(&self, text: &str, start: usize, scratch: &mut Scratch) -> bool {
        let Scratch { cache, ends, .. } = scratch;
        ends.fill(None);
        let input = Input::new(text).range(start..).anchored(Anchored::Yes);
        // The cache never gives up (no clear count is set), and no byte quits: errors can't happen here.
        let Ok(mut state) = self.judge.start_state_forward(cache, &input) else { return false };
        let mut note = |cache: &Cache, state, at: usize| {
            for index in 0..self.judge.match_len(cache, state) {
                let row = self.judge.match_pattern(cache, state, index);
                if let Some(end) = ends.get_mut(row.as_usize()) {
                    *end = Some(at);
                }
            }
        };
        for (offset, byte) in text.as_bytes().get(start..).unwrap_or_default().iter().enumerate() {
            let Ok(next) = self.judge.next_state(cache, state, *byte) else { return false };
            state = next;
            if state.is_match() {
                // The automaton reports a match one byte late.
                note(cache, state, start.saturating_add(offset));
            } else if state.is_dead() {
                return false;
            }
        }
        if let Ok(state) = self.judge.next_eoi_state(cache, state)
            && state.is_match()
        {
            note(cache, state, text.len());
        }
        true
    }
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner").field("rows", &self.rows.len()).finish()
    }
}

/// Where [`Scanner::scan`] ended.
pub(crate) struct Stop {
    pub(crate) at: usize,
    /// The tail of the last finding, where the text ended within it.
    pub(crate) swallowing: Option<Tail>,
}

struct Scratch {
    search: regex::Cache,
    cache: Cache,
    /// By row: the end of its longest match.
    ends: Vec<Option<usize>>,
}

/// Every finding starts where no ASCII letter, digit or `_` goes before.
fn word_start(pattern: &str) -> String {
    format!(r"\b{{start-half}}(?:{pattern})")
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_word_start(text: &str, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.as_bytes().get(before));
    !before.is_some_and(|byte| is_word(*byte))
}

/// The next character boundary behind `at` that isn't within an ASCII word.
fn next_word(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let word = rest.iter().take_while(|byte| is_word(**byte)).count();
    ceil_boundary(text, at.saturating_add(word.max(1)))
}

fn ceil_boundary(text: &str, mut at: usize) -> usize {
    while at < text.len() && !text.is_char_boundary(at) {
        at = at.saturating_add(1);
    }
    at.min(text.len())
}

/// What a test needs to hold the combined automaton against each pattern alone.
pub mod differential {
    use super::{Scanner, next_word, word_start};
    use crate::recognizers::ROWS;

    /// A row of the table and the byte range of a candidate of it.
    pub type Candidate = (usize, std::ops::Range<usize>);

    /// The patterns, in the table's order.
    #[must_use]
    pub fn patterns() -> Vec<String> {
        ROWS.iter().map(|row| word_start(row.pattern)).collect()
    }

    /// The candidates of `scanner` (built of all types) as [`Scanner::find`] meets them if all are refused.
    #[must_use]
    pub fn candidates(scanner: &Scanner, text: &str) -> Vec<Candidate> {
        let mut scratch = scanner.scratch.get();
        let mut candidates = Vec::new();
        let mut at = 0;
        while let Some(start) = scanner.next_start(text, at, &mut scratch) {
            at = next_word(text, start);
            if !text.is_char_boundary(start) {
                continue;
            }
            scanner.walk(text, start, &mut scratch);
            let ends = scratch.ends.iter().enumerate();
            candidates.extend(ends.filter_map(|(row, end)| Some((row, start..(*end)?))));
        }
        candidates
    }
}
