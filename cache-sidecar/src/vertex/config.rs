//! Where Vertex AI is, who the gateway is to it, and how long it may take.

use std::fmt;
use std::time::Duration;

/// How the upstream is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VertexConfig {
    /// The Google Cloud project that pays.
    pub project: String,
    /// `global`, `us`, `eu`, or a region such as `europe-west4`.
    pub location: String,
    /// Scheme and authority in place of Google's own, for the emulator or a private endpoint:
    /// `http://127.0.0.1:8090`. Cleartext is spoken as HTTP/2 with prior knowledge.
    pub endpoint: Option<String>,
    /// Who the gateway is to the upstream.
    pub auth: Auth,
    /// TCP and TLS together.
    pub connect_timeout: Duration,
    /// How long a call waits for a token. Tokens are cached, so only a first call ever waits.
    pub token_timeout: Duration,
    /// From the call's start to the first chunk. Generous: a model that thinks stays silent for 20 s and more.
    pub first_chunk_timeout: Duration,
    /// Between two reads of a stream that has begun.
    pub idle_timeout: Duration,
    /// The largest event of a stream; an image arrives in one.
    pub max_event_bytes: usize,
    /// The most HTTP/2 connections, see `streams_per_connection`.
    pub max_connections: usize,
    /// Calls at once on one connection before the next is opened. Google's front ends take 100, and a client queues
    /// what is above without a word, which would look like a slow model.
    pub streams_per_connection: usize,
}

/// Who the gateway is to the upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Application Default Credentials: `GOOGLE_APPLICATION_CREDENTIALS`, gcloud's own file, the metadata server.
    ApplicationDefault,
    /// No token: for a proxy that adds its own, or a stand-in.
    Anonymous,
}

impl VertexConfig {
    /// Google's own endpoint with Application Default Credentials.
    #[must_use]
    pub fn new(project: impl Into<String>, location: impl Into<String>) -> Self {
        Self {
            project: project.into(),
            location: location.into(),
            endpoint: None,
            auth: Auth::ApplicationDefault,
            connect_timeout: Duration::from_secs(5),
            token_timeout: Duration::from_secs(10),
            first_chunk_timeout: Duration::from_secs(300),
            idle_timeout: Duration::from_secs(120),
            max_event_bytes: 32 * 1024 * 1024,
            max_connections: 8,
            streams_per_connection: 90,
        }
    }

    /// Another endpoint, and who the gateway is to it.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: impl Into<String>, auth: Auth) -> Self {
        self.endpoint = Some(endpoint.into());
        self.auth = auth;
        self
    }

    pub(super) fn is_cleartext(&self) -> bool {
        self.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"))
    }

    /// The host that is called.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let url: http::Uri = self.models_url().ok()?.parse().ok()?;
        url.host().map(str::to_owned)
    }

    /// The URL of the folder of Google's models, with a slash at its end.
    pub(super) fn models_url(&self) -> Result<String, ConfigError> {
        let name = |text: &str, extra: &[u8]| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || extra.contains(&byte))
        };
        if !name(&self.project, b"-:.") {
            return Err(ConfigError::Project);
        }
        if !name(&self.location, b"-") {
            return Err(ConfigError::Location);
        }
        let base = self.base_url()?;
        let Self { project, location, .. } = self;
        Ok(format!("{base}/v1/projects/{project}/locations/{location}/publishers/google/models/"))
    }

    fn base_url(&self) -> Result<String, ConfigError> {
        let Some(endpoint) = &self.endpoint else {
            return Ok(format!("https://{}", host(&self.location)));
        };
        let url = reqwest::Url::parse(endpoint).map_err(|_| ConfigError::Endpoint)?;
        let plain = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !plain {
            return Err(ConfigError::Endpoint);
        }
        let loopback = match url.host_str() {
            Some(host) => host == "localhost" || host.starts_with("127.") || host == "[::1]",
            None => false,
        };
        if self.auth == Auth::ApplicationDefault && url.scheme() == "http" && !loopback {
            return Err(ConfigError::ClearToken);
        }
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }
}

/// Google's host for a location: <https://cloud.google.com/vertex-ai/docs/reference/rest#rest_endpoints>, and for the
/// multi-regions `us` and `eu` their own.
fn host(location: &str) -> String {
    match location {
        "global" => "aiplatform.googleapis.com".to_owned(),
        "us" | "eu" => format!("aiplatform.{location}.rep.googleapis.com"),
        region => format!("{region}-aiplatform.googleapis.com"),
    }
}

/// Why a configuration can't be used. Only ever our own operator's fault, and final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// The project has a character that no project id has, or none.
    Project,
    /// The location has a character that no location has, or none.
    Location,
    /// The endpoint isn't a scheme and an authority.
    Endpoint,
    /// A token would travel in clear to another machine.
    ClearToken,
    /// Application Default Credentials couldn't be read; says what their reader says.
    Credentials(String),
    /// The HTTP client couldn't be made; says what it says.
    Client(String),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project => write!(formatter, "the project isn't a project id"),
            Self::Location => {
                write!(formatter, "the location isn't `global`, `us`, `eu` or a region")
            }
            Self::Endpoint => {
                write!(formatter, "the endpoint isn't like `https://host` or `http://host:port`")
            }
            Self::ClearToken => {
                write!(
                    formatter,
                    "VERTEX_ENDPOINT: write https://, since an access token may travel in clear on loopback only; \
                     or set VERTEX_AUTH=none for an endpoint that adds its own"
                )
            }
            Self::Credentials(reason) => {
                write!(formatter, "no application default credentials: {reason}")
            }
            Self::Client(reason) => write!(formatter, "no http client: {reason}"),
        }
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(config: VertexConfig, expected: Result<&str, ConfigError>) {
        let url = config.models_url();
        let base = url.as_deref().map(|url| url.split("/v1/").next().unwrap());
        assert_eq!(base.map_err(Clone::clone), expected, "{config:?}");
    }

    #[test]
    fn hosts() {
        let at = |location: &str| VertexConfig::new("p", location);
        check(at("global"), Ok("https://aiplatform.googleapis.com"));
        check(at("us"), Ok("https://aiplatform.us.rep.googleapis.com"));
        check(at("eu"), Ok("https://aiplatform.eu.rep.googleapis.com"));
        check(at("europe-west4"), Ok("https://europe-west4-aiplatform.googleapis.com"));
        check(at("evil.example/"), Err(ConfigError::Location));
        check(at(""), Err(ConfigError::Location));
        check(VertexConfig::new("p/../q", "us"), Err(ConfigError::Project));
        check(
            VertexConfig::new("example.com:p", "us"),
            Ok("https://aiplatform.us.rep.googleapis.com"),
        );
    }

    #[test]
    fn endpoints() {
        let at =
            |endpoint: &str| VertexConfig::new("p", "us").with_endpoint(endpoint, Auth::Anonymous);
        check(at("http://127.0.0.1:8090"), Ok("http://127.0.0.1:8090"));
        check(at("http://emulator:8090/"), Ok("http://emulator:8090"));
        check(at("https://psc.example"), Ok("https://psc.example"));
        check(at("https://psc.example/path"), Err(ConfigError::Endpoint));
        check(at("https://user:word@psc.example"), Err(ConfigError::Endpoint));
        check(at("127.0.0.1:8090"), Err(ConfigError::Endpoint));
        check(at("ftp://127.0.0.1"), Err(ConfigError::Endpoint));
        let with_token =
            |endpoint: &str| VertexConfig { auth: Auth::ApplicationDefault, ..at(endpoint) };
        check(with_token("http://127.0.0.1:8090"), Ok("http://127.0.0.1:8090"));
        check(with_token("http://emulator:8090"), Err(ConfigError::ClearToken));
    }

    #[test]
    fn a_whole_url() {
        let url = VertexConfig::new("demo", "us-central1").models_url().unwrap();
        assert_eq!(
            url,
            "https://us-central1-aiplatform.googleapis.com/v1/projects/demo/locations/us-central1/publishers/google/models/"
        );
    }
}
