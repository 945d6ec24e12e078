//! How one request uses the cache: what its policy and its own directives come to.

use axum::http::HeaderMap;
use chat::contract::USER;
use chat::endpoint::Endpoint;
use chat::problem::Problem;
use serde_json::Value;

use super::cache_control::{Age, CacheControl};
use super::{Gateway, operation_name};
use crate::cache::entry::{Entry, millis};
use crate::cache::key::{Fingerprint, Key, Partition};
use crate::cache::labels;
use crate::cache::policy::{Resolved, ToolCalls, Who, is_tag};
use crate::dialect::Call;
use crate::flight::Terms;

/// A client's own tags, by which the operator can invalidate what is stored for it.
const TAG: &str = "x-cache-tag";

/// What is assumed where a request says nothing: the default of Gemini's models.
const MODELS_OWN_TEMPERATURE: f64 = 1.0;

/// How one request uses the cache.
pub struct Plan<'a> {
    /// What the request says.
    pub control: CacheControl,
    /// What holds for it.
    pub policy: Resolved,
    /// Where its answer lies, or would; nothing where it passes the cache by.
    pub key: Option<Key>,
    /// Whose request it is.
    pub tenant: &'a str,
    user: &'a str,
    endpoint: &'a Endpoint,
    own_tags: Vec<String>,
}

impl<'a> Plan<'a> {
    /// What a hit needs, and no more: most requests of a busy cache are hits.
    ///
    /// # Errors
    /// 400 for tags that aren't.
    pub fn of(
        gateway: &Gateway,
        endpoint: &'a Endpoint,
        tenant: &'a str,
        headers: &'a HeaderMap,
        call: &Call,
    ) -> Result<Self, Problem> {
        let user = headers.get(USER).and_then(|user| user.to_str().ok()).unwrap_or_default();
        let route = operation_name(endpoint.operation);
        let who = Who { tenant, user, model: &call.model, route };
        let policy = gateway.upstream.policies.current().resolve(who);
        let control = CacheControl::of(headers);
        let own_tags = own_tags(headers)?;
        let temperature = call.temperature().unwrap_or(MODELS_OWN_TEMPERATURE);
        let is_in = policy.enabled
            && !control.no_store
            && policy.max_temperature.is_none_or(|most| temperature <= most);
        let plan = Self { control, policy, key: None, tenant, user, endpoint, own_tags };
        let key = if is_in { plan.key_of(gateway, call, None) } else { None };
        Ok(Self { key, ..plan })
    }

    /// Where the answer to `call` lies, as if that string of its request, by its address, were empty. Nothing where
    /// nobody may share it.
    #[must_use]
    pub fn key_of(&self, gateway: &Gateway, call: &Call, without: Option<&Value>) -> Option<Key> {
        let vertex = &gateway.config.vertex;
        let fingerprint = Fingerprint {
            partition: Partition::of(&self.policy.scope, self.tenant, self.user)?,
            epoch: &self.policy.epoch,
            dialect: self.endpoint.dialect,
            operation: self.endpoint.operation,
            upstream: [
                &vertex.project,
                &vertex.location,
                vertex.endpoint.as_deref().unwrap_or_default(),
            ],
            model: &call.model,
            request: &call.request,
            without,
            beside: &call.beside,
        };
        Some(fingerprint.key(&gateway.config.cache.key_secret))
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

    /// On what terms the answer to `call` is generated and kept. `follows` says whether another sidecar's answer will do.
    #[must_use]
    pub fn terms(&self, gateway: &Gateway, call: &Call, follows: bool) -> Terms {
        let tags = self.policy.tags.iter().chain(&self.own_tags).map(String::as_str);
        Terms {
            ttl: self.policy.ttl,
            ttl_jitter_percent: self.policy.ttl_jitter_percent,
            stale: self.policy.stale_if_error,
            max_entry_bytes: self.policy.max_entry_bytes,
            keeps_calls: match self.policy.tool_calls {
                ToolCalls::Never => false,
                ToolCalls::BeforeResults => !call.has_tool_results(),
                ToolCalls::Always => true,
            },
            labels: labels::names(&gateway.config.cache.key_secret, self.tenant, &call.model, tags),
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
