//! All masks of all codes, as one trie over the lengths of groups and what divides them.

use std::ops::Range;

use super::{
    Match, Reason,
    bank::iban::is_within_iban,
    code::{Check, Code},
};
use crate::{
    context::{Context, is_word},
    cues::{CueIndex, ListId},
    letters::is_letter,
};

/// Letters and digits of the longest code.
pub(crate) const LONGEST_CODE: usize = 48;

/// About as many masks as there are.
const MASKS: usize = 6000;

/// What a blank in a mask stands for.
const DIVIDERS: [u8; 4] = [b' ', b'-', b'.', b'/'];

/// The masks of the chosen types, compiled.
pub(crate) struct Codes {
    nodes: Vec<Node>,
    masks: Vec<Mask>,
}

struct Node {
    /// By what divides and how many letters and digits follow: the next node.
    next: Vec<((u8, u8), u16)>,
    /// Where all masks from here on have digits, and where letters.
    digits: u64,
    letters: u64,
    /// Whether all of them stand alone.
    alone: bool,
    /// Its first and last mask, each linked to the next.
    masks: Option<(u16, u16)>,
}

impl Node {
    fn new() -> Self {
        Self { next: Vec::new(), digits: u64::MAX, letters: u64::MAX, alone: true, masks: None }
    }

    /// Whether any mask from here on may fit what was read so far.
    fn may_fit(&self, shape: &Shape) -> bool {
        let digits = self.digits & shape.read();
        shape.digits & digits == digits
            && shape.digits & self.letters == 0
            && !(self.alone && shape.lower)
    }

    fn narrow(&mut self, digits: u64, letters: u64, alone: bool) {
        self.digits &= digits;
        self.letters &= letters;
        self.alone &= alone;
    }
}

struct Mask {
    code: &'static Code,
    digits: u64,
    letters: u64,
    /// What is itself: its place and the letter or digit.
    literals: Vec<(u8, u8)>,
    alone: bool,
    /// Of its cues.
    list: Option<ListId>,
    next: Option<u16>,
}

impl Mask {
    fn fits(&self, shape: &Shape) -> bool {
        shape.digits & self.digits == self.digits
            && shape.digits & self.letters == 0
            && self.literals.iter().all(|(at, byte)| shape.code.get(usize::from(*at)) == Some(byte))
    }
}

/// A form that is matched, and what it is if a cue, or nothing else, is needed.
pub(crate) struct Accepted {
    pub(crate) found: Match,
    pub(crate) nearness: usize,
}

impl Codes {
    pub(crate) fn new(codes: impl Iterator<Item = &'static Code>, cues: &CueIndex) -> Self {
        let mut all = Self { nodes: vec![Node::new()], masks: Vec::with_capacity(MASKS) };
        let mut written = Vec::with_capacity(LONGEST_CODE.saturating_mul(2));
        for code in codes {
            let list = cues.list(code.cues);
            let alone = code.alone.iter().map(|mask| (mask, true));
            for (mask, alone) in alone.chain(code.cued.iter().map(|mask| (mask, false))) {
                written.clear();
                let kind = Kind { code, alone, list };
                all.expand(kind, mask.as_bytes(), &mut written);
            }
        }
        // Lookups are binary searches.
        all.nodes.iter_mut().for_each(|node| node.next.sort_unstable());
        all
    }

    /// Writes repetitions out: `9{2,3}` is `99` and `999`.
    fn expand(&mut self, kind: Kind, mask: &[u8], written: &mut Vec<u8>) {
        let len = written.len();
        let Some((head, rest)) = mask.split_first() else { return self.divide(kind, written) };
        let (counts, rest) = counts_of(rest);
        for count in counts {
            written.truncate(len);
            written.extend(std::iter::repeat_n(*head, count));
            self.expand(kind, rest, written);
        }
        written.truncate(len);
    }

    /// Adds a mask with each divider that a blank stands for.
    fn divide(&mut self, kind: Kind, mask: &[u8]) {
        if mask.contains(&b' ') {
            DIVIDERS.into_iter().for_each(|divider| self.add(kind, mask, divider));
        } else {
            self.add(kind, mask, b' ');
        }
    }

    /// Adds a mask in which blanks are `blank`.
    fn add(&mut self, kind: Kind, mask: &[u8], blank: u8) {
        let (mut digits, mut letters, mut at, mut bit) = (0_u64, 0_u64, 0_u8, 1_u64);
        let mut literals = Vec::new();
        let (mut node, mut divider, mut len) = (0, 0_u8, 0_u8);
        let mut path = [0_u16; LONGEST_CODE];
        let mut steps = 0_usize;
        let mut step = |node: u16| {
            if let Some(place) = path.get_mut(steps) {
                *place = node;
                steps = steps.saturating_add(1);
            }
        };
        for byte in mask.iter().copied() {
            if byte.is_ascii_alphanumeric() {
                match byte {
                    b'9' => digits |= bit,
                    b'A' => letters |= bit,
                    b'X' => {}
                    literal => literals.push((at, literal.to_ascii_uppercase())),
                }
                at = at.saturating_add(1);
                bit = bit.wrapping_shl(1);
                len = len.saturating_add(1);
            } else {
                node = self.child(node, (divider, len));
                step(node);
                (divider, len) = (if byte == b' ' { blank } else { byte }, 0);
            }
        }
        node = self.child(node, (divider, len));
        step(node);
        for node in path.iter().take(steps) {
            if let Some(node) = self.nodes.get_mut(usize::from(*node)) {
                node.narrow(digits, letters, kind.alone);
            }
        }
        let Kind { code, alone, list } = kind;
        self.link(node, Mask { code, digits, letters, literals, alone, list, next: None });
    }

    /// Adds `mask` behind those of the node.
    fn link(&mut self, node: u16, mask: Mask) {
        let (Ok(new), Some(of)) =
            (u16::try_from(self.masks.len()), self.nodes.get_mut(usize::from(node)))
        else {
            return;
        };
        match &mut of.masks {
            None => of.masks = Some((new, new)),
            Some((_, last)) => {
                // Only masks of one code can be the same, and they come one behind the other.
                let Some(before) = self.masks.get_mut(usize::from(*last)) else { return };
                before.next = Some(new);
                *last = new;
            }
        }
        self.masks.push(mask);
    }

    fn child(&mut self, node: u16, key: (u8, u8)) -> u16 {
        let new = u16::try_from(self.nodes.len()).unwrap_or(u16::MAX);
        let Some(parent) = self.nodes.get_mut(usize::from(node)) else { return new };
        if let Some((_, child)) = parent.next.iter().find(|(of, _)| *of == key) {
            return *child;
        }
        parent.next.push((key, new));
        self.nodes.push(Node::new());
        new
    }

    /// The node behind `node`.
    fn step(&self, node: &Node, key: (u8, u8)) -> Option<&Node> {
        let found = node.next.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        let (_, child) = node.next.get(found)?;
        self.nodes.get(usize::from(*child))
    }

    fn masks_of(&self, node: &Node) -> impl Iterator<Item = &Mask> {
        let mask = |at: u16| self.masks.get(usize::from(at));
        let first = node.masks.and_then(|(first, _)| mask(first));
        std::iter::successors(first, move |last| mask(last.next?))
    }

    /// Reports each code that begins at `at`, the beginning of a word.
    pub(crate) fn find(&self, ctx: &Context<'_>, at: usize, mut accept: impl FnMut(Accepted)) {
        if continues(ctx, at) {
            return;
        }
        let Some(mut here) = self.nodes.first() else { return };
        let (mut from, mut divider) = (at, 0_u8);
        let mut candidate = Candidate { only_divider: None, shape: Shape::new(), in_iban: None };
        loop {
            let end = ctx.run(from, LONGEST_CODE, |byte| byte.is_ascii_alphanumeric());
            let len = end.saturating_sub(from);
            let key = (divider, u8::try_from(len).unwrap_or(u8::MAX));
            let Some(node) = self.step(here, key) else { return };
            here = node;
            candidate.shape.go_on(ctx, from..end);
            if !here.may_fit(&candidate.shape) {
                return;
            }
            if here.masks.is_some() {
                self.masks(ctx, at..end, here, &mut candidate, &mut accept);
            }
            if here.next.is_empty() || candidate.shape.len >= LONGEST_CODE {
                return;
            }
            divider = ctx.byte(end);
            candidate.only_divider = Some(divider);
            from = end.saturating_add(1);
            // `A123456(3)`, also written with a blank before.
            if divider == b' ' && ctx.byte(from) == b'(' {
                divider = b'(';
                from = from.saturating_add(1);
            }
            if divider == b')'
                && let Some(closed) = self.step(here, (b')', 0))
            {
                return self.masks(ctx, at..from, closed, &mut candidate, &mut accept);
            }
            if divider == 0 || !ctx.byte(from).is_ascii_alphanumeric() {
                return;
            }
        }
    }

    /// Reports the codes that what stands in `range` is by the masks of `node`. First the form is looked at, then what
    /// stands around, and in the end the check digits.
    fn masks(
        &self,
        ctx: &Context<'_>,
        range: Range<usize>,
        node: &Node,
        candidate: &mut Candidate,
        accept: &mut impl FnMut(Accepted),
    ) {
        let (mut ends, mut named) = (None, None);
        for mask in self.masks_of(node) {
            let shape = &candidate.shape;
            if (mask.alone && shape.lower)
                || (!mask.alone && named == Some(false))
                || !mask.fits(shape)
            {
                continue;
            }
            let ends = ends.get_or_insert_with(|| candidate.ends(ctx, &range));
            if *ends == Ends::GoesOn {
                return;
            }
            if mask.alone && *ends != Ends::Clean {
                continue;
            }
            let shape = &candidate.shape;
            let nearness = if mask.alone {
                0
            } else if *named.get_or_insert_with(|| ctx.is_named(&range)) {
                let near = mask.list.and_then(|list| ctx.cue_of(&range, list));
                let Some(near) = near else { continue };
                near
            } else {
                continue;
            };
            if !mask.code.check.accepts(shape.code()) {
                continue;
            }
            let checked = matches!(mask.code.check, Check::Checksum(_));
            let reason = match (mask.alone, checked) {
                (true, true) => Reason::Checksum,
                (true, false) => Reason::Form,
                (false, true) => Reason::CueAndChecksum,
                (false, false) => Reason::Cue,
            };
            let Code { entity, rule, .. } = mask.code;
            accept(Accepted { found: Match::new(range.clone(), *entity, rule, reason), nearness });
        }
    }
}

/// What a mask is of.
#[derive(Clone, Copy)]
struct Kind {
    code: &'static Code,
    alone: bool,
    list: Option<ListId>,
}

/// What may be a code, as far as it was read.
struct Candidate {
    only_divider: Option<u8>,
    shape: Shape,
    /// Whether it begins within an IBAN, once that was asked.
    in_iban: Option<bool>,
}

impl Candidate {
    fn ends(&mut self, ctx: &Context<'_>, range: &Range<usize>) -> Ends {
        let divider = self.only_divider;
        Ends::of(ctx, range, divider, || {
            *self.in_iban.get_or_insert_with(|| is_within_iban(ctx, range.start))
        })
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

    /// Bits of all places that were read.
    fn read(&self) -> u64 {
        let len = u32::try_from(self.len).unwrap_or(u32::MAX);
        1_u64.checked_shl(len).map_or(u64::MAX, |end| end.wrapping_sub(1))
    }

    fn go_on(&mut self, ctx: &Context<'_>, range: Range<usize>) {
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
    fn of(
        ctx: &Context<'_>,
        range: &Range<usize>,
        divider: Option<u8>,
        in_iban: impl FnOnce() -> bool,
    ) -> Self {
        let next = ctx.byte(range.end);
        let second = || ctx.byte(range.end.saturating_add(1));
        match next {
            b'_' | b'@' | b'%' => Self::GoesOn,
            b'-' | b'/' | b'+' if second().is_ascii_alphanumeric() => Self::GoesOn,
            b'.' | b':' if second().is_ascii_digit() => Self::GoesOn,
            _ if in_iban() => Self::GoesOn,
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
    is_letter(c) && !crate::cues::is_spaceless(c)
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
