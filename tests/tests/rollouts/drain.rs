//! A gateway goes as a pod does: its health check fails, the balancer notices, it drains, and ends with nothing in flight.

use e2e::client::{Answer, http};
use e2e::stack::Stack;
use nix::sys::signal::Signal;

use crate::front::{Front, answer_health_checks, two_gateways};
use crate::held::Held;
use crate::load::Load;
use crate::{gateway, in_flight, tell, until};

/// Held while all is done.
const STREAMS: usize = 6;

async fn until_ended(stack: &Stack, part: &str) {
    let part = stack.part(part).unwrap();
    until("it ends", async || part.exited().is_some()).await;
    assert!(part.exited().unwrap().success(), "{:?}\n{}", part.exited(), part.last_lines());
}

/// Streams that all are on blue, and load that the front then divides between the two.
async fn begin<'a>(blue: &'a Stack, front: &mut Front) -> (Held<'a>, Load) {
    let caller = front.caller(blue);
    let held = Held::open(&caller, &[blue], STREAMS).await;
    front.divide(50, 50).await;
    let load = Load::start(&caller).await;
    let served = async || served(blue).await;
    let before = served().await;
    until("blue serves", async || served().await > before).await;
    (held, load)
}

async fn served(stack: &Stack) -> f64 {
    stack.metrics().await.sum("sluice_requests_total", &[])
}

/// What comes before all else: the health check fails, and nothing goes on until the balancer has noticed, and what it
/// sent before that is answered. The held streams are left.
async fn leave_the_balancer(blue: &Stack, front: &Front, load: &Load) {
    tell(blue, "/healthcheck/fail").await;
    front.until_healthy("both", 1).await;
    let streams = u64::try_from(STREAMS).unwrap();
    until("only the held streams are left", async || {
        let before = in_flight(blue).await;
        load.round().await;
        before == streams && in_flight(blue).await == streams
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_drains_and_ends() {
    let (blue, green, mut front) = two_gateways().await;
    let (held, load) = begin(&blue, &mut front).await;
    leave_the_balancer(&blue, &front, &load).await;
    tell(&blue, "/drain_listeners?graceful").await;
    load.round().await;

    let streams = held.end().await;
    until("nobody is served by blue", async || in_flight(&blue).await == 0).await;
    blue.part("envoy").unwrap().signal(Signal::SIGTERM);
    until_ended(&blue, "envoy").await;
    blue.part("cache-sidecar").unwrap().signal(Signal::SIGTERM);
    until_ended(&blue, "cache-sidecar").await;
    load.round().await;
    load.end("an Envoy drains", streams).await;
    assert!(green.fallen().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sidecar_is_replaced() {
    let (mut blue, _green, mut front) = two_gateways().await;
    let (held, load) = begin(&blue, &mut front).await;
    leave_the_balancer(&blue, &front, &load).await;
    blue.part("cache-sidecar").unwrap().signal(Signal::SIGTERM);
    let readyz = format!("{}/readyz", blue.sidecar_url());
    until("draining is shown", async || Answer::of(http().get(&readyz)).await.status == 503).await;
    // It ends when its last stream has.
    let streams = held.end().await;
    until_ended(&blue, "cache-sidecar").await;

    blue.restart_sidecar().await.unwrap();
    tell(&blue, "/healthcheck/ok").await;
    front.until_healthy("both", 2).await;
    let before = served(&blue).await;
    until("blue serves again", async || served(&blue).await > before).await;
    load.round().await;
    load.end("a sidecar is replaced", streams).await;
}

/// Load balancers go on sending for a while. A listener that drains takes what comes, and asks to close connections.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_balancer_that_lags_is_served() {
    let gateway = gateway().patch(answer_health_checks).start().await.unwrap();
    let caller = gateway.caller();
    let held = Held::open(&caller, &[&gateway], STREAMS).await;
    let load = Load::start(&caller).await;
    tell(&gateway, "/healthcheck/fail").await;
    let health = format!("{}/healthz", gateway.gateway_url());
    assert_eq!(Answer::of(http().get(&health)).await.status, 503);
    tell(&gateway, "/drain_listeners?graceful").await;
    load.round().await;
    load.round().await;
    let streams = held.end().await;
    load.end("a balancer lags", streams).await;
}

/// That these tests would see it: the same without any of the steps cuts every stream.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_just_ends_cuts_its_streams() {
    let (blue, _green, mut front) = two_gateways().await;
    let (held, _load) = begin(&blue, &mut front).await;
    blue.part("envoy").unwrap().signal(Signal::SIGTERM);
    until_ended(&blue, "envoy").await;
    assert_eq!(held.outcome().await, (0, STREAMS));
}
