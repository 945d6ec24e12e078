//! Numbers of banks: cards, accounts, routing codes.

pub(crate) mod account;
pub(crate) mod beside;
pub(crate) mod card;
pub(crate) mod iban;
pub(crate) mod routing;
