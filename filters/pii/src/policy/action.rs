//! What is done with findings, as written: `"block"`, or `{"action": "redact", "restore": false, "shadow": true}`.

use std::fmt;

use crate::{Action, Actions, EntityType, Treatment};
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::PolicyError;

/// See the module.
#[derive(Clone, Copy)]
pub(super) struct ActionConfig {
    action: ActionName,
    restore: Option<bool>,
    shadow: bool,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum ActionName {
    #[default]
    Redact,
    Hash,
    Mask,
    Block,
    Allow,
}

impl ActionConfig {
    /// # Errors
    /// Where `restore` or `shadow` is said of an action that can't have it.
    pub(super) fn compile(
        &self,
        field: &str,
        entity: EntityType,
    ) -> Result<Treatment, PolicyError> {
        let action = match self.action {
            ActionName::Redact => match self.restore {
                Some(restore) => Action::Redact { restore },
                None => Actions::new().treatment(entity, "").action,
            },
            ActionName::Hash => Action::Hash,
            ActionName::Mask => Action::Mask,
            ActionName::Block => Action::Block,
            ActionName::Allow => Action::Allow,
        };
        if self.restore.is_some() && self.action != ActionName::Redact {
            let message = "only `redact` can be restored; leave it out";
            return Err(PolicyError::at(&format!("{field}.restore"), message.to_owned()));
        }
        if self.shadow && self.action == ActionName::Allow {
            let message = "`allow` does nothing that could be on trial; leave it out";
            return Err(PolicyError::at(&format!("{field}.shadow"), message.to_owned()));
        }
        Ok(Treatment { action, shadow: self.shadow })
    }
}

impl<'de> Deserialize<'de> for ActionConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

/// Not an untagged enum: its error wouldn't say what is wrong.
struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = ActionConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an action such as \"block\", or {\"action\": \"redact\", \"restore\": false}")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<ActionConfig, E> {
        let action = ActionName::deserialize(StrDeserializer::new(name))?;
        Ok(ActionConfig { action, restore: None, shadow: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ActionConfig, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Full {
            #[serde(default)]
            action: ActionName,
            restore: Option<bool>,
            #[serde(default)]
            shadow: bool,
        }
        let Full { action, restore, shadow } = Full::deserialize(MapAccessDeserializer::new(map))?;
        Ok(ActionConfig { action, restore, shadow })
    }
}
