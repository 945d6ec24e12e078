//! Codes that are alike in many countries.

pub(crate) mod passports;
pub(crate) mod records;
pub(crate) mod vehicles;
