//! A client that sends bytes as they are: what no HTTP library would send.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long an answer may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to a gateway.
pub struct Raw(pub TcpStream);

/// An answer, its status, head and body as they came.
#[derive(Debug, PartialEq, Eq)]
pub struct RawAnswer {
    /// 0 where there was no answer.
    pub status: u16,
    /// All that came.
    pub text: String,
}

impl RawAnswer {
    fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, text }
    }

    /// What stands behind the head; of an answer in chunks, with their sizes.
    pub fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    /// The body as JSON, where it came in one piece.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(self.body()).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }
}

impl Raw {
    /// Connects to `http://127.0.0.1:{port}`.
    pub async fn to(base: &str) -> Self {
        let address = base.trim_start_matches("http://");
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    /// Sends bytes. Whether the other side still reads them is its own affair.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        drop(self.0.write_all(bytes.as_ref()).await);
    }

    /// Reads one answer to its announced end: Envoy leaves a connection open for a second behind a refusal.
    pub async fn answer(&mut self) -> RawAnswer {
        let mut bytes = Vec::new();
        while !is_whole(&bytes) && self.more(&mut bytes).await {}
        RawAnswer::of(&bytes)
    }

    /// Reads until the other side closes.
    pub async fn rest(mut self) -> RawAnswer {
        let mut bytes = Vec::new();
        while self.more(&mut bytes).await {}
        RawAnswer::of(&bytes)
    }

    async fn more(&mut self, bytes: &mut Vec<u8>) -> bool {
        let read = tokio::time::timeout(PATIENCE, self.0.read_buf(bytes)).await;
        let read = read.unwrap_or_else(|_| panic!("nothing more: {:?}", RawAnswer::of(bytes)));
        read.is_ok_and(|count| count > 0)
    }

    /// Sends one request, with the rest of its head, and reads the answer.
    pub async fn ask(base: &str, head: impl AsRef<[u8]>, body: &[u8]) -> RawAnswer {
        let mut raw = Self::to(base).await;
        let rest = format!("connection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        let request = [head.as_ref(), rest.as_bytes(), body].concat();
        raw.send(request).await;
        raw.answer().await
    }
}

/// Whether an answer has come whole.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let head = head.to_ascii_lowercase();
    let length = head.split_once("content-length: ").and_then(|(_, rest)| {
        rest.split("\r\n").next().and_then(|length| length.parse::<usize>().ok())
    });
    match length {
        Some(length) => body.len() >= length,
        None => body.ends_with("0\r\n\r\n"),
    }
}

/// A request line and the headers that every request has, with room for more behind them.
pub fn head(method_and_path: &str, bearer: &str) -> String {
    format!(
        "{method_and_path} HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer {bearer}\r\ncontent-type: application/json\r\n"
    )
}
