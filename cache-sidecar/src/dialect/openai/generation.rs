//! How to generate: `generationConfig`.

use chat::problem::Problem;
use serde_json::{Map, Value, json};

use super::field::Object;

pub(super) fn read(request: &Object<'_>, model: &str) -> Result<Option<Value>, Problem> {
    let mut config = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            config.insert(name.to_owned(), value);
        }
    };
    set("temperature", request.number("temperature")?.cloned());
    set("topP", request.number("top_p")?.cloned());
    set("candidateCount", request.integer("n")?.cloned());
    set("stopSequences", stop(request)?);
    set("maxOutputTokens", output_cap(request)?);
    set("seed", request.integer("seed")?.cloned());
    set("presencePenalty", request.number("presence_penalty")?.cloned());
    set("frequencyPenalty", request.number("frequency_penalty")?.cloned());
    let logprobs = request.bool("logprobs")?.unwrap_or(false);
    set("responseLogprobs", logprobs.then_some(Value::Bool(true)));
    let alternatives = request.integer("top_logprobs")?;
    if alternatives.is_some() && !logprobs {
        return Err(request.invalid("top_logprobs", "needs `logprobs` to be true"));
    }
    set("logprobs", alternatives.cloned());
    let (mime_type, schema) = format(request)?;
    set("responseMimeType", mime_type);
    set("responseJsonSchema", schema);
    set("thinkingConfig", thinking(request, model)?);
    Ok((!config.is_empty()).then_some(Value::Object(config)))
}

fn stop(request: &Object<'_>) -> Result<Option<Value>, Problem> {
    match request.get("stop") {
        None => Ok(None),
        Some(Value::String(one)) => Ok(Some(json!([one]))),
        Some(Value::Array(list)) if list.iter().all(Value::is_string) => {
            Ok((!list.is_empty()).then(|| json!(list)))
        }
        Some(_) => Err(request.invalid("stop", "must be a string or an array of strings")),
    }
}

/// `max_tokens` is the older name. Where both are given the newer one holds; what is reserved for the call is the
/// larger of the two, so neither order of them gets an answer beyond its reservation.
fn output_cap(request: &Object<'_>) -> Result<Option<Value>, Problem> {
    let old = request.integer("max_tokens")?;
    let new = request.integer("max_completion_tokens")?;
    Ok(new.or(old).cloned())
}

/// The MIME type and the schema of the answer.
fn format(request: &Object<'_>) -> Result<(Option<Value>, Option<Value>), Problem> {
    let Some(format) = request.object("response_format")? else { return Ok((None, None)) };
    let json_type = Some(Value::from("application/json"));
    match format.required("type", format.string("type")?)? {
        "text" => Ok((None, None)),
        "json_object" => Ok((json_type, None)),
        "json_schema" => {
            let named = format.required("json_schema", format.object("json_schema")?)?;
            let schema = named.object("schema")?.and_then(|_| named.get("schema"));
            Ok((json_type, schema.cloned()))
        }
        _ => Err(format.invalid("type", "must be `text`, `json_object` or `json_schema`")),
    }
}

/// Gemini 2.5 takes a budget in tokens, later ones a level. The budgets are those that Google's own
/// OpenAI-compatible endpoint gives: <https://ai.google.dev/gemini-api/docs/openai#thinking>. A model that can't
/// stop thinking refuses a budget of 0 itself; a level has no zero, so `none` becomes the lowest.
fn thinking(request: &Object<'_>, model: &str) -> Result<Option<Value>, Problem> {
    let Some(effort) = request.string("reasoning_effort")? else { return Ok(None) };
    let (budget, level) = match effort {
        "none" => (0, "MINIMAL"),
        "minimal" => (1024, "MINIMAL"),
        "low" => (1024, "LOW"),
        "medium" => (8192, "MEDIUM"),
        "high" | "xhigh" | "max" => (24576, "HIGH"),
        _ => {
            let rule = "must be `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`";
            return Err(request.invalid("reasoning_effort", rule));
        }
    };
    let by_budget = model.starts_with("gemini-2");
    Ok(Some(if by_budget {
        json!({"thinkingBudget": budget})
    } else {
        json!({"thinkingLevel": level})
    }))
}
