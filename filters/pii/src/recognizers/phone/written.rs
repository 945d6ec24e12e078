//! A telephone number as it is written: groups of digits, and what joins them.

use std::ops::Range;

use crate::context::{Context, is_word};

/// Digits of the longest number (E.164: 15) with an international prefix (`011`).
const MAX_DIGITS: usize = 18;
const MAX_GROUPS: usize = 8;

/// What stands before a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Joint {
    /// Nothing: the first group, or one directly behind a parenthesis.
    #[default]
    None,
    Blank,
    Dash,
    Dot,
    Slash,
    /// A dash or a slash between blanks.
    Wide,
}

#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Group {
    pub(super) joint: Joint,
    /// In parentheses.
    pub(super) enclosed: bool,
    pub(super) len: usize,
    /// Digits of this group and all before it.
    pub(super) total: usize,
    /// The end in the text, a closing parenthesis included.
    pub(super) end: usize,
}

/// Groups of digits, as many as may be one number.
pub(super) struct Written {
    start: usize,
    digits: [u8; MAX_DIGITS],
    groups: [Group; MAX_GROUPS],
    count: usize,
    /// Digits before a `(0)`, which isn't among the digits itself.
    pub(super) trunk_at: Option<usize>,
}

impl Written {
    fn empty(start: usize) -> Self {
        let (digits, groups) = ([0; MAX_DIGITS], [Group::default(); MAX_GROUPS]);
        Self { start, digits, groups, count: 0, trunk_at: None }
    }

    /// What is written at `at`, where a digit or a parenthesis stands.
    pub(super) fn read(ctx: &Context<'_>, at: usize) -> Self {
        let mut written = Self::empty(at);
        written.go_on(ctx, at);
        written
    }

    /// What is written at `at`, where the first digit of a group in parentheses stands, behind something else in them.
    pub(super) fn read_open(ctx: &Context<'_>, at: usize) -> Self {
        let mut written = Self::empty(at);
        let end = ctx.run(at, 4, |byte| byte.is_ascii_digit());
        let len = end.saturating_sub(at);
        let digits = ctx.str(at..end).as_bytes();
        let (slot, group) = (written.digits.get_mut(..len), written.groups.first_mut());
        if let (b')', Some(slot), Some(group)) = (ctx.byte(end), slot, group) {
            slot.copy_from_slice(digits);
            let end = end.saturating_add(1);
            *group = Group { joint: Joint::None, enclosed: true, len, total: len, end };
            written.count = 1;
            written.go_on(ctx, end);
        }
        written
    }

    fn go_on(&mut self, ctx: &Context<'_>, at: usize) {
        let mut next = at;
        while let Some(end) = self.group(ctx, next) {
            next = end;
        }
    }

    /// Takes the group at `at` with what joins it; its end, or None where there is none.
    fn group(&mut self, ctx: &Context<'_>, at: usize) -> Option<usize> {
        let (joint, from) = if self.count == 0 { (Joint::None, at) } else { joint(ctx, at)? };
        let enclosed = ctx.byte(from) == b'(';
        let from = from.checked_add(usize::from(enclosed))?;
        if joint == Joint::None && !enclosed && self.groups().last().is_some_and(|g| !g.enclosed) {
            return None;
        }
        let total = self.groups().last().map_or(0, |group| group.total);
        let len = self.take_digits(ctx, from, total)?;
        let end = from.checked_add(len)?;
        if len == 0 || (enclosed && ctx.byte(end) != b')') {
            return None;
        }
        let end = end.checked_add(usize::from(enclosed))?;
        if enclosed && len == 1 && total > 0 && ctx.byte(from) == b'0' && self.trunk_at.is_none() {
            self.trunk_at = Some(total);
            let last = self.groups.get_mut(self.count.checked_sub(1)?)?;
            // What follows is joined as if it stood behind a parenthesis.
            last.enclosed = true;
            return Some(end);
        }
        let group = self.groups.get_mut(self.count)?;
        *group = Group { joint, enclosed, len, total: total.checked_add(len)?, end };
        self.count = self.count.checked_add(1)?;
        Some(end)
    }

    /// Writes the digits that stand at `from` behind those that there are. Gives how many; None where there is no room.
    fn take_digits(&mut self, ctx: &Context<'_>, from: usize, total: usize) -> Option<usize> {
        let rest = ctx.text().as_bytes().get(from..).unwrap_or_default();
        let mut slots = self.digits.get_mut(total..)?.iter_mut();
        let mut len = 0_usize;
        for byte in rest {
            if !byte.is_ascii_digit() {
                return Some(len);
            }
            *slots.next()? = *byte;
            len = len.wrapping_add(1);
        }
        ctx.ask();
        Some(len)
    }

    pub(super) fn groups(&self) -> &[Group] {
        self.groups.get(..self.count).unwrap_or_default()
    }

    /// All digits of the first `count` groups.
    pub(super) fn digits(&self, count: usize) -> &[u8] {
        let last = count.checked_sub(1).and_then(|at| self.groups.get(at));
        self.digits.get(..last.map_or(0, |group| group.total)).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.groups().last().map_or(0, |group| group.total)
    }

    pub(super) fn range(&self, count: usize) -> Range<usize> {
        let last = count.checked_sub(1).and_then(|at| self.groups.get(at));
        self.start..last.map_or(self.start, |group| group.end)
    }

    /// The lengths of the first groups as a decimal number, a digit each, by how many groups they are.
    pub(super) fn shapes(&self) -> [u32; 6] {
        let mut shapes = [0; 6];
        let mut shape = 0_u32;
        for (slot, group) in shapes.iter_mut().skip(1).zip(self.groups()) {
            let len = u32::try_from(group.len).ok().filter(|len| *len < 10);
            let Some(longer) = len.and_then(|len| shape.checked_mul(10)?.checked_add(len)) else {
                break;
            };
            shape = longer;
            *slot = shape;
        }
        shapes
    }

    /// What joins the first `count` groups, parentheses apart.
    pub(super) fn joints(&self, count: usize) -> impl Iterator<Item = Joint> + '_ {
        self.groups().iter().take(count).skip(1).map(|group| group.joint)
    }

    /// Whether the first `count` groups are divided in one manner: the first joint, and one behind a parenthesis, may be
    /// of its own, as in `070-123 45 67`, `(11) 98765-4321` and `8 (495) 123-45-67`.
    pub(super) fn is_even(&self, count: usize) -> bool {
        let groups = self.groups();
        let pairs = groups.iter().zip(groups.iter().skip(1)).take(count.saturating_sub(1)).skip(1);
        let mut joints = pairs.filter(|(before, _)| !before.enclosed).map(|(_, group)| group.joint);
        let first = joints.next();
        first.is_none_or(|first| {
            matches!(first, Joint::Blank | Joint::Dash | Joint::Dot)
                && joints.all(|joint| joint == first)
        })
    }

    /// Whether the first `count` groups end where a number ends: no further group, unless it stands behind a blank and
    /// the number has none.
    pub(super) fn ends_alone(&self, ctx: &Context<'_>, count: usize) -> bool {
        let blank = self.joints(count).any(|joint| joint == Joint::Blank);
        let next = self.groups().get(count);
        let free = next.is_none_or(|next| next.joint == Joint::Blank && (!blank || next.enclosed));
        free && self.ends_word(ctx, count)
    }

    /// Whether no word and no code goes on behind the first `count` groups.
    pub(super) fn ends_word(&self, ctx: &Context<'_>, count: usize) -> bool {
        let end = self.range(count).end;
        if extension(ctx, end) > end {
            return true;
        }
        let next = ctx.byte(end);
        let further = ctx.byte(end.saturating_add(1));
        match next {
            b'@' | b'%' => false,
            // A time, a port, a part of a name of a resource.
            b':' => !is_word(further),
            b'-' | b'.' if further.is_ascii_digit() => self.groups().len() > count,
            b'-' => !further.is_ascii_alphabetic() || kind_behind(ctx, end),
            _ => !is_word(next),
        }
    }
}

/// Whether a word for a kind of number follows: `555 0100 office`, `555 0100-Fax`.
pub(super) fn kind_behind(ctx: &Context<'_>, end: usize) -> bool {
    const KINDS: [&str; 9] =
        ["office", "fax", "mobile", "cell", "home", "work", "desk", "direct", "landline"];
    if !matches!(ctx.byte(end), b' ' | b'-') {
        return false;
    }
    let bracket = usize::from(ctx.byte(end.saturating_add(1)) == b'(');
    let from = end.saturating_add(1).saturating_add(bracket);
    let to = ctx.run(from, 9, |byte| byte.is_ascii_alphabetic());
    let ends = match ctx.byte(to) {
        b'\n' | b'\r' | b'\\' | b',' | b';' | b')' | b'|' => true,
        0 => ctx.is_last(),
        _ => false,
    };
    ends && KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(ctx.str(from..to)))
}

/// What joins two groups at `at`, and where the next begins.
fn joint(ctx: &Context<'_>, at: usize) -> Option<(Joint, usize)> {
    let opens = |at: usize| {
        let byte = ctx.byte(at);
        byte.is_ascii_digit() || (byte == b'(' && ctx.byte(at.saturating_add(1)).is_ascii_digit())
    };
    let next = at.checked_add(1)?;
    let joint = match ctx.byte(at) {
        b' ' => Joint::Blank,
        b'-' => Joint::Dash,
        b'.' => Joint::Dot,
        b'/' => Joint::Slash,
        _ => return opens(at).then_some((Joint::None, at)),
    };
    if opens(next) {
        return Some((joint, next));
    }
    let wide = joint == Joint::Blank && matches!(ctx.byte(next), b'-' | b'/');
    let from = at.checked_add(3)?;
    (wide && ctx.byte(at.checked_add(2)?) == b' ' && opens(from)).then_some((Joint::Wide, from))
}

/// The end of an extension that belongs to the number that ends at `end`; `end` where there is none.
pub(super) fn extension(ctx: &Context<'_>, end: usize) -> usize {
    const WORDS: [&str; 12] = [
        "ext",
        "extension",
        "extn",
        "x",
        "#",
        ";ext=",
        "durchwahl",
        "dw",
        "poste",
        "ramal",
        "anexo",
        "int",
    ];
    const LONGEST: usize = 9;
    let skip = |at: usize| ctx.run(at, 2, |byte| matches!(byte, b' ' | b','));
    let from = skip(end);
    // `x` and `#` aside, a word: read as a run, so that its end is known.
    let first = ctx.byte(from);
    let word_end = match first {
        b'#' => from.saturating_add(1),
        b';' => ctx.run(from, 5, |byte| matches!(byte, b';' | b'=') || byte.is_ascii_alphabetic()),
        b'a'..=b'z' | b'A'..=b'Z' => {
            ctx.run(from, LONGEST.saturating_add(1), |b| b.is_ascii_alphabetic())
        }
        _ => return end,
    };
    let word = ctx.str(from..word_end);
    if !WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        return end;
    }
    let dot = usize::from(matches!(ctx.byte(word_end), b'.' | b':'));
    let digits = skip(word_end.saturating_add(dot));
    let digits_end = ctx.run(digits, 7, |byte| byte.is_ascii_digit());
    let len = digits_end.saturating_sub(digits);
    if (1..=6).contains(&len) && !is_word(ctx.byte(digits_end)) { digits_end } else { end }
}
