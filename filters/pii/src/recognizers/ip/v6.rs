//! IPv6 addresses.

use std::net::Ipv6Addr;

use super::{
    super::{Match, Reason},
    v4,
};
use crate::{
    context::{Context, is_word},
    entity::EntityType,
};

/// The longest address: six groups and an IPv4 address.
const LONGEST: usize = 45;

/// An address whose first group holds no digit.
pub(super) fn letters_first(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let end = ctx.run(at, 5, |byte| byte.is_ascii_hexdigit() && byte.is_ascii_alphabetic());
    if end > at && ctx.byte(end) == b':' { recognize(ctx, at) } else { None }
}

pub(super) fn recognize(ctx: &Context<'_>, at: usize) -> Option<Match> {
    // Two colons are the least, the first behind a group or at once.
    let group = ctx.run(at, 5, |byte| byte.is_ascii_hexdigit());
    if group.saturating_sub(at) > 4
        || ctx.byte(group) != b':'
        || (group == at && ctx.byte(at.saturating_add(1)) != b':')
    {
        return None;
    }
    let before = ctx.before(at);
    if is_within_groups(before) || is_word(ctx.byte_before(at)) {
        return None;
    }
    let run = ctx.run(at, LONGEST.saturating_add(1), |byte| {
        byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')
    });
    let next = ctx.byte(run);
    if run.saturating_sub(at) > LONGEST || is_word(next) {
        return None;
    }
    let text = ctx.str(at..run);
    let text = text.strip_suffix('.').unwrap_or(text);
    let parsed = |text: &str| text.parse::<Ipv6Addr>().ok();
    let (text, address) = match parsed(text) {
        Some(address) => (text, address),
        None => {
            let text = text.strip_suffix(':')?;
            (text, parsed(text)?)
        }
    };
    if is_code(text) || is_slice(text, before, next) || is_hardware(text) || is_nobodys(address) {
        return None;
    }
    let end = zone(ctx, at.checked_add(text.len())?);
    let end = v4::prefix_len(ctx, end, 128);
    Some(Match::new(at..end, EntityType::IpAddress, "ipv6", Reason::Form))
}

/// The end of a zone (RFC 4007) such as `%eth0` at `end`, or `end`.
fn zone(ctx: &Context<'_>, end: usize) -> usize {
    const LONGEST: usize = 16;
    if ctx.byte(end) != b'%' {
        return end;
    }
    let from = end.saturating_add(1);
    let to =
        ctx.run(from, LONGEST, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if to > from { to } else { end }
}

/// A longer run of groups is no address, and nothing in it is one. A label may stand before: `ip:2001:db8::1`.
fn is_within_groups(before: &str) -> bool {
    let Some(rest) = before.strip_suffix([':', '.']) else { return false };
    let group = rest.bytes().rev().take_while(u8::is_ascii_alphanumeric);
    group.clone().count() <= 4 && group.into_iter().all(|byte| byte.is_ascii_hexdigit())
}

/// A path such as `a::b`: no single colon, and nothing that begins as a number or is as long as a group can be.
fn is_code(address: &str) -> bool {
    let mut names = address.split("::").filter(|name| !name.is_empty());
    let name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic())
            && !(name.len() == 4 && name.contains(|c: char| c.is_ascii_digit()))
            && !name.contains(':')
    };
    // `f128::`, where a path goes on: only what is in use as a network ends so.
    let network = |first: &str| {
        first.starts_with(['2', '3'])
            || ["fc", "fd", "fe8", "fe9", "fea", "feb"].iter().any(|head| {
                first.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
            })
    };
    let open = address.strip_suffix("::").is_some_and(|first| first.len() == 4 && !network(first));
    open || names.all(name)
}

/// An EUI-64: eight pairs, which nobody writes an address in.
fn is_hardware(address: &str) -> bool {
    address.split(':').all(|group| group.len() == 2)
}

/// Python's `items[::2]`, where `[::2]` behind anything but a name is an address.
fn is_slice(address: &str, before: &str, next: u8) -> bool {
    let indexed = before.strip_suffix('[').is_some_and(|rest| {
        rest.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '_' | ')' | ']'))
    });
    let inner = before.ends_with([',', ' ', ':', '-']) && address.len() <= 4;
    (indexed && matches!(next, b']' | b',') && address.len() <= 6) || (inner && next == b']')
}

fn is_nobodys(address: Ipv6Addr) -> bool {
    address.is_unspecified()
        || address.is_loopback()
        || address.is_multicast()
        || address.to_ipv4_mapped().is_some_and(v4::is_nobodys)
}
