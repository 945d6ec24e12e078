//! What the journal holds: an intent for each call that begins, an event for each exchange that is over.

use std::collections::BTreeMap;

use chat::contract::{Source, Usage};
use serde::{Deserialize, Serialize};

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// The first line of each segment: all that earlier ones say that still matters.
    Head(Head),
    /// An exchange began that may cost something.
    Intent(Intent),
    /// An exchange is over.
    Settled(Settled),
}

/// Where a segment begins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The ledger's session: the journal's own name, from its first line to its last.
    pub session: String,
    /// Settled so far, by account.
    pub spent: Vec<Charge>,
    /// Begun and not over.
    pub open: Vec<Intent>,
}

/// An amount of one account, in its budget's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// The tenant.
    pub tenant: String,
    /// The account, unique within the tenant.
    pub account: String,
    /// When nobody needs the account any more, in milliseconds since the Unix epoch.
    pub forget_at_ms: u64,
    /// The amount.
    pub amount: u64,
}

/// An exchange that began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// What it takes if it is never heard of again: the event that is written then.
    pub event: Event,
    /// What it reserved.
    pub reserved: Vec<Charge>,
    /// Where others may read the same answer: of all who do one pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<Shared>,
}

/// An upstream call that several exchanges read the answer of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// The call, by a name that no other has.
    pub call: String,
    /// What the exchange takes where another one pays for the call.
    pub otherwise: Vec<Charge>,
}

impl Intent {
    /// Another one pays for the call, or there was none.
    pub fn relieve(&mut self) {
        if let Some(shared) = self.shared.take() {
            self.reserved = shared.otherwise;
            self.event.usage = Usage::none(Source::Collapsed);
        }
    }
}

/// An exchange that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// What is told to the world.
    pub event: Event,
    /// What its accounts are charged.
    pub charged: Vec<Charge>,
    /// The shared call that it pays for: those who are still open don't, then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pays_for: Option<String>,
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The whole answer went out.
    Complete,
    /// A budget ended it in mid-answer, in good form.
    BudgetEnded,
    /// The client left.
    Disconnected,
    /// The upstream failed, before the answer or within it.
    Failed,
    /// This process ended before the exchange did. What it took is what it had reserved.
    Lost,
}

impl Outcome {
    /// Stable name for metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::BudgetEnded => "budget_ended",
            Self::Disconnected => "disconnected",
            Self::Failed => "failed",
            Self::Lost => "lost",
        }
    }
}

/// The usage event of one exchange: what is counted, and nothing of what was said.
///
/// Journals of earlier versions are read by it: a field that is added has `#[serde(default)]`, none goes. Its way out is
/// [`crate::events::wire`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Unique for ever; a consumer that has seen it drops the repeat. The exchange's id.
    pub event_id: String,
    /// What the client and the access log know the request by, where it looks like an id. A client chooses it, so nothing
    /// is keyed by it.
    pub request_id: String,
    /// When the request came, in milliseconds since the Unix epoch.
    pub occurred_at_ms: u64,
    /// The tenant.
    pub tenant: String,
    /// The user within it.
    pub user: String,
    /// The model that was called.
    pub model: String,
    /// `openai`, `gemini`, `anthropic`.
    pub dialect: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The status that the client got.
    pub status: u16,
    /// What was taken, or would have been: `usage.source` says which.
    pub usage: Usage,
    /// What the answer would have cost, had it not come from the cache or another's call, in millionths of a US dollar.
    pub saved_micros: u64,
    /// `hit`, `miss`, `bypass`, `collapsed`, …
    pub cache: String,
    /// From the request's arrival here to the first chunk.
    pub upstream_ttft_ms: Option<u64>,
    /// From the request's arrival here to the answer's end.
    pub duration_ms: u64,
    /// Of the prompt, by type; counts only.
    pub redactions: BTreeMap<String, u64>,
    /// The version of the budgets that it was admitted under.
    pub budgets_version: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was written once is read for ever; today it is written the same.
    #[test]
    fn journals_of_earlier_versions() {
        let shipped = include_str!("../../tests/golden/events/journal.1.jsonl");
        for line in shipped.lines() {
            let record: Record = serde_json::from_str(line).unwrap();
            assert_eq!(serde_json::to_string(&record).unwrap(), line);
        }
        assert_eq!(shipped.lines().count(), 8);
    }
}
