//! Which endpoint a method and a path name, and in which dialect its client speaks.

use crate::problem::Problem;

/// A client's wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// OpenAI's API: chat completions, responses, embeddings, models.
    OpenAi,
    /// Google's: `generateContent` and its kin.
    Gemini,
    /// Anthropic's messages.
    Anthropic,
}

impl Dialect {
    /// Stable name for keys and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Gemini => "gemini",
            Self::Anthropic => "anthropic",
        }
    }

    /// The dialect whose errors a client of `path` can read, known endpoint or not.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        let path = path.split('?').next().unwrap_or_default();
        if path.starts_with("/v1/messages") {
            Self::Anthropic
        } else if path.starts_with("/v1beta")
            || path.starts_with("/v1/projects/")
            || path.starts_with("/v1/publishers/")
            || (path.starts_with("/v1/models/") && path.contains(':'))
        {
            Self::Gemini
        } else {
            Self::OpenAi
        }
    }
}

/// What an endpoint does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `POST /v1/chat/completions`
    ChatCompletions,
    /// `POST /v1/responses`
    Responses,
    /// `POST /v1/embeddings`
    Embeddings,
    /// `GET /v1/models`
    Models,
    /// `GET /v1/models/{model}`
    Model,
    /// `POST /v1/messages`
    Messages,
    /// `POST …:generateContent`
    GenerateContent,
    /// `POST …:streamGenerateContent`
    StreamGenerateContent,
    /// `POST …:countTokens`
    CountTokens,
}

/// An endpoint of the gateway, resolved from method and path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The client's wire format.
    pub dialect: Dialect,
    /// What it does.
    pub operation: Operation,
    /// The model that a path names.
    pub model: Option<String>,
    /// Project and location that a Gemini path names.
    pub place: Option<(String, String)>,
    /// Whether `alt=sse` is asked for; without it Gemini streams a JSON array.
    pub alt_sse: bool,
}

impl Endpoint {
    /// Resolves a request line. `path` may carry a query.
    ///
    /// # Errors
    /// 404 for a path that the gateway doesn't serve, 405 for a method that the path doesn't take.
    pub fn resolve(method: &str, path: &str) -> Result<Self, Problem> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let endpoint = Self::of_path(path, query).ok_or_else(|| {
            Problem::new(404, "unknown_path", "unknown path; the gateway serves /v1/chat/completions, /v1/models and Vertex AI's models/{model}:generateContent")
        })?;
        let expected = endpoint.method();
        if method == expected {
            Ok(endpoint)
        } else {
            Err(Problem::new(405, "method_not_allowed", format!("this path takes {expected} only")))
        }
    }

    /// The one method that `path` takes; `None` for a path that the gateway doesn't serve.
    #[must_use]
    pub fn method_of(path: &str) -> Option<&'static str> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        Self::of_path(path, query).map(|endpoint| endpoint.method())
    }

    fn method(&self) -> &'static str {
        if self.has_body() { "POST" } else { "GET" }
    }

    /// Its path without what a client put into it, for logs.
    #[must_use]
    pub fn template(&self) -> &'static str {
        match (self.operation, &self.place) {
            (Operation::ChatCompletions, _) => "/v1/chat/completions",
            (Operation::Responses, _) => "/v1/responses",
            (Operation::Embeddings, _) => "/v1/embeddings",
            (Operation::Models, _) => "/v1/models",
            (Operation::Model, _) => "/v1/models/{model}",
            (Operation::Messages, _) => "/v1/messages",
            (Operation::GenerateContent, None) => "/models/{model}:generateContent",
            (Operation::StreamGenerateContent, None) => "/models/{model}:streamGenerateContent",
            (Operation::CountTokens, None) => "/models/{model}:countTokens",
            (Operation::GenerateContent, Some(_)) => {
                "/projects/{project}/locations/{location}/models/{model}:generateContent"
            }
            (Operation::StreamGenerateContent, Some(_)) => {
                "/projects/{project}/locations/{location}/models/{model}:streamGenerateContent"
            }
            (Operation::CountTokens, Some(_)) => {
                "/projects/{project}/locations/{location}/models/{model}:countTokens"
            }
        }
    }

    /// Whether an upstream serves it; the others are redacted and then answered with 501.
    #[must_use]
    pub fn has_upstream(&self) -> bool {
        !matches!(
            self.operation,
            Operation::Responses | Operation::Embeddings | Operation::Messages
        )
    }

    /// Whether the request carries a body that must be read before anything is sent on.
    #[must_use]
    pub fn has_body(&self) -> bool {
        !matches!(self.operation, Operation::Models | Operation::Model)
    }

    /// Whether it makes a model generate tokens, and so needs a reservation.
    #[must_use]
    pub fn generates(&self) -> bool {
        self.has_body() && self.operation != Operation::CountTokens
    }

    fn of_path(path: &str, query: &str) -> Option<Self> {
        let alt_sse = query.split('&').any(|pair| matches!(pair, "alt=sse" | "$alt=sse"));
        let openai = |operation| Self {
            dialect: Dialect::OpenAi,
            operation,
            model: None,
            place: None,
            alt_sse,
        };
        Some(match path {
            "/v1/chat/completions" => openai(Operation::ChatCompletions),
            "/v1/responses" => openai(Operation::Responses),
            "/v1/embeddings" => openai(Operation::Embeddings),
            "/v1/models" => openai(Operation::Models),
            "/v1/messages" => Self { dialect: Dialect::Anthropic, ..openai(Operation::Messages) },
            _ => match path.strip_prefix("/v1/models/").filter(|model| !model.contains(':')) {
                Some(model) => Self { model: Some(listed(model)?), ..openai(Operation::Model) },
                None => return Self::of_gemini_path(path, alt_sse),
            },
        })
    }

    /// `/{version}/[projects/{p}/locations/{l}/][publishers/google/]models/{model}:{method}`. Vertex has the
    /// project and location, its express mode leaves them out, and the Gemini API has the model alone.
    fn of_gemini_path(path: &str, alt_sse: bool) -> Option<Self> {
        let rest = ["/v1/", "/v1beta1/", "/v1beta/"]
            .iter()
            .find_map(|version| path.strip_prefix(version))?;
        let (place, rest) = match rest.strip_prefix("projects/") {
            None => (None, rest),
            Some(rest) => {
                let (project, rest) = rest.split_once("/locations/")?;
                let (location, rest) = rest.split_once('/')?;
                (Some((name(project)?, name(location)?)), rest)
            }
        };
        let rest = rest.strip_prefix("publishers/google/").unwrap_or(rest);
        let (model, method) = rest.strip_prefix("models/")?.split_once(':')?;
        let operation = match method {
            "generateContent" => Operation::GenerateContent,
            "streamGenerateContent" => Operation::StreamGenerateContent,
            "countTokens" => Operation::CountTokens,
            _ => return None,
        };
        Some(Self {
            dialect: Dialect::Gemini,
            operation,
            model: Some(name(model)?),
            place,
            alt_sse,
        })
    }
}

/// A model's name as it is listed: requests may write `google/` before it, and some clients escape the slash.
fn listed(model: &str) -> Option<String> {
    let publisher = ["google/", "google%2F", "google%2f"];
    let bare = publisher.iter().find_map(|publisher| model.strip_prefix(publisher));
    name(bare.unwrap_or(model))
}

/// A path segment that may be put into another path: no slash, no escape, no dot-dot. A dot behind an `@` is no
/// version's, but an address's.
fn name(segment: &str) -> Option<String> {
    let plain = segment.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@' | b':')
    });
    let address = segment.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    (plain && !address && !segment.is_empty() && segment != "." && segment != "..")
        .then(|| segment.to_owned())
}
