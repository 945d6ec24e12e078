//! IPv4 addresses.

use std::{net::Ipv4Addr, ops::Range};

use super::super::{Match, Reason};
use crate::{
    context::{Context, is_word},
    cues::Cues,
    entity::EntityType,
};

/// Words that say that four small numbers are a host.
#[rustfmt::skip]
pub(super) static HOST: Cues = Cues(&[
    "ip", "ip address", "ipv4", "ip addr", "ipaddr", "ips", "client ip", "remote addr", "host", "hosts", "server",
    "address", "addresses", "dns", "nameserver", "resolver", "gateway", "router", "ping", "ssh", "subnet",
    "network", "cidr", "peer", "proxy", "firewall", "listen", "bind", "connect", "ip adresse", "adresse ip",
    "dirección ip", "indirizzo ip", "endereço ip", "ip adres", "adres ip", "ip адрес", "ip地址", "ipアドレス", "ip 주소",
]);

pub(super) fn recognize(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let mut end = at;
    for part in 0..4_u8 {
        let from = if part == 0 { at } else { end.checked_add(1)? };
        end = ctx.run(from, 4, |byte| byte.is_ascii_digit());
        let len = end.checked_sub(from)?;
        if !(1..=3).contains(&len) || (part < 3 && ctx.byte(end) != b'.') {
            return None;
        }
    }
    if goes_on(ctx, end) || !begins_alone(ctx, at) {
        return None;
    }
    let address: Ipv4Addr = ctx.str(at..end).parse().ok()?;
    if is_nobodys(address) || is_figures(ctx, at, end) || is_version(ctx, at..end, address) {
        return None;
    }
    let end = prefix_len(ctx, end, 32);
    Some(Match::new(at..end, EntityType::IpAddress, "ipv4", Reason::Form))
}

/// A fifth part, or a word.
fn goes_on(ctx: &Context<'_>, end: usize) -> bool {
    let next = ctx.byte(end.saturating_add(1));
    match ctx.byte(end) {
        b'.' => next.is_ascii_digit(),
        b'-' | b'+' => next.is_ascii_alphabetic(),
        byte => is_word(byte),
    }
}

fn begins_alone(ctx: &Context<'_>, at: usize) -> bool {
    let further = ctx.byte_before(at.saturating_sub(1));
    match ctx.byte_before(at) {
        b'.' => !is_word(further),
        // `nginx-1.2.3.4` is a version, `ip-10.0.0.1` isn't: private networks are told by `is_version`.
        byte => !is_word(byte),
    }
}

/// Whether it stands between decimal numbers, as in the path of a drawing: `2.83-2.12 3.51.98.32 2.03.5`.
fn is_figures(ctx: &Context<'_>, at: usize, end: usize) -> bool {
    let next = ctx.byte(end);
    let further = ctx.byte(end.saturating_add(1));
    let goes_on =
        matches!(next, b' ' | b',' | b'-') && matches!(further, b'0'..=b'9' | b'.' | b'-');
    if !goes_on && !next.is_ascii_alphabetic() {
        return false;
    }
    let divides = |byte: u8| matches!(byte, b' ' | b',');
    let before = ctx.before(at).bytes().rev().skip_while(|byte| divides(*byte));
    let mut token = before.take_while(|byte| !divides(*byte)).peekable();
    let number = token.peek().is_some_and(u8::is_ascii_digit);
    let dots = token.filter(|byte| *byte == b'.').count();
    number && dots > 0 && dots != 3
}

/// The end of a prefix length (`/24`) at `end`, or `end`.
pub(super) fn prefix_len(ctx: &Context<'_>, end: usize, most: u8) -> usize {
    if ctx.byte(end) != b'/' {
        return end;
    }
    let from = end.saturating_add(1);
    let to = ctx.run(from, 4, |byte| byte.is_ascii_digit());
    let bits = ctx.str(from..to).parse::<u8>();
    let next = ctx.byte(to);
    let path = matches!(next, b'/' | b'-') || is_word(next);
    if bits.is_ok_and(|bits| bits <= most) && !path { to } else { end }
}

pub(super) fn is_nobodys(address: Ipv4Addr) -> bool {
    address.octets().first() == Some(&0)
        || address.is_loopback()
        || address.is_multicast()
        || is_mask(address)
}

/// Ones and then zeros, the broadcast address included; or the reverse, from one byte on, as in access lists.
fn is_mask(address: Ipv4Addr) -> bool {
    let bits = u32::from(address);
    let mask = bits.leading_ones().saturating_add(bits.trailing_zeros()) >= 32;
    mask && bits.leading_ones() >= 8
}

/// Versions have four parts too: where the word before says so, or where all parts are small and software is named.
fn is_version(ctx: &Context<'_>, range: Range<usize>, address: Ipv4Addr) -> bool {
    let Range { start: at, end } = range;
    const WORDS: [&str; 26] = [
        "version",
        "versions",
        "ver",
        "v",
        "release",
        "releases",
        "build",
        "revision",
        "rev",
        "firmware",
        "driver",
        "upgrade",
        "section",
        "sections",
        "chapter",
        "clause",
        "figure",
        "table",
        "annex",
        "paragraph",
        "article",
        "oid",
        "assemblyversion",
        "fileversion",
        "productversion",
        "patch",
    ];
    const SOFTWARE: [&str; 32] = [
        "chrome", "chromium", "firefox", "edge", "edg", "safari", "opera", "webkit", "windows",
        "office", "oracle", "sdk", "api", "net", "runtime", "package", "plugin", "module",
        "library", "lib", "dll", "update", "updated", "app", "software", "kernel", "client",
        "android", "ios", "macos", "hotfix", "mysql",
    ];
    const CHANGES: [&str; 12] = [
        "update",
        "updated",
        "updates",
        "upgrade",
        "upgraded",
        "bump",
        "bumped",
        "downgrade",
        "linux",
        "kernel",
        "rfc",
        "deps",
    ];
    const HOSTS: [&str; 8] = ["ip", "host", "node", "server", "addr", "static", "dyn", "client"];
    let before = ctx.before(at);
    let Some(before) = before.get(before.len().saturating_sub(48)..).or(Some(before)) else {
        return false;
    };
    let line = before.rsplit('\n').next().unwrap_or_default();
    let mut words = line.rsplit(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let is =
        |word: &str, known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(word));
    let direct = words.next().unwrap_or_default();
    // `version: 1.2.3.4`, `Chrome/120.0.0.0`, `mysql-8.0.1.5`.
    // `1.2.3.4` is a section of a document sooner than a host; four times the same, and private networks, are hosts.
    let [first, rest @ ..] = address.octets();
    // `client 203.0.113.7` may also be a machine: no software counts that far.
    let software =
        if direct.eq_ignore_ascii_case("client") { first < 32 } else { is(direct, &SOFTWARE) };
    if is(direct, &WORDS) || (software && line.ends_with(['/', '-', '@', ' ', ':'])) {
        return true;
    }
    // `linux-2.6.16.60` is a version, `ip-203.0.113.7` isn't.
    if line.ends_with('-') && direct.len() > 1 && first != 10 && first != 192 && !is(direct, &HOSTS)
    {
        return true;
    }
    // Objects are identified so: attributes of an X.500 name, algorithms.
    let object = matches!((first, rest.first()), (2, Some(5 | 16 | 23)) | (1, Some(2 | 3)));
    let small = object || first < 32 && rest.iter().all(|part| *part < 32);
    let known = first == 10 || rest == [first; 3] || address.octets() == [8, 8, 4, 4];
    if !small || known {
        let changed = words.take(4).any(|word| is(word, &WORDS) || is(word, &CHANGES));
        return changed && first != 10 && ctx.cue(at..end, &HOST).is_none();
    }
    let addressed =
        line.ends_with("://") || ctx.byte(end) == b':' || prefix_len(ctx, end, 32) > end;
    !addressed && ctx.cue(at..end, &HOST).is_none()
}
