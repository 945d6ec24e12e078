//! The nearest questions by Redis's own search, in place of vectors in this process: each question is a hash, a tag in it
//! names its partition, and one index covers all that one embedder made.
//!
//! Redis only proposes. What it proposes is read as every record is, by its MAC, and the cosine is taken here, from the
//! record's own vector; of a reply nothing counts but the keys in it. So the commands are those that Memorystore, Valkey's
//! search and Redis's have in common: hashes, `NOCONTENT`, `DIALECT 2`.

mod reply;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use redis::{Cmd, Value, cmd};

use super::evidence::Evidence;
use super::index::dot;
use super::partition::{Neighbour, PartitionId, QUARANTINE, is_within};
use super::record::{Kind, Record};
use crate::rarely::Rarely;
use crate::redis_link::{Link, LuaScript, RESPONSE_TIMEOUT};
use crate::store::StoreError;

/// Of the fields: another form is another index.
const VERSION: u32 = 1;
/// Links of each point of the graph, and how far its building and a search look.
const GRAPH: [(&str, usize); 3] = [("M", 16), ("EF_CONSTRUCTION", 200), ("EF_RUNTIME", 64)];
/// Quarantines that are looked at: those whose middle is nearest.
const QUARANTINES: usize = 3;

const NO_SEARCH: &str = "SEMANTIC_INDEX=search, and Redis refuses FT.CREATE: use one that has search (Memorystore, Valkey with valkey-search, Redis 8), allow its user the commands FT.CREATE, FT.INFO and FT.SEARCH, or set SEMANTIC_INDEX=memory; nothing is learned by meaning until then";
const OTHER_INDEX: &str = "an index of this name is in Redis already, of another dimension, metric or prefix: drop it (FT.DROPINDEX), and it is made anew over the questions that are there; nothing is learned by meaning until then";

/// Questions in Redis, and the index over them.
pub struct Search {
    link: Link,
    secret: Vec<u8>,
    ttl: Duration,
    time_limit: Duration,
    /// Of the index and of all keys under it, but for the dimension.
    name: String,
    put: LuaScript,
    note: LuaScript,
    /// The dimension for which the index is there, or nought.
    made: AtomicUsize,
    refusals: Rarely,
}

/// What a partition has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whether there are questions.
    pub questions: bool,
    /// Whether there are quarantines.
    pub quarantines: bool,
}

/// What lies near a question.
pub enum Near {
    /// A wrong answer, not long ago: nothing is served.
    Quarantine,
    /// Stored questions, nearest first.
    Questions(Vec<Neighbour>),
}

impl Search {
    /// Over `link`, for vectors of the embedder `model`. Questions are kept for `ttl`, sealed with `secret`; a search may take
    /// `time_limit`.
    #[must_use]
    pub fn new(
        link: Link,
        secret: &[u8],
        ttl: Duration,
        model: &str,
        time_limit: Duration,
    ) -> Self {
        let sound = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        let model: String =
            model.chars().map(|letter| if sound(letter) { letter } else { '-' }).collect();
        Self {
            link,
            secret: secret.to_vec(),
            ttl,
            time_limit: time_limit.clamp(Duration::from_millis(1), RESPONSE_TIMEOUT),
            name: format!("sluice:search:{VERSION}:{model}"),
            put: LuaScript::new(include_str!("../lua/search_put.lua")),
            note: LuaScript::new(include_str!("../lua/search_note.lua")),
            made: AtomicUsize::new(0),
            refusals: Rarely::default(),
        }
    }

    /// Says in the log at once where Redis has no search; the index itself is made for the first vector, which tells its
    /// dimension.
    pub async fn probe(&self) {
        if self.link.ask_any::<Value>(&cmd("FT._LIST")).await == Err(StoreError::Refused) {
            self.refused(NO_SEARCH, &self.name);
        }
    }

    /// What `id` has.
    ///
    /// # Errors
    /// Where Redis doesn't answer.
    pub async fn known(&self, id: &PartitionId) -> Result<Known, StoreError> {
        let marks = [false, true].map(|quarantine| mark(id, quarantine));
        let [questions, quarantines]: [Option<String>; 2] =
            self.link.ask(cmd("MGET").arg(&marks)).await?;
        Ok(Known { questions: questions.is_some(), quarantines: quarantines.is_some() })
    }

    /// The `count` questions of `id` that lie nearest to `vector` at `now_ms`.
    ///
    /// # Errors
    /// Where Redis doesn't answer, or refuses.
    pub async fn nearest(
        &self,
        id: &PartitionId,
        known: Known,
        vector: &[f32],
        count: usize,
        now_ms: u64,
    ) -> Result<Near, StoreError> {
        self.make(vector.len()).await?;
        let quarantines = async {
            match known.quarantines {
                true => self.find(id, true, vector, QUARANTINES).await,
                false => Ok(Vec::new()),
            }
        };
        let (questions, quarantines) =
            tokio::try_join!(self.find(id, false, vector, count), quarantines)?;
        if quarantines.iter().any(|one| is_within(&one.record, vector, now_ms)) {
            return Ok(Near::Quarantine);
        }
        Ok(Near::Questions(questions))
    }

    /// Keeps `record` in `id`; what is known of its answer stays.
    ///
    /// # Errors
    /// Where Redis doesn't take it, or has no index that would find it.
    pub async fn put(&self, id: &PartitionId, record: &Record) -> Result<(), StoreError> {
        let dimensions = record.sentence.len();
        self.make(dimensions).await?;
        let is_quarantine = is_quarantine(record);
        let keep = if is_quarantine { QUARANTINE } else { self.ttl };
        let arguments = [
            tag(id, is_quarantine).into_bytes(),
            blob(&record.sentence),
            record.encode(id.place(), &self.secret),
            keep.as_millis().max(1).to_string().into_bytes(),
        ];
        let keys = [self.key(id, record), mark(id, is_quarantine)];
        self.link.run::<u64>(&self.put, &keys, &arguments).await.map(drop)
    }

    /// Takes note that a question was compared with the answer of `record`.
    ///
    /// # Errors
    /// Where Redis doesn't answer.
    pub async fn observe(
        &self,
        id: &PartitionId,
        record: &Record,
        score: f32,
        is_right: bool,
    ) -> Result<(), StoreError> {
        let key = self.key(id, record);
        let known: Option<Vec<u8>> = self.link.ask(cmd("HGET").arg(&key).arg("e")).await?;
        let mut evidence = Evidence::decode(&known.unwrap_or_default());
        evidence.observe(score, is_right);
        self.link.run::<u64>(&self.note, &[key], &[evidence.encode()]).await.map(drop)
    }

    /// Removes a record.
    ///
    /// # Errors
    /// Where Redis doesn't answer.
    pub async fn remove(&self, id: &PartitionId, record: &Record) -> Result<(), StoreError> {
        self.link.ask::<u64>(cmd("DEL").arg(self.key(id, record))).await.map(drop)
    }

    async fn find(
        &self,
        id: &PartitionId,
        quarantine: bool,
        vector: &[f32],
        count: usize,
    ) -> Result<Vec<Neighbour>, StoreError> {
        let mut search = cmd("FT.SEARCH");
        search
            .arg(self.index(vector.len()))
            .arg(format!("(@p:{{{}}})=>[KNN {count} @v $q]", tag(id, quarantine)))
            .arg("NOCONTENT")
            .arg("TIMEOUT")
            .arg(self.time_limit.as_millis().to_string())
            .arg(&["PARAMS", "2", "q"])
            .arg(blob(vector))
            .arg("LIMIT")
            .arg(0)
            .arg(count)
            .arg(&["DIALECT", "2"]);
        let reply: Value = self.link.ask_any(&search).await.inspect_err(|error| {
            // Redis may have lost it: the next one asks for it anew.
            if *error == StoreError::Refused {
                self.made.store(0, Ordering::Relaxed);
            }
        })?;
        let own = id.key_below(&self.index(vector.len()), "");
        let keys = reply::keys(&reply, &own);
        let read = keys.iter().take(count).map(|key| self.read(id, key, vector));
        let mut near: Vec<Neighbour> = try_join_all(read).await?.into_iter().flatten().collect();
        near.retain(|one| is_quarantine(&one.record) == quarantine);
        near.sort_by(|left, right| right.similarity.total_cmp(&left.similarity));
        Ok(near)
    }

    /// Nothing where it is gone, was made elsewhere, or belongs elsewhere.
    async fn read(
        &self,
        id: &PartitionId,
        key: &str,
        vector: &[f32],
    ) -> Result<Option<Neighbour>, StoreError> {
        let (record, evidence): (Option<Vec<u8>>, Option<Vec<u8>>) =
            self.link.ask(cmd("HMGET").arg(key).arg("r").arg("e")).await?;
        let record = Record::decode(&record.unwrap_or_default(), id.place(), &self.secret);
        let is_own = |record: &Record| {
            record.sentence.len() == vector.len()
                && self.key(id, record) == key
                && id.admits(&record.key)
        };
        Ok(record.filter(is_own).map(|record| Neighbour {
            similarity: dot(&record.sentence, vector),
            evidence: Evidence::decode(&evidence.unwrap_or_default()),
            record: record.into(),
        }))
    }

    /// Has the index made, unless it is there.
    async fn make(&self, dimensions: usize) -> Result<(), StoreError> {
        if self.made.load(Ordering::Relaxed) == dimensions {
            return Ok(());
        }
        let index = self.index(dimensions);
        match self.link.ask_any::<Value>(&create(&index, dimensions)).await {
            Ok(_) => {}
            // Most often it is there already; every server says so in other words.
            Err(StoreError::Refused) => {
                let info = self.link.ask_any::<Value>(cmd("FT.INFO").arg(&index)).await;
                let fits =
                    info.as_ref().map(|info| reply::fits(info, &(index.clone() + ":"), dimensions));
                match fits {
                    Ok(true) => {}
                    Ok(false) => return Err(self.refused(OTHER_INDEX, &index)),
                    Err(StoreError::Refused) => return Err(self.refused(NO_SEARCH, &index)),
                    Err(error) => return Err(*error),
                }
            }
            Err(error) => return Err(error),
        }
        self.made.store(dimensions, Ordering::Relaxed);
        Ok(())
    }

    fn refused(&self, why: &str, index: &str) -> StoreError {
        if self.refusals.is_due(Instant::now()) {
            tracing::warn!(index, "{why}");
        }
        StoreError::Refused
    }

    fn index(&self, dimensions: usize) -> String {
        format!("{}:{dimensions}", self.name)
    }

    fn key(&self, id: &PartitionId, record: &Record) -> String {
        let record_id: String = record.id().0.iter().map(|byte| format!("{byte:02x}")).collect();
        id.key_below(&self.index(record.sentence.len()), &record_id)
    }
}

fn create(index: &str, dimensions: usize) -> Cmd {
    let mut create = cmd("FT.CREATE");
    create.arg(index).arg(&["ON", "HASH", "PREFIX", "1"]).arg(format!("{index}:"));
    create.arg(&["SCHEMA", "p", "TAG", "v", "VECTOR", "HNSW", "12", "TYPE", "FLOAT32", "DIM"]);
    create.arg(dimensions).arg(&["DISTANCE_METRIC", "COSINE"]);
    for (name, value) in GRAPH {
        create.arg(name).arg(value);
    }
    create
}

/// What a partition's questions, or its quarantines, have in common: hexadecimal digits, of which no query language makes
/// anything else.
fn tag(id: &PartitionId, quarantine: bool) -> String {
    let name = String::from_utf8_lossy(id.place());
    if quarantine { format!("q{name}") } else { name.into_owned() }
}

/// Where it says that a partition has any.
fn mark(id: &PartitionId, quarantine: bool) -> String {
    let [key, _] = id.keys();
    key + if quarantine { ":quarantines" } else { ":questions" }
}

fn is_quarantine(record: &Record) -> bool {
    matches!(record.kind, Kind::Quarantine { .. })
}

fn blob(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|value| value.to_le_bytes()).collect()
}
