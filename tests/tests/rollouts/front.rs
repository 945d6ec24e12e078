//! A third Envoy, before two gateways, as a load balancer: it asks their health, and divides by weights of a file.

use e2e::client::Caller;
use e2e::stack::{Builder, Stack};
use serde_json::{Value, json};

use crate::watched::Watched;
use crate::{gateway, page, stat, until};

const ROUTES: &str = "routes.json";

/// The front Envoy, which retries nothing.
pub struct Front {
    envoy: Stack,
    watched: Watched,
}

/// Two gateways that trust one issuer, as two of one deployment do, and the front before them, which sends all to blue.
pub async fn two_gateways() -> (Stack, Stack, Front) {
    let blue = gateway().patch(answer_health_checks).start().await.unwrap();
    let jwks = blue.issuer().jwks();
    let green = gateway().patch(answer_health_checks).jwks(jwks).start().await.unwrap();
    let front = Front::start(&blue, &green).await;
    (blue, green, front)
}

/// As the production configs do: without a key, and 503 while this Envoy drains.
pub fn answer_health_checks(document: &mut yaml_serde::Value) {
    let filter = json!({
        "name": "envoy.filters.http.health_check",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.health_check.v3.HealthCheck",
            "pass_through_mode": false,
            "headers": [{"name": ":path", "string_match": {"exact": "/healthz"}}],
        },
    });
    let filters = e2e::production::http_filters(document).unwrap();
    filters.insert(0, yaml_serde::from_str(&filter.to_string()).unwrap());
}

impl Front {
    async fn start(blue: &Stack, green: &Stack) -> Self {
        let mut watched = Watched::new();
        watched.put_resource(ROUTES, &routes(100, 0));
        let config = config(&watched, &[("blue", blue), ("green", green)]);
        let builder: Builder = Stack::builder().without_sidecar().real_vertex();
        let replaced = move |document: &mut yaml_serde::Value| {
            *document = yaml_serde::from_str(&config.to_string()).unwrap();
        };
        let envoy = builder.patch(replaced).start().await.unwrap();
        let front = Self { envoy, watched };
        for name in ["blue", "green"] {
            front.until_healthy(name, 1).await;
        }
        front
    }

    /// A caller of the front whom both gateways know.
    pub fn caller(&self, blue: &Stack) -> Caller {
        let known = blue.caller();
        Caller { base: self.envoy.gateway_url(), ..known }
    }

    /// Writes other weights: one rename. Returns when the front has read them.
    pub async fn divide(&mut self, blue: u32, green: u32) {
        let read = async |front: &Stack| stat(front, "rds.edge.update_success").await;
        let before = read(&self.envoy).await;
        self.watched.put_resource(ROUTES, &routes(blue, green));
        until("the new weights", async || read(&self.envoy).await > before).await;
    }

    /// How many requests the front has sent to that side, health checks not among them.
    pub async fn sent(&self, side: &str) -> u64 {
        stat(&self.envoy, &format!("^cluster.{side}.upstream_rq_total$")).await
    }

    /// Returns when the front knows of so many healthy gateways on that side.
    pub async fn until_healthy(&self, side: &str, count: u64) {
        let regex = format!("^cluster.{side}.membership_healthy$");
        let healthy = async || stat(&self.envoy, &regex).await == count;
        until(&format!("{count} healthy on {side}"), healthy).await;
    }

    /// What a failed test shows.
    pub async fn clusters(&self) -> String {
        page(&self.envoy, "/clusters").await
    }
}

/// `gateway` is what the harness asks for: the one listener's name.
fn config(watched: &Watched, sides: &[(&str, &Stack)]) -> Value {
    let router = json!({"name": "envoy.filters.http.router", "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}});
    let manager = json!({
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "edge",
        "rds": {"route_config_name": "edge", "config_source": watched.source(ROUTES)},
        "http_filters": [router],
    });
    let chain = json!({"filters": [
        {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]});
    let loopback =
        |port: u16| json!({"socket_address": {"address": "127.0.0.1", "port_value": port}});
    // Each alone; and both by their health, over HTTP/2, so that the two protocols' ways to close are both tried.
    let mut clusters: Vec<Value> =
        sides.iter().map(|(name, stack)| cluster(name, &[*stack])).collect();
    let all: Vec<&Stack> = sides.iter().map(|(_, stack)| *stack).collect();
    let mut both = cluster("both", &all);
    both["typed_extension_protocol_options"] = json!({
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
            "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
            "explicit_http_config": {"http2_protocol_options": {}},
        },
    });
    clusters.push(both);
    json!({
        "node": {"id": "front", "cluster": "front"},
        "admin": {"address": loopback(0)},
        "static_resources": {
            "listeners": [{"name": "gateway", "address": loopback(0), "filter_chains": [chain]}],
            "clusters": clusters,
        },
    })
}

fn cluster(name: &str, gateways: &[&Stack]) -> Value {
    let endpoint = |gateway: &&Stack| {
        let url = gateway.gateway_url();
        let port: u16 = url.rsplit(':').next().unwrap().parse().unwrap();
        json!({"endpoint": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": port}}}})
    };
    let endpoints: Vec<Value> = gateways.iter().map(endpoint).collect();
    json!({
        "name": name, "type": "STATIC", "connect_timeout": "5s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]},
        // Where none is healthy, none is asked: a request that went there all the same would hide a mistake here.
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        "health_checks": [{
            "timeout": "10s", "interval": "0.1s", "no_traffic_interval": "0.1s",
            "unhealthy_threshold": 1, "healthy_threshold": 1,
            "http_health_check": {"path": "/healthz"},
        }],
    })
}

/// By weights; with equal ones to whichever is healthy.
fn routes(blue: u32, green: u32) -> Value {
    let weights = json!([{"name": "blue", "weight": blue}, {"name": "green", "weight": green}]);
    let any = json!({"cluster": "both", "timeout": "0s"});
    let divided = json!({"weighted_clusters": {"clusters": weights}, "timeout": "0s"});
    // Both at once: the two are peers, and a load balancer looks at health alone.
    let route = if blue == green { any } else { divided };
    json!({
        "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
        "name": "edge",
        "virtual_hosts": [{"name": "edge", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": route}]}],
    })
}
