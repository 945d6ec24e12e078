//! A gateway goes as a pod does: its health check fails, the balancer notices, it drains, and ends with nothing in flight.

use e2e::client::{Answer, http};
use e2e::stack::Stack;
use nix::sys::signal::Signal;

use crate::front::two_gateways;
use crate::held::Held;
use crate::load::Load;
use crate::{in_flight, tell, until};

async fn until_ended(stack: &Stack, part: &str) {
    let part = stack.part(part).unwrap();
    until("it ends", async || part.exited().is_some()).await;
    assert!(part.exited().unwrap().success(), "{:?}\n{}", part.exited(), part.last_lines());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_drains_and_ends() {
    let (blue, green, mut front) = two_gateways().await;
    front.divide(50, 50).await;
    let load = Load::start(&front.caller(&blue)).await;
    // Some are on each, since the front takes turns.
    let held = Held::open(&front.caller(&blue), &[&blue, &green], 8).await;

    tell(&blue, "/healthcheck/fail").await;
    front.until_healthy("both", 1).await;
    tell(&blue, "/drain_listeners?graceful").await;
    load.round().await;
    until("only the held streams are left", async || {
        let left = in_flight(&blue).await;
        load.round().await;
        left == in_flight(&blue).await && left < 8
    })
    .await;
    assert!(in_flight(&blue).await > 0, "the drain waits for streams");

    let streams = held.end().await;
    until("nobody is served by blue", async || in_flight(&blue).await == 0).await;
    blue.part("envoy").unwrap().signal(Signal::SIGTERM);
    until_ended(&blue, "envoy").await;
    blue.part("cache-sidecar").unwrap().signal(Signal::SIGTERM);
    until_ended(&blue, "cache-sidecar").await;
    load.round().await;
    let tally = load.end().await;
    println!("envoy: {} whole, {} streamed, {streams} held", tally.whole, tally.streamed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sidecar_is_replaced() {
    let (mut blue, green, mut front) = two_gateways().await;
    front.divide(50, 50).await;
    let caller = front.caller(&blue);
    let load = Load::start(&caller).await;
    let held = Held::open(&caller, &[&blue, &green], 8).await;

    tell(&blue, "/healthcheck/fail").await;
    front.until_healthy("both", 1).await;
    until("only the held streams are left", async || {
        let left = in_flight(&blue).await;
        load.round().await;
        left == in_flight(&blue).await && left < 8
    })
    .await;
    blue.part("cache-sidecar").unwrap().signal(Signal::SIGTERM);
    let readyz = format!("{}/readyz", blue.sidecar_url());
    until("draining is shown", async || Answer::of(http().get(&readyz)).await.status == 503).await;
    // It ends when its last stream has.
    let streams = held.end().await;
    until_ended(&blue, "cache-sidecar").await;

    blue.restart_sidecar().await.unwrap();
    tell(&blue, "/healthcheck/ok").await;
    front.until_healthy("both", 2).await;
    let before = blue.metrics().await.sum("sluice_requests_total", &[]);
    until("blue serves again", async || {
        blue.metrics().await.sum("sluice_requests_total", &[]) > before
    })
    .await;
    load.round().await;
    let tally = load.end().await;
    println!("sidecar: {} whole, {} streamed, {streams} held", tally.whole, tally.streamed);
}
