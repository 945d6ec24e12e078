//! Reading words one by one: what names and addresses are made of.

use std::cell::Cell;

use crate::{context::Context, cues::is_spaceless, letters::is_letter};

/// Bytes of a word that are read; a longer one is no name.
const LONGEST: usize = 40;

/// What may stand before a capital within a name.
const HUMPED: &[&str] =
    &["Mc", "Mac", "De", "Di", "Da", "Du", "La", "Le", "Lo", "Van", "Von", "Fitz", "El", "Al"];

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `Anna`, `McDonald`, `O'Brien`, `Jean-Pierre`.
    Title,
    /// `SMITH`.
    Upper,
    /// One upper-case letter.
    Initial,
    /// `smith`.
    Lower,
    /// `iPhone`, `JavaScript`, `foo_bar`, `H2O`, nothing at all.
    Other,
}

/// A word of letters; `'` and `-` may stand in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) shape: Shape,
    /// Whether all its letters are ASCII, as Latin ones nearly always are here.
    pub(crate) ascii: bool,
}

impl Word {
    pub(crate) fn text<'t>(&self, ctx: &Context<'t>) -> &'t str {
        ctx.str(self.start..self.end)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Written like a name: `Anna`, `SMITH`.
    pub(crate) fn is_capitalized(&self) -> bool {
        matches!(self.shape, Shape::Title | Shape::Upper)
    }
}

/// The word at `at`; empty where none begins.
pub(crate) fn word(ctx: &Context<'_>, at: usize) -> Word {
    ctx.words().get(ctx, at)
}

/// Words that were read a moment ago: at one place several recognizers read the same ones.
#[derive(Default)]
pub(crate) struct LastWords([Cell<Option<(Word, bool)>>; 8]);

impl LastWords {
    fn get(&self, ctx: &Context<'_>, at: usize) -> Word {
        let slot = self.0.get(at % 8);
        if let Some((word, asked)) = slot.and_then(Cell::get)
            && word.start == at
        {
            if asked {
                ctx.ask();
            }
            return word;
        }
        let (word, asked) = ctx.noting(|| read(ctx, at));
        if let Some(slot) = slot {
            slot.set(Some((word, asked)));
        }
        word
    }
}

fn read(ctx: &Context<'_>, at: usize) -> Word {
    if let Some(word) = simple(ctx, at) {
        return word;
    }
    let mut scan = Scan::default();
    let mut end = at;
    let limit = at.saturating_add(LONGEST);
    while end < limit {
        let byte = ctx.byte(end);
        if byte.is_ascii_alphabetic() {
            scan.letter(byte.is_ascii_uppercase());
            end = end.saturating_add(1);
        } else if matches!(byte, b'\'' | b'-') && end > at {
            let next = ctx.byte(end.saturating_add(1));
            if !(next.is_ascii_uppercase() || (byte == b'-' && next.is_ascii_lowercase())) {
                break;
            }
            scan.joint();
            end = end.saturating_add(1);
        } else if byte >= 0x80 {
            let Some(c) = ctx.char(end).filter(|c| is_letter(*c) && !is_spaceless(*c)) else {
                break;
            };
            scan.letter(c.is_uppercase());
            scan.other_letters = true;
            end = end.saturating_add(c.len_utf8());
        } else {
            break;
        }
    }
    let whole = end < limit && !matches!(ctx.byte(end), b'_' | b'0'..=b'9');
    let explained = scan.hump.is_none_or(|len| {
        HUMPED.iter().any(|prefix| ctx.str(at..at.saturating_add(len)) == *prefix)
    });
    let shape = if whole && explained { scan.shape() } else { Shape::Other };
    Word { start: at, end, shape, ascii: !scan.other_letters }
}

/// The word at `at` if it is as most are: small ASCII letters, the first perhaps a capital, or capitals, and no sign
/// behind them that may belong to it; and where none begins.
fn simple(ctx: &Context<'_>, at: usize) -> Option<Word> {
    let rest = ctx.text().as_bytes().get(at..)?;
    let (first, rest) = rest.split_first()?;
    if !first.is_ascii_alphabetic() {
        // No word begins with any other sign of ASCII.
        let none = Word { start: at, end: at, shape: Shape::Other, ascii: true };
        return first.is_ascii().then_some(none);
    }
    let upper = first.is_ascii_uppercase() && rest.first().is_some_and(u8::is_ascii_uppercase);
    let same = |byte: &&u8| {
        if upper { byte.is_ascii_uppercase() } else { byte.is_ascii_lowercase() }
    };
    let small = rest.iter().take(LONGEST).take_while(same).count();
    let next = *rest.get(small)?;
    let whole = !next.is_ascii_alphanumeric() && !matches!(next, b'\'' | b'-' | b'_' | 0x80..);
    let end = at.checked_add(small)?.checked_add(1)?;
    let shape = match (first.is_ascii_uppercase(), small) {
        (false, _) => Shape::Lower,
        (true, 0) => Shape::Initial,
        (true, _) if upper => Shape::Upper,
        (true, _) => Shape::Title,
    };
    (whole && small.saturating_add(1) < LONGEST).then_some(Word {
        start: at,
        end,
        shape,
        ascii: true,
    })
}

/// The word that ends at `end`, as far as ASCII letters go.
pub(crate) fn word_before<'t>(ctx: &Context<'t>, end: usize) -> &'t str {
    let before = ctx.before(end);
    let from = before
        .bytes()
        .rposition(|byte| !byte.is_ascii_alphabetic())
        .map_or(0, |at| at.saturating_add(1));
    before.get(from..).unwrap_or_default()
}

#[derive(Default)]
struct Scan {
    letters: u32,
    upper: u32,
    /// Letters since the beginning, or since the last `'`, `-` or inner capital.
    since: u32,
    first_upper: bool,
    last_upper: bool,
    /// The letters before a capital that follows a small one.
    hump: Option<usize>,
    humps: u32,
    /// Capitals that follow one directly.
    pairs: u32,
    other_letters: bool,
}

impl Scan {
    fn letter(&mut self, upper: bool) {
        if self.letters == 0 {
            self.first_upper = upper;
        } else if upper && self.last_upper && self.since > 0 {
            self.pairs = self.pairs.saturating_add(1);
        } else if upper && self.since > 0 {
            self.hump = usize::try_from(self.letters).ok();
            self.humps = self.humps.saturating_add(1);
        }
        self.letters = self.letters.saturating_add(1);
        self.since = self.since.saturating_add(1);
        self.upper = self.upper.saturating_add(u32::from(upper));
        self.last_upper = upper;
    }

    fn joint(&mut self) {
        self.since = 0;
    }

    fn shape(&self) -> Shape {
        let lower = self.letters.saturating_sub(self.upper);
        match (self.first_upper, self.letters) {
            (_, 0) => Shape::Other,
            (true, 1) => Shape::Initial,
            (true, _) if lower == 0 => Shape::Upper,
            (true, _) if self.humps <= 1 && self.pairs == 0 => Shape::Title,
            (false, _) if self.upper == 0 => Shape::Lower,
            _ => Shape::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{cues::CueIndex, table::Lines};

    fn check(text: &str, end: usize, shape: Shape) {
        let cues = CueIndex::new(std::iter::empty());
        let ctx = Context::new(text, true, "", Lines::default(), &cues);
        let word = word(&ctx, 0);
        assert_eq!((word.end, word.shape), (end, shape), "{text}");
    }

    #[test]
    fn words_have_shapes() {
        check("Anna went", 4, Shape::Title);
        check("Anna's", 4, Shape::Title);
        check("O'Brien", 7, Shape::Title);
        check("Jean-Pierre", 11, Shape::Title);
        check("Min-jun", 7, Shape::Title);
        check("McDonald", 8, Shape::Title);
        check("JavaScript", 10, Shape::Other);
        check("IMAPd", 5, Shape::Other);
        check("SMITH", 5, Shape::Upper);
        check("F. Kennedy", 1, Shape::Initial);
        check("smith", 5, Shape::Lower);
        check("H2O", 1, Shape::Other);
        check("foo_bar", 3, Shape::Other);
        check("12", 0, Shape::Other);
    }
}
