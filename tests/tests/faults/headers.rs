//! Headers, paths and methods that aren't UTF-8, or absurd. One such value ends a naive filter's VM, and with it
//! every request of that worker.

use e2e::client::Answer;
use e2e::stack::shared;

use crate::raw::{Raw, head};
use crate::support::{APIS, Api, CANARY, OPENAI, assert_serves, error_of};

/// Headers that the filter, Envoy or the sidecar reads, and one that nobody does.
const NAMES: [&str; 24] = [
    "accept",
    "accept-encoding",
    "cache-control",
    "cache-status",
    "content-encoding",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "origin",
    "referer",
    "te",
    "traceparent",
    "user-agent",
    "via",
    "x-api-key",
    "x-forwarded-for",
    "x-goog-api-key",
    "x-request-id",
    "x-sluice-client",
    "x-sluice-tenant",
    "x-sluice-usage",
    "x-sluice-user",
    "x-unknown",
];

/// Bytes that aren't UTF-8, each in its own way.
const VALUES: [&[u8]; 5] = [b"\xff", b"\xc3", b"a\x80b", b"\xed\xa0\x80", b"\xf0\x9f\x99"];

#[tokio::test]
async fn values_that_are_not_utf8() {
    let stack = shared().await;
    let caller = stack.caller();
    for name in NAMES {
        for value in VALUES {
            for api in APIS {
                let line = format!("POST {}", api.path("echo"));
                let mut request = head(&line, &caller.bearer).into_bytes();
                for part in [name.as_bytes(), b": ", value, b"\r\n"] {
                    request.extend_from_slice(part);
                }
                let body = api.body("echo", "hello").to_string();
                let answer = Raw::ask(&caller.base, request, body.as_bytes()).await;
                // 415 of an encoding, 417 of an expectation, 501 of Anthropic's; never a dead VM's 5xx.
                let expected = [200, 400, 401, 403, 415, 417, 501];
                assert!(expected.contains(&answer.status), "{name} {value:x?}: {answer:?}");
            }
        }
    }
    assert_serves(&stack).await;
}

#[tokio::test]
async fn credentials_that_are_not_utf8() {
    let stack = shared().await;
    for value in VALUES {
        for scheme in ["", "Bearer ", "Bearer a.b.", "Bearer demo-acme-alice"] {
            let line = "POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\nauthorization: ";
            let request = [line.as_bytes(), scheme.as_bytes(), value, b"\r\n"].concat();
            let answer = Raw::ask(&stack.gateway_url(), request, b"{}").await;
            assert_eq!(answer.status, 401, "{scheme}{value:x?}: {answer:?}");
            assert!(answer.text.contains("authentication_error"), "{answer:?}");
        }
    }
    assert_serves(&stack).await;
}

#[tokio::test]
async fn paths_that_nobody_serves() {
    let stack = shared().await;
    let caller = stack.caller();
    let long = format!("/v1/{}", "a".repeat(8000));
    let rows: [(&[u8], &[u16]); 14] = [
        (b"/", &[404]),
        (b"/v1/chat/completions/", &[404]),
        (b"/v1/unknown", &[404]),
        (b"/v1/models/echo:unknown", &[404]),
        (b"/v1beta/models/../../secret:generateContent", &[404]),
        (b"/v1beta/models/%2e%2e:generateContent", &[404]),
        // Envoy answers these itself, before any filter.
        (b"/v1%2fchat/completions", &[400]),
        (b"/v1/\xff\xfe", &[400, 404]),
        (b"/v1/messages/\xc3", &[400, 404]),
        (b"/v1/\x00", &[400]),
        (b"relative", &[400, 404]),
        (b"http://other/v1/unknown", &[404]),
        (b"*", &[400, 404]),
        (long.as_bytes(), &[404]),
    ];
    for (path, expected) in rows {
        let rest = head("", &caller.bearer);
        let request = [b"POST ", path, rest.as_bytes()].concat();
        let answer = Raw::ask(&caller.base, request, b"{}").await;
        let name = String::from_utf8_lossy(path);
        assert!(expected.contains(&answer.status), "{name}: {answer:?}");
        if answer.status == 404 {
            assert!(answer.text.contains("the gateway serves /v1/chat/completions"), "{answer:?}");
        }
    }
    assert_serves(&stack).await;
}

/// What Envoy answers before the filter sees a request: in the path's dialect, once there is a path.
#[tokio::test]
async fn what_envoy_refuses_itself() {
    let stack = shared().await;
    let caller = stack.caller();
    let check = async |request: String, api: Api, status: u16, says: &str| {
        let answer = Raw::ask(&caller.base, &request, b"{}").await;
        assert_eq!(answer.status, status, "{answer:?}");
        let (message, _) = error_of(api.dialect, status, &answer.json());
        assert!(message.contains(says) && message.contains("well-formed"), "{message}");
    };
    for api in APIS {
        let line = format!("POST {}%2f", api.path("echo"));
        check(head(&line, &caller.bearer), api, 400, "path_normalization_failed").await;
    }
    let whole = head("POST /v1/chat/completions", &caller.bearer);
    let large = format!("{whole}x-large: {}\r\n", "a".repeat(100 << 10));
    check(large, OPENAI, 431, "headers_too_large").await;
    check(format!("{whole}a_b: c\r\n"), OPENAI, 400, "underscore").await;
    check(whole.replace("HTTP/1.1", "HTTP/1.0"), OPENAI, 426, "low_version").await;
    check(whole.replace("host: gateway\r\n", ""), OPENAI, 400, "missing_host").await;
    assert_serves(&stack).await;
}

#[tokio::test]
async fn methods_that_a_path_does_not_take() {
    let stack = shared().await;
    let caller = stack.caller();
    for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
        for api in APIS {
            let line = format!("{method} {}", api.path("echo"));
            let answer = Raw::ask(&caller.base, head(&line, &caller.bearer), b"").await;
            assert_eq!(answer.status, 405, "{line}: {answer:?}");
            assert!(answer.text.contains("\r\nallow: POST\r\n"), "{line}: {answer:?}");
            let (message, _) = error_of(api.dialect, 405, &answer.json());
            assert!(message.contains("takes POST only"), "{message}");
        }
    }
    let models = Raw::ask(&caller.base, head("POST /v1/models", &caller.bearer), b"{}").await;
    assert!(models.status == 405 && models.body().contains("takes GET only"), "{models:?}");
    let hidden = Answer::of(caller.request("HEAD", "/v1/chat/completions")).await;
    assert_eq!((hidden.status, hidden.body.len()), (405, 0));
    let long = "A".repeat(5000);
    for method in ["post", "CONNECT", "\u{fffd}", "P\u{1}ST", "", &long] {
        let line = format!("{method} /v1/chat/completions");
        let answer = Raw::ask(&caller.base, head(&line, &caller.bearer), b"{}").await;
        assert!([400, 403, 404, 405].contains(&answer.status), "{method:?}: {answer:?}");
    }
    assert_serves(&stack).await;
}

#[tokio::test]
async fn bytes_that_are_not_http() {
    let stack = shared().await;
    let caller = stack.caller();
    let many: String = (0..200).map(|number| format!("x-{number}: a\r\n")).collect();
    let large = format!("x-large: {}\r\n", "a".repeat(100 << 10));
    let line = "POST /v1/chat/completions";
    let rows: [(&str, Vec<u8>); 8] = [
        ("noise", b"\x00\x01\x02\x03\r\n\r\n".to_vec()),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("an old version", format!("{line} HTTP/0.9\r\n\r\n").into_bytes()),
        ("too many headers", format!("{}{many}\r\n", head(line, "x")).into_bytes()),
        ("too large headers", format!("{}{large}\r\n", head(line, "x")).into_bytes()),
        (
            "two lengths",
            format!("{}content-length: 2\r\ncontent-length: 3\r\n\r\n{{}}", head(line, "x"))
                .into_bytes(),
        ),
        (
            "a length that is no number",
            format!("{}content-length: -1\r\n\r\n", head(line, "x")).into_bytes(),
        ),
        (
            "a broken chunk",
            format!("{}transfer-encoding: chunked\r\n\r\nZZ\r\n", head(line, &caller.bearer))
                .into_bytes(),
        ),
    ];
    for (name, bytes) in rows {
        let mut raw = Raw::to(&caller.base).await;
        raw.send(bytes).await;
        // Some of these Envoy awaits more of: we have no more.
        tokio::io::AsyncWriteExt::shutdown(&mut raw.0).await.unwrap();
        let answer = raw.rest().await;
        assert!(answer.status == 0 || answer.status / 100 == 4, "{name}: {answer:?}");
    }
    assert_serves(&stack).await;
}

#[tokio::test]
async fn names_with_underscores_are_refused() {
    let stack = shared().await;
    let caller = stack.caller();
    let request = format!("{}x_sluice_tenant: other\r\n", head("GET /v1/models", &caller.bearer));
    assert_eq!(Raw::ask(&caller.base, request, b"").await.status, 400);
    let body = OPENAI.body("echo", CANARY).to_string();
    let request = format!(
        "{}x-sluice-tenant: other\r\nX-Sluice-Client: other/other\r\n",
        head("POST /v1/chat/completions", &caller.bearer)
    );
    let answer = Raw::ask(&caller.base, request, body.as_bytes()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let labels = [("tenant", "other")];
    assert!(stack.metrics().await.sum("sluice_requests_total", &labels) < 0.5);
    assert_serves(&stack).await;
}
