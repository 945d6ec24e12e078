//! What the filter counts, as data for the host to record.

/// One measurement. A series is a name and its labels; values of labels come from clients, so each is bounded
/// by [`bounded`] and the host caps their number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measurement {
    /// A request ended; the status is 0 where the client left before one was sent.
    Request {
        /// Who asked.
        tenant: String,
        /// Which model.
        model: String,
        /// HTTP status of the answer.
        status: u16,
    },
    /// Tokens of an exchange. `kind` is `input`, `cached_input`, `output` or `reasoning`; cached input is a part
    /// of input, reasoning a part of output.
    Tokens {
        /// Who asked.
        tenant: String,
        /// Which model.
        model: String,
        /// Which tokens.
        kind: &'static str,
        /// How many.
        count: u64,
    },
    /// Findings by entity type and what became of them; in answers too.
    Redactions {
        /// `EMAIL`, … and the types of custom rules.
        entity: &'static str,
        /// `redacted`, `hashed`, `masked`, `blocked` or `shadowed`.
        outcome: &'static str,
        /// How many.
        count: u64,
    },
    /// An answer of the sidecar: `hit`, `miss`, `collapsed` or `bypass`.
    Cache {
        /// Who asked.
        tenant: String,
        /// Which.
        result: &'static str,
    },
    /// A request that its budgets admitted: from the `lease` at hand, after a `callout`, left to the `sidecar`, or
    /// `unmetered`.
    QuotaAdmission {
        /// Which way.
        path: &'static str,
    },
    /// A request that its budgets refused: `exhausted`, `leased_elsewhere`, `input_exceeds_budget` or `unavailable`.
    QuotaRefusal {
        /// Who asked.
        tenant: String,
        /// Why.
        reason: &'static str,
    },
    /// A callout for leases: `granted`, `exhausted`, `unavailable`, `renewed`, or why it brought nothing.
    QuotaCallout {
        /// What came of it.
        outcome: &'static str,
    },
    /// A request that only budgets in shadow mode would have refused.
    QuotaShadowRefusal,
    /// A request that was admitted in a degraded mode: `emergency` or `unmetered`.
    QuotaDegraded {
        /// Who asked.
        tenant: String,
        /// Which.
        state: &'static str,
    },
    /// A lease that could not be kept, reserved from or settled; the kind of the fault.
    BudgetFault {
        /// `missing`, `full` or `contended`.
        kind: &'static str,
    },
    /// A phase of an exchange ended.
    Phase {
        /// `receive`, `admit`, `lease`, `redact` or `restore`.
        phase: &'static str,
        /// Microseconds.
        micros: u64,
    },
    /// A point of a distribution.
    Duration {
        /// Which distribution.
        distribution: Distribution,
        /// Of which model; `none` where there is none.
        model: String,
        /// Milliseconds.
        millis: u64,
    },
}

/// The distributions, in whole milliseconds: Envoy's Wasm histograms hold integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// From the request's headers to the first content of a streamed answer.
    TimeToFirstToken,
    /// From the request's headers to the end of the exchange.
    RequestDuration,
}

/// A label value of at most 64 bytes that can't break the name of a series: anything but letters, digits and
/// `._@/-` becomes `_`; an empty one `none`.
#[must_use]
pub fn bounded(value: &str) -> String {
    if value.is_empty() {
        return "none".to_owned();
    }
    let plain = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '@' | '/' | '-')
    };
    value.chars().take(64).map(|character| if plain(character) { character } else { '_' }).collect()
}
