//! Proto-JSON as Google's front end reads it: which field names and values a message takes, and the words with
//! which anything else is refused.
//!
//! Lenient where the real one is: snake_case beside lowerCamelCase, numbers in strings, one element in place of a
//! list of one, `null` for an absent field. What comes out is canonical: lowerCamelCase, lists as lists.
//! Absent on purpose: its single quotes, bare keys and trailing commas, which no client library writes.

use base64::Engine as _;
use serde_json::{Map, Value};

use super::error::{ApiError, Violation};
use super::schema::{ApiVersion, Kind, Node, Scalar};

/// Reads `body` as the message `root`.
///
/// # Errors
/// 400 with Google's words: for text that isn't JSON, else for every field at fault at once.
pub fn read(version: ApiVersion, root: &str, body: &[u8]) -> Result<Value, ApiError> {
    let value = if body.iter().all(u8::is_ascii_whitespace) {
        Value::Object(Map::new())
    } else {
        super::parse_error::parse(body)?
    };
    check(version, root, &value).map_err(ApiError::violations)
}

/// Reads a parsed JSON value as the message `root`.
///
/// # Errors
/// Every field at fault.
pub fn check(version: ApiVersion, root: &str, value: &Value) -> Result<Value, Vec<Violation>> {
    let Value::Object(fields) = value else {
        let text =
            "Invalid JSON payload received. Unknown name \"\": Root element must be a message.";
        return Err(vec![Violation { field: None, description: text.to_owned() }]);
    };
    let mut reader = Reader { version, violations: Vec::new() };
    let message = reader.message(root, fields, "");
    if reader.violations.is_empty() { Ok(message) } else { Err(reader.violations) }
}

struct Reader {
    version: ApiVersion,
    violations: Vec<Violation>,
}

/// Where a value stands: what an error about it names.
struct Place<'a> {
    /// Path of the message that holds the field.
    parent: &'a str,
    /// The message's name.
    message: &'a str,
    /// The field's name as the client wrote it.
    name: &'a str,
    /// Path of the value itself.
    path: String,
}

impl Reader {
    fn message(&mut self, name: &str, fields: &Map<String, Value>, path: &str) -> Value {
        let node = self.version.schema().message(name);
        let mut out = Map::new();
        for (key, value) in fields {
            let camel = lower_camel(key);
            let Some(field) = node.properties.get(&camel) else {
                self.unknown(key, path, "Cannot find field.");
                continue;
            };
            let place =
                Place { parent: path, message: name, name: key, path: join(path, &snake(&camel)) };
            if let Some(value) = self.field(field, value, &place) {
                out.insert(camel, value);
            }
        }
        Value::Object(out)
    }

    fn field(&mut self, node: &Node, value: &Value, place: &Place<'_>) -> Option<Value> {
        if value.is_null() && !matches!(node.kind(), Kind::Any) {
            return None;
        }
        if let Kind::List(item) = node.kind() {
            let single = std::slice::from_ref(value);
            let values = value.as_array().map_or(single, Vec::as_slice);
            let mut out = Vec::new();
            for (index, value) in values.iter().enumerate() {
                let place = Place { path: format!("{}[{index}]", place.path), ..*place };
                out.extend(self.single(item, value, &place));
            }
            return Some(Value::Array(out));
        }
        self.single(node, value, place)
    }

    fn single(&mut self, node: &Node, value: &Value, place: &Place<'_>) -> Option<Value> {
        let kind = node.kind();
        if value.is_array() && !matches!(kind, Kind::Any) {
            self.unknown(
                place.name,
                place.parent,
                "Proto field is not repeating, cannot start list.",
            );
            return None;
        }
        match (kind, value) {
            (Kind::Any, _) | (Kind::Struct, Value::Object(_)) => Some(value.clone()),
            (Kind::Message(name), Value::Object(fields)) => {
                Some(self.message(name, fields, &place.path))
            }
            (Kind::Message(name), _) => {
                let of = format!(
                    "type.googleapis.com/google.cloud.aiplatform.{}.{name}",
                    self.version.as_str()
                );
                self.invalid(&place.path, &of, &literal(value))
            }
            (Kind::Struct, _) => self.invalid(
                &place.path,
                "type.googleapis.com/google.protobuf.Struct",
                &literal(value),
            ),
            (Kind::Map(node), Value::Object(entries)) => {
                let mut out = Map::new();
                for (index, (key, value)) in entries.iter().enumerate() {
                    let path = format!("{}[{index}].value", place.path);
                    let place =
                        Place { parent: &place.path, message: place.message, name: key, path };
                    if let Some(value) = self.field(node, value, &place) {
                        out.insert(key.clone(), value);
                    }
                }
                Some(Value::Object(out))
            }
            (Kind::Map(_), _) => self.invalid(&place.path, "TYPE_MESSAGE", &literal(value)),
            (Kind::Enum(_) | Kind::Scalar(_), Value::Object(_)) => {
                let at = if place.parent.is_empty() { &place.path } else { place.parent };
                self.invalid(
                    at,
                    &snake(&lower_camel(place.name)),
                    "Starting an object on a scalar field",
                )
            }
            // A number is the enum's number, which the discovery document doesn't tell.
            (Kind::Enum(_), Value::Number(number)) if number.is_u64() => Some(value.clone()),
            (Kind::Enum(names), _) => {
                // In any case, as Google's own examples write a schema's types.
                let known = value
                    .as_str()
                    .and_then(|text| names.iter().find(|name| name.eq_ignore_ascii_case(text)));
                if let Some(name) = known {
                    return Some(Value::from(name.as_str()));
                }
                let of = enum_name(self.version, place.message, place.name);
                self.invalid(&place.path, &of, &literal(value))
            }
            (Kind::Scalar(scalar), _) => self.scalar(scalar, value, place),
            (Kind::List(_), _) => None,
        }
    }

    fn scalar(&mut self, scalar: Scalar, value: &Value, place: &Place<'_>) -> Option<Value> {
        let text = value.as_str();
        let read = match scalar {
            Scalar::String => text.map(Value::from),
            Scalar::Bool => value.as_bool().or_else(|| text?.parse().ok()).map(Value::from),
            Scalar::Int32 => {
                integer(value).and_then(|number| i32::try_from(number).ok()).map(Value::from)
            }
            Scalar::Int64 => integer(value).map(|number| Value::from(number.to_string())),
            Scalar::Float | Scalar::Double => {
                value.as_f64().or_else(|| text?.parse().ok()).map(Value::from)
            }
            Scalar::Timestamp => {
                text.filter(|text| text.parse::<jiff::Timestamp>().is_ok()).map(Value::from)
            }
            Scalar::Bytes => match text {
                Some(text) if is_base64(text) => Some(Value::from(text)),
                Some(_) => {
                    let why = format!("Base64 decoding failed for {}", literal(value));
                    return self.invalid(&place.path, scalar.type_name(), &why);
                }
                None => None,
            },
            Scalar::Duration => {
                let number = text.and_then(|text| text.strip_suffix('s'));
                if text.is_some() && number.is_none() {
                    let field = snake(&lower_camel(place.name));
                    let why = format!(
                        "Field '{field}', Illegal duration format; duration must end with 's'"
                    );
                    return self.invalid(&place.path, scalar.type_name(), &why);
                }
                number.filter(|number| number.parse::<f64>().is_ok()).and(text).map(Value::from)
            }
        };
        read.or_else(|| self.invalid(&place.path, scalar.type_name(), &literal(value)))
    }

    fn unknown(&mut self, name: &str, parent: &str, why: &str) {
        let at = if parent.is_empty() { String::new() } else { format!(" at '{parent}'") };
        self.violations.push(Violation {
            field: (!parent.is_empty()).then(|| parent.to_owned()),
            description: format!(
                "Invalid JSON payload received. Unknown name \"{name}\"{at}: {why}"
            ),
        });
    }

    fn invalid(&mut self, path: &str, of: &str, what: &str) -> Option<Value> {
        let description = format!("Invalid value at '{path}' ({of}), {what}");
        self.violations.push(Violation { field: Some(path.to_owned()), description });
        None
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            // An integral float, as 5.0 or 1e3, is an integer in proto-JSON.
            (float.fract() == 0.0).then(|| format!("{float:.0}").parse().ok())?
        }),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn is_base64(text: &str) -> bool {
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [base64::alphabet::STANDARD, base64::alphabet::URL_SAFE]
        .iter()
        .any(|alphabet| GeneralPurpose::new(alphabet, lenient).decode(text).is_ok())
}

fn literal(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| format!("\"{text}\""))
}

/// The proto name of the enum behind a field; discovery documents don't have it, so it follows Google's naming:
/// an enum inside its message, called as the field, but for these.
fn enum_name(version: ApiVersion, message: &str, field: &str) -> String {
    let camel = lower_camel(field);
    let name = match (message, camel.as_str()) {
        ("Schema", "type") => "Type".to_owned(),
        (_, "category") => "HarmCategory".to_owned(),
        (_, "modality" | "responseModalities") if message != "GenerationConfig" => {
            "Modality".to_owned()
        }
        ("GenerationConfig", "responseModalities") => "GenerationConfig.Modality".to_owned(),
        ("SafetySetting", "threshold") => "SafetySetting.HarmBlockThreshold".to_owned(),
        ("SafetySetting", "method") => "SafetySetting.HarmBlockMethod".to_owned(),
        ("GenerationConfigThinkingConfig", "thinkingLevel") => {
            "GenerationConfig.ThinkingConfig.ThinkingLevel".to_owned()
        }
        _ => {
            let mut chars = camel.chars();
            let first = chars.next().map(|first| first.to_ascii_uppercase());
            format!("{message}.{}", first.into_iter().chain(chars).collect::<String>())
        }
    };
    format!("type.googleapis.com/google.cloud.aiplatform.{}.{name}", version.as_str())
}

fn join(parent: &str, field: &str) -> String {
    if parent.is_empty() { field.to_owned() } else { format!("{parent}.{field}") }
}

fn lower_camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for char in name.chars() {
        if char == '_' {
            upper = true;
        } else if std::mem::take(&mut upper) {
            out.push(char.to_ascii_uppercase());
        } else {
            out.push(char);
        }
    }
    out
}

fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for char in name.chars() {
        if char.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(char.to_ascii_lowercase());
    }
    out
}
