//! What a word with a digit begins with, looked at once for all who are asked there.
//!
//! Texts of numbers are made of many such words, and nearly all of them are nothing. So each recognizer of numbers says
//! beforehand, as data, before, behind and with how many digits what it accepts may begin ([`Lead`]), and one look at a
//! word finds by three tables all who have to be asked ([`Leads`]). A row may promise too much, never too little.

use crate::context::Context;

/// A set of classes of bytes.
pub(crate) type Set = u16;

/// The beginning or the end of the text, and all control characters but those of [`CELL`].
pub(crate) const EDGE: Set = 1;
pub(crate) const BLANK: Set = 1 << 1;
pub(crate) const DIGIT: Set = 1 << 2;
pub(crate) const UPPER: Set = 1 << 3;
pub(crate) const LOWER: Set = 1 << 4;
pub(crate) const DASH: Set = 1 << 5;
pub(crate) const DOT: Set = 1 << 6;
pub(crate) const SLASH: Set = 1 << 7;
pub(crate) const COLON: Set = 1 << 8;
pub(crate) const COMMA: Set = 1 << 9;
/// `"`, `'` and backquotes.
pub(crate) const QUOTE: Set = 1 << 10;
/// What divides lines and cells: line ends, tabs, `|` and `;`.
pub(crate) const CELL: Set = 1 << 11;
/// `(`.
pub(crate) const OPEN: Set = 1 << 12;
/// `=` and `>`, behind which a value stands.
pub(crate) const KEY: Set = 1 << 13;
/// All other signs, `_` among them.
pub(crate) const SIGN: Set = 1 << 14;
/// A part of a character that isn't ASCII.
pub(crate) const WIDE: Set = 1 << 15;

pub(crate) const ANY: Set = Set::MAX;
pub(crate) const LETTER: Set = UPPER | LOWER;
pub(crate) const ALNUM: Set = LETTER | DIGIT;

const CLASSES: usize = 16;

/// Digits that are told apart: 20 stands for all longer runs too.
const MOST_DIGITS: usize = 20;

/// How what a recognizer accepts may begin: as one of the rows of `begins`, and of `behind`.
pub(crate) struct Lead {
    /// How many digits come first, as bits; what the byte behind them is, and the one behind that. Where no digit comes
    /// first, these are the second byte and the third.
    pub(crate) begins: &'static [(u32, Set, Set)],
    /// What the byte before is, and the one before that.
    pub(crate) behind: &'static [(Set, Set)],
    /// Where a blank and more digits follow: how many, as bits, and what the byte behind them is.
    pub(crate) blank: &'static [(u32, Set)],
    /// The same where another divider than a blank stands between them.
    pub(crate) sign: &'static [(u32, Set)],
}

impl Lead {
    /// Any word with a digit.
    pub(crate) const ANY: Self = Self {
        begins: &[(ANY_DIGITS, ANY, ANY)],
        behind: ANYWHERE,
        blank: &[(ANY_DIGITS, ANY)],
        sign: &[(ANY_DIGITS, ANY)],
    };
}

/// The bits of the numbers from `least` to `most`.
pub(crate) const fn digits(least: u32, most: u32) -> u32 {
    (u32::MAX << least) & (u32::MAX >> 31_u32.saturating_sub(most))
}

/// Any number of digits, none included.
pub(crate) const ANY_DIGITS: u32 = u32::MAX;

/// Where nothing before says anything.
pub(crate) const ANYWHERE: &[(Set, Set)] = &[(ANY, ANY)];

/// Behind neither `.`, `-` nor `/`.
pub(crate) const NOT_WITHIN: &[(Set, Set)] = &[(ANY & !(DOT | DASH | SLASH), ANY)];

/// Behind none of these if a letter or a digit goes before it.
pub(crate) const BEGINNING: &[(Set, Set)] =
    &[(ANY & !(DOT | DASH | SLASH), ANY), (DOT | DASH | SLASH, ANY & !ALNUM)];

/// Behind a character that isn't ASCII.
pub(crate) static BEHIND_WIDE: Lead = Lead { behind: &[(WIDE, ANY)], ..Lead::ANY };

/// Who may accept what, one bit each.
pub(crate) struct Leads {
    /// By the number of digits and what follows.
    lens: Vec<u32>,
    /// By whether that is none, a few or many digits, and the two bytes that follow.
    next: Vec<u32>,
    /// By the two bytes before.
    behind: Vec<u32>,
    /// Where more digits follow: by their number and what follows them, behind a blank and behind other dividers.
    blank: Vec<u32>,
    sign: Vec<u32>,
}

impl Default for Leads {
    fn default() -> Self {
        let kinds = CLASSES.saturating_mul(CLASSES);
        Self {
            lens: vec![0; CLASSES.saturating_mul(MOST_DIGITS.saturating_add(1))],
            next: vec![0; kinds.saturating_mul(3)],
            behind: vec![0; kinds],
            blank: vec![0; kinds],
            sign: vec![0; kinds],
        }
    }
}

impl Leads {
    /// Takes the row of the function with this number, which is below 32.
    pub(crate) fn add(&mut self, function: u32, lead: &Lead) {
        let bit = 1_u32.wrapping_shl(function);
        let set = |table: &mut Vec<u32>, at: usize| {
            if let Some(slot) = table.get_mut(at) {
                *slot |= bit;
            }
        };
        for (lens, next, second) in lead.begins {
            for next in members(u32::from(*next)) {
                for len in members(*lens).filter(|len| *len <= MOST_DIGITS) {
                    set(&mut self.lens, pair(len, next));
                }
                for (kind, kinds) in KINDS.into_iter().enumerate() {
                    if kinds & lens != 0 {
                        let row = pair(kind, next);
                        members(u32::from(*second))
                            .for_each(|at| set(&mut self.next, pair(row, at)));
                    }
                }
            }
        }
        for (before, further) in lead.behind {
            for before in members(u32::from(*before)) {
                for further in members(u32::from(*further)) {
                    set(&mut self.behind, pair(before, further));
                }
            }
        }
        for (table, rows) in [(&mut self.blank, lead.blank), (&mut self.sign, lead.sign)] {
            for (lens, next) in rows {
                for len in members(*lens).filter(|len| *len < CLASSES) {
                    members(u32::from(*next)).for_each(|next| set(table, pair(len, next)));
                }
            }
        }
    }

    /// Who may accept what begins at `at`, a bit each. All, where the text ends before that is known.
    pub(crate) fn of(&self, ctx: &Context<'_>, at: usize) -> u32 {
        let bytes = ctx.text().as_bytes();
        let word = bytes.get(at..).unwrap_or_default();
        let len = word.iter().take(MOST_DIGITS).take_while(|byte| byte.is_ascii_digit()).count();
        let (next, second) = match word.get(len.max(1)..).unwrap_or_default() {
            [next, second, ..] => (class(*next), class(*second)),
            _ if !ctx.is_last() => return u32::MAX,
            [next] => (class(*next), 0),
            [] => (0, 0),
        };
        let before = class(ctx.byte_before(at));
        let further = class(ctx.byte_before(at.saturating_sub(1)));
        let row = |table: &[u32], at: usize| table.get(at).copied().unwrap_or(u32::MAX);
        let all = row(&self.lens, pair(len, next))
            & row(&self.next, pair(pair(kind(len), next), second))
            & row(&self.behind, pair(before, further));
        let divided = len > 0 && DIVIDERS.wrapping_shr(next_bit(next)) & 1 == 1;
        if !divided || second != DIGIT_CLASS || all == 0 {
            return all;
        }
        let more = word.get(len.saturating_add(1)..).unwrap_or_default();
        let len = more.iter().take(CLASSES).take_while(|byte| byte.is_ascii_digit()).count();
        let last = match more.get(len) {
            Some(byte) => class(*byte),
            None if ctx.is_last() => 0,
            None => return all,
        };
        let len = len.min(CLASSES.saturating_sub(1));
        all & row(if next == BLANK_CLASS { &self.blank } else { &self.sign }, pair(len, last))
    }
}

/// The classes that divide groups of digits: blanks, dashes, dots, slashes and colons.
const DIVIDERS: u32 = 0x1e2;
const DIGIT_CLASS: usize = 2;
const BLANK_CLASS: usize = 1;

fn next_bit(class: usize) -> u32 {
    u32::try_from(class).unwrap_or(0)
}

/// No digit, so few that they are a part of a number only, or many.
const KINDS: [u32; 3] = [digits(0, 0), digits(1, 6), digits(7, 31)];

fn kind(len: usize) -> usize {
    match len {
        0 => 0,
        1..=6 => 1,
        _ => 2,
    }
}

fn pair(row: usize, column: usize) -> usize {
    row.wrapping_mul(CLASSES).wrapping_add(column)
}

fn members(set: u32) -> impl Iterator<Item = usize> {
    (0_usize..32)
        .zip(0_u32..)
        .filter(move |(_, bit)| set.wrapping_shr(*bit) & 1 == 1)
        .map(|(at, _)| at)
}

/// The number of the byte's class: the place of its bit in a [`Set`].
fn class(byte: u8) -> usize {
    usize::from(OF_BYTES.get(usize::from(byte)).copied().unwrap_or(0))
}

static OF_BYTES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        let set = match byte {
            b' ' => BLANK,
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'-' => DASH,
            b'.' => DOT,
            b'/' => SLASH,
            b':' => COLON,
            b',' => COMMA,
            b'"' | b'\'' | b'`' => QUOTE,
            b'\n' | b'\r' | b'\t' | b'|' | b';' => CELL,
            b'(' => OPEN,
            b'=' | b'>' => KEY,
            b'!'..=b'~' => SIGN,
            0x80.. => WIDE,
            _ => EDGE,
        };
        #[expect(
            clippy::indexing_slicing,
            clippy::as_conversions,
            reason = "evaluated by the compiler"
        )]
        {
            classes[byte as usize] = set.trailing_zeros() as u8;
        }
        if byte == u8::MAX {
            break classes;
        }
        byte = byte.wrapping_add(1);
    }
};

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{
        context::is_word,
        cues::CueIndex,
        recognizers::{CUES, FUNCTIONS, Recognizer, Trigger},
        table::Lines,
    };

    const ROWS: &[&str] = &[
        include_str!("../../tests/data/addresses.txt"),
        include_str!("../../tests/data/births.txt"),
        include_str!("../../tests/data/europe.txt"),
        include_str!("../../tests/data/findings.txt"),
        include_str!("../../tests/data/named.txt"),
        include_str!("../../tests/data/numbers.txt"),
        include_str!("../../tests/data/phones.txt"),
        include_str!("../../tests/data/postal.txt"),
        include_str!("../../tests/data/world.txt"),
    ];

    fn functions() -> (Leads, Vec<Recognizer>) {
        let (mut leads, mut all) = (Leads::default(), Vec::new());
        for row in FUNCTIONS.iter().flat_map(|rows| rows.iter()) {
            if let Trigger::Number(lead) = &row.trigger {
                leads.add(u32::try_from(all.len()).unwrap_or(u32::MAX), lead);
                all.push(row.recognize);
            }
        }
        (leads, all)
    }

    fn words(text: &str) -> impl Iterator<Item = usize> {
        let word = |byte: Option<&u8>| byte.is_some_and(|byte| is_word(*byte));
        let before = |at: usize| at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        (0..text.len()).filter(move |at| word(text.as_bytes().get(*at)) && !word(before(*at)))
    }

    #[test]
    fn each_function_fits_the_table() {
        let (_, all) = functions();
        assert!((1..=32).contains(&all.len()));
    }

    #[test]
    fn whoever_finds_something_is_asked() {
        let (leads, all) = functions();
        let cues = CueIndex::new(CUES.iter().flat_map(|cues| cues.iter().copied()));
        let written: String =
            ROWS.concat().chars().filter(|c| !matches!(c, '⟦' | '⟧' | '¦')).collect();
        for text in written.lines().chain(written.split("\n\n")) {
            // A mark's type may be read as a word before: that adds findings, and cues.
            let ctx = Context::new(text, true, "", Lines::default(), &cues);
            for at in words(text) {
                let asked = leads.of(&ctx, at);
                let asks = |row: u32| asked.checked_shr(row).is_some_and(|bits| bits & 1 == 1);
                // One function may stand in several rows.
                let by_asked: Vec<_> = (0_u32..)
                    .zip(&all)
                    .filter(|(row, _)| asks(*row))
                    .filter_map(|(_, recognize)| recognize(&ctx, at))
                    .collect();
                for found in all.iter().filter_map(|recognize| recognize(&ctx, at)) {
                    assert!(by_asked.contains(&found), "{found:?} of {text}");
                }
            }
        }
    }

    /// Functions that are asked at a number of a text made of one unit, at most, of some two dozen: each looks at the
    /// text once more, so this bounds what such a text costs.
    const MOST: u32 = 4;

    fn check(unit: &str) {
        let (leads, _) = functions();
        let cues = CueIndex::new(std::iter::empty());
        let text = unit.repeat(24);
        let ctx = Context::new(&text, false, "", Lines::default(), &cues);
        let middle = unit.len().saturating_mul(8)..unit.len().saturating_mul(12);
        for at in words(&text).filter(|at| middle.contains(at)) {
            let asked = leads.of(&ctx, at).count_ones();
            assert!(asked <= MOST, "{asked} of {unit:?} at {at}");
        }
    }

    #[test]
    fn few_are_asked_at_what_is_repeated() {
        let numbers = ["1", "12", "123", "1234", "12345", "123456", "123456789", "4111111111111"];
        for number in numbers {
            for divider in [" ", "-", ".", "/", ":", ",", ", ", "\n", "=", "_"] {
                check(&format!("{number}{divider}"));
            }
        }
        for unit in ["1 Rue ", "AB12 ", "A1 ", "a1b2 ", "00:11:22:", "1.1.1.1 ", "01/02/1980 "] {
            check(unit);
        }
    }
}
