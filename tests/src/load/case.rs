//! The cases, and one case measured on two Envoys in turns.

use std::time::Duration;

use serde_json::json;

use super::client::{Answer, Load, New};
use super::envoys::{Chain, Envoys};
use super::process::cpu_time;
use super::prompt;
use super::report::{Figures, Row, median, quantile};
use crate::client::Steering;
use crate::stack::StackError;

/// The scripted model that answers at once, with [`ANSWER`].
pub const MODEL: &str = "bench";
/// The scripted model that streams.
pub const STREAMED_MODEL: &str = "bench-streamed";
/// What each request is answered with. The placeholder is restored where the prompt had an address.
const ANSWER: &str = "Revenue rose by 12.4 % and costs stayed flat, so the plan holds. I would tell [EMAIL_1] \
    first, then the team, and keep the rollback ready until Monday.";
/// Chunks of a streamed answer.
pub const CHUNKS: usize = 100;
/// Between two chunks, so that each comes alone, as a model's do.
const CHUNK_DELAY_MILLIS: u64 = 2;
/// Connections of a case that isn't streamed.
const CONNECTIONS: usize = 2;
/// Connections of the streamed case: most of them wait for a chunk.
const STREAMED_CONNECTIONS: usize = 16;

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// What people read.
    pub name: &'static str,
    /// Which Envoy is held against the plain one.
    pub chain: Chain,
    /// Size of the request's body.
    pub bytes: usize,
    /// Whether personal data is in it.
    pub personal: bool,
    /// Whether the answer is streamed.
    pub stream: bool,
    /// Whether all but the last turn was sent before.
    pub goes_on: bool,
    /// Whether the sidecar answers from its cache.
    pub hit: bool,
}

/// All cases.
#[must_use]
pub fn cases() -> Vec<Case> {
    let base = Case {
        name: "1 KB",
        chain: Chain::Shipped,
        bytes: 1 << 10,
        personal: false,
        stream: false,
        goes_on: false,
        hit: false,
    };
    let personal = Case { personal: true, ..base };
    let without_wasm = Case { name: "1 KB, without Wasm", chain: Chain::WithoutWasm, ..base };
    vec![
        without_wasm,
        base,
        Case { name: "1 KB, personal data", ..personal },
        Case { name: "8 KB", bytes: 8 << 10, ..base },
        Case { name: "8 KB, personal data", bytes: 8 << 10, ..personal },
        Case { name: "64 KB", bytes: 64 << 10, ..base },
        Case { name: "64 KB, personal data", bytes: 64 << 10, ..personal },
        Case {
            name: "64 KB, personal data, one turn of it new",
            bytes: 64 << 10,
            goes_on: true,
            ..personal
        },
        Case { name: "1 KB, personal data, streamed", stream: true, ..personal },
        Case { name: "1 KB, personal data, cache hit", hit: true, ..personal },
    ]
}

/// A case with what was measured of it.
#[derive(Debug)]
pub struct Pair {
    case: Case,
    plain: Side,
    other: Side,
}

/// One Envoy under the case's load.
#[derive(Debug)]
struct Side {
    pids: Vec<i32>,
    load: Load,
    batches: Vec<Figures>,
}

impl Pair {
    /// A case that is checked: what reaches the emulator is redacted or not, and what comes back restored or not.
    ///
    /// # Errors
    /// If it isn't so.
    pub async fn new(case: Case, envoys: &Envoys, baseline: bool) -> Result<Self, StackError> {
        let pair = Self {
            case,
            plain: Side::new(&case, Chain::Plain, envoys)?,
            other: Side::new(&case, case.chain, envoys)?,
        };
        script(envoys).await;
        for (side, chain, redacts) in [
            (&pair.plain, Chain::Plain, baseline),
            (&pair.other, case.chain, case.chain == Chain::Shipped),
        ] {
            let first = side.load.once().await?;
            let answer = if case.hit { side.load.once().await? } else { first };
            check(&case, redacts, &answer, &envoys.steering(chain)).await?;
        }
        Ok(pair)
    }

    /// Lets both work, and measures nothing.
    ///
    /// # Errors
    /// If a request fails.
    pub async fn warm_up(&self, duration: Duration) -> Result<(), StackError> {
        self.plain.load.batch(duration).await?;
        self.other.load.batch(duration).await?;
        Ok(())
    }

    /// One batch each.
    ///
    /// # Errors
    /// If a request fails.
    pub async fn measure(&mut self, duration: Duration, reverse: bool) -> Result<(), StackError> {
        let mut sides = [&mut self.plain, &mut self.other];
        if reverse {
            sides.reverse();
        }
        for side in sides {
            side.measure(duration).await?;
        }
        Ok(())
    }

    /// The medians over all batches.
    #[must_use]
    pub fn row(&self) -> Row {
        let of = |side: &Side, field: fn(&Figures) -> f64| {
            median(side.batches.iter().map(field).collect())
        };
        let figures = |side: &Side| Figures {
            cpu_micros: of(side, |batch| batch.cpu_micros),
            p50_micros: of(side, |batch| batch.p50_micros),
            p99_micros: of(side, |batch| batch.p99_micros),
            requests: of(side, |batch| batch.requests),
        };
        // Of the two batches that ran side by side, so that a slow moment is in both.
        let ratio = |field: fn(&Figures) -> f64| {
            let pairs = self.plain.batches.iter().zip(&self.other.batches);
            median(pairs.map(|(plain, other)| field(other) / field(plain)).collect())
        };
        Row {
            name: self.case.name.to_owned(),
            body_bytes: self.case.bytes,
            chunks: if self.case.stream { CHUNKS } else { 0 },
            plain: figures(&self.plain),
            other: figures(&self.other),
            cpu_ratio: ratio(|batch| batch.cpu_micros),
            p50_ratio: ratio(|batch| batch.p50_micros),
            p99_ratio: ratio(|batch| batch.p99_micros),
        }
    }
}

impl Side {
    fn new(case: &Case, chain: Chain, envoys: &Envoys) -> Result<Self, StackError> {
        let body = prompt::body(case.bytes, case.personal, case.stream);
        let connections = if case.stream { STREAMED_CONNECTIONS } else { CONNECTIONS };
        let new = match (case.hit, case.goes_on) {
            (true, _) => New::Nothing,
            (false, true) => New::LastTurn,
            (false, false) => New::All,
        };
        let load = Load::new(&envoys.url(chain), body, new, connections)?;
        Ok(Self { pids: envoys.pids(chain), load, batches: Vec::new() })
    }

    async fn measure(&mut self, duration: Duration) -> Result<(), StackError> {
        let time = |pids: &[i32]| pids.iter().map(|pid| cpu_time(*pid)).sum::<Duration>();
        let before = time(&self.pids);
        let mut latencies = self.load.batch(duration).await?;
        let taken = time(&self.pids).saturating_sub(before);
        latencies.sort_unstable();
        let requests = latencies.len() as f64;
        self.batches.push(Figures {
            cpu_micros: micros(taken) / requests,
            p50_micros: micros(quantile(&latencies, 0.5)),
            p99_micros: micros(quantile(&latencies, 0.99)),
            requests,
        });
        Ok(())
    }
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// Tells the emulator what to answer.
async fn script(envoys: &Envoys) {
    let words: Vec<_> = ANSWER.split_inclusive(' ').cycle().take(CHUNKS).collect();
    let answer = json!({"chunks": words});
    let streamed = json!({
        "model": STREAMED_MODEL,
        "answer": answer,
        "chunk_delay_ms": CHUNK_DELAY_MILLIS,
    });
    for steering in envoys.chains().map(|chain| envoys.steering(chain)) {
        steering.script(json!({"model": MODEL, "answer": {"chunks": ANSWER}})).await;
        steering.script(streamed.clone()).await;
    }
}

/// What is measured must be what the case says.
async fn check(
    case: &Case,
    redacts: bool,
    answer: &Answer,
    steering: &Steering,
) -> Result<(), StackError> {
    const ADDRESS: &str = "anna.miller1@example.com";
    let wrong = |what: &str| Err(StackError(format!("{}: {what}", case.name)));
    let hit = answer.cache_status.contains("hit");
    if hit != case.hit {
        return wrong(&format!("cache-status is {:?}", answer.cache_status));
    }
    let restored = String::from_utf8_lossy(&answer.body).contains(ADDRESS);
    if !case.stream && restored != (redacts && case.personal) {
        return wrong("the answer is restored where it shouldn't be, or the other way round");
    }
    if case.hit {
        return Ok(());
    }
    let sent = steering.requests_with(&answer.nonce).await;
    let Some(sent) = sent.first() else { return wrong("the emulator didn't get the request") };
    let numbered = sent.body.contains("[EMAIL_1]") && !sent.body.contains(ADDRESS);
    if numbered != (redacts && case.personal) {
        return wrong("the prompt is redacted where it shouldn't be, or the other way round");
    }
    let placeholder = sent.body.contains("_1]");
    if placeholder && !case.personal {
        return wrong("something was found where there is no personal data");
    }
    Ok(())
}
