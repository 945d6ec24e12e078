//! `x-ratelimit-*` as OpenAI's clients read them, for answers that pass no filter.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chat::contract::lease::Unit;
use quota::holder::Standing;

use crate::accounting::quota::Held;
use crate::flight::unix_ms;

/// Of the tightest budget in tokens, and of the tightest in requests.
pub fn headers<'a>(standings: impl Iterator<Item = (&'a Held, Standing)>) -> HeaderMap {
    let (mut tokens, mut requests) = (None, None);
    for (held, standing) in standings.filter(|(held, _)| !held.shadow) {
        let tightest = match held.unit {
            Unit::InputTokens | Unit::OutputTokens | Unit::TotalTokens => &mut tokens,
            Unit::Requests => &mut requests,
            Unit::MicroDollars => continue,
        };
        let left = standing.remaining();
        if tightest.is_none_or(|(_, least)| left < least) {
            *tightest = Some((held, left));
        }
    }
    let mut headers = HeaderMap::new();
    let names = [
        (
            tokens,
            [
                "x-ratelimit-limit-tokens",
                "x-ratelimit-remaining-tokens",
                "x-ratelimit-reset-tokens",
            ],
        ),
        (
            requests,
            [
                "x-ratelimit-limit-requests",
                "x-ratelimit-remaining-requests",
                "x-ratelimit-reset-requests",
            ],
        ),
    ];
    for (tightest, [limit, remaining, reset]) in names {
        let Some((held, left)) = tightest else { continue };
        headers.insert(HeaderName::from_static(limit), held.at.capacity.into());
        headers.insert(HeaderName::from_static(remaining), left.into());
        let ends_ms = held.at.ends_at.0.saturating_sub(unix_ms());
        if let Ok(value) = HeaderValue::from_str(&written(ends_ms)) {
            headers.insert(HeaderName::from_static(reset), value);
        }
    }
    headers
}

/// A duration as OpenAI writes it: `6.2s`, `1m30s`, `5h2m0s`.
fn written(millis: u64) -> String {
    let (minutes, tenths) = (millis / 60_000, millis % 60_000 / 100);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{}.{}s", tenths / 10, tenths % 10),
        (0, minutes) => format!("{minutes}m{}s", tenths / 10),
        (hours, minutes) => format!("{hours}h{minutes}m{}s", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn durations_as_openai_writes_them() {
        for (millis, expected) in [
            (0, "0.0s"),
            (6_249, "6.2s"),
            (59_999, "59.9s"),
            (90_000, "1m30s"),
            (18_120_000, "5h2m0s"),
        ] {
            assert_eq!(written(millis), expected);
        }
    }
}
