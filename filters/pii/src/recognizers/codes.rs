//! All masks of all codes, as one trie over the lengths of groups and what divides them.

use std::ops::Range;

use super::{
    Match, Reason,
    bank::iban::is_within_iban,
    code::{Check, Code},
};
use crate::context::{Context, is_word};

/// Letters and digits of the longest code.
pub(crate) const LONGEST_CODE: usize = 48;

/// What a blank in a mask stands for.
const DIVIDERS: [u8; 4] = [b' ', b'-', b'.', b'/'];

/// The masks of the chosen types, compiled.
pub(crate) struct Codes {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    /// By what divides and how many letters and digits follow: the next node.
    next: Vec<((u8, u8), usize)>,
    masks: Vec<Mask>,
}

struct Mask {
    code: &'static Code,
    digits: u64,
    letters: u64,
    /// What is itself: its place and the letter or digit.
    literals: Vec<(usize, u8)>,
    alone: bool,
}

impl Mask {
    /// Whether `other` asks for the same: `9 9` and `9-9` both have a `-`.
    fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.code, other.code)
            && (self.digits, self.letters, self.alone) == (other.digits, other.letters, other.alone)
            && self.literals == other.literals
    }
}

/// A form that is matched, and what it is if a cue, or nothing else, is needed.
pub(crate) struct Accepted {
    pub(crate) found: Match,
    pub(crate) nearness: usize,
}

impl Codes {
    pub(crate) fn new(codes: impl Iterator<Item = &'static Code>) -> Self {
        let mut all = Self { nodes: vec![Node::default()] };
        for code in codes {
            let alone = code.alone.iter().map(|mask| (mask, true));
            for (mask, alone) in alone.chain(code.cued.iter().map(|mask| (mask, false))) {
                let mut written = Vec::with_capacity(LONGEST_CODE);
                all.expand(code, alone, mask.as_bytes(), &mut written);
            }
        }
        // Lookups are binary searches.
        all.nodes.iter_mut().for_each(|node| node.next.sort_unstable());
        all
    }

    /// Writes repetitions out: `9{2,3}` is `99` and `999`.
    fn expand(&mut self, code: &'static Code, alone: bool, mask: &[u8], written: &mut Vec<u8>) {
        let len = written.len();
        let Some((head, rest)) = mask.split_first() else {
            return self.divide(code, alone, written);
        };
        let (counts, rest) = counts_of(rest);
        for count in counts {
            written.truncate(len);
            written.extend(std::iter::repeat_n(*head, count));
            self.expand(code, alone, rest, written);
        }
        written.truncate(len);
    }

    /// Adds a mask with each divider that a blank stands for.
    fn divide(&mut self, code: &'static Code, alone: bool, mask: &[u8]) {
        if !mask.contains(&b' ') {
            return self.add(code, mask, alone);
        }
        for divider in DIVIDERS {
            let mask: Vec<u8> =
                mask.iter().map(|byte| if *byte == b' ' { divider } else { *byte }).collect();
            self.add(code, &mask, alone);
        }
    }

    fn add(&mut self, code: &'static Code, mask: &[u8], alone: bool) {
        let (mut digits, mut letters, mut at) = (0_u64, 0_u64, 0_u32);
        let mut literals = Vec::new();
        let (mut node, mut divider, mut len) = (0, 0_u8, 0_u8);
        for byte in mask.iter().copied() {
            if byte.is_ascii_alphanumeric() {
                let bit = 1_u64.checked_shl(at).unwrap_or_default();
                match byte {
                    b'9' => digits |= bit,
                    b'A' => letters |= bit,
                    b'X' => {}
                    literal => {
                        let place = usize::try_from(at).unwrap_or(usize::MAX);
                        literals.push((place, literal.to_ascii_uppercase()));
                    }
                }
                at = at.saturating_add(1);
                len = len.saturating_add(1);
            } else {
                node = self.child(node, (divider, len));
                (divider, len) = (byte, 0);
            }
        }
        node = self.child(node, (divider, len));
        if let Some(node) = self.nodes.get_mut(node) {
            let mask = Mask { code, digits, letters, literals, alone };
            if !node.masks.iter().any(|known| known.is(&mask)) {
                node.masks.push(mask);
            }
        }
    }

    fn child(&mut self, node: usize, key: (u8, u8)) -> usize {
        let new = self.nodes.len();
        let Some(parent) = self.nodes.get_mut(node) else { return new };
        if let Some((_, child)) = parent.next.iter().find(|(of, _)| *of == key) {
            return *child;
        }
        parent.next.push((key, new));
        self.nodes.push(Node::default());
        new
    }

    /// Reports each code that begins at `at`, the beginning of a word.
    pub(crate) fn find(&self, ctx: &Context<'_>, at: usize, mut accept: impl FnMut(Accepted)) {
        if continues(ctx, at) {
            return;
        }
        let (mut from, mut divider, mut node) = (at, 0_u8, self.nodes.first());
        let mut shape = Shape::new();
        let mut only_divider = None;
        while let Some(here) = node {
            let end = ctx.run(from, LONGEST_CODE, |byte| byte.is_ascii_alphanumeric());
            let len = end.saturating_sub(from);
            let key = (divider, u8::try_from(len).unwrap_or(u8::MAX));
            let Ok(found) = here.next.binary_search_by_key(&key, |(key, _)| *key) else { return };
            node = here.next.get(found).and_then(|(_, child)| self.nodes.get(*child));
            let Some(here) = node else { return };
            shape.read(ctx, from..end);
            if !here.masks.is_empty() {
                self.masks(ctx, at..end, here, &shape, only_divider, &mut accept);
            }
            if here.next.is_empty() || shape.len >= LONGEST_CODE {
                return;
            }
            divider = ctx.byte(end);
            only_divider = Some(divider);
            from = end.saturating_add(1);
            // `A123456(3)`, also written with a blank before.
            if divider == b' ' && ctx.byte(from) == b'(' {
                divider = b'(';
                from = from.saturating_add(1);
            }
            if divider == b')'
                && let Ok(found) = here.next.binary_search_by_key(&(b')', 0), |(key, _)| *key)
            {
                let closed = here.next.get(found).and_then(|(_, child)| self.nodes.get(*child));
                if let Some(closed) = closed {
                    self.masks(ctx, at..from, closed, &shape, only_divider, &mut accept);
                }
                return;
            }
            if divider == 0 || !ctx.byte(from).is_ascii_alphanumeric() {
                return;
            }
        }
    }

    fn masks(
        &self,
        ctx: &Context<'_>,
        range: Range<usize>,
        node: &Node,
        shape: &Shape,
        divider: Option<u8>,
        accept: &mut impl FnMut(Accepted),
    ) {
        let fits = |mask: &Mask| {
            shape.digits & mask.digits == mask.digits
                && shape.digits & mask.letters == 0
                && mask.literals.iter().all(|(at, byte)| shape.code.get(*at) == Some(byte))
        };
        let mut ends = None;
        for mask in node.masks.iter().filter(|mask| fits(mask)) {
            if mask.alone && shape.lower {
                continue;
            }
            let ends = ends.get_or_insert_with(|| Ends::of(ctx, &range, divider));
            if *ends == Ends::GoesOn || (mask.alone && *ends != Ends::Clean) {
                continue;
            }
            if !mask.code.check.accepts(shape.code()) {
                continue;
            }
            let checked = matches!(mask.code.check, Check::Checksum(_));
            let (reason, nearness) = if mask.alone {
                (if checked { Reason::Checksum } else { Reason::Form }, 0)
            } else if let Some(nearness) = ctx.cue(range.clone(), mask.code.cues) {
                (if checked { Reason::CueAndChecksum } else { Reason::Cue }, nearness)
            } else {
                continue;
            };
            let Code { entity, rule, .. } = mask.code;
            accept(Accepted { found: Match::new(range.clone(), *entity, rule, reason), nearness });
        }
    }
}

/// The letters and digits of a candidate.
struct Shape {
    /// In upper case; the first `len` of them.
    code: [u8; LONGEST_CODE],
    len: usize,
    digits: u64,
    /// Whether there is a lower-case letter.
    lower: bool,
}

impl Shape {
    fn new() -> Self {
        Self { code: [0; LONGEST_CODE], len: 0, digits: 0, lower: false }
    }

    fn read(&mut self, ctx: &Context<'_>, range: Range<usize>) {
        for byte in ctx.str(range).bytes() {
            if byte.is_ascii_digit() {
                let at = u32::try_from(self.len).unwrap_or(u32::MAX);
                self.digits |= 1_u64.checked_shl(at).unwrap_or_default();
            }
            self.lower |= byte.is_ascii_lowercase();
            if let Some(place) = self.code.get_mut(self.len) {
                *place = byte.to_ascii_uppercase();
                self.len = self.len.saturating_add(1);
            }
        }
    }

    fn code(&self) -> &[u8] {
        self.code.get(..self.len).unwrap_or_default()
    }
}

#[derive(PartialEq)]
enum Ends {
    /// Nothing follows that belongs to it.
    Clean,
    /// A blank and another number: where a code is divided by blanks, this may be more of it.
    Number,
    /// It is the beginning of something longer.
    GoesOn,
}

impl Ends {
    fn of(ctx: &Context<'_>, range: &Range<usize>, divider: Option<u8>) -> Self {
        let next = ctx.byte(range.end);
        let second = || ctx.byte(range.end.saturating_add(1));
        match next {
            b'_' | b'@' | b'%' => Self::GoesOn,
            b'-' | b'/' | b'+' if second().is_ascii_alphanumeric() => Self::GoesOn,
            b'.' | b':' if second().is_ascii_digit() => Self::GoesOn,
            _ if is_within_iban(ctx, range.start) => Self::GoesOn,
            0..=0x7f if divider == Some(b' ') => {
                let follows = next == b' ' && second().is_ascii_digit();
                match (group_before(ctx, range.start), follows) {
                    (Group::None, false) => Self::Clean,
                    // In the middle of a row of numbers.
                    (Group::First, _) | (Group::Other, true) => Self::GoesOn,
                    (Group::None, true) | (Group::Other, false) => Self::Number,
                }
            }
            0..=0x7f => Self::Clean,
            _ if ctx.char(range.end).is_some_and(joins_word) => Self::GoesOn,
            _ => Self::Clean,
        }
    }
}

/// What stands before a code that is divided by blanks.
enum Group {
    /// No digits.
    None,
    /// A few digits, with which a longer number begins: in `83 914 571 673` what begins at `914` is nothing.
    First,
    /// Other digits.
    Other,
}

fn group_before(ctx: &Context<'_>, start: usize) -> Group {
    if ctx.byte_before(start) != b' ' {
        return Group::None;
    }
    let before = ctx.before(start.saturating_sub(1)).bytes().rev();
    let digits = before.clone().take_while(u8::is_ascii_digit).count();
    let mut rest = before.skip(digits);
    match (digits, rest.next(), rest.next()) {
        (0, ..) => Group::None,
        (1..=4, None, _) => Group::First,
        (1..=4, Some(sign), next)
            if !is_word(sign) && !next.is_some_and(|next| next.is_ascii_digit()) =>
        {
            Group::First
        }
        _ => Group::Other,
    }
}

/// Whether a character that isn't ASCII makes one word with what stands beside it.
pub(crate) fn joins_word(c: char) -> bool {
    c.is_alphabetic() && !crate::cues::is_spaceless(c)
}

/// Whether what begins at `at` goes on from something with digits: as in `12-` or `3.`.
fn continues(ctx: &Context<'_>, at: usize) -> bool {
    if !matches!(ctx.byte_before(at), b'-' | b'.' | b'/' | b'+' | b',') {
        return false;
    }
    let before = ctx.before(at.saturating_sub(1));
    let comma = ctx.byte_before(at) == b',';
    let token = before.bytes().rev().take_while(|byte| is_word(*byte)).take(16);
    if comma {
        // `1,234` is one number, `12345,234` are two cells.
        let digits = token.clone().take_while(u8::is_ascii_digit).count();
        let end = ctx.run(at, 4, |byte| byte.is_ascii_digit());
        // `1,234-567-890` is a cell and a code.
        let divided = matches!(ctx.byte(end), b' ' | b'-' | b'/')
            || (ctx.byte(end) == b'.' && ctx.byte(end.saturating_add(4)) == b'.');
        let code = divided && ctx.byte(end.saturating_add(1)).is_ascii_digit();
        return (1..=3).contains(&digits) && end.saturating_sub(at) == 3 && !code;
    }
    token.into_iter().any(|byte| byte.is_ascii_digit())
}

/// How often what stands before `mask` is repeated, if `{2}` or `{2,3}` says so, and what follows that.
fn counts_of(mask: &[u8]) -> (std::ops::RangeInclusive<usize>, &[u8]) {
    let Some(body) = mask.strip_prefix(b"{") else { return (1..=1, mask) };
    let Some(end) = body.iter().position(|byte| *byte == b'}') else { return (1..=1, mask) };
    let number =
        |part: Option<&[u8]>| part.and_then(|part| str::from_utf8(part).ok()?.parse().ok());
    let mut parts = body.get(..end).unwrap_or_default().split(|byte| *byte == b',');
    let least = number(parts.next()).unwrap_or(1);
    let most = number(parts.next()).unwrap_or(least);
    (least..=most, body.get(end.saturating_add(1)..).unwrap_or_default())
}
