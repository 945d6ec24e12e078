//! Numbers of Asia and the Pacific.

pub(crate) mod australia;
pub(crate) mod china;
pub(crate) mod india;
pub(crate) mod japan;
pub(crate) mod korea;
pub(crate) mod new_zealand;
pub(crate) mod singapore_malaysia;
pub(crate) mod south;
pub(crate) mod southeast;
