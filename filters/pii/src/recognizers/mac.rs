//! Hardware addresses: EUI-48 and EUI-64 (IEEE 802), in pairs or in Cisco's groups of four.

use super::{
    HEX_LETTERS, Match, Reason, Recognize, Trigger,
    lead::{self, Lead},
};
use crate::{
    context::{Context, is_word},
    cues::Cues,
    entity::EntityType,
};

pub(super) static FUNCTIONS: &[Recognize] = &[
    Recognize { trigger: Trigger::Number(&GROUPED), recognize },
    Recognize { trigger: Trigger::Number(&UNDIVIDED), recognize },
    Recognize {
        trigger: Trigger::TokenLike(b"", HEX_LETTERS, HEX_LETTERS),
        recognize: letters_first,
    },
];

/// A first group of two or four hexadecimal digits.
static GROUPED: Lead = Lead {
    begins: &[
        (lead::digits(2, 2), lead::COLON | lead::DASH, lead::ALNUM),
        (lead::digits(4, 4), lead::DOT, lead::ALNUM),
        (lead::digits(1, 11), lead::LETTER, lead::ANY),
        (lead::digits(0, 0), lead::ALNUM, lead::ANY),
    ],
    sign: &[
        (lead::digits(2, 2), lead::COLON | lead::DASH),
        (lead::digits(4, 4), lead::DOT),
        (lead::digits(1, 3), lead::LETTER),
    ],
    ..Lead::ANY
};

/// Twelve digits.
static UNDIVIDED: Lead =
    Lead { begins: &[(lead::digits(12, 12), lead::ANY & !lead::LETTER, lead::ANY)], ..Lead::ANY };

pub(super) static CUES: &[&Cues] = &[&MAC];

#[rustfmt::skip]
static MAC: Cues = Cues(&[
    "mac", "mac address", "mac addr", "macaddr", "hardware address", "hw address", "hwaddr", "hw addr", "ethernet",
    "ethernet address", "ether", "physical address", "bssid", "eui", "eui64", "wifi mac", "wlan mac", "lan mac",
    "bluetooth address", "bd addr", "bdaddr", "bluetooth mac", "ble mac", "link ether", "device mac", "node id",
    "mac adresse", "physikalische adresse", "hardwareadresse", "adresse mac", "adresse physique", "dirección mac",
    "dirección física", "indirizzo mac", "indirizzo fisico", "endereço mac", "endereço físico", "mac adres",
    "fysiek adres", "adres mac", "adres fizyczny", "mac adresi", "fiziksel adres", "mac osoite", "mac adress",
    "мак адрес", "физический адрес", "mac адрес", "mac 地址", "mac地址", "物理地址", "mac アドレス", "macアドレス", "物理アドレス",
    "mac 주소", "mac주소", "물리적 주소", "عنوان mac", "मैक पता",
]);

/// An address whose first group holds no digit.
fn letters_first(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let end = ctx.run(at, 5, |byte| byte.is_ascii_hexdigit() && byte.is_ascii_alphabetic());
    let divided = matches!(ctx.byte(end), b':' | b'-' | b'.');
    if divided && matches!(end.checked_sub(at), Some(2 | 4)) { recognize(ctx, at) } else { None }
}

fn recognize(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let hex = |byte: u8| byte.is_ascii_hexdigit();
    let end = ctx.run(at, 13, hex);
    // Nearly all that is refused is a part of a longer run of groups.
    if !matches!(end.saturating_sub(at), 2 | 4 | 12) || !begins_alone(ctx, at) {
        return None;
    }
    let found = match (end.saturating_sub(at), ctx.byte(end)) {
        (2, separator @ (b':' | b'-')) => groups(ctx, at, 2, separator, &[6, 8])?,
        (4, b'.') => groups(ctx, at, 4, b'.', &[3, 4])?,
        // Bare, it is any hexadecimal number.
        (12, next) if !is_word(next) => at..end,
        _ => return None,
    };
    let alone = found.len() > 12;
    if !is_assigned(ctx.str(found.clone())) {
        return None;
    }
    let cued = || ctx.cue(found.clone(), &MAC).is_some();
    let reason = if alone {
        Reason::Form
    } else if !is_joined(ctx, at, end) && cued() {
        Reason::Cue
    } else {
        return None;
    };
    Some(Match::new(found, EntityType::MacAddress, "mac_address", reason))
}

/// Groups of `len` digits behind one another, one of `counts` of them and no more.
fn groups(
    ctx: &Context<'_>,
    at: usize,
    len: usize,
    separator: u8,
    counts: &[usize],
) -> Option<std::ops::Range<usize>> {
    let most = counts.last().copied()?;
    let (mut end, mut count) = (at, 0_usize);
    loop {
        let group = ctx.run(end, len.saturating_add(1), |byte| byte.is_ascii_hexdigit());
        if group.saturating_sub(end) != len {
            return None;
        }
        count = count.saturating_add(1);
        let next = ctx.byte(group);
        let follows = ctx.byte(group.saturating_add(1));
        if next != separator || !is_word(follows) {
            // `-` and `:` may end a clause; a dot or a colon before hexadecimal digits goes on otherwise.
            let ends = counts.contains(&count) && !is_word(next);
            return ends.then_some(at..group);
        }
        if count == most {
            return None;
        }
        end = group.saturating_add(1);
    }
}

/// Not within a longer run of groups, such as a fingerprint, an IPv6 address or a UUID, nor behind a hash's name.
fn begins_alone(ctx: &Context<'_>, at: usize) -> bool {
    let before = ctx.byte_before(at);
    if is_word(before) {
        return false;
    }
    let further = ctx.byte_before(at.saturating_sub(1));
    match before {
        b':' | b'-' if further == before => false,
        b'-' => !is_word(further),
        // Weights of a collation: `[.23C3.0020.0002]`.
        b'.' | b'*' => false,
        b':' => {
            // A label may stand before, such as `mac:` or `SHA1:`; hexadecimal pairs may not.
            let text = ctx.before(at.saturating_sub(1));
            let word = text.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let pair = (1..=4).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
            let hashes = ["md5", "sha1", "sha256", "sha512"];
            let hash = hashes.iter().any(|hash| hash.eq_ignore_ascii_case(word));
            !(pair || hash)
        }
        _ => true,
    }
}

/// Whether a bare number is a part of something: a UUID, a path, a version.
fn is_joined(ctx: &Context<'_>, at: usize, end: usize) -> bool {
    matches!(ctx.byte_before(at), b'-' | b'/' | b'.')
        || (matches!(ctx.byte(end), b'-' | b'/' | b'.') && is_word(ctx.byte(end.saturating_add(1))))
}

/// Not the empty or the broadcast address, and no count such as `00:00:00:00:00:01`; letters in one case, or digits
/// alone where the pairs can't be a date with a time.
fn is_assigned(address: &str) -> bool {
    let mut digits = address.bytes().filter(u8::is_ascii_hexdigit);
    let first = digits.next().unwrap_or_default();
    let one = digits.all(|digit| digit.eq_ignore_ascii_case(&first));
    let upper = address.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = address.bytes().any(|byte| byte.is_ascii_lowercase());
    let time = !upper && !lower && is_time(address);
    let wild = upper && lower && !is_mixed(address);
    !(one || time || wild)
}

/// Whether letters of both cases may be someone's carelessness: within a pair they aren't mixed.
fn is_mixed(address: &str) -> bool {
    address.split([':', '-', '.']).all(|group| {
        let upper = group.bytes().any(|byte| byte.is_ascii_uppercase());
        !(upper && group.bytes().any(|byte| byte.is_ascii_lowercase()))
    })
}

/// `24-01-15-12-34-56`: twelve digits that are a date and a time.
fn is_time(address: &str) -> bool {
    let mut digits = address.bytes().filter(u8::is_ascii_digit);
    // Year, month, day, hour, minute, second.
    [b"99", b"12", b"31", b"23", b"59", b"59"].iter().all(|most| {
        let pair = [digits.next().unwrap_or_default(), digits.next().unwrap_or_default()];
        pair <= **most
    })
}
