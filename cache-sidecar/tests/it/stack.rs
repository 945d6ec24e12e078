//! A sidecar on free ports, in this process, and a client that speaks as Envoy does.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use cache_sidecar::listen::DataListener;
use cache_sidecar::server::RunError;
use cache_sidecar::{Config, Listeners, run};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fake::Fake;

/// Far more than anything here takes; only a test that fails gets there.
const DEADLINE: Duration = Duration::from_secs(20);

/// Fails instead of hanging.
pub async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, future)
        .await
        .unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// A sidecar that serves.
pub struct Stack {
    /// The data plane's origin.
    pub data: String,
    /// The admin listener's origin.
    pub admin: String,
    /// Its upstream.
    pub fake: Arc<Fake>,
    /// Sends requests.
    pub client: Client,
    shutdown: Option<oneshot::Sender<()>>,
    running: JoinHandle<Result<(), RunError>>,
}

/// A response, read to its end.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    headers: reqwest::header::HeaderMap,
    /// The body.
    pub text: String,
}

impl Stack {
    /// With the defaults.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With `variables` on top of the defaults.
    pub async fn with(variables: &[(&str, &str)]) -> Self {
        Self::beside(Arc::new(Fake::start().await), variables).await
    }

    /// One more sidecar with this upstream.
    pub async fn beside(fake: Arc<Fake>, variables: &[(&str, &str)]) -> Self {
        let config = config(&fake, variables);
        let data = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
        let (data_origin, admin_origin) = (origin(&data), origin(&admin));
        let (shutdown, signal) = oneshot::channel();
        let listeners = Listeners { data: DataListener::Tcp(data), admin };
        let running = tokio::spawn(run(config, listeners, async move {
            let _ = signal.await;
        }));
        let shutdown = Some(shutdown);
        Self { data: data_origin, admin: admin_origin, fake, client: client(), shutdown, running }
    }

    /// A request of tenant acme.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.data));
        request.header("x-sluice-tenant", "acme").header("x-sluice-user", "alice")
    }

    /// A JSON body to `path`.
    pub fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path)
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// A chat completion with `prompt`.
    pub fn chat(&self, prompt: &str) -> RequestBuilder {
        self.post("/v1/chat/completions", &chat(prompt, false))
    }

    /// The same, streamed.
    pub fn chat_stream(&self, prompt: &str) -> RequestBuilder {
        self.post("/v1/chat/completions", &chat(prompt, true))
    }

    /// Sends `request`, which needs an upstream call, and answers that with `chunks`.
    pub async fn miss(&self, request: RequestBuilder, chunks: &[Value]) -> Reply {
        let answer = async { self.fake.call().await.answer(chunks) };
        tokio::join!(reply(request), answer).0
    }

    /// The admin page at `path`.
    pub async fn admin(&self, path: &str) -> Reply {
        reply(self.client.get(format!("{}{path}", self.admin))).await
    }

    /// The value of the metric that starts with `name` and its labels; 0 where there is none.
    pub async fn metric(&self, name: &str) -> u64 {
        let text = self.admin("/metrics").await.text;
        let value = text.lines().find_map(|line| line.strip_prefix(name));
        value.map_or(0, |value| value.trim().parse().unwrap())
    }

    /// Comes when the metric has `value`.
    pub async fn metric_reaches(&self, name: &str, value: u64) {
        in_time(name, async { while self.metric(name).await != value {} }).await;
    }

    /// Asks the server to stop.
    pub fn signal(&mut self) {
        self.shutdown.take().unwrap().send(()).unwrap();
    }

    /// Waits until it has.
    pub async fn stopped(self) {
        in_time("the server to stop", self.running).await.unwrap().unwrap();
    }
}

/// A chat completion's body.
pub fn chat(prompt: &str, streams: bool) -> Value {
    json!({"model": "gemini-3.5-flash", "stream": streams, "messages": [{"role": "user", "content": prompt}]})
}

/// A client with connections of its own.
pub fn client() -> Client {
    cache_sidecar::tls::use_ring();
    Client::builder().no_proxy().build().unwrap()
}

/// The defaults with `fake` as the upstream, and `variables` on top.
pub fn config(fake: &Fake, variables: &[(&str, &str)]) -> Config {
    Config::read(|name| {
        let own =
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        own.or_else(|| match name {
            "VERTEX_ENDPOINT" => Some(fake.endpoint.clone()),
            "VERTEX_AUTH" => Some("none".to_owned()),
            // Stacks run side by side; those of the journal's tests have folders of their own.
            "JOURNAL" => Some("memory".to_owned()),
            _ => None,
        })
    })
    .unwrap()
}

/// Sends and reads to the end.
pub async fn reply(request: RequestBuilder) -> Reply {
    read(head(request).await).await
}

/// Sends and waits for the response's head.
pub async fn head(request: RequestBuilder) -> Response {
    in_time("a response", request.send()).await.unwrap()
}

/// Reads a response to its end.
pub async fn read(response: Response) -> Reply {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = in_time("a body", response.text()).await.unwrap();
    Reply { status, headers, text }
}

impl Reply {
    /// One that was read in pieces.
    pub fn of(status: u16, headers: reqwest::header::HeaderMap, text: String) -> Self {
        Self { status, headers, text }
    }

    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The `cache-status`, without what an entry has left.
    pub fn cache(&self) -> &str {
        self.header("cache-status").split("; ttl=").next().unwrap()
    }

    /// What an entry has left, in seconds.
    pub fn ttl(&self) -> i64 {
        self.header("cache-status").split_once("; ttl=").unwrap().1.parse().unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// Whether it is a stream of events.
    pub fn is_stream(&self) -> bool {
        self.header("content-type") == "text/event-stream"
    }

    /// The text of an OpenAI answer, whole or streamed.
    pub fn content(&self) -> String {
        let text = |value: &Value| value["content"].as_str().unwrap_or_default().to_owned();
        if self.is_stream() {
            self.events().iter().map(|event| text(&event["choices"][0]["delta"])).collect()
        } else {
            text(&self.json()["choices"][0]["message"])
        }
    }

    /// The data of all events that are JSON.
    pub fn events(&self) -> Vec<Value> {
        let data = self.text.lines().filter_map(|line| line.strip_prefix("data: "));
        data.filter_map(|data| serde_json::from_str(data).ok()).collect()
    }

    /// The contract's usage: of the frame in a stream, or of the header.
    pub fn usage(&self) -> Value {
        let frame = self.text.split("event: sluice.usage\ndata: ").nth(1);
        let frame = frame.and_then(|rest| rest.lines().next());
        serde_json::from_str(frame.unwrap_or(self.header("x-sluice-usage"))).unwrap_or_default()
    }

    /// Whose call it was.
    pub fn source(&self) -> String {
        self.usage()["source"].as_str().unwrap_or_default().to_owned()
    }
}
