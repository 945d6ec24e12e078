//! The functions that a model may call: `tools` and `toolConfig`.

use chat::problem::Problem;
use serde_json::{Map, Value, json};

use super::field::Object;

/// `tools`, `toolConfig`.
pub(super) fn read(request: &Object<'_>) -> Result<(Option<Value>, Option<Value>), Problem> {
    let list = request.list("tools")?.map(Vec::as_slice).unwrap_or_default();
    let declarations = list
        .iter()
        .enumerate()
        .map(|(index, tool)| declaration(&Object::of(tool, format!("tools[{index}]"))?))
        .collect::<Result<Vec<_>, _>>()?;
    let choice = choice(request)?;
    if declarations.is_empty() {
        return match choice.as_ref().and_then(|choice| choice.get("mode")) {
            Some(mode) if mode == "ANY" => Err(request.invalid("tool_choice", "needs `tools`")),
            _ => Ok((None, None)),
        };
    }
    let config = choice.map(|choice| json!({"functionCallingConfig": choice}));
    Ok((Some(json!([{"functionDeclarations": declarations}])), config))
}

/// The parameters go as `parametersJsonSchema`: it takes JSON Schema as it is, where `parameters` takes a subset of
/// OpenAPI's and would have us rewrite the schema. `strict` has no counterpart: Gemini's calls follow the schema.
fn declaration(tool: &Object<'_>) -> Result<Value, Problem> {
    if tool.required("type", tool.string("type")?)? != "function" {
        return Err(tool.unsupported("type", "use `function`"));
    }
    let function = tool.required("function", tool.object("function")?)?;
    function.refuse_others(&[&["name", "description", "parameters", "strict"]])?;
    let mut declaration = Map::new();
    let name = function.required("name", function.string("name")?)?;
    declaration.insert("name".to_owned(), name.into());
    if let Some(description) = function.string("description")? {
        declaration.insert("description".to_owned(), description.into());
    }
    if function.object("parameters")?.is_some()
        && let Some(schema) = function.get("parameters")
    {
        declaration.insert("parametersJsonSchema".to_owned(), schema.clone());
    }
    Ok(Value::Object(declaration))
}

fn choice(request: &Object<'_>) -> Result<Option<Value>, Problem> {
    let rule = "must be `none`, `auto`, `required` or a function";
    match request.get("tool_choice") {
        None => Ok(None),
        Some(Value::String(mode)) => match mode.as_str() {
            "none" => Ok(Some(json!({"mode": "NONE"}))),
            "auto" => Ok(Some(json!({"mode": "AUTO"}))),
            "required" => Ok(Some(json!({"mode": "ANY"}))),
            _ => Err(request.invalid("tool_choice", rule)),
        },
        Some(choice) => {
            let choice = Object::of(choice, request.path("tool_choice"))?;
            if choice.string("type")? != Some("function") {
                return Err(request.invalid("tool_choice", rule));
            }
            let function = choice.required("function", choice.object("function")?)?;
            let name = function.required("name", function.string("name")?)?;
            Ok(Some(json!({"mode": "ANY", "allowedFunctionNames": [name]})))
        }
    }
}
