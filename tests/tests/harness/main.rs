//! The harness itself: that it starts, finds its ports, ends everything, and says why where it can't start.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests, which clippy takes for ordinary code"
)]

mod module;

use std::path::Path;

use e2e::client::{Answer, http};
use e2e::stack::{Builder, Stack};

/// A stack without sidecar and filter: an Envoy with the least of a config.
fn small() -> Builder {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/envoy.yaml");
    Stack::builder().without_sidecar().config(config)
}

fn alive(pid: i32) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}

#[tokio::test]
async fn starts_side_by_side_and_ends_everything() {
    let (one, two) = tokio::join!(small().redis().start(), small().start());
    let (one, two) = (one.expect("a stack"), two.expect("another"));
    assert_ne!(one.gateway_url(), two.gateway_url());
    for stack in [&one, &two] {
        let answer = Answer::of(http().get(stack.gateway_url())).await;
        assert_eq!(answer.status, 503, "no sidecar listens on the socket");
        let failed = stack.metrics().await.sum("envoy_cluster_upstream_cx_connect_fail", &[]);
        assert!(failed >= 1.0, "{failed}");
        assert!(stack.fallen().is_none(), "{:?}", stack.fallen());
    }
    assert!(one.redis_url().is_some() && two.redis_url().is_none());
    let pids: Vec<i32> = one.parts().chain(two.parts()).map(|part| part.pid()).collect();
    assert_eq!(pids.len(), 3);
    assert!(pids.iter().all(|pid| alive(*pid)));
    drop(one);
    two.shut_down().await;
    assert!(!pids.iter().any(|pid| alive(*pid)), "{pids:?}");
}

#[tokio::test]
async fn a_config_that_envoy_refuses_is_shown_with_its_words() {
    let refused = small().patch(|document| {
        document["static_resources"]["clusters"][0]["type"] = "NO_SUCH_TYPE".into();
    });
    let error = refused.start().await.expect_err("a refusal").to_string();
    assert!(
        error.starts_with("envoy ended before it was ready: ") && error.contains("NO_SUCH_TYPE"),
        "{error}"
    );
}

#[tokio::test]
async fn a_part_that_falls_is_named() {
    let stack = small().start().await.expect("a stack");
    let envoy = stack.part("envoy").expect("envoy");
    envoy.signal(nix::sys::signal::Signal::SIGKILL);
    while stack.fallen().is_none() {
        tokio::task::yield_now().await;
    }
    let fallen = stack.fallen().unwrap_or_default();
    assert!(fallen.starts_with("envoy ended: signal: 9"), "{fallen}");
}

#[tokio::test]
async fn outlives_the_thread_that_started_it() {
    let start = || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(small().start()).expect("a stack")
    };
    let stack = std::thread::spawn(start).join().expect("a thread");
    assert_eq!(Answer::of(http().get(stack.gateway_url())).await.status, 503);
    assert!(!stack.steering().token().await.is_empty());
}

#[tokio::test]
async fn tokens_verify_against_the_key_set() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let issuer = e2e::jwt::Issuer::new().expect("an issuer");
    let token = issuer.token("acme", "alice");
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    let jwks: serde_json::Value = serde_json::from_str(&issuer.jwks()).expect("JSON");
    let part = |name: &str| {
        URL_SAFE_NO_PAD.decode(jwks["keys"][0][name].as_str().unwrap_or_default()).expect(name)
    };
    let point = [vec![4], part("x"), part("y")].concat();
    let key =
        ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_FIXED, point);
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
    key.verify(signed.as_bytes(), &signature).expect("a valid signature");
}
