//! How budgets stand, for answers that pass no filter which would say so.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use quota::holder::Standing;

use crate::accounting::quota::Held;

/// `x-ratelimit-*` as OpenAI's clients read them, and the warning of soft limits.
pub fn headers<'a>(standings: impl Iterator<Item = (&'a Held, Standing)>) -> HeaderMap {
    let enforcing = standings.filter(|(held, _)| !held.shadow);
    let told: Vec<_> = enforcing.map(|(held, standing)| held.told(&standing)).collect();
    let pairs = chat::budget::headers(&told).into_iter();
    // A budget's name is of its operator's making, and not all can stand in a header.
    let fit = |(name, value): (&'static str, String)| {
        let value = HeaderValue::from_str(&value.replace(|c: char| !is_plain(c), "_")).ok()?;
        Some((HeaderName::from_static(name), value))
    };
    pairs.filter_map(fit).collect()
}

fn is_plain(character: char) -> bool {
    character == ' ' || character.is_ascii_graphic()
}
