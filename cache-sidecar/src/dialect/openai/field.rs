//! Fields of a request, read with an error that names them.

use chat::problem::Problem;
use serde_json::{Map, Value};

/// An object of the request, and the path that leads to it.
pub(super) struct Object<'a> {
    fields: &'a Map<String, Value>,
    path: String,
}

impl<'a> Object<'a> {
    pub(super) fn root(fields: &'a Map<String, Value>) -> Self {
        Self { fields, path: String::new() }
    }

    /// `value` as an object; `path` is where it is.
    pub(super) fn of(value: &'a Value, path: String) -> Result<Self, Problem> {
        match value.as_object() {
            Some(fields) => Ok(Self { fields, path }),
            None => Err(invalid(&path, "must be an object")),
        }
    }

    /// The path of a field of it: `messages[0].content`.
    pub(super) fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A field's value; `null` counts as absent, as with OpenAI.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn string(&self, name: &str) -> Result<Option<&'a str>, Problem> {
        self.typed(name, Value::as_str, "must be a string")
    }

    pub(super) fn bool(&self, name: &str) -> Result<Option<bool>, Problem> {
        self.typed(name, Value::as_bool, "must be true or false")
    }

    pub(super) fn list(&self, name: &str) -> Result<Option<&'a Vec<Value>>, Problem> {
        self.typed(name, Value::as_array, "must be an array")
    }

    /// The value as it is, once it is known to be a number.
    pub(super) fn number(&self, name: &str) -> Result<Option<&'a Value>, Problem> {
        self.typed(name, |value| value.is_number().then_some(value), "must be a number")
    }

    /// The value as it is, once it is known to be an integer.
    pub(super) fn integer(&self, name: &str) -> Result<Option<&'a Value>, Problem> {
        let integer = |value: &'a Value| (value.is_i64() || value.is_u64()).then_some(value);
        self.typed(name, integer, "must be an integer")
    }

    pub(super) fn object(&self, name: &str) -> Result<Option<Object<'a>>, Problem> {
        self.get(name).map(|value| Object::of(value, self.path(name))).transpose()
    }

    /// A field that must be there.
    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, Problem> {
        value.ok_or_else(|| {
            let path = self.path(name);
            Problem::new(400, "missing_required_parameter", format!("`{path}` is required"))
                .with_param(path)
        })
    }

    /// Refuses every field that isn't in `known`, `null` or not.
    pub(super) fn refuse_others(&self, known: &[&[&str]]) -> Result<(), Problem> {
        let unknown =
            self.fields.keys().find(|name| !known.iter().any(|list| list.contains(&name.as_str())));
        match unknown {
            None => Ok(()),
            Some(name) => {
                let path = self.path(name);
                let message = format!("Unrecognized request argument supplied: {path}");
                Err(Problem::new(400, "unknown_parameter", message).with_param(path))
            }
        }
    }

    fn typed<T>(
        &self,
        name: &str,
        read: impl Fn(&'a Value) -> Option<T>,
        rule: &str,
    ) -> Result<Option<T>, Problem> {
        self.get(name).map(|value| read(value).ok_or_else(|| self.invalid(name, rule))).transpose()
    }

    /// A problem with a field of it; `rule` goes on from the field's name.
    pub(super) fn invalid(&self, name: &str, rule: &str) -> Problem {
        invalid(&self.path(name), rule)
    }

    /// A problem with a field that means something, but nothing that the upstream can do.
    pub(super) fn unsupported(&self, name: &str, instead: &str) -> Problem {
        let path = self.path(name);
        let message = format!("`{path}` isn't supported with Vertex AI; {instead}");
        Problem::new(400, "unsupported_parameter", message).with_param(path)
    }
}

fn invalid(path: &str, rule: &str) -> Problem {
    Problem::new(400, "invalid_value", format!("`{path}` {rule}")).with_param(path)
}
