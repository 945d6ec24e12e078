//! Bodies at the limit of 10 MiB and above it, whatever their framing, and bodies in an encoding.

use std::io::Write as _;

use e2e::client::{Answer, Caller};
use e2e::stack::shared;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::raw::{Raw, head};
use crate::support::{
    APIS, Api, CANARY, OPENAI, SERVED, Seeded, assert_error, assert_serves, error_of,
};

/// `max_request_bytes` of the shipped config.
const LIMIT: usize = 10 << 20;

/// A question of exactly so many bytes: an image fills it, for text of that size is above every budget.
fn sized(bytes: usize) -> Vec<u8> {
    let with = |image: &str| {
        json!({"model": "echo", "messages": [{"role": "user", "content": [
            {"type": "text", "text": "hello"},
            {"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{image}")}},
        ]}]})
        .to_string()
        .into_bytes()
    };
    let rest = bytes - with("").len();
    // Like an image it hardly compresses: Envoy takes what unpacks to more than a hundredfold for a bomb. Base64
    // comes in fours; spaces fill what is left.
    let mut random = Seeded(1);
    let noise = (PNG.len()..rest / 4).map(|_| IMAGE[random.below(IMAGE.len())]);
    let image: String = PNG.into_iter().chain(noise).collect();
    let mut body = with(&image);
    body.resize(bytes, b' ');
    body
}

/// How each PNG begins: an image is told by its first bytes.
const PNG: [&str; 3] = ["iVBO", "Rw0K", "GgoA"];
const IMAGE: [&str; 8] = ["iVBO", "Rw0K", "GgoA", "x9z/", "Q+fA", "7uhb", "Zp3e", "mK5L"];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn encoded(api: Api, caller: &Caller, encoding: &str, body: Vec<u8>) -> Answer {
    let request = caller.post(&api.path("echo"), body).header("content-encoding", encoding);
    Answer::of(request).await
}

#[tokio::test]
async fn ten_mebibytes_pass() {
    let stack = shared().await;
    let caller = stack.caller();
    let plain = OPENAI.send(&caller, sized(LIMIT)).await;
    assert_eq!((plain.status, plain.content().as_str()), (200, "hello"), "{}", plain.text());
    let packed = encoded(OPENAI, &caller, "gzip", gzip(&sized(LIMIT))).await;
    assert_eq!(packed.status, 200, "{}", packed.text());
}

#[tokio::test]
async fn ten_mebibytes_and_a_byte_do_not() {
    let stack = shared().await;
    let caller = stack.caller();
    let says = "larger than 10485760 bytes";
    for api in APIS {
        assert_error(api, &api.send(&caller, sized(LIMIT + 1)).await, 413, says);
        let packed = encoded(api, &caller, "gzip", gzip(&sized(LIMIT + 1))).await;
        assert_error(api, &packed, 413, says);
        // 200 MiB in 200 KiB. Envoy stops to unpack it: what is left is too large, or no JSON, by how much came at once.
        let bomb = encoded(api, &caller, "gzip", gzip(&vec![b' '; 200 << 20])).await;
        let says = if bomb.status == 413 { says } else { "the body isn't JSON" };
        assert_error(api, &bomb, if bomb.status == 413 { 413 } else { 400 }, says);
    }
    assert_serves(&stack).await;
}

#[tokio::test]
async fn chunks_are_counted_too() {
    let stack = shared().await;
    let caller = stack.caller();
    for api in APIS {
        let mut raw = Raw::to(&caller.base).await;
        let line = format!("POST {}", api.path("echo"));
        let start = head(&line, &caller.bearer) + "transfer-encoding: chunked\r\n\r\n";
        raw.send(start).await;
        let body = sized(LIMIT + 1);
        for piece in body.chunks(1 << 20) {
            raw.send(format!("{:x}\r\n", piece.len())).await;
            raw.send(piece).await;
            raw.send("\r\n").await;
        }
        let answer = raw.answer().await;
        assert_eq!(answer.status, 413, "{}", answer.text);
        let (message, _) =
            error_of(api.dialect, 413, &serde_json::from_str(answer.body()).unwrap());
        assert!(message.contains("larger than 10485760 bytes"), "{message}");
    }
    assert_serves(&stack).await;
}

#[tokio::test]
async fn encodings() {
    let stack = shared().await;
    let caller = stack.caller();
    for api in APIS {
        let body = api.body("echo", CANARY).to_string().into_bytes();
        for encoding in ["br", "deflate", "zstd", "compress", "gzip, br", "x-unknown", "\u{ff}"] {
            let answer = encoded(api, &caller, encoding, body.clone()).await;
            assert_error(api, &answer, 415, "send content-encoding: gzip or none");
        }
        let packed = gzip(&body);
        let half = packed[..packed.len() / 2].to_vec();
        let mut broken = packed.clone();
        broken.iter_mut().skip(12).for_each(|byte| *byte ^= 0x55);
        for (name, body) in [
            ("half", half),
            ("broken", broken),
            ("not gzip", body.clone()),
            ("a header alone", packed[..10].to_vec()),
            ("gzip of gzip", gzip(&packed)),
        ] {
            let answer = encoded(api, &caller, "gzip", body).await;
            assert_eq!(answer.status, 400, "{name}: {}", answer.text());
            assert_error(api, &answer, 400, "expected");
        }
    }
    assert!(stack.steering().requests_with(CANARY).await.is_empty());
    for api in SERVED {
        let body = api.body("echo", "packed for me@example.com").to_string();
        let answer = encoded(api, &caller, "gzip", gzip(body.as_bytes())).await;
        assert_eq!(api.content(&answer), "packed for me@example.com", "{answer:?}");
        let plain = encoded(api, &caller, "identity", body.into_bytes()).await;
        assert_eq!(api.content(&plain), "packed for me@example.com", "{plain:?}");
    }
    assert_serves(&stack).await;
}
