//! `GET /v1/models` in OpenAI's list shape.

use serde_json::{Value, json};

/// The list. Google doesn't say when a model was made; clients want a number, so it is 0.
#[must_use]
pub fn list(models: &[String]) -> Value {
    let models: Vec<Value> = models
        .iter()
        .map(|model| json!({"id": model, "object": "model", "created": 0, "owned_by": "google"}))
        .collect();
    json!({"object": "list", "data": models})
}
