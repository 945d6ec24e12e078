//! `GET /v1/models` and `GET /v1/models/{model}`, in OpenAI's shapes.

use chat::problem::Problem;
use serde_json::{Value, json};

/// The list.
#[must_use]
pub fn list(models: &[String]) -> Value {
    let models: Vec<Value> = models.iter().map(|model| described(model)).collect();
    json!({"object": "list", "data": models})
}

/// One of them.
///
/// # Errors
/// 404 for a model that isn't listed; such a model may be served all the same.
pub fn one(models: &[String], model: Option<&str>) -> Result<Value, Problem> {
    let listed = models.iter().find(|listed| Some(listed.as_str()) == model);
    listed.map(|model| described(model)).ok_or_else(|| {
        let message = "this model is not listed; GET /v1/models shows which are";
        Problem::new(404, "model_not_found", message).with_param("model")
    })
}

/// Google doesn't say when a model was made; clients want a number, so it is 0.
fn described(model: &str) -> Value {
    json!({"id": model, "object": "model", "created": 0, "owned_by": "google"})
}
