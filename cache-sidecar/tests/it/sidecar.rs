//! The binary with budgets, for tests in which a process must die.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use crate::budgeted::write;
use crate::fake::Fake;
use crate::ports;
use crate::stack::{chat, in_time, reply};

/// A process that ends with this value.
pub struct Sidecar {
    process: Child,
    client: Client,
    admin: String,
}

impl Sidecar {
    /// Starts one with its state in `folder`, and `variables` on top.
    pub async fn start(
        folder: &Path,
        fake: &Fake,
        document: &Value,
        variables: &[(&str, &str)],
    ) -> Self {
        Self::spawn(
            Command::new(env!("CARGO_BIN_EXE_cache-sidecar")),
            folder,
            fake,
            document,
            variables,
        )
        .await
    }

    /// The same, by `command`, whose last argument is the binary.
    pub async fn spawn(
        mut command: Command,
        folder: &Path,
        fake: &Fake,
        document: &Value,
        variables: &[(&str, &str)],
    ) -> Self {
        let socket = folder.join("sidecar.sock");
        let port = ports::unused();
        let log = File::options().create(true).append(true).open(folder.join("log")).unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).stdout(log.try_clone().unwrap()).stderr(log);
        command
            .stdin(Stdio::null())
            .env("SIDECAR_SOCKET", &socket)
            .env("SIDECAR_PORT", port.to_string())
            .env("VERTEX_AUTH", "none")
            .env("VERTEX_ENDPOINT", &fake.endpoint)
            .env("BUDGETS_FILE", write(folder, document))
            .env("JOURNAL", "disk")
            .env("STATE_DIR", folder)
            .envs(variables.iter().copied());
        let process = command.spawn().unwrap();
        cache_sidecar::tls::use_ring();
        let client = Client::builder().no_proxy().unix_socket(socket).build().unwrap();
        let admin = format!("http://127.0.0.1:{port}");
        let sidecar = Self { process, client, admin };
        in_time("the process to be ready", async {
            while crate::stack::client()
                .get(format!("{}/readyz", sidecar.admin))
                .send()
                .await
                .is_err()
            {}
        })
        .await;
        sidecar
    }

    /// A completion of tenant acme, with an input of 10 tokens and this output cap.
    pub fn ask(&self, prompt: &str, streams: bool, cap: u64) -> RequestBuilder {
        let body =
            crate::budgeted::with(chat(prompt, streams), &serde_json::json!({"max_tokens": cap}));
        self.client
            .post("http://sidecar/v1/chat/completions")
            .header("x-sluice-tenant", "acme")
            .header("x-sluice-user", "alice")
            .header("x-sluice-input-estimate", 10)
            .body(body.to_string())
    }

    /// The admin page at `path`.
    pub async fn admin(&self, path: &str) -> String {
        let url = format!("{}{path}", self.admin);
        reply(crate::stack::client().get(url).bearer_auth("demo-admin")).await.text
    }

    /// What acme's only account has used; 0 before there is one.
    pub async fn used(&self) -> u64 {
        let accounts: Value =
            serde_json::from_str(&self.admin("/admin/quota?tenant=acme").await).unwrap();
        accounts["accounts"][0]["used"].as_u64().unwrap_or(0)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Ends it as a crash would.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Sidecar {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// What processes in `folder` have logged.
pub fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap()
}
