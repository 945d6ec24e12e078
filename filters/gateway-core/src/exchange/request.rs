//! A request whose body is whole: read, admitted, redacted, sent.

use chat::contract::lease::Amounts;
use chat::contract::phases::Phase;
use chat::endpoint::Endpoint;
use chat::problem::Problem;
use pii::Actions;
use quota::{Slots, Timestamp};

use super::{Exchange, State};
use crate::admission::{Desk, Heard, Outcome};
use crate::book::{Asked, CalloutFailure, Said, Turn};
use crate::changes::held_changes;
use crate::demand::Demand;
use crate::event::{Changes, Directive};
use crate::identity::Identity;
use crate::plan::Key;
use crate::prompt::{Prompt, Redacted};
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::standing::Headers;

/// A request whose headers were read.
pub(super) struct Waiting {
    pub(super) endpoint: Endpoint,
    pub(super) identity: Identity,
    /// What becomes of its headers.
    pub(super) changes: Changes,
}

/// A request that waits for a lease. Its body stays with the host, which holds it anyway.
pub(super) struct Asking {
    pub(super) waiting: Waiting,
    heard: Heard,
    pub(super) asked: Asked,
}

/// Where a request stands that asks for leases.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// It asks for itself where nobody else does.
    Alone,
    /// It has its turn among others.
    InTurn,
}

/// What a request's body leads to.
enum Step {
    Send(Box<Sent>, Directive),
    Ask(Key, Amounts),
}

impl Exchange {
    /// The reply to [`Directive::Ask`], and the request's body, which is still whole.
    pub fn on_lease_reply(
        &mut self,
        reply: Result<&[u8], CalloutFailure>,
        body: &[u8],
        slots: &impl Slots,
        now: Timestamp,
    ) -> Directive {
        let Some(asking) = self.take_asking() else { return Directive::Hold };
        let measurements = &mut self.record.measurements;
        let said =
            self.book.on_reply(&asking.asked, Some(self.id), reply, slots, now, measurements);
        self.resume(asking, Some(said), Place::Alone, body, slots, now)
    }

    /// The turn of this request, which waited by [`Directive::Wait`], and its body, which is still whole.
    pub fn on_turn(
        &mut self,
        turn: Turn,
        body: &[u8],
        slots: &impl Slots,
        now: Timestamp,
    ) -> Directive {
        let Some(asking) = self.take_asking() else { return Directive::Hold };
        self.resume(asking, turn.said, Place::InTurn, body, slots, now)
    }

    /// `None` where it was answered meanwhile.
    fn take_asking(&mut self) -> Option<Box<Asking>> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Asking(asking) => Some(asking),
            state => {
                self.state = state;
                None
            }
        }
    }

    fn resume(
        &mut self,
        asking: Box<Asking>,
        said: Said,
        place: Place,
        body: &[u8],
        slots: &impl Slots,
        now: Timestamp,
    ) -> Directive {
        self.laps.end(Phase::Lease);
        let Asking { waiting, mut heard, .. } = *asking;
        heard.hear(said);
        self.proceed(Box::new(waiting), heard, place, body, slots, now)
    }

    pub(super) fn proceed(
        &mut self,
        waiting: Box<Waiting>,
        heard: Heard,
        place: Place,
        body: &[u8],
        slots: &impl Slots,
        now: Timestamp,
    ) -> Directive {
        match self.send(body, &waiting, &heard, slots, now) {
            Ok(Step::Send(sent, directive)) => {
                self.state = State::Sent(sent);
                directive
            }
            Ok(Step::Ask(key, demand)) => {
                let asked = Asked { key, demand, at: now };
                let directive = match place {
                    Place::Alone if self.book.wait(&asked, self.id) => {
                        Directive::Ask(self.book.ask(&asked))
                    }
                    Place::Alone => Directive::Wait,
                    Place::InTurn => {
                        self.book.line_up(&asked, self.id);
                        Directive::Wait
                    }
                };
                let asking = Asking { waiting: *waiting, heard, asked };
                self.state = State::Asking(Box::new(asking));
                directive
            }
            Err(refusal) => self.refuse(waiting.endpoint.dialect, Some(&waiting.identity), refusal),
        }
    }

    /// Budgets come before redaction: a refusal then costs no search.
    fn send(
        &mut self,
        body: &[u8],
        waiting: &Waiting,
        heard: &Heard,
        slots: &impl Slots,
        now: Timestamp,
    ) -> Result<Step, Refusal> {
        let Waiting { endpoint, identity, changes } = waiting;
        if body.len() > self.policy.max_request_bytes {
            return Err(self.too_large().into());
        }
        let memory = self.policy.memory.as_ref();
        let prompt = Prompt::read(endpoint, body, memory, &identity.tenant)?;
        let mut sent = Sent::new(endpoint, identity.clone(), &prompt);
        let mut lease = Headers::new();
        if endpoint.generates() && endpoint.has_upstream() && self.policy.admits() {
            // Asked about is what may be a model's name; anything else is the client's text.
            let model = if prompt.facts().model_is_text { "" } else { sent.model.as_str() };
            let key = Key::new(&identity.tenant, &identity.user, model);
            let demand = Demand::new(prompt.input, prompt.facts());
            let desk = Desk { policy: &self.policy.quota, book: &self.book, slots, now };
            let outcome = desk.decide(&key, &demand, heard, &mut self.record.measurements);
            self.laps.end(Phase::Admit);
            match outcome {
                Outcome::Ask(demand) => return Ok(Step::Ask(key, demand)),
                Outcome::Refused(refusal) => {
                    let is_degraded = refusal.problem.status == 503;
                    self.log_degraded(is_degraded.then_some("refused"), heard, now);
                    return Err(refusal);
                }
                Outcome::Admitted(admission) => {
                    self.log_degraded(admission.state(), heard, now);
                    lease = admission.request_headers(&self.book);
                    sent.admission = Some(admission);
                }
            }
        }
        sent.actions = self.policy.redaction.actions(&identity.tenant);
        match self.redact(endpoint, &prompt, &sent.actions, body.len()) {
            Ok(redacted) => {
                self.laps.end(Phase::Redact);
                lease.extend(self.laps.headers());
                let length = redacted.body.as_ref().map_or(body.len(), Vec::len);
                let [found, _] = &self.findings;
                let changes =
                    held_changes(changes.clone(), prompt.input.estimate, found, lease, length);
                sent.vault = redacted.vault;
                Ok(Step::Send(Box::new(sent), Directive::Send(changes, redacted.body)))
            }
            Err(problem) => {
                // It never went up: not even the request counts.
                sent.settle(Amounts::default(), slots, now, &mut self.record.measurements);
                Err(problem.into())
            }
        }
    }

    fn log_degraded(&mut self, state: Option<&'static str>, heard: &Heard, now: Timestamp) {
        let event = |state| {
            let why = if state == "emergency" { "ledger_unavailable" } else { heard.why() };
            self.book.degraded_event(state, why, now)
        };
        self.record.events.extend(state.and_then(event));
    }

    fn redact(
        &mut self,
        endpoint: &Endpoint,
        prompt: &Prompt<'_>,
        actions: &Actions,
        length: usize,
    ) -> Result<Redacted, Problem> {
        let [findings, _] = &mut self.findings;
        let redacted = prompt.redact(&self.policy.redaction, actions, findings)?;
        if redacted.body.as_ref().map_or(length, Vec::len) > self.policy.max_body_bytes() {
            return Err(self.too_large());
        }
        if endpoint.has_upstream() {
            Ok(redacted)
        } else {
            let message = "this endpoint has no upstream; use /v1/chat/completions or Vertex AI's generateContent";
            Err(Problem::new(501, "not_implemented", message))
        }
    }
}
