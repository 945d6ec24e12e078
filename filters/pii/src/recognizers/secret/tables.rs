//! The forms of issued credentials, by field. Lengths are those of the issuers' documents; a prefix that nothing else
//! begins with needs fewer characters, so that an issuer may write longer or shorter ones tomorrow.

mod ai;
mod cloud;
mod code;
mod pay;
mod talk;
mod work;

use super::{
    issued::{Issued, Part},
    shape::Alphabet,
};

pub(super) static ALL: &[&[Issued]] =
    &[ai::ROWS, cloud::ROWS, code::ROWS, pay::ROWS, talk::ROWS, work::ROWS];

/// So many characters, no more and no fewer.
const fn run(alphabet: Alphabet, len: usize) -> Part {
    // One more is read, so that a longer run isn't taken for this one: see `Closed`, which refuses it.
    Part::Run(alphabet, len, len)
}

const fn text(text: &'static str) -> Part {
    Part::Text(text)
}

/// The hexadecimal groups of a UUID.
const UUID: &[Part] = &[
    run(Alphabet::Hex, 8),
    text("-"),
    run(Alphabet::Hex, 4),
    text("-"),
    run(Alphabet::Hex, 4),
    text("-"),
    run(Alphabet::Hex, 4),
    text("-"),
    run(Alphabet::Hex, 12),
];
