//! IP addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Candidate, Row, Tail};
use crate::entity::EntityType;

/// Four octets; a fifth part is matched to be refused.
pub(super) const V4: Row = Row {
    entity: EntityType::IpAddress,
    pattern: r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b{end-half}(?:\.[0-9]|-[A-Za-z])?",
    validate: v4,
    tail: Tail::None,
};

/// RFC 4291's forms. Times, MAC addresses and paths of code are matched too, and refused.
pub(super) const V6: Row = Row {
    entity: EntityType::IpAddress,
    pattern: r"(?:[0-9A-Fa-f]{0,4}:){2,8}[0-9A-Fa-f.]{0,16}",
    validate: v6,
    tail: Tail::None,
};

fn v4(candidate: &Candidate<'_>) -> Option<usize> {
    let address = candidate.as_str();
    let goes_on = address.contains('-') || address.matches('.').count() > 3;
    let version = ["version ", "Version ", "ver. ", "release ", "build "];
    let named = version.iter().any(|word| candidate.before().ends_with(word));
    if goes_on || named || candidate.continues_number(&['.']) {
        return None;
    }
    address.parse::<Ipv4Addr>().ok()?;
    candidate.first(address.len())
}

fn v6(candidate: &Candidate<'_>) -> Option<usize> {
    let before = candidate.before();
    if is_within_groups(before) {
        return None;
    }
    let text = candidate.as_str();
    let goes_on = |next: char| next.is_alphanumeric() || matches!(next, ':' | '_');
    if candidate.next().is_some_and(goes_on) {
        return None;
    }
    let text = text.strip_suffix('.').unwrap_or(text);
    let parsed = |text: &str| text.parse::<Ipv6Addr>().is_ok();
    let address =
        if parsed(text) { text } else { text.strip_suffix(':').filter(|text| parsed(text))? };
    if is_code(address) || is_slice(address, before, candidate.next()) || is_hardware(address) {
        return None;
    }
    candidate.first(address.len())
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
    names.all(name)
}

/// An EUI-64: eight pairs, which nobody writes an address in.
fn is_hardware(address: &str) -> bool {
    address.split(':').all(|group| group.len() == 2)
}

/// Python's `items[::2]`, where `[::1]` behind anything but a name is an address.
fn is_slice(address: &str, before: &str, next: Option<char>) -> bool {
    let indexed = before.strip_suffix('[').is_some_and(|rest| {
        rest.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '_' | ')' | ']'))
    });
    indexed && matches!(next, Some(']' | ',')) && address.len() <= 6
}
