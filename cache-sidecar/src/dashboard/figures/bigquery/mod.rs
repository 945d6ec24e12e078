//! Questions to BigQuery, over the view of distinct usage events that `infrastructure/modules/events` makes.
//!
//! One call of `jobs.query` for each question, whose answer is kept for a while: a page that is open asks the same again
//! and again, and each question is paid for.

mod sql;
mod wire;

use std::time::Duration;

use futures_util::future::BoxFuture;
use moka::future::Cache;
use reqwest::Client;
use serde_json::{Value, json};

use super::{CountRow, Figures, FiguresError, Kind, Query, Rows, Totals, UsageRow};
use crate::vertex::{Auth, Tokens};
use sql::Statement;

/// What a question may cost: it is refused where it would read more, in bytes.
const MAX_BYTES_BILLED: u64 = 10 << 30;
const PATIENCE: Duration = Duration::from_secs(30);
/// What one call waits for on BigQuery's side, in milliseconds.
const WAIT_MS: u64 = 10_000;
/// Rows of one page of an answer.
const PAGE: u64 = 10_000;
/// How long an answer stands.
const FRESH: Duration = Duration::from_secs(60);
const MAX_ANSWERS: u64 = 512;

/// `project.dataset`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// Who has it, and pays for questions.
    pub project: String,
    /// Its name.
    pub dataset: String,
}

impl Dataset {
    /// Reads `project.dataset`; nothing where it is something else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (project, dataset) = text.split_once('.')?;
        let is_project = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':');
        let is_dataset = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_name = |name: &str, is_plain: fn(u8) -> bool| {
            (1..=1024).contains(&name.len()) && name.bytes().all(is_plain)
        };
        (is_name(project, is_project) && is_name(dataset, is_dataset))
            .then(|| Self { project: project.to_owned(), dataset: dataset.to_owned() })
    }
}

/// The table of all sidecars' events.
pub struct BigQuery {
    client: Client,
    endpoint: String,
    dataset: Dataset,
    tokens: Tokens,
    answers: Cache<(Query, Option<Kind>), Vec<Vec<String>>>,
}

impl BigQuery {
    /// Asks about `dataset` at `endpoint`, an origin; access tokens come as `auth` says.
    ///
    /// # Errors
    /// Where there are no credentials, in words.
    pub fn new(dataset: Dataset, endpoint: String, auth: Auth) -> Result<Self, String> {
        crate::tls::use_ring();
        let client = Client::builder().timeout(PATIENCE).no_proxy().build();
        Ok(Self {
            client: client.map_err(|error| error.to_string())?,
            endpoint,
            dataset,
            tokens: Tokens::new(auth, PATIENCE).map_err(|error| error.to_string())?,
            answers: Cache::builder().max_capacity(MAX_ANSWERS).time_to_live(FRESH).build(),
        })
    }

    async fn rows(&self, key: (Query, Option<Kind>), statement: Statement) -> Rows<Vec<String>> {
        // Who asks the same meanwhile waits for the same answer.
        let answer = self.answers.try_get_with(key, self.ask(&statement));
        answer.await.map_err(|error| (*error).clone())
    }

    async fn ask(&self, statement: &Statement) -> Rows<Vec<String>> {
        let jobs =
            format!("{}/bigquery/v2/projects/{}/queries", self.endpoint, self.dataset.project);
        let body = json!({
            "query": statement.sql,
            "useLegacySql": false,
            "parameterMode": "NAMED",
            "queryParameters": statement.parameters.iter().map(wire::parameter).collect::<Vec<_>>(),
            "maximumBytesBilled": MAX_BYTES_BILLED.to_string(),
            "maxResults": PAGE,
            "timeoutMs": WAIT_MS,
            "labels": {"from": "sluice-dashboard"},
        });
        let mut answer = self.call(self.client.post(&jobs).body(body.to_string())).await?;
        let mut rows = Vec::new();
        loop {
            let page = wire::page(&answer)?;
            rows.extend(page.rows);
            let next = match (page.is_complete, page.next) {
                (true, None) => return Ok(rows),
                (true, Some(token)) => format!("&pageToken={}", wire::encoded(&token)),
                (false, _) => String::new(),
            };
            let (job, location) = wire::job(&answer)?;
            let url = format!(
                "{jobs}/{}?maxResults={PAGE}&timeoutMs={WAIT_MS}&location={}{next}",
                wire::encoded(&job),
                wire::encoded(&location)
            );
            answer = self.call(self.client.get(url)).await?;
        }
    }

    async fn call(&self, request: reqwest::RequestBuilder) -> Result<Value, FiguresError> {
        let headers = self.tokens.headers().await;
        let headers = headers.map_err(|_| FiguresError::Unavailable("no_access_token"))?;
        let request = request.headers(headers).header("content-type", "application/json");
        let response =
            request.send().await.map_err(|_| FiguresError::Unavailable("unreachable"))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|_| FiguresError::Unavailable("cut"))?;
        if status.is_server_error() {
            return Err(FiguresError::Unavailable("server_error"));
        }
        let body: Value =
            serde_json::from_slice(&body).map_err(|_| FiguresError::Unavailable("no_json"))?;
        if status.is_success() {
            return Ok(body);
        }
        let said = body["error"]["message"].as_str().unwrap_or("no reason given");
        Err(FiguresError::Refused(format!("BigQuery answered {}: {said}", status.as_u16())))
    }
}

impl Figures for BigQuery {
    fn usage<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Rows<UsageRow>> {
        Box::pin(async move {
            let statement = sql::usage(&self.dataset, query);
            let rows = self.rows((query.clone(), None), statement).await?;
            let names = query.by.len();
            let row = |cells: &Vec<String>| {
                let mut sums = [0; 8];
                for (index, sum) in sums.iter_mut().enumerate() {
                    *sum = wire::number(cells.get(1 + names + index)?);
                }
                Some(UsageRow {
                    start_s: wire::number(cells.first()?),
                    names: cells.get(1..1 + names)?.to_vec(),
                    totals: Totals::from_values(sums),
                })
            };
            rows.iter().map(row).collect::<Option<_>>().ok_or(SHAPE)
        })
    }

    fn counts<'a>(&'a self, query: &'a Query, kind: Kind) -> BoxFuture<'a, Rows<CountRow>> {
        Box::pin(async move {
            let statement = sql::counts(&self.dataset, query, kind);
            let rows = self.rows((query.clone(), Some(kind)), statement).await?;
            let names = query.by.len();
            let row = |cells: &Vec<String>| {
                Some(CountRow {
                    start_s: wire::number(cells.first()?),
                    names: cells.get(1..1 + names)?.to_vec(),
                    label: cells.get(1 + names)?.clone(),
                    count: wire::number(cells.get(2 + names)?),
                })
            };
            rows.iter().map(row).collect::<Option<_>>().ok_or(SHAPE)
        })
    }

    fn name(&self) -> &'static str {
        "bigquery"
    }

    fn fresh_s(&self) -> u64 {
        FRESH.as_secs()
    }
}

const SHAPE: FiguresError = FiguresError::Unavailable("unknown_shape");

#[cfg(test)]
mod tests {
    use super::Dataset;

    #[test]
    fn datasets() {
        for (text, expected) in [
            ("acme-prod.llm_usage", Some(("acme-prod", "llm_usage"))),
            ("example.com:acme.usage", None),
            ("acme", None),
            (".usage", None),
            ("acme.", None),
            ("acme.a`b", None),
            ("acme.a.b", None),
        ] {
            let dataset = Dataset::parse(text);
            let got = dataset.as_ref().map(|one| (one.project.as_str(), one.dataset.as_str()));
            assert_eq!(got, expected, "{text}");
        }
    }
}
