//! How many tokens a text will take, before the provider has counted them, and what they cost.
//!
//! An estimate is for admission: it decides what to reserve, and what to charge where the provider reported no
//! usage. Exact counting needs the model's vocabulary of 33 MB, which has no place in a Wasm VM per worker.

mod correction;
mod counts;
mod family;
pub mod media;
pub mod prices;
mod scripts;
mod tally;
mod weights;

pub use counts::{Counts, Range, Tally};
pub use family::Family;

/// Input tokens of the frame around each text: role and turn markers.
pub const TURN_TOKENS: u64 = 4;

/// Estimates the tokens of `text` with Gemini's vocabulary. [`Counts`] does for other families, and for many texts.
#[must_use]
pub fn estimate(text: &str) -> u64 {
    Counts::of(text).estimate(Family::Gemini)
}
