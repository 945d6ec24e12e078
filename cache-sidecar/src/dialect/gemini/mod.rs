//! Gemini's own dialect: what the upstream speaks, so nearly everything goes through as it is.

mod merge;
mod writer;

pub(super) use merge::whole;
pub(super) use writer::Writer;

use chat::endpoint::{Endpoint, Operation};
use chat::problem::Problem;
use serde_json::{Map, Value};

use super::call::{Call, Delivery, is_model_name, unknown_model};

pub(super) fn read(endpoint: &Endpoint, request: Map<String, Value>) -> Result<Call, Problem> {
    let model = endpoint.model.clone().filter(|model| is_model_name(model));
    let model = model.ok_or_else(unknown_model)?;
    let delivery = match endpoint.operation {
        Operation::StreamGenerateContent if endpoint.alt_sse => {
            Delivery::Stream { include_usage: true }
        }
        Operation::StreamGenerateContent => Delivery::JsonArray,
        _ => Delivery::Whole,
    };
    Ok(Call {
        named: model.clone(),
        model,
        room: None,
        request: Value::Object(request),
        beside: Map::new(),
        delivery,
    })
}
