//! What the emulator received, newest last, for tests to look at.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, Method, Uri};
use serde::{Deserialize, Serialize};

/// Requests kept.
const KEPT_REQUESTS: usize = 1_000;
/// Bytes of bodies kept: a thousand large bodies would not fit beside the rest of a test run.
const KEPT_BYTES: usize = 256 << 20;

/// One request to the API. Those to the metadata server, for tokens and to `/emulator` are not recorded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recorded {
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Query without its question mark, or empty.
    pub query: String,
    /// By lower-case name; several of a name are joined by `, `. The value of `authorization` is left out.
    pub headers: BTreeMap<String, String>,
    /// The body, verbatim; bytes that aren't UTF-8 are replaced.
    pub body: String,
    /// When it came, RFC 3339.
    pub received: String,
}

/// The newest requests.
#[derive(Debug, Default)]
pub struct Records {
    kept: Mutex<VecDeque<Recorded>>,
}

impl Records {
    /// Adds one; the oldest go where it gets too many or too much.
    pub fn add(&self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) {
        let mut by_name: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            let value = if name == "authorization" { "left out" } else { &*value };
            let joined = by_name.entry(name.to_string()).or_default();
            if !joined.is_empty() {
                joined.push_str(", ");
            }
            joined.push_str(value);
        }
        let recorded = Recorded {
            method: method.to_string(),
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            headers: by_name,
            body: String::from_utf8_lossy(body).into_owned(),
            received: jiff::Timestamp::now().to_string(),
        };
        let mut kept = self.kept();
        kept.push_back(recorded);
        let mut bytes: usize = kept.iter().map(|one| one.body.len()).sum();
        while kept.len() > KEPT_REQUESTS || bytes > KEPT_BYTES {
            let Some(oldest) = kept.pop_front() else { break };
            bytes -= oldest.body.len();
        }
    }

    /// All that are kept, oldest first.
    pub fn all(&self) -> Vec<Recorded> {
        self.kept().iter().cloned().collect()
    }

    /// Forgets all.
    pub fn clear(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Recorded>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
