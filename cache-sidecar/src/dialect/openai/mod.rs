//! OpenAI's chat completions, read into Gemini's terms and answered in their own.
//!
//! Field by field after <https://platform.openai.com/docs/api-reference/chat/create> on one side, and on the other
//! after the discovery document of `aiplatform` v1, which a test holds the translation against.

mod answer;
mod field;
mod generation;
mod media;
mod messages;
mod request;
mod tools;
mod writer;

pub(super) use request::read;
pub(super) use writer::Writer;
