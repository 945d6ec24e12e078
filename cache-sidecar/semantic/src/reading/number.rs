//! Numbers: words become digits, thousands and dozens are multiplied out, times of day are one number.

use super::{Kind, Word};

/// Rewrites number words in place: `twenty five` → `25`, `10 k` → `10000`, `5 pm` → `17:00`, `first` → `1st`.
pub(super) fn join(words: &mut Vec<Word>) {
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    let texts: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
    for (at, mut word) in std::mem::take(words).into_iter().enumerate() {
        let low = word.text.as_str();
        let last = out.last_mut().filter(|last| last.kind == Kind::Number);
        if word.kind == Kind::Number {
            word.text = plain(&word.text);
        } else if word.kind != Kind::Content {
        } else if let Some(value) = small(low) {
            // Twenty five, a hundred and five.
            if let Some(last) = last
                && let Ok(before) = last.text.parse::<u64>()
                && before >= 20
                && before % 10 == 0
                && value < 10
                && last.end >= word.start.saturating_sub(5)
                && small_word(last)
            {
                last.text = (before + value).to_string();
                last.end = word.end;
                continue;
            }
            // "One" is a person, or a thing just named, but before a noun.
            let next = texts.get(at + 1).map_or("", String::as_str);
            let before = at.checked_sub(1).and_then(|at| texts.get(at)).map_or("", String::as_str);
            if low != "one"
                || next.len() > 3 && !BESIDE_ONE.contains(&next) && !idle_one(before, next)
            {
                word.kind = Kind::Number;
                word.name = true; // written as a word: may be joined
                word.text = value.to_string();
            }
        } else if let Some(factor) = factor(low) {
            if let Some(last) = last {
                if let Some(value) = times(&last.text, factor) {
                    last.text = value;
                    last.end = word.end;
                    continue;
                }
            } else if low.len() > 2 && !low.ends_with('s') {
                word.kind = Kind::Number;
                word.text = factor.to_string();
            }
        } else if matches!(low, "am" | "pm" | "a.m" | "p.m")
            && let Some(last) = last
            && let Some(clock) = clock(&last.text, low.starts_with('p'))
        {
            last.text = clock;
            last.end = word.end;
            continue;
        } else if let Some(ordinal) = ordinal(low) {
            word.kind = Kind::Number;
            word.text = ordinal;
        } else if let Some(roman) = roman(low).filter(|_| word.name && at > 0) {
            word.kind = Kind::Number;
            word.text = roman.into();
        }
        if word.kind == Kind::Number {
            word.lemma.clone_from(&word.text);
        }
        out.push(word);
    }
    for word in &mut out {
        if word.kind == Kind::Number {
            word.name = false;
            word.lemma.clone_from(&word.text);
        }
    }
    wars(&mut out);
    *words = out;
}

/// The two wars that have four spellings each.
fn wars(words: &mut Vec<Word>) {
    for word in words.iter_mut() {
        match word.text.as_str() {
            "wwi" | "ww1" => word.text = "ww1".into(),
            "wwii" | "ww2" => word.text = "ww2".into(),
            _ => {}
        }
    }
    let which = |word: &Word| match word.text.as_str() {
        "1th" | "1" | "i" | "one" => Some("ww1"),
        "second" | "2" | "2th" | "ii" => Some("ww2"),
        _ => None,
    };
    let mut at = 0;
    while let Some([a, b, c]) = words.get(at..at + 3) {
        let name = match (a.text.as_str(), b.text.as_str(), c.text.as_str()) {
            ("world", "war", _) => which(c),
            (_, "world", "war") => which(a),
            _ => None,
        };
        if let Some(name) = name {
            let end = c.end;
            words.drain(at + 1..at + 3);
            if let Some(word) = words.get_mut(at) {
                (word.text, word.lemma, word.end, word.kind, word.name) =
                    (name.into(), name.into(), end, Kind::Content, true);
            }
        }
        at += 1;
    }
}

/// Whether "one" between these is a person, or a thing just named.
fn idle_one(before: &str, next: &str) -> bool {
    match before {
        "the" | "this" | "that" | "which" | "each" | "any" | "every" | "no" => true,
        "can" | "could" | "should" | "would" | "does" | "do" | "must" | "may" | "might" => {
            !matches!(
                next,
                "person"
                    | "people"
                    | "man"
                    | "woman"
                    | "user"
                    | "account"
                    | "team"
                    | "player"
                    | "adult"
                    | "child"
            )
        }
        _ => false,
    }
}

/// Before these, "one" is no number.
const BESIDE_ONE: &[&str] = &[
    "does", "could", "should", "would", "might", "what", "with", "from", "than", "need", "have",
    "make", "take", "know", "find", "become", "drink", "wear", "differ", "must", "that", "which",
    "really", "best",
];

fn small_word(word: &Word) -> bool {
    word.name
}

/// Without leading zeros of a whole number, or zeros behind the point that say nothing.
fn plain(text: &str) -> String {
    if let Some((whole, rest)) = text.split_once('.')
        && rest.len() >= 2
        && rest.bytes().all(|digit| digit == b'0')
    {
        return whole.into();
    }
    match text.strip_prefix('0') {
        Some(rest)
            if rest.bytes().all(|digit| digit.is_ascii_digit())
                && !rest.is_empty()
                && text.len() == 2 =>
        {
            rest.into()
        }
        _ => text.into(),
    }
}

fn small(word: &str) -> Option<u64> {
    const WORDS: &[&str] = &[
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: &[&str] =
        &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let at = |list: &[&str]| {
        list.iter().position(|known| *known == word).and_then(|at| u64::try_from(at).ok())
    };
    at(WORDS).or_else(|| at(TENS).map(|at| (at + 2) * 10))
}

fn factor(word: &str) -> Option<u64> {
    Some(match word {
        "dozen" | "dozens" => 12,
        "hundred" | "hundreds" => 100,
        "k" | "thousand" | "thousands" => 1000,
        "million" | "millions" | "mn" => 1_000_000,
        "billion" | "billions" | "bn" => 1_000_000_000,
        _ => return None,
    })
}

fn times(text: &str, factor: u64) -> Option<String> {
    if let Ok(whole) = text.parse::<u64>() {
        return whole.checked_mul(factor).map(|value| value.to_string());
    }
    let value: f64 = text.parse().ok()?;
    Some(format!("{}", value * factor as f64))
}

fn clock(text: &str, afternoon: bool) -> Option<String> {
    let (hour, minute) = text.split_once([':', '.']).unwrap_or((text, "00"));
    let hour: u32 = hour.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    let hour = hour % 12 + if afternoon { 12 } else { 0 };
    Some(format!("{hour}:{minute}"))
}

/// `1st`, `first`. `second` is a unit as often; as a word it stays one.
fn ordinal(word: &str) -> Option<String> {
    const WORDS: &[&str] = &[
        "first", "", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
        "eleventh", "twelfth",
    ];
    if let Some(at) = WORDS.iter().position(|known| !known.is_empty() && *known == word) {
        return Some(format!("{}th", at + 1));
    }
    let digits = word
        .strip_suffix("st")
        .or(word.strip_suffix("nd"))
        .or(word.strip_suffix("rd"))
        .or(word.strip_suffix("th"))?;
    digits.parse::<u32>().ok().map(|value| format!("{value}th"))
}

fn roman(word: &str) -> Option<&'static str> {
    Some(match word {
        "ii" => "2",
        "iii" => "3",
        "iv" => "4",
        "vi" => "6",
        "vii" => "7",
        "viii" => "8",
        "ix" => "9",
        _ => return None,
    })
}
