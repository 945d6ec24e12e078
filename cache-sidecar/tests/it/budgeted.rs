//! Sidecars with budgets, and what their journals say.

use std::path::Path;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fake::Fake;
use crate::stack::{Reply, Stack, in_time};

/// A sidecar with budgets in a folder of its own, where its journal is.
pub struct Budgeted {
    /// The sidecar.
    pub stack: Stack,
    /// Where its budgets file and its state are.
    pub folder: TempDir,
}

/// One settlement, as the journal has it.
#[derive(Debug)]
pub struct Settlement {
    /// The usage event.
    pub event: Value,
    /// Account and amount.
    pub charged: Vec<(String, u64)>,
}

/// A budget of tenant acme by the month: no test sees one begin.
pub fn budget(unit: &str, limit: u64) -> Value {
    json!({"name": format!("acme-{unit}"), "tenant": "acme", "unit": unit, "limit": limit, "window": "month"})
}

/// `base` with the fields of `more`.
pub fn with(mut base: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

/// A document in which 10 output tokens are expected of an answer without a cap.
pub fn document(budgets: &[Value]) -> Value {
    json!({"version": 1, "expected_output_tokens": 10, "emergency_percent": 10, "budgets": budgets})
}

/// Where the budgets file lies in `folder`, which it is written to.
pub fn write(folder: &Path, document: &Value) -> String {
    let file = folder.join("budgets.json");
    std::fs::write(&file, document.to_string()).unwrap();
    file.display().to_string()
}

impl Budgeted {
    /// Starts one.
    pub async fn start(budgets: &[Value]) -> Self {
        Self::with(&document(budgets), &[]).await
    }

    /// Starts one with `variables` on top.
    pub async fn with(document: &Value, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = write(folder.path(), document);
        let state = folder.path().display().to_string();
        let own = [("BUDGETS_FILE", &*file), ("JOURNAL", "disk"), ("STATE_DIR", &state)];
        let stack = Stack::with(&[variables, &own].concat()).await;
        Self { stack, folder }
    }

    /// A completion with an input of so many tokens, and an output cap if there is one.
    pub fn ask(&self, prompt: &str, input: u64, cap: Option<u64>) -> RequestBuilder {
        self.post(prompt, input, &cap.map_or(json!({}), |cap| json!({"max_tokens": cap})))
    }

    /// The same, streamed and without a cap.
    pub fn ask_stream(&self, prompt: &str, input: u64) -> RequestBuilder {
        let usage = json!({"stream": true, "stream_options": {"include_usage": true}});
        self.post(prompt, input, &usage)
    }

    fn post(&self, prompt: &str, input: u64, more: &Value) -> RequestBuilder {
        let body = with(crate::stack::chat(prompt, false), more);
        let request = self.stack.post("/v1/chat/completions", &body);
        request.header("x-sluice-input-estimate", input)
    }

    /// Sends `request`; its upstream call, if it comes to one, answers that it took 3 tokens in and 2 out.
    pub async fn send(&self, request: RequestBuilder) -> Reply {
        answered(&self.stack.fake, request).await
    }

    /// The accounts of acme.
    pub async fn accounts(&self) -> Vec<Value> {
        let url = format!("{}/admin/quota?tenant=acme", self.stack.admin);
        let request = self.stack.client.get(url).bearer_auth("demo-admin");
        let accounts = crate::stack::reply(request).await.json()["accounts"].clone();
        accounts.as_array().unwrap().clone()
    }

    /// The field of acme's only account.
    pub async fn account(&self, field: &str) -> u64 {
        let accounts = self.accounts().await;
        assert_eq!(accounts.len(), 1, "{accounts:?}");
        accounts[0][field].as_u64().unwrap()
    }

    /// What the journal says of exchanges that are over.
    pub fn settlements(&self) -> Vec<Settlement> {
        settlements(self.folder.path())
    }

    /// The same, when there are `count`.
    pub async fn settled(&self, count: usize) -> Vec<Settlement> {
        in_time("settlements", async {
            loop {
                let settlements = self.settlements();
                if settlements.len() >= count {
                    return settlements;
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }
}

/// Sends `request`, and answers its upstream call if it comes to one.
pub async fn answered(fake: &Fake, request: RequestBuilder) -> Reply {
    let calls = async {
        loop {
            fake.next().await.answer(&crate::fake::hello());
        }
    };
    tokio::select! {
        reply = crate::stack::reply(request) => reply,
        () = calls => unreachable!("it goes on for ever"),
    }
}

/// What the journal in `state` says of exchanges that are over.
pub fn settlements(state: &Path) -> Vec<Settlement> {
    let mut settlements = Vec::new();
    for record in records(state) {
        let Some(settled) = record.get("settled") else { continue };
        let charge = |charge: &Value| {
            (charge["account"].as_str().unwrap().to_owned(), charge["amount"].as_u64().unwrap())
        };
        let charged = settled["charged"].as_array().unwrap().iter().map(charge).collect();
        settlements.push(Settlement { event: settled["event"].clone(), charged });
    }
    settlements
}

/// All whole lines of the journal in `state`.
pub fn records(state: &Path) -> Vec<Value> {
    let mut records = Vec::new();
    for number in 1.. {
        let path = state.join(format!("journal/journal-{number:012}.jsonl"));
        let Ok(text) = std::fs::read_to_string(path) else { break };
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        records.extend(whole.map(|line| serde_json::from_str::<Value>(line).unwrap()));
    }
    records
}

impl Settlement {
    /// How it ended.
    pub fn outcome(&self) -> &str {
        self.event["outcome"].as_str().unwrap()
    }

    /// What all its accounts together are charged.
    pub fn amount(&self) -> u64 {
        self.charged.iter().map(|(_, amount)| amount).sum()
    }
}
