use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

/// A new client over plain HTTP that follows no redirect and decodes nothing. New each time: tests have a runtime
/// each, and a pooled connection dies with the runtime that opened it.
///
/// # Panics
/// Never on a machine that has sockets.
#[must_use]
pub fn http() -> Client {
    crate::plain_http::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers as they came.
    pub headers: HeaderMap,
    /// Body as it came, up to where it broke off.
    pub body: Vec<u8>,
    /// Whether the body ended as announced; false where the connection broke.
    pub complete: bool,
}

impl Answer {
    /// Sends a request and reads all of its answer.
    ///
    /// # Panics
    /// If there is no answer at all.
    pub async fn of(request: RequestBuilder) -> Self {
        Stream::of(request).await.rest().await
    }

    /// The body as text; bytes that aren't UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it isn't.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {} {:?}", self.status, self.text()))
    }

    /// A header's value; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The `cache-status`, without what an entry has left.
    #[must_use]
    pub fn cache(&self) -> &str {
        self.header("cache-status").split("; ttl=").next().unwrap_or_default()
    }

    /// The SSE events of the body.
    #[must_use]
    pub fn events(&self) -> Vec<SseEvent> {
        sse_events(&self.text())
    }

    /// The data of all SSE events but `[DONE]`, as JSON.
    ///
    /// # Panics
    /// If one isn't JSON.
    #[must_use]
    pub fn event_json(&self) -> Vec<Value> {
        let data =
            self.events().into_iter().map(|event| event.data).filter(|data| data != "[DONE]");
        data.map(|data| {
            serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error} in {data:?}"))
        })
        .collect()
    }
}

/// An answer that is read piece by piece. Dropping it is a client that goes away.
#[derive(Debug)]
pub struct Stream {
    /// HTTP status.
    pub status: u16,
    /// Headers as they came.
    pub headers: HeaderMap,
    response: Response,
    seen: Vec<u8>,
    complete: bool,
}

impl Stream {
    /// Sends a request and reads its answer's headers.
    ///
    /// # Panics
    /// If there is no answer at all.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, response, seen: Vec::new(), complete: false }
    }

    /// Reads on until what came holds `needle`; false if the stream ends before.
    pub async fn until(&mut self, needle: &str) -> bool {
        while !String::from_utf8_lossy(&self.seen).contains(needle) {
            if !self.more().await {
                return false;
            }
        }
        true
    }

    /// What came so far, as text.
    #[must_use]
    pub fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen).into_owned()
    }

    /// Reads to the end.
    pub async fn rest(mut self) -> Answer {
        while self.more().await {}
        Answer {
            status: self.status,
            headers: self.headers,
            body: self.seen,
            complete: self.complete,
        }
    }

    async fn more(&mut self) -> bool {
        match self.response.chunk().await {
            Ok(Some(bytes)) => {
                self.seen.extend_from_slice(&bytes);
                true
            }
            Ok(None) => {
                self.complete = true;
                false
            }
            Err(_) => false,
        }
    }
}

/// One server-sent event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SseEvent {
    /// Its `event:`, or empty.
    pub event: String,
    /// Its `data:` lines, joined by line feeds.
    pub data: String,
}

/// The events of a body, by the rules of the HTML standard; an unfinished last one isn't an event.
#[must_use]
pub fn sse_events(text: &str) -> Vec<SseEvent> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut events = Vec::new();
    let mut blocks: Vec<&str> = text.split("\n\n").collect();
    blocks.pop();
    for block in blocks {
        let mut event = String::new();
        let mut data: Vec<&str> = Vec::new();
        for line in block.lines() {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match name {
                "event" => event = value.to_owned(),
                "data" => data.push(value),
                _ => {}
            }
        }
        if !data.is_empty() {
            events.push(SseEvent { event, data: data.join("\n") });
        }
    }
    events
}
