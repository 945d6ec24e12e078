//! An OTLP receiver for HTTP: takes spans and metrics as any collector would, and keeps them for a test to look at.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::{Metric, metric};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Until what was waited for is there; Envoy and the machine may be busy.
const WITHIN: Duration = Duration::from_secs(60);

/// What came.
#[derive(Debug, Default)]
pub struct Received {
    pub spans: Vec<Traced>,
    pub metrics: Vec<Metric>,
    /// Of all posts.
    pub headers: Vec<HeaderMap>,
    /// All of it as it came, for a search.
    pub text: String,
}

/// A span, and who made it.
#[derive(Clone, Debug)]
pub struct Traced {
    pub service: String,
    pub span: Span,
}

impl Traced {
    /// An attribute as text; empty where there is none.
    pub fn attribute(&self, name: &str) -> String {
        attribute(&self.span.attributes, name)
    }

    /// The names of its events.
    pub fn events(&self) -> Vec<&str> {
        self.span.events.iter().map(|event| event.name.as_str()).collect()
    }

    /// Whether `other` is its parent.
    pub fn is_child_of(&self, other: &Self) -> bool {
        self.span.parent_span_id == other.span.span_id
    }
}

pub fn attribute(attributes: &[KeyValue], name: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == name);
    match found.and_then(|found| found.value.as_ref()?.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        _ => String::new(),
    }
}

type Shared = Arc<(Mutex<Received>, watch::Sender<()>)>;

/// The receiver, until it is dropped.
pub struct Collector {
    pub url: String,
    shared: Shared,
    server: JoinHandle<()>,
}

impl Collector {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared: Shared = Arc::new((Mutex::default(), watch::channel(()).0));
        let router = Router::new()
            .route("/v1/traces", post(traces))
            .route("/v1/metrics", post(metrics))
            .with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, server }
    }

    /// Looks at what came, again whenever more has come, until there is what `find` wants.
    pub async fn wait<T>(&self, what: &str, mut find: impl FnMut(&Received) -> Option<T>) -> T {
        let (received, news) = &*self.shared;
        let mut news = news.subscribe();
        let look = async {
            loop {
                if let Some(found) = find(&received.lock().unwrap()) {
                    return found;
                }
                news.changed().await.unwrap();
            }
        };
        tokio::time::timeout(WITHIN, look).await.unwrap_or_else(|_| {
            let received = self.shared.0.lock().unwrap();
            let spans = received.spans.iter().map(|one| (&one.service, &one.span.name));
            panic!("no {what}; there are {:?}", spans.collect::<Vec<_>>())
        })
    }

    /// The spans of a trace, once there are all of these names among them.
    pub async fn trace(&self, trace_id: &str, names: &[&str]) -> Vec<Traced> {
        self.wait(&format!("trace with {names:?}"), |received| {
            let of_trace = |one: &&Traced| hex(&one.span.trace_id) == trace_id;
            let spans: Vec<Traced> = received.spans.iter().filter(of_trace).cloned().collect();
            let has = |name: &&str| spans.iter().any(|one| one.span.name == **name);
            names.iter().all(has).then_some(spans)
        })
        .await
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn traces(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    take(&shared, headers, &request, |received| {
        for of_resource in request.resource_spans.clone() {
            let service = service(of_resource.resource.as_ref());
            let spans = of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
            received.spans.extend(spans.map(|span| Traced { service: service.clone(), span }));
        }
    });
}

async fn metrics(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) {
    let request = ExportMetricsServiceRequest::decode(body).unwrap();
    take(&shared, headers, &request, |received| {
        let scopes = request.resource_metrics.clone().into_iter().flat_map(|one| one.scope_metrics);
        received.metrics.extend(scopes.flat_map(|scope| scope.metrics));
    });
}

fn take(
    shared: &Shared,
    headers: HeaderMap,
    request: &impl std::fmt::Debug,
    add: impl FnOnce(&mut Received),
) {
    let (received, news) = &**shared;
    let mut received = received.lock().unwrap();
    received.headers.push(headers);
    received.text.push_str(&format!("{request:?}\n"));
    add(&mut received);
    drop(received);
    news.send_replace(());
}

fn service(resource: Option<&Resource>) -> String {
    resource.map(|resource| attribute(&resource.attributes, "service.name")).unwrap_or_default()
}

/// The count of a histogram, or the sum of a counter, over all points with these attributes.
pub fn total(metrics: &[Metric], name: &str, labels: &[(&str, &str)]) -> f64 {
    use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
    let has = |attributes: &[KeyValue]| {
        labels.iter().all(|(label, value)| attribute(attributes, label) == *value)
    };
    // Figures are sums since the start: the newest says all.
    let newest = metrics.iter().rev().find(|metric| metric.name == name);
    match newest.and_then(|metric| metric.data.as_ref()) {
        Some(metric::Data::Histogram(histogram)) => {
            let points = histogram.data_points.iter().filter(|point| has(&point.attributes));
            points.map(|point| point.count as f64).sum()
        }
        Some(metric::Data::Sum(sum)) => {
            let points = sum.data_points.iter().filter(|point| has(&point.attributes));
            let figure = |number: Option<Number>| match number {
                Some(Number::AsDouble(value)) => value,
                Some(Number::AsInt(value)) => value as f64,
                None => 0.0,
            };
            points.map(|point| figure(point.value)).sum()
        }
        _ => 0.0,
    }
}
