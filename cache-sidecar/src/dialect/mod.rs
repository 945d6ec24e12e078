//! Between a client's dialect and Gemini's, which is the one that the upstream speaks.
//!
//! [`read`] makes one [`Call`] of a client's request, a [`Renderer`] writes the chunks of its answer for one client.
//! One generation may have several clients: each chooses by itself whether it wants a stream.
//!
//! A field of a request is translated, or on a reviewed list of those without a meaning here, or refused by name: a
//! field that silently does nothing would be found in production. Gemini's own requests go through as they are, the
//! upstream refuses what it doesn't know.

mod call;
mod gemini;
mod openai;
mod renderer;
#[cfg(test)]
mod tests;

pub use call::{Call, Delivery, is_model_name, read};
pub use renderer::Renderer;
