//! What is kept of a question whose answer is stored: its redacted text, its vectors, and the answer's key. The answer
//! itself stays in the store.
//!
//! In Redis a record ends with a MAC over itself and its partition: one that somebody else wrote, or moved to another
//! conversation or tenant, isn't read.

use std::sync::Arc;

use ::semantic::{Embedding, Token};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::cache::key::Key;

/// Of the form in Redis; a record of another one is not there.
const VERSION: u8 = 1;

const MAC_BYTES: usize = 16;

/// Which record it is: a hash of its answer's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(pub [u8; 16]);

impl RecordId {
    /// Of the question whose answer lies under `key`.
    #[must_use]
    pub fn of(key: &str) -> Self {
        let digest = Sha256::digest(key.as_bytes());
        let mut id = [0; 16];
        id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self(id)
    }
}

/// What a record is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// An answer may be served.
    Answer,
    /// A wrong answer was found here: nothing within the radius is served until the record lapses.
    Quarantine {
        /// The cosine from which a question is within.
        radius: f32,
    },
}

/// A question whose answer is stored.
///
/// It has no `Debug`: its text is private.
#[derive(Clone)]
pub struct Record {
    /// What it is for.
    pub kind: Kind,
    /// The key of its answer in the store.
    pub key: Key,
    /// The text, redacted.
    pub text: Arc<str>,
    /// The vector of the text.
    pub sentence: Arc<[f32]>,
    /// The vectors of its tokens.
    pub tokens: Arc<[PackedToken]>,
    /// When it was made, in Unix milliseconds.
    pub created_ms: u64,
    /// What the stored answer's first chunk took to come, in milliseconds.
    pub first_chunk_ms: u32,
}

/// A token's vector in a quarter of its bytes: the verifier compares directions, and an eighth of a bit more or less
/// changes none.
#[derive(Clone, Debug, PartialEq)]
pub struct PackedToken {
    start: u32,
    end: u32,
    scale: f32,
    vector: Box<[i8]>,
}

impl PackedToken {
    fn of(token: &Token) -> Self {
        let largest = token.vector.iter().fold(0.0_f32, |max, value| max.max(value.abs()));
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        let vector = token.vector.iter().map(|value| (value / scale).round() as i8).collect();
        Self { start: token.start, end: token.end, scale, vector }
    }

    fn unpack(&self) -> Token {
        let vector: Vec<f32> = self.vector.iter().map(|value| f32::from(*value)).collect();
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-9);
        let vector = vector.into_iter().map(|value| value / length).collect();
        Token { start: self.start, end: self.end, vector }
    }
}

/// Packs the vectors of an embedding's tokens.
#[must_use]
pub fn pack(tokens: &[Token]) -> Arc<[PackedToken]> {
    tokens.iter().map(PackedToken::of).collect()
}

impl Record {
    /// As the verifier takes it.
    #[must_use]
    pub fn embedding(&self) -> Embedding {
        Embedding {
            sentence: self.sentence.to_vec(),
            tokens: self.tokens.iter().map(PackedToken::unpack).collect(),
        }
    }

    /// Which it is.
    #[must_use]
    pub fn id(&self) -> RecordId {
        match self.kind {
            Kind::Answer => RecordId::of(self.key.as_str()),
            Kind::Quarantine { .. } => RecordId::of(&format!("{}:quarantine", self.key.as_str())),
        }
    }

    /// Bytes of memory that it takes, about.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let tokens: usize = self.tokens.iter().map(|token| token.vector.len()).sum();
        let vectors = self.sentence.len() * size_of::<f32>() + tokens;
        size_of::<Self>()
            + self.key.as_str().len()
            + self.text.len()
            + vectors
            + self.tokens.len() * size_of::<PackedToken>()
    }

    /// For Redis, in the partition that `place` names.
    #[must_use]
    pub fn encode(&self, place: &[u8], secret: &[u8]) -> Vec<u8> {
        let mut out = vec![VERSION];
        let radius = match self.kind {
            Kind::Answer => f32::NAN,
            Kind::Quarantine { radius } => radius,
        };
        out.extend(radius.to_le_bytes());
        out.extend(self.created_ms.to_le_bytes());
        out.extend(self.first_chunk_ms.to_le_bytes());
        for text in [self.key.as_str(), &self.text] {
            out.extend((text.len() as u32).to_le_bytes());
            out.extend(text.as_bytes());
        }
        out.extend((self.sentence.len() as u32).to_le_bytes());
        self.sentence.iter().for_each(|value| out.extend(value.to_le_bytes()));
        out.extend((self.tokens.len() as u32).to_le_bytes());
        for token in self.tokens.iter() {
            out.extend(token.start.to_le_bytes());
            out.extend(token.end.to_le_bytes());
            out.extend(token.scale.to_le_bytes());
            out.extend((token.vector.len() as u32).to_le_bytes());
            out.extend(token.vector.iter().map(|value| value.cast_unsigned()));
        }
        let mac = mac(place, secret, &out);
        out.extend(mac);
        out
    }

    /// From Redis; nothing where it isn't whole, ours, of this version and of that place.
    #[must_use]
    pub fn decode(bytes: &[u8], place: &[u8], secret: &[u8]) -> Option<Self> {
        let (bytes, given) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        if !bool::from(subtle::ConstantTimeEq::ct_eq(given, mac(place, secret, bytes).as_slice())) {
            return None;
        }
        let mut read = Read(bytes);
        if read.array::<1>()? != [VERSION] {
            return None;
        }
        let radius = f32::from_le_bytes(read.array()?);
        let kind = if radius.is_nan() { Kind::Answer } else { Kind::Quarantine { radius } };
        let created_ms = u64::from_le_bytes(read.array()?);
        let first_chunk_ms = read.number()?;
        let (key, text) = (Key::parse(read.text()?)?, read.text()?);
        let count = read.number()?;
        let sentence = read.list(count, |read| read.array().map(f32::from_le_bytes))?.into();
        let count = read.number()?;
        let tokens = read.list(count, |read| {
            let (start, end) = (read.number()?, read.number()?);
            let scale = f32::from_le_bytes(read.array()?);
            let count = read.number()?;
            let vector = read.take(count)?.iter().map(|byte| byte.cast_signed()).collect();
            Some(PackedToken { start, end, scale, vector })
        })?;
        let record = Self {
            kind,
            key,
            text: text.into(),
            sentence,
            tokens: tokens.into(),
            created_ms,
            first_chunk_ms,
        };
        read.0.is_empty().then_some(record)
    }
}

fn mac(place: &[u8], secret: &[u8], bytes: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Vec::new() };
    for field in [b"semantic record".as_slice(), place, bytes] {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field);
    }
    mac.finalize().into_bytes().iter().copied().take(MAC_BYTES).collect()
}

/// What is left to read.
struct Read<'a>(&'a [u8]);

impl<'a> Read<'a> {
    fn take(&mut self, bytes: u32) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(bytes).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let bytes = self.number()?;
        std::str::from_utf8(self.take(bytes)?).ok()
    }

    /// Without trust in `count`: nothing is set aside for what isn't there.
    fn list<T>(&mut self, count: u32, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut list = Vec::new();
        for _ in 0..count {
            list.push(one(self)?);
        }
        Some(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: Kind) -> Record {
        let token =
            |start: u32, vector: [f32; 3]| Token { start, end: start + 2, vector: vector.into() };
        Record {
            kind,
            key: Key::of_test("acme", "b"),
            text: "zwei Wörter".into(),
            sentence: [0.6_f32, -0.8, 0.0].into(),
            tokens: pack(&[token(0, [1.0, 0.0, 0.0]), token(5, [0.6, -0.8, 0.0])]),
            created_ms: 1_700_000_000_000,
            first_chunk_ms: 250,
        }
    }

    fn check(bytes: &[u8], place: &[u8], secret: &[u8], readable: bool) {
        assert_eq!(Record::decode(bytes, place, secret).is_some(), readable);
    }

    #[test]
    fn reads_what_it_wrote_and_nothing_else() {
        for kind in [Kind::Answer, Kind::Quarantine { radius: 0.93 }] {
            let record = record(kind);
            let bytes = record.encode(b"place", b"secret");
            let read = Record::decode(&bytes, b"place", b"secret").unwrap();
            assert_eq!((read.kind, &read.key, &read.text), (kind, &record.key, &record.text));
            assert_eq!((&read.sentence, &read.tokens), (&record.sentence, &record.tokens));
            assert_eq!((read.created_ms, read.first_chunk_ms), (1_700_000_000_000, 250));
            check(&bytes, b"elsewhere", b"secret", false);
            check(&bytes, b"place", b"other", false);
            for at in 0..bytes.len() {
                check(bytes.get(..at).unwrap(), b"place", b"secret", false);
                let mut changed = bytes.clone();
                changed[at] ^= 1;
                check(&changed, b"place", b"secret", false);
            }
        }
    }

    #[test]
    fn a_packed_vector_points_the_same_way() {
        let vector: Vec<f32> = (0..384).map(|at| ((at * 37 % 101) as f32 - 50.0) / 900.0).collect();
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        let token = Token { start: 0, end: 1, vector: vector.clone() };
        let read = PackedToken::of(&token).unpack();
        let dot: f32 = read.vector.iter().zip(&vector).map(|(left, right)| left * right).sum();
        assert!(dot / length > 0.9999, "{}", dot / length);
    }
}
