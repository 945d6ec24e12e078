//! What is quoted, and what stands as code: compared letter by letter.

use super::Pair;

/// Whether both texts quote, but not the same; or their operators differ.
pub(super) fn differ(pair: &Pair) -> bool {
    let [a, b] = pair.texts;
    let both = |read: fn(&str) -> Vec<String>| {
        let (one, other) = (read(a), read(b));
        !one.is_empty() && !other.is_empty() && one != other
    };
    operators(a) != operators(b)
        || flags(a) != flags(b)
        || keywords(a) != keywords(b)
        || both(code)
        || both(quotes)
        || both(payload)
}

/// Signs that stand alone, of two letters or more: `==` and `===`, `//`.
fn operators(text: &str) -> Vec<&str> {
    const SIGNS: &str = "=!<>&|+-*/%^~:?";
    // What ends the sentence is no part of the last sign.
    let mut found: Vec<&str> = text
        .trim_end_matches(['?', '.'])
        .split(|c: char| c.is_whitespace() || matches!(c, '`' | '"' | ','))
        .filter(|chunk| chunk.len() >= 2 && chunk.chars().all(|c| SIGNS.contains(c)))
        .filter(|chunk| !chunk.chars().all(|c| matches!(c, '!' | '?' | '-')))
        .collect();
    found.sort_unstable();
    found
}

/// Options of a command, as they are written: `-v` isn't `-V`.
fn flags(text: &str) -> Vec<&str> {
    let option = |chunk: &&str| {
        let name = chunk.trim_start_matches('-');
        name.len() < chunk.len() && name.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    let chunks =
        text.split(|c: char| c.is_whitespace() || matches!(c, '`' | '"' | ',' | '?' | '.'));
    let mut found: Vec<&str> = chunks.filter(option).collect();
    found.sort_unstable();
    found
}

/// Small words that are named as a language's: a for loop, a while loop.
fn keywords(text: &str) -> Vec<String> {
    const NAMED: &[&str] =
        &["loop", "loops", "statement", "statements", "keyword", "clause", "operator", "block"];
    const SMALL: &[&str] = &[
        "for", "while", "if", "else", "do", "in", "is", "as", "with", "and", "or", "not", "try",
        "switch", "foreach", "until", "where", "having", "from",
    ];
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let named = words.windows(2).filter_map(|two| match two {
        [word, noun] if NAMED.contains(&noun.as_str()) && SMALL.contains(&word.as_str()) => {
            Some(word.clone())
        }
        _ => None,
    });
    named.collect()
}

/// What stands between backticks.
fn code(text: &str) -> Vec<String> {
    between(text, &['`'], &['`'], str::to_owned)
}

/// What stands between double quotes.
fn quotes(text: &str) -> Vec<String> {
    between(text, &['"', '“', '«', '„'], &['"', '”', '»', '“'], loose)
}

/// What is to be worked on: all that follows a colon, where words of an instruction stand before it.
fn payload(text: &str) -> Vec<String> {
    let Some((before, after)) = text.split_once(": ") else { return Vec::new() };
    let few = after.split_whitespace().count() >= 2 && before.split_whitespace().count() >= 2;
    // A question behind a colon is asked in any words.
    if few && !after.trim_end().ends_with('?') { vec![loose(after)] } else { Vec::new() }
}

/// Without case, and without the punctuation and white space around it.
fn loose(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase().trim_matches(|c: char| !c.is_alphanumeric()).into()
}

fn between(text: &str, open: &[char], close: &[char], read: fn(&str) -> String) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, inner)) = rest.split_once(open) {
        let Some((quoted, after)) = inner.split_once(close) else { break };
        found.push(read(quoted));
        rest = after;
    }
    found.sort_unstable();
    found
}
