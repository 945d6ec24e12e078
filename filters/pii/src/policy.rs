//! What is redacted, and how: as written, and compiled once for all exchanges.

mod action;
mod rules;

use std::{collections::BTreeMap, fmt, rc::Rc};

use crate::{Action, Actions, EntityType, HashKey, Scanner, Treatment};
use serde::Deserialize;
use serde::de::IgnoredAny;

use action::ActionConfig;
use rules::{NamedRule, RuleConfig};

/// Values of one list of those that stay: each finding is held against all.
const MAX_ALLOWED: usize = 256;

/// The key of `actions` that stands for every type.
const EVERY_TYPE: &str = "*";

/// The `redaction` of the filter's configuration, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RedactionConfig {
    entity_types: Option<Vec<String>>,
    answers: bool,
    audit: bool,
    actions: BTreeMap<String, ActionConfig>,
    allow: Vec<String>,
    hash_key: Option<KeyConfig>,
    rules: Vec<RuleConfig>,
    tenants: BTreeMap<String, TenantConfig>,
}

impl Default for RedactionConfig {
    fn default() -> Self {
        Self {
            entity_types: None,
            answers: true,
            audit: true,
            actions: BTreeMap::new(),
            allow: Vec::new(),
            hash_key: None,
            rules: Vec::new(),
            tenants: BTreeMap::new(),
        }
    }
}

/// Why a policy was refused: which field, and what it should hold. It quotes nothing of the policy but names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// As `redaction.rules[2].pattern`.
    pub field: String,
    /// What to write instead.
    pub message: String,
}

impl PolicyError {
    fn at(field: &str, message: String) -> Self {
        Self { field: field.to_owned(), message }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the policy is invalid at `{}`: {}", self.field, self.message)
    }
}

impl std::error::Error for PolicyError {}

/// What differs for one tenant.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TenantConfig {
    actions: BTreeMap<String, ActionConfig>,
    allow: Vec<String>,
    hash_key: Option<KeyConfig>,
}

/// A secret. Anything is read, since serde's own error would quote a value of another type.
#[derive(Deserialize)]
#[serde(untagged)]
enum KeyConfig {
    Text(String),
    Other(IgnoredAny),
}

/// What is redacted, and how, for every tenant.
pub struct RedactionPolicy {
    /// Finds what something is done with.
    pub scanner: Scanner,
    /// Whether findings in answers are redacted too.
    pub answers: bool,
    /// Whether findings are told in the log, without what was found.
    pub audit: bool,
    /// Of tenants without actions of their own.
    common: Rc<Actions>,
    /// What their keys are made of, where anything is hashed.
    common_key: Option<HashKey>,
    tenants: BTreeMap<String, Rc<Actions>>,
}

impl RedactionPolicy {
    /// What is done with findings in a tenant's exchanges.
    #[must_use]
    pub fn actions(&self, tenant: &str) -> Rc<Actions> {
        if let Some(actions) = self.tenants.get(tenant) {
            return Rc::clone(actions);
        }
        match &self.common_key {
            Some(key) => {
                let mut actions = Actions::clone(&self.common);
                actions.set_key(key.for_tenant(tenant));
                Rc::new(actions)
            }
            None => Rc::clone(&self.common),
        }
    }
}

impl RedactionConfig {
    /// Validates and compiles it.
    ///
    /// # Errors
    /// Names the field at fault and what it should hold.
    pub fn compile(&self) -> Result<RedactionPolicy, PolicyError> {
        let types = match &self.entity_types {
            Some(names) => parse_types("redaction.entity_types", names)?,
            None => EntityType::ALL.to_vec(),
        };
        let (rules, named) = rules::compile("redaction.rules", &self.rules)?;
        let scanner = Scanner::with_rules(&types, &rules)
            .map_err(|error| PolicyError::at("redaction.rules", error.to_string()))?;
        let known = Known::new(named);
        let mut common = Actions::new();
        for (index, (rule, config)) in known.rules.iter().zip(&self.rules).enumerate() {
            if let Some(action) = &config.action {
                let field = format!("redaction.rules[{index}].action");
                common.set_rule(&rule.name, action.compile(&field, rule.entity)?);
            }
        }
        known.set_all(&mut common, "redaction.actions", &self.actions)?;
        allow(&mut common, "redaction.allow", &self.allow)?;
        let key =
            self.hash_key.as_ref().map(|key| key.compile("redaction.hash_key")).transpose()?;
        let hashes = known.hashes(&common);
        if hashes && key.is_none() {
            return Err(no_key("redaction.hash_key"));
        }
        let mut tenants = BTreeMap::new();
        for (name, config) in &self.tenants {
            let field = |part| format!("redaction.tenants.{name}.{part}");
            let mut actions = common.clone();
            known.set_all(&mut actions, &field("actions"), &config.actions)?;
            allow(&mut actions, &field("allow"), &config.allow)?;
            let own = config.hash_key.as_ref().map(|key| key.compile(&field("hash_key")));
            let key = own.transpose()?.or_else(|| key.as_ref().map(|key| key.for_tenant(name)));
            match key {
                Some(key) => actions.set_key(key),
                None if known.hashes(&actions) => return Err(no_key(&field("hash_key"))),
                None => {}
            }
            tenants.insert(name.clone(), Rc::new(actions));
        }
        Ok(RedactionPolicy {
            scanner,
            answers: self.answers,
            audit: self.audit,
            common: Rc::new(common),
            common_key: key.filter(|_| hashes),
            tenants,
        })
    }
}

/// What actions may be given for.
struct Known {
    types: Vec<EntityType>,
    rules: Vec<NamedRule>,
}

impl Known {
    fn new(rules: Vec<NamedRule>) -> Self {
        let mut types = EntityType::ALL.to_vec();
        types.extend(rules.iter().map(|rule| rule.entity));
        types.sort_unstable();
        types.dedup();
        Self { types, rules }
    }

    /// Lays `given` over `actions`: what is said of every type first.
    fn set_all(
        &self,
        actions: &mut Actions,
        field: &str,
        given: &BTreeMap<String, ActionConfig>,
    ) -> Result<(), PolicyError> {
        if let Some(action) = given.get(EVERY_TYPE) {
            for entity in &self.types {
                actions.set(*entity, action.compile(&format!("{field}.{EVERY_TYPE}"), *entity)?);
            }
        }
        for (name, action) in given.iter().filter(|(name, _)| *name != EVERY_TYPE) {
            let field = format!("{field}.{name}");
            if let Some(entity) = self.types.iter().find(|entity| entity.as_str() == name) {
                actions.set(*entity, action.compile(&field, *entity)?);
            } else if let Some(rule) = self.rules.iter().find(|rule| rule.name == *name) {
                actions.set_rule(name, action.compile(&field, rule.entity)?);
            } else {
                let types: Vec<_> = self.types.iter().map(|entity| entity.as_str()).collect();
                let message = format!(
                    "unknown entity type; write `*`, the name of one of redaction.rules, or one of {}",
                    types.join(", ")
                );
                return Err(PolicyError::at(&field, message));
            }
        }
        Ok(())
    }

    /// Whether anything is hashed, if only once it isn't on trial any more.
    fn hashes(&self, actions: &Actions) -> bool {
        let is_hash = |treatment: Treatment| treatment.action == Action::Hash;
        self.types.iter().any(|entity| is_hash(actions.treatment(*entity, "")))
            || self.rules.iter().any(|rule| is_hash(actions.treatment(rule.entity, &rule.name)))
    }
}

impl KeyConfig {
    fn compile(&self, field: &str) -> Result<HashKey, PolicyError> {
        let key = match self {
            Self::Text(text) => HashKey::new(text.as_bytes()),
            Self::Other(_) => None,
        };
        key.ok_or_else(|| {
            let message = format!("write a string of at least {} bytes", HashKey::MIN_BYTES);
            PolicyError::at(field, message)
        })
    }
}

fn no_key(field: &str) -> PolicyError {
    let message = format!(
        "the action `hash` needs a key; write a string of at least {} bytes, and keep it secret",
        HashKey::MIN_BYTES
    );
    PolicyError::at(field, message)
}

fn allow(actions: &mut Actions, field: &str, values: &[String]) -> Result<(), PolicyError> {
    if values.len() > MAX_ALLOWED {
        return Err(PolicyError::at(field, format!("write at most {MAX_ALLOWED} values")));
    }
    for (index, value) in values.iter().enumerate() {
        let bare = value.strip_prefix('*').or_else(|| value.strip_suffix('*')).unwrap_or(value);
        if bare.trim().is_empty() || bare.contains('*') {
            let message = "write a value, with one `*` at its beginning or its end at most";
            return Err(PolicyError::at(&format!("{field}[{index}]"), message.to_owned()));
        }
        actions.allow(value);
    }
    Ok(())
}

fn parse_types(field: &str, names: &[String]) -> Result<Vec<EntityType>, PolicyError> {
    let known =
        || EntityType::ALL.iter().map(|entity| entity.as_str()).collect::<Vec<_>>().join(", ");
    let parse = |(index, name): (usize, &String)| {
        name.parse().map_err(|_| {
            let message = format!("unknown entity type; write one of {}", known());
            PolicyError::at(&format!("{field}[{index}]"), message)
        })
    };
    names.iter().enumerate().map(parse).collect()
}
