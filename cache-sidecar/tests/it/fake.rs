//! A Vertex AI that does nothing by itself: each call that arrives is handed to the test, which answers it piece by
//! piece. So a test holds a stream open for as long as it needs, without a clock.

use std::io;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::stack::in_time;

/// The fake, listening.
pub struct Fake {
    /// Scheme and authority.
    pub endpoint: String,
    calls: Mutex<mpsc::UnboundedReceiver<Call>>,
}

/// A call that waits for its answer.
pub struct Call {
    /// Path and query.
    pub path: String,
    /// The request.
    pub body: Value,
    respond: oneshot::Sender<Response>,
}

/// An answer under way.
pub struct Events(mpsc::UnboundedSender<Result<Bytes, io::Error>>);

impl Fake {
    /// Listens on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (sender, receiver) = mpsc::unbounded_channel();
        let router = Router::new().fallback(receive).with_state(sender);
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { endpoint, calls: Mutex::new(receiver) }
    }

    /// The next call.
    pub async fn call(&self) -> Call {
        in_time("an upstream call", self.next()).await
    }

    /// The same, for those who don't know whether there will be one.
    pub async fn next(&self) -> Call {
        self.calls.lock().await.recv().await.unwrap()
    }

    /// How many calls came that the test didn't take.
    pub async fn waiting(&self) -> usize {
        self.calls.lock().await.len()
    }
}

async fn receive(State(calls): State<mpsc::UnboundedSender<Call>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let body = serde_json::from_slice(&body).unwrap();
    if parts.uri.path().ends_with(":predict") {
        return vectors(&body).await;
    }
    let (respond, response) = oneshot::channel();
    calls.send(Call { path: parts.uri.path().to_owned(), body, respond }).ok();
    response.await.unwrap_or_else(|_| StatusCode::NOT_IMPLEMENTED.into_response())
}

/// Vectors of words: texts with the same ones have the same, in whatever order. One that says `tarry` gets none.
async fn vectors(request: &Value) -> Response {
    let texts = request["instances"].as_array().unwrap();
    let texts: Vec<&str> = texts.iter().map(|one| one["content"].as_str().unwrap()).collect();
    if texts.iter().any(|text| text.contains("tarry")) {
        return std::future::pending().await;
    }
    let predictions = texts.iter().map(|text| {
        let mut values = [0.0_f64; 256];
        for word in text.to_lowercase().split(|letter: char| !letter.is_alphanumeric()) {
            let hash =
                word.bytes().fold(5381_usize, |hash, byte| hash * 33 % 65_521 + usize::from(byte));
            values[hash % 256] += 1.0;
        }
        json!({"embeddings": {"values": values.to_vec(), "statistics": {"truncated": false}}})
    });
    let body = json!({"predictions": predictions.collect::<Vec<_>>()});
    ([("content-type", "application/json")], body.to_string()).into_response()
}

impl Call {
    /// Starts a stream of events.
    pub fn begin(self) -> Events {
        let (sender, receiver) = mpsc::unbounded_channel();
        let stream = futures_util::stream::unfold(receiver, async |mut receiver| {
            receiver.recv().await.map(|event| (event, receiver))
        });
        let headers = [("content-type", "text/event-stream")];
        self.respond.send((headers, Body::from_stream(stream)).into_response()).ok();
        Events(sender)
    }

    /// Answers with all of `chunks`.
    pub fn answer(self, chunks: &[Value]) {
        let events = self.begin();
        chunks.iter().for_each(|chunk| events.send(chunk));
    }

    /// Answers without a stream.
    pub fn json(self, status: u16, body: &Value) {
        let status = StatusCode::from_u16(status).unwrap();
        let headers = [("content-type", "application/json"), ("retry-after", "7")];
        self.respond.send((status, headers, body.to_string()).into_response()).ok();
    }

    /// Answers with Google's error shape.
    pub fn refuse(self, status: u16) {
        let error = json!({"code": status, "message": "refused", "status": "REFUSED"});
        self.json(status, &json!({ "error": error }));
    }
}

impl Events {
    /// Sends one chunk.
    pub fn send(&self, chunk: &Value) {
        self.0.send(Ok(format!("data: {chunk}\r\n\r\n").into())).ok();
    }

    /// Breaks the stream in the middle.
    pub fn reset(self) {
        self.0.send(Err(io::Error::other("reset"))).ok();
    }

    /// Comes when the sidecar doesn't want the answer any more.
    pub async fn cancelled(&self) {
        in_time("the upstream call to be cancelled", self.0.closed()).await;
    }
}

/// A chunk with a piece of text.
pub fn text(text: &str) -> Value {
    json!({"candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": text}]}}]})
}

/// The last chunk: a full stop, 3 tokens in and 2 out.
pub fn stop() -> Value {
    finish("STOP")
}

/// The last chunk, with its own reason.
pub fn finish(reason: &str) -> Value {
    json!({
        "candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": "."}]}, "finishReason": reason}],
        "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5},
    })
}

/// An answer that says `Hello.`
pub fn hello() -> [Value; 3] {
    [text("Hel"), text("lo"), stop()]
}
