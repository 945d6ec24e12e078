//! Telephone numbers.
//!
//! An international number stands for itself where the numbering plan of its country has room for it. So do national
//! numbers in the forms that hardly anything else has ([`national`]). All other numbers of 7 to 15 digits need a cue.
//! What is written as a date, a range of years, an amount or an IP address is no telephone number even then.

mod cues;
mod named;
mod national;
mod plan;
mod written;

use super::{
    Match, Reason, Recognize, Trigger,
    lead::{self, Lead},
    word_list::WordList,
};
use crate::{
    context::{Context, is_word},
    cues::Cues,
    entity::EntityType,
};
use named::{cued, is_cued, linked, whole};
use plan::Plan;
use written::{Joint, Written};

pub(super) static FUNCTIONS: &[Recognize] = &[
    Recognize { trigger: Trigger::Pair(b"+(", b"0123456789(+"), recognize: signed },
    Recognize { trigger: Trigger::Number(&NUMBER), recognize: number },
];

/// Seven digits or more, or a first group of them.
static NUMBER: Lead = Lead {
    begins: &[
        (lead::digits(1, 6), lead::BLANK, lead::DIGIT | lead::OPEN | lead::DASH | lead::SLASH),
        (lead::digits(1, 6), lead::DASH | lead::DOT | lead::SLASH, lead::DIGIT | lead::OPEN),
        (lead::digits(1, 6), lead::OPEN, lead::DIGIT),
        (lead::digits(7, 18), lead::ANY, lead::ANY),
    ],
    behind: &[
        (lead::DOT, lead::LETTER),
        (lead::DASH | lead::SLASH | lead::COLON | lead::OPEN, lead::ANY & !lead::DIGIT),
        (lead::ANY & !(lead::DOT | lead::DASH | lead::SLASH | lead::COLON | lead::OPEN), lead::ANY),
    ],
    ..Lead::ANY
};

pub(super) static CUES: &[&Cues] =
    &[&cues::PHONE, &cues::NEAR, &cues::DIAL, &cues::PLACE, &cues::OTHER];

/// The fewest digits of an undivided international number that stands for itself.
const UNDIVIDED: usize = 10;

/// A number that begins with `+`, with `(+`, or with a group in parentheses.
fn signed(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let next = at.checked_add(1)?;
    if ctx.byte(at) == b'(' && ctx.byte(next).is_ascii_digit() {
        return if begins_alone(ctx, at) { written_at(ctx, at) } else { None };
    }
    let before = ctx.byte_before(at);
    if is_word(before) || before == b'+' {
        return None;
    }
    if ctx.byte(at) == b'+' {
        let from = next.checked_add(usize::from(ctx.byte(next) == b'('))?;
        if !ctx.byte(from).is_ascii_digit() {
            return None;
        }
        return international(ctx, at, &Written::read(ctx, next), 0, "phone_international");
    }
    // `(+49) 30 901820`: the sign is read as if it stood before the parenthesis.
    let from = next.checked_add(1)?;
    if ctx.byte(next) != b'+' || !ctx.byte(from).is_ascii_digit() {
        return None;
    }
    let written = Written::read_open(ctx, from);
    international(ctx, at, &written, 0, "phone_international")
}

/// A number without a sign.
fn number(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let end = ctx.run(at, 19, |byte| byte.is_ascii_digit());
    let len = end.checked_sub(at).filter(|len| (1..=18).contains(len))?;
    if len < 7 {
        let divides = matches!(ctx.byte(end), b' ' | b'.' | b'-' | b'/' | b'(');
        // Within a row of numbers: it was a part of what was read from an earlier one.
        let within = ctx.byte(end) == b' '
            && ctx.byte_before(at) == b' '
            && ctx.byte_before(at.saturating_sub(1)).is_ascii_digit();
        if !divides || within {
            return None;
        }
    }
    if begins_alone(ctx, at) { written_at(ctx, at) } else { None }
}

/// Whether nothing before `at` says that a number, a code or an amount goes on there.
fn begins_alone(ctx: &Context<'_>, at: usize) -> bool {
    let before = ctx.byte_before(at);
    if is_word(before) {
        return false;
    }
    match before {
        b'+' | b'$' | b'%' | b'~' => false,
        // `.5`, `[*0814`, but `Tel.030` and `**030`.
        b'.' => ctx.byte_before(at.saturating_sub(1)).is_ascii_alphabetic(),
        b'*' => ctx.byte_before(at.saturating_sub(1)) == b'*',
        // `CVE-2026-33056`, but `tel-0301234567`.
        b'-' if ctx.byte_before(at.saturating_sub(1)).is_ascii_alphanumeric() => {
            let named = ["tel-", "phone-", "fax-", "mobile-"];
            let before = ctx.before(at);
            named.iter().any(|name| {
                let from = before.len().checked_sub(name.len());
                from.and_then(|from| before.get(from..))
                    .is_some_and(|end| end.eq_ignore_ascii_case(name))
            })
        }
        b'-' | b'/' | b':' | b'\'' | b'(' => {
            let sign = at.saturating_sub(1);
            let further = ctx.byte_before(sign);
            !further.is_ascii_digit() && (before != b'(' || further != b'+')
        }
        0x80.. => {
            !matches!(ctx.char_before(at), Some('€' | '£' | '¥' | '₹' | '₩' | '₽' | '§' | '№'))
        }
        _ => true,
    }
}

fn written_at(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let written = Written::read(ctx, at);
    if written.len() < 7 {
        return None;
    }
    prefixed(ctx, at, &written)
        .or_else(|| north_american(ctx, &written))
        .or_else(|| home(ctx, &written))
        .or_else(|| linked(ctx, &written))
        .or_else(|| cued(ctx, &written))
}

/// `+44 20 7946 0958`: the digits from `skip` on begin with a calling code.
fn international(
    ctx: &Context<'_>,
    at: usize,
    written: &Written,
    skip: usize,
    rule: &'static str,
) -> Option<Match> {
    let mut found = None;
    for (count, group) in (1_usize..).zip(written.groups()) {
        let digits = written.digits(count).get(skip..).unwrap_or_default();
        // `+35236450.6` is an amount.
        let next = written.groups().get(count);
        let dotted = next.is_some_and(|next| next.joint == Joint::Dot && next.len < 3);
        let cents =
            (group.len < 3 && group.joint == Joint::Dot && count == 2) || (count == 1 && dotted);
        let fits = digits.len() >= 7 && !cents && fits(written, skip, digits);
        if !fits || !written.ends_word(ctx, count) {
            continue;
        }
        let undivided = count == 1 && digits.len() < UNDIVIDED;
        if !undivided {
            found = Some((count, Reason::Form));
        } else if found.is_none() && is_cued(ctx, at..group.end, written, count) {
            found = Some((count, Reason::Cue));
        }
        // A number of variable length that is whole doesn't swallow the number behind it.
        let next = written.groups().get(count);
        if group.len >= 6 && next.is_some_and(|next| next.joint == Joint::Blank) {
            break;
        }
    }
    let (count, reason) = found.or_else(|| unplanned(ctx, at, written, skip))?;
    finding(ctx, at, written, count, rule, reason)
}

/// A number of a country that no plan has room for, such as `+49 123 456789`: somebody's example, or a new plan. With
/// a cue only.
fn unplanned(
    ctx: &Context<'_>,
    at: usize,
    written: &Written,
    skip: usize,
) -> Option<(usize, Reason)> {
    let count = whole(ctx, written)?;
    let digits = written.digits(count).get(skip..)?;
    let plan = Plan::split(digits).filter(|_| (8..=15).contains(&digits.len()));
    plan?;
    let range = at..written.range(count).end;
    is_cued(ctx, range, written, count).then_some((count, Reason::Cue))
}

fn fits(written: &Written, skip: usize, digits: &[u8]) -> bool {
    let Some((plan, national)) = Plan::split(digits) else { return false };
    if plan.has_written(national) {
        return true;
    }
    // `+39 (0)6 ...`: there the 0 is dialled from abroad too.
    let trunk = written.trunk_at.and_then(|trunk| trunk.checked_sub(skip));
    let own = digits.len().checked_sub(national.len());
    if trunk.is_none() || trunk != own {
        return false;
    }
    let mut with_zero = [b'0'; 16];
    let len = national.len().saturating_add(1);
    match with_zero.get_mut(1..len) {
        Some(rest) => rest.copy_from_slice(national),
        None => return false,
    }
    with_zero.get(..len).is_some_and(|national| plan.has(national))
}

/// `0044 20 7946 0958`, `011 44 20 7946 0958`: divided, since many numbers begin with zeros.
fn prefixed(ctx: &Context<'_>, at: usize, written: &Written) -> Option<Match> {
    let digits = written.digits(written.groups().len());
    let skip = if digits.starts_with(b"00") { 2 } else { 3 };
    if skip == 3 && (!digits.starts_with(b"011") || written.groups().first()?.total != 3) {
        return None;
    }
    let first = *written.groups().first()?;
    let rest = digits.get(skip..)?;
    let (_, national) = Plan::split(rest)?;
    let code_end = digits.len().checked_sub(national.len())?;
    let divided = first.total == code_end || first.total == skip;
    if divided
        && (ctx.byte_before(at) == b';' || !stands_free(ctx, written, written.groups().len()))
    {
        return None;
    }
    if !divided && !is_cued(ctx, at..first.end, written, 1) {
        return None;
    }
    if !divided && written.groups().len() == 1 {
        let fits = fits(written, skip, rest) && written.ends_word(ctx, 1);
        return if fits {
            finding(ctx, at, written, 1, "phone_international", Reason::Cue)
        } else {
            None
        };
    }
    international(ctx, at, written, skip, "phone_international")
}

/// `(415) 555-2671`, `1-800-555-0199`.
fn north_american(ctx: &Context<'_>, written: &Written) -> Option<Match> {
    let shapes = written.shapes();
    let (skip, count) = match shapes {
        [_, _, _, 334, ..] => (0, 3),
        [_, _, _, _, 1334, _] if written.digits(1) == b"1" => (1, 4),
        [_, _, 37, ..] => (0, 2),
        _ => return None,
    };
    let groups = written.groups();
    let area = groups.get(skip)?;
    let national = written.digits(count).get(skip..)?;
    if !Plan::of(1)?.has(national) || !written.ends_alone(ctx, count) {
        return None;
    }
    let joint = |at: usize| groups.get(at).map(|group| group.joint);
    let last = joint(count.checked_sub(1)?)?;
    let own = matches!(last, Joint::Blank | Joint::Dash | Joint::Dot);
    if area.enclosed {
        let own = own || (count == 2 && last == Joint::None);
        return if own {
            finding(
                ctx,
                written.range(count).start,
                written,
                count,
                "phone_north_american",
                Reason::Form,
            )
        } else {
            None
        };
    }
    let first = joint(count.checked_sub(2)?)?;
    let even =
        own && count > 2 && (first == last || (first == Joint::Slash && last != Joint::Blank));
    let leading = skip == 0 || joint(1) == Some(first);
    if !even || !leading || !stands_free(ctx, written, count) {
        return None;
    }
    finding(ctx, written.range(count).start, written, count, "phone_north_american", Reason::Form)
}

/// A national number that its form gives away.
fn home(ctx: &Context<'_>, written: &Written) -> Option<Match> {
    if written.len() < 9 || written.groups().len() < 2 {
        return None;
    }
    let count = national::groups(written)?;
    if !written.ends_alone(ctx, count) || !stands_free(ctx, written, count) {
        return None;
    }
    finding(ctx, written.range(count).start, written, count, "phone_national", Reason::Form)
}

/// Whether a number that its form alone gives away stands where a telephone number may: not in a row of numbers, not
/// in a longer code, and not where the words before say that it is something else.
fn stands_free(ctx: &Context<'_>, written: &Written, count: usize) -> bool {
    static OTHERWISE: WordList = WordList::new(&[
        "order",
        "invoice",
        "tracking",
        "isbn",
        "issn",
        "ean",
        "upc",
        "part",
        "sku",
        "serial",
        "model",
        "version",
        "ticket",
        "case",
        "ref",
        "reference",
        "account",
        "acct",
        "item",
        "product",
        "article",
        "code",
        "id",
        "lot",
        "batch",
        "build",
        "release",
        "policy",
        "claim",
        "parcel",
        "shipment",
        "range",
        "vat",
        "zip",
    ]);
    // What may stand between such a word and its number.
    static NUMBER: WordList = WordList::new(&[
        "number", "numbers", "no", "nr", "num", "nos", "n", "is", "was", "are", "of", "to", "from",
        "as", "the", "key", "name", "value", "for", "and", "field", "code",
    ]);
    let at = written.range(count).start;
    let before = ctx.before(at);
    let enclosed = written.groups().first().is_some_and(|group| group.enclosed);
    let blank = written.joints(count).any(|joint| joint == Joint::Blank) && !enclosed;
    let bare = before.trim_end_matches([' ', '\t']);
    if is_dump(written, count, bare) {
        return false;
    }
    let octets = count == 4 && written.joints(count).all(|joint| joint == Joint::Dot);
    if octets && written.groups().iter().take(count).all(|group| group.len <= 3) {
        return false;
    }
    // A code such as `AB-415-555-2671` or `v.415...`.
    if before.ends_with(['-', '.', '/', '*', '^', '='])
        && before
            .get(..before.len().saturating_sub(1))
            .is_some_and(|b| b.ends_with(|c: char| c.is_alphanumeric()))
        && !before.ends_with(['=', '/'])
    {
        return false;
    }
    // A row of a table: nothing but numbers. Few of those begin with 0.
    let leads = written.digits(1).first() == Some(&b'0');
    if blank
        && (before.ends_with(' ') && bare.ends_with(|c: char| c.is_ascii_digit())
            || !leads && bare.ends_with(['|', '\n']))
    {
        return false;
    }
    // What is named as another number is none of ours, whether its check digits agree or not.
    let range = written.range(count);
    if let Some(other) = ctx.cue(range.clone(), &cues::OTHER)
        && ctx.cue(range, &cues::PHONE).is_none_or(|near| other < near)
    {
        return false;
    }
    let words = bare.trim_end_matches([':', '#', '.', '"', '=', '(']).trim_end();
    let words = words.rsplit(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let mut words = words;
    let Some(nearest) = words.next() else { return true };
    // `order no. 415-555-2671`, but `reference record: 415-555-2671` and `account holder 415-555-2671`.
    let mut further = || words.next().is_some_and(|word| OTHERWISE.has(word));
    !(OTHERWISE.has(nearest) || (NUMBER.has(nearest) && further()))
}

/// Pairs of bytes, such as `8B 05 00 00 00 00`.
fn is_dump(written: &Written, count: usize, before: &str) -> bool {
    let pairs = written.groups().iter().take(count).all(|group| group.len == 2);
    let mut last = before.bytes().rev();
    let pair = last.next().is_some_and(|byte| byte.is_ascii_hexdigit())
        && last.next().is_some_and(|byte| byte.is_ascii_hexdigit())
        && last.next().is_none_or(|byte| !is_word(byte));
    pairs && (pair || written.digits(count).ends_with(b"0000"))
}

fn finding(
    ctx: &Context<'_>,
    at: usize,
    written: &Written,
    count: usize,
    rule: &'static str,
    reason: Reason,
) -> Option<Match> {
    let end = written.range(count).end;
    let end = written::extension(ctx, end);
    (end > at).then(|| Match::new(at..end, EntityType::Phone, rule, reason))
}
