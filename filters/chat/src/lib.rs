//! The chat dialects that the gateway speaks, read without any I/O.
//!
//! A body is parsed once, into byte ranges; what is edited is replaced range by range, so every byte outside an
//! edit survives, unknown fields too. Deserializing into a tree and writing it back would be five times slower
//! and would reorder, reformat and drop what it doesn't know.

pub mod body;
pub mod budget;
pub mod contract;
pub mod endpoint;
pub mod json;
pub mod problem;
pub mod sse;
