//! An answer as it is kept: sealed, compressed, and inside a line of JSON that says what follows, then the chunks' JSON
//! end to end.
//!
//! A value is a version, a seal, a length, and one LZ4 block. The seal is an HMAC over the key and all that follows, so
//! what is corrupt, or written by somebody without the secret, or copied from under another key, isn't read at all: a
//! wrong answer would be worse than a miss. Framing outside of the chunks means that a hit parses none of their text.

use std::sync::Arc;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use chat::contract::Usage;
use lz4_flex::block;
use serde::{Deserialize, Serialize};

use super::key::{self, Key};
use super::labels::Stamp;
use crate::vertex::Chunk;

/// Of the form; an entry of another version is a miss. Version 1 was JSON in clear, and began with a brace.
const VERSION: u8 = 2;
const SEAL_BYTES: usize = 16;
/// LZ4 makes nothing longer than this, so a length beyond it is no length.
const MAX_RATIO: usize = 256;
/// No entry comes near; the room for one is taken before its content is known.
const MAX_RAW_BYTES: usize = 64 << 20;

/// A cleanly ended answer.
#[derive(Clone)]
pub struct Entry {
    /// When it was generated, in milliseconds since the Unix epoch.
    pub created_ms: u64,
    /// How long it is fresh from then on, in milliseconds.
    pub fresh_ms: u64,
    /// What it took.
    pub usage: Usage,
    /// What it is invalidated by.
    pub stamps: Vec<Stamp>,
    /// Its chunks, in order.
    pub chunks: Vec<Arc<Chunk>>,
}

/// An answer that is to be kept.
#[derive(Clone, Debug)]
pub struct Draft {
    /// When it was generated, in milliseconds since the Unix epoch.
    pub created_ms: u64,
    /// How long it is fresh from then on.
    pub fresh: Duration,
    /// How long it is kept.
    pub keep: Duration,
    /// What it took.
    pub usage: Usage,
    /// What it is invalidated by.
    pub stamps: Vec<Stamp>,
    /// Its chunks' JSON, redacted.
    pub chunks: Vec<Bytes>,
}

/// Why bytes aren't an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// They are of another version, or of something else.
    Version,
    /// They aren't what was written under this key with this secret.
    Seal,
    /// What was sealed makes no sense.
    Content,
}

impl Unreadable {
    /// Stable name for metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Seal => "seal",
            Self::Content => "content",
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Head {
    created_ms: u64,
    fresh_ms: u64,
    usage: Usage,
    stamps: Vec<Stamp>,
    chunk_bytes: Vec<usize>,
}

impl Draft {
    /// The bytes to keep under `key`. Nothing where it can't be written.
    #[must_use]
    pub fn seal(&self, key: &Key, secret: &[u8]) -> Option<Bytes> {
        let head = Head {
            created_ms: self.created_ms,
            fresh_ms: millis(self.fresh),
            usage: self.usage,
            stamps: self.stamps.clone(),
            chunk_bytes: self.chunks.iter().map(Bytes::len).collect(),
        };
        let mut raw = serde_json::to_vec(&head).ok()?;
        raw.push(b'\n');
        self.chunks.iter().for_each(|chunk| raw.extend_from_slice(chunk));
        let raw_bytes = u32::try_from(raw.len()).ok().filter(|_| raw.len() <= MAX_RAW_BYTES)?;
        let mut body = raw_bytes.to_be_bytes().to_vec();
        body.extend(block::compress(&raw));
        let mut out = BytesMut::with_capacity(1 + SEAL_BYTES + body.len());
        out.put_u8(VERSION);
        out.extend_from_slice(&seal(key, secret, &body));
        out.extend_from_slice(&body);
        Some(out.freeze())
    }
}

impl Entry {
    /// Reads what lies under `key`.
    ///
    /// # Errors
    /// Where that isn't an entry of this version that was written under it.
    pub fn open(bytes: &[u8], key: &Key, secret: &[u8]) -> Result<Self, Unreadable> {
        let (version, rest) = bytes.split_first().ok_or(Unreadable::Version)?;
        if *version != VERSION {
            return Err(Unreadable::Version);
        }
        let (sealed, body) = rest.split_at_checked(SEAL_BYTES).ok_or(Unreadable::Seal)?;
        let expected = seal(key, secret, body);
        if !bool::from(subtle::ConstantTimeEq::ct_eq(sealed, expected.as_slice())) {
            return Err(Unreadable::Seal);
        }
        Self::unpack(body).ok_or(Unreadable::Content)
    }

    fn unpack(body: &[u8]) -> Option<Self> {
        let (length, packed) = body.split_first_chunk::<4>()?;
        let raw_bytes = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let most = packed.len().saturating_mul(MAX_RATIO).min(MAX_RAW_BYTES);
        if raw_bytes > most {
            return None;
        }
        let raw = block::decompress(packed, raw_bytes).ok().filter(|raw| raw.len() == raw_bytes)?;
        let mut raw = Bytes::from(raw);
        let head_bytes = raw.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(&raw.split_to(head_bytes)).ok()?;
        let _newline = raw.split_to(1);
        let chunks = head.chunk_bytes.into_iter().map(|length| {
            let chunk = (length <= raw.len()).then(|| raw.split_to(length))?;
            Chunk::parse(chunk).ok().map(Arc::new)
        });
        let chunks = chunks.collect::<Option<Vec<_>>>()?;
        raw.is_empty().then_some(Self {
            created_ms: head.created_ms,
            fresh_ms: head.fresh_ms,
            usage: head.usage,
            stamps: head.stamps,
            chunks,
        })
    }

    /// How old it is at `now_ms`, in milliseconds; 0 where it comes from a clock that is ahead of ours.
    #[must_use]
    pub fn age_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.created_ms)
    }
}

fn seal(key: &Key, secret: &[u8], body: &[u8]) -> [u8; SEAL_BYTES] {
    let mac = key::mac(secret, &[b"entry", key.as_str().as_bytes(), body]);
    mac.first_chunk().copied().unwrap_or_default()
}

/// Milliseconds, as many as there are at the most.
#[must_use]
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use chat::contract::Source;

    use super::*;

    fn key(name: &str) -> Key {
        Key::of_test("acme", name)
    }

    fn draft() -> Draft {
        Draft {
            created_ms: 7,
            fresh: Duration::from_secs(5),
            keep: Duration::from_secs(6),
            usage: Usage { input_tokens: 3, output_tokens: 2, ..Usage::none(Source::Reported) },
            stamps: vec![Stamp { label: "ab".to_owned(), token: 9 }],
            chunks: vec![
                Bytes::from_static(br#"{"candidates":[]}"#),
                Bytes::from_static(b"{\"a\":\n1}"),
            ],
        }
    }

    #[test]
    fn reads_what_it_wrote() {
        let draft = draft();
        let bytes = draft.seal(&key("k"), b"s").unwrap();
        let entry = Entry::open(&bytes, &key("k"), b"s").ok().unwrap();
        assert_eq!((entry.created_ms, entry.fresh_ms), (7, 5000));
        assert_eq!((entry.usage, &entry.stamps), (draft.usage, &draft.stamps));
        assert!(entry.chunks.iter().map(|chunk| &chunk.json).eq(&draft.chunks));
        assert_eq!((entry.age_ms(9), entry.age_ms(5)), (2, 0));
    }

    fn check(bytes: &[u8], key_name: &str, secret: &str, expected: Unreadable) {
        let opened = Entry::open(bytes, &key(key_name), secret.as_bytes());
        assert_eq!(opened.err(), Some(expected), "{}", bytes.len());
    }

    #[test]
    fn reads_nothing_else() {
        let bytes = draft().seal(&key("k"), b"s").unwrap();
        check(&bytes, "another", "s", Unreadable::Seal);
        check(&bytes, "k", "another", Unreadable::Seal);
        check(b"", "k", "s", Unreadable::Version);
        check(br#"{"version":1,"created_ms":7}"#, "k", "s", Unreadable::Version);
        for length in 1..bytes.len() {
            check(bytes.get(..length).unwrap(), "k", "s", Unreadable::Seal);
        }
        check(&[bytes.as_ref(), b" "].concat(), "k", "s", Unreadable::Seal);
        for at in 1..bytes.len() {
            let mut wrong = bytes.to_vec();
            *wrong.get_mut(at).unwrap() ^= 1;
            check(&wrong, "k", "s", Unreadable::Seal);
        }
    }

    #[test]
    fn what_is_sealed_and_makes_no_sense_is_not_read() {
        let of = |body: &[u8]| [&[VERSION], seal(&key("k"), b"s", body).as_slice(), body].concat();
        for body in [b"".as_slice(), b"\0\0\0\x09", b"\xff\xff\xff\xffabc", b"\0\0\0\x01\x10a"] {
            check(&of(body), "k", "s", Unreadable::Content);
        }
    }

    #[test]
    fn is_compressed() {
        let chunk = Bytes::from(format!(r#"{{"candidates":[{}]}}"#, "{},".repeat(5000)));
        let draft = Draft { chunks: vec![chunk.clone(); 3], ..draft() };
        assert!(draft.seal(&key("k"), b"").unwrap().len() < chunk.len() / 4);
    }
}
