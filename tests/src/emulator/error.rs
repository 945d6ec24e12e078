//! Errors as Google's APIs write them: `google.rpc.Status` in JSON, with its details.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// One entry of `google.rpc.BadRequest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field in snake_case; absent for the request itself.
    pub field: Option<String>,
    /// What is wrong.
    pub description: String,
}

/// A refusal.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// The sentence for people.
    pub message: String,
    details: Vec<Value>,
    headers: Vec<(header::HeaderName, String)>,
}

impl ApiError {
    /// An error without details.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), details: Vec::new(), headers: Vec::new() }
    }

    /// 400 without details.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 400 in the words of Vertex's own checks, which end in a link.
    #[must_use]
    pub fn unable(because: &str) -> Self {
        Self::invalid(format!(
            "Unable to submit request because {because} Learn more: \
             https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini"
        ))
    }

    /// 400 for fields of the wrong name or type, all in one.
    #[must_use]
    pub fn violations(violations: Vec<Violation>) -> Self {
        let message =
            violations.iter().map(|one| one.description.as_str()).collect::<Vec<_>>().join("\n");
        let fields: Vec<Value> = violations
            .iter()
            .map(|one| match &one.field {
                Some(field) => json!({"field": field, "description": one.description}),
                None => json!({"description": one.description}),
            })
            .collect();
        let detail = json!({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": fields});
        Self { details: vec![detail], ..Self::invalid(message) }
    }

    /// 401, for a call of `method` (`google.cloud.…`) with a token that isn't ours, or with none.
    #[must_use]
    pub fn unauthenticated(method: &str, has_token: bool) -> Self {
        let (what, reason, challenge) = if has_token {
            (
                "Request had invalid authentication credentials.",
                "ACCESS_TOKEN_TYPE_UNSUPPORTED",
                ", error=\"invalid_token\"",
            )
        } else {
            ("Request is missing required authentication credential.", "CREDENTIALS_MISSING", "")
        };
        let message = format!(
            "{what} Expected OAuth 2 access token, login cookie or other valid authentication credential. \
             See https://developers.google.com/identity/sign-in/web/devconsole-project."
        );
        let detail = json!({
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": reason,
            "domain": "googleapis.com",
            "metadata": {"service": "aiplatform.googleapis.com", "method": method},
        });
        let challenge = format!("Bearer realm=\"https://accounts.google.com/\"{challenge}");
        Self {
            details: vec![detail],
            headers: vec![(header::WWW_AUTHENTICATE, challenge)],
            ..Self::new(StatusCode::UNAUTHORIZED, message)
        }
    }

    /// The error that a script asks for by its status, in the words that Vertex has for it.
    #[must_use]
    pub fn scripted(status: StatusCode, retry_after: Option<u64>) -> Self {
        let message = match status.as_u16() {
            400 => "Request contains an invalid argument.",
            403 => {
                "Permission 'aiplatform.endpoints.predict' denied on resource (or it may not exist)."
            }
            429 => {
                "Resource exhausted. Please try again later. Please refer to \
                 https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details."
            }
            499 => "The operation was cancelled.",
            503 => "The service is currently unavailable.",
            504 => "Deadline expired before operation could complete.",
            _ => "Internal error encountered.",
        };
        let headers = retry_after.map(|seconds| (header::RETRY_AFTER, seconds.to_string()));
        Self { headers: headers.into_iter().collect(), ..Self::new(status, message) }
    }

    /// The JSON body.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut error = json!({
            "code": self.status.as_u16(),
            "message": self.message,
            "status": chat_status(self.status),
        });
        if !self.details.is_empty() {
            error["details"] = Value::from(self.details.clone());
        }
        json!({"error": error})
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let text = format!("{:#}\n", self.body());
        let json = [(header::CONTENT_TYPE, "application/json; charset=UTF-8")];
        let mut response = (self.status, json, text).into_response();
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

fn chat_status(status: StatusCode) -> &'static str {
    chat::problem::google_status(status.as_u16())
}
