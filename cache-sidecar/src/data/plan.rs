//! How one request uses the cache: what its policy and its own directives come to.

use axum::http::HeaderMap;
use chat::contract::USER;
use chat::endpoint::Endpoint;
use chat::problem::Problem;
use serde_json::Value;

use super::cache_control::{Age, CacheControl};
use super::{Gateway, operation_name, semantic};
use crate::cache::entry::{Entry, millis};
use crate::cache::key::{Fingerprint, Key, Partition};
use crate::cache::labels;
use crate::cache::policy::{Resolved, ToolCalls, Who, is_tag};
use crate::dialect::Call;
use crate::flight::Terms;
use crate::semantic::Asked;

/// A client's own tags, by which the operator can invalidate what is stored for it.
const TAG: &str = "x-cache-tag";

/// What is assumed where a request says nothing: the default of Gemini's models.
const MODELS_OWN_TEMPERATURE: f64 = 1.0;

/// How one request uses the cache.
pub struct Plan {
    /// What the request says.
    pub control: CacheControl,
    /// What holds for it.
    pub policy: Resolved,
    /// Where its answer lies, or would; nothing where it passes the cache by.
    pub key: Option<Key>,
    /// What may be answered by meaning.
    pub asked: Option<Asked>,
    labels: Vec<String>,
    has_tool_results: bool,
}

impl Plan {
    /// Made before a budget lowers the output: the cap that it leaves is not part of what was asked for.
    ///
    /// # Errors
    /// 400 for tags that aren't.
    pub fn of(
        gateway: &Gateway,
        endpoint: &Endpoint,
        tenant: &str,
        headers: &HeaderMap,
        call: &Call,
    ) -> Result<Self, Problem> {
        let user = headers.get(USER).and_then(|user| user.to_str().ok()).unwrap_or_default();
        let route = operation_name(endpoint.operation);
        let who = Who { tenant, user, model: &call.model, route };
        let policy = gateway.upstream.policies.current().resolve(who);
        let control = CacheControl::of(headers);
        let mut tags: Vec<String> = policy.tags.clone();
        tags.extend(own_tags(headers)?);
        let secret = &gateway.config.cache.key_secret;
        let temperature = call.temperature().unwrap_or(MODELS_OWN_TEMPERATURE);
        let is_in = policy.enabled
            && !control.no_store
            && policy.max_temperature.is_none_or(|most| temperature <= most);
        let partition = Partition::of(&policy.scope, tenant, user).filter(|_| is_in);
        let key_of = |partition, request: Value| {
            key(gateway, endpoint, partition, &policy.epoch, (call, request))
        };
        let key = partition.map(|partition| key_of(partition, call.request.clone()));
        let asked = partition.and_then(|partition| {
            semantic::ask(gateway, tenant, call, policy.semantic, |rest| key_of(partition, rest))
        });
        let labels = labels::names(secret, tenant, &call.model, tags.iter().map(String::as_str));
        let has_tool_results = call.has_tool_results();
        Ok(Self { control, policy, key, asked, labels, has_tool_results })
    }

    /// How `entry` stands at `now_ms`: fresh for no longer than the policy that holds now has it, which may be another
    /// than the one that it was stored under.
    #[must_use]
    pub fn age(&self, entry: &Entry, now_ms: u64) -> Age {
        self.age_since(entry.created_ms, entry.fresh_ms, now_ms)
    }

    /// The same of an answer that is complete since `created_ms`, and not stored yet.
    #[must_use]
    pub fn age_of_landed(&self, created_ms: u64, now_ms: u64) -> Age {
        self.age_since(created_ms, u64::MAX, now_ms)
    }

    fn age_since(&self, created_ms: u64, fresh_ms: u64, now_ms: u64) -> Age {
        let age_ms = now_ms.saturating_sub(created_ms);
        Age { age_ms, fresh_ms: fresh_ms.min(millis(self.policy.ttl)) }
    }

    /// On what terms its answer is generated and kept. `follows` says whether another sidecar's answer will do.
    #[must_use]
    pub fn terms(&self, follows: bool) -> Terms {
        Terms {
            ttl: self.policy.ttl,
            ttl_jitter_percent: self.policy.ttl_jitter_percent,
            stale: self.policy.stale_if_error,
            max_entry_bytes: self.policy.max_entry_bytes,
            keeps_calls: match self.policy.tool_calls {
                ToolCalls::Never => false,
                ToolCalls::BeforeResults => !self.has_tool_results,
                ToolCalls::Always => true,
            },
            labels: self.labels.clone(),
            follows,
        }
    }
}

fn own_tags(headers: &HeaderMap) -> Result<Vec<String>, Problem> {
    let values = headers.get_all(TAG).iter().map(|value| value.to_str().unwrap_or("?"));
    let tags = values.flat_map(|value| value.split(','));
    let tags: Vec<String> = tags.map(|tag| tag.trim().to_owned()).collect();
    if tags.len() <= labels::MAX_TAGS && tags.iter().all(|tag| is_tag(tag)) {
        return Ok(tags);
    }
    Err(Problem::new(
        400,
        "invalid_cache_tag",
        "write at most 4 tags into x-cache-tag, with commas between them, each of at most 64 letters, digits, `-`, `_`, `.` and `:`",
    ))
}

/// Where the answer to `request`, made of `call`, lies for `partition`.
pub fn key(
    gateway: &Gateway,
    endpoint: &Endpoint,
    partition: Partition<'_>,
    epoch: &str,
    (call, request): (&Call, Value),
) -> Key {
    let vertex = &gateway.config.vertex;
    let fingerprint = Fingerprint {
        partition,
        epoch,
        dialect: endpoint.dialect,
        operation: endpoint.operation,
        upstream: [
            &vertex.project,
            &vertex.location,
            vertex.endpoint.as_deref().unwrap_or_default(),
        ],
        model: &call.model,
        request,
        beside: call.beside.clone(),
    };
    fingerprint.key(&gateway.config.cache.key_secret)
}
