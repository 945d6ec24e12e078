//! An answer as it is kept: a line of JSON that says what follows, then the chunks' JSON end to end.
//!
//! Framing outside of the chunks means that a hit copies and parses none of their text.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use chat::contract::Usage;
use serde::{Deserialize, Serialize};

use crate::vertex::Chunk;

/// Of the serialisation; an entry of another version is a miss.
const VERSION: u32 = 1;

/// A cleanly ended answer.
pub struct Entry {
    /// When it was generated, in milliseconds since the Unix epoch.
    pub created_ms: u64,
    /// What it took.
    pub usage: Usage,
    /// Its chunks, in order.
    pub chunks: Vec<Arc<Chunk>>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    created_ms: u64,
    usage: Usage,
    chunk_bytes: Vec<usize>,
}

impl Entry {
    /// Writes an entry.
    #[must_use]
    pub fn encode(created_ms: u64, usage: Usage, chunks: &[Bytes]) -> Option<Bytes> {
        let chunk_bytes: Vec<usize> = chunks.iter().map(Bytes::len).collect();
        let head = Head { version: VERSION, created_ms, usage, chunk_bytes };
        let mut out = BytesMut::new().writer();
        serde_json::to_writer(&mut out, &head).ok()?;
        let mut out = out.into_inner();
        out.put_u8(b'\n');
        chunks.iter().for_each(|chunk| out.extend_from_slice(chunk));
        Some(out.freeze())
    }

    /// Reads an entry; nothing where it isn't one of this version.
    #[must_use]
    pub fn decode(mut bytes: Bytes) -> Option<Self> {
        let head_bytes = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(&bytes.split_to(head_bytes)).ok()?;
        let _newline = bytes.split_to(1);
        if head.version != VERSION {
            return None;
        }
        let chunks = head
            .chunk_bytes
            .into_iter()
            .map(|length| {
                let chunk = (length <= bytes.len()).then(|| bytes.split_to(length))?;
                Chunk::parse(chunk).ok().map(Arc::new)
            })
            .collect::<Option<Vec<_>>>()?;
        bytes.is_empty().then_some(Self { created_ms: head.created_ms, usage: head.usage, chunks })
    }

    /// How old it is at `now_ms`, in milliseconds; 0 where it comes from a clock that is ahead of ours.
    #[must_use]
    pub fn age_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.created_ms)
    }
}

#[cfg(test)]
mod tests {
    use chat::contract::Source;

    use super::*;

    fn check(bytes: &[u8], readable: bool) {
        assert_eq!(Entry::decode(Bytes::copy_from_slice(bytes)).is_some(), readable);
    }

    #[test]
    fn reads_what_it_wrote_and_nothing_else() {
        let usage = Usage {
            input_tokens: 3,
            cached_input_tokens: 0,
            output_tokens: 2,
            reasoning_tokens: 1,
            cost_micros: 0,
            source: Source::Reported,
        };
        let chunks =
            [Bytes::from_static(br#"{"candidates":[]}"#), Bytes::from_static(b"{\"a\":\n1}")];
        let bytes = Entry::encode(7, usage, &chunks).unwrap();
        let entry = Entry::decode(bytes.clone()).unwrap();
        assert_eq!((entry.created_ms, entry.usage), (7, usage));
        assert!(entry.chunks.iter().map(|chunk| &chunk.json).eq(&chunks));
        assert_eq!((entry.age_ms(9), entry.age_ms(5)), (2, 0));

        check(&bytes, true);
        for length in 0..bytes.len() {
            check(bytes.get(..length).unwrap(), false);
        }
        check(&[bytes.as_ref(), b" "].concat(), false);
        check(
            &String::from_utf8(bytes.to_vec())
                .unwrap()
                .replace("\"version\":1", "\"version\":2")
                .into_bytes(),
            false,
        );
    }
}
