//! How long an exact hit takes over loopback, from the request's first byte to the answer's last, beside a page that the
//! sidecar answers without looking anything up. The semantic cache is in shadow, as it is by default.
//!
//! `cargo run -p cache-sidecar --example exact_hit [HITS] [TURNS]`, with a conversation of so many turns before the
//! last one; with `REDIS_URL` for that store too.

use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use cache_sidecar::listen::DataListener;
use cache_sidecar::{Config, Listeners, run};
use serde_json::{Value, json};
use tokio::net::TcpListener;

type Error = Box<dyn std::error::Error>;

/// As Vertex AI sends an answer of some 300 words.
const ANSWER_CHUNKS: usize = 30;
const WORDS_PER_CHUNK: usize = 10;
/// Some 80 words.
const BYTES_PER_TURN: usize = 400;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let hits: usize = std::env::args().nth(1).map_or(Ok(5000), |text| text.parse())?;
    let turns: usize = std::env::args().nth(2).map_or(Ok(0), |text| text.parse())?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let text = "word ".repeat(WORDS_PER_CHUNK);
    let chunk = format!(
        r#"{{"candidates":[{{"index":0,"content":{{"role":"model","parts":[{{"text":"{text}"}}]}}}}]}}"#
    );
    let last = r#"{"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"."}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":300}}"#;
    let answer =
        format!("{}data: {last}\r\n\r\n", format!("data: {chunk}\r\n\r\n").repeat(ANSWER_CHUNKS));
    let upstream = Router::new().fallback(move || {
        let answer = answer.clone();
        async move { ([(CONTENT_TYPE, "text/event-stream")], answer) }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    tokio::spawn(axum::serve(listener, upstream).into_future());
    println!(
        "{hits} hits, an answer of {ANSWER_CHUNKS} chunks, {turns} turns before, one connection; in µs"
    );
    let load = (hits, turns);
    measure("memory", &endpoint, None, "5", load).await?;
    if let Ok(url) = std::env::var("REDIS_URL") {
        measure("memory before redis", &endpoint, Some(&url), "5", load).await?;
        measure("redis", &endpoint, Some(&url), "0", load).await?;
    }
    Ok(())
}

async fn measure(
    name: &str,
    endpoint: &str,
    redis: Option<&str>,
    local_ttl: &str,
    (hits, turns): (usize, usize),
) -> Result<(), Error> {
    let config = Config::read(|variable| match variable {
        "VERTEX_ENDPOINT" => Some(endpoint.to_owned()),
        "VERTEX_AUTH" => Some("none".to_owned()),
        "JOURNAL" => Some("memory".to_owned()),
        // One that is there in any case; a hit never asks it.
        "EMBEDDER" => Some("vertex".to_owned()),
        "CACHE_LOCAL_TTL_SECONDS" => Some(local_ttl.to_owned()),
        "REDIS_URL" => redis.map(str::to_owned),
        _ => None,
    })?;
    let data = TcpListener::bind("127.0.0.1:0").await?;
    let admin = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", data.local_addr()?);
    let listeners = Listeners { data: DataListener::Tcp(data), admin };
    let serving = tokio::spawn(run(config, listeners, std::future::pending()));
    let client = reqwest::Client::builder().no_proxy().build()?;
    let prompt = format!("{name} {}", fastrand::u64(..));
    let before = "word ".repeat(BYTES_PER_TURN / "word ".len());
    let mut messages: Vec<Value> = (0..turns)
        .map(|turn| if turn % 2 == 0 { "user" } else { "assistant" })
        .map(|role| json!({"role": role, "content": before}))
        .collect();
    messages.push(json!({"role": "user", "content": prompt}));
    let body = json!({"model": "gemini-3.5-flash", "messages": messages}).to_string();
    let hit = async |wanted: &str| -> Result<Duration, Error> {
        let request = client.post(format!("{origin}/v1/chat/completions")).body(body.clone());
        let start = Instant::now();
        let response = request.header("x-sluice-tenant", "bench").send().await?;
        let status = response.headers().get("cache-status").cloned();
        let _body = response.bytes().await?;
        let took = start.elapsed();
        let status = status.as_ref().and_then(|status| status.to_str().ok()).unwrap_or("none");
        if status.starts_with(wanted) { Ok(took) } else { Err(status.to_owned().into()) }
    };
    hit("sluice; fwd=miss; stored").await?;
    let mut floor = Vec::new();
    let mut times = Vec::new();
    for _ in 0..hits {
        let start = Instant::now();
        client
            .get(format!("{origin}/v1/models"))
            .header("x-sluice-tenant", "bench")
            .send()
            .await?
            .bytes()
            .await?;
        floor.push(start.elapsed());
        times.push(hit("sluice; hit; detail=exact").await?);
    }
    serving.abort();
    println!("{name:>20}: {}   (GET /v1/models: {})", percentiles(times), percentiles(floor));
    Ok(())
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |percent: usize| {
        let index = times.len().saturating_sub(1) * percent / 100;
        times.get(index).map_or(0, Duration::as_micros)
    };
    format!("p50 {} p90 {} p99 {}", at(50), at(90), at(99))
}
