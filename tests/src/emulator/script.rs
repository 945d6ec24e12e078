//! Scripts: what a model is told to answer, how slowly, and with which fault. And gates, which hold a stream
//! until a test lets it go, so that no test sleeps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tokio::sync::watch;

/// The body of `PUT /emulator/script`. All times are in milliseconds but `retry_after`, in seconds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "tests/README.md has the table")]
pub struct Script {
    pub model: String,
    pub answer: Option<ScriptedAnswer>,
    pub delay_ms: Option<u64>,
    pub first_token_after_ms: Option<u64>,
    pub chunk_delay_ms: Option<u64>,
    pub status: Option<u16>,
    pub retry_after: Option<u64>,
    pub fault: Option<Fault>,
    pub after_chunks: Option<usize>,
    pub gate: Option<String>,
    #[serde(default)]
    pub gzip: bool,
    pub times: Option<u64>,
}

/// A fixed answer. Text comes in `chunks`, or as `text` in one chunk; `parts` come in one chunk behind it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "tests/README.md has the table")]
pub struct ScriptedAnswer {
    #[serde(default)]
    pub chunks: Chunks,
    #[serde(default)]
    pub parts: Vec<Value>,
    pub finish_reason: Option<String>,
    /// Absent: counted as `echo` counts. `null`: the answer has no usage.
    #[serde(default, deserialize_with = "some")]
    pub usage: Option<Option<Value>>,
    #[serde(default)]
    pub early_zero_usage: bool,
    /// The prompt is blocked for this reason: no candidate at all.
    pub block_reason: Option<String>,
}

/// One text or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "the variants say it")]
pub enum Chunks {
    One(String),
    Many(Vec<String>),
}

impl Default for Chunks {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

/// How an answer ends badly, after `after_chunks` chunks (1 by default).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The connection is aborted.
    Reset,
    /// The stream ends in good form, but without a `finishReason`.
    Cut,
    /// The stream ends in good form in the middle of a UTF-8 character.
    CutUtf8,
    /// The stream goes on with an event that isn't JSON, and ends in good form.
    Garbage,
}

fn some<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<Value>>, D::Error> {
    Option::<Value>::deserialize(from).map(Some)
}

/// All scripts and gates in force.
#[derive(Debug, Default)]
pub struct Scripts {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    scripts: BTreeMap<String, Script>,
    /// Models that a script named: they stay known when their script is used up.
    known: BTreeSet<String>,
    gates: BTreeMap<String, Gate>,
}

impl Scripts {
    /// Puts a script in force in place of its model's last one. Its gate is closed.
    pub fn put(&self, script: Script) {
        let mut state = self.state();
        if let Some(gate) = &script.gate {
            state.gates.entry(gate.clone()).or_default().set_open(false);
        }
        state.known.insert(script.model.clone());
        state.scripts.insert(script.model.clone(), script);
    }

    /// Forgets all scripts and opens all gates.
    pub fn clear(&self) {
        let old = std::mem::take(&mut *self.state());
        old.gates.values().for_each(|gate| gate.set_open(true));
    }

    /// The script for one request to `model`, counted against its `times`.
    pub fn take(&self, model: &str) -> Script {
        let mut state = self.state();
        let Some(script) = state.scripts.get_mut(model) else { return Script::default() };
        let now = script.clone();
        if let Some(times) = &mut script.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                state.scripts.remove(model);
            }
        }
        now
    }

    /// Whether a script named `model`.
    pub fn knows(&self, model: &str) -> bool {
        self.state().known.contains(model)
    }

    /// The gate called `name`; a new one is closed.
    pub fn gate(&self, name: &str) -> Gate {
        self.state().gates.entry(name.to_owned()).or_default().clone()
    }

    // A poisoned lock means that a handler panicked in a few lines that can't; the state is whole all the same.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A gate in a stream's way.
#[derive(Clone, Debug)]
pub struct Gate {
    state: Arc<watch::Sender<GateState>>,
}

/// What is seen of a gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GateState {
    /// Whether streams pass.
    pub open: bool,
    /// Streams that wait before it. One whose client has gone no longer waits.
    pub waiting: usize,
}

impl Default for Gate {
    fn default() -> Self {
        Self { state: Arc::new(watch::Sender::new(GateState::default())) }
    }
}

impl Gate {
    /// Opens or closes it.
    pub fn set_open(&self, open: bool) {
        self.state.send_modify(|state| state.open = open);
    }

    /// Returns when it is open.
    pub async fn pass(&self) {
        let _waiter = Waiter::new(self);
        self.until(|state| state.open).await;
    }

    /// Returns when `condition` holds.
    pub async fn until(&self, condition: impl FnMut(&GateState) -> bool) -> GateState {
        let mut seen = self.state.subscribe();
        // The sender lives as long as this gate, so waiting doesn't fail.
        seen.wait_for(condition).await.map(|state| *state).unwrap_or_default()
    }
}

/// Counts a stream as waiting for as long as it lives.
struct Waiter<'a>(&'a Gate);

impl<'a> Waiter<'a> {
    fn new(gate: &'a Gate) -> Self {
        gate.state.send_modify(|state| state.waiting += 1);
        Self(gate)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.state.send_modify(|state| state.waiting -= 1);
    }
}
