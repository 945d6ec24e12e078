//! Numbers of Africa, the Middle East and Central Asia.

pub(crate) mod africa;
pub(crate) mod central_asia;
pub(crate) mod middle_east;
pub(crate) mod taxes;
