//! An error as its client expects it: one [`Problem`], written in the dialect that the client speaks.

use serde_json::{Value, json};

use crate::endpoint::Dialect;

/// What went wrong, whose fault it is (by its status) and what to do about it (in its message).
///
/// A message never holds text from a prompt or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Stable machine-readable kind, for clients and metrics: `invalid_json`, `budget_exhausted`, …
    pub code: &'static str,
    /// A sentence for a person: what happened and what to do.
    pub message: String,
    /// The field at fault, where there is one.
    pub param: Option<String>,
}

impl Problem {
    /// A problem without a field.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), param: None }
    }

    /// Names the field at fault.
    #[must_use]
    pub fn with_param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// The JSON body in `dialect`'s own error shape.
    #[must_use]
    pub fn body(&self, dialect: Dialect) -> Vec<u8> {
        self.json(dialect).to_string().into_bytes()
    }

    /// One SSE event that ends a stream with this problem, in `dialect`'s own shape.
    #[must_use]
    pub fn event(&self, dialect: Dialect) -> Vec<u8> {
        let json = self.json(dialect);
        match dialect {
            Dialect::Anthropic => format!("event: error\ndata: {json}\n\n"),
            Dialect::OpenAi | Dialect::Gemini => format!("data: {json}\n\n"),
        }
        .into_bytes()
    }

    fn json(&self, dialect: Dialect) -> Value {
        match dialect {
            // OpenAI's `error` object: https://platform.openai.com/docs/guides/error-codes
            Dialect::OpenAi => json!({"error": {
                "message": self.message,
                "type": openai_type(self.status),
                "param": self.param,
                "code": self.code,
            }}),
            // Google's `google.rpc.Status`, with the HTTP status as its code: https://google.aip.dev/193
            Dialect::Gemini => json!({"error": {
                "code": self.status,
                "message": self.message,
                "status": google_status(self.status),
            }}),
            Dialect::Anthropic => json!({"type": "error", "error": {
                "type": anthropic_type(self.status),
                "message": self.message,
            }}),
        }
    }
}

fn openai_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    }
}

/// The canonical code of `google.rpc.Code` that Google's HTTP mapping gives `status`.
#[must_use]
pub fn google_status(status: u16) -> &'static str {
    match status {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        499 => "CANCELLED",
        501 => "UNIMPLEMENTED",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        500.. => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    }
}

fn anthropic_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 | 529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}
