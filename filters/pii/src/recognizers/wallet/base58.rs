//! Base58 (Bitcoin's alphabet, and XRP's), with the checksum of two SHA-256: Bitcoin, Litecoin, Dogecoin, Dash, Zcash,
//! Tron, Tezos, XRP; Monero's blocks; keys without a checksum.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

/// Bytes of the longest thing that is decoded, in words of 32 bits.
const LIMBS: usize = 21;

/// A decoded number, most significant byte first, behind as many zeros as leading first letters said.
struct Decoded {
    bytes: [u8; 84],
    len: usize,
}

impl Decoded {
    fn bytes(&self) -> &[u8] {
        self.bytes.get(self.bytes.len().saturating_sub(self.len)..).unwrap_or_default()
    }
}

const BITCOIN: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const XRP: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

/// The values of letters; 255 of what is none.
const fn values(alphabet: &[u8; 58]) -> [u8; 128] {
    let mut values = [255; 128];
    let mut value = 0_u8;
    #[expect(
        clippy::indexing_slicing,
        clippy::as_conversions,
        reason = "evaluated by the compiler"
    )]
    while value < 58 {
        values[alphabet[value as usize] as usize] = value;
        value = value.wrapping_add(1);
    }
    values
}

static BITCOIN_VALUES: [u8; 128] = values(BITCOIN);
static XRP_VALUES: [u8; 128] = values(XRP);

fn decode(text: &str, values: &[u8; 128]) -> Option<Decoded> {
    // Least significant first. Five letters at once stay below 2^32.
    let mut limbs = [0_u32; LIMBS];
    let mut zeros = 0_usize;
    let mut leading = true;
    for chunk in text.as_bytes().chunks(5) {
        let (mut base, mut add) = (1_u64, 0_u64);
        for byte in chunk {
            let value = values.get(usize::from(*byte)).copied().filter(|value| *value < 58)?;
            leading &= value == 0;
            zeros = zeros.saturating_add(usize::from(leading));
            base = base.wrapping_mul(58);
            add = add.wrapping_mul(58).wrapping_add(u64::from(value));
        }
        let mut carry = add;
        for limb in &mut limbs {
            let product = u64::from(*limb).wrapping_mul(base).wrapping_add(carry);
            *limb = u32::try_from(product & 0xffff_ffff).unwrap_or_default();
            carry = product.wrapping_shr(32);
        }
        if carry != 0 {
            return None;
        }
    }
    let mut bytes = [0_u8; 84];
    for (to, limb) in bytes.rchunks_mut(4).zip(limbs) {
        to.copy_from_slice(&limb.to_be_bytes());
    }
    let used = bytes
        .iter()
        .position(|byte| *byte != 0)
        .map_or(0, |first| bytes.len().saturating_sub(first));
    let len = used.saturating_add(zeros);
    (len <= bytes.len()).then_some(Decoded { bytes, len })
}

/// Whether the last four bytes are those of the hash of the hash of the others.
fn is_checked(bytes: &[u8]) -> bool {
    let Some((body, sum)) = bytes.split_last_chunk::<4>() else { return false };
    let hash = Sha256::digest(Sha256::digest(body));
    hash.starts_with(sum)
}

/// What the address of 25 to 36 letters is one of.
pub(super) fn address(text: &str) -> Option<&'static str> {
    let first = text.as_bytes().first().copied().unwrap_or_default();
    if first == b'r'
        && let Some(decoded) = decode(text, &XRP_VALUES)
        && decoded.len == 25
        && decoded.bytes().first() == Some(&0)
        && is_checked(decoded.bytes())
    {
        return Some("xrp_address");
    }
    let decoded = decode(text, &BITCOIN_VALUES)?;
    let bytes = decoded.bytes();
    let rule = match (bytes.len(), bytes.first()?, bytes.get(1)?) {
        (25, 0x00 | 0x05 | 0x6f | 0xc4, _) => "bitcoin_address",
        (25, 0x30 | 0x32 | 0x3a, _) => "litecoin_address",
        (25, 0x1e | 0x16 | 0x71, _) => "dogecoin_address",
        (25, 0x4c | 0x10 | 0x8c, _) => "dash_address",
        (25, 0x41 | 0xa0, _) => "tron_address",
        (26, 0x1c, 0xb8 | 0xbd) => "zcash_address",
        (27, 0x06, 0xa1) | (27, 0x02, 0x5a) => "tezos_address",
        // Others of this form: a version of their own, and the same checksum.
        (25, 0x17 | 0x35 | 0x3c | 0x49 | 0x3f | 0x26 | 0x24 | 0x19 | 0x08 | 0x37, _) => {
            "base58_address"
        }
        (26, ..) => "base58_address",
        _ => return None,
    };
    is_checked(bytes).then_some(rule)
}

/// A private key as wallets export it (WIF).
pub(super) fn is_private_key(text: &str) -> bool {
    let versions = [0x80, 0xef, 0xb0, 0x9e, 0xcc, 0xbc];
    decode(text, &BITCOIN_VALUES).is_some_and(|decoded| {
        let bytes = decoded.bytes();
        let version = bytes.first().is_some_and(|version| versions.contains(version));
        version && matches!(bytes.len(), 37 | 38) && is_checked(bytes)
    })
}

/// `xpub…` (BIP 32): all addresses of a wallet follow from it.
pub(super) fn is_extended_key(text: &str) -> bool {
    let public =
        text.get(1..4) == Some("pub") && text.starts_with(['x', 'y', 'z', 't', 'u', 'v', 'Y', 'Z']);
    public && decode(text, &BITCOIN_VALUES).is_some_and(|decoded| is_checked(decoded.bytes()))
}

/// Cardano's first addresses. Their checksum is within CBOR: the beginning is as telling.
pub(super) fn is_byron(text: &str) -> bool {
    let begun = text.starts_with("Ae2tdPwUPE") || text.starts_with("DdzFF");
    begun && text.bytes().all(|byte| BITCOIN.contains(&byte))
}

/// Blocks of eleven letters are eight bytes; the last four bytes are a checksum.
pub(super) fn is_monero(text: &str) -> bool {
    if !text.starts_with(['4', '8']) {
        return false;
    }
    let mut bytes = Vec::with_capacity(80);
    for block in text.as_bytes().chunks(11) {
        let size = match block.len() {
            11 => 8_usize,
            7 => 5,
            // Of an integrated address the payment's number makes the last block longer.
            _ => return false,
        };
        let number = block.iter().try_fold(0_u128, |number, byte| {
            let value =
                BITCOIN_VALUES.get(usize::from(*byte)).copied().filter(|value| *value < 58)?;
            Some(number.wrapping_mul(58).wrapping_add(u128::from(value)))
        });
        let Some(number) = number else { return false };
        let number = number.to_be_bytes();
        let (high, low) = number.split_at(number.len().saturating_sub(size));
        if high.iter().any(|byte| *byte != 0) {
            return false;
        }
        bytes.extend_from_slice(low);
    }
    let Some((body, sum)) = bytes.split_last_chunk::<4>() else { return false };
    matches!(body.first(), Some(18 | 19 | 42)) && Keccak256::digest(body).starts_with(sum)
}

/// 32 bytes without a checksum: Solana's.
pub(super) fn is_key(text: &str) -> bool {
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = text.bytes().any(|byte| byte.is_ascii_lowercase());
    digit
        && upper
        && lower
        && decode(text, &BITCOIN_VALUES).is_some_and(|decoded| decoded.len == 32)
}

/// How often a digit stands next to a letter, or a small letter before a capital.
pub(super) fn changes(text: &str) -> usize {
    let pairs = text.as_bytes().windows(2);
    let change = |pair: &&[u8]| match pair {
        [a, b] => {
            a.is_ascii_digit() != b.is_ascii_digit()
                || (a.is_ascii_lowercase() && b.is_ascii_uppercase())
        }
        _ => false,
    };
    pairs.filter(change).count()
}

/// Polkadot and its like: a network, 32 bytes, and two bytes of BLAKE2, which aren't checked.
pub(super) fn is_ss58(text: &str) -> bool {
    decode(text, &BITCOIN_VALUES).is_some_and(|decoded| matches!(decoded.len, 35 | 36))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn addresses_are_known_by_version_and_checksum() {
        for (text, rule) in [
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bitcoin_address"),
            ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "bitcoin_address"),
            ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "bitcoin_address"),
            ("mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", "bitcoin_address"),
            ("DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L", "dogecoin_address"),
            ("t1Hsc1LR8yKnbbe3twRp88p6vFfC5t7DLbs", "zcash_address"),
            ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "tron_address"),
            ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "xrp_address"),
        ] {
            assert_eq!(address(text), Some(rule), "{text}");
        }
        for text in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
            "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
        assert!(is_private_key("5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"));
        assert!(!is_private_key("5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTK"));
        assert!(is_monero(
            "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
        ));
    }
}
