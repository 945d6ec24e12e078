//! What Vertex checks beyond field names and types, in its own words. Input is canonical: see `proto_json`.

use serde_json::Value;

use super::error::{ApiError, Violation};

/// The fields of a `Part` of which exactly one says what the part is.
const DATA: [&str; 7] = [
    "text",
    "inlineData",
    "fileData",
    "functionCall",
    "functionResponse",
    "executableCode",
    "codeExecutionResult",
];

/// Checks a `GenerateContentRequest` or a `CountTokensRequest`.
///
/// # Errors
/// 400 for the first rule that is broken.
pub fn check(request: &Value) -> Result<(), ApiError> {
    let contents = list(request, "contents");
    if contents.is_empty() && list(request, "instances").is_empty() {
        return Err(ApiError::unable("at least one contents field is required."));
    }
    for (index, content) in contents.iter().enumerate() {
        let role = content.get("role").and_then(Value::as_str);
        if !matches!(role, Some("user" | "model")) {
            return Err(ApiError::invalid("Please use a valid role: user, model."));
        }
        parts(content, &format!("contents[{index}]"))?;
    }
    if let Some(system) = request.get("systemInstruction") {
        parts(system, "system_instruction")?;
    }
    turns(contents)?;
    tools(request)?;
    ranges(request.get("generationConfig").unwrap_or(&Value::Null))
}

fn parts(content: &Value, path: &str) -> Result<(), ApiError> {
    let parts = list(content, "parts");
    if parts.is_empty() {
        let because = "it must include at least one parts field, which describes the prompt input.";
        return Err(ApiError::unable(because));
    }
    for (index, part) in parts.iter().enumerate() {
        let mut given = DATA.iter().filter(|name| part.get(**name).is_some());
        let Some(_) = given.next() else {
            return Err(ApiError::invalid(format!(
                "* GenerateContentRequest.{path}.parts[{index}].data: \
                 required oneof field 'data' must have one initialized field\n"
            )));
        };
        if let Some(second) = given.next() {
            let field = format!("{path}.parts[{index}]");
            let description = format!(
                "Invalid value at '{field}' (oneof), oneof field 'data' is already set. Cannot set '{second}'"
            );
            return Err(ApiError::violations(vec![Violation { field: Some(field), description }]));
        }
    }
    if parts.iter().all(|part| part.get("text").and_then(Value::as_str) == Some("")) {
        let because = "it has an empty text parameter. Add a value to the parameter and try again.";
        return Err(ApiError::unable(because));
    }
    Ok(())
}

/// Function calls and responses pair up, turn by turn.
fn turns(contents: &[Value]) -> Result<(), ApiError> {
    let mut calls_before = 0;
    for (index, content) in contents.iter().enumerate() {
        let calls = count(content, "functionCall");
        let responses = count(content, "functionResponse");
        if calls > 0 && index == 0 {
            return Err(ApiError::invalid(
                "Please ensure that function call turn comes immediately after a user turn or after a function \
                 response turn.",
            ));
        }
        if responses > 0 && calls_before == 0 {
            return Err(ApiError::invalid(
                "Please ensure that function response turn comes immediately after a function call turn.",
            ));
        }
        if responses != calls_before {
            return Err(ApiError::invalid(
                "Please ensure that the number of function response parts is equal to the number of function call \
                 parts of the function call turn.",
            ));
        }
        calls_before = calls;
    }
    Ok(())
}

fn tools(request: &Value) -> Result<(), ApiError> {
    for (tool_index, tool) in list(request, "tools").iter().enumerate() {
        for (index, function) in list(tool, "functionDeclarations").iter().enumerate() {
            let name = function.get("name").and_then(Value::as_str).unwrap_or_default();
            let first =
                name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
            let rest =
                name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte));
            if !first || !rest || name.len() > 64 {
                return Err(ApiError::invalid(format!(
                    "* GenerateContentRequest.tools[{tool_index}].function_declarations[{index}].name: Invalid \
                     function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), \
                     underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.\n"
                )));
            }
        }
    }
    Ok(())
}

fn ranges(config: &Value) -> Result<(), ApiError> {
    // Inclusive, exclusive. The odd upper ends let the documented maximum itself pass.
    const RANGES: [(&str, f64, f64); 6] = [
        ("maxOutputTokens", 1.0, 65537.0),
        ("candidateCount", 1.0, 9.0),
        ("temperature", 0.0, 2.0001),
        ("topP", 0.0, 1.0001),
        ("presencePenalty", -2.0, 2.0001),
        ("frequencyPenalty", -2.0, 2.0001),
    ];
    for (name, from, to) in RANGES {
        let Some(value) = config.get(name).and_then(Value::as_f64) else { continue };
        if !(from..to).contains(&value) {
            return Err(ApiError::unable(&format!(
                "it has a {name} value of {value} but the supported range is from {from} (inclusive) to {to} \
                 (exclusive). Update the value and try again."
            )));
        }
    }
    Ok(())
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn count(content: &Value, name: &str) -> usize {
    list(content, "parts").iter().filter(|part| part.get(name).is_some()).count()
}
