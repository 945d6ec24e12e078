//! All masks of all codes, as one trie over the lengths of groups and what divides them.

mod beside;
mod trie;

use std::ops::Range;

use super::{
    Match, Reason,
    bank::iban::is_within_iban,
    code::{Check, Code},
};
use crate::{
    context::{Context, is_word},
    cues::{CueIndex, ListId},
    entity::EntityType,
    letters::is_letter,
};
use beside::{begins_with_word, is_amount, is_in_row, is_in_url, is_plate};
use trie::{Kind, Trie};

/// Letters and digits of the longest code.
pub(crate) const LONGEST_CODE: usize = 48;

/// About as many masks as there are.
const MASKS: usize = 6000;

/// What a blank in a mask stands for.
const DIVIDERS: [u8; 4] = [b' ', b'-', b'.', b'/'];

/// The masks of the chosen types, compiled.
pub(crate) struct Codes {
    nodes: Vec<Node>,
    /// Those of one node together.
    fans: Vec<Fan>,
    /// Those of one fan together.
    children: Vec<u16>,
    /// Those of one node together, the ones that stand alone first.
    masks: Vec<Mask>,
}

/// What divides, and how many letters and digits follow.
type Key = (u8, u8);

struct Node {
    fans: Range<usize>,
    /// Where all masks from here on have digits, and where letters.
    digits: u64,
    letters: u64,
    /// Whether all of them stand alone.
    alone: bool,
    masks: Range<usize>,
}

impl Node {
    /// Whether any mask from here on may fit what was read so far.
    fn may_fit(&self, shape: &Shape) -> bool {
        let digits = self.digits & shape.next.wrapping_sub(1);
        shape.digits & digits == digits
            && shape.digits & self.letters == 0
            && !(self.alone && shape.lower)
    }
}

/// The nodes behind a node where one sign divides.
struct Fan {
    divider: u8,
    /// The fewest letters and digits that may follow.
    least: u8,
    /// The nodes behind so many, and behind each number up to the most.
    children: Range<usize>,
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
}

impl Mask {
    fn fits(&self, ctx: &Context<'_>, shape: &mut Shape) -> bool {
        shape.digits & self.digits == self.digits
            && shape.digits & self.letters == 0
            && (self.literals.is_empty() || {
                let code = shape.code(ctx);
                self.literals.iter().all(|(at, byte)| code.get(usize::from(*at)) == Some(byte))
            })
    }
}

/// A form that is matched, and what it is if a cue, or nothing else, is needed.
pub(crate) struct Accepted {
    pub(crate) found: Match,
    pub(crate) nearness: usize,
}

impl Codes {
    pub(crate) fn new(codes: impl Iterator<Item = &'static Code>, cues: &CueIndex) -> Self {
        let mut trie = Trie::new();
        let mut written = Vec::with_capacity(LONGEST_CODE.saturating_mul(2));
        for code in codes {
            let list = cues.list(code.cues);
            let alone = code.alone.iter().map(|mask| (mask, true));
            for (mask, alone) in alone.chain(code.cued.iter().map(|mask| (mask, false))) {
                written.clear();
                let kind = Kind { code, alone, list };
                trie.expand(kind, mask.as_bytes(), &mut written);
            }
        }
        trie.compiled()
    }

    /// The node behind `node`.
    fn step(&self, node: &Node, (divider, len): Key) -> Option<&Node> {
        let fan = self.fan(node, divider)?;
        let further = usize::from(len.checked_sub(fan.least)?);
        let child = self.children.get(fan.children.clone())?.get(further)?;
        self.nodes.get(usize::from(*child))
    }

    fn fan(&self, node: &Node, divider: u8) -> Option<&Fan> {
        self.fans.get(node.fans.clone())?.iter().find(|fan| fan.divider == divider)
    }

    /// Reports each code that begins at `at`, the beginning of a word.
    pub(crate) fn find(&self, ctx: &Context<'_>, at: usize, mut accept: impl FnMut(Accepted)) {
        if continues(ctx, at) {
            return;
        }
        let Some(mut here) = self.nodes.first() else { return };
        let (mut from, mut divider) = (at, 0_u8);
        let mut candidate = Candidate::new(at);
        loop {
            let end = candidate.shape.go_on(ctx, from);
            let len = u8::try_from(end.saturating_sub(from)).unwrap_or(u8::MAX);
            let Some(node) = self.step(here, (divider, len)) else { return };
            here = node;
            if !here.may_fit(&candidate.shape) {
                return;
            }
            if !here.masks.is_empty() {
                self.masks(ctx, at..end, here, &mut candidate, &mut accept);
            }
            if here.fans.is_empty() || candidate.shape.len >= LONGEST_CODE {
                return;
            }
            divider = ctx.byte(end);
            candidate.last_divider = Some(divider);
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
            if divider == 0
                || self.fan(here, divider).is_none()
                || !ctx.byte(from).is_ascii_alphanumeric()
            {
                return;
            }
        }
    }

    /// Reports the codes that what stands in `range` is by the masks of `node`. First what stands beside it is looked
    /// at, then the form, then what it is named, and in the end the check digits.
    fn masks(
        &self,
        ctx: &Context<'_>,
        range: Range<usize>,
        node: &Node,
        candidate: &mut Candidate,
        accept: &mut impl FnMut(Accepted),
    ) {
        let ends = candidate.ends(ctx, &range);
        if ends == Ends::GoesOn {
            return;
        }
        let mut named = None;
        let never_alone = candidate.shape.lower || ends != Ends::Clean;
        for mask in self.masks.get(node.masks.clone()).unwrap_or_default() {
            if (mask.alone && never_alone) || !mask.fits(ctx, &mut candidate.shape) {
                continue;
            }
            if !mask.alone && !*named.get_or_insert_with(|| ctx.is_named(&range)) {
                // Those that stand alone went before.
                return;
            }
            if candidate.is_within_iban(ctx) {
                return;
            }
            let nearness = if mask.alone {
                0
            } else {
                let near = mask.list.and_then(|list| ctx.cue_of(&range, list));
                let Some(near) = near else { continue };
                near
            };
            if !mask.code.check.accepts(candidate.shape.code(ctx)) {
                continue;
            }
            // Rows of numbers hold whatever has so many digits: `DL 104 642 100 642`.
            let checked = matches!(mask.code.check, Check::Checksum(_));
            if ends == Ends::Number && !checked && is_in_row(ctx, &range) {
                continue;
            }
            if candidate.shape.lower && begins_with_word(ctx.str(range.clone())) {
                continue;
            }
            // What a site is called, or what is counted, says nothing of a number: `dl.acm.org/?id=1`, `1 tonnes`.
            let elsewhere = nearness > 0 && is_in_url(ctx, &range);
            if elsewhere || (!mask.alone && is_amount(ctx, range.end)) {
                continue;
            }
            if mask.code.entity == EntityType::VehiclePlate && !is_plate(ctx, &range) {
                continue;
            }
            if let Check::Near(is_near) = mask.code.check
                && !is_near(ctx, &range)
            {
                continue;
            }
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

/// What may be a code, as far as it was read.
struct Candidate {
    start: usize,
    last_divider: Option<u8>,
    shape: Shape,
    /// What stands before it, once that was asked.
    before: Option<Group>,
    /// Whether it begins within an IBAN, once that was asked.
    in_iban: Option<bool>,
}

impl Candidate {
    fn new(start: usize) -> Self {
        Self { start, last_divider: None, shape: Shape::new(start), before: None, in_iban: None }
    }

    fn is_within_iban(&mut self, ctx: &Context<'_>) -> bool {
        *self.in_iban.get_or_insert_with(|| is_within_iban(ctx, self.start))
    }

    fn ends(&mut self, ctx: &Context<'_>, range: &Range<usize>) -> Ends {
        let next = ctx.byte(range.end);
        let second = || ctx.byte(range.end.saturating_add(1));
        match next {
            b'_' | b'@' | b'%' => Ends::GoesOn,
            b'-' | b'/' | b'+' if second().is_ascii_alphanumeric() => Ends::GoesOn,
            b'.' | b':' if second().is_ascii_digit() => Ends::GoesOn,
            0..=0x7f if self.last_divider == Some(b' ') => {
                let before = *self.before.get_or_insert_with(|| group_before(ctx, range.start));
                let follows = || next == b' ' && second().is_ascii_digit();
                match before {
                    // In the middle of a row of numbers.
                    Group::First => Ends::GoesOn,
                    Group::Other if follows() => Ends::GoesOn,
                    Group::None if !follows() => Ends::Clean,
                    Group::None | Group::Other => Ends::Number,
                }
            }
            0..=0x7f => Ends::Clean,
            _ if ctx.char(range.end).is_some_and(joins_word) => Ends::GoesOn,
            _ => Ends::Clean,
        }
    }
}

/// The letters and digits of a candidate.
struct Shape {
    len: usize,
    /// The bit of the place that comes next.
    next: u64,
    digits: u64,
    /// Whether there is a lower-case letter.
    lower: bool,
    /// Those that were looked at one by one, in upper case, and where the next stands.
    code: [u8; LONGEST_CODE],
    filled: usize,
    at: usize,
    end: usize,
}

impl Shape {
    fn new(start: usize) -> Self {
        let code = [0; LONGEST_CODE];
        Self { len: 0, next: 1, digits: 0, lower: false, code, filled: 0, at: start, end: start }
    }

    /// Reads the letters and digits from `from` on. Gives their end.
    fn go_on(&mut self, ctx: &Context<'_>, from: usize) -> usize {
        let rest = ctx.text().as_bytes().get(from..).unwrap_or_default();
        let rest = rest.get(..LONGEST_CODE).unwrap_or(rest);
        let (mut digits, mut lower, mut bit) = (0_u64, false, self.next);
        let mut len = rest.len();
        for (at, byte) in rest.iter().enumerate() {
            if byte.is_ascii_digit() {
                digits |= bit;
            } else if byte.is_ascii_lowercase() {
                lower = true;
            } else if !byte.is_ascii_uppercase() {
                len = at;
                break;
            }
            bit = bit.wrapping_shl(1);
        }
        if len == rest.len() && len < LONGEST_CODE {
            ctx.ask();
        }
        self.digits |= digits;
        self.lower |= lower;
        self.next = bit;
        self.len = self.len.wrapping_add(len);
        self.end = from.wrapping_add(len);
        self.end
    }

    /// The letters and digits that were read, in upper case.
    fn code(&mut self, ctx: &Context<'_>) -> &[u8] {
        for byte in ctx.str(self.at..self.end).bytes().filter(u8::is_ascii_alphanumeric) {
            if let Some(place) = self.code.get_mut(self.filled) {
                *place = byte.to_ascii_uppercase();
                self.filled = self.filled.saturating_add(1);
            }
        }
        self.at = self.end;
        self.code.get(..self.filled).unwrap_or_default()
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

/// What stands before a code that is divided by blanks.
#[derive(Clone, Copy)]
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
    // `[.2261.0020.0008]`
    if ctx.byte_before(at) == b'.' && before.ends_with('[') {
        return true;
    }
    let token = before.bytes().rev().take_while(|byte| is_word(*byte)).take(16);
    if comma {
        // `1,234` is one number, `12345,234` are two cells.
        let digits = token.clone().take_while(u8::is_ascii_digit).count();
        let end = ctx.run(at, 4, |byte| byte.is_ascii_digit());
        // `1,234-567-890` is a cell and a code.
        let divided = matches!(ctx.byte(end), b' ' | b'-' | b'/')
            || (ctx.byte(end) == b'.' && ctx.byte(end.saturating_add(4)) == b'.');
        let further = ctx.byte(end.saturating_add(1));
        let letters = ctx.byte(end).is_ascii_uppercase() && further.is_ascii_uppercase();
        let code = letters || divided && (further.is_ascii_digit() || further.is_ascii_uppercase());
        return (1..=3).contains(&digits) && end.saturating_sub(at) == 3 && !code;
    }
    token.into_iter().any(|byte| byte.is_ascii_digit())
}
