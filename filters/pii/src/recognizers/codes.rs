//! All masks of all codes, as one trie over the lengths of groups and what divides them.

use std::ops::Range;

use super::{
    Match, Reason,
    code::{Check, Code},
};
use crate::{
    context::{Context, is_word},
    entity::EntityType,
};

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
    alone: bool,
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
                for mask in expanded(mask) {
                    if mask.contains(' ') {
                        for divider in DIVIDERS {
                            let mask = mask.replace(' ', &char::from(divider).to_string());
                            all.add(code, &mask, alone);
                        }
                    } else {
                        all.add(code, &mask, alone);
                    }
                }
            }
        }
        all
    }

    fn add(&mut self, code: &'static Code, mask: &str, alone: bool) {
        let (mut digits, mut letters, mut at) = (0_u64, 0_u64, 0_u32);
        let (mut node, mut divider, mut len) = (0, 0_u8, 0_u8);
        for byte in mask.bytes() {
            if byte.is_ascii_alphanumeric() {
                let bit = 1_u64.checked_shl(at).unwrap_or_default();
                match byte {
                    b'9' => digits |= bit,
                    b'A' => letters |= bit,
                    _ => {}
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
            node.masks.push(Mask { code, digits, letters, alone });
        }
    }

    fn child(&mut self, node: usize, key: (u8, u8)) -> usize {
        let new = self.nodes.len();
        let Some(parent) = self.nodes.get_mut(node) else { return new };
        if let Some((_, child)) = parent.next.iter().find(|(of, _)| *of == key) {
            return *child;
        }
        parent.next.push((key, new));
        // A lookup stops at the first one that is larger.
        parent.next.sort_unstable();
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
            shape.digits & mask.digits == mask.digits && shape.digits & mask.letters == 0
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
            b' ' if divider == Some(b' ') && second().is_ascii_digit() => Self::Number,
            b' ' | 0..=0x7f => {
                let before = ctx.byte_before(range.start);
                let number = before == b' '
                    && divider == Some(b' ')
                    && range
                        .start
                        .checked_sub(1)
                        .is_some_and(|at| ctx.byte_before(at).is_ascii_digit());
                if number { Self::Number } else { Self::Clean }
            }
            _ if ctx.char(range.end).is_some_and(joins_word) => Self::GoesOn,
            _ => Self::Clean,
        }
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
        let next = ctx.run(at, 4, |byte| byte.is_ascii_digit()).saturating_sub(at);
        return (1..=3).contains(&digits) && next == 3;
    }
    token.into_iter().any(|byte| byte.is_ascii_digit())
}

/// `mask` with its repetitions written out: `9{2,3}` is `99` and `999`.
fn expanded(mask: &str) -> Vec<String> {
    let Some((head, rest)) = mask.split_once('{') else { return vec![mask.to_owned()] };
    let Some((count, tail)) = rest.split_once('}') else { return vec![mask.to_owned()] };
    let (least, most) = count.split_once(',').unwrap_or((count, count));
    let (least, most): (usize, usize) = (least.parse().unwrap_or(1), most.parse().unwrap_or(1));
    let repeated = head.chars().next_back().unwrap_or('9').to_string();
    let head = head.get(..head.len().saturating_sub(repeated.len())).unwrap_or_default();
    (least..=most)
        .flat_map(|count| {
            let head = format!("{head}{}", repeated.repeat(count));
            expanded(tail).into_iter().map(move |tail| format!("{head}{tail}"))
        })
        .collect()
}

/// The types of `codes`, for the tests.
pub(crate) fn types(codes: &[Code]) -> impl Iterator<Item = EntityType> {
    codes.iter().map(|code| code.entity)
}
