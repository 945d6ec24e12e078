//! Blue serves; green gets a tenth, then all; then one rename goes back.

use crate::front::{Front, two_gateways};
use crate::held::Held;
use crate::load::Load;
use crate::until;

/// Returns when a whole round of requests has passed by that side.
async fn until_silent(front: &Front, load: &Load, side: &str) {
    let silent = async || {
        let before = front.sent(side).await;
        load.round().await;
        front.sent(side).await == before
    };
    until(&format!("nothing is sent to {side} any more"), silent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_to_green_and_back() {
    let (blue, green, mut front) = two_gateways().await;
    let caller = front.caller(&blue);
    let stacks = [&blue, &green];
    let load = Load::start(&caller).await;
    let on_blue = Held::open(&caller, &stacks, 4).await;
    assert_eq!(front.sent("green").await, 0, "{}", front.clusters().await);

    front.divide(90, 10).await;
    until("green's first requests", async || front.sent("green").await > 10).await;
    let before = front.sent("blue").await;
    load.round().await;
    assert!(front.sent("blue").await > before, "blue still has its nine tenths");

    front.divide(0, 100).await;
    until_silent(&front, &load, "blue").await;
    let on_green = Held::open(&caller, &stacks, 4).await;

    // Back again, with streams on both sides.
    front.divide(100, 0).await;
    until_silent(&front, &load, "green").await;
    let streams = on_blue.end().await + on_green.end().await;
    load.end("over to green and back", streams).await;
}
