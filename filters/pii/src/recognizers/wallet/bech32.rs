//! Bech32 (BIP 173), bech32m (BIP 350) and CashAddr, which share an alphabet.

/// The values of letters; 255 of what is none.
static VALUES: [u8; 128] = {
    let alphabet = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let mut values = [255; 128];
    let mut value = 0_u8;
    #[expect(
        clippy::indexing_slicing,
        clippy::as_conversions,
        reason = "evaluated by the compiler"
    )]
    while value < 32 {
        values[alphabet[value as usize] as usize] = value;
        value = value.wrapping_add(1);
    }
    values
};

fn value(byte: u8) -> Option<u32> {
    let byte = usize::from(byte.to_ascii_lowercase());
    VALUES.get(byte).copied().filter(|value| *value < 32).map(u32::from)
}

/// Of these chains and their like the part before the `1` names an address. Keys and messages in bech32 have others.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "bc", "tb", "bcrt", "ltc", "tltc", "addr", "addr_test", "stake", "cosmos", "osmo", "juno", "terra", "inj",
    "celestia", "kava", "secret", "akash", "axelar", "stars", "zs", "u", "erd", "band", "thor", "sei", "dydx",
    "noble", "bnb", "one", "io", "evmos", "zil", "sif", "iota", "smr", "sp", "xch", "vtc", "dgb", "grs",
    "mona", "btg", "cro", "persistence", "stride", "kujira", "archway", "neutron", "migaloo", "umee", "regen",
    "agoric", "chihuahua", "comdex", "desmos", "fetch", "gravity", "ixo", "ki", "like", "lum", "mantle",
    "omniflix", "sent", "shentu", "swth", "xpla", "cosmosvaloper", "osmovaloper", "maya", "nym", "tex", "dym",
    "init", "mantra", "pb", "quick", "somm", "tori", "ex", "lq",
];

/// Whether `text` is an address: a known name, `1`, and at least 38 letters whose last six are the checksum.
pub(super) fn is_address(text: &str) -> bool {
    let Some((name, data)) = text.split_once('1') else { return false };
    let lower = text.bytes().any(|byte| byte.is_ascii_lowercase());
    let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    if data.len() < 32
        || (lower && upper)
        || !NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
    {
        return false;
    }
    let high = name.bytes().map(|byte| u32::from(byte.to_ascii_lowercase().wrapping_shr(5)));
    let low = name.bytes().map(|byte| u32::from(byte.to_ascii_lowercase() & 31));
    let mut sum = high.chain([0]).chain(low).fold(1, step);
    for byte in data.bytes() {
        let Some(value) = value(byte) else { return false };
        sum = step(sum, value);
    }
    matches!(sum, 1 | 0x2bc8_30a3)
}

fn step(sum: u32, value: u32) -> u32 {
    let top = sum.wrapping_shr(25);
    let sum = (sum & 0x1ff_ffff).wrapping_shl(5) ^ value;
    let generators = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    (0_u32..).zip(generators).fold(sum, |sum, (bit, generator)| {
        if top.wrapping_shr(bit) & 1 == 1 { sum ^ generator } else { sum }
    })
}

/// Whether `text` is an address of Bitcoin Cash's form, whose checksum takes in the prefix.
pub(super) fn is_cash_address(prefix: &str, text: &str) -> bool {
    if text.len() < 42 || !text.starts_with(['q', 'p', 'z', 'r', 'Q', 'P']) {
        return false;
    }
    let prefix = prefix.bytes().map(|byte| u64::from(byte & 31));
    let mut sum = prefix.chain([0]).fold(1, cash_step);
    for byte in text.bytes() {
        let Some(value) = value(byte) else { return false };
        sum = cash_step(sum, u64::from(value));
    }
    sum == 1
}

fn cash_step(sum: u64, value: u64) -> u64 {
    let top = sum.wrapping_shr(35);
    let sum = (sum & 0x07_ffff_ffff).wrapping_shl(5) ^ value;
    let generators =
        [0x98_f2bc_8e61_u64, 0x79_b76d_99e2, 0xf3_3e5f_b3c4, 0xae_2eab_e2a8, 0x1e_4f43_e470];
    (0_u32..).zip(generators).fold(sum, |sum, (bit, generator)| {
        if top.wrapping_shr(bit) & 1 == 1 { sum ^ generator } else { sum }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn checksums_bind() {
        for text in [
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
        ] {
            assert!(is_address(text), "{text}");
        }
        assert!(!is_address("cosmos1zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg34ed2d7"));
        assert!(!is_address("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp"));
        assert!(is_cash_address("bitcoincash", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"));
        assert!(!is_cash_address("bitcoincash", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6b"));
    }
}
