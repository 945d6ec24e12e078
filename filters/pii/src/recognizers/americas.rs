//! The Americas' numbers.

pub(crate) mod us;
pub(crate) mod us_health;
