//! Hashes of passwords as systems store them: `crypt(5)`, the PHC string format, LDAP's (RFC 2307), Django's.

use std::cell::Cell;

use super::shape;
use crate::{
    context::Context,
    entity::EntityType,
    recognizers::{Match, Reason},
};

/// The schemes between two `$`, and how many characters their salt and hash have at least.
const CRYPT: &[(&str, usize)] = &[
    ("$2a$", 56),
    ("$2b$", 56),
    ("$2x$", 56),
    ("$2y$", 56),
    ("$1$", 22),
    ("$5$", 43),
    ("$6$", 86),
    ("$7$", 40),
    ("$y$", 40),
    ("$gy$", 40),
    ("$apr1$", 22),
    ("$sha1$", 28),
    ("$md5", 22),
    ("$argon2id$", 40),
    ("$argon2i$", 40),
    ("$argon2d$", 40),
    ("$scrypt$", 40),
    ("$pbkdf2$", 30),
    ("$pbkdf2-sha1$", 30),
    ("$pbkdf2-sha256$", 40),
    ("$pbkdf2-sha512$", 60),
    ("$bcrypt-sha256$", 50),
    ("$P$B", 30),
    ("$P$D", 30),
    ("$H$9", 30),
    ("$S$", 52),
];

/// Bytes of a hash with its parameters.
const LONGEST: usize = 320;

/// `$` within the parameters of a hash, or more.
const MOST_PARTS: u8 = 8;

/// At a `$`.
pub(super) fn crypt(context: &Context<'_>, at: usize) -> Option<Match> {
    // Prices and variables are many: most end here.
    let next = context.byte(at.saturating_add(1));
    if !matches!(
        next,
        b'1' | b'2'
            | b'5'
            | b'6'
            | b'7'
            | b'9'
            | b'y'
            | b'a'
            | b'g'
            | b's'
            | b'm'
            | b'p'
            | b'b'
            | b'P'
            | b'H'
            | b'S'
    ) {
        return None;
    }
    let second =
        context.run(at.saturating_add(1), 16, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !matches!(context.byte(second), b'$' | b',') {
        return None;
    }
    let id = context.str(at..second);
    let begins = |(scheme, _): &&(&str, usize)| {
        scheme.get(..id.len()) == Some(id) && context.starts_with(at, scheme)
    };
    let (scheme, min) = CRYPT.iter().find(begins)?;
    let body = at.saturating_add(scheme.len());
    let end = run(context, body);
    // The last character of a hash may be a dot.
    let end = trimmed(context, body, end).max(end.min(body.saturating_add(*min)));
    let hash = context.str(body..end);
    let fits =
        end.saturating_sub(body) >= *min && shape::variety(hash) >= 10 && shape::changes(hash) >= 4;
    fits.then(|| Match::new(at..end, EntityType::Secret, "password_hash", Reason::Form))
}

/// At a `{`: `{SSHA}…`, `{CRYPT}$6$…`.
pub(super) fn ldap(context: &Context<'_>, at: usize) -> Option<Match> {
    const SCHEMES: &[&str] = &[
        "{SSHA}",
        "{SHA}",
        "{SMD5}",
        "{MD5}",
        "{SSHA256}",
        "{SSHA512}",
        "{SHA256}",
        "{SHA512}",
        "{CRYPT}",
        "{PBKDF2}",
        "{PBKDF2-SHA256}",
        "{PBKDF2-SHA512}",
        "{ARGON2}",
        "{BCRYPT}",
        "{bcrypt}",
        "{ssha}",
        "{sha}",
    ];
    if !context.byte(at.saturating_add(1)).is_ascii_alphabetic() {
        return None;
    }
    let scheme = SCHEMES.iter().find(|scheme| context.starts_with(at, scheme))?;
    let body = at.saturating_add(scheme.len());
    let end = context.run(body, LONGEST, is_crypt);
    let fits = end.saturating_sub(body) >= 24 && shape::variety(context.str(body..end)) >= 10;
    fits.then(|| Match::new(at..end, EntityType::Secret, "password_hash", Reason::Form))
}

/// At a word: `pbkdf2_sha256$600000$salt$hash` (Django), `scrypt:32768:8:1$salt$hash` (Werkzeug).
pub(super) fn named(context: &Context<'_>, at: usize) -> Option<Match> {
    let name = context.run(at, 24, crate::context::is_word);
    let begins = matches!(context.byte(name), b'$' | b':')
        && context.byte(name.saturating_add(1)).is_ascii_alphanumeric()
        || context.starts_with(name, "$$");
    if !begins {
        return None;
    }
    let end = context.run(name, LONGEST, |byte| is_crypt(byte) || byte == b':');
    let end = trimmed(context, name, end);
    let rest = context.str(name..end);
    let divided = rest.bytes().filter(|byte| *byte == b'$').count() >= 2;
    let hash = rest.rsplit('$').next().unwrap_or_default();
    let fits =
        divided && hash.len() >= 24 && shape::variety(hash) >= 8 && shape::changes(hash) >= 4;
    fits.then(|| Match::new(at..end, EntityType::Secret, "password_hash", Reason::Form))
}

/// The end of a hash with its parameters. What has more parts than any hash isn't read on.
fn run(context: &Context<'_>, body: usize) -> usize {
    let parts = Cell::new(0_u8);
    context.run(body, LONGEST, |byte| {
        parts.set(parts.get().saturating_add(u8::from(byte == b'$')));
        is_crypt(byte) && parts.get() <= MOST_PARTS
    })
}

fn is_crypt(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'/' | b'+' | b'=' | b',' | b'$' | b'*' | b'-' | b'_')
}

/// Without what ends a sentence.
fn trimmed(context: &Context<'_>, from: usize, end: usize) -> usize {
    let text = context.str(from..end);
    from.saturating_add(text.trim_end_matches([',', '.', '-']).len())
}
