//! `calibrate`: a team's own pairs in, what each threshold would serve and get wrong out.
//!
//! JSON Lines: `{"id":…,"a":"…","b":"…","same":true}` in. Out come lines of the curve,
//! `{"threshold":0.95,"served":0.52,"wrong":0.004,"wrong_low":0.001,"wrong_high":0.012}`, and at last the lowest threshold at
//! which the error, with 95 % confidence, stays within `--error`: `{"threshold":0.97,…,"error":0.01}`, or
//! `{"threshold":null,…}` where there are too few pairs to tell. `served` is the share of the same pairs that would be served,
//! `wrong` the share of what is served that is not the same.

use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::judge::{Judge, default_embedder};
use super::{lines, misused};

/// Of a normal distribution, what 95 % lie within.
const Z: f64 = 1.959_964;

pub(super) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let (embedder, error) = match read(arguments) {
        Ok(read) => read,
        Err(what) => return misused(what),
    };
    let judge = match Judge::open(&embedder) {
        Ok(judge) => judge,
        Err(error) => return lines::failed(&error),
    };
    let (input, mut output) = (io::stdin().lock(), io::stdout().lock());
    lines::end(calibrate(&judge, error, input, &mut output))
}

fn calibrate(
    judge: &Judge,
    error: f64,
    input: impl BufRead,
    output: &mut impl Write,
) -> io::Result<usize> {
    let expected = r#"expected an object with "a" and "b" (strings) and "same" (true or false)"#;
    let mut scored = Vec::new();
    let bad = lines::each(input, output, expected, |Record { a, b, same }: Record, _| {
        let (verdict, _) = judge.judge(&a, &b);
        scored.push((if verdict.veto.is_some() { 0.0 } else { verdict.score }, same));
        Ok(())
    })?;
    for point in curve(&scored) {
        serde_json::to_writer(&mut *output, &point)?;
        output.write_all(b"\n")?;
    }
    serde_json::to_writer(
        &mut *output,
        &Choice { error, pairs: scored.len(), ..choose(&scored, error) },
    )?;
    output.write_all(b"\n")?;
    Ok(bad)
}

/// What each threshold would do, from the lowest up.
fn curve(scored: &[(f32, bool)]) -> Vec<Point> {
    (0..20)
        .map(|step| 0.5 + step as f32 * 0.025)
        .chain([0.98, 0.985, 0.99, 0.995])
        .map(|threshold| at(scored, threshold))
        .collect()
}

/// The lowest threshold from which on the upper bound of the error is within `error`.
fn choose(scored: &[(f32, bool)], error: f64) -> Choice {
    let mut thresholds: Vec<f32> =
        scored.iter().map(|(score, _)| *score).filter(|score| *score > 0.0).collect();
    thresholds.sort_unstable_by(|a, b| b.total_cmp(a));
    thresholds.dedup();
    let mut good = thresholds
        .into_iter()
        .map(|threshold| at(scored, threshold))
        .filter(|point| point.wrong_high <= error);
    match good.next_back() {
        Some(Point { threshold, served, wrong, wrong_low, wrong_high }) => Choice {
            threshold: Some(threshold),
            served,
            wrong,
            wrong_low,
            wrong_high,
            ..Choice::default()
        },
        None => Choice::default(),
    }
}

fn at(scored: &[(f32, bool)], threshold: f32) -> Point {
    let count = |same: bool, from: f32| {
        scored.iter().filter(|(score, is)| *is == same && *score >= from).count()
    };
    let (right, wrong) = (count(true, threshold), count(false, threshold));
    let all = count(true, 0.0);
    let (wrong_low, wrong_high) = interval(wrong, right + wrong);
    Point {
        threshold,
        served: right as f64 / all.max(1) as f64,
        wrong: wrong as f64 / (right + wrong).max(1) as f64,
        wrong_low,
        wrong_high,
    }
}

/// Wilson's interval of a share, which is honest where nothing was wrong.
fn interval(part: usize, whole: usize) -> (f64, f64) {
    if whole == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (whole as f64, part as f64 / whole as f64);
    let centre = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (((centre - half) / scale).max(0.0), ((centre + half) / scale).min(1.0))
}

fn read(mut given: impl Iterator<Item = OsString>) -> Result<(PathBuf, f64), &'static str> {
    let (mut embedder, mut error, mut json) = (None, 0.01, false);
    while let Some(argument) = given.next() {
        match argument.to_str() {
            Some("--json") => json = true,
            Some("--embedder") => embedder = Some(given.next().ok_or("--embedder needs a folder")?),
            Some("--error") => {
                error = given
                    .next()
                    .and_then(|text| text.to_str()?.parse().ok())
                    .filter(|value| *value > 0.0 && *value < 1.0)
                    .ok_or("--error needs a share between 0 and 1: 0.01")?;
            }
            _ => return Err("unknown argument; pairs come on standard input"),
        }
    }
    if !json {
        return Err("calibrate needs --json");
    }
    Ok((embedder.map_or_else(default_embedder, PathBuf::from), error))
}

#[derive(Deserialize)]
struct Record {
    a: String,
    b: String,
    same: bool,
}

#[derive(Serialize)]
struct Point {
    threshold: f32,
    served: f64,
    wrong: f64,
    wrong_low: f64,
    wrong_high: f64,
}

#[derive(Default, Serialize)]
struct Choice {
    threshold: Option<f32>,
    served: f64,
    wrong: f64,
    wrong_low: f64,
    wrong_high: f64,
    error: f64,
    pairs: usize,
}

#[cfg(test)]
mod tests {
    use super::{choose, interval};

    #[test]
    fn an_interval_is_wilsons() {
        for ((part, whole), (low, high)) in [
            ((0, 100), (0.0, 0.037)),
            ((5, 100), (0.0215, 0.1118)),
            ((0, 0), (0.0, 1.0)),
            ((1, 1), (0.2065, 1.0)),
        ] {
            let (found_low, found_high) = interval(part, whole);
            assert!(
                (found_low - low).abs() < 1e-3 && (found_high - high).abs() < 1e-3,
                "{part} of {whole}"
            );
        }
    }

    #[test]
    fn the_lowest_threshold_within_the_error_is_chosen() {
        let right: Vec<(f32, bool)> = (0..500).map(|i| (0.9 + i as f32 / 10_000.0, true)).collect();
        let wrong = [(0.91, false); 20];
        let all: Vec<(f32, bool)> = right.iter().copied().chain(wrong).collect();
        for (pairs, error, expected) in [
            (&right, 0.01, Some(0.9)),
            (&all, 0.02, Some(0.9101)),
            (&right[..20].to_vec(), 0.01, None),
        ] {
            let found = choose(pairs, error).threshold;
            assert_eq!(
                found.map(|x| (x * 1e4).round()),
                expected.map(|x: f32| (x * 1e4).round()),
                "{error}"
            );
        }
    }
}
