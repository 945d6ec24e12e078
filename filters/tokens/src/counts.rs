//! What is counted in a text, and what follows from it.

use std::fmt;

use crate::correction::{self, HIDDEN, Hidden, INPUTS};
use crate::family::Family;
use crate::scripts::{self, SCRIPTS};
use crate::tally::{self, CHUNK, CONTEXT, PAD, TALLIES, WINDOW};
use crate::weights;

/// Counts by class of byte, of run, of neighbours and of script, and some that tell languages.
pub(crate) const FEATURES: usize = TALLIES + SCRIPTS + MIXED + 1;
const MIXED: usize = 14;

/// What the upper bound is made of.
pub(crate) const BOUNDS: usize = 20;

/// The counts of a text, or of texts, from which estimates for every family follow.
///
/// A text may come in pieces, cut anywhere: the counts are those of the whole. It holds at most the last 2 KiB of the
/// text, to count them when they are full; its `Debug` prints none of it.
#[derive(Clone)]
pub struct Counts {
    window: [u8; WINDOW],
    /// Bytes in the window behind its context.
    held: usize,
    tally: Tally,
}

/// The counts of a text that has ended: what they say of it is all that they hold, so they may be kept.
#[derive(Clone)]
pub struct Tally {
    /// Bytes of all texts.
    bytes: u64,
    tallies: [u32; TALLIES],
    scripts: [u32; SCRIPTS],
}

impl Tally {
    const EMPTY: Self = Self { bytes: 0, tallies: [0; TALLIES], scripts: [0; SCRIPTS] };

    /// Of one text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut counts = Counts::of(text);
        counts.end_text();
        counts.flush();
        counts.tally
    }
}

impl Counts {
    /// Of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self { window: [PAD; WINDOW], held: 0, tally: Tally::EMPTY }
    }

    /// Of one text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut counts = Self::new();
        counts.add(text);
        counts
    }

    /// Goes on with `text`.
    pub fn add(&mut self, text: &str) {
        let size = u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.tally.bytes = self.tally.bytes.saturating_add(size);
        self.push(text.as_bytes());
    }

    /// Adds a text that was counted before.
    pub fn add_tally(&mut self, tally: &Tally) {
        let Tally { bytes, tallies, scripts } = tally;
        self.tally.bytes = self.tally.bytes.saturating_add(*bytes);
        let sums = self.tally.tallies.iter_mut().chain(&mut self.tally.scripts);
        for (sum, count) in sums.zip(tallies.iter().chain(scripts)) {
            *sum = sum.saturating_add(*count);
        }
    }

    /// Ends a text: what is added next is another one.
    pub fn end_text(&mut self) {
        self.push(&[PAD]);
    }

    /// Bytes of all texts. No text takes more tokens.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.tally.bytes
    }

    /// The tokens that the texts will probably take, without what frames a turn.
    #[must_use]
    pub fn estimate(&self, family: Family) -> u64 {
        self.range(family).estimate
    }

    /// The tokens that 99.9 % of texts stay below, whatever they are: what a reservation holds. `docs/tokens.md` has
    /// what it is worth, kind by kind.
    #[must_use]
    pub fn upper_bound(&self, family: Family) -> u64 {
        self.range(family).upper_bound
    }

    /// Both, in one go.
    #[must_use]
    pub fn range(&self, family: Family) -> Range {
        let features = self.features();
        let inputs = correction::inputs(&features, self.tally.bytes);
        let of = |fit| self.range_of(&features, &inputs, fit);
        let gemini = || of(&GEMINI);
        let o200k = || of(&O200K);
        match family {
            Family::Gemini => gemini(),
            Family::O200k => o200k(),
            Family::Other => gemini().larger(o200k()),
        }
    }

    /// What the estimate is made of, in the order of the weights.
    #[must_use]
    pub fn features(&self) -> [u64; FEATURES] {
        let mut rest = self.clone();
        rest.flush();
        let Tally { bytes, tallies, scripts } = &rest.tally;
        let mut features = [0; FEATURES];
        let mixed = mixed(tallies, scripts);
        let counted = tallies.iter().chain(scripts).map(|count| u64::from(*count));
        let all = counted.chain(mixed).chain([u64::from(*bytes > 0)]);
        for (feature, count) in features.iter_mut().zip(all) {
            *feature = count;
        }
        features
    }

    /// A text takes a token at least, and no more than its bytes.
    fn range_of(&self, features: &[u64; FEATURES], inputs: &[i16; INPUTS], fit: &Fit) -> Range {
        let factor = correction::factor(inputs, fit.hidden, fit.out);
        let plain = weighted(features, fit.weights);
        let bytes = self.tally.bytes;
        let tokens = |sum| whole(sum, 2048).clamp(bytes.min(1), bytes);
        let (estimate, plain) = (tokens(plain.saturating_mul(factor) >> 12), tokens(plain));
        let upper = whole(weighted(&bounded(features, estimate, plain), fit.bounds), 4095);
        Range { estimate, upper_bound: upper.clamp(estimate, bytes) }
    }

    fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let free = CHUNK.saturating_sub(self.held);
            let (now, later) = bytes.split_at_checked(free).unwrap_or((bytes, &[]));
            let at = CONTEXT.saturating_add(self.held);
            let room = self.window.get_mut(at..).unwrap_or_default();
            for (to, byte) in room.iter_mut().zip(now) {
                *to = *byte;
            }
            self.held = self.held.saturating_add(now.len());
            if self.held == CHUNK {
                self.flush();
            }
            bytes = later;
        }
    }

    /// Counts what is held, and keeps the context of what comes next.
    fn flush(&mut self) {
        let end = CONTEXT.saturating_add(self.held);
        tally::tally(&self.window, self.held, &mut self.tally.tallies);
        let text = self.window.get(CONTEXT.saturating_sub(1)..end).unwrap_or_default();
        if !text.is_ascii() {
            scripts::count(text, &mut self.tally.scripts);
        }
        let last =
            self.window.get(self.held..end).and_then(|last| <[u8; CONTEXT]>::try_from(last).ok());
        self.window = [PAD; WINDOW];
        for (to, byte) in self.window.iter_mut().zip(last.unwrap_or([PAD; CONTEXT])) {
            *to = byte;
        }
        self.held = 0;
    }
}

impl Default for Counts {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counts").field("bytes", &self.tally.bytes).finish_non_exhaustive()
    }
}

impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tally").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Letters of ASCII by what stands among them: a word of German costs more than one of English, and its umlauts are
/// what tells them apart.
fn mixed(tallies: &[u32; TALLIES], scripts: &[u32; SCRIPTS]) -> [u64; MIXED] {
    let tally = |index: usize| u64::from(tallies.get(index).copied().unwrap_or_default());
    let script = |index: usize| u64::from(scripts.get(index).copied().unwrap_or_default());
    let letters = tally(tally::LETTERS);
    let of_letters = |count: u64, weight: u64| count.saturating_mul(weight).min(letters);
    let english = of_letters(tally(tally::TH), 40);
    let marked = [
        scripts::GERMAN,
        scripts::FRENCH,
        scripts::IBERIAN,
        scripts::NORDIC,
        scripts::OTHER_LATIN_1,
        scripts::POLISH,
        scripts::CZECH,
        scripts::TURKISH,
        scripts::OTHER_LATIN,
    ];
    let marked = marked.iter().fold(0_u64, |sum, class| sum.saturating_add(script(*class)));
    let punctuated = of_letters(tally(tally::PUNCTUATIONS), 6);
    [
        english,
        punctuated,
        english.min(punctuated),
        of_letters(tally(tally::DIGITS), 4),
        of_letters(tally(tally::BEYONDS), 4),
        of_letters(tally(tally::UPPERS), 4),
        of_letters(marked, 15),
        of_letters(script(scripts::GERMAN), 40),
        of_letters(script(scripts::FRENCH), 40),
        of_letters(script(scripts::IBERIAN), 30),
        of_letters(script(scripts::POLISH), 25),
        of_letters(script(scripts::CZECH).saturating_add(script(scripts::TURKISH)), 25),
        script(scripts::UKRAINIAN).saturating_mul(14).min(script(scripts::CYRILLIC)),
        script(scripts::KANA).saturating_mul(2).min(script(scripts::IDEOGRAPHS)),
    ]
}

/// What the upper bound is made of: the estimate, coarse classes that tell how far off it may be, and the estimate
/// before its correction.
fn bounded(features: &[u64; FEATURES], estimate: u64, plain: u64) -> [u64; BOUNDS] {
    let at = |index: usize| features.get(index).copied().unwrap_or_default();
    let scripts = |first: usize, last: usize| {
        let classes = features.iter().skip(TALLIES.saturating_add(first));
        let count = last.saturating_sub(first).saturating_add(1);
        classes.take(count).fold(0_u64, |sum, count| sum.saturating_add(*count))
    };
    let mixed = |index: usize| at(TALLIES.saturating_add(SCRIPTS).saturating_add(index));
    let letters = at(tally::LETTERS);
    let foreign = letters.saturating_sub(mixed(0));
    [
        estimate,
        1,
        letters,
        foreign,
        foreign.saturating_add(mixed(2)).saturating_sub(mixed(1)),
        at(tally::RARE_LETTERS),
        at(tally::CONSONANTS_IN_FOURS),
        at(tally::UPPERS),
        at(tally::PUNCTUATIONS),
        at(tally::DIGITS),
        at(tally::SPACES).saturating_add(at(tally::OTHER_SPACES)),
        scripts(0, 0).saturating_add(scripts(28, 31)).saturating_add(scripts(41, 45)),
        // Of Europe's marks, of Greek and Cyrillic, of Hebrew and Arabic, of India, of Thai.
        scripts(1, 10),
        scripts(11, 17),
        scripts(18, 22),
        scripts(23, 26),
        scripts(27, 27),
        // Kana, and ideographs with Hangul.
        scripts(32, 34),
        scripts(35, 40),
        plain,
    ]
}

/// What is known of one tokenizer.
struct Fit {
    weights: &'static [i32; FEATURES],
    hidden: &'static [Hidden; HIDDEN],
    out: &'static [i32; HIDDEN],
    bounds: &'static [i32; BOUNDS],
}

static GEMINI: Fit = Fit {
    weights: &weights::GEMINI,
    hidden: &weights::GEMINI_HIDDEN,
    out: &weights::GEMINI_OUT,
    bounds: &weights::GEMINI_BOUND,
};

static O200K: Fit = Fit {
    weights: &weights::O200K,
    hidden: &weights::O200K_HIDDEN,
    out: &weights::O200K_OUT,
    bounds: &weights::O200K_BOUND,
};

/// The weighted sum, in 1/4096 of a token as the weights are.
fn weighted(features: &[u64], weights: &[i32]) -> i64 {
    features.iter().zip(weights).fold(0, |sum, (feature, weight)| {
        let feature = i64::try_from(*feature).unwrap_or(i64::MAX);
        sum.saturating_add(feature.saturating_mul(i64::from(*weight)))
    })
}

/// In whole tokens, after `rounding` was added.
fn whole(sum: i64, rounding: i64) -> u64 {
    u64::try_from(sum.saturating_add(rounding) >> 12).unwrap_or(0)
}

/// An estimate, and how much it may be instead, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// What the texts will probably take.
    pub estimate: u64,
    /// What 99.9 % of texts stay below. Never below the estimate.
    pub upper_bound: u64,
}

impl Range {
    pub(crate) fn larger(self, other: Self) -> Self {
        Self {
            estimate: self.estimate.max(other.estimate),
            upper_bound: self.upper_bound.max(other.upper_bound),
        }
    }
}
