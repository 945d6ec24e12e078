//! The Envoys that are held against each other.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use yaml_serde::Value;

use super::process::resident_bytes;
use super::report::Footprint;
use crate::client::Steering;
use crate::render::CLUSTER;
use crate::stack::{Builder, House, Stack, StackError};

/// Who asks. The sidecar wants to know it, and no filter tells it where there is none.
const IDENTITY: [(&str, &str); 2] = [("x-sluice-tenant", "acme"), ("x-sluice-user", "alice")];
/// The key that is sent to all of them; Envoy's own filters turn it into the same identity.
pub const KEY: &str = "demo-acme-alice";
/// So many tokens a minute refuse nobody.
const ENOUGH_TOKENS: u64 = 1 << 50;
/// Each has one worker, so that CPU time isn't spread over two that wait for each other.
const ARGS: [&str; 2] = ["--concurrency", "1"];

/// The HTTP filters that a request passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    /// The router alone.
    Plain,
    /// The shipped chain without our filter: authentication, decompressors, header mutation.
    WithoutWasm,
    /// The shipped chain.
    Shipped,
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "router only",
            Self::WithoutWasm => "shipped, without Wasm",
            Self::Shipped => "shipped",
        })
    }
}

/// One stack with three Envoys.
#[derive(Debug)]
pub struct Envoys {
    // Dropped before the stack whose sidecar they call.
    plain: Stack,
    without_wasm: Option<Stack>,
    shipped: Stack,
    /// Takes what an observed stack sends, where there is one.
    collector: Option<Blackhole>,
}

impl Envoys {
    /// Starts them one after the other, so that none is slowed down by another's start. With a `baseline` the one
    /// that is called plain has the shipped chain too, with that module.
    ///
    /// # Errors
    /// If one doesn't start.
    pub async fn start(baseline: Option<&Path>) -> Result<Self, StackError> {
        let shipped = Stack::builder().budgets(ample()).envoy_args(&ARGS).start().await?;
        let socket = shipped.socket().display().to_string();
        let beside = |keeps: fn(&str) -> bool| -> Builder {
            let socket = socket.clone();
            let patch = move |document: &mut Value| {
                keep_filters(document, keeps);
                name_caller(document);
                move_socket(document, &socket);
            };
            Stack::builder().without_sidecar().real_vertex().patch(patch).envoy_args(&ARGS)
        };
        let plain = match baseline {
            None => beside(|name| name.ends_with(".router")).start().await?,
            Some(module) => {
                let module = std::fs::canonicalize(module)?.display().to_string();
                let socket = socket.clone();
                let patch = move |document: &mut Value| {
                    load_module(document, &module);
                    move_socket(document, &socket);
                };
                let builder = Stack::builder().without_sidecar().real_vertex().patch(patch);
                builder.envoy_args(&ARGS).start().await?
            }
        };
        let without_wasm = beside(|name| !name.ends_with(".wasm")).start().await?;
        Ok(Self { plain, without_wasm: Some(without_wasm), shipped, collector: None })
    }

    /// Two whole stacks: one that sends its traces and metrics and writes its access log, and, called plain, one that
    /// does neither.
    ///
    /// # Errors
    /// If one doesn't start.
    pub async fn observed() -> Result<Self, StackError> {
        let collector = Blackhole::start().await?;
        let builder = || Stack::builder().budgets(ample()).envoy_args(&ARGS);
        let plain = builder().patch(without_access_log).start().await?;
        let observed = builder().env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.clone());
        let shipped = observed.start().await?;
        Ok(Self { plain, without_wasm: None, shipped, collector: Some(collector) })
    }

    /// The gateway's base URL of a chain.
    #[must_use]
    pub fn url(&self, chain: Chain) -> String {
        self.stack(chain).gateway_url()
    }

    /// The process ids whose CPU time is measured: a chain's Envoy, and its sidecar where each has its own.
    #[must_use]
    pub fn pids(&self, chain: Chain) -> Vec<i32> {
        let sidecar = self.collector.as_ref().map(|_| "cache-sidecar");
        let names = ["envoy"].into_iter().chain(sidecar);
        names.filter_map(|name| Some(self.stack(chain).part(name)?.pid())).collect()
    }

    /// What steers the emulator behind a chain: the same one, unless each has its own.
    #[must_use]
    pub fn steering(&self, chain: Chain) -> Steering {
        match self.collector {
            Some(_) => self.stack(chain).steering(),
            None => self.shipped.steering(),
        }
    }

    /// All that there are.
    pub fn chains(&self) -> impl Iterator<Item = Chain> {
        let between = self.without_wasm.as_ref().map(|_| Chain::WithoutWasm);
        [Chain::Plain].into_iter().chain(between).chain([Chain::Shipped])
    }

    /// Start time and memory of each.
    #[must_use]
    pub fn footprints(&self) -> Vec<Footprint> {
        let footprint = |chain| Footprint {
            chain,
            ready_millis: millis(self.stack(chain).envoy_ready_in()),
            resident_idle_bytes: self.resident_bytes(chain),
            resident_loaded_bytes: 0,
        };
        self.chains().map(footprint).collect()
    }

    /// What a chain's Envoy has in memory now.
    #[must_use]
    pub fn resident_bytes(&self, chain: Chain) -> u64 {
        self.pids(chain).first().map_or(0, |pid| resident_bytes(*pid))
    }

    /// Size of the module that was loaded.
    ///
    /// # Errors
    /// If it has gone.
    pub fn module_bytes(&self) -> Result<u64, StackError> {
        Ok(std::fs::metadata(House::find()?.module())?.len())
    }

    fn stack(&self, chain: Chain) -> &Stack {
        match chain {
            Chain::Plain => &self.plain,
            Chain::WithoutWasm => self.without_wasm.as_ref().unwrap_or(&self.plain),
            Chain::Shipped => &self.shipped,
        }
    }
}

/// An OTLP collector that takes all and keeps nothing. Its CPU time is the bench's own.
#[derive(Debug)]
struct Blackhole {
    url: String,
    server: tokio::task::JoinHandle<()>,
}

impl Blackhole {
    async fn start() -> Result<Self, StackError> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = axum::Router::new().fallback(|_body: bytes::Bytes| async {});
        // Serving fails only where accepting does.
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(Self { url, server })
    }
}

impl Drop for Blackhole {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn without_access_log(document: &mut Value) {
    if let Some(manager) = manager(document).as_mapping_mut() {
        manager.remove("access_log");
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The connection manager's config within the one listener.
fn manager(document: &mut Value) -> &mut Value {
    let listener = &mut document["static_resources"]["listeners"][0];
    &mut listener["filter_chains"][0]["filters"][0]["typed_config"]
}

fn keep_filters(document: &mut Value, keeps: fn(&str) -> bool) {
    if let Some(filters) = manager(document)["http_filters"].as_sequence_mut() {
        filters.retain(|filter| filter["name"].as_str().is_some_and(keeps));
    }
}

/// What the filter tells the sidecar, told by the route.
fn name_caller(document: &mut Value) {
    let headers = IDENTITY.map(|(key, value)| {
        json!({
            "header": {"key": key, "value": value},
            "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
        })
    });
    let route = &mut manager(document)["route_config"]["virtual_hosts"][0]["routes"][0];
    if let (Some(route), Ok(headers)) = (route.as_mapping_mut(), yaml_serde::to_value(headers)) {
        route.insert("request_headers_to_add".into(), headers);
    }
}

fn move_socket(document: &mut Value, socket: &str) {
    let clusters = document["static_resources"]["clusters"].as_sequence_mut();
    for cluster in clusters.into_iter().flatten().filter(|cluster| cluster["name"] == CLUSTER) {
        let member = &mut cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0];
        member["endpoint"]["address"]["pipe"]["path"] = socket.into();
    }
}

/// Budgets as a deployment has them, which refuse nobody.
fn ample() -> serde_json::Value {
    let limit =
        json!({"tenant": "*", "unit": "total_tokens", "limit": ENOUGH_TOKENS, "window": "minute"});
    let (mut tenant, mut user) = (limit.clone(), limit);
    tenant["name"] = json!("tenant-minute");
    user["name"] = json!("user-minute");
    user["user"] = json!("*");
    json!({"version": 1, "budgets": [tenant, user]})
}

fn load_module(document: &mut Value, path: &str) {
    our_config(document)["vm_config"]["code"]["local"]["filename"] = path.into();
}

/// Our filter's own part of the config.
fn our_config(document: &mut Value) -> &mut Value {
    let filters = &mut manager(document)["http_filters"];
    let is_ours = |filter: &Value| filter["name"] == "envoy.filters.http.wasm";
    let place = filters.as_sequence().and_then(|filters| filters.iter().position(is_ours));
    &mut filters[place.unwrap_or(0)]["typed_config"]["config"]
}
