//! Amounts as people write them: whole numbers, and dollars as decimals in a string, so that no cent is rounded.

use serde::{Deserialize, Serialize};

use super::document::Unit;
use crate::ledger::MAX_AMOUNT;

/// Micro-dollars in a dollar.
const MICROS: u64 = 1_000_000;

/// An amount as it is written: `2000000`, or `"1500.00"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "write a whole number, or dollars as a string such as \"1500.00\"")]
pub enum Figure {
    /// Requests, tokens, or whole dollars.
    Whole(u64),
    /// Dollars, with up to six decimals.
    Decimal(String),
}

impl Figure {
    /// What it means in `unit`: requests, tokens, or micro-dollars. Nothing where it can't be that, or where it is larger
    /// than [`MAX_AMOUNT`].
    #[must_use]
    pub fn amount(&self, unit: Unit) -> Option<u64> {
        let amount = match (self, unit) {
            (Self::Whole(whole), Unit::Dollars) => whole.checked_mul(MICROS)?,
            (Self::Decimal(text), Unit::Dollars) => micro_dollars(text)?,
            (Self::Whole(whole), _) => *whole,
            (Self::Decimal(_), _) => return None,
        };
        (amount <= MAX_AMOUNT).then_some(amount)
    }
}

impl std::fmt::Display for Figure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(whole) => whole.fmt(formatter),
            Self::Decimal(text) => text.fmt(formatter),
        }
    }
}

fn micro_dollars(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(decimals) || decimals.len() > 6 {
        return None;
    }
    let decimals: u64 = format!("{decimals:0<6}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(MICROS)?.checked_add(decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, unit: Unit, expected: Option<u64>) {
        let figure: Figure = serde_json::from_str(written).unwrap();
        assert_eq!(figure.amount(unit), expected, "{written} {unit:?}");
    }

    #[test]
    fn amounts() {
        check("2000000", Unit::TotalTokens, Some(2_000_000));
        check("0", Unit::Requests, Some(0));
        check("\"5\"", Unit::Requests, None);
        check("9007199254740991", Unit::InputTokens, Some(MAX_AMOUNT));
        check("9007199254740992", Unit::InputTokens, None);
        check("12", Unit::Dollars, Some(12_000_000));
        check("\"1500.00\"", Unit::Dollars, Some(1_500_000_000));
        check("\"0.000001\"", Unit::Dollars, Some(1));
        check("\"0.5\"", Unit::Dollars, Some(500_000));
        check("\"9007199254.740991\"", Unit::Dollars, Some(MAX_AMOUNT));
        for wrong in
            ["9007199254.740992", "0.0000001", "1e3", "", ".5", "5.", "-1", "+1", "1,5", " 1"]
        {
            check(&format!("{wrong:?}"), Unit::Dollars, None);
        }
    }

    #[test]
    fn no_fractions_as_numbers() {
        for wrong in ["1.5", "-1", "true", "18446744073709551616"] {
            let error = serde_json::from_str::<Figure>(wrong).unwrap_err().to_string();
            assert!(error.starts_with("write a whole number"), "{wrong}: {error}");
        }
    }
}
