//! MB/s of the scanner: clean text, then texts made to be slow. `cargo bench -p pii`, or `make bench-redaction`, which
//! runs the same on V8, as Envoy does.
//!
//! Reads a clean text from standard input; without one it repeats a few sentences.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a command for people"
)]

use std::{
    hint::black_box,
    io::{IsTerminal, Read},
    time::Instant,
};

use pii::{EntityType, Scanner};

const SENTENCES: &str = "The quick brown fox jumps over the lazy dog, and nobody minds. In 2024 the committee met \
twice (see page 42), at 10:30 and again at 14:15; version 1.2.3 was published. It's a well-known fact that \
long-standing habits change slowly.\n";

const HOSTILE: &[&str] = &[
    "a ",
    "a.",
    "a@",
    "@a.",
    "1 ",
    "1.",
    "1-",
    "12 ",
    "123 ",
    "1234 ",
    "12345 ",
    "123456789 ",
    "4111 1111 ",
    "41111111111111 ",
    "078-05-112 ",
    "f:",
    "fe80::",
    "1.1.",
    "DE12 ",
    "GB82 WEST ",
    "+1 (",
    "+49 30 ",
    "(415) ",
    "eyJa.",
    "sk-",
    "ghp_a ",
    "AKIA",
    "-----BEGIN ",
    "password: ",
    "password=a ",
    "key=",
    "://a:",
    "http://a:b",
    "Mr. ",
    "My name is ",
    "John ",
    "Alice Bob ",
    "12 Main ",
    "Street 1 ",
    "SSN ",
    "SSN 123456789 ",
    "ssn,",
    "a,b\n",
    "born ",
    "01/02/1980 ",
    "[EMAIL",
    "[",
    "%41",
    "&#65;",
    "é",
    "\u{ff11}",
    "\u{200b}1",
    "\u{430}",
    "用",
    "A1 ",
    "AB 12 ",
    "A-1-",
    "1a",
    "0x",
    "bc1q",
    "=",
    "\"",
    "{\"a\":",
    "a_b_c_",
    "aA",
    "A.B.",
];

fn main() {
    let started = Instant::now();
    let scanner = Scanner::new(&EntityType::ALL).unwrap();
    println!("start-up {:.2} ms", started.elapsed().as_secs_f64() * 1e3);
    let mut clean = String::new();
    if !std::io::stdin().is_terminal() {
        std::io::stdin().read_to_string(&mut clean).unwrap();
    }
    if clean.is_empty() {
        clean = SENTENCES.repeat(4 * 1024 * 1024 / SENTENCES.len());
    }
    report(&scanner, "clean", &clean);
    // What cargo passes begins with dashes.
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let mut rates: Vec<(f64, &str)> = HOSTILE
        .iter()
        .filter(|unit| only.as_ref().is_none_or(|only| unit.contains(only)))
        .map(|unit| (rate(&scanner, &unit.repeat(256 * 1024 / unit.len())).0, *unit))
        .collect();
    rates.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (rate, unit) in rates {
        println!("{rate:8.0} MB/s  {unit:?}");
    }
}

fn report(scanner: &Scanner, name: &str, text: &str) {
    let (rate, found) = rate(scanner, text);
    println!("{rate:8.0} MB/s  {name}: {found} findings in {} bytes", text.len());
}

/// The best of three: others use the machine too.
fn rate(scanner: &Scanner, text: &str) -> (f64, usize) {
    let mut found = 0;
    let best = (0..3)
        .map(|_| {
            let started = Instant::now();
            found = black_box(scanner.find(black_box(text))).len();
            started.elapsed().as_secs_f64()
        })
        .fold(f64::MAX, f64::min);
    #[expect(clippy::as_conversions, reason = "a length as a number of bytes")]
    let megabytes = text.len() as f64 / 1e6;
    (megabytes / best, found)
}
