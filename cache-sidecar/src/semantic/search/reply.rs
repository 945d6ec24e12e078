//! Replies of `FT.SEARCH` and `FT.INFO`. Each server and each protocol nests them in its own way, so they are read by what
//! stands in them and not by where it stands.

use redis::Value;

/// The keys under `prefix` that a reply names, each once.
#[must_use]
pub fn keys(reply: &Value, prefix: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for leaf in leaves(reply) {
        if leaf.starts_with(prefix) && !keys.contains(&leaf) {
            keys.push(leaf);
        }
    }
    keys
}

/// Whether an index that is there may be the one that is wanted: over keys under `prefix`, of `dimensions`, by cosine. What the
/// server doesn't tell of it is taken to fit.
#[must_use]
pub fn fits(info: &Value, prefix: &str, dimensions: usize) -> bool {
    let leaves = leaves(info);
    let told = |names: &[&str], wanted: &str| {
        let named = leaves.windows(2).filter_map(|pair| match pair {
            [name, told] if names.contains(&name.as_str()) => Some(told),
            _ => None,
        });
        named.into_iter().all(|told| told.eq_ignore_ascii_case(wanted))
    };
    told(&["dim", "dimensions"], &dimensions.to_string())
        && told(&["distance_metric"], "COSINE")
        && told(&["prefixes"], prefix)
}

fn leaves(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    gather(value, &mut all);
    all
}

fn gather(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::BulkString(bytes) => all.extend(std::str::from_utf8(bytes).map(str::to_owned)),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => all.push(text.clone()),
        Value::Int(number) => all.push(number.to_string()),
        Value::Array(values) | Value::Set(values) => {
            values.iter().for_each(|value| gather(value, all));
        }
        Value::Map(pairs) => pairs.iter().for_each(|(name, value)| {
            gather(name, all);
            gather(value, all);
        }),
        Value::Attribute { data, .. } => gather(data, all),
        _ => {}
    }
}
