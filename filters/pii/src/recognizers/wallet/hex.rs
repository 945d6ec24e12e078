//! Addresses of Ethereum and its like.

use std::ops::Range;

use sha3::{Digest, Keccak256};

use super::WALLET;
use crate::{
    context::Context,
    entity::EntityType,
    recognizers::{Match, Reason},
};

/// `0x` and 40 hexadecimal digits; 64 of them are a transaction or a block, and addresses of Aptos and Sui by a cue.
pub(super) fn ethereum(context: &Context<'_>, range: Range<usize>) -> Option<Match> {
    let digits = context.str(range.start.saturating_add(2)..range.end);
    if !matches!(digits.len(), 40 | 64) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let found = |reason| {
        Some(Match::new(range.clone(), EntityType::CryptoWallet, "ethereum_address", reason))
    };
    if digits.len() == 64 {
        let named = context.cue(range.clone(), &WALLET).is_some() && !is_hash(context, range.start);
        return if named { found(Reason::Cue) } else { None };
    }
    let lower = digits.bytes().any(|byte| byte.is_ascii_lowercase());
    let upper = digits.bytes().any(|byte| byte.is_ascii_uppercase());
    if lower && upper {
        return if is_checked(digits) { found(Reason::Checksum) } else { None };
    }
    // The null address and the like are nobody's.
    let zeros = digits.bytes().filter(|byte| *byte == b'0').count();
    if zeros > 30 || is_hash(context, range.start) { None } else { found(Reason::Form) }
}

/// Whether what stands before says that it is a hash of something.
fn is_hash(context: &Context<'_>, at: usize) -> bool {
    let before = context.before(at);
    let near = before.get(before.len().saturating_sub(24)..).unwrap_or(before).to_ascii_lowercase();
    ["sha", "hash", "commit", "digest", "checksum", "txid", "tx ", "tx:", "transaction", "block"]
        .iter()
        .any(|word| near.contains(word))
}

/// EIP-55: letters are capitals where the hash of the lower-case digits has a high digit.
fn is_checked(digits: &str) -> bool {
    let hash = Keccak256::digest(digits.to_ascii_lowercase());
    let nibbles = hash.iter().flat_map(|byte| [byte.wrapping_shr(4), byte & 15]);
    digits.bytes().zip(nibbles).all(|(digit, nibble)| {
        digit.is_ascii_digit() || digit.is_ascii_uppercase() == (nibble >= 8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn mixed_case_is_a_checksum() {
        for digits in [
            "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "fB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "d8dA6BF26964aF9D7eEd9e03E53415D37aA96045",
        ] {
            assert!(is_checked(digits), "{digits}");
        }
        assert!(!is_checked("5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
    }
}
