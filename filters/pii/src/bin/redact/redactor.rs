//! A policy, applied to texts one by one.

use std::{fs, rc::Rc};

use pii::{Actions, Prepared, RedactionConfig, RedactionPolicy, Replacement, Text, Vault};
use serde_json::Value;

use crate::{arguments::Arguments, error::Error};

pub(crate) struct Redactor {
    policy: RedactionPolicy,
    actions: Rc<Actions>,
}

impl Redactor {
    pub(crate) fn new(arguments: &Arguments) -> Result<Self, Error> {
        let config = match &arguments.policy {
            #[expect(clippy::disallowed_methods, reason = "a command for people has files")]
            Some(file) => read(&fs::read(file).map_err(Error::PolicyFile)?)?,
            None => RedactionConfig::default(),
        };
        let policy = config.compile().map_err(|error| Error::Policy(error.to_string()))?;
        let actions = policy.actions(&arguments.tenant);
        Ok(Self { policy, actions })
    }

    /// What is replaced in `text`, numbered from 1.
    pub(crate) fn redact(&self, text: &str) -> Vec<Replacement> {
        let mut vault = Vault::new();
        let text = Prepared::new(Text::plain(text));
        vault.reserve_literals(&self.policy.scanner, &text);
        text.redact(&self.actions, &mut vault, &text.scan(&self.policy.scanner))
    }
}

/// The filter's whole configuration, or its `redaction` alone.
fn read(json: &[u8]) -> Result<RedactionConfig, Error> {
    let mut config: Value = serde_json::from_slice(json).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Error::Policy(format!("the policy isn't JSON: line {line}, column {column}"))
    })?;
    let redaction = config.get_mut("redaction").map_or(Value::Null, Value::take);
    let redaction = if redaction.is_null() { config } else { redaction };
    serde_path_to_error::deserialize(redaction).map_err(|error| {
        let path = error.path().to_string();
        Error::Policy(format!("the policy is invalid at `redaction.{path}`: {}", error.inner()))
    })
}
