//! Whether a response is one that Google's discovery document allows: known fields, exact types, known enum names.
//!
//! Stricter than what is taken from clients: `int64` is a string, names are lowerCamelCase, nothing is coerced.

use serde_json::Value;

use super::schema::{ApiVersion, Kind, Node, Scalar, Schema};

/// What about `value` doesn't fit the message `root`; empty where all does.
#[must_use]
pub fn faults(version: ApiVersion, root: &str, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    message(version.schema(), root, value, root, &mut faults);
    faults
}

fn message(schema: &Schema, name: &str, value: &Value, path: &str, faults: &mut Vec<String>) {
    let Some(fields) = value.as_object() else {
        faults.push(format!("{path}: not an object"));
        return;
    };
    let node = schema.message(name);
    for (key, value) in fields {
        let path = format!("{path}.{key}");
        match node.properties.get(key) {
            Some(field) => check(schema, field, value, &path, faults),
            None => faults.push(format!("{path}: unknown field")),
        }
    }
}

fn check(schema: &Schema, node: &Node, value: &Value, path: &str, faults: &mut Vec<String>) {
    let ok = match (node.kind(), value) {
        (Kind::Message(name), _) => return message(schema, name, value, path, faults),
        (Kind::List(item), Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                check(schema, item, value, &format!("{path}[{index}]"), faults);
            }
            true
        }
        (Kind::Map(item), Value::Object(entries)) => {
            for (key, value) in entries {
                check(schema, item, value, &format!("{path}.{key}"), faults);
            }
            true
        }
        (Kind::Any, _) | (Kind::Struct, Value::Object(_)) => true,
        (Kind::Enum(names), Value::String(text)) => names.contains(text),
        (Kind::Scalar(scalar), _) => fits(scalar, value),
        _ => false,
    };
    if !ok {
        faults.push(format!("{path}: wrong type or value"));
    }
}

fn fits(scalar: Scalar, value: &Value) -> bool {
    let text = value.as_str();
    match scalar {
        Scalar::String | Scalar::Bytes => text.is_some(),
        Scalar::Bool => value.is_boolean(),
        Scalar::Int32 => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        Scalar::Int64 => text.is_some_and(|text| text.parse::<i64>().is_ok()),
        Scalar::Float | Scalar::Double => value.is_number(),
        Scalar::Duration => text.and_then(|text| text.strip_suffix('s')).is_some(),
        Scalar::Timestamp => text.is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
    }
}
