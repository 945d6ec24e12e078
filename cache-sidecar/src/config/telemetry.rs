//! Where traces and metrics go: OpenTelemetry's own variables, of which those that are read are named here.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::reader::Reader;

/// Where traces and metrics go, and what is told of costs.
#[derive(Clone, PartialEq)]
pub struct TelemetryConfig {
    /// Where spans are posted: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, or `OTEL_EXPORTER_OTLP_ENDPOINT` with `/v1/traces`
    /// behind it. Without either there are none.
    pub traces_url: Option<String>,
    /// Where metrics are posted, likewise. `/metrics` has them anyway.
    pub metrics_url: Option<String>,
    /// Of every post: `OTEL_EXPORTER_OTLP_HEADERS`. They may hold a credential.
    pub headers: HeaderMap,
    /// The longest that a post takes: `OTEL_EXPORTER_OTLP_TIMEOUT`, in milliseconds.
    pub timeout: Duration,
    /// How long spans are collected before they are posted: `OTEL_BSP_SCHEDULE_DELAY`, in milliseconds.
    pub span_delay: Duration,
    /// How often metrics are posted: `OTEL_METRIC_EXPORT_INTERVAL`, in milliseconds.
    pub metric_interval: Duration,
    /// Which requests are traced: `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG`.
    pub sampler: Sampler,
    /// What this process calls itself: `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`.
    pub resource: Vec<(String, String)>,
    /// Whether a whole answer's head has its cost: `REQUEST_COST_HEADER`.
    pub tells_cost: bool,
}

impl fmt::Debug for TelemetryConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TelemetryConfig")
            .field("traces", &self.traces_url.is_some())
            .field("metrics", &self.metrics_url.is_some())
            .finish_non_exhaustive()
    }
}

/// Which requests are traced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampler {
    /// Whether the caller's decision holds, where it made one.
    pub follows_parent: bool,
    /// The share of the others, from 0 to 1.
    pub ratio: f64,
}

impl Sampler {
    /// Whether a request is traced whose caller decided so, or not at all. `chance` lies between 0 and 1.
    #[must_use]
    pub fn samples(self, parent: Option<bool>, chance: f64) -> bool {
        match parent {
            Some(sampled) if self.follows_parent => sampled,
            _ => chance < self.ratio,
        }
    }
}

const SERVICE: &str = "service.name";

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(super) fn telemetry(&mut self) -> TelemetryConfig {
        let base = self.url("OTEL_EXPORTER_OTLP_ENDPOINT");
        let of = |base: &Option<String>, path: &str| {
            base.as_ref().map(|base| format!("{}{path}", base.trim_end_matches('/')))
        };
        let traces = self.url("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
        let metrics = self.url("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");
        let is_off = self.choice("OTEL_SDK_DISABLED", &["false", "true"]) == "true";
        let on = |url: Option<String>| url.filter(|_| !is_off);
        // Nothing else is spoken here; a variable that says otherwise is meant for somebody else, and said so.
        self.choice("OTEL_EXPORTER_OTLP_PROTOCOL", &["http/protobuf"]);
        TelemetryConfig {
            traces_url: on(traces.or_else(|| of(&base, "/v1/traces"))),
            metrics_url: on(metrics.or_else(|| of(&base, "/v1/metrics"))),
            headers: self.otlp_headers(),
            timeout: self.millis("OTEL_EXPORTER_OTLP_TIMEOUT", 10_000),
            span_delay: self.millis("OTEL_BSP_SCHEDULE_DELAY", 5_000),
            metric_interval: self.millis("OTEL_METRIC_EXPORT_INTERVAL", 60_000),
            sampler: self.sampler(),
            resource: self.resource(),
            tells_cost: self.choice("REQUEST_COST_HEADER", &["off", "on"]) == "on",
        }
    }

    fn url(&mut self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        let is_url = text.parse::<http::Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some()
        });
        if !is_url {
            self.fault(name, "write the URL of an OTLP receiver for HTTP, such as http://127.0.0.1:4318, or leave it out to send nothing");
        }
        is_url.then_some(text)
    }

    /// One of `values`, of which the first is the default.
    fn choice(&mut self, name: &str, values: &[&'static str]) -> &'static str {
        let first = values.first().copied().unwrap_or_default();
        let Some(text) = self.text(name) else { return first };
        let given = values.iter().find(|value| **value == text).copied();
        given.unwrap_or_else(|| {
            self.fault(name, &format!("write {}", values.join(" or ")));
            first
        })
    }

    fn millis(&mut self, name: &str, default: u64) -> Duration {
        let millis: u64 = self.number(name, default);
        if millis == 0 {
            self.fault(name, "write a whole number of milliseconds above 0");
        }
        Duration::from_millis(millis.max(1))
    }

    fn otlp_headers(&mut self) -> HeaderMap {
        const NAME: &str = "OTEL_EXPORTER_OTLP_HEADERS";
        let header = |(name, value): (String, String)| {
            let mut value = HeaderValue::from_str(&value).ok()?;
            value.set_sensitive(true);
            Some((name.parse::<HeaderName>().ok()?, value))
        };
        let pairs = pairs(&self.text(NAME).unwrap_or_default());
        let headers = pairs.and_then(|pairs| pairs.into_iter().map(header).collect());
        headers.unwrap_or_else(|| {
            self.fault(NAME, "write name=value pairs with commas between them, other characters as %XX: authorization=Bearer%20abc");
            HeaderMap::new()
        })
    }

    fn sampler(&mut self) -> Sampler {
        const ARG: &str = "OTEL_TRACES_SAMPLER_ARG";
        let name = self.choice(
            "OTEL_TRACES_SAMPLER",
            &[
                "parentbased_always_on",
                "parentbased_always_off",
                "parentbased_traceidratio",
                "always_on",
                "always_off",
                "traceidratio",
            ],
        );
        let given = self.text(ARG).map_or(Some(1.0), |text| text.parse().ok());
        let share = given.filter(|share| (0.0..=1.0).contains(share)).unwrap_or_else(|| {
            self.fault(
                ARG,
                "write the share of requests that are traced, from 0 to 1, such as 0.1",
            );
            1.0
        });
        let kind = name.strip_prefix("parentbased_");
        let ratio = match kind.unwrap_or(name) {
            "always_off" => 0.0,
            "traceidratio" => share,
            _ => 1.0,
        };
        Sampler { follows_parent: kind.is_some(), ratio }
    }

    fn resource(&mut self) -> Vec<(String, String)> {
        const NAME: &str = "OTEL_RESOURCE_ATTRIBUTES";
        let given = self.text(NAME).unwrap_or_default();
        let mut resource = pairs(&given).unwrap_or_else(|| {
            self.fault(NAME, "write name=value pairs with commas between them, other characters as %XX: deployment.environment.name=prod");
            Vec::new()
        });
        let service = self.text("OTEL_SERVICE_NAME");
        if service.is_some() || !resource.iter().any(|(name, _)| name == SERVICE) {
            let service = service.unwrap_or_else(|| "sluice-cache-sidecar".to_owned());
            resource.retain(|(name, _)| name != SERVICE);
            resource.insert(0, (SERVICE.to_owned(), service));
        }
        resource
    }
}

/// `a=b,c=d`, with characters as `%XX`. `None` for anything else.
fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let (name, value) = (name.trim(), decoded(value.trim())?);
        (!name.is_empty()).then(|| (name.to_owned(), value))
    });
    pairs.collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> (TelemetryConfig, Vec<String>) {
        let lookup = |name: &str| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        let mut reader = Reader { lookup, faults: Vec::new() };
        let config = reader.telemetry();
        (config, reader.faults)
    }

    /// Where spans and metrics go.
    fn check_urls(variables: &[(&str, &str)], traces: Option<&str>, metrics: Option<&str>) {
        let (config, faults) = read(variables);
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(
            (config.traces_url.as_deref(), config.metrics_url.as_deref()),
            (traces, metrics)
        );
    }

    #[test]
    fn nothing_is_sent_unless_somebody_says_where() {
        const BASE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/");
        const TRACES: (&str, &str) = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://t.example/x");
        let (traces, metrics) =
            ("http://collector:4318/v1/traces", "http://collector:4318/v1/metrics");
        check_urls(&[], None, None);
        check_urls(&[BASE], Some(traces), Some(metrics));
        check_urls(&[BASE, TRACES], Some("https://t.example/x"), Some(metrics));
        check_urls(&[TRACES], Some("https://t.example/x"), None);
        check_urls(&[BASE, ("OTEL_SDK_DISABLED", "true")], None, None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (name, wrong) in [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "grpc://collector"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "no url"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a b=c"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "0"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "soon"),
            ("OTEL_BSP_SCHEDULE_DELAY", "-1"),
            ("OTEL_RESOURCE_ATTRIBUTES", "a=%zz"),
            ("OTEL_TRACES_SAMPLER", "sometimes"),
            ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
            ("OTEL_SDK_DISABLED", "yes"),
            ("REQUEST_COST_HEADER", "1"),
        ] {
            let (_, faults) = read(&[(name, wrong)]);
            let named: Vec<_> = faults.iter().filter_map(|fault| fault.split(':').next()).collect();
            assert_eq!(named, [name], "{wrong}");
        }
    }

    #[test]
    fn samplers_decide_as_their_names_say() {
        let check = |name: &str, share: &str, expected: [bool; 4]| {
            let (config, _) =
                read(&[("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", share)]);
            let sampler = config.sampler;
            let parents = [(Some(true), 0.5), (Some(false), 0.5), (None, 0.2), (None, 0.4)];
            let decided = parents.map(|(parent, chance)| sampler.samples(parent, chance));
            assert_eq!(decided, expected, "{name}");
        };
        check("parentbased_always_on", "", [true, false, true, true]);
        check("parentbased_always_off", "", [true, false, false, false]);
        check("parentbased_traceidratio", "0.3", [true, false, true, false]);
        check("always_on", "", [true, true, true, true]);
        check("always_off", "", [false; 4]);
        check("traceidratio", "0.3", [false, false, true, false]);
    }

    #[test]
    fn names_and_headers_are_read_as_opentelemetry_writes_them() {
        let (config, _) = read(&[
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=x, deployment.environment.name=a%20b"),
            ("OTEL_SERVICE_NAME", "gateway"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20abc,x-a=1"),
        ]);
        let resource: Vec<_> =
            config.resource.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(resource, ["service.name=gateway", "deployment.environment.name=a b"]);
        assert_eq!(config.headers["authorization"], "Bearer abc");
        assert!(!format!("{config:?} {:?}", config.headers).contains("abc"));
    }
}
