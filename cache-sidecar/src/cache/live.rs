//! An answer as it comes, for sidecars that wait for it: pieces in a Redis stream beside the answer's lock.
//!
//! Who waits leaves a mark, and only where the lock's holder sees one is anything written. Pieces are what the upstream
//! sent, not redacted, so they are encrypted with ChaCha20-Poly1305 under a key that is made of the secret, the answer's
//! key, the holder's token and the stream's own id: what lies in Redis can't be read, and what is foreign, older, out of
//! order or of another holder isn't taken for a piece. Without a secret nothing is written: the key would be known.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use chat::contract::Usage;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};

use super::entry::millis;
use super::key::{Key, mac};
use super::locks::{LEASE, Lease, lock_key, stream_key, waiting_key};
use crate::redis_link::{Link, LuaScript};
use crate::store::StoreError;

/// Pieces that go over in one command, at the most, and their bytes: each must be done within a command's time.
pub const BATCH: usize = 64;
const BATCH_BYTES: usize = 256 << 10;

/// How long a stream stays that its writer doesn't keep alive.
pub const STREAM_TTL: Duration = Duration::from_secs(6);
/// How long it is remembered who pays: longer than any generation takes.
const PAYER_TTL: Duration = Duration::from_secs(3600);

/// Of a record: which stream it is of, and its place in it.
const ID_BYTES: usize = 16;

/// KEYS: the lock, the stream. ARGV: the holder's token, the stream's time to live in milliseconds, how many records
/// may stay, `1` where what is there goes first, the records.
const WRITE: &str = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
    if ARGV[4] == '1' then redis.call('DEL', KEYS[2]) end \
    for at = 5, #ARGV do redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[3], '*', 'r', ARGV[at]) end \
    redis.call('PEXPIRE', KEYS[2], ARGV[2]) return 1";

/// KEYS: the lock, the mark, the stream. ARGV: the mark's time to live in milliseconds, where to begin, how many records
/// at the most. Gives the holder's token, empty where there is none or no stream any more, and then each record's id and
/// content.
const READ: &str = "local holder = redis.call('GET', KEYS[1]) \
    if holder then redis.call('SET', KEYS[2], '1', 'PX', ARGV[1]) end \
    if redis.call('EXISTS', KEYS[3]) == 0 then holder = false end \
    local out = {holder or ''} \
    for _, record in ipairs(redis.call('XRANGE', KEYS[3], ARGV[2], '+', 'COUNT', ARGV[3])) do \
    out[#out + 1] = record[1] out[#out + 1] = record[2][2] end return out";

/// A piece of what is passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A chunk's JSON.
    Chunk(Bytes),
    /// Nobody where the call is made reads it any more: who claims it first pays.
    Orphaned,
    /// The answer is complete.
    Clean(Ended),
    /// It failed.
    Failed,
}

/// How a clean answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// What it took.
    pub usage: Usage,
    /// Since when it is kept, in Unix milliseconds, where it is.
    pub stored_ms: Option<u64>,
}

impl Piece {
    fn write(&self) -> Vec<u8> {
        match self {
            Self::Chunk(json) => [b"c", json.as_ref()].concat(),
            Self::Orphaned => b"o".to_vec(),
            Self::Clean(ended) => {
                [b"e", serde_json::to_vec(ended).unwrap_or_default().as_slice()].concat()
            }
            Self::Failed => b"f".to_vec(),
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (b'c', json) => Some(Self::Chunk(Bytes::copy_from_slice(json))),
            (b'o', []) => Some(Self::Orphaned),
            (b'e', ended) => serde_json::from_slice(ended).ok().map(Self::Clean),
            (b'f', []) => Some(Self::Failed),
            _ => None,
        }
    }
}

/// Live answers in Redis.
#[derive(Clone)]
pub struct Live {
    link: Link,
    secret: Vec<u8>,
}

impl Live {
    /// Over `link`; nothing without a secret.
    #[must_use]
    pub fn new(link: Link, secret: &[u8]) -> Option<Self> {
        (!secret.is_empty()).then(|| Self { link, secret: secret.to_vec() })
    }

    /// To write what belongs under `key`, by who holds `lease`. At most about `max_bytes` stay in Redis.
    #[must_use]
    pub fn feed(&self, key: &Key, lease: &Lease, max_bytes: usize) -> Option<Feed> {
        let token = lease.token().to_owned();
        let id: [u8; ID_BYTES] = std::array::from_fn(|_| fastrand::u8(..));
        Some(Feed {
            cipher: self.cipher(key, token.as_bytes(), &id)?,
            link: self.link.clone(),
            keys: [lock_key(key), stream_key(key)],
            token,
            id,
            next: 0,
            is_anew: true,
            max_bytes,
            pending: VecDeque::new(),
            written: VecDeque::new(),
        })
    }

    /// To read what somebody else writes under `key`.
    #[must_use]
    pub fn tap(&self, key: &Key) -> Tap {
        let keys = [lock_key(key), waiting_key(key), stream_key(key)];
        Tap { live: self.clone(), key: key.clone(), keys, after: "-".to_owned(), source: None }
    }

    fn cipher(&self, key: &Key, token: &[u8], id: &[u8]) -> Option<LessSafeKey> {
        let secret = mac(&self.secret, &[b"live", key.as_str().as_bytes(), token, id]);
        UnboundKey::new(&CHACHA20_POLY1305, &secret).ok().map(LessSafeKey::new)
    }
}

/// Each number is used once with a cipher, whose key nobody else has.
fn nonce(number: u32) -> Nonce {
    let mut nonce = [0; 12];
    nonce.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
    Nonce::assume_unique_for_key(nonce)
}

/// The writer of one stream.
pub struct Feed {
    link: Link,
    keys: [String; 2],
    token: String,
    cipher: LessSafeKey,
    id: [u8; ID_BYTES],
    next: u32,
    /// What an earlier writer left is taken away with the first records.
    is_anew: bool,
    max_bytes: usize,
    pending: VecDeque<Vec<u8>>,
    /// The sizes of what may stay.
    written: VecDeque<usize>,
}

impl Feed {
    /// Takes a piece, to be written by [`Feed::flush`].
    pub fn push(&mut self, piece: &Piece) {
        let mut sealed = piece.write();
        let Ok(()) =
            self.cipher.seal_in_place_append_tag(nonce(self.next), Aad::empty(), &mut sealed)
        else {
            return;
        };
        let record = [&self.id, self.next.to_be_bytes().as_slice(), &sealed].concat();
        self.next = self.next.saturating_add(1);
        self.pending.push_back(record);
    }

    /// Nobody who comes from now on finds its beginning.
    pub fn shut(&mut self) {
        self.max_bytes = 0;
    }

    /// Writes what was taken. Whether the lock is still ours; if not, nothing was. May be called again after an error.
    ///
    /// # Errors
    /// Where Redis didn't serve.
    pub async fn flush(&mut self) -> Result<bool, StoreError> {
        let script = LuaScript::new(WRITE);
        while !self.pending.is_empty() {
            let mut batch_bytes = 0_usize;
            let in_batch = |record: &&Vec<u8>| {
                let is_first = batch_bytes == 0;
                batch_bytes = batch_bytes.saturating_add(record.len());
                is_first || batch_bytes <= BATCH_BYTES
            };
            let batch: Vec<Vec<u8>> =
                self.pending.iter().take(BATCH).take_while(in_batch).cloned().collect();
            self.written.extend(batch.iter().map(Vec::len));
            let mut held: usize = self.written.iter().sum();
            while held > self.max_bytes && self.written.len() > batch.len() {
                held = held.saturating_sub(self.written.pop_front().unwrap_or_default());
            }
            let numbers = [millis(STREAM_TTL), self.written.len() as u64, u64::from(self.is_anew)];
            let mut arguments = vec![self.token.clone().into_bytes()];
            arguments.extend(numbers.map(|number| number.to_string().into_bytes()));
            let count = batch.len();
            arguments.extend(batch);
            match self.link.run::<u64>(&script, &self.keys, &arguments).await {
                Ok(1) => {}
                Ok(_) => return Ok(false),
                Err(error) => {
                    // Whether they were taken nobody knows; who reads drops what comes twice.
                    self.written.truncate(self.written.len().saturating_sub(count));
                    return Err(error);
                }
            }
            self.is_anew = false;
            self.pending.drain(..count);
        }
        Ok(true)
    }
}

/// The reader of one stream, from its beginning.
pub struct Tap {
    live: Live,
    key: Key,
    keys: [String; 3],
    /// Where to read on.
    after: String,
    source: Option<Source>,
}

/// What a tap reads from, once it has begun.
struct Source {
    holder: Vec<u8>,
    id: Vec<u8>,
    cipher: LessSafeKey,
    next: u32,
}

/// What was read.
pub struct Read {
    /// In order; each is read once.
    pub pieces: Vec<Piece>,
    /// Whether nothing more can come, though the answer hasn't ended: the writer is gone.
    pub is_lost: bool,
}

impl Tap {
    /// Says that somebody waits, and reads what is there. Before its beginning was read, nothing is lost.
    ///
    /// # Errors
    /// Where Redis didn't serve.
    pub async fn read(&mut self) -> Result<Read, StoreError> {
        let arguments = [millis(LEASE).to_string(), self.after.clone(), BATCH.to_string()];
        let arguments = arguments.map(String::into_bytes);
        let script = LuaScript::new(READ);
        let found: Vec<Vec<u8>> = self.live.link.run(&script, &self.keys, &arguments).await?;
        let (holder, records) = found.split_first().ok_or(StoreError::Refused)?;
        let records = records.as_chunks::<2>().0;
        let mut read = Read { pieces: Vec::new(), is_lost: false };
        for [place, record] in records {
            match self.take(holder, record) {
                Taken::Piece(piece) => read.pieces.push(piece),
                Taken::Again => {}
                Taken::Nothing => {
                    read.is_lost = self.source.is_some();
                    return Ok(read);
                }
            }
            self.after = format!("({}", String::from_utf8_lossy(place));
        }
        // The last pieces are written before the lock is given back.
        let is_left = self.source.as_ref().is_some_and(|source| source.holder != *holder);
        read.is_lost = is_left && records.len() < BATCH;
        Ok(read)
    }

    fn take(&mut self, holder: &[u8], record: &[u8]) -> Taken {
        let Some((id, rest)) = record.split_at_checked(ID_BYTES) else { return Taken::Nothing };
        let Some((number, sealed)) = rest.split_first_chunk() else { return Taken::Nothing };
        let number = u32::from_be_bytes(*number);
        let begun = self.source.take();
        let is_first = begun.is_none();
        let source = begun.or_else(|| {
            let cipher = self.live.cipher(&self.key, holder, id)?;
            Some(Source { holder: holder.to_vec(), id: id.to_vec(), cipher, next: 0 })
        });
        let Some(mut source) = source else { return Taken::Nothing };
        let taken = source.take(id, number, sealed);
        if !is_first || matches!(taken, Taken::Piece(_)) {
            self.source = Some(source);
        }
        taken
    }

    /// Whether who reads here pays for an orphaned answer: the first who asks.
    pub async fn claims(&self) -> bool {
        let Some(source) = &self.source else { return true };
        let name = format!("{}:payer:{}", self.key.as_str(), super::key::hex(&source.id));
        let mut command = redis::cmd("SET");
        command.arg(name).arg(1).arg("NX").arg("PX").arg(millis(PAYER_TTL));
        // Twice is better than never.
        self.live.link.ask::<Option<String>>(&command).await.map_or(true, |set| set.is_some())
    }
}

enum Taken {
    Piece(Piece),
    /// It was read before.
    Again,
    /// It isn't what comes next.
    Nothing,
}

impl Source {
    fn take(&mut self, id: &[u8], number: u32, sealed: &[u8]) -> Taken {
        if id != self.id.as_slice() || number > self.next {
            return Taken::Nothing;
        }
        if number < self.next {
            return Taken::Again;
        }
        let mut sealed = sealed.to_vec();
        let opened = self.cipher.open_in_place(nonce(number), Aad::empty(), &mut sealed);
        let Some(piece) = opened.ok().and_then(|bytes| Piece::read(bytes)) else {
            return Taken::Nothing;
        };
        self.next = self.next.saturating_add(1);
        Taken::Piece(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live() -> Live {
        let address = crate::redis_link::RedisAddress::parse("redis://127.0.0.1:1").unwrap();
        Live::new(Link::new(address).unwrap(), b"secret").unwrap()
    }

    fn sealed(live: &Live, key: &Key, token: &[u8], number: u32, piece: &Piece) -> Vec<u8> {
        let id = [7; ID_BYTES];
        let mut sealed = piece.write();
        let cipher = live.cipher(key, token, &id).unwrap();
        cipher.seal_in_place_append_tag(nonce(number), Aad::empty(), &mut sealed).unwrap();
        [id.as_slice(), &number.to_be_bytes(), &sealed].concat()
    }

    /// What a tap of `holder` takes of `records`, and whether it has begun then.
    fn check(holder: &[u8], records: &[Vec<u8>], expected: &[Option<&Piece>], begun: bool) {
        let mut tap = live().tap(&Key::of_test("acme", "k"));
        let taken: Vec<Option<Piece>> = records
            .iter()
            .map(|record| match tap.take(holder, record) {
                Taken::Piece(piece) => Some(piece),
                Taken::Again | Taken::Nothing => None,
            })
            .collect();
        let expected: Vec<Option<Piece>> = expected.iter().map(|piece| piece.cloned()).collect();
        assert_eq!((taken, tap.source.is_some()), (expected, begun));
    }

    #[tokio::test]
    async fn a_tap_takes_what_comes_next_and_nothing_else() {
        let live = live();
        let key = Key::of_test("acme", "k");
        let usage = Usage::none(chat::contract::Source::Reported);
        let pieces = [
            Piece::Chunk(Bytes::from_static(b"{}")),
            Piece::Orphaned,
            Piece::Clean(Ended { usage, stored_ms: Some(7) }),
            Piece::Failed,
        ];
        let records: Vec<Vec<u8>> = (0..)
            .zip(&pieces)
            .map(|(number, piece)| sealed(&live, &key, b"token", number, piece))
            .collect();
        let [one, two, three, four] = pieces.each_ref();
        let [first, second, third, _] = records.as_slice() else { panic!("four records") };
        check(b"token", &records, &[Some(one), Some(two), Some(three), Some(four)], true);
        check(b"another", &records, &[None; 4], false);
        // Without its beginning it isn't begun.
        check(b"token", &[second.clone(), first.clone()], &[None, Some(one)], true);
        check(b"token", &[first.clone(), third.clone()], &[Some(one), None], true);
        check(
            b"token",
            &[first.clone(), first.clone(), second.clone()],
            &[Some(one), None, Some(two)],
            true,
        );
        let elsewhere = sealed(&live, &Key::of_test("acme", "other"), b"token", 0, one);
        check(b"token", &[elsewhere], &[None], false);
        for at in 0..first.len() {
            let mut wrong = first.clone();
            *wrong.get_mut(at).unwrap() ^= 1;
            check(b"token", &[wrong, first.get(..at).unwrap().to_vec()], &[None, None], false);
        }
    }

    #[tokio::test]
    async fn without_a_secret_there_is_none() {
        assert!(Live::new(live().link, b"").is_none());
    }
}
