//! What is kept of a request while its answer is awaited, and its settlement.

use std::rc::Rc;

use chat::contract::Usage;
use chat::contract::lease::Amounts;
use chat::endpoint::{Dialect, Endpoint};
use pii::{Actions, Treat, Vault};
use quota::{Slots, Timestamp};

use crate::admission::{self, Admission};
use crate::answer::Answering;
use crate::event::ResponseHead;
use crate::identity::Identity;
use crate::measurement::{Measurement, bounded};
use crate::prompt::Prompt;
use crate::standing::Headers;
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
    /// `None` where the sidecar admits it.
    pub(crate) admission: Option<Admission>,
}

impl Sent {
    pub(crate) fn new(endpoint: &Endpoint, identity: Identity, prompt: &Prompt<'_>) -> Self {
        let model = prompt.facts().model.as_ref().or(endpoint.model.as_ref());
        Self {
            model: model.cloned().unwrap_or_default(),
            input_tokens: prompt.input.estimate,
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
            admission: None,
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

    /// What its client is told about budgets. A refusal by the sidecar tells that itself.
    pub(crate) fn budget_headers(
        &self,
        head: &ResponseHead<'_>,
        slots: &impl Slots,
        now: Timestamp,
    ) -> Headers {
        let admission = self.admission.as_ref().filter(|_| head.status != 429);
        let mut headers =
            admission.map(|admission| admission.response_headers(slots, now)).unwrap_or_default();
        headers.extend(self.quota_state(head).map(|state| ("x-quota-state", state.to_owned())));
        headers
    }

    /// How its budgets stood where it isn't as it should be, by the sidecar or by its own lease.
    pub(crate) fn quota_state(&self, head: &ResponseHead<'_>) -> Option<&'static str> {
        match head.quota_state {
            Some(b"emergency") => Some("emergency"),
            Some(b"unmetered") => Some("unmetered"),
            _ => self.admission.as_ref()?.state(),
        }
    }

    /// Settles what is still reserved.
    pub(crate) fn settle(
        &mut self,
        spent: Amounts,
        slots: &impl Slots,
        now: Timestamp,
        measurements: &mut Vec<Measurement>,
    ) {
        if let Some(admission) = &mut self.admission {
            admission.settle(spent, slots, now, measurements);
        }
    }

    /// Settles by estimate: its input, and so much output.
    pub(crate) fn settle_estimate(
        &mut self,
        output_tokens: u64,
        slots: &impl Slots,
        now: Timestamp,
        measurements: &mut Vec<Measurement>,
    ) {
        let input_tokens = self.input_tokens;
        if let Some(admission) = &mut self.admission {
            let spent = admission.estimate(input_tokens, output_tokens);
            admission.settle(spent, slots, now, measurements);
        }
    }

    /// Settles by usage.
    pub(crate) fn settle_usage(
        &mut self,
        usage: &Usage,
        slots: &impl Slots,
        now: Timestamp,
        measurements: &mut Vec<Measurement>,
    ) {
        self.settle(admission::charge(usage), slots, now, measurements);
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
