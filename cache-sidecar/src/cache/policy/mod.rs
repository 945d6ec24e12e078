//! What may be cached, for whom and for how long, as the operator wrote it.
//!
//! A [`Document`] is what is written; a [`Policy`] is what it means; [`Policy::resolve`] tells what holds for a request.
//! [`Policies`] has the one that holds now, and replaces it while requests run.

mod document;
mod file;

use std::time::Duration;

pub use document::{Document, Match, NoLimit, Rule, Settings, Temperature, is_tag};
pub use file::{FileError, Policies};

use serde::{Deserialize, Serialize};

/// Above it a client asks for variety, and gets it: the default of Gemini's own models.
pub const DEFAULT_MAX_TEMPERATURE: f64 = 1.0;
const DEFAULT_JITTER_PERCENT: u64 = 10;

/// Whether answers to questions that only mean the same are served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SemanticMode {
    /// Nothing is looked for.
    #[default]
    Off,
    /// Looked for and counted, never served.
    Shadow,
    /// Served.
    On,
}

impl SemanticMode {
    /// Stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Shadow => "shadow",
            Self::On => "on",
        }
    }
}

/// What holds where a document says nothing.
#[derive(Clone, Copy, Debug)]
pub struct Defaults {
    /// How long an answer is fresh.
    pub ttl: Duration,
    /// The largest answer that is kept, in bytes.
    pub max_entry_bytes: usize,
    /// Whether answers to questions that only mean the same are served.
    pub semantic: SemanticMode,
}

/// Who shares answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All users of a tenant.
    #[default]
    Tenant,
    /// Nobody: each user has answers of their own.
    User,
    /// All tenants whose policy says this name.
    Shared(String),
}

/// Whether answers are stored that want a function called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolCalls {
    /// None are.
    Never,
    /// Those that begin: a call behind the result of another belongs to something that is under way, and made again
    /// from the cache would act a second time.
    #[default]
    BeforeResults,
    /// All are: for functions that only read.
    Always,
}

/// What holds for one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// Whether the cache is used at all.
    pub enabled: bool,
    /// Who shares its answer.
    pub scope: Scope,
    /// How long an answer is fresh.
    pub ttl: Duration,
    /// By how much of it, at the most, an entry's own time is shorter, so that not all end at once. In percent.
    pub ttl_jitter_percent: u64,
    /// How long after that it may still be served where the upstream fails, or a client asks for it.
    pub stale_if_error: Duration,
    /// A request with a higher temperature passes the cache by; no limit where there is none.
    pub max_temperature: Option<f64>,
    /// The largest entry, in bytes of the answer's JSON.
    pub max_entry_bytes: usize,
    /// Whether answers with function calls are stored.
    pub tool_calls: ToolCalls,
    /// The pause before each chunk of a streamed hit; none as a rule.
    pub replay_pause: Duration,
    /// Goes into the key: with another text the cache starts anew.
    pub epoch: String,
    /// By which entries can be invalidated, beside tenant and model.
    pub tags: Vec<String>,
    /// Whether answers to questions that only mean the same are served.
    pub semantic: SemanticMode,
}

/// Who asks for what.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// The tenant.
    pub tenant: &'a str,
    /// The user, or nothing.
    pub user: &'a str,
    /// The model as the upstream names it.
    pub model: &'a str,
    /// The operation: `chat_completions`, `generate_content`.
    pub route: &'a str,
}

/// A document, compiled.
#[derive(Clone, Debug)]
pub struct Policy {
    base: Resolved,
    rules: Vec<Rule>,
    longest_kept: Duration,
}

impl Policy {
    /// `document`, over what holds where it says nothing.
    #[must_use]
    pub fn new(document: Document, defaults: Defaults) -> Self {
        let Defaults { ttl, max_entry_bytes, semantic } = defaults;
        let mut base = Resolved {
            enabled: true,
            scope: Scope::default(),
            ttl,
            ttl_jitter_percent: DEFAULT_JITTER_PERCENT,
            stale_if_error: Duration::ZERO,
            max_temperature: Some(DEFAULT_MAX_TEMPERATURE),
            max_entry_bytes,
            tool_calls: ToolCalls::default(),
            replay_pause: Duration::ZERO,
            epoch: String::new(),
            tags: Vec::new(),
            semantic,
        };
        document.defaults.apply(&mut base);
        let longest = |settings: &Settings| {
            let mut one = base.clone();
            settings.apply(&mut one);
            (one.ttl, one.stale_if_error)
        };
        let rules = document.rules;
        let (ttl, stale) = rules
            .iter()
            .map(|rule| longest(&rule.set))
            .fold((base.ttl, base.stale_if_error), |(ttl, stale), (more_ttl, more_stale)| {
                (ttl.max(more_ttl), stale.max(more_stale))
            });
        Self { base, rules, longest_kept: ttl.saturating_add(stale) }
    }

    /// What holds for `who`: every rule that matches, in the order in which they are written, a later one over an
    /// earlier one; tags add up.
    #[must_use]
    pub fn resolve(&self, who: Who<'_>) -> Resolved {
        let mut resolved = self.base.clone();
        for rule in self.rules.iter().filter(|rule| rule.matches.takes(who)) {
            rule.set.apply(&mut resolved);
        }
        resolved
    }

    /// The longest that any entry is kept.
    #[must_use]
    pub fn longest_kept(&self) -> Duration {
        self.longest_kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: Defaults =
        Defaults { ttl: Duration::ZERO, max_entry_bytes: 1, semantic: SemanticMode::Off };

    const DOCUMENT: &str = r#"{"version": 1, "defaults": {"ttl_seconds": 60, "tags": ["all"]}, "rules": [
        {"match": {"tenant": "acme"}, "set": {"scope": "user", "semantic": "shadow", "max_temperature": "none"}},
        {"match": {"tenant": "acme", "model": "gemini-3*"}, "set": {"ttl_seconds": 5, "tags": ["three"]}},
        {"match": {"user": "bob"}, "set": {"enabled": false}},
        {"match": {"route": "generate_content"}, "set": {"scope": {"shared": "docs"}, "max_temperature": 0.5}}]}"#;

    fn check(who: [&str; 4], change: impl FnOnce(&mut Resolved)) {
        let policy = Policy::new(
            Document::parse(DOCUMENT.as_bytes()).unwrap(),
            Defaults { ttl: Duration::from_secs(3600), max_entry_bytes: 1000, ..DEFAULTS },
        );
        let [tenant, user, model, route] = who;
        let mut expected = policy.base.clone();
        change(&mut expected);
        assert_eq!(policy.resolve(Who { tenant, user, model, route }), expected, "{who:?}");
    }

    #[test]
    fn what_holds_for_whom() {
        let (chat, gemini) = ("chat_completions", "generate_content");
        check(["globex", "carol", "gemini-3.5-flash", chat], |_| {});
        check(["acme", "alice", "gemini-2.5-pro", chat], |resolved| {
            resolved.scope = Scope::User;
            resolved.semantic = SemanticMode::Shadow;
            resolved.max_temperature = None;
        });
        check(["acme", "bob", "gemini-3.5-flash", gemini], |resolved| {
            resolved.enabled = false;
            resolved.scope = Scope::Shared("docs".into());
            resolved.semantic = SemanticMode::Shadow;
            resolved.max_temperature = Some(0.5);
            resolved.ttl = Duration::from_secs(5);
            resolved.tags = vec!["all".into(), "three".into()];
        });
    }

    #[test]
    fn the_shipped_ones_are_valid() {
        for file in ["envoy/cache.json", "infrastructure/kubernetes/base/shared/cache.json"] {
            let shipped = std::fs::read(format!("{}/../{file}", env!("CARGO_MANIFEST_DIR")));
            let policy = Policy::new(Document::parse(&shipped.unwrap()).unwrap(), DEFAULTS);
            assert_eq!(policy.longest_kept(), Duration::from_secs(3900), "{file}");
        }
    }

    #[test]
    fn how_long_anything_is_kept() {
        let json = r#"{"version": 1, "rules": [{"match": {}, "set": {"ttl_seconds": 7200, "stale_if_error_seconds": 60}}]}"#;
        let document = Document::parse(json.as_bytes()).unwrap();
        let policy = Policy::new(document, Defaults { ttl: Duration::from_secs(3600), ..DEFAULTS });
        assert_eq!(policy.longest_kept(), Duration::from_secs(7260));
    }
}
