//! What the operator writes: the cache's policy file.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Resolved, Scope, SemanticMode, ToolCalls, Who};
use crate::budget::{Fault, Faults};
use crate::json_fault;

/// The largest document that is read.
pub(super) const MAX_DOCUMENT_BYTES: usize = 1 << 20;
const MAX_RULES: usize = 1000;
const MAX_TAGS: usize = 8;
const MAX_NAME_BYTES: usize = 256;
const MAX_TAG_BYTES: usize = 64;
const MAX_TTL_SECONDS: u64 = 365 * 24 * 3600;
const MAX_STALE_SECONDS: u64 = 30 * 24 * 3600;
const MAX_JITTER_PERCENT: u64 = 50;
const MAX_PAUSE_MS: u64 = 1000;
/// As `Endpoint` resolves paths; what has no upstream isn't cached.
const ROUTES: [&str; 3] = ["chat_completions", "generate_content", "stream_generate_content"];

/// The cache's policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Of the document's form: 1.
    pub version: u64,
    /// For all requests.
    #[serde(default)]
    pub defaults: Settings,
    /// On top of that, in this order.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// Settings for some requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// For which.
    #[serde(rename = "match", default)]
    pub matches: Match,
    /// What.
    pub set: Settings,
}

/// Which requests a rule is for: those that all its fields match. A `*` at a name's end stands for any rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Tenants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Models, as the upstream names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Operations: `chat_completions`, `generate_content`, `stream_generate_content`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
}

/// What is set; what is absent stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whether the cache is used at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// `tenant`, `user`, or `{"shared": "name"}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// How long an answer is fresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<u64>,
    /// By how much that is shortened at random, at the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_jitter_percent: Option<u64>,
    /// How long after that it may be served where the upstream fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale_if_error_seconds: Option<u64>,
    /// Above it the cache is passed by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_temperature: Option<Temperature>,
    /// The largest entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_entry_bytes: Option<usize>,
    /// `never`, `before_results`, `always`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<ToolCalls>,
    /// The pause before each chunk of a streamed hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay_pause_ms: Option<u64>,
    /// Another text, and the cache starts anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// Adds tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// `off`, `shadow`, `on`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub semantic: Option<SemanticMode>,
}

/// A limit of temperatures, or the word `none`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Temperature {
    /// The highest.
    Limit(f64),
    /// Every temperature is well.
    None(NoLimit),
}

/// The word `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoLimit {
    /// `none`.
    None,
}

impl Default for Document {
    /// One that says nothing.
    fn default() -> Self {
        Self { version: 1, defaults: Settings::default(), rules: Vec::new() }
    }
}

impl Document {
    /// Reads and checks JSON.
    ///
    /// # Errors
    /// All that is wrong, each with its path and what to write; where the form itself is wrong, the first such place.
    pub fn parse(json: &[u8]) -> Result<Self, Faults> {
        let one = |field: String, write: String| Faults(vec![Fault { field, write }]);
        if json.len() > MAX_DOCUMENT_BYTES {
            return Err(one(".".to_owned(), format!("write at most {MAX_DOCUMENT_BYTES} bytes")));
        }
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let document: Self = serde_path_to_error::deserialize(&mut deserializer)
            .map_err(|error| one(error.path().to_string(), advice(&error, json)))?;
        deserializer.end().map_err(|error| one(".".to_owned(), error.to_string()))?;
        document.check()?;
        Ok(document)
    }

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Vec::new();
        let mut fault = |field: String, write: &str| {
            faults.push(Fault { field, write: write.to_owned() });
        };
        if self.version != 1 {
            fault("version".to_owned(), "write 1");
        }
        if self.rules.len() > MAX_RULES {
            fault("rules".to_owned(), "write at most 1000; a name may end with * for any rest");
        }
        for (field, write) in self.defaults.faults() {
            fault(format!("defaults.{field}"), &write);
        }
        for (index, rule) in self.rules.iter().take(MAX_RULES).enumerate() {
            for (field, write) in rule.matches.faults() {
                fault(format!("rules[{index}].match.{field}"), &write);
            }
            for (field, write) in rule.set.faults() {
                fault(format!("rules[{index}].set.{field}"), &write);
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Faults(faults)) }
    }
}

/// What an untagged value's own message doesn't say.
fn advice(error: &serde_path_to_error::Error<serde_json::Error>, json: &[u8]) -> String {
    if error.path().to_string().ends_with("max_temperature") {
        return "write a number, 0 to 2, or \"none\"".to_owned();
    }
    json_fault::advice(error.inner(), json)
}

impl Match {
    /// Whether a request of `who` is one of these.
    #[must_use]
    pub fn takes(&self, who: Who<'_>) -> bool {
        let fields = [
            (&self.tenant, who.tenant),
            (&self.user, who.user),
            (&self.model, who.model),
            (&self.route, who.route),
        ];
        fields.iter().all(|(pattern, name)| pattern.as_deref().is_none_or(|one| fits(one, name)))
    }

    fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let names = [("tenant", &self.tenant), ("user", &self.user), ("model", &self.model)];
        for (field, name) in names {
            let Some(name) = name else { continue };
            let star = name.find('*').is_none_or(|at| at + 1 == name.len());
            if !(1..=MAX_NAME_BYTES).contains(&name.len()) || !star {
                let write =
                    format!("write a name, at most {MAX_NAME_BYTES} bytes, with * at its end only");
                faults.push((field, write));
            }
        }
        if self.route.as_deref().is_some_and(|route| !ROUTES.contains(&route)) {
            faults.push(("route", format!("write one of {}", ROUTES.join(", "))));
        }
        faults
    }
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    }
}

impl Settings {
    /// Puts what is set into `resolved`.
    pub fn apply(&self, resolved: &mut Resolved) {
        fn set<T: Clone>(to: &mut T, from: Option<&T>) {
            if let Some(from) = from {
                to.clone_from(from);
            }
        }
        let seconds = |seconds: Option<u64>| seconds.map(Duration::from_secs);
        set(&mut resolved.enabled, self.enabled.as_ref());
        set(&mut resolved.scope, self.scope.as_ref());
        set(&mut resolved.ttl, seconds(self.ttl_seconds).as_ref());
        set(&mut resolved.ttl_jitter_percent, self.ttl_jitter_percent.as_ref());
        set(&mut resolved.stale_if_error, seconds(self.stale_if_error_seconds).as_ref());
        let limit = self.max_temperature.map(|limit| match limit {
            Temperature::Limit(limit) => Some(limit),
            Temperature::None(_) => None,
        });
        set(&mut resolved.max_temperature, limit.as_ref());
        set(&mut resolved.max_entry_bytes, self.max_entry_bytes.as_ref());
        set(&mut resolved.tool_calls, self.tool_calls.as_ref());
        let pause = self.replay_pause_ms.map(Duration::from_millis);
        set(&mut resolved.replay_pause, pause.as_ref());
        set(&mut resolved.epoch, self.epoch.as_ref());
        for tag in self.tags.iter().flatten() {
            if !resolved.tags.contains(tag) {
                resolved.tags.push(tag.clone());
            }
        }
        set(&mut resolved.semantic, self.semantic.as_ref());
    }

    fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let mut range = |field, value: Option<u64>, least: u64, most: u64| {
            if value.is_some_and(|value| !(least..=most).contains(&value)) {
                faults.push((field, format!("write a whole number, {least} to {most}")));
            }
        };
        range("ttl_seconds", self.ttl_seconds, 1, MAX_TTL_SECONDS);
        range("ttl_jitter_percent", self.ttl_jitter_percent, 0, MAX_JITTER_PERCENT);
        range("stale_if_error_seconds", self.stale_if_error_seconds, 0, MAX_STALE_SECONDS);
        range("replay_pause_ms", self.replay_pause_ms, 0, MAX_PAUSE_MS);
        if let Some(Temperature::Limit(limit)) = self.max_temperature
            && !(0.0..=2.0).contains(&limit)
        {
            faults.push(("max_temperature", "write a number, 0 to 2, or \"none\"".to_owned()));
        }
        if let Some(Scope::Shared(name)) = &self.scope
            && !(1..=MAX_NAME_BYTES).contains(&name.len())
        {
            faults.push((
                "scope",
                format!("write a name behind shared, at most {MAX_NAME_BYTES} bytes"),
            ));
        }
        if self.epoch.as_ref().is_some_and(|epoch| epoch.len() > MAX_NAME_BYTES) {
            faults.push(("epoch", format!("write at most {MAX_NAME_BYTES} bytes")));
        }
        let tags = self.tags.as_deref().unwrap_or_default();
        if tags.len() > MAX_TAGS || !tags.iter().all(|tag| is_tag(tag)) {
            faults.push(("tags", format!("write at most {MAX_TAGS} tags of letters, digits, -, _, . and :, each at most {MAX_TAG_BYTES} bytes")));
        }
        faults
    }
}

/// Whether `text` may be a tag.
#[must_use]
pub fn is_tag(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    (1..=MAX_TAG_BYTES).contains(&text.len()) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths at fault.
    fn check(json: &str, expected: &[&str]) {
        let faults = match Document::parse(json.as_bytes()) {
            Ok(_) => Vec::new(),
            Err(Faults(faults)) => faults,
        };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, expected, "{json}");
        assert!(faults.iter().all(|fault| !fault.write.is_empty()));
    }

    #[test]
    fn names_every_place_that_is_wrong() {
        let set = |set: &str| format!(r#"{{"version":1,"rules":[{{"set":{set}}}]}}"#);
        let of = |set: &str| format!(r#"{{"version":1,"rules":[{{"match":{set},"set":{{}}}}]}}"#);
        check(r#"{"version":1}"#, &[]);
        check(
            r#"{"version":2,"defaults":{"ttl_seconds":0}}"#,
            &["version", "defaults.ttl_seconds"],
        );
        check("[]", &["."]);
        check(r#"{"version":1} x"#, &["."]);
        check(r#"{"version":1,"rule":[]}"#, &["rule"]);
        check(&set(r#"{"ttl_seconds":"5"}"#), &["rules[0].set.ttl_seconds"]);
        check(
            &set(r#"{"ttl_jitter_percent":51,"replay_pause_ms":1001}"#),
            &["rules[0].set.ttl_jitter_percent", "rules[0].set.replay_pause_ms"],
        );
        check(
            &set(r#"{"stale_if_error_seconds":2592001}"#),
            &["rules[0].set.stale_if_error_seconds"],
        );
        check(&set(r#"{"max_temperature":2.5}"#), &["rules[0].set.max_temperature"]);
        check(&set(r#"{"max_temperature":"high"}"#), &["rules[0].set.max_temperature"]);
        check(&set(r#"{"max_temperature":"none"}"#), &[]);
        check(&set(r#"{"scope":"tenants"}"#), &["rules[0].set.scope"]);
        check(&set(r#"{"scope":{"shared":""}}"#), &["rules[0].set.scope"]);
        check(&set(r#"{"scope":{"shared":"docs"},"semantic":"shadow","tool_calls":"never"}"#), &[]);
        check(&set(r#"{"semantic":"maybe"}"#), &["rules[0].set.semantic"]);
        check(&set(r#"{"tags":["a b"]}"#), &["rules[0].set.tags"]);
        check(&of(r#"{"tenant":"a*b"}"#), &["rules[0].match.tenant"]);
        check(
            &of(r#"{"model":"","route":"embeddings"}"#),
            &["rules[0].match.model", "rules[0].match.route"],
        );
        check(&of(r#"{"tenant":"*","model":"gemini-*"}"#), &[]);
    }
}
