//! What is asked of Envoy's admin: where it listens, whether it is ready, whether it still has requests.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::part::POLL;
use crate::render::LISTENER;

/// Where the admin listens, as Envoy wrote it down; absent until it has.
pub fn admin_address(file: &Path) -> Option<SocketAddr> {
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// Where the gateway's listener is bound; absent until Envoy is ready.
pub async fn gateway_address(client: &reqwest::Client, admin: SocketAddr) -> Option<SocketAddr> {
    let ready = client.get(format!("http://{admin}/ready")).send().await.ok()?;
    if !ready.status().is_success() {
        return None;
    }
    let listeners =
        client.get(format!("http://{admin}/listeners?format=json")).send().await.ok()?;
    let listeners: Value = listeners.json().await.ok()?;
    let gateway =
        listeners["listener_statuses"].as_array()?.iter().find(|one| one["name"] == LISTENER)?;
    let address = &gateway["local_address"]["socket_address"];
    let port = u16::try_from(address["port_value"].as_u64()?).ok()?;
    // It may listen on every address; it is reached on loopback.
    Some(SocketAddr::from(([127, 0, 0, 1], port)))
}

/// Closes the listeners. Whether it did: an Envoy that doesn't answer has nothing to wait for.
pub async fn close_listeners(admin: &str, patience: Duration) -> bool {
    let client = crate::plain_http::builder().timeout(patience).build().unwrap_or_default();
    client.post(format!("{admin}/drain_listeners")).send().await.is_ok()
}

/// Waits until no request is in flight, but no longer than `patience`.
pub async fn idle(admin: &str, patience: Duration) {
    let client = crate::plain_http::builder().timeout(patience).build().unwrap_or_default();
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline && in_flight(&client, admin).await.unwrap_or(0) > 0 {
        tokio::time::sleep(POLL).await;
    }
}

async fn in_flight(client: &reqwest::Client, admin: &str) -> Option<u64> {
    let url = format!("{admin}/stats?filter=^http\\..*\\.downstream_rq_active$");
    let text = client.get(url).send().await.ok()?.text().await.ok()?;
    let gauges = text.lines().filter(|line| !line.starts_with("http.admin."));
    Some(gauges.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum())
}
