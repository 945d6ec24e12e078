use std::collections::BTreeMap;

use super::{Answer, http};

/// A page in Prometheus's text format.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// All samples.
    pub samples: Vec<Sample>,
    /// The page as it came, for a search.
    pub text: String,
}

/// One sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// With the suffix of a histogram's series.
    pub name: String,
    /// Labels by name.
    pub labels: BTreeMap<String, String>,
    /// Its value.
    pub value: f64,
}

impl Metrics {
    /// What `url` says now.
    pub async fn of(url: &str) -> Self {
        Self::parse(&Answer::of(http().get(url)).await.text())
    }

    /// Reads a page; lines that aren't samples are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self { samples: lines.filter_map(sample).collect(), text: text.to_owned() }
    }

    /// The sum over all samples of that name that have these labels; 0 where there are none.
    #[must_use]
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let has = |sample: &&Sample| {
            labels
                .iter()
                .all(|(name, value)| sample.labels.get(*name).is_some_and(|found| found == value))
        };
        self.samples
            .iter()
            .filter(|sample| sample.name == name)
            .filter(has)
            .map(|sample| sample.value)
            .sum()
    }
}

fn sample(line: &str) -> Option<Sample> {
    // Behind a hash comes an example of a histogram's bucket.
    let line = line.split_once(" # ").map_or(line, |(sample, _)| sample);
    let end = line.rfind('}').map_or_else(|| line.find(' '), |end| Some(end + 1))?;
    let (series, value) = line.split_at_checked(end)?;
    let value = value.split_whitespace().next()?.parse().ok()?;
    let (name, rest) = series.split_once('{').unwrap_or((series, ""));
    let mut labels = BTreeMap::new();
    let mut rest = rest.trim_end_matches('}');
    while let Some((label, after)) = rest.split_once("=\"") {
        let (text, after) = quoted(after)?;
        labels.insert(label.trim_start_matches(',').trim().to_owned(), text);
        rest = after;
    }
    Some(Sample { name: name.to_owned(), labels, value })
}

/// The text up to the closing quote, without its escapes, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((index, char)) = chars.next() {
        match char {
            '"' => return Some((out, text.get(index + 1..)?)),
            '\\' => out.push(match chars.next()?.1 {
                'n' => '\n',
                other => other,
            }),
            other => out.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_envoy_writes() {
        let page = "# TYPE gw_tokens counter\n\
            gw_tokens{tenant=\"acme\",model=\"m1\"} 3\n\
            gw_tokens{tenant=\"acme\",model=\"m\\\"2\"} 4\n\
            gw_tokens{tenant=\"other\"} 5\n\
            plain{} 1\nbare 2.5\n\nhist_bucket{le=\"+Inf\"} 7 1700000000\n";
        let metrics = Metrics::parse(page);
        for (name, labels, expected) in [
            ("gw_tokens", &[("tenant", "acme")][..], 7.0),
            ("gw_tokens", &[("tenant", "acme"), ("model", "m\"2")], 4.0),
            ("gw_tokens", &[("tenant", "none")], 0.0),
            ("plain", &[], 1.0),
            ("bare", &[], 2.5),
            ("hist_bucket", &[("le", "+Inf")], 7.0),
        ] {
            assert!(
                (metrics.sum(name, labels) - expected).abs() < f64::EPSILON,
                "{name} {labels:?}"
            );
        }
    }
}
