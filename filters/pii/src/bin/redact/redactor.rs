//! A policy, applied to texts one by one.

use pii::{Actions, EntityType, Replacement, Scanner, Text, Vault, redact};

use crate::{arguments::Arguments, error::Error};

pub(crate) struct Redactor {
    scanner: Scanner,
    actions: Actions,
}

impl Redactor {
    pub(crate) fn new(arguments: &Arguments) -> Result<Self, Error> {
        let _ = &arguments.tenant;
        let scanner =
            Scanner::new(&EntityType::ALL).map_err(|error| Error::Policy(error.to_string()))?;
        Ok(Self { scanner, actions: Actions::new() })
    }

    /// What is replaced in `text`, numbered from 1.
    pub(crate) fn redact(&self, text: &str) -> Vec<Replacement> {
        let mut vault = Vault::new();
        vault.reserve_literals(&self.scanner, text);
        redact(&self.scanner, &self.actions, &mut vault, Text::plain(text))
    }
}
