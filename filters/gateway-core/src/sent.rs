//! What is kept of a request while its answer is awaited, and its settlement.

use std::rc::Rc;

use chat::contract::Usage;
use chat::endpoint::{Dialect, Endpoint};
use pii::{Actions, Treat, Vault};
use quota::{Reservation, Slots, Standing, Timestamp};

use crate::answer::Answering;
use crate::identity::Identity;
use crate::measurement::{Measurement, bounded};
use crate::prompt::Prompt;
use pii::RedactionPolicy;

/// A request that went on to the sidecar.
pub(crate) struct Sent {
    pub(crate) dialect: Dialect,
    pub(crate) identity: Identity,
    pub(crate) model: String,
    pub(crate) vault: Vault,
    /// What is done with findings.
    pub(crate) actions: Rc<Actions>,
    pub(crate) input_tokens: u64,
    /// Whether a body went up, whose placeholders may come back.
    pub(crate) has_prompt: bool,
    /// Taken by the settlement, so that it happens once.
    pub(crate) reservation: Option<Reservation>,
}

impl Sent {
    pub(crate) fn new(endpoint: &Endpoint, identity: Identity, prompt: &Prompt<'_>) -> Self {
        let model = prompt.facts().model.as_ref().or(endpoint.model.as_ref());
        Self {
            model: model.cloned().unwrap_or_default(),
            input_tokens: prompt.input_tokens,
            has_prompt: true,
            ..Self::without_prompt(endpoint, identity)
        }
    }

    pub(crate) fn without_prompt(endpoint: &Endpoint, identity: Identity) -> Self {
        Self {
            dialect: endpoint.dialect,
            identity,
            model: String::new(),
            vault: Vault::new(),
            actions: Rc::default(),
            input_tokens: 0,
            has_prompt: false,
            reservation: None,
        }
    }

    /// How its answer is treated.
    pub(crate) fn answering<'a>(&'a self, policy: &'a RedactionPolicy) -> Answering<'a> {
        let (actions, vault) = (&*self.actions, &self.vault);
        Answering {
            treat: Treat { scanner: &policy.scanner, actions, vault },
            redacts: policy.answers,
            audits: policy.audit,
        }
    }

    /// Settles the reservation if it is still held, and returns how its tightest scope stands then.
    pub(crate) fn settle(
        &mut self,
        spent: u64,
        slots: &impl Slots,
        now: Timestamp,
        measurements: &mut Vec<Measurement>,
    ) -> Option<Standing> {
        let reservation = self.reservation.take()?;
        match quota::settle(slots, now, reservation, spent) {
            Ok(standing) => Some(standing),
            Err(fault) => {
                measurements.push(Measurement::BudgetFault { kind: fault.kind() });
                None
            }
        }
    }

    pub(crate) fn measure_usage(&self, usage: &Usage, measurements: &mut Vec<Measurement>) {
        if usage.charged_tokens() == 0 {
            // A hit or a shared call: the provider was not asked for these tokens.
            return;
        }
        for (kind, count) in [
            ("input", usage.input_tokens),
            ("cached_input", usage.cached_input_tokens),
            ("output", usage.output_tokens),
            ("reasoning", usage.reasoning_tokens),
        ] {
            if count > 0 {
                let (tenant, model) = (bounded(&self.identity.tenant), bounded(&self.model));
                measurements.push(Measurement::Tokens { tenant, model, kind, count });
            }
        }
    }
}
