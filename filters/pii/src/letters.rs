//! Which characters are letters.
//!
//! The standard library answers for all of Unicode by a search. Most texts are of a few scripts, whose letters stand in a
//! few ranges: those are told by comparing.

/// Whether `c` is alphabetic, as [`char::is_alphabetic`] says.
pub(crate) fn is_letter(c: char) -> bool {
    match u32::from(c) {
        ..=0x7f => c.is_ascii_alphabetic(),
        // Latin, Greek and Cyrillic; Hebrew, Arabic, Devanagari, Thai; kana, CJK, Hangul.
        0xd8..=0xf6
        | 0xf8..=0x2c1
        | 0x3a3..=0x3f5
        | 0x3f7..=0x481
        | 0x48a..=0x52f
        | 0x5d0..=0x5ea
        | 0x620..=0x657
        | 0x66e..=0x6d3
        | 0x904..=0x93b
        | 0x93d..=0x94c
        | 0xe01..=0xe3a
        | 0xe40..=0xe46
        | 0x3041..=0x3096
        | 0x30a1..=0x30fa
        | 0x30fc..=0x30ff
        | 0x4e00..=0x9fff
        | 0xac00..=0xd7a3 => true,
        // Punctuation, tone marks, arrows and drawings, emoji.
        0x2000..=0x2070
        | 0x2190..=0x24b5
        | 0x2500..=0x2bff
        | 0x94d
        | 0xe47..=0xe4c
        | 0x3000..=0x3004
        | 0x3008..=0x3020
        | 0xff00..=0xff20
        | 0x1f300..=0x1faff => false,
        _ => c.is_alphabetic(),
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_ranges_are_unicodes() {
        let wrong = ('\0'..=char::MAX).find(|c| super::is_letter(*c) != c.is_alphabetic());
        assert_eq!(wrong, None);
    }
}
