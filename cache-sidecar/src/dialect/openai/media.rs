//! Pictures, sound and files within a message: `inlineData` and `fileData`.

use chat::problem::Problem;
use serde_json::{Value, json};

use super::field::Object;

/// `{"url", "detail"}` of a picture.
pub(super) fn image(image: &Object<'_>) -> Result<Value, Problem> {
    image.refuse_others(&[&["url", "detail"]])?;
    let url = image.required("url", image.string("url")?)?;
    if url.starts_with("data:") {
        return inline(image, "url", url);
    }
    if !["https://", "http://", "gs://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(image.invalid("url", "must be a data:, https:, http: or gs: URL"));
    }
    match mime_type(url) {
        Some(mime_type) => Ok(json!({"fileData": {"mimeType": mime_type, "fileUri": url}})),
        // Vertex wants the type and doesn't look for itself.
        None => Err(image.invalid(
            "url",
            "must end in an extension that tells its type, such as .png; or send a data: URL",
        )),
    }
}

/// `{"data", "format"}` of sound.
pub(super) fn audio(audio: &Object<'_>) -> Result<Value, Problem> {
    audio.refuse_others(&[&["data", "format"]])?;
    let data = audio.required("data", audio.string("data")?)?;
    let mime_type = match audio.required("format", audio.string("format")?)? {
        "wav" => "audio/wav",
        "mp3" => "audio/mpeg",
        _ => return Err(audio.invalid("format", "must be `wav` or `mp3`")),
    };
    Ok(json!({"inlineData": {"mimeType": mime_type, "data": data}}))
}

/// `{"file_data", "filename"}` of a file.
pub(super) fn file(file: &Object<'_>) -> Result<Value, Problem> {
    file.refuse_others(&[&["file_data", "filename", "file_id"]])?;
    if file.get("file_id").is_some() {
        return Err(file.unsupported("file_id", "send `file_data`"));
    }
    let data = file.required("file_data", file.string("file_data")?)?;
    if data.starts_with("data:") {
        return inline(file, "file_data", data);
    }
    match file.string("filename")?.and_then(mime_type) {
        Some(mime_type) => Ok(json!({"inlineData": {"mimeType": mime_type, "data": data}})),
        None => Err(file.invalid(
            "file_data",
            "must be a data: URL, or `filename` must have an extension that tells its type",
        )),
    }
}

/// `data:image/png;base64,…`. The base64 itself is left for the upstream to check: it may be megabytes.
fn inline(object: &Object<'_>, name: &str, url: &str) -> Result<Value, Problem> {
    let parts = url
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(','))
        .and_then(|(head, data)| Some((head.strip_suffix(";base64")?, data)));
    match parts {
        Some((head, data)) if !head.is_empty() => {
            // Parameters such as `;charset=utf-8` are no part of the type.
            let mime_type = head.split(';').next().unwrap_or(head);
            Ok(json!({"inlineData": {"mimeType": mime_type, "data": data}}))
        }
        _ => Err(object.invalid(name, "must be like data:image/png;base64,…")),
    }
}

/// By extension, of the types that Gemini reads:
/// <https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference#blob>.
fn mime_type(location: &str) -> Option<&'static str> {
    let path = location.split(['?', '#']).next()?;
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "heic" => "image/heic",
        "heif" => "image/heif",
        "pdf" => "application/pdf",
        "txt" | "md" => "text/plain",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "mov" => "video/mov",
        "webm" => "video/webm",
        _ => return None,
    })
}
