//! Which language a text is written in, as far as small words tell.

use super::Pair;

/// Whether the texts are in different scripts or languages.
pub(super) fn differs(pair: &Pair) -> bool {
    let [one, other] = pair.texts.map(script);
    let [a, b] = pair.texts.map(language);
    one != other || matches!((a, b), (Some(a), Some(b)) if a != b)
}

/// The script of most letters, as the block of the character.
fn script(text: &str) -> Option<u8> {
    let mut counts = [0_usize; 5];
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        let which = match u32::from(c) {
            0..0x370 | 0x1E00..0x1F00 => 0,
            0x370..0x400 | 0x1F00..0x2000 => 1,
            0x400..0x530 => 2,
            0x530..0x1000 => 3,
            _ => 4,
        };
        if let Some(count) = counts.get_mut(which) {
            *count += 1;
        }
    }
    let most = counts.iter().zip(0_u8..).max_by_key(|(count, _)| **count)?;
    (*most.0 > 0).then_some(most.1)
}

/// The language whose small words a text has at least two of, if no other has as many.
fn language(text: &str) -> Option<usize> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphabetic()).collect();
    let mut counts: Vec<(usize, usize)> = SMALL
        .iter()
        .map(|list| words.iter().filter(|word| list.contains(word)).count())
        .zip(0..)
        .collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    match counts.as_slice() {
        [first, second, ..] if first.0 >= 2 && first.0 > second.0 => Some(first.1),
        _ => None,
    }
}

const SMALL: &[&[&str]] = &[
    &[
        "the", "is", "are", "of", "and", "to", "how", "what", "does", "do", "my", "for", "it",
        "with", "can", "i", "you", "why", "when", "where", "who",
    ],
    &[
        "der", "die", "das", "ist", "und", "wie", "ich", "nicht", "ein", "eine", "mit", "für",
        "mein", "kann", "zu", "den", "wo", "wann", "warum", "wer",
    ],
    &[
        "le", "la", "les", "est", "et", "des", "un", "une", "je", "pour", "que", "mon", "ma", "du",
        "comment", "quel", "quelle", "où", "quand", "pourquoi",
    ],
    &[
        "el", "los", "las", "es", "y", "cómo", "qué", "mi", "para", "por", "una", "cuál", "dónde",
        "puedo", "de", "cuándo", "quién",
    ],
    &[
        "il", "lo", "gli", "è", "e", "come", "che", "mio", "per", "di", "un", "una", "dove",
        "quando", "perché", "posso", "qual",
    ],
    &[
        "o", "os", "é", "e", "como", "que", "meu", "minha", "para", "não", "um", "uma", "onde",
        "quando", "posso", "qual",
    ],
    &[
        "de", "het", "een", "is", "en", "hoe", "wat", "mijn", "voor", "niet", "ik", "kan", "waar",
        "wanneer", "waarom", "wie",
    ],
];
