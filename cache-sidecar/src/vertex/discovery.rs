//! Google's own description of the API, to hold what we send and what our tests receive against.

use serde_json::Value;

const DOCUMENT: &str = include_str!("../../tests/golden/vertex/discovery.json");

/// Panics where `value` isn't a `schema`: an unknown field, another type, an unknown word.
pub(crate) fn check(schema: &str, value: &Value) {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    check_object(&document["schemas"], schema, value, schema);
}

fn check_object(schemas: &Value, schema: &str, value: &Value, path: &str) {
    let fields = value.as_object().unwrap_or_else(|| panic!("{path}: not an object"));
    for (name, value) in fields {
        let path = format!("{path}.{name}");
        let rule = schemas[schema].get(name).unwrap_or_else(|| panic!("{path}: unknown"));
        check_value(schemas, rule, value, &path);
    }
}

fn check_value(schemas: &Value, rule: &Value, value: &Value, path: &str) {
    if let Some(schema) = rule["$ref"].as_str() {
        return check_object(schemas, schema, value, path);
    }
    let fits = match rule["type"].as_str().unwrap_or("any") {
        "any" => true,
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{path}: the document has a type {other}"),
    };
    assert!(fits, "{path}: not of type {}", rule["type"]);
    if let Some(words) = rule["enum"].as_array() {
        assert!(words.contains(value), "{path}: not one of {words:?}");
    }
    if let Some(items) = rule.get("items") {
        let list = value.as_array().into_iter().flatten().enumerate();
        list.for_each(|(index, item)| {
            check_value(schemas, items, item, &format!("{path}[{index}]"))
        });
    }
}
