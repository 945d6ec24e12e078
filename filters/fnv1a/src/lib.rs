//! FNV-1a of 64 bits: for tables and numbers of our own, over short keys. The same in every build, and no defence
//! against whoever chooses the keys.
//!
//! A crate of its own, since those who need it know nothing of each other. The registry's `fnv` can't be evaluated while
//! compiling, which is when the tables of names are made.

/// The hash of nothing.
pub const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// `hash`, gone on with a byte. Anything larger than a byte goes in at once: that is no FNV-1a any more, and as good for a
/// table whose keys are characters.
#[must_use]
#[expect(clippy::as_conversions, reason = "`From` isn't const, and nothing is lost")]
pub const fn with(hash: u64, byte: u32) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

/// The hash of `bytes`.
#[must_use]
pub fn of(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(EMPTY, |hash, byte| with(hash, byte.into()))
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Vectors of the reference implementation's test: <http://www.isthe.com/chongo/tech/comp/fnv/>
    #[test]
    fn hashes_are_the_reference_s() {
        for (text, expected) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("b", 0xaf63_df4c_8601_f1a5),
            ("fo", 0x0898_5907_b541_d342),
            ("foo", 0xdcb2_7518_fed9_d577),
            ("foob", 0xdd12_0e79_0c25_12af),
            ("fooba", 0xcac1_65af_a2fe_f40a),
            ("foobar", 0x8594_4171_f739_67e8),
            ("chongo was here!\n", 0x4681_0940_eff5_f915),
        ] {
            assert_eq!(super::of(text.bytes()), expected, "{text:?}");
        }
    }
}
