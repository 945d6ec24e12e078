//! Numbers of any form that a link or a cue says to be telephone numbers.

use std::ops::Range;

use super::{
    cues, finding,
    written::{self, Joint, Written},
};
use crate::{
    context::Context,
    recognizers::{Match, Reason, word_list::WordList},
};

/// `tel:0301234567`, `https://wa.me/4915123456789`.
pub(super) fn linked(ctx: &Context<'_>, written: &Written) -> Option<Match> {
    const LINKS: [&str; 9] = [
        "tel:",
        "sms:",
        "smsto:",
        "callto:",
        "wa.me/",
        "phone=",
        "facetime:",
        "whatsapp:",
        "smsto:+",
    ];
    let at = written.range(0).start;
    if !matches!(ctx.byte_before(at), b':' | b'/' | b'=' | b'+') {
        return None;
    }
    let before = ctx.before(at);
    let linked = LINKS.iter().any(|link| {
        let from = before.len().checked_sub(link.len());
        from.and_then(|from| before.get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(link))
    });
    if !linked {
        return None;
    }
    let count = whole(ctx, written)?;
    finding(ctx, at, written, count, "phone_link", Reason::Form)
}

/// A number that a cue says to be a telephone number.
pub(super) fn cued(ctx: &Context<'_>, written: &Written) -> Option<Match> {
    let count = whole(ctx, written)?;
    let range = written.range(count);
    let reason = is_cued(ctx, range.clone(), written, count).then_some(Reason::Cue)?;
    finding(ctx, range.start, written, count, "phone_cued", reason)
}

/// How many groups a number has of which nothing is known but that it is one.
pub(super) fn whole(ctx: &Context<'_>, written: &Written) -> Option<usize> {
    let mut found = None;
    for (count, group) in (1_usize..).zip(written.groups()) {
        let next = written.groups().get(count);
        let fits = (7..=15).contains(&group.total);
        // What goes on behind a dash or a dot is one with it: `12345678-1111-2222-…`.
        let joined = next.is_some_and(|next| matches!(next.joint, Joint::Dash | Joint::Dot));
        if fits && !joined && written.ends_word(ctx, count) {
            found = Some(count);
        }
        let complete = fits && (group.len >= 6 || (group.total >= 10 && group.len >= 4));
        if complete && next.is_some_and(|next| next.joint == Joint::Blank) {
            break;
        }
    }
    let count = found?;
    (!is_otherwise(written, count)).then_some(count)
}

/// Whether the first `count` groups are written as a date, years, an amount or an IP address.
fn is_otherwise(written: &Written, count: usize) -> bool {
    let digits = written.digits(count);
    let mut joints = written.joints(count);
    let (first, second) = (joints.next(), joints.next());
    let century = |at: usize| {
        let two = digits.get(at..at.saturating_add(2));
        two.is_some_and(|two| two == b"19" || two == b"20")
    };
    let small = |at: usize, most: &[u8]| {
        digits.get(at..at.saturating_add(2)).is_some_and(|two| two <= most && two != b"00")
    };
    let [_, _, two, three, ..] = written.shapes();
    // An IP address, an object identifier, a version.
    let dots = count > 3 && written.joints(count).all(|joint| joint == Joint::Dot);
    if dots {
        let pairs = written.groups().iter().take(count).all(|group| group.len == 2);
        let single = written.groups().iter().take(count).any(|group| group.len == 1);
        return single || !(pairs || digits.first() == Some(&b'0'));
    }
    let date = first == second && first != Some(Joint::Blank);
    match (two, three) {
        (_, 422) if count >= 3 => date && century(0) && small(4, b"12") && small(6, b"31"),
        (_, 224) if count >= 3 => date && small(0, b"31") && small(2, b"31") && century(4),
        (44, _) if count == 2 => first != Some(Joint::Blank) && century(0) && century(4),
        _ => {
            // `1412830.188` is an amount, `555.2671` isn't.
            let local = matches!(two, 34 | 44) || digits.first() == Some(&b'0');
            count == 2 && first == Some(Joint::Dot) && !local
        }
    }
}

/// Whether a cue says that `range` is a telephone number; the plainer the number, the nearer it must stand.
pub(super) fn is_cued(
    ctx: &Context<'_>,
    range: Range<usize>,
    written: &Written,
    count: usize,
) -> bool {
    /// As far as a cue is from a number behind `: ` or ` is `.
    const NEXT: usize = 6;
    const BARE: usize = 48;
    /// As far as a cue is from a value that is its pair: `{"key": "mobile", "value": "…"}`.
    const PAIR: usize = 20;
    let digits = written.digits(count).len();
    let divided = count > 1 && digits >= 8;
    if (divided || digits >= 7 && count < 4) && written::kind_behind(ctx, range.end) {
        return true;
    }
    if !ctx.is_named(&range) {
        return false;
    }
    let behind = 96;
    let strong = ctx.cue(range.clone(), &cues::PHONE);
    if strong.is_some_and(|near| {
        divided || near >= behind || (near <= BARE && is_said(ctx, range.start, near))
    }) {
        return true;
    }
    let reach = if digits >= 9 { PAIR } else { NEXT };
    if ctx.cue(range.clone(), &cues::NEAR).is_some_and(|near| near <= reach || near >= behind) {
        return digits >= 8;
    }
    let same_line = matches!(ctx.byte_before(range.start), b' ' | b'(' | b':');
    if ctx.cue(range.clone(), &cues::DIAL).is_some_and(|near| (1..=NEXT).contains(&near)) {
        return same_line;
    }
    divided && ctx.cue(range, &cues::PLACE).is_some_and(|near| near <= NEXT)
}

/// Whether nothing between a cue and a plain number says that it is counted, not called.
fn is_said(ctx: &Context<'_>, at: usize, near: usize) -> bool {
    static COUNTED: WordList = WordList::new(&[
        "sales",
        "sold",
        "sale",
        "users",
        "units",
        "revenue",
        "company",
        "companies",
        "market",
        "shipments",
        "subscribers",
        "customers",
        "records",
        "rows",
        "cost",
        "costs",
    ]);
    let before = ctx.before(at);
    let from =
        (before.len().saturating_sub(near)..before.len()).find(|at| before.is_char_boundary(*at));
    let between = from.and_then(|from| before.get(from..)).unwrap_or_default();
    let mut words = between.split(|c: char| !c.is_ascii_alphabetic());
    !words.any(|word| COUNTED.has(word))
}
