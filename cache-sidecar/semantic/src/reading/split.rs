//! Cuts a text into words: contractions written out, punctuation dropped, addresses and identifiers whole.

use super::{Kind, Word};

/// The words of `text`, without lemmas yet.
pub(super) fn words(text: &str) -> Vec<Word> {
    let chunks: Vec<(usize, &str)> = chunks(text);
    let shouted = shouts(&chunks);
    let mut words = Vec::new();
    let mut fresh = true;
    for (start, chunk) in chunks {
        let before = words.len();
        take(chunk, start, &mut words);
        for word in words.iter_mut().skip(before) {
            word.name &= !shouted && (!fresh || is_acronym(chunk));
        }
        fresh = chunk.ends_with(['.', '!', '?', ':'])
            || chunk.starts_with(['-', '*', '"', '“']) && chunk.len() == 1;
    }
    words
}

/// Pieces between white space, with where they start.
fn chunks(text: &str) -> Vec<(usize, &str)> {
    let mut chunks = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        // Chinese and Japanese don't part their words: each character stands alone.
        let alone =
            ('\u{3040}'..='\u{30ff}').contains(&c) || ('\u{4e00}'..='\u{9fff}').contains(&c);
        if (c.is_whitespace() || alone || matches!(c, '—' | '–' | '…'))
            && let Some(from) = start.take()
        {
            chunks.extend(text.get(from..at).map(|chunk| (from, chunk)));
        }
        if alone {
            chunks.extend(text.get(at..at + c.len_utf8()).map(|chunk| (at, chunk)));
        } else if !c.is_whitespace() && !matches!(c, '—' | '–' | '…') {
            start = start.or(Some(at));
        }
    }
    chunks.extend(start.and_then(|from| text.get(from..).map(|chunk| (from, chunk))));
    chunks
}

/// Whether a text is written so that capitals tell nothing: as a title, or all in capitals.
fn shouts(chunks: &[(usize, &str)]) -> bool {
    let long = || {
        chunks.iter().filter(|(_, chunk)| chunk.len() > 3 && chunk.starts_with(char::is_alphabetic))
    };
    let capital = long().filter(|(_, chunk)| chunk.starts_with(char::is_uppercase)).count();
    // "Who was Ann Lee King": a sentence has small words that a title would write large.
    let plain = |chunk: &str| {
        chunk.len() >= 2
            && chunk.starts_with(char::is_lowercase)
            && !["the", "and", "for", "of", "in", "to", "on", "at", "by", "or", "as", "vs"]
                .contains(&chunk)
    };
    long().count() >= 3
        && capital * 5 >= long().count() * 4
        && !chunks.iter().any(|(_, chunk)| plain(chunk))
}

fn is_acronym(chunk: &str) -> bool {
    let letters = chunk.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() >= 2 && letters.clone().all(char::is_uppercase)
}

fn take(chunk: &str, start: usize, words: &mut Vec<Word>) {
    let (start, chunk) = trimmed(chunk, start);
    if chunk.is_empty() {
        return;
    }
    if is_placeholder(chunk) {
        return push(chunk, chunk, start, Kind::Placeholder, words);
    }
    if let Some(rest) = chunk.strip_suffix("'s").or_else(|| chunk.strip_suffix("’s"))
        && is_code(rest)
    {
        return push(rest, rest, start, Kind::Code, words);
    }
    if is_code(chunk) {
        return push(&chunk.to_lowercase(), chunk, start, Kind::Code, words);
    }
    // Letters with full stops between: U.S., e.g.
    let dotless: String = chunk.chars().filter(|c| *c != '.').collect();
    if chunk.contains('.')
        && !dotless.is_empty()
        && chunk.split('.').all(|part| part.chars().count() <= 1)
        && dotless.chars().all(char::is_alphabetic)
    {
        return push(&dotless.to_lowercase(), chunk, start, Kind::Content, words);
    }
    if chunk.chars().all(|c| c.is_ascii_digit() || "+-*/^=<>%().,:$€£¥".contains(c)) {
        return numeric(chunk, start, words);
    }
    // "w/o" is one word, though it has a slash.
    if chunk.starts_with("w/") {
        return word(chunk, start, words);
    }
    for (at, part) in parts(chunk) {
        word(part, start + at, words);
    }
}

/// Without the punctuation around it.
fn trimmed(chunk: &str, start: usize) -> (usize, &str) {
    if chunk.starts_with('[') && chunk.contains(']') {
        let end = chunk.find(']').map_or(chunk.len(), |at| at + 1);
        return (start, chunk.get(..end).unwrap_or(chunk));
    }
    let opening = |c: char| {
        matches!(
            c,
            '"' | '\''
                | '“'
                | '‘'
                | '«'
                | '('
                | '['
                | '{'
                | '¿'
                | '¡'
                | '*'
                | ','
                | ';'
                | '!'
                | '?'
                | '>'
                | '`'
        )
    };
    let closing = |c: char| {
        matches!(
            c,
            '"' | '\''
                | '”'
                | '’'
                | '»'
                | ')'
                | ']'
                | '}'
                | '.'
                | ','
                | ';'
                | ':'
                | '!'
                | '?'
                | '*'
                | '`'
        )
    };
    let rest = chunk.trim_start_matches(opening);
    let at = start + chunk.len() - rest.len();
    let mut core = rest.trim_end_matches(closing);
    // f(x) and C(3) keep their bracket, U.S. its last letter.
    if core.contains('(') && rest.get(core.len()..).is_some_and(|tail| tail.starts_with(')')) {
        core = rest.get(..core.len() + 1).unwrap_or(core);
    }
    (at, core)
}

fn is_placeholder(chunk: &str) -> bool {
    chunk.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|inner| {
        inner.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
            && inner.starts_with(|c: char| c.is_ascii_uppercase())
    })
}

/// Whether a chunk is to be compared letter by letter.
fn is_code(chunk: &str) -> bool {
    let letters = chunk.chars().any(char::is_alphabetic);
    letters
        && (chunk.contains(['_', '\\', '@', '=', '<', '>', '{', '}', '(', '|', '~', '`', '$'])
            && !chunk.starts_with('$')
            || chunk.contains("::")
            || chunk.contains("://")
            || chunk.starts_with("--")
            || chunk.starts_with('/') && chunk.len() > 1
            || chunk.starts_with('-') && chunk.len() == 2
            || chunk.starts_with('#') && chunk.len() > 1
            || chunk.matches('/').count() > 1
            || is_file(chunk))
}

/// `main.rs`, `example.com`: letters on both sides of a full stop, and more than one before it.
fn is_file(chunk: &str) -> bool {
    chunk.rsplit_once('.').is_some_and(|(stem, ending)| {
        stem.len() > 1
            && (1..=5).contains(&ending.len())
            && ending.chars().all(char::is_alphabetic)
            && stem.chars().all(|c| c.is_alphanumeric() || ".-/".contains(c))
            && !ending.starts_with(char::is_uppercase)
    })
}

/// Numbers with operators, signs of currencies and per cent.
fn numeric(chunk: &str, start: usize, words: &mut Vec<Word>) {
    let mut rest = chunk;
    while let Some(c) = rest.chars().next() {
        let at = start + chunk.len() - rest.len();
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || ".,:".contains(c));
        let run = rest.get(..rest.len() - digits.len()).unwrap_or_default();
        // 2024-05-01 and 555-1234 are not subtractions; a slash between numbers may be a date, and stays as it is.
        if !run.is_empty() {
            let text = run.trim_end_matches(['.', ',', ':']);
            if !text.is_empty() {
                push(&text.replace(',', ""), run, at, Kind::Number, words);
            }
            rest = digits;
            continue;
        }
        let (word, kind) = match c {
            '$' => ("dollar", Kind::Content),
            '€' => ("euro", Kind::Content),
            '£' => ("pound", Kind::Content),
            '¥' => ("yen", Kind::Content),
            '%' => ("percent", Kind::Content),
            '+' => ("+", Kind::Symbol),
            '*' => ("*", Kind::Symbol),
            '^' => ("^", Kind::Symbol),
            '/' => ("/", Kind::Symbol),
            '=' => ("=", Kind::Symbol),
            '<' => ("<", Kind::Symbol),
            '>' => (">", Kind::Symbol),
            '-' => ("-", Kind::Symbol),
            _ => ("", Kind::Symbol),
        };
        // A dash or slash by itself is an operator behind a number only.
        let counts = words.last().is_some_and(|word| word.kind == Kind::Number);
        if !(word.is_empty() || chunk.len() == 1 && !counts && matches!(word, "/" | "-")) {
            push(word, word, at, kind, words);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
}

/// Parts between hyphens and slashes, and where letters follow digits: 10kg.
fn parts(chunk: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut last: Option<char> = None;
    let digits_first = chunk.starts_with(|c: char| c.is_ascii_digit() || "$€£¥".contains(c));
    for (at, c) in chunk.char_indices() {
        let cut = matches!(c, '-' | '/' | '(' | ')' | ',' | '&' | '"' | '“' | '”')
            || c == '+' && digits_first;
        let unit = digits_first
            && last.is_some_and(|last| {
                last.is_ascii_digit() && (c.is_alphabetic() || c == '%' || c == '°')
            });
        let coin = last.is_some_and(|last| "$€£¥".contains(last)) && c.is_ascii_digit();
        if (cut || unit || coin) && at > from {
            parts.extend(chunk.get(from..at).map(|part| (from, part)));
            from = at;
        }
        if cut {
            from = at + c.len_utf8();
        }
        last = Some(c);
    }
    parts.extend(chunk.get(from..).filter(|part| !part.is_empty()).map(|part| (from, part)));
    parts
}

/// One word, its contraction written out.
fn word(part: &str, start: usize, words: &mut Vec<Word>) {
    let part = part.trim_matches(|c: char| matches!(c, '\'' | '’' | '.' | ':'));
    if part.is_empty() {
        return;
    }
    let digits = part.starts_with(|c: char| c.is_ascii_digit());
    let owner = part.strip_suffix("'s").or_else(|| part.strip_suffix("’s"));
    let part = owner.filter(|_| digits).unwrap_or(part);
    if digits || part.starts_with(['$', '€', '£', '¥']) {
        let plain = part.chars().all(|c| c.is_ascii_digit() || ".,:$€£¥".contains(c));
        if plain {
            return numeric(part, start, words);
        }
        return push(&part.to_lowercase(), part, start, Kind::Content, words);
    }
    let low = part.to_lowercase().replace('’', "'");
    let named = part.chars().next().is_some_and(char::is_uppercase)
        || part.chars().skip(1).any(char::is_uppercase);
    let mut out = |text: &str, name: bool| {
        push(text, part, start, Kind::Content, words);
        if let Some(word) = words.last_mut() {
            word.name = name;
        }
    };
    if let Some(written) = CONTRACTIONS.iter().find(|(short, _)| *short == low) {
        return written.1.split(' ').for_each(|text| out(text, false));
    }
    let (stem, rest) = match low.rsplit_once('\'') {
        Some((stem, "t")) => (stem.strip_suffix('n').unwrap_or(stem), "not"),
        Some((stem, "re")) => (stem, "are"),
        Some((stem, "ve")) => (stem, "have"),
        Some((stem, "ll")) => (stem, "will"),
        Some((stem, "d")) => (stem, "would"),
        Some((stem, "m")) => (stem, "am"),
        Some((stem, "s")) if ASKING.contains(&stem) => (stem, "is"),
        Some((stem, "s" | "")) => (stem, ""),
        _ => (low.as_str(), ""),
    };
    out(stem, named && rest.is_empty());
    if !rest.is_empty() {
        out(rest, false);
    }
}

fn push(text: &str, written: &str, start: usize, kind: Kind, words: &mut Vec<Word>) {
    let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    words.push(Word {
        text: text.into(),
        lemma: text.into(),
        start: at(start),
        end: at(start + written.len()),
        kind,
        name: written.chars().next().is_some_and(char::is_uppercase),
        weight: 0.0,
    });
}

/// After these, `'s` is a verb; after others, a genitive.
const ASKING: &[&str] = &[
    "what", "who", "where", "when", "how", "why", "that", "there", "here", "it", "he", "she",
    "let", "which",
];

const CONTRACTIONS: &[(&str, &str)] = &[
    ("can't", "can not"),
    ("cant", "can not"),
    ("cannot", "can not"),
    ("won't", "will not"),
    ("wont", "will not"),
    ("shan't", "shall not"),
    ("dont", "do not"),
    ("doesnt", "does not"),
    ("didnt", "did not"),
    ("isnt", "is not"),
    ("arent", "are not"),
    ("wasnt", "was not"),
    ("couldnt", "could not"),
    ("shouldnt", "should not"),
    ("wouldnt", "would not"),
    ("havent", "have not"),
    ("hasnt", "has not"),
    ("ain't", "is not"),
    ("whats", "what is"),
    ("hows", "how is"),
    ("wheres", "where is"),
    ("whos", "who is"),
    ("thats", "that is"),
    ("im", "i am"),
    ("ive", "i have"),
    ("let's", "let us"),
    ("u", "you"),
    ("ur", "your"),
    ("pls", "please"),
    ("plz", "please"),
    ("thx", "thanks"),
    ("w/", "with"),
    ("w/o", "without"),
    ("gonna", "going to"),
    ("wanna", "want to"),
    ("gotta", "got to"),
    ("vs", "versus"),
    ("tmrw", "tomorrow"),
    ("&", "and"),
];
