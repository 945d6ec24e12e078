//! The exchange: one request and its answer.
//!
//! ```text
//! Waiting ─headers→ Reading ─body→ Sent ─headers→ Answering ─end→ Ended
//!                      └──────refused──────────────────────────→ Ended
//! ```

use std::rc::Rc;

use chat::contract::{self, Usage};
use chat::endpoint::{Dialect, Endpoint};
use chat::problem::Problem;
use pii::Actions;
use quota::{Fault, Slots, Timestamp};

use crate::admission::{self, Refusal};
use crate::answer;
use crate::changes::{held_changes, identity_changes, streamed_changes, upstream_path};
use crate::config::Policy;
use crate::event::{Changes, Directive, Reading, Record, RequestHead, ResponseHead};
use crate::findings::{Findings, Subject};
use crate::identity::Identity;
use crate::measurement::{Distribution, Measurement, bounded};
use crate::prompt::{Prompt, Redacted};
use crate::sent::Sent;
use crate::stream::StreamAnswer;

/// One request and its answer. Feed it the callbacks in order; every path ends in [`Exchange::finish`].
pub struct Exchange {
    policy: Rc<Policy>,
    started: Timestamp,
    state: State,
    /// The request's, where it is one that can stand in a log.
    request_id: String,
    /// What was found in the prompt and in the answer.
    findings: [Findings; 2],
    record: Record,
}

enum State {
    Waiting,
    Reading { endpoint: Endpoint, identity: Identity, changes: Changes },
    Sent(Box<Sent>),
    Answering { sent: Box<Sent>, status: u16, mode: Mode },
    Ended,
}

/// How an answer's body is treated.
enum Mode {
    Pass,
    Whole,
    /// It can't be read, so its client gets an error in its place.
    Withheld,
    /// A whole one that went on: nothing follows it.
    Done,
    Stream(Box<StreamAnswer>),
}

impl Exchange {
    /// An exchange that has seen nothing yet.
    #[must_use]
    pub fn new(policy: Rc<Policy>, now: Timestamp) -> Self {
        Self {
            policy,
            started: now,
            state: State::Waiting,
            request_id: String::new(),
            findings: Default::default(),
            record: Record::default(),
        }
    }

    /// The request's headers. `ends` says that no body follows.
    pub fn on_request_headers(
        &mut self,
        head: &RequestHead<'_>,
        ends: bool,
        slots: &impl Slots,
        now: Timestamp,
    ) -> Directive {
        self.request_id = head.request_id.map(plain_id).unwrap_or_default();
        let (Ok(method), Ok(path)) = (str::from_utf8(head.method), str::from_utf8(head.path))
        else {
            let problem =
                Problem::new(400, "bad_request_line", "the method or the path is not UTF-8");
            return self.refuse(Dialect::OpenAi, None, problem);
        };
        let dialect = Dialect::of_path(path);
        let identity = match Identity::new(head.client, head.tenant, head.user) {
            Ok(identity) => identity,
            Err(problem) => return self.refuse(dialect, None, problem),
        };
        let endpoint = match Endpoint::resolve(method, path) {
            Ok(endpoint) => endpoint,
            Err(problem) => return self.refuse(dialect, Some(&identity), problem),
        };
        if let Err(problem) = self.check_head(head) {
            return self.refuse(dialect, Some(&identity), problem);
        }
        let mut changes = identity_changes(&identity);
        changes.set.extend(upstream_path(path, &endpoint).map(|path| (":path", path)));
        if !endpoint.has_body() {
            if !ends {
                // Nobody reads it, so nobody redacts it.
                let problem = Problem::new(400, "unexpected_body", "this path takes no body");
                return self.refuse(dialect, Some(&identity), problem);
            }
            self.state = State::Sent(Box::new(Sent::without_prompt(&endpoint, identity)));
            return Directive::Send(changes, None);
        }
        let early = (!self.policy.holds_request_headers).then(|| streamed_changes(changes.clone()));
        self.state = State::Reading { endpoint, identity, changes };
        match early {
            _ if ends => self.on_request_end(&[], slots, now),
            Some(changes) => Directive::SendHeaders(changes),
            None => Directive::Hold,
        }
    }

    /// More of the request's body has come; `received` bytes in all, and more may follow.
    pub fn on_request_bytes(&mut self, received: usize) -> Directive {
        match &self.state {
            State::Reading { endpoint, identity, .. }
                if received > self.policy.max_request_bytes =>
            {
                let (dialect, identity) = (endpoint.dialect, identity.clone());
                let problem = self.too_large();
                self.refuse(dialect, Some(&identity), problem)
            }
            _ => Directive::Hold,
        }
    }

    /// The request's body is whole.
    pub fn on_request_end(&mut self, body: &[u8], slots: &impl Slots, now: Timestamp) -> Directive {
        let State::Reading { endpoint, identity, changes } =
            std::mem::replace(&mut self.state, State::Ended)
        else {
            return Directive::Send(Changes::default(), None);
        };
        match self.send(body, &endpoint, &identity, changes, slots, now) {
            Ok((sent, directive)) => {
                self.state = State::Sent(Box::new(sent));
                directive
            }
            Err(refusal) => self.refuse(endpoint.dialect, Some(&identity), refusal),
        }
    }

    /// Budgets come before redaction: a refusal then costs no search.
    fn send(
        &mut self,
        body: &[u8],
        endpoint: &Endpoint,
        identity: &Identity,
        changes: Changes,
        slots: &impl Slots,
        now: Timestamp,
    ) -> Result<(Sent, Directive), Refusal> {
        if body.len() > self.policy.max_request_bytes {
            return Err(self.too_large().into());
        }
        let prompt = Prompt::read(endpoint, body)?;
        let mut sent = Sent::new(endpoint, identity.clone(), &prompt);
        let mut clamp = None;
        if endpoint.generates() && endpoint.has_upstream() {
            let input = prompt.reserved_tokens;
            let admission =
                admission::admit(&self.policy, identity, slots, now, input, prompt.facts())?;
            self.measure_fault(admission.fault);
            (sent.reservation, clamp) = (admission.reservation, admission.clamp);
        }
        sent.actions = self.policy.redaction.actions(&identity.tenant);
        match self.redact(endpoint, &prompt, &sent.actions, body.len()) {
            Ok(redacted) => {
                let length = redacted.body.as_ref().map_or(body.len(), Vec::len);
                let [found, _] = &self.findings;
                let changes = held_changes(changes, prompt.input_tokens, found, clamp, length);
                sent.vault = redacted.vault;
                Ok((sent, Directive::Send(changes, redacted.body)))
            }
            Err(problem) => {
                sent.settle(0, slots, now, &mut self.record.measurements);
                Err(problem.into())
            }
        }
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

    /// The response's headers. Answers from a local reply pass through here too.
    pub fn on_response_headers(
        &mut self,
        head: &ResponseHead<'_>,
        slots: &impl Slots,
        now: Timestamp,
    ) -> Changes {
        let State::Sent(mut sent) = std::mem::replace(&mut self.state, State::Ended) else {
            return Changes::default();
        };
        let mut changes = Changes::default();
        if let Some(reservation) = &sent.reservation {
            changes.set = admission::rate_limit_headers(&reservation.standing);
        }
        let usage = head.usage.and_then(|usage| serde_json::from_slice::<Usage>(usage).ok());
        if head.usage.is_some() {
            changes.remove.push(contract::USAGE);
        }
        let spent = match &usage {
            Some(usage) => Some(usage.charged_tokens()),
            // A failed call costs nothing.
            None if head.status >= 400 => Some(0),
            None => None,
        };
        if let Some(spent) = spent
            && let Some(standing) = sent.settle(spent, slots, now, &mut self.record.measurements)
        {
            changes.set = admission::rate_limit_headers(&standing);
        }
        if let Some(usage) = &usage {
            sent.measure_usage(usage, &mut self.record.measurements);
        }
        if let Some(result) = head.cache_status.and_then(cache_result) {
            self.record.measurements.push(Measurement::Cache { result });
        }
        let mode = self.mode(&sent, head);
        if !matches!(mode, Mode::Pass) {
            changes.remove.push("content-length");
        }
        self.state = State::Answering { sent, status: head.status, mode };
        changes
    }

    fn mode(&self, sent: &Sent, head: &ResponseHead<'_>) -> Mode {
        let media_type = head.content_type.unwrap_or_default();
        let plain =
            head.content_encoding.is_none_or(|encoding| encoding.eq_ignore_ascii_case(b"identity"));
        if !sent.has_prompt {
            Mode::Pass
        } else if !plain {
            // It can't be looked at, so it can't be passed on: Envoy's decompressor knows gzip only.
            Mode::Withheld
        } else if media_type.starts_with(b"text/event-stream") {
            Mode::Stream(Box::new(StreamAnswer::new(sent.dialect)))
        } else {
            Mode::Whole
        }
    }

    /// How the answer's body is wanted.
    #[must_use]
    pub fn reading(&self) -> Reading {
        match &self.state {
            State::Answering { mode: Mode::Whole | Mode::Withheld, .. } => Reading::Whole,
            State::Answering { mode: Mode::Stream(_) | Mode::Done, .. } => Reading::Pieces,
            _ => Reading::Pass,
        }
    }

    /// The answer's body, as [`Exchange::reading`] wants it; `ends` says that nothing follows. Returns what goes on
    /// in its place, `None` where that is the same.
    pub fn on_response_body(
        &mut self,
        bytes: &[u8],
        ends: bool,
        slots: &impl Slots,
        now: Timestamp,
    ) -> Option<Vec<u8>> {
        let State::Answering { sent, mode, .. } = &mut self.state else {
            return None;
        };
        match mode {
            Mode::Pass => None,
            Mode::Done => (!bytes.is_empty()).then(Vec::new),
            Mode::Withheld => {
                *mode = Mode::Done;
                Some(withheld(sent.dialect))
            }
            Mode::Whole => {
                *mode = Mode::Done;
                let answering = sent.answering(&self.policy.redaction);
                match answer::restore(answering, sent.dialect, bytes) {
                    Some(answer) => {
                        let estimate = sent.input_tokens.saturating_add(answer.output_tokens);
                        sent.settle(estimate, slots, now, &mut self.record.measurements);
                        let [_, findings] = &mut self.findings;
                        *findings = answer.findings;
                        let fits = |body: &Vec<u8>| body.len() <= self.policy.max_body_bytes();
                        answer
                            .body
                            .map(|body| if fits(&body) { body } else { withheld(sent.dialect) })
                    }
                    None => Some(withheld(sent.dialect)),
                }
            }
            Mode::Stream(stream) => {
                let out = stream.push(sent.answering(&self.policy.redaction), bytes, ends);
                if stream.take_first_content() {
                    let millis = now.0.saturating_sub(self.started.0);
                    let distribution = Distribution::TimeToFirstToken;
                    self.record.measurements.push(Measurement::Duration { distribution, millis });
                }
                if let Some(usage) = stream.take_usage() {
                    sent.settle(usage.charged_tokens(), slots, now, &mut self.record.measurements);
                    sent.measure_usage(&usage, &mut self.record.measurements);
                }
                out
            }
        }
    }

    /// The exchange is over, in whichever way: settles what is still reserved, once, and returns all that is to be
    /// recorded. `status` is what the client got; 0 if nothing.
    pub fn finish(&mut self, status: u16, slots: &impl Slots, now: Timestamp) -> Record {
        match std::mem::replace(&mut self.state, State::Ended) {
            // A refusal was counted when it was made.
            State::Waiting | State::Ended => {}
            State::Reading { identity, .. } => self.end(Some(&identity), "", status),
            State::Sent(mut sent) => {
                // The call was made and no answer came: its input is charged.
                sent.settle(sent.input_tokens, slots, now, &mut self.record.measurements);
                self.end(Some(&sent.identity), &sent.model, status);
            }
            State::Answering { mut sent, status, mode } => {
                let mut spent = sent.input_tokens;
                if let Mode::Stream(stream) = mode {
                    // It may have broken off before its usage came: what was streamed is charged by estimate.
                    spent = spent.saturating_add(stream.output_tokens());
                    let [_, findings] = &mut self.findings;
                    *findings = stream.into_findings();
                }
                sent.settle(spent, slots, now, &mut self.record.measurements);
                self.end(Some(&sent.identity), &sent.model, status);
            }
        }
        let millis = now.0.saturating_sub(self.started.0);
        self.record
            .measurements
            .push(Measurement::Duration { distribution: Distribution::RequestDuration, millis });
        std::mem::take(&mut self.record)
    }

    fn check_head(&self, head: &RequestHead<'_>) -> Result<(), Problem> {
        // Envoy's decompressor has taken off gzip; whatever is left can't be read.
        if head.content_encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case(b"identity"))
        {
            let message =
                "the gateway reads gzip and plain bodies only; send content-encoding: gzip or none";
            return Err(Problem::new(415, "unsupported_encoding", message));
        }
        let length = head
            .content_length
            .and_then(|length| str::from_utf8(length).ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > self.policy.max_request_bytes) {
            return Err(self.too_large());
        }
        Ok(())
    }

    fn too_large(&self) -> Problem {
        let message = format!(
            "the request's body is larger than {} bytes after decompression, or grows too far above it when it is redacted",
            self.policy.max_request_bytes
        );
        Problem::new(413, "request_too_large", message)
    }

    fn refuse(
        &mut self,
        dialect: Dialect,
        identity: Option<&Identity>,
        refusal: impl Into<Refusal>,
    ) -> Directive {
        let Refusal { problem, headers, fault } = refusal.into();
        self.state = State::Ended;
        self.measure_fault(fault);
        self.end(identity, "", problem.status);
        Directive::Reply { status: problem.status, headers, body: problem.body(dialect) }
    }

    fn measure_fault(&mut self, fault: Option<Fault>) {
        self.record
            .measurements
            .extend(fault.map(|fault| Measurement::BudgetFault { kind: fault.kind() }));
    }

    /// Counts the request, and tells what was found.
    ///
    /// A name that no model has is the client's text, and each would be a series for ever: it is no label. Nor is one
    /// whose answer nobody waited for.
    fn end(&mut self, identity: Option<&Identity>, model: &str, status: u16) {
        let model = if matches!(status, 200..400 | 429 | 500..) { model } else { "" };
        let (tenant, user) = identity
            .map_or(("", ""), |identity| (identity.tenant.as_str(), identity.user.as_str()));
        let (tenant_label, model_label) = (bounded(tenant), bounded(model));
        let subject = Subject { exchange: &self.request_id, tenant, user, model: &model_label };
        for (direction, findings) in ["request", "answer"].into_iter().zip(&self.findings) {
            self.record.measurements.extend(findings.measurements());
            if self.policy.redaction.audit && !findings.is_empty() {
                self.record.events.push(findings.event(direction, subject));
                findings.summarize(direction, &mut self.record.redactions);
            }
        }
        self.record.measurements.push(Measurement::Request {
            tenant: tenant_label,
            model: model_label,
            status,
        });
    }
}

/// An id that is told in the log: a client may send anything for one.
fn plain_id(id: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let id = if id.len() <= MAX_ID_BYTES && id.iter().all(plain) { id } else { b"" };
    id.iter().copied().map(char::from).collect()
}

/// A UUID has 36.
const MAX_ID_BYTES: usize = 64;

fn withheld(dialect: Dialect) -> Vec<u8> {
    let message = "the answer could not be read or is too large, so it was withheld: it may hold personal data";
    Problem::new(502, "unreadable_answer", message).body(dialect)
}

/// The result in the sidecar's `cache-status`, whose forms `sluice; hit`, `sluice; fwd=…` RFC 9211 defines.
fn cache_result(cache_status: &[u8]) -> Option<&'static str> {
    let parameters = || cache_status.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let has = |parameter: &[u8]| parameters().any(|given| given == parameter);
    if has(b"hit") {
        Some("hit")
    } else if has(b"collapsed") {
        Some("collapsed")
    } else if has(b"fwd=bypass") {
        Some("bypass")
    } else if parameters().any(|given| given.starts_with(b"fwd=")) {
        Some("miss")
    } else {
        None
    }
}
