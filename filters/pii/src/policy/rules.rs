//! Custom rules, as written.

use crate::{BuildError, EntityType, MAX_RULES, Rule, Validator};
use serde::Deserialize;

use super::PolicyError;
use super::action::ActionConfig;

/// One rule: what it finds, and what must and mustn't be found by it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleConfig {
    name: String,
    entity_type: String,
    pattern: String,
    validator: Option<String>,
    #[serde(default)]
    cues: Vec<String>,
    pub(super) action: Option<ActionConfig>,
    #[serde(default)]
    finds: Vec<String>,
    #[serde(default)]
    ignores: Vec<String>,
}

/// What policies call a rule.
pub(super) struct NamedRule {
    pub(super) name: String,
    pub(super) entity: EntityType,
}

/// Compiles the rules at `field`; the names are in step with them.
///
/// # Errors
/// Where there are too many, or one is invalid. Their test texts are tried by the scanner.
pub(super) fn compile(
    field: &str,
    rules: &[RuleConfig],
) -> Result<(Vec<Rule>, Vec<NamedRule>), PolicyError> {
    if rules.len() > MAX_RULES {
        return Err(PolicyError::at(field, format!("write at most {MAX_RULES} rules")));
    }
    let (mut compiled, mut named) = (Vec::new(), Vec::<NamedRule>::new());
    for (index, rule) in rules.iter().enumerate() {
        let at = |part: &str| format!("{field}[{index}].{part}");
        if named.iter().any(|other| other.name == rule.name) {
            return Err(PolicyError::at(&at("name"), "another rule has this name".to_owned()));
        }
        let entity = EntityType::custom(&rule.entity_type)
            .map_err(|error| PolicyError::at(&at("entity_type"), error.to_string()))?;
        let validator = rule.validator.as_deref().unwrap_or("none");
        let validator = Validator::ALL.into_iter().find(|(name, _)| *name == validator);
        let validator = validator.map(|(_, validator)| validator).ok_or_else(|| {
            let names: Vec<_> = Validator::ALL.iter().map(|(name, _)| *name).collect();
            let message = format!("unknown validator; write one of {}", names.join(", "));
            PolicyError::at(&at("validator"), message)
        })?;
        let refused =
            |error: BuildError| PolicyError::at(&format!("{field}[{index}]"), error.to_string());
        let built = Rule::new(&rule.name, entity, &rule.pattern)
            .and_then(|built| built.with_validator(validator).with_cues(&rule.cues))
            .and_then(|built| built.with_tests(&rule.finds, &rule.ignores))
            .map_err(refused)?;
        compiled.push(built);
        named.push(NamedRule { name: rule.name.clone(), entity });
    }
    Ok((compiled, named))
}
