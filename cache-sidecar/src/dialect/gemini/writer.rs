//! A stream for a client of Gemini's: the upstream's own chunks.

use bytes::{BufMut, Bytes, BytesMut};
use chat::contract::Usage;
use serde_json::{Value, json};

use super::merge::usage_metadata;
use crate::vertex::{Chunk, Ending};

#[derive(Default)]
pub(in crate::dialect) struct Writer {
    ending: Ending,
}

impl Writer {
    /// The chunk byte for byte, framed as Vertex frames it.
    pub(in crate::dialect) fn chunk(&mut self, chunk: &Chunk) -> Bytes {
        self.ending.observe(chunk);
        let mut out = BytesMut::with_capacity(chunk.json.len().saturating_add(16));
        frame(&mut out, &chunk.json);
        out.freeze()
    }

    /// Nothing for an answer that is complete; else what cuts the open alternatives off as at an output cap.
    pub(in crate::dialect) fn end(&mut self, usage: &Usage) -> BytesMut {
        let mut out = BytesMut::new();
        if !self.ending.is_clean() {
            let candidates: Vec<Value> = self.ending.open().map(cut_off).collect();
            let last = json!({"candidates": candidates, "usageMetadata": usage_metadata(usage)});
            frame(&mut out, last.to_string().as_bytes());
        }
        out
    }
}

/// The end of an alternative that the gateway stopped.
pub(super) fn cut_off(index: u32) -> Value {
    json!({"index": index, "content": {"role": "model", "parts": []}, "finishReason": "MAX_TOKENS"})
}

/// A line break within JSON is white space, and would end the frame's line: `data` is said again for each line.
fn frame(out: &mut BytesMut, json: &[u8]) {
    for line in json.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty()) {
        out.put_slice(b"data: ");
        out.put_slice(line);
        out.put_slice(b"\r\n");
    }
    out.put_slice(b"\r\n");
}
