//! The codes of Europe's states: of persons, taxes, health, travel documents, licences and plates.
//!
//! Numbers whose check digits and form leave no doubt stand alone; all others need a cue in one of the languages in
//! which they are spoken of.

pub(crate) mod alps;
pub(crate) mod balkans;
pub(crate) mod baltic;
pub(crate) mod benelux;
mod calendar;
pub(crate) mod central;
mod cues;
mod districts;
pub(crate) mod east;
pub(crate) mod france;
pub(crate) mod germany;
pub(crate) mod identity_cards;
pub(crate) mod ireland;
pub(crate) mod italy;
pub(crate) mod licences;
pub(crate) mod machine_readable;
pub(crate) mod nordic;
pub(crate) mod passports;
pub(crate) mod plates;
pub(crate) mod poland;
pub(crate) mod portugal;
pub(crate) mod registers;
pub(crate) mod spain;
pub(crate) mod sweden;
pub(crate) mod united_kingdom;
pub(crate) mod vat;
mod vat_checks;
mod weights;
