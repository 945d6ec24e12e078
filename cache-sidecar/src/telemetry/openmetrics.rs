//! Our own `/metrics` page as OTLP: one registry, whoever adds to it is in both.
//!
//! Reads what [`crate::metrics::Metrics::text`] writes, not any page: a family's lines follow its `# TYPE`, and a
//! histogram's lines stand together, its buckets in order.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Exemplar, Gauge, Histogram, HistogramDataPoint, Metric,
    NumberDataPoint, Sum, exemplar, metric, number_data_point,
};

use super::attribute;
use crate::metrics::genai;

/// A line of the page.
struct Sample<'t> {
    name: &'t str,
    labels: Vec<(&'t str, String)>,
    value: f64,
    exemplar: Option<Exemplar>,
}

/// The metrics of `text`, counted since `started_ns`, as of `now_ns`: both in nanoseconds since the Unix epoch.
pub(super) fn read(text: &str, started_ns: u64, now_ns: u64) -> Vec<Metric> {
    let mut families = Vec::new();
    let mut help = "";
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            match comment.split_once(' ') {
                Some(("HELP", rest)) => help = rest.split_once(' ').map_or("", |(_, help)| help),
                Some(("TYPE", rest)) => {
                    if let Some((name, kind)) = rest.split_once(' ') {
                        families.push(Family { name, kind, help, samples: Vec::new() });
                    }
                }
                _ => {}
            }
        } else if let (Some(family), Some(sample)) = (families.last_mut(), sample(line, now_ns)) {
            family.samples.push(sample);
        }
    }
    families.into_iter().filter_map(|family| family.metric(started_ns, now_ns)).collect()
}

struct Family<'t> {
    name: &'t str,
    kind: &'t str,
    help: &'t str,
    samples: Vec<Sample<'t>>,
}

impl Family<'_> {
    fn metric(self, started_ns: u64, now_ns: u64) -> Option<Metric> {
        if self.samples.is_empty() {
            return None;
        }
        let (name, unit) = genai::conventional(self.name);
        let (name, unit, description) = (name.to_owned(), unit.to_owned(), self.help.to_owned());
        let aggregation_temporality = AggregationTemporality::Cumulative.into();
        let number = |sample: Sample<'_>| NumberDataPoint {
            attributes: attributes(&sample.labels),
            start_time_unix_nano: started_ns,
            time_unix_nano: now_ns,
            value: Some(number_data_point::Value::AsDouble(sample.value)),
            ..NumberDataPoint::default()
        };
        let data = match self.kind {
            "counter" => metric::Data::Sum(Sum {
                data_points: self.samples.into_iter().map(number).collect(),
                aggregation_temporality,
                is_monotonic: true,
            }),
            "gauge" => metric::Data::Gauge(Gauge {
                data_points: self.samples.into_iter().map(number).collect(),
            }),
            "histogram" => metric::Data::Histogram(Histogram {
                data_points: histograms(self.samples, started_ns, now_ns),
                aggregation_temporality,
            }),
            _ => return None,
        };
        Some(Metric { name, description, unit, data: Some(data), ..Metric::default() })
    }
}

/// Each from its first bucket to the next one's. The page counts all up to a bound, OTLP what lies between two.
fn histograms(samples: Vec<Sample<'_>>, started_ns: u64, now_ns: u64) -> Vec<HistogramDataPoint> {
    let mut points: Vec<HistogramDataPoint> = Vec::new();
    let mut labels: Option<Vec<(&str, String)>> = None;
    let mut below = 0;
    for mut sample in samples {
        let bound = sample.labels.iter().position(|(name, _)| *name == "le");
        let bound = bound.map(|at| sample.labels.remove(at).1);
        if labels.as_ref() != Some(&sample.labels) {
            below = 0;
            points.push(HistogramDataPoint {
                attributes: attributes(&sample.labels),
                start_time_unix_nano: started_ns,
                time_unix_nano: now_ns,
                ..HistogramDataPoint::default()
            });
        }
        let Some(point) = points.last_mut() else { continue };
        if let Some(bound) = bound {
            let count = whole(sample.value);
            point.bucket_counts.push(count.saturating_sub(below));
            below = count;
            point
                .explicit_bounds
                .extend(bound.parse().ok().filter(|bound: &f64| bound.is_finite()));
            point.exemplars.extend(sample.exemplar);
        } else if sample.name.ends_with("_sum") {
            point.sum = Some(sample.value);
        } else if sample.name.ends_with("_count") {
            point.count = whole(sample.value);
        }
        labels = Some(sample.labels);
    }
    points
}

fn whole(value: f64) -> u64 {
    // Counts, which a float holds exactly up to 2^53.
    value.max(0.0) as u64
}

fn attributes(labels: &[(&str, String)]) -> Vec<KeyValue> {
    let labels = labels.iter();
    labels.map(|(name, value)| attribute(genai::conventional_label(name), value.as_str())).collect()
}

/// `name{label="value",…} value # {label="value"} value time`
fn sample(line: &str, now_ns: u64) -> Option<Sample<'_>> {
    let end = line.find(['{', ' '])?;
    let (name, rest) = line.split_at(end);
    let (labels, rest) = labels(rest)?;
    let (sample, behind) = rest.split_once(" # ").unwrap_or((rest, ""));
    let value = sample.split_ascii_whitespace().next()?.parse().ok()?;
    Some(Sample { name, labels, value, exemplar: exemplar(behind, now_ns) })
}

fn exemplar(text: &str, now_ns: u64) -> Option<Exemplar> {
    let (labels, rest) = labels(text)?;
    let id = |wanted: &str| {
        let (_, hex) = labels.iter().find(|(name, _)| *name == wanted)?;
        let digits = hex
            .as_bytes()
            .chunks_exact(2)
            .map(|two| u8::from_str_radix(str::from_utf8(two).ok()?, 16).ok());
        digits.collect::<Option<Vec<u8>>>()
    };
    let mut figures = rest.split_ascii_whitespace();
    let value = figures.next()?.parse().ok()?;
    let seconds: Option<f64> = figures.next().and_then(|time| time.parse().ok());
    Some(Exemplar {
        time_unix_nano: seconds.map_or(now_ns, |seconds| whole(seconds * 1e9)),
        trace_id: id("trace_id")?,
        span_id: id("span_id")?,
        value: Some(exemplar::Value::AsDouble(value)),
        ..Exemplar::default()
    })
}

/// The labels in braces, if there are any, and what is behind them.
fn labels(text: &str) -> Option<(Vec<(&str, String)>, &str)> {
    let Some(mut rest) = text.strip_prefix('{') else { return Some((Vec::new(), text)) };
    let mut labels = Vec::new();
    loop {
        if let Some(behind) = rest.strip_prefix('}') {
            return Some((labels, behind));
        }
        let (name, quoted) = rest.split_once("=\"")?;
        let (value, behind) = quoted_value(quoted)?;
        labels.push((name, value));
        rest = behind.strip_prefix(',').unwrap_or(behind);
    }
}

/// Up to the closing quote.
fn quoted_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' => match letters.next()?.1 {
                'n' => value.push('\n'),
                escaped => value.push(escaped),
            },
            letter => value.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# HELP sluice_sidecar_requests Requests by operation.
# TYPE sluice_sidecar_requests counter
sluice_sidecar_requests_total{operation=\"chat\",odd=\"a\\\"b,}\\n\"} 7
# HELP sluice_sidecar_flights Generations under way.
# TYPE sluice_sidecar_flights gauge
sluice_sidecar_flights 2
# HELP gen_ai_server_request_duration_seconds Time.
# TYPE gen_ai_server_request_duration_seconds histogram
# UNIT gen_ai_server_request_duration_seconds seconds
gen_ai_server_request_duration_seconds_bucket{le=\"0.01\",gen_ai_request_model=\"a\"} 1
gen_ai_server_request_duration_seconds_bucket{le=\"0.02\",gen_ai_request_model=\"a\"} 3 # {trace_id=\"0af7651916cd43dd8448eb211c80319c\",span_id=\"b7ad6b7169203331\"} 0.015 1700000000.5
gen_ai_server_request_duration_seconds_bucket{le=\"+Inf\",gen_ai_request_model=\"a\"} 4
gen_ai_server_request_duration_seconds_sum{gen_ai_request_model=\"a\"} 1.5
gen_ai_server_request_duration_seconds_count{gen_ai_request_model=\"a\"} 4
gen_ai_server_request_duration_seconds_bucket{le=\"+Inf\",gen_ai_request_model=\"b\"} 9
gen_ai_server_request_duration_seconds_count{gen_ai_request_model=\"b\"} 9
# HELP empty Nothing.
# TYPE empty counter
# EOF
";

    /// Name, unit and labels of each, and its figures.
    fn written(metric: &Metric) -> String {
        let points: Vec<String> = match metric.data.as_ref().unwrap() {
            metric::Data::Sum(sum) => sum.data_points.iter().map(number).collect(),
            metric::Data::Gauge(gauge) => gauge.data_points.iter().map(number).collect(),
            metric::Data::Histogram(histogram) => {
                histogram.data_points.iter().map(distribution).collect()
            }
            other => panic!("{other:?}"),
        };
        format!("{} [{}] {}", metric.name, metric.unit, points.join("; "))
    }

    fn number(point: &NumberDataPoint) -> String {
        assert_eq!((point.start_time_unix_nano, point.time_unix_nano), (1, 2));
        let number_data_point::Value::AsDouble(value) = point.value.unwrap() else { panic!() };
        format!("{}={value}", names(&point.attributes))
    }

    fn distribution(point: &HistogramDataPoint) -> String {
        let exemplars = point
            .exemplars
            .iter()
            .map(|exemplar| format!("{}/{}", exemplar.trace_id.len(), exemplar.time_unix_nano));
        let exemplars: Vec<_> = exemplars.collect();
        format!(
            "{} {:?} {:?} {:?} {} {exemplars:?}",
            names(&point.attributes),
            point.explicit_bounds,
            point.bucket_counts,
            point.sum,
            point.count
        )
    }

    fn names(attributes: &[KeyValue]) -> String {
        attributes.iter().map(|one| one.key.as_str()).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn the_page_becomes_otlp() {
        let metrics: Vec<String> = read(PAGE, 1, 2).iter().map(written).collect();
        assert_eq!(
            metrics,
            [
                "sluice_sidecar_requests [] operation,odd=7",
                "sluice_sidecar_flights [] =2",
                "gen_ai.server.request.duration [s] gen_ai.request.model [0.01, 0.02] [1, 2, 1] Some(1.5) 4 [\"16/1700000000500000000\"]; \
                 gen_ai.request.model [] [9] None 9 []",
            ]
        );
        let odd = labels("{a=\"x\\\"y,}\\n\"} 1").unwrap();
        assert_eq!(odd, (vec![("a", "x\"y,}\n".to_owned())], " 1"));
    }
}
