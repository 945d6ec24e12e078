//! The engine: goes through a text once and asks, at each place, the recognizers that may have something to say there.
//!
//! A finding is decided at its start: at the leftmost position where something is accepted, the longest is taken,
//! and the scan goes on behind it. The places are the beginnings of words (with digits, with an upper-case letter,
//! long ones, listed ones) and a few signs, so prose costs no more than reading it. Each recognizer reads a bounded
//! stretch, so every text is linear.
//!
//! More than 500 lines: the scan, the places that it stops at and who is asked there change together, and share the
//! classes of bytes.

use std::{fmt, ops::Range};

use crate::{
    context::Context,
    cues::{CueIndex, is_spaceless},
    custom::{BuildError, Custom, Next, Rule},
    entity::EntityType,
    placeholder,
    recognizers::{
        self, Match, Reason, Recognize, Recognizer, Tail, TailEnd, Trigger,
        code::Code,
        codes::{Codes, joins_word},
        email,
    },
    table::Lines,
    view::{self, View},
};

/// Where personal data or a secret stands in a text. It never holds the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In bytes, on character boundaries.
    pub range: Range<usize>,
    /// What it is.
    pub entity: EntityType,
    /// What found it: a stable name in snake case, or the name of a custom rule.
    pub rule: &'static str,
    /// Why it is believed to be that.
    pub reason: Reason,
}

/// The recognizers of the chosen entity types, compiled. Build it once, share it freely.
pub struct Scanner {
    types: Vec<EntityType>,
    codes: Codes,
    functions: Functions,
    /// The types that placeholders may name.
    names: Vec<EntityType>,
    pub(crate) cues: CueIndex,
    custom: Option<Custom>,
}

impl Scanner {
    /// Compiles the recognizers of `types`; with none it finds nothing.
    ///
    /// # Errors
    /// None today: the table is checked by the crate's tests.
    pub fn new(types: &[EntityType]) -> Result<Self, BuildError> {
        Self::with_rules(types, &[])
    }

    /// The same, with custom rules besides.
    ///
    /// # Errors
    /// Names the rule at fault, and what is wrong with it.
    pub fn with_rules(types: &[EntityType], rules: &[Rule]) -> Result<Self, BuildError> {
        let chosen = |code: &&'static Code| types.contains(&code.entity);
        let codes = || recognizers::CODES.iter().flat_map(|codes| codes.iter());
        let of_codes = codes().filter(chosen).map(|code| code.cues);
        let of_functions = recognizers::CUES.iter().flat_map(|cues| cues.iter().copied());
        let cues =
            CueIndex::new(of_codes.chain(of_functions).chain(rules.iter().map(|rule| rule.cues())));
        let custom = if rules.is_empty() { None } else { Some(Custom::new(rules)?) };
        let scanner = Self {
            types: types.to_vec(),
            names: names(rules),
            codes: Codes::new(codes().filter(chosen), &cues),
            functions: Functions::new(recognizers::FUNCTIONS),
            cues,
            custom,
        };
        rules.iter().try_for_each(|rule| rule.test(&scanner))?;
        Ok(scanner)
    }

    pub(crate) fn names(&self) -> &[EntityType] {
        &self.names
    }

    /// All findings in `text`, sorted, without overlap.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Finding> {
        self.find_labelled(text, "")
    }

    /// The same for a text that stands under a JSON key, which may say what it is; empty for none.
    #[must_use]
    pub fn find_labelled(&self, text: &str, label: &str) -> Vec<Finding> {
        let view = View::of(text);
        let ctx = Context::new(view.text(), true, label, Lines::default(), &self.cues);
        let mut findings = Vec::new();
        self.scan(&ctx, 0, usize::MAX, |found| {
            let range = view.raw(&found.range);
            let Match { entity, rule, reason, .. } = found;
            findings.push(Finding { range, entity, rule, reason });
        });
        findings
    }

    /// Reports what is found that begins in `from..limit` of the view of a text. Gives where the scan ended: at the
    /// limit, behind the last finding, or where what follows isn't decided.
    pub(crate) fn scan(
        &self,
        ctx: &Context<'_>,
        from: usize,
        limit: usize,
        mut found: impl FnMut(Match),
    ) -> Stop {
        let mut places = Places::new(ctx.text(), from);
        let mut custom = self.custom.as_ref().map(|custom| custom.from(from));
        loop {
            ctx.take_asked();
            let begins = places.at;
            let place = places.next(ctx, &self.functions);
            let asked = ctx.take_asked();
            let at = place.as_ref().map_or(usize::MAX, |place| place.at).min(limit);
            let mut best = Best::default();
            if let Some(custom) = &mut custom {
                match custom.next(ctx, begins) {
                    Next::Open(open) if open <= at => return Stop { at: open, swallowing: None },
                    Next::Found(earlier) if earlier.range.start < at => {
                        places.at = match self.settle(ctx, earlier, &mut found) {
                            Ok(end) => end,
                            Err(stop) => return stop,
                        };
                        continue;
                    }
                    Next::Found(here) if here.range.start == at => best.take(here, 0),
                    Next::Found(_) | Next::Open(_) | Next::None => {}
                }
            }
            let Some(place) = place.filter(|place| place.at < limit) else {
                let end = ctx.text().len().min(limit);
                return Stop { at: end.max(from), swallowing: None };
            };
            ctx.take_asked();
            if asked || place.open {
                ctx.ask();
            }
            self.ask(ctx, &place, &mut best);
            if ctx.take_asked() {
                return Stop { at, swallowing: None };
            }
            match best.found {
                Some((accepted, ..)) => match self.settle(ctx, accepted, &mut found) {
                    Ok(end) => places.at = end,
                    Err(stop) => return stop,
                },
                None => places.at = place.end,
            }
        }
    }

    /// Reports what was accepted, its tail included, and gives its end.
    fn settle(
        &self,
        ctx: &Context<'_>,
        mut accepted: Match,
        found: &mut impl FnMut(Match),
    ) -> Result<usize, Stop> {
        let tail = accepted.tail;
        let (end, open) = match tail.end(ctx.text(), accepted.range.end, ctx.is_last()) {
            TailEnd::At(end) => (end, false),
            TailEnd::Open(keep) => (keep, true),
        };
        accepted.range.end = end;
        found(accepted);
        if open { Err(Stop { at: end, swallowing: Some(tail) }) } else { Ok(end) }
    }

    fn ask(&self, ctx: &Context<'_>, place: &Place, best: &mut Best) {
        let mut take = |row: usize, accepted: Option<Match>| {
            if let Some(accepted) = accepted
                && self.types.contains(&accepted.entity)
            {
                best.take(accepted, row);
            }
        };
        let mut ask = |from_row: usize, list: &[Recognizer]| {
            for (row, recognize) in list.iter().enumerate() {
                take(from_row.saturating_add(row), recognize(ctx, place.at));
            }
        };
        let functions = &self.functions;
        if place.at == 0 && !ctx.label().is_empty() && functions.starts_at(&place.kind) {
            ask(104, &functions.start);
        }
        match &place.kind {
            Kind::Sign { before, byte, next, at_sign } => {
                if *at_sign {
                    ask(0, &functions.at);
                }
                for (row, recognize) in functions.of_sign(*before, *byte, *next).enumerate() {
                    ask(row, &[recognize]);
                }
            }
            Kind::Wide { at_sign } => {
                if *at_sign {
                    ask(0, &functions.at);
                }
                ask(100, &functions.wide);
            }
            Kind::Placeholder => {}
            Kind::Word(word) => {
                if word.at_sign {
                    ask(0, &functions.at);
                }
                if word.digit {
                    ask(100, &functions.number);
                }
                if word.token {
                    ask(200, &functions.token);
                }
                if word.name {
                    ask(300, &functions.name);
                }
                for (row, recognize) in functions.of_word(word.listed).enumerate() {
                    ask(row.saturating_add(400), &[recognize]);
                }
                if word.digit || word.prefix {
                    self.codes.find(ctx, place.at, |accepted| {
                        best.take_near(accepted.found, 500, accepted.nearness);
                    });
                }
            }
        }
    }
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner").finish_non_exhaustive()
    }
}

/// All types: any of them may have been made by another turn's policy.
fn names(rules: &[Rule]) -> Vec<EntityType> {
    let custom = rules.iter().map(|rule| rule.entity);
    let mut names: Vec<_> = EntityType::ALL.into_iter().chain(custom).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Where [`Scanner::scan`] ended.
pub(crate) struct Stop {
    pub(crate) at: usize,
    /// The tail of the last finding, where the text ended within it.
    pub(crate) swallowing: Option<Tail>,
}

/// The best of what was accepted at one place: what begins first, is longest, has the nearest cue or the strongest
/// reason, and stands first in the table.
#[derive(Default)]
struct Best {
    found: Option<(Match, usize, usize)>,
}

impl Best {
    fn take(&mut self, accepted: Match, row: usize) {
        self.take_near(accepted, row, 0);
    }

    fn take_near(&mut self, accepted: Match, row: usize, nearness: usize) {
        let rank = |of: &(Match, usize, usize)| {
            let (found, row, nearness) = of;
            // A cue and a check digit say more than a check digit alone.
            let class = match found.reason {
                Reason::CueAndChecksum => 0_u8,
                Reason::Checksum => 1,
                Reason::Form => 2,
                Reason::Cue => 3,
            };
            (
                found.range.start,
                usize::MAX.saturating_sub(found.range.end),
                class,
                *nearness,
                found.reason,
                *row,
            )
        };
        let new = (accepted, row, nearness);
        if self.found.as_ref().is_none_or(|old| rank(&new) < rank(old)) {
            self.found = Some(new);
        }
    }
}

/// A place where recognizers are asked.
struct Place {
    at: usize,
    /// Where the scan goes on if nothing is found.
    end: usize,
    kind: Kind,
    /// Whether the text ends within it.
    open: bool,
}

enum Kind {
    Word(Word),
    /// A sign between two bytes, and whether an `@` follows.
    Sign {
        before: u8,
        byte: u8,
        next: u8,
        at_sign: bool,
    },
    /// A character of a script that is written without blanks, and whether an `@` follows.
    Wide {
        at_sign: bool,
    },
    /// One of ours, or as good as: nothing in it is found.
    Placeholder,
}

#[derive(Default)]
struct Word {
    digit: bool,
    name: bool,
    token: bool,
    at_sign: bool,
    /// A short word before a number, which a code may begin with: `AB 12 34 56 C`.
    prefix: bool,
    /// By its hash.
    listed: Option<u64>,
}

impl Word {
    /// Whether nobody asks for it.
    fn is_plain(&self) -> bool {
        !(self.digit || self.name || self.token || self.at_sign || self.prefix)
            && self.listed.is_none()
    }
}

/// Bytes of a word that are looked at; what is longer is gone through piece by piece.
const LONGEST_WORD: usize = 256;

/// Bytes before an `@` in which an address may begin.
const LOCAL_PART: usize = 72;

/// Bytes of a run that make it a token.
const TOKEN: usize = 12;

struct Places<'t> {
    text: &'t str,
    at: usize,
    /// The first `@` from `at` on, as far as it was looked for; the text's length where there is none.
    at_sign: usize,
}

impl<'t> Places<'t> {
    fn new(text: &'t str, from: usize) -> Self {
        let at_sign = find_at_sign(text.as_bytes(), from);
        Self { text, at: from, at_sign }
    }

    fn next(&mut self, ctx: &Context<'_>, functions: &Functions) -> Option<Place> {
        let bytes = self.text.as_bytes();
        loop {
            let byte = *bytes.get(self.at)?;
            let class = class_of(byte);
            if class == 0 {
                self.at = self.at.saturating_add(1);
            } else if class & WORD != 0 {
                if self.goes_on(bytes) {
                    self.skip_word(bytes);
                    continue;
                }
                if self.at_sign < self.at {
                    self.at_sign = find_at_sign(bytes, self.at);
                }
                let from = self.at;
                self.skip_plain(bytes, functions);
                if self.at == from
                    && let Some(place) = self.word(ctx, functions)
                {
                    return Some(place);
                }
            } else if class & SIGN != 0 {
                if byte == b'['
                    && let Some(len) = placeholder::canonical_len(ctx, self.at)
                {
                    let end = self.at.saturating_add(len);
                    return Some(Place { at: self.at, end, kind: Kind::Placeholder, open: false });
                }
                let end = self.at.saturating_add(1);
                let next = bytes.get(end).copied().unwrap_or(0);
                let before =
                    self.at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(0);
                let at_sign = byte == b'"' && self.at_sign_near(bytes, ctx.is_last());
                // What comes behind the end of the text may be what somebody is asked for.
                let open = end == bytes.len() && !ctx.is_last();
                let starts = self.at == 0 && functions.start_signs.contains(byte);
                if open
                    || at_sign
                    || starts
                    || functions.of_sign(before, byte, next).next().is_some()
                {
                    let kind = Kind::Sign { before, byte, next, at_sign };
                    let open = open && (byte == b'[' || functions.asks_at(byte));
                    return Some(Place { at: self.at, end, kind, open });
                }
                self.at = end;
            } else {
                let c = self.text.get(self.at..).and_then(|rest| rest.chars().next())?;
                if joins_word(c) {
                    if self.goes_on(bytes) {
                        self.skip_word(bytes);
                    } else if let Some(place) = self.word(ctx, functions) {
                        return Some(place);
                    }
                    continue;
                }
                let end = self.at.saturating_add(c.len_utf8());
                if is_spaceless(c) && !functions.wide.is_empty() {
                    let at_sign =
                        self.at_sign_near(bytes, ctx.is_last() || !open_local(bytes, end));
                    let kind = Kind::Wide { at_sign };
                    return Some(Place { at: self.at, end, kind, open: end == bytes.len() });
                }
                self.at = end;
            }
        }
    }

    /// Whether an `@` follows within the length of a local part, or may still come.
    fn at_sign_near(&mut self, bytes: &[u8], last: bool) -> bool {
        if self.at_sign < self.at {
            self.at_sign = find_at_sign(bytes, self.at);
        }
        let far = self.at_sign.saturating_sub(self.at) > LOCAL_PART;
        if self.at_sign < bytes.len() { !far } else { !last && !far }
    }

    /// Goes over words in lower case that nobody asks for, and one blank or line end behind each: most of all prose.
    fn skip_plain(&mut self, bytes: &[u8], functions: &Functions) {
        let near_at_sign = self.at_sign.saturating_sub(LOCAL_PART);
        while let Some(window) = bytes.get(self.at..).and_then(<[u8]>::first_chunk) {
            let len = lower_len(window);
            let end = self.at.wrapping_add(len);
            let (Some(next), Some(second)) = (window.get(len), window.get(len.wrapping_add(1)))
            else {
                return;
            };
            let (next, second) = (class_of(*next), class_of(*second));
            // A token, a code or a word of other letters may go on.
            let token = next & TOKEN_SIGN != 0 && second & (WORD | TOKEN_SIGN) != 0;
            let goes_on = next & (WORD | WIDE) != 0 || token || second & DIGIT != 0;
            if len == 0 || len >= TOKEN.wrapping_sub(1) || goes_on || end >= near_at_sign {
                return;
            }
            if functions.may_list(window.get(..len).unwrap_or_default()) {
                return;
            }
            self.at = end;
            if next != 0 {
                return;
            }
            self.at = end.wrapping_add(1);
            if second != WORD {
                return;
            }
        }
    }

    /// Whether `at` is within a word.
    fn goes_on(&self, bytes: &[u8]) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
        if before.is_ascii() {
            return class_of(before) & WORD != 0;
        }
        self.text
            .get(..self.at)
            .and_then(|before| before.chars().next_back())
            .is_some_and(joins_word)
    }

    fn skip_word(&mut self, bytes: &[u8]) {
        while let Some(byte) = bytes.get(self.at) {
            if byte.is_ascii() {
                if class_of(*byte) & WORD == 0 {
                    return;
                }
                self.at = self.at.saturating_add(1);
            } else {
                let next = self.text.get(self.at..).and_then(|rest| rest.chars().next());
                match next {
                    Some(c) if joins_word(c) => self.at = self.at.saturating_add(c.len_utf8()),
                    _ => return,
                }
            }
        }
    }

    /// The word that begins at `at`; None where nobody asks for such a word, and then `at` is behind it.
    fn word(&mut self, ctx: &Context<'_>, functions: &Functions) -> Option<Place> {
        let (bytes, at) = (self.text.as_bytes(), self.at);
        let (mut end, mut classes) = (at, 0_u8);
        let limit = at.saturating_add(LONGEST_WORD).min(bytes.len());
        while end < limit {
            let Some(byte) = bytes.get(end).copied() else { break };
            let class = class_of(byte);
            if class & WORD != 0 {
                classes |= class;
                end = end.saturating_add(1);
            } else if class & WIDE != 0 {
                let c = self.text.get(end..).and_then(|rest| rest.chars().next());
                let Some(c) = c.filter(|c| joins_word(*c)) else { break };
                end = end.saturating_add(c.len_utf8());
            } else {
                break;
            }
        }
        let listed = functions.listed(bytes.get(at..end).unwrap_or_default());
        let first = bytes.get(at).copied().unwrap_or(0);
        let next = ctx.byte(end);
        let len = end.saturating_sub(at);
        let run = if len < TOKEN && is_token(next) {
            ctx.run(end, TOKEN.saturating_sub(len), is_token)
        } else {
            end
        };
        let token = run.saturating_sub(at) >= TOKEN;
        // Whether it is a token, or the first letters of a code, may depend on what hasn't come yet.
        let cut = end.saturating_add(1) >= bytes.len() || (!token && run == bytes.len());
        let open = cut && !ctx.is_last();
        let word = Word {
            digit: classes & DIGIT != 0,
            name: class_of(first) & (UPPER | WIDE) != 0,
            token,
            at_sign: self.at_sign_near(bytes, ctx.is_last() || !open_local(bytes, end)),
            prefix: classes & DIGIT == 0
                && len <= 5
                && begins_code(ctx, end, class_of(first) & UPPER != 0),
            listed,
        };
        if !open && word.is_plain() {
            self.at = end;
            return None;
        }
        Some(Place { at, end, kind: Kind::Word(word), open })
    }
}

/// How many lower-case letters a text begins with.
fn lower_len(window: &[u8; 16]) -> usize {
    let (low, high) = window.split_at(8);
    let eight = |bytes: &[u8]| bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let zeros = |others: u64| usize::try_from(others.trailing_zeros() / 8).unwrap_or_default();
    match not_lower(eight(low)) {
        0 => zeros(not_lower(eight(high))).wrapping_add(8),
        others => zeros(others),
    }
}

/// The highest bit of each of eight bytes that is no lower-case letter.
fn not_lower(eight: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // With the highest bit out of the way, no sum carries into the next byte.
    let low = eight & (EACH.wrapping_mul(0x7f));
    let from_a = low.wrapping_add(EACH.wrapping_mul(0x80_u64.wrapping_sub(u64::from(b'a'))));
    let past_z = low.wrapping_add(EACH.wrapping_mul(0x7f_u64.wrapping_sub(u64::from(b'z'))));
    (!from_a | past_z | eight) & EACH.wrapping_mul(0x80)
}

/// See [`view::SPACED_AT`].
const SPACED_AT: u8 = 1;

fn find_at_sign(bytes: &[u8], from: usize) -> usize {
    let found = memchr::memchr2(b'@', SPACED_AT, bytes.get(from..).unwrap_or_default());
    found.map_or(bytes.len(), |offset| from.saturating_add(offset))
}

/// Whether a divider and then something with a digit follow, as behind the first letters of a code.
fn begins_code(ctx: &Context<'_>, end: usize, name: bool) -> bool {
    if !matches!(ctx.byte(end), b' ' | b'-' | b'.' | b'/') {
        return false;
    }
    let next = ctx.byte(end.saturating_add(1));
    next.is_ascii_digit() || (name && next.is_ascii_uppercase())
}

/// Whether what follows a word may go on to an `@` that hasn't come yet: asked only at the end of a text.
fn open_local(bytes: &[u8], end: usize) -> bool {
    let rest = bytes.get(end..).unwrap_or_default();
    // `bob [at] example [dot] com`
    let rest = rest.strip_suffix(b" ").unwrap_or(rest);
    rest.len() <= LOCAL_PART && rest.iter().all(|byte| email::is_local(*byte) || *byte == b':')
}

fn is_token(byte: u8) -> bool {
    class_of(byte) & (WORD | TOKEN_SIGN) != 0
}

/// Of ASCII letters, digits and `_`.
const WORD: u8 = 1;
const DIGIT: u8 = 2;
const UPPER: u8 = 4;
/// Of all other ASCII characters that are seen.
const SIGN: u8 = 8;
/// Of a character that isn't ASCII.
const WIDE: u8 = 16;
/// Of the signs that tokens are written with.
const TOKEN_SIGN: u8 = 32;

fn class_of(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(0)
}

static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        #[expect(
            clippy::indexing_slicing,
            clippy::as_conversions,
            reason = "evaluated by the compiler"
        )]
        {
            classes[byte as usize] = match byte {
                b'0'..=b'9' => WORD | DIGIT,
                b'A'..=b'Z' => WORD | UPPER,
                b'a'..=b'z' | b'_' => WORD,
                b'-' | b'.' | b'+' | b'/' | b'=' | b'~' | b'%' | b':' => SIGN | TOKEN_SIGN,
                b'!'..=b'~' => SIGN,
                0x80.. => WIDE,
                _ => 0,
            };
        }
        if byte == u8::MAX {
            break classes;
        }
        byte = byte.wrapping_add(1);
    }
};

/// The functions of the table by where they are asked.
#[derive(Default)]
struct Functions {
    number: Vec<Recognizer>,
    name: Vec<Recognizer>,
    token: Vec<Recognizer>,
    at: Vec<Recognizer>,
    bytes: Vec<Vec<Sign>>,
    /// By the hashes of listed words.
    words: Vec<(u64, Recognizer)>,
    /// The listed words by their ends and lengths: one bit each.
    shapes: Vec<u64>,
    /// Asked at characters of scripts that are written without blanks.
    wide: Vec<Recognizer>,
    /// Asked at the beginning of a text with a label, and at which signs.
    start: Vec<Recognizer>,
    start_signs: Signs,
}

/// A function that is asked at a sign, where these stand beside it.
struct Sign {
    next: Signs,
    before: Signs,
    recognize: Recognizer,
}

/// A set of ASCII bytes.
#[derive(Clone, Copy, Default, PartialEq)]
struct Signs(u128);

impl Signs {
    /// All bytes, those of other characters too.
    const ALL: Self = Self(u128::MAX);

    fn of(bytes: &[u8]) -> Self {
        let mut all = Self(0);
        bytes.iter().for_each(|byte| all.add(*byte));
        all
    }

    fn bit(byte: u8) -> u128 {
        1_u128.checked_shl(u32::from(byte)).unwrap_or(0)
    }

    fn add(&mut self, byte: u8) {
        self.0 |= Self::bit(byte);
    }

    fn contains(self, byte: u8) -> bool {
        self == Self::ALL || self.0 & Self::bit(byte) != 0
    }
}

impl Functions {
    fn new(table: &'static [&'static [Recognize]]) -> Self {
        let mut all = Self {
            bytes: (0..128).map(|_| Vec::new()).collect(),
            shapes: vec![0; 1024],
            ..Self::default()
        };
        for row in table.iter().flat_map(|rows| rows.iter()) {
            match &row.trigger {
                Trigger::Number => all.number.push(row.recognize),
                Trigger::Name => {
                    all.name.push(row.recognize);
                    all.wide.push(row.recognize);
                }
                Trigger::Token => all.token.push(row.recognize),
                Trigger::At => all.at.push(row.recognize),
                Trigger::Start(signs) => {
                    all.start.push(row.recognize);
                    signs.iter().for_each(|sign| all.start_signs.add(*sign));
                }
                Trigger::Byte(bytes) => all.sign(bytes, Signs::ALL, Signs::ALL, row.recognize),
                Trigger::Pair(bytes, next) => {
                    all.sign(bytes, Signs::of(next), Signs::ALL, row.recognize);
                }
                Trigger::Behind(bytes, before) => {
                    all.sign(bytes, Signs::ALL, Signs::of(before), row.recognize);
                }
                Trigger::Word(words) => words.iter().for_each(|word| all.list(word, row.recognize)),
            }
        }
        // Those of one word stay as they stand in the table.
        all.words.sort_by_key(|(hash, _)| *hash);
        all
    }

    fn sign(&mut self, bytes: &[u8], next: Signs, before: Signs, recognize: Recognizer) {
        for byte in bytes {
            if let Some(sign) = self.bytes.get_mut(usize::from(*byte)) {
                sign.push(Sign { next, before, recognize });
            }
        }
    }

    fn list(&mut self, word: &str, recognize: Recognizer) {
        let word = view::folded(word);
        let hash = word_hash(word.as_bytes());
        self.words.push((hash, recognize));
        let (at, bit) = shape_of(word.as_bytes());
        if let Some(shapes) = self.shapes.get_mut(at) {
            *shapes |= bit;
        }
    }

    /// Whether a word may be a listed one.
    fn may_list(&self, word: &[u8]) -> bool {
        let (at, bit) = shape_of(word);
        self.shapes.get(at).is_some_and(|shapes| shapes & bit != 0)
    }

    /// The hash of a listed word.
    fn listed(&self, word: &[u8]) -> Option<u64> {
        if !self.may_list(word) {
            return None;
        }
        let hash = word_hash(word);
        self.words.binary_search_by_key(&hash, |(of, _)| *of).is_ok().then_some(hash)
    }

    /// Who is asked at a listed word.
    fn of_word(&self, listed: Option<u64>) -> impl Iterator<Item = Recognizer> {
        let hash = listed.unwrap_or_default();
        let from = match listed {
            Some(hash) => self.words.partition_point(|(of, _)| *of < hash),
            None => self.words.len(),
        };
        let rest = self.words.get(from..).unwrap_or_default();
        rest.iter().take_while(move |(of, _)| *of == hash).map(|(_, recognize)| *recognize)
    }

    /// Whether a text may begin with such a place for those that are asked where one begins.
    fn starts_at(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Word(word) => word.digit || word.name || word.token,
            Kind::Sign { byte, .. } => self.start_signs.contains(*byte),
            Kind::Wide { .. } => true,
            Kind::Placeholder => false,
        }
    }

    fn asks_at(&self, byte: u8) -> bool {
        self.bytes.get(usize::from(byte)).is_some_and(|signs| !signs.is_empty())
    }

    /// Who is asked at `byte`, which stands between two others.
    fn of_sign(&self, before: u8, byte: u8, next: u8) -> impl Iterator<Item = Recognizer> {
        let signs = self.bytes.get(usize::from(byte)).map(Vec::as_slice).unwrap_or_default();
        let fits = move |sign: &&Sign| sign.next.contains(next) && sign.before.contains(before);
        signs.iter().filter(fits).map(|sign| sign.recognize)
    }
}

/// Words of one shape share a bit: the first, the second and the last letter, and the length.
fn shape_of(word: &[u8]) -> (usize, u64) {
    let letter = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or(0) & 31);
    let at = letter(word.first()).wrapping_mul(32).wrapping_add(letter(word.last()));
    let second = letter(word.get(1)).wrapping_mul(7).wrapping_add(word.len());
    (at, 1_u64.wrapping_shl(u32::try_from(second & 63).unwrap_or(0)))
}

/// FNV-1a of the letters, in lower case.
fn word_hash(word: &[u8]) -> u64 {
    word.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
