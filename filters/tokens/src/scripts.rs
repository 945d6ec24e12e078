//! Characters beyond ASCII, by script and by language: their first two bytes say enough.

/// How many classes there are. The first is of characters that have none.
pub(crate) const SCRIPTS: usize = 1 + RANGES.len();

/// Of letters that tell a language, by their index.
pub(crate) const GERMAN: usize = 1;
pub(crate) const FRENCH: usize = 2;
pub(crate) const IBERIAN: usize = 3;
pub(crate) const NORDIC: usize = 4;
pub(crate) const OTHER_LATIN_1: usize = 5;
pub(crate) const POLISH: usize = 6;
pub(crate) const CZECH: usize = 7;
pub(crate) const TURKISH: usize = 8;
pub(crate) const OTHER_LATIN: usize = 9;
pub(crate) const CYRILLIC: usize = 12;
pub(crate) const UKRAINIAN: usize = 14;
pub(crate) const KANA: usize = 33;
pub(crate) const IDEOGRAPHS: usize = 35;

/// Characters from one to another, both included, of each class. Where several hold one, the first does; those of
/// three bytes are told apart by their first 12 bits, those of four by their first 9.
const RANGES: &[&[(char, char)]] = &[
    &[('ä', 'ä'), ('ö', 'ö'), ('ü', 'ü'), ('ß', 'ß'), ('Ä', 'Ä'), ('Ö', 'Ö'), ('Ü', 'Ü')],
    &[
        ('à', 'à'),
        ('è', 'è'),
        ('ê', 'ê'),
        ('ç', 'ç'),
        ('î', 'î'),
        ('ô', 'ô'),
        ('ù', 'ù'),
        ('û', 'û'),
    ],
    &[
        ('á', 'á'),
        ('é', 'é'),
        ('í', 'í'),
        ('ó', 'ó'),
        ('ú', 'ú'),
        ('ñ', 'ñ'),
        ('ã', 'ã'),
        ('õ', 'õ'),
        ('â', 'â'),
    ],
    &[('å', 'æ'), ('ø', 'ø')],
    &[('À', 'ÿ')],
    &[('ą', 'ć'), ('ę', 'ę'), ('ł', 'ń'), ('ś', 'ś'), ('ź', 'ż')],
    &[('č', 'ď'), ('ě', 'ě'), ('ř', 'ř'), ('š', 'š'), ('ť', 'ť'), ('ž', 'ž'), ('ů', 'ů')],
    &[('ğ', 'ğ'), ('ı', 'ı'), ('İ', 'İ'), ('ş', 'ş')],
    &[('Ā', '\u{2AF}')],
    // Combining marks.
    &[('\u{2B0}', '\u{36F}')],
    // Greek without its accents, and with them.
    &[('ά', 'ί'), ('ό', 'ώ')],
    // Cyrillic: the first half of its small letters, the second, Ukraine's own, capitals, others.
    &[('а', 'п')],
    &[('р', 'я')],
    &[('є', 'є'), ('і', 'ї'), ('ґ', 'ґ')],
    &[('А', 'Я')],
    &[('Ѐ', 'ӿ')],
    &[('Ͱ', 'Ͽ')],
    // Hebrew: points, letters. Arabic: letters, marks, Persian's and Urdu's.
    &[('\u{591}', '\u{5C7}')],
    &[('א', 'ת')],
    &[('ء', 'ي')],
    &[('\u{64B}', '\u{66F}')],
    &[('ٰ', 'ۿ')],
    // Devanagari: letters, signs that go with them.
    &[('ऀ', 'ऻ')],
    &[('़', 'ॿ')],
    // Other scripts of India, the first of them Bengali.
    &[('ঀ', '৿')],
    &[('਀', '෿')],
    // Thai: consonants, vowels and tones. Lao and Tibetan.
    &[('ก', 'ฺ')],
    &[('เ', '๿')],
    &[('຀', '࿿')],
    &[('Ḁ', 'ỿ')],
    &[('က', '῿')],
    // Punctuation, signs.
    &[('\u{2000}', '\u{203F}')],
    // Kana, and the punctuation before it.
    &[('\u{3040}', '\u{30FF}')],
    &[('\u{3000}', '\u{303F}')],
    // Ideographs: frequent ones lie all over.
    &[('一', '俿')],
    &[('倀', '忿')],
    &[('怀', '濿')],
    &[('瀀', '翿')],
    &[('耀', '鿿')],
    &[('가', '퟿')],
    &[('！', '￮')],
    &[('\u{2040}', '\u{2FFF}')],
    &[('\u{1F000}', '\u{1FFFF}')],
    &[('\u{A0}', '¿')],
    &[('\u{10000}', '\u{10FFFF}')],
];

/// The class of a character by the low six bits of its first byte and of its second.
static CLASSES: [u8; 64 * 64] = classes();

/// Adds a count for each character beyond ASCII whose second byte stands in `bytes`, which begins with one of context.
pub(crate) fn count(bytes: &[u8], scripts: &mut [u32; SCRIPTS]) {
    let behind = bytes.iter().skip(1);
    for (first, second) in bytes.iter().zip(behind) {
        if *first >= 0xC0 && *second & 0xC0 == 0x80 {
            let index = usize::from(first & 0x3F) << 6 | usize::from(second & 0x3F);
            let class = CLASSES.get(index).copied().unwrap_or_default();
            if let Some(count) = scripts.get_mut(usize::from(class)) {
                *count = count.saturating_add(1);
            }
        }
    }
}

#[expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "runs in the compiler, which refuses what overflows or lies outside"
)]
const fn classes() -> [u8; 64 * 64] {
    let mut classes = [0; 64 * 64];
    let mut class = RANGES.len();
    // From the last to the first, which so stays.
    while class > 0 {
        class -= 1;
        let mut range = 0;
        while range < RANGES[class].len() {
            let (from, to) = RANGES[class][range];
            let (mut index, last) = (index(from), index(to));
            while index <= last {
                classes[index] = class as u8 + 1;
                index += 1;
            }
            range += 1;
        }
    }
    classes
}

#[expect(
    clippy::as_conversions,
    reason = "runs in the compiler, which refuses what overflows or lies outside"
)]
const fn index(character: char) -> usize {
    let mut bytes = [0; 4];
    character.encode_utf8(&mut bytes);
    (bytes[0] as usize & 0x3F) << 6 | (bytes[1] as usize & 0x3F)
}
