//! Envoy's part of tracing: `envoy/otlp.yaml`, merged where there is a collector.

use yaml_serde::Value;

use super::{LISTENER, RenderError, at, named};

/// An OTLP collector that Envoy can reach in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collector {
    host: String,
    port: u16,
    path: String,
}

impl Collector {
    /// The one at `url`, as `OTEL_EXPORTER_OTLP_ENDPOINT` names it; `None` for one that isn't reached in clear. What
    /// Envoy would need for TLS, its own config has to say.
    #[must_use]
    pub fn at(url: &str) -> Option<Self> {
        let url = reqwest::Url::parse(url).ok().filter(|url| url.scheme() == "http")?;
        Some(Self {
            host: url.host_str()?.trim_matches(['[', ']']).to_owned(),
            port: url.port_or_known_default()?,
            path: url.path().trim_end_matches('/').to_owned(),
        })
    }

    fn url(&self, path: &str) -> Value {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("http://{host}:{}{}{path}", self.port, self.path).into()
    }

    /// Merges `overlay` into a config.
    pub(super) fn merge(&self, document: &mut Value, overlay: &str) -> Result<(), RenderError> {
        let mut overlay: Value = yaml_serde::from_str(overlay).map_err(RenderError::Yaml)?;
        let missing = RenderError::Missing;
        let uri = ["typed_config", "http_service", "http_uri", "uri"];
        let mut take = |key: &'static str| {
            overlay.as_mapping_mut().and_then(|overlay| overlay.remove(key)).ok_or(missing(key))
        };
        let (mut tracing, mut sinks, mut cluster) =
            (take("tracing")?, take("stats_sinks")?, take("cluster")?);
        let traces = at(&mut tracing, &["provider"]).and_then(|provider| at(provider, &uri));
        *traces.ok_or(missing("tracer with a URI"))? = self.url("/v1/traces");
        let metrics = sinks.as_sequence_mut().and_then(|sinks| at(sinks.first_mut()?, &uri));
        *metrics.ok_or(missing("stats sink with a URI"))? = self.url("/v1/metrics");
        let address = at(&mut cluster, &["load_assignment", "endpoints"]).and_then(|endpoints| {
            let members = at(endpoints.as_sequence_mut()?.first_mut()?, &["lb_endpoints"])?;
            let member = members.as_sequence_mut()?.first_mut()?;
            at(member, &["endpoint", "address", "socket_address"])
        });
        let address = address.ok_or(missing("collector's address"))?;
        address["address"] = self.host.as_str().into();
        address["port_value"] = self.port.into();

        let listener = named(document, "listeners", LISTENER);
        let manager = listener.and_then(|listener| {
            let chain = at(listener, &["filter_chains"])?.as_sequence_mut()?.first_mut()?;
            let filter = at(chain, &["filters"])?.as_sequence_mut()?.first_mut()?;
            at(filter, &["typed_config"])?.as_mapping_mut()
        });
        manager.ok_or(missing("connection manager"))?.insert("tracing".into(), tracing);
        let clusters = at(document, &["static_resources", "clusters"]);
        let clusters = clusters.and_then(Value::as_sequence_mut);
        clusters.ok_or(missing("list of clusters"))?.push(cluster);
        let all = document.as_mapping_mut().ok_or(missing("mapping"))?;
        all.insert("stats_sinks".into(), sinks);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Option<(&str, u16, &str)>) {
        let expected = expected.map(|(host, port, path)| Collector {
            host: host.to_owned(),
            port,
            path: path.to_owned(),
        });
        assert_eq!(Collector::at(url), expected, "{url}");
    }

    #[test]
    fn a_collector_is_one_that_is_reached_in_clear() {
        check("http://127.0.0.1:4318", Some(("127.0.0.1", 4318, "")));
        check("http://collector.example/otlp/", Some(("collector.example", 80, "/otlp")));
        check("http://[::1]:4318", Some(("::1", 4318, "")));
        check("https://telemetry.googleapis.com", None);
        check("127.0.0.1:4318", None);
    }

    /// The shipped config with the collector is the one without it, and three things more.
    #[test]
    fn what_a_collector_adds_is_all_that_differs() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../envoy");
        let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
        let (shipped, overlay) = (read("envoy.yaml"), read("otlp.yaml"));
        let before: Value = yaml_serde::from_str(&shipped).unwrap();
        let mut after = before.clone();
        let collector = Collector::at("http://collector:9999/x").unwrap();
        collector.merge(&mut after, &overlay).unwrap();
        let text = yaml_serde::to_string(&after).unwrap();
        for expected in [
            "uri: http://collector:9999/x/v1/traces",
            "uri: http://collector:9999/x/v1/metrics",
            "address: collector",
            "port_value: 9999",
        ] {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
        after.as_mapping_mut().unwrap().remove("stats_sinks").unwrap();
        let clusters = at(&mut after, &["static_resources", "clusters"]).unwrap();
        clusters.as_sequence_mut().unwrap().pop().unwrap();
        let manager =
            &mut after["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0];
        manager["typed_config"].as_mapping_mut().unwrap().remove("tracing").unwrap();
        assert_eq!(after, before);
    }
}
