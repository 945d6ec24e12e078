//! What tests and `make run` stand on: an emulator of Vertex AI, a stack of real processes around it, and clients.

pub mod callers;
pub mod client;
pub mod emulator;
pub mod jwt;
pub mod load;
pub mod plain_http;
pub mod production;
pub mod render;
pub mod stack;
