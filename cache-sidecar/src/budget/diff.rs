//! What a change of the budgets changes, as names and figures: for the audit, and to be looked at before it is made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::document::Document;

/// One field that is other than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The budget's name; absent for what holds for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<String>,
    /// The field's name; absent where the whole budget is new or gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// As it was; `null` where it wasn't written.
    pub from: Value,
    /// As it is; `null` where it isn't written any more.
    pub to: Value,
}

/// All that makes `new` another document than `old`, in the order of fields, then of the budgets' names.
#[must_use]
pub fn diff(old: &Document, new: &Document) -> Vec<Change> {
    let (mut old_fields, mut new_fields) = (fields(old), fields(new));
    let (old_budgets, new_budgets) = (budgets(&mut old_fields), budgets(&mut new_fields));
    let mut changes: Vec<Change> = changed(&old_fields, &new_fields, None).collect();
    let mut names: Vec<&String> = old_budgets.keys().chain(new_budgets.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        match (old_budgets.get(name), new_budgets.get(name)) {
            (Some(Value::Object(old)), Some(Value::Object(new))) => {
                changes.extend(changed(old, new, Some(name)));
            }
            (old, new) => changes.push(Change {
                budget: Some(name.clone()),
                field: None,
                from: old.cloned().unwrap_or_default(),
                to: new.cloned().unwrap_or_default(),
            }),
        }
    }
    changes
}

fn fields(document: &Document) -> Map<String, Value> {
    match serde_json::to_value(document) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

fn budgets(fields: &mut Map<String, Value>) -> BTreeMap<String, Value> {
    let Some(Value::Array(budgets)) = fields.remove("budgets") else { return BTreeMap::new() };
    let name = |budget: &Value| budget.get("name").and_then(Value::as_str).map(str::to_owned);
    budgets.into_iter().filter_map(|budget| Some((name(&budget)?, budget))).collect()
}

fn changed<'a>(
    old: &'a Map<String, Value>,
    new: &'a Map<String, Value>,
    budget: Option<&'a String>,
) -> impl Iterator<Item = Change> + 'a {
    let added = new.keys().filter(|name| !old.contains_key(*name));
    old.keys().chain(added).filter_map(move |name| {
        let (from, to) = (old.get(name), new.get(name));
        let value = |value: Option<&Value>| value.cloned().unwrap_or_default();
        (from != to).then(|| Change {
            budget: budget.cloned(),
            field: Some(name.clone()),
            from: value(from),
            to: value(to),
        })
    })
}
