//! A plan as bytes on the wire, with the delays and faults of a script.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;

use super::plan::Plan;
use super::script::{Fault, Gate, Script};

/// What stands between the chunks that were sent and an abort, so that they are sent and not dropped with it.
const BEFORE_RESET: Duration = Duration::from_millis(20);

/// What a proxy that is lost might put into an answer.
const GARBAGE: &str = "<html>garbage</html>";

/// How an answer is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// One JSON object.
    Whole,
    /// `data: {json}\r\n\r\n` for each chunk, and no end marker.
    Sse,
    /// A JSON array, an element at a time.
    Array,
}

/// Answers with `plan` as `script` says. `gzip` is whether the client takes it.
pub async fn respond(
    mut plan: Plan,
    framing: Framing,
    script: &Script,
    gate: Option<Gate>,
    gzip: bool,
) -> Response {
    if let Some(delay) = script.delay_ms {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let whole = framing == Framing::Whole;
    if whole {
        if let Some(delay) = script.first_token_after_ms {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        if let Some(gate) = &gate {
            gate.pass().await;
        }
    }
    if script.fault == Some(Fault::Cut) {
        plan.finish = None;
        if whole {
            plan.usage = None;
        }
    }
    let mut steps =
        if whole { whole_steps(&plan, script) } else { stream_steps(&plan, framing, script, gate) };
    let gzip = gzip && script.gzip;
    if gzip {
        steps = compress(steps);
    }
    let content_type = if framing == Framing::Sse {
        "text/event-stream"
    } else {
        "application/json; charset=UTF-8"
    };
    let mut response =
        if let (true, Some(Step::Bytes(bytes)), 1) = (whole, steps.front(), steps.len()) {
            bytes.clone().into_response()
        } else {
            Body::from_stream(stream::unfold(steps, run)).into_response()
        };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if gzip {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

enum Step {
    Sleep(Duration),
    Pass(Gate),
    Bytes(Bytes),
    Abort,
}

async fn run(mut steps: VecDeque<Step>) -> Option<(io::Result<Bytes>, VecDeque<Step>)> {
    loop {
        match steps.pop_front()? {
            Step::Sleep(duration) => tokio::time::sleep(duration).await,
            Step::Pass(gate) => gate.pass().await,
            Step::Bytes(bytes) => return Some((Ok(bytes), steps)),
            Step::Abort => {
                steps.clear();
                return Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), steps));
            }
        }
    }
}

fn whole_steps(plan: &Plan, script: &Script) -> VecDeque<Step> {
    let text = format!("{:#}\n", plan.whole());
    let half = text.get(..text.floor_char_boundary(text.len() / 2)).unwrap_or_default();
    let steps = match script.fault {
        Some(Fault::Reset) => {
            vec![Step::Bytes(Bytes::from(half.to_owned())), Step::Sleep(BEFORE_RESET), Step::Abort]
        }
        Some(Fault::CutUtf8) => vec![Step::Bytes(split_character(half))],
        Some(Fault::Garbage) => vec![Step::Bytes(Bytes::from_static(GARBAGE.as_bytes()))],
        Some(Fault::Cut) | None => vec![Step::Bytes(Bytes::from(text))],
    };
    steps.into()
}

fn stream_steps(
    plan: &Plan,
    framing: Framing,
    script: &Script,
    gate: Option<Gate>,
) -> VecDeque<Step> {
    let mut steps = VecDeque::new();
    if let Some(delay) = script.first_token_after_ms {
        steps.push_back(Step::Sleep(Duration::from_millis(delay)));
    }
    let last = match script.fault {
        Some(_) => script.after_chunks.unwrap_or(1),
        None => plan.chunks.len(),
    };
    for index in 0..plan.chunks.len().min(last) {
        if index > 0 {
            steps.extend(
                script.chunk_delay_ms.map(|delay| Step::Sleep(Duration::from_millis(delay))),
            );
        }
        steps.push_back(Step::Bytes(Bytes::from(frame(plan, framing, index))));
        if index == 0 {
            steps.extend(gate.clone().map(Step::Pass));
        }
    }
    match script.fault {
        Some(Fault::Reset) => steps.extend([Step::Sleep(BEFORE_RESET), Step::Abort]),
        Some(Fault::CutUtf8) => {
            let start = if framing == Framing::Sse { "data: " } else { "" };
            let text = format!(
                "{start}{{\"candidates\":[{{\"content\":{{\"role\":\"model\",\"parts\":[{{\"text\":\""
            );
            steps.push_back(Step::Bytes(split_character(&text)));
        }
        Some(Fault::Garbage) => {
            let start = if framing == Framing::Sse { "data: " } else { ",\r\n" };
            steps.push_back(Step::Bytes(Bytes::from(format!("{start}{GARBAGE}\r\n\r\n"))));
        }
        Some(Fault::Cut) | None if framing == Framing::Array => {
            steps.push_back(Step::Bytes(Bytes::from("]")))
        }
        Some(Fault::Cut) | None => {}
    }
    steps
}

fn frame(plan: &Plan, framing: Framing, index: usize) -> String {
    let chunk = plan.chunk(index);
    match framing {
        Framing::Sse => format!("data: {chunk}\r\n\r\n"),
        Framing::Array | Framing::Whole => {
            let before = if index == 0 { "[" } else { ",\r\n" };
            format!("{before}{chunk:#}\n")
        }
    }
}

/// `text` and the first two of the four bytes of a character.
fn split_character(text: &str) -> Bytes {
    let mut bytes = text.as_bytes().to_vec();
    bytes.extend("🙂".as_bytes().iter().take(2));
    Bytes::from(bytes)
}

/// Each piece is flushed, so that a client can read it when it comes.
fn compress(steps: VecDeque<Step>) -> VecDeque<Step> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let mut out: VecDeque<Step> = steps
        .into_iter()
        .map(|step| match step {
            // Writing to a Vec doesn't fail.
            Step::Bytes(bytes) => match encoder.write_all(&bytes).and_then(|()| encoder.flush()) {
                Ok(()) => Step::Bytes(Bytes::from(std::mem::take(encoder.get_mut()))),
                Err(_) => Step::Abort,
            },
            other => other,
        })
        .collect();
    let aborts = matches!(out.back(), Some(Step::Abort));
    if let (false, Ok(rest)) = (aborts, encoder.finish()) {
        out.push_back(Step::Bytes(Bytes::from(rest)));
    }
    out
}
