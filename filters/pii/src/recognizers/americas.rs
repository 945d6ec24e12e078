//! The Americas' numbers.

pub(crate) mod andes;
pub(crate) mod brazil;
pub(crate) mod canada;
pub(crate) mod central;
pub(crate) mod licenses;
pub(crate) mod mexico;
pub(crate) mod southern_cone;
pub(crate) mod us;
pub(crate) mod us_health;
