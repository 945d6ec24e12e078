//! Numbers, dates, units, code, placeholders and names.

use std::collections::BTreeSet;

use super::{Pair, literal};
use crate::reading::{Kind, Reading, Word};

pub(super) fn placeholders(pair: &Pair) -> bool {
    pair.differs(|reading| of_kind(reading, Kind::Placeholder))
}

pub(super) fn code(pair: &Pair) -> bool {
    pair.differs(|reading| sorted(of_kind(reading, Kind::Code))) || literal::differ(pair)
}

pub(super) fn numbers(pair: &Pair) -> bool {
    pair.differs(|reading| sorted(of_kind(reading, Kind::Number)))
        || pair.differs(|reading| {
            of_kind(reading, Kind::Symbol)
                .into_iter()
                .filter(|s| *s != "-" && *s != "/")
                .collect::<Vec<_>>()
        })
        || numbers_swapped(pair)
}

/// The same numbers, before other words: 3 adults and 2 children, 2 adults and 3 children.
fn numbers_swapped(pair: &Pair) -> bool {
    let after = |reading: &Reading| -> Vec<(String, String)> {
        let words: Vec<&Word> =
            reading.words.iter().filter(|word| word.tells() || word.kind == Kind::Symbol).collect();
        words
            .windows(2)
            .filter_map(|two| match two {
                [number, next] if number.kind == Kind::Number && next.kind == Kind::Content => {
                    Some((number.text.clone(), next.lemma.clone()))
                }
                _ => None,
            })
            .collect()
    };
    let [one, other] = pair.readings.map(after);
    // Only where the word follows a number in both, but another one.
    one.iter().any(|(number, next)| {
        other.iter().any(|(_, same)| same == next)
            && !other.iter().any(|(n, same)| same == next && n == number)
    }) || counted(&one, &other, pair)
        || operands_swapped(pair)
}

/// One number, before a word here and another of the common words there: one mile is how many feet, one foot is how many miles.
fn counted(one: &[(String, String)], other: &[(String, String)], pair: &Pair) -> bool {
    let common = |lemma: &str| {
        pair.alignment.pairs.iter().any(|(a, b, _)| a.lemma == lemma || b.lemma == lemma)
    };
    let linked = |x: &str, y: &str| {
        pair.alignment.pairs.iter().any(|(a, b, _)| a.lemma == x && b.lemma == y)
    };
    // "Five ideas for a party" are "five party ideas"; the first of a kind is no count.
    let beside = |number: &str, lemma: &str| {
        pair.readings.iter().all(|reading| {
            let after = reading.words.iter().skip_while(|word| word.text != number).skip(1);
            after.take_while(|word| word.tells()).any(|word| word.lemma == lemma)
        })
    };
    matches!((one, other), ([(n, x)], [(m, y)])
        if n == m && x != y && !n.ends_with("th") && common(x) && common(y) && !linked(x, y)
            && !beside(n, x) && !beside(n, y))
}

/// 10 - 4 and 4 - 10; from 5 to 7 and from 7 to 5.
fn operands_swapped(pair: &Pair) -> bool {
    let [one, other] = pair.readings.map(|reading| of_kind(reading, Kind::Number));
    let directed = |reading: &Reading| {
        reading.words.iter().any(|word| {
            matches!(
                word.text.as_str(),
                "-" | "/"
                    | "^"
                    | "minus"
                    | "divided"
                    | "divide"
                    | "from"
                    | "subtract"
                    | "than"
                    | "power"
            )
        })
    };
    let [a, b] = pair.readings;
    one != other
        && one.len() > 1
        && sorted(one.clone()) == sorted(other.clone())
        && directed(a)
        && directed(b)
}

pub(super) fn dates(pair: &Pair) -> bool {
    pair.differs(|reading| listed(reading, DATES))
        || pair.differs(clock)
        || pair.differs(|reading| relative(reading))
}

/// Whether a word says when.
pub(super) fn dated(word: &Word) -> bool {
    word.is(DATES)
}

fn clock(reading: &Reading) -> Vec<&str> {
    sorted(
        of_kind(reading, Kind::Number).into_iter().filter(|number| number.contains(':')).collect(),
    )
}

/// This week, next month, last year.
fn relative(reading: &Reading) -> BTreeSet<(&str, &str)> {
    reading
        .words
        .windows(2)
        .filter_map(|two| match two {
            [which, unit]
                if which
                    .is(&["next", "last", "previous", "this", "past", "coming", "upcoming"])
                    && unit.is(&[
                        "day", "week", "weekend", "month", "year", "quarter", "decade", "century",
                        "time", "night",
                    ]) =>
            {
                let which =
                    if which.is(&["coming", "upcoming"]) { "next" } else { which.text.as_str() };
                Some((which, unit.lemma.as_str()))
            }
            _ => None,
        })
        .collect()
}

pub(super) fn units(pair: &Pair) -> bool {
    let units = |reading: &Reading| -> BTreeSet<String> {
        reading
            .words
            .iter()
            .filter(|word| word.kind != Kind::Frame && word.is(UNITS))
            .map(|word| word.lemma.clone())
            .collect()
    };
    pair.differs(units)
}

/// Names that the other text doesn't have, under this or another spelling.
pub(super) fn names(pair: &Pair) -> bool {
    let [one, other] = &pair.alignment.alone;
    let initials = |word: &Word, reading: &Reading| {
        let firsts: String = reading
            .words
            .iter()
            .filter(|word| word.tells())
            .filter_map(|word| word.text.chars().next())
            .collect();
        word.text.len() >= 2 && firsts.contains(&word.text)
    };
    let missing = |alone: &[&Word], own: &Reading, theirs: &Reading| {
        alone.iter().any(|word| {
            word.name
                && word.kind == Kind::Content
                && !initials(word, theirs)
                // Spelled out here, and as initials there.
                && !theirs.words.iter().any(|short| short.name && initials(short, own))
                && !implied(word, own)
        })
    };
    let [a, b] = pair.readings;
    missing(one, a, b) || missing(other, b, a) || title(pair)
}

/// Whether nothing differs but the form of a name: who directed Alien, who directed Aliens.
fn title(pair: &Pair) -> bool {
    let [a, b] = pair.readings.map(|reading| &reading.words);
    let mut differ = a.iter().zip(b).filter(|(one, other)| one.text != other.text);
    let only = differ.next();
    a.len() == b.len()
        && differ.next().is_none()
        && only.is_some_and(|(one, other)| one.name && other.name)
}

/// Whether a maker's name says nothing beside its product's.
fn implied(word: &Word, reading: &Reading) -> bool {
    let has = |list: &[&str]| reading.words.iter().any(|word| word.is(list));
    match word.lemma.as_str() {
        "microsoft" => {
            has(&["excel", "word", "windows", "outlook", "powerpoint", "azure", "teams"])
        }
        "google" => has(&["gmail", "chrome", "android", "youtube"]),
        "apple" => has(&["iphone", "ipad", "macbook", "macos", "ios", "airpods"]),
        "adobe" => has(&["photoshop", "illustrator", "acrobat"]),
        _ => false,
    }
}

fn of_kind(reading: &Reading, kind: Kind) -> Vec<&str> {
    reading.words.iter().filter(|word| word.kind == kind).map(|word| word.text.as_str()).collect()
}

fn sorted(mut list: Vec<&str>) -> Vec<&str> {
    list.sort_unstable();
    list
}

/// The words of a list that a text has.
pub(super) fn listed<'a>(reading: &'a Reading, list: &[&str]) -> BTreeSet<&'a str> {
    reading.words.iter().filter(|word| word.is(list)).map(|word| word.lemma.as_str()).collect()
}

const DATES: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "april",
    "month-of-may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "today",
    "tomorrow",
    "yesterday",
    "tonight",
    "weekday",
    "weekend",
    "morning",
    "afternoon",
    "evening",
    "midnight",
    "noon",
    "christmas",
    "easter",
    "thanksgiving",
    "halloween",
    "ramadan",
    "spring",
    "summer",
    "autumn",
    "winter",
    "bc",
    "ad",
    "bce",
    "quarterly",
];

const UNITS: &[&str] = &[
    "kilogram",
    "gram",
    "milligram",
    "ounce",
    "pound",
    "ton",
    "tonne",
    "stone",
    "meter",
    "kilometer",
    "centimeter",
    "millimeter",
    "mile",
    "yard",
    "foot",
    "inch",
    "liter",
    "milliliter",
    "gallon",
    "pint",
    "cup",
    "tablespoon",
    "teaspoon",
    "celsius",
    "fahrenheit",
    "kelvin",
    "dollar",
    "euro",
    "yen",
    "rupee",
    "yuan",
    "franc",
    "peso",
    "cent",
    "bitcoin",
    "percent",
    "kilobyte",
    "megabyte",
    "gigabyte",
    "terabyte",
    "kb",
    "mb",
    "gb",
    "tb",
    "byte",
    "bit",
    "watt",
    "kilowatt",
    "kw",
    "kwh",
    "volt",
    "ampere",
    "ohm",
    "hertz",
    "mph",
    "kph",
    "knot",
    "calorie",
    "joule",
    "acre",
    "hectare",
    "radian",
    "°c",
    "°f",
    "mg",
    "mcg",
    "ppm",
    "hour",
    "minute",
    "week",
    "month",
    "decade",
    "century",
    "millisecond",
    "nanosecond",
];
