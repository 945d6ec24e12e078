//! One client's answer.

use bytes::Bytes;
use chat::contract::{USAGE_EVENT, Usage};
use chat::endpoint::Dialect;
use chat::problem::Problem;

use super::call::{Call, Delivery};
use super::{gemini, openai};
use crate::vertex::Chunk;

/// Writes the chunks of one generation for one client.
///
/// A stream takes each of them through [`Renderer::chunk`], then [`Renderer::end`] or [`Renderer::problem`], once. All
/// other deliveries take them together through [`Renderer::whole`]: the other methods then write nothing.
pub struct Renderer {
    delivery: Delivery,
    dialect: Dialect,
    writer: Writer,
}

enum Writer {
    OpenAi(openai::Writer),
    Gemini(gemini::Writer),
}

impl Renderer {
    /// `id` is the exchange's; `created` is in Unix seconds. Anthropic's dialect has no upstream yet and gets
    /// OpenAI's shape.
    #[must_use]
    pub fn new(call: &Call, dialect: Dialect, id: &str, created: u64) -> Self {
        let writer = match dialect {
            Dialect::Gemini => Writer::Gemini(gemini::Writer::default()),
            Dialect::OpenAi | Dialect::Anthropic => {
                let include_usage = call.delivery == Delivery::Stream { include_usage: true };
                Writer::OpenAi(openai::Writer::new(&call.named, id, created, include_usage))
            }
        };
        Self { delivery: call.delivery, dialect, writer }
    }

    /// The `content-type` of the answer.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        match self.delivery {
            Delivery::Stream { .. } => "text/event-stream",
            Delivery::Whole | Delivery::JsonArray => "application/json",
        }
    }

    /// The next piece of a stream; empty where the chunk has nothing for this dialect.
    pub fn chunk(&mut self, chunk: &Chunk) -> Bytes {
        match (&mut self.writer, self.delivery) {
            (Writer::OpenAi(writer), Delivery::Stream { .. }) => writer.chunk(&chunk.view),
            (Writer::Gemini(writer), Delivery::Stream { .. }) => writer.chunk(chunk),
            (_, Delivery::Whole | Delivery::JsonArray) => Bytes::new(),
        }
    }

    /// What ends a stream well: the dialect's usage chunk if asked for, the contract's usage frame, the end marker.
    ///
    /// An alternative that has no end yet was cut off by the gateway, at a budget: it ends as at an output cap.
    pub fn end(&mut self, usage: &Usage) -> Bytes {
        if !matches!(self.delivery, Delivery::Stream { .. }) {
            return Bytes::new();
        }
        let (mut out, marker) = match &mut self.writer {
            Writer::OpenAi(writer) => (writer.end(usage), "data: [DONE]\n\n"),
            Writer::Gemini(writer) => (writer.end(usage), ""),
        };
        out.extend_from_slice(&usage_frame(usage));
        out.extend_from_slice(marker.as_bytes());
        out.into()
    }

    /// What ends a stream that failed: the contract's frame with what was taken until then, and the problem. There is
    /// no end marker, so no client takes it for a complete answer.
    pub fn problem(&mut self, problem: &Problem, usage: Option<&Usage>) -> Bytes {
        match self.delivery {
            Delivery::Stream { .. } => {
                let frame = usage.map(usage_frame).unwrap_or_default();
                [frame, problem.event(self.dialect)].concat().into()
            }
            Delivery::Whole | Delivery::JsonArray => Bytes::new(),
        }
    }

    /// The whole answer in one piece, whatever the delivery; for [`Delivery::JsonArray`] an array of one.
    #[must_use]
    pub fn whole(self, chunks: &[impl AsRef<Chunk>], usage: &Usage) -> Bytes {
        let chunks = chunks.iter().map(AsRef::as_ref);
        let one = match self.writer {
            Writer::OpenAi(writer) => writer.whole(chunks, usage),
            Writer::Gemini(_) => gemini::whole(chunks, usage),
        };
        match self.delivery {
            Delivery::JsonArray => [b"[".as_slice(), &one, b"]"].concat().into(),
            Delivery::Whole | Delivery::Stream { .. } => one.into(),
        }
    }
}

fn usage_frame(usage: &Usage) -> Vec<u8> {
    let frame = serde_json::to_string(usage).unwrap_or_default();
    format!("event: {USAGE_EVENT}\ndata: {frame}\n\n").into_bytes()
}
