//! Credentials: keys and tokens by the form that their issuer gave them, and whatever is named as one.

mod assignment;
mod command;
mod hash;
mod header;
mod issued;
mod jwt;
mod keys;
mod label;
mod mnemonic;
mod named;
mod pem;
mod shape;
mod spoken;
mod tables;
mod unprefixed;
mod value;
mod webhook;

use super::{CAPITALS, Match, Recognize, Trigger, lead};
use crate::context::Context;

/// What stands for itself comes first: its rule says more than that of an assignment.
pub(super) static FUNCTIONS: &[Recognize] = &[
    Recognize { trigger: Trigger::Token, recognize: issued::find },
    Recognize { trigger: Trigger::TokenLike(b"", b"e", b"y"), recognize: jwt::token },
    Recognize { trigger: Trigger::Token, recognize: unprefixed::find },
    Recognize { trigger: Trigger::Word(HASHES), recognize: hash::named },
    Recognize {
        trigger: Trigger::Word(&["https", "http", "hooks", "discord", "discordapp"]),
        recognize: webhook::find,
    },
    Recognize { trigger: Trigger::Word(&["bearer"]), recognize: header::bearer },
    Recognize { trigger: Trigger::Word(&["basic"]), recognize: header::basic },
    Recognize { trigger: Trigger::Word(&["private"]), recognize: pem::putty },
    Recognize { trigger: Trigger::Byte(b"$"), recognize: hash::crypt },
    Recognize {
        trigger: Trigger::Pair(b"{", b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
        recognize: hash::ldap,
    },
    Recognize { trigger: Trigger::Pair(b"-", b"-"), recognize: pem::block },
    Recognize { trigger: Trigger::Behind(b"-", b" \t\n\"'`([\0"), recognize: named::flag },
    Recognize {
        trigger: Trigger::Between(b":", assignment::BEFORE_COLON, b":="),
        recognize: assignment::assigned,
    },
    Recognize {
        trigger: Trigger::Between(b"=", assignment::BEFORE_EQUALS, b""),
        recognize: assignment::assigned,
    },
    Recognize { trigger: Trigger::Behind(b">", named::ALNUM), recognize: named::element },
    Recognize { trigger: Trigger::Behind(b",", b"\"'"), recognize: named::listed },
    Recognize { trigger: Trigger::Behind(b"-", b" \t"), recognize: command::flag },
    Recognize { trigger: Trigger::Word(&["env", "setx"]), recognize: named::set },
    Recognize { trigger: Trigger::Word(spoken::WORDS), recognize: spoken::find },
    Recognize { trigger: Trigger::Word(mnemonic::WORDS), recognize: mnemonic::spoken },
    Recognize { trigger: Trigger::NameLike(b"\x80", CAPITALS, b""), recognize: spoken::spaceless },
    Recognize { trigger: Trigger::Start(b"!@#$%^&*(~+=?/<>.;"), recognize: label::text },
    Recognize { trigger: Trigger::Number(&label::CELL), recognize: label::cell },
    Recognize { trigger: Trigger::Number(&lead::BEHIND_WIDE), recognize: spoken::spaceless },
];

const HASHES: &[&str] = &[
    "pbkdf2_sha256",
    "pbkdf2_sha1",
    "pbkdf2_sha512",
    "bcrypt_sha256",
    "bcrypt",
    "argon2",
    "scrypt",
    "pbkdf2",
    "md5",
    "sha1",
    "sha256",
    "sha512",
];

/// The credential that an issuer's prefix begins at `at`, a word's beginning.
pub(super) fn issued(ctx: &Context<'_>, at: usize) -> Option<Match> {
    issued::find(ctx, at)
}
