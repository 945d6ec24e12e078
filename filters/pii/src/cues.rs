//! Cues: words that say what a number is, such as `SSN`, `numéro de sécurité sociale` or `身份证号`.
//!
//! A cue is a phrase of whole words. Case, accents and what stands between the words don't matter: `NHS number`,
//! `nhs_number`, `NHSNumber` and `"nhs-number":` are one cue. So cues are written in lower case, words divided by
//! blanks.
//!
//! Phrases are found by hash: of the letters of one word, then of the letters of two, as long as some phrase goes
//! on so. The text is cut into words only around numbers that need a cue, and each stretch once.

mod index;
mod near;
mod nearest;
mod words;

use std::{
    cell::{Cell, RefCell},
    ops::Range,
};

use crate::context::Context;
use index::Slot;
pub(crate) use index::{CueIndex, ListId};
use nearest::Verdict;
use words::Word;
pub(crate) use words::is_spaceless;

/// The cues of one kind of thing. Make it a `static`: it is told apart by its address.
pub(crate) struct Cues(pub(crate) &'static [&'static str]);

/// No cue at all: for codes that only stand alone.
pub(crate) static NO_CUES: Cues = Cues(&[]);

/// How near a cue is, in bytes; 0 for a key or a column's header that names the value.
pub(crate) type Nearness = usize;

/// The cues of one text, as far as they were needed.
pub(crate) struct CueCursor {
    seen: RefCell<Seen>,
    verdict: RefCell<Verdict>,
    /// Where a key was last looked for, and whether it may be a cue.
    keyed: Cell<Option<(usize, bool)>>,
    /// Room for the words of a key.
    key: RefCell<Vec<Word>>,
}

#[derive(Default)]
struct Seen {
    words: Vec<Word>,
    /// From here on all is cut that is.
    cut_from: usize,
    /// Up to here the text is cut into `words`.
    cut_to: usize,
    /// The first word at which a phrase may begin that goes on over what isn't cut yet.
    next: usize,
    hits: Vec<Hit>,
}

/// A phrase in the text, or the end of a sentence.
#[derive(Clone, Copy)]
struct Hit {
    start: usize,
    end: usize,
    /// The beginning of the run of letters that `start` is in: humps of camel case don't begin a window.
    run: usize,
    phrase: Option<Slot>,
}

/// Words that are kept behind those that were looked at: no more than a window has.
const MOST_WORDS: usize = 4096;

impl CueCursor {
    pub(crate) fn new() -> Self {
        Self {
            seen: RefCell::default(),
            verdict: RefCell::default(),
            keyed: Cell::new(None),
            key: RefCell::default(),
        }
    }

    /// How near a cue of `list` is that says what stands in `range`.
    pub(crate) fn nearest(
        &self,
        ctx: &Context<'_>,
        range: &Range<usize>,
        list: ListId,
    ) -> Option<Nearness> {
        self.decided(ctx, range, |verdict| verdict.of(list))
    }

    /// Whether a key, a header or a label may name what begins at `at`. No text but the key's is read.
    pub(crate) fn may_be_keyed(&self, ctx: &Context<'_>, at: usize) -> bool {
        match self.keyed.get() {
            Some((of, keyed)) if of == at => keyed,
            _ => {
                let keyed = nearest::may_be_keyed(ctx, at, &mut self.key.borrow_mut());
                self.keyed.set(Some((at, keyed)));
                keyed
            }
        }
    }

    /// Whether any cue says what stands in `range`.
    pub(crate) fn is_named(&self, ctx: &Context<'_>, range: &Range<usize>) -> bool {
        self.decided(ctx, range, Verdict::is_named)
    }

    fn decided<T>(
        &self,
        ctx: &Context<'_>,
        range: &Range<usize>,
        read: impl FnOnce(&Verdict) -> T,
    ) -> T {
        let (seen, verdict) = (&mut *self.seen.borrow_mut(), &mut *self.verdict.borrow_mut());
        nearest::decide(seen, verdict, ctx, range);
        read(verdict)
    }
}

impl Seen {
    /// Looks for phrases in `from..to`.
    fn read(&mut self, ctx: &Context<'_>, from: usize, to: usize) {
        // A custom rule looks ahead, so what is asked next may stand before what was read.
        let before = from < self.cut_from;
        if to <= self.cut_to && !before {
            return;
        }
        if from > self.cut_to || before {
            self.words.clear();
            self.hits.clear();
            self.next = 0;
            (self.cut_from, self.cut_to) = (from, from);
        } else if self.next > MOST_WORDS {
            self.words.drain(..self.next);
            self.next = 0;
        }
        let words = &mut self.words;
        let mut end = to;
        words::cut(ctx.text(), self.cut_to..to, |word| {
            end = end.max(word.end);
            words.push(word);
        });
        // What begins before `to` is cut whole.
        self.cut_to = end;
        if let Some(word) = self.words.get(self.next) {
            let start = word.start;
            let kept = self.hits.partition_point(|hit| hit.start < start);
            self.hits.truncate(kept);
        }
        let mut unfinished = self.words.len();
        for at in self.next..self.words.len() {
            if !self.phrases_at(ctx, at) {
                unfinished = unfinished.min(at);
            }
        }
        self.next = unfinished;
    }

    /// Looks for phrases that begin with the word at `at`. Gives whether all words that matter were there.
    fn phrases_at(&mut self, ctx: &Context<'_>, at: usize) -> bool {
        let (text, index) = (ctx.text(), ctx.index());
        let mut rest = self.words.get(at..).unwrap_or_default().iter();
        let Some(first) = rest.next() else { return true };
        let alone = index.get(first.hash);
        let (mut last, mut phrase, mut hash) = (first, alone, first.hash);
        let mut whole = true;
        for _ in 0..words::LONGEST_IN_WORDS {
            let Some(found) = phrase else { break };
            if found.contrary || found.is_cue() {
                let (start, end, run) = (first.start, last.end, first.run);
                self.hits.push(Hit { start, end, run, phrase: Some(found) });
            }
            if !found.goes_on {
                break;
            }
            let Some(next) = rest.next() else {
                whole = false;
                break;
            };
            if last.end < next.start
                && !words::joins(text.get(last.end..next.start).unwrap_or_default())
            {
                break;
            }
            hash = words::hash(hash, text, next);
            phrase = index.get(hash);
            last = next;
        }
        // `Acct. No.` doesn't end a sentence; neither does any other short word.
        let is_cue = alone.is_some_and(Slot::is_cue);
        if words::ends_sentence(text, first, is_cue) {
            let end = first.end;
            self.hits.push(Hit { start: end, end, run: end, phrase: None });
        }
        whole
    }
}
