//! Addresses of cryptocurrencies, by their checksums; those without one by a cue. Private keys of wallets are secrets.

mod base58;
mod bech32;
mod hex;
mod other;

use super::{Match, Reason, Recognize, Trigger};
use crate::{
    context::{Context, is_word},
    cues::Cues,
    entity::EntityType,
};

pub(super) static FUNCTIONS: &[Recognize] =
    &[Recognize { trigger: Trigger::Token, recognize: find }];

pub(super) static CUES: &[&Cues] = &[&WALLET];

/// What addresses that have no checksum of their own need.
static WALLET: Cues = Cues(&[
    "wallet",
    "wallet address",
    "crypto",
    "crypto address",
    "cryptocurrency",
    "deposit address",
    "withdrawal address",
    "payout address",
    "receiving address",
    "donation address",
    "sol",
    "solana",
    "sol address",
    "phantom",
    "phantom wallet",
    "spl",
    "dot",
    "polkadot",
    "kusama",
    "ksm",
    "substrate",
    "ss58",
    "algo",
    "algorand",
    "near",
    "near account",
    "filecoin",
    "fil",
    "aptos",
    "sui",
    "sui address",
    "aptos address",
    "starknet",
    "ens",
    "ethereum name",
    "monedero",
    "portefeuille",
    "billetera",
    "carteira",
    "portafoglio",
    "brieftasche",
    "кошелек",
    "钱包",
    "钱包地址",
    "ウォレット",
    "지갑",
]);

/// Letters and digits of the longest address: Cardano's, in bech32.
const LONGEST: usize = 128;

/// What the length of a run of letters and digits, and its first letters, leave possible.
fn find(context: &Context<'_>, at: usize) -> Option<Match> {
    let end = context.run(at, LONGEST, |byte| byte.is_ascii_alphanumeric());
    let len = end.saturating_sub(at);
    // Shorter words are names, longer ones blobs.
    if len < 25 {
        return if len >= 2 { prefixed(context, at, end) } else { None };
    }
    if len >= LONGEST || context.byte(end) == b'_' || in_longer(context, at, end) {
        return None;
    }
    let text = context.str(at..end);
    let (first, second) = (context.byte(at), context.byte(at.saturating_add(1)));
    if first == b'0' && second == b'x' {
        return hex::ethereum(context, at..end);
    }
    let found = |rule, reason| Some(Match::new(at..end, EntityType::CryptoWallet, rule, reason));
    if bech32::is_address(text) {
        return found("bech32_address", Reason::Checksum);
    }
    let rule = match len {
        25..=36 => base58::address(text),
        51 | 52 if base58::is_private_key(text) => {
            return Some(Match::new(
                at..end,
                EntityType::Secret,
                "wallet_private_key",
                Reason::Checksum,
            ));
        }
        42 if bech32::is_cash_address("bitcoincash", text) => Some("bitcoin_cash_address"),
        56 if other::is_stellar(text, b'G') => Some("stellar_address"),
        56 if other::is_stellar(text, b'S') => {
            return Some(Match::new(at..end, EntityType::Secret, "stellar_seed", Reason::Checksum));
        }
        58 if other::is_algorand(text) => Some("algorand_address"),
        95 | 106 if base58::is_monero(text) => Some("monero_address"),
        111 if base58::is_extended_key(text) => Some("extended_public_key"),
        59 | 104 if base58::is_byron(text) => Some("cardano_address"),
        _ => None,
    };
    if let Some(rule) = rule {
        return found(rule, Reason::Checksum);
    }
    // Nothing else of this length is 32 bytes in base58.
    let alone = matches!(len, 43 | 44) && !in_base64(context, at, end);
    if alone && base58::is_key(text) && base58::changes(text) >= 9 {
        return found("solana_address", Reason::Form);
    }
    let cued = match len {
        32..=44 if base58::is_key(text) => Some("solana_address"),
        46..=49 if base58::is_ss58(text) => Some("polkadot_address"),
        41 if other::is_filecoin(text) => Some("filecoin_address"),
        _ => None,
    };
    match cued {
        Some(rule) if context.cue(at..end, &WALLET).is_some() => found(rule, Reason::Cue),
        _ => prefixed(context, at, end),
    }
}

/// Whether the run goes on over what divides base64 or a URL's path, so that it is a piece of something else.
fn in_longer(context: &Context<'_>, at: usize, end: usize) -> bool {
    let divides = |byte: u8| matches!(byte, b'+' | b'-');
    (divides(context.byte_before(at)) && is_word(context.byte_before(at.saturating_sub(1))))
        || (matches!(context.byte(end), b'+' | b'=')
            && is_word(context.byte(end.saturating_add(1))))
}

/// Whether base64 may go on before or behind. Before a `/` a word of an address of the web may stand.
fn in_base64(context: &Context<'_>, at: usize, end: usize) -> bool {
    let before = context.before(at);
    let segment = before.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let path = before.ends_with('/')
        && segment.len() <= 16
        && segment.bytes().all(|byte| byte.is_ascii_lowercase());
    let divides = |byte: u8| matches!(byte, b'/' | b'+' | b'=' | b'-' | b'_');
    // A file's hash, as packages list them.
    if ["sha256=", "sha384=", "sha512="].iter().any(|hash| before.ends_with(hash)) {
        return true;
    }
    (divides(context.byte_before(at)) && !path && context.byte_before(at) != b'=')
        || divides(context.byte(end))
}

/// Addresses with other characters in them: `bitcoincash:q…`, TON's base64, `alice.near`.
fn prefixed(context: &Context<'_>, at: usize, end: usize) -> Option<Match> {
    let found =
        |end, rule, reason| Some(Match::new(at..end, EntityType::CryptoWallet, rule, reason));
    if context.byte(end) == b':' {
        let prefix = context.str(at..end);
        if !matches!(prefix, "bitcoincash" | "bchtest" | "ecash" | "simpleledger") {
            return None;
        }
        let from = end.saturating_add(1);
        let end = context.run(from, 64, |byte| byte.is_ascii_alphanumeric());
        let fits = bech32::is_cash_address(prefix, context.str(from..end));
        return if fits { found(end, "bitcoin_cash_address", Reason::Checksum) } else { None };
    }
    if matches!(context.byte(at), b'E' | b'U' | b'k' | b'0')
        && context.byte(at.saturating_add(1)) == b'Q'
    {
        let end = context.run(at, 49, |byte| is_word(byte) || matches!(byte, b'-' | b'+' | b'/'));
        if end.saturating_sub(at) == 48 && other::is_ton(context.str(at..end)) {
            return found(end, "ton_address", Reason::Checksum);
        }
    }
    if context.byte(end) == b'.' {
        let top = context.run(end.saturating_add(1), 8, |byte| byte.is_ascii_alphabetic());
        let named = matches!(context.str(end..top), ".near" | ".eth" | ".sol");
        if named && !is_word(context.byte(top)) && context.cue(at..top, &WALLET).is_some() {
            return found(top, "wallet_name", Reason::Cue);
        }
    }
    None
}
