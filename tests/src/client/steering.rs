use serde::Deserialize;
use serde_json::Value;

use super::{Answer, http};
use crate::emulator::record::Recorded;

/// Steers an emulator and asks what it received.
#[derive(Clone, Debug)]
pub struct Steering {
    base: String,
}

/// What is seen of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct GateState {
    /// Whether streams pass.
    pub open: bool,
    /// Streams that wait before it.
    pub waiting: usize,
}

impl Steering {
    /// Of the emulator at `base`, as `http://127.0.0.1:8090`.
    #[must_use]
    pub fn new(base: impl Into<String>) -> Self {
        Self { base: base.into() }
    }

    /// The emulator's address.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// An access token, as the metadata server gives it.
    pub async fn token(&self) -> String {
        let url =
            format!("{}/computeMetadata/v1/instance/service-accounts/default/token", self.base);
        let answer = Answer::of(http().get(url).header("metadata-flavor", "Google")).await;
        answer.json()["access_token"].as_str().expect("a token").to_owned()
    }

    /// All requests that are kept, oldest first.
    pub async fn requests(&self) -> Vec<Recorded> {
        let answer = Answer::of(http().get(format!("{}/emulator/requests", self.base))).await;
        serde_json::from_slice(&answer.body).expect("a list of requests")
    }

    /// The requests whose body holds `needle`: how a test that runs beside others finds its own.
    pub async fn requests_with(&self, needle: &str) -> Vec<Recorded> {
        let all = self.requests().await;
        all.into_iter().filter(|request| request.body.contains(needle)).collect()
    }

    /// Forgets all requests. Not for tests that share an emulator.
    pub async fn clear_requests(&self) {
        Answer::of(http().delete(format!("{}/emulator/requests", self.base))).await;
    }

    /// Puts a script in force; `tests/README.md` has its fields.
    ///
    /// # Panics
    /// If the emulator refuses it.
    pub async fn script(&self, script: Value) {
        let answer = self.try_script(&script).await;
        assert_eq!(answer.status, 204, "script {script}: {}", answer.text());
    }

    /// As [`Self::script`], for a script that may be refused.
    pub async fn try_script(&self, script: &Value) -> Answer {
        Answer::of(http().put(format!("{}/emulator/script", self.base)).json(script)).await
    }

    /// Forgets all scripts. Not for tests that share an emulator.
    pub async fn clear_scripts(&self) {
        Answer::of(http().delete(format!("{}/emulator/script", self.base))).await;
    }

    /// Returns when exactly `waiting` streams wait before the gate.
    pub async fn wait_at_gate(&self, name: &str, waiting: usize) -> GateState {
        let url = format!("{}/emulator/gates/{name}?waiting={waiting}", self.base);
        serde_json::from_slice(&Answer::of(http().get(url)).await.body).expect("a gate's state")
    }

    /// Lets all streams pass that wait before the gate, and those to come.
    pub async fn open_gate(&self, name: &str) {
        Answer::of(http().post(format!("{}/emulator/gates/{name}", self.base))).await;
    }
}
