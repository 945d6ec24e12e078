//! Custom rules: patterns of a policy's own, compiled into one automaton.
//!
//! The patterns are regular expressions without backtracking, bounded in length, over ASCII. Two lazy automata share
//! them: `search` finds the next start at which any pattern matches, `judge` walks from one start, notes where each
//! pattern matches last, and whether more text could still change that. They are what `regex_automata::meta` would
//! choose for such patterns too; its other engines double the module.

mod rule;

use regex_automata::{
    Anchored, Input, MatchKind,
    hybrid::{
        dfa::{Cache, DFA},
        regex::{self, Regex},
    },
    nfa::thompson,
    util::{pool::Pool, syntax},
};
use std::sync::Arc;

pub(crate) use rule::LONGEST_MATCH;
pub use rule::{BuildError, MAX_RULES, Rule, Validator};

use crate::{
    context::{Context, is_word},
    recognizers::{Match, Reason},
};

/// The custom rules, compiled.
pub(crate) struct Custom {
    rules: Vec<Rule>,
    search: Arc<Regex>,
    judge: DFA,
    scratch: Pool<Scratch, Box<dyn Fn() -> Scratch + Send + Sync>>,
}

impl Custom {
    pub(crate) fn new(rules: &[Rule]) -> Result<Self, BuildError> {
        let too_large = |_| BuildError::all("the patterns together are too large");
        let patterns: Vec<_> = rules.iter().map(|rule| word_start(rule.pattern())).collect();
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        let thompson = thompson::Config::new().utf8(false).nfa_size_limit(Some(MAX_NFA_BYTES));
        let search = Regex::builder()
            .syntax(syntax)
            .thompson(thompson.clone())
            .build_many(&patterns)
            .map_err(too_large)?;
        let search = Arc::new(search);
        let judge = DFA::builder()
            .syntax(syntax)
            .thompson(thompson)
            .configure(DFA::config().match_kind(MatchKind::All))
            .build_many(&patterns)
            .map_err(|_| BuildError::all("the patterns together are too large"))?;
        let scratch: Box<dyn Fn() -> Scratch + Send + Sync> = {
            let (search, judge, rules) = (Arc::clone(&search), judge.clone(), rules.len());
            Box::new(move || Scratch {
                search: search.create_cache(),
                cache: judge.create_cache(),
                ends: vec![None; rules],
            })
        };
        Ok(Self { rules: rules.to_vec(), search, judge, scratch: Pool::new(scratch) })
    }

    /// What the rules find from `from` on, one after the other.
    pub(crate) fn from(&self, from: usize) -> Found<'_> {
        Found { custom: self, newest: None, open: None, from }
    }

    /// The next position in `from..` where any pattern matches.
    fn next_start(&self, text: &str, from: usize, scratch: &mut Scratch) -> Option<usize> {
        let input = Input::new(text).range(from..);
        // As in `walk`: errors can't happen here.
        let found = self.search.try_search(&mut scratch.search, &input).ok().flatten();
        found.map(|found| found.start())
    }

    /// What the first rule that accepts at `start` finds.
    fn judge(&self, ctx: &Context<'_>, start: usize, scratch: &mut Scratch) -> Option<Match> {
        let text = ctx.text();
        if !text.is_char_boundary(start) || !is_word_start(text, start) {
            return None;
        }
        if self.walk(text, start, scratch) {
            ctx.ask();
        }
        self.rules.iter().zip(&scratch.ends).find_map(|(rule, end)| {
            let range = start..(*end)?;
            let found = text.get(range.clone())?;
            if !rule.validator.accepts(found) {
                return None;
            }
            let reason = match (rule.has_cues(), rule.validator) {
                (false, Validator::None) => Reason::Form,
                (false, _) => Reason::Checksum,
                (true, Validator::None) => Reason::Cue,
                (true, _) => Reason::CueAndChecksum,
            };
            if rule.has_cues() {
                ctx.cue(range.clone(), rule.cues())?;
            }
            Some(Match::new(range, rule.entity, rule.name, reason))
        })
    }

    /// The first position in `from..` where a finding may begin that more text would decide.
    fn first_open(&self, text: &str, from: usize, scratch: &mut Scratch) -> Option<usize> {
        let mut at = from.max(ceil_boundary(text, text.len().saturating_sub(LONGEST_MATCH)));
        if at > from && !is_word_start(text, at) {
            at = next_word(text, at);
        }
        while at < text.len() {
            if is_word_start(text, at) && self.walk(text, at, scratch) {
                return Some(at);
            }
            at = next_word(text, at);
        }
        None
    }

    /// Notes for each rule the end of its longest match at `start`. Whether `text` ended before that was decided.
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

/// Bytes of the patterns' automaton before it is made deterministic.
const MAX_NFA_BYTES: usize = 512 * 1024;

struct Scratch {
    search: regex::Cache,
    cache: Cache,
    /// By rule: the end of its longest match.
    ends: Vec<Option<usize>>,
}

/// What the rules find in a text, in order.
pub(crate) struct Found<'c> {
    custom: &'c Custom,
    newest: Option<Next>,
    /// Where the text ends within what may be a finding, once it was looked for.
    open: Option<Option<usize>>,
    from: usize,
}

/// What comes next.
#[derive(Clone)]
pub(crate) enum Next {
    Found(Match),
    /// More text would decide what begins here.
    Open(usize),
    None,
}

impl Found<'_> {
    /// What comes next from `from` on, which never goes back.
    pub(crate) fn next(&mut self, ctx: &Context<'_>, from: usize) -> Next {
        match &self.newest {
            Some(Next::Found(found)) if found.range.start < from => {}
            Some(next) => return next.clone(),
            None => {}
        }
        let mut scratch = self.custom.scratch.get();
        let open = if ctx.is_last() {
            None
        } else {
            let (custom, from) = (self.custom, self.from);
            let open =
                self.open.get_or_insert_with(|| custom.first_open(ctx.text(), from, &mut scratch));
            open.filter(|open| *open >= from)
        };
        let mut at = from;
        let next = loop {
            let start = self.custom.next_start(ctx.text(), at, &mut scratch);
            let Some(start) = start.filter(|start| open.is_none_or(|open| *start < open)) else {
                break open.map_or(Next::None, Next::Open);
            };
            ctx.take_asked();
            let found = self.custom.judge(ctx, start, &mut scratch);
            if ctx.take_asked() {
                break Next::Open(start);
            }
            match found {
                Some(found) => break Next::Found(found),
                None => at = next_word(ctx.text(), start),
            }
        };
        self.newest = Some(next.clone());
        next
    }
}

/// Every finding starts where no ASCII letter, digit or `_` goes before.
fn word_start(pattern: &str) -> String {
    format!(r"\b{{start-half}}(?:{pattern})")
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
