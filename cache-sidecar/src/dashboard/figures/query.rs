//! What can be asked.

use crate::accounting::record::Event;

/// A step's edges lie a whole number of steps from here: a Monday, so that weeks begin with one.
pub(super) const MONDAY_S: u64 = 4 * 86_400;

/// What is asked about settled exchanges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Query {
    /// From when on, in seconds since the Unix epoch.
    pub from_s: u64,
    /// Until when, without it.
    pub to_s: u64,
    /// How long a step is, in seconds; without, all of the time is one.
    pub step_s: Option<u64>,
    /// By which names rows are told apart.
    pub by: Vec<By>,
    /// One tenant only.
    pub tenant: Option<String>,
    /// One user only.
    pub user: Option<String>,
    /// One model only.
    pub model: Option<String>,
    /// How many rows at the most.
    pub limit: u32,
}

/// What rows are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// Who pays.
    Tenant,
    /// Within the tenant: two tenants' users of one name are one row, unless it is asked by tenant too.
    User,
    /// As the client wrote it.
    Model,
}

impl By {
    /// Stable: of the API and of columns.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::User => "user",
            Self::Model => "model",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Tenant, Self::User, Self::Model].into_iter().find(|by| by.name() == name)
    }
}

/// What is counted beside usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Where answers came from: `hit`, `miss`, …
    Cache,
    /// How exchanges ended.
    Outcome,
    /// Classes of status: `2xx`, `4xx`, `429`, `5xx`.
    Status,
    /// Redactions by type.
    Redaction,
    /// Time to the first token, by bucket of [`super::Distribution`].
    Ttft,
    /// Time to the end, by bucket.
    Duration,
}

impl Kind {
    /// As the embedded store writes it.
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Cache => 0,
            Self::Outcome => 1,
            Self::Status => 2,
            Self::Redaction => 3,
            Self::Ttft => 4,
            Self::Duration => 5,
        }
    }
}

/// What adds up. Tokens and cost are of exchanges that were charged; what others would have taken is `saved`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Settled exchanges.
    pub requests: u64,
    /// All input tokens.
    pub input_tokens: u64,
    /// Of these, from the provider's context cache.
    pub cached_input_tokens: u64,
    /// All output tokens.
    pub output_tokens: u64,
    /// Of these, spent on thinking.
    pub reasoning_tokens: u64,
    /// Millionths of a US dollar.
    pub cost_micros: u64,
    /// Millionths of a US dollar that weren't paid, since the cache or another's call had the answer.
    pub saved_micros: u64,
    /// Tokens that weren't.
    pub saved_tokens: u64,
}

impl Totals {
    /// Of one exchange.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        let usage = &event.usage;
        let saved = Self { requests: 1, saved_micros: event.saved_micros, ..Self::default() };
        if !usage.is_charged() {
            return Self { saved_tokens: usage.total_tokens(), ..saved };
        }
        Self {
            input_tokens: usage.input_tokens,
            cached_input_tokens: usage.cached_input_tokens,
            output_tokens: usage.output_tokens,
            reasoning_tokens: usage.reasoning_tokens,
            cost_micros: usage.cost_micros,
            ..saved
        }
    }

    /// In the order of the fields.
    #[must_use]
    pub fn values(&self) -> [u64; 8] {
        [
            self.requests,
            self.input_tokens,
            self.cached_input_tokens,
            self.output_tokens,
            self.reasoning_tokens,
            self.cost_micros,
            self.saved_micros,
            self.saved_tokens,
        ]
    }

    /// From what [`Totals::values`] gave.
    #[must_use]
    pub fn from_values(values: [u64; 8]) -> Self {
        let [
            requests,
            input_tokens,
            cached_input_tokens,
            output_tokens,
            reasoning_tokens,
            cost_micros,
            saved_micros,
            saved_tokens,
        ] = values;
        Self {
            requests,
            input_tokens,
            cached_input_tokens,
            output_tokens,
            reasoning_tokens,
            cost_micros,
            saved_micros,
            saved_tokens,
        }
    }

    /// Adds `other`.
    pub fn add(&mut self, other: &Self) {
        let (mut sum, more) = (self.values(), other.values());
        sum.iter_mut().zip(more).for_each(|(sum, more)| *sum = sum.saturating_add(more));
        *self = Self::from_values(sum);
    }
}

/// The class of a status, as it is counted.
#[must_use]
pub fn status_class(status: u16) -> &'static str {
    match status {
        ..300 => "2xx",
        429 => "429",
        499 => "499",
        300..500 => "4xx",
        500.. => "5xx",
    }
}

/// A stretch of time that the page offers, until now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Stable: of the API.
    pub name: &'static str,
    /// How long a step of its charts is, in seconds.
    pub step_s: u64,
    /// How many there are.
    pub steps: u64,
}

/// All of them; the first is the default.
pub const RANGES: [Range; 6] = [
    Range { name: "24h", step_s: 1_800, steps: 48 },
    Range { name: "1h", step_s: 60, steps: 60 },
    Range { name: "7d", step_s: 3 * 3_600, steps: 56 },
    Range { name: "30d", step_s: 86_400, steps: 30 },
    Range { name: "90d", step_s: 3 * 86_400, steps: 30 },
    Range { name: "1y", step_s: 7 * 86_400, steps: 52 },
];

impl Range {
    /// The one of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        RANGES.into_iter().find(|range| range.name == name)
    }

    /// From when to when it is at `now_s`: whole steps, the current one with them.
    #[must_use]
    pub fn around(self, now_s: u64) -> (u64, u64) {
        let since = now_s.saturating_sub(MONDAY_S);
        let to = MONDAY_S + (since / self.step_s + 1) * self.step_s;
        (to.saturating_sub(self.step_s * self.steps), to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_whole_steps_around_now() {
        // 2026-11-23 16:30:38 UTC, a Monday.
        let now = 1_795_451_438;
        for range in RANGES {
            let (from, to) = range.around(now);
            assert!(from < now && now < to && to - now <= range.step_s, "{}", range.name);
            assert_eq!((from - MONDAY_S) % range.step_s, 0, "{}", range.name);
            assert_eq!((to - from) / range.step_s, range.steps, "{}", range.name);
        }
        let (_, to) = Range::parse("1y").unwrap().around(now);
        // The next Monday at midnight.
        assert_eq!(to, 1_795_996_800);
        assert_eq!(Range::parse("1m"), None);
    }
}
