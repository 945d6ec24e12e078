//! The client against a server of its own on loopback.

use std::convert::Infallible;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{HeaderMap, Method, Version};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::*;

const CHUNK: &str = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"é\"}]}}]}\r\n\r\n";
const STOP: &str = "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\r\n\r\n";

/// A request as the server got it.
#[derive(Debug)]
struct Seen {
    line: (Method, String, Version),
    headers: HeaderMap,
    body: Bytes,
}

type Log = Arc<Mutex<Vec<Seen>>>;
type Answer = fn() -> Response<Body>;

/// Answers every request in the same way, and remembers it.
async fn serve(answer: Answer) -> (SocketAddr, Log) {
    async fn handle(State((answer, log)): State<(Answer, Log)>, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let line = (head.method, head.uri.path_and_query().unwrap().to_string(), head.version);
        log.lock().unwrap().push(Seen { line, headers: head.headers, body });
        answer()
    }
    let log = Log::default();
    let router = Router::new().fallback(handle).with_state((answer, Arc::clone(&log)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, log)
}

fn client(address: SocketAddr) -> VertexClient {
    let config = VertexConfig::new("demo", "us-central1")
        .with_endpoint(format!("http://{address}"), Auth::Anonymous);
    VertexClient::new(config).unwrap()
}

fn answer(status: u16, content_type: &str, body: Body) -> Response<Body> {
    let response = Response::builder().status(status).header("content-type", content_type);
    response.header("retry-after", "3").body(body).unwrap()
}

fn events(body: impl Into<Body>) -> Response<Body> {
    answer(200, "text/event-stream", body.into())
}

/// How many chunks come, and what ends the stream. The error before the stream counts as its end too.
async fn check(answer: Answer, chunks: usize, error: Option<(&str, u16)>) -> Option<UpstreamError> {
    let (address, _log) = serve(answer).await;
    let mut seen = 0;
    let outcome = match client(address).stream("echo", "{}".into()).await {
        Err(error) => Some(error),
        Ok(mut stream) => loop {
            match stream.next().await {
                None => break None,
                Some(Ok(_)) => seen += 1,
                Some(Err(error)) => break Some(error),
            }
        },
    };
    assert_eq!(seen, chunks, "{outcome:?}");
    assert_eq!(outcome.as_ref().map(|error| (error.kind(), error.status())), error);
    outcome
}

#[tokio::test]
async fn streams() {
    check(|| events(format!("{CHUNK}{STOP}")), 2, None).await;
    check(|| events(CHUNK), 1, Some(("upstream_cut", 502))).await;
    check(|| events("data: nonsense\r\n\r\n"), 0, Some(("upstream_invalid", 502))).await;
    check(|| answer(200, "text/html", STOP.into()), 0, Some(("upstream_invalid", 502))).await;
    let one_byte_each = || {
        let bytes = format!("{CHUNK}{STOP}").into_bytes().into_iter();
        let pieces = bytes.map(|byte| Ok::<_, Infallible>(Bytes::copy_from_slice(&[byte])));
        events(Body::from_stream(stream::iter(pieces)))
    };
    check(one_byte_each, 2, None).await;
    let cut_in_a_character = || {
        let at = CHUNK.find('é').unwrap() + 1;
        events(CHUNK.as_bytes()[..at].to_vec())
    };
    check(cut_in_a_character, 0, Some(("upstream_cut", 502))).await;
    let reset = || {
        let pieces = [Ok(Bytes::from(CHUNK)), Err(std::io::Error::other("reset"))];
        // Apart, so that the first isn't lost with the second.
        let pieces = stream::iter(pieces).then(|piece| async {
            tokio::task::yield_now().await;
            piece
        });
        events(Body::from_stream(pieces))
    };
    let (address, _log) = serve(reset).await;
    let ended: Result<Vec<Chunk>, _> =
        client(address).stream("echo", "{}".into()).await.unwrap().try_collect().await;
    assert_eq!(ended.err(), Some(UpstreamError::Reset));
}

/// The first call isn't read until the second is through, which has come behind its burst over the same connection.
#[tokio::test]
async fn a_burst_of_small_events_may_lie_unread() {
    fn burst() -> Response<Body> {
        let chunks = std::iter::repeat_n(CHUNK, 2000).chain([STOP]);
        events(Body::from_stream(stream::iter(chunks.map(Ok::<_, Infallible>))))
    }
    let (address, _log) = serve(burst).await;
    let client = client(address);
    let unread = client.stream("echo", "{}".into()).await.unwrap();
    let read: Vec<_> =
        client.stream("echo", "{}".into()).await.unwrap().try_collect().await.unwrap();
    let late: Vec<_> = unread.try_collect().await.unwrap();
    assert_eq!((read.len(), late.len()), (2001, 2001));
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn gzipped(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    response
}

/// Not asked for, and sent all the same.
#[tokio::test]
async fn gzip_is_decoded() {
    check(|| gzipped(events(gzip(&format!("{CHUNK}{STOP}")))), 2, None).await;
    let one_byte_each = || {
        let bytes = gzip(&format!("{CHUNK}{STOP}")).into_iter();
        let pieces = stream::iter(bytes.map(|byte| Ok::<_, Infallible>(vec![byte])));
        // Apart, so that each is a frame of its own.
        let pieces = pieces.then(|piece| async {
            tokio::task::yield_now().await;
            piece
        });
        gzipped(events(Body::from_stream(pieces)))
    };
    check(one_byte_each, 2, None).await;
    let cut = || {
        let mut bytes = gzip(&format!("{CHUNK}{STOP}"));
        bytes.truncate(30);
        gzipped(events(bytes))
    };
    check(cut, 0, Some(("upstream_reset", 502))).await;
    let refused = || {
        let body = gzip(r#"{"error":{"code":429,"message":"out of quota"}}"#);
        gzipped(answer(429, "application/json", body.into()))
    };
    let error = check(refused, 0, Some(("upstream_rate_limited", 429))).await.unwrap();
    assert_eq!(&*error.problem().message, "out of quota");
}

#[tokio::test]
async fn refusals() {
    const BODY: &str =
        r#"[{"error":{"code":429,"message":"out of quota","status":"RESOURCE_EXHAUSTED"}}]"#;
    let limited = || answer(429, "application/json", BODY.into());
    let error = check(limited, 0, Some(("upstream_rate_limited", 429))).await.unwrap();
    assert_eq!((error.retry_after(), &*error.problem().message), (Some("3"), "out of quota"));
    let forbidden = || answer(403, "application/json", BODY.into());
    let error = check(forbidden, 0, Some(("upstream_forbidden", 502))).await.unwrap();
    assert!(error.problem().message.contains("roles/aiplatform.user"));
    check(|| answer(404, "text/html", "<html>".into()), 0, Some(("model_not_found", 404))).await;
    check(|| answer(503, "text/plain", "".into()), 0, Some(("upstream_error", 503))).await;
    let endless = || {
        let page = stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 4096])));
        answer(500, "text/html", Body::from_stream(page))
    };
    check(endless, 0, Some(("upstream_error", 502))).await;
    check(|| answer(302, "text/html", "".into()), 0, Some(("upstream_error", 502))).await;
}

async fn check_unreachable(endpoint: String) {
    let config = VertexConfig {
        auth: Auth::Anonymous,
        ..VertexConfig::new("demo", "global").with_endpoint(endpoint, Auth::Anonymous)
    };
    let error = VertexClient::new(config).unwrap().stream("echo", "{}".into()).await.err();
    assert_eq!(error, Some(UpstreamError::Connect));
}

#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    check_unreachable(format!("http://{address}")).await;
    check_unreachable(format!("https://{address}")).await;
    // Somebody, but not by TLS.
    let (address, log) = serve(|| events(STOP)).await;
    check_unreachable(format!("https://{address}")).await;
    assert!(log.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_sent() {
    let (address, log) = serve(|| events(STOP)).await;
    let client = client(address);
    drop(client.stream("gemini-3.5-flash", r#"{"a": 1}"#.into()).await.unwrap());
    client.count_tokens("echo", "{}".into()).await.unwrap();
    let error = client.stream("../x", "{}".into()).await.err();
    assert_eq!(error.map(|error| error.status()), Some(404));
    let log = log.lock().unwrap();
    let models = "/v1/projects/demo/locations/us-central1/publishers/google/models";
    let line = |rest: &str| (Method::POST, format!("{models}/{rest}"), Version::HTTP_2);
    let lines: Vec<_> = log.iter().map(|seen| seen.line.clone()).collect();
    assert_eq!(
        lines,
        [line("gemini-3.5-flash:streamGenerateContent?alt=sse"), line("echo:countTokens")]
    );
    assert_eq!(log[0].body, r#"{"a": 1}"#);
    assert_eq!(log[0].headers["content-type"], "application/json");
    assert!(log[0].headers.get("authorization").is_none());
    assert_eq!(log[0].headers["accept-encoding"], "identity");
}

#[tokio::test]
async fn a_dropped_stream_cancels_the_call() {
    /// Tells when the server lets go of the answer.
    static DROPPED: Mutex<Option<oneshot::Sender<()>>> = Mutex::new(None);
    let (sender, dropped) = oneshot::channel();
    *DROPPED.lock().unwrap() = Some(sender);
    let endless = || {
        let sender = DROPPED.lock().unwrap().take();
        let pieces = stream::once(async { Ok::<_, Infallible>(Bytes::from(CHUNK)) });
        let pieces = pieces.chain(stream::pending()).inspect(move |_| {
            let _held_until_dropped = &sender;
        });
        events(Body::from_stream(pieces))
    };
    let (address, _log) = serve(endless).await;
    let mut stream = client(address).stream("echo", "{}".into()).await.unwrap();
    assert!(stream.next().await.unwrap().is_ok());
    drop(stream);
    // The sender is dropped unused.
    assert!(dropped.await.is_err());
}
