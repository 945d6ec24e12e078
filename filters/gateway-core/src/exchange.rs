//! The exchange: one request and its answer.
//!
//! ```text
//! Waiting ─headers→ Reading ─body→ Sent ─headers→ Answering ─end→ Ended
//!                      │  └─body→ Asking ─leases, its turn→ Sent
//!                      └──────────────┴─refused→ Ended
//! ```

mod request;

use std::rc::Rc;

use chat::contract::lease::QUOTA_STATE;
use chat::contract::phases::Phase;
use chat::contract::{self, Usage};
use chat::endpoint::{Dialect, Endpoint};
use chat::problem::Problem;
use quota::{Slots, Timestamp};

use crate::admission::{Heard, REQUEST_ALONE};
use crate::answer;
use crate::book::Book;
use crate::changes::{identity_changes, streamed_changes, upstream_path};
use crate::config::Policy;
use crate::event::{Changes, Directive, Reading, Record, RequestHead, ResponseHead};
use crate::findings::{Findings, Subject};
use crate::identity::Identity;
use crate::laps::Laps;
use crate::measurement::{Distribution, Measurement, bounded};
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::stream::StreamAnswer;
use crate::told::{Told, plain_code};
use request::{Asking, Place, Waiting};

/// One request and its answer. Feed it the callbacks in order; every path ends in [`Exchange::finish`].
pub struct Exchange {
    policy: Rc<Policy>,
    book: Rc<Book>,
    id: u32,
    started: Timestamp,
    state: State,
    /// The request's, where it is one that can stand in a log.
    request_id: String,
    /// Of the model that there is; empty before the end, and where there is none.
    model_label: String,
    /// What was found in the prompt and in the answer.
    findings: [Findings; 2],
    laps: Laps,
    told: Told,
    record: Record,
}

enum State {
    Waiting,
    Reading(Box<Waiting>),
    /// Until the sidecar has answered.
    Asking(Box<Asking>),
    Sent(Box<Sent>),
    Answering {
        sent: Box<Sent>,
        status: u16,
        mode: Mode,
    },
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
    pub fn new(policy: Rc<Policy>, book: Rc<Book>, now: Timestamp) -> Self {
        Self {
            policy,
            book,
            id: 0,
            started: now,
            state: State::Waiting,
            request_id: String::new(),
            model_label: String::new(),
            findings: Default::default(),
            laps: Laps::new(|| 0),
            told: Told::default(),
            record: Record::default(),
        }
    }

    /// What the host calls it: no other exchange of the same book has this id at the same time.
    #[must_use]
    pub fn with_id(mut self, id: u32) -> Self {
        self.id = id;
        self
    }

    /// Measures how long phases take by `clock`, in microseconds since the Unix epoch; else that isn't measured.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> u64) -> Self {
        self.laps = Laps::new(clock);
        self
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
        self.told.dialect = Some(dialect);
        let identity = if self.policy.knows_callers {
            Identity::new(head.client, head.tenant, head.user)
        } else {
            Ok(Identity::unknown())
        };
        let identity = match identity {
            Ok(identity) => identity,
            Err(problem) => return self.refuse(dialect, None, problem),
        };
        let endpoint = match Endpoint::resolve(method, path) {
            Ok(endpoint) => endpoint,
            Err(problem) => {
                let mut refusal = Refusal::from(problem);
                if refusal.problem.status == 405 {
                    let allowed =
                        Endpoint::method_of(path).map(|method| ("allow", method.to_owned()));
                    refusal.headers.extend(allowed);
                }
                return self.refuse(dialect, Some(&identity), refusal);
            }
        };
        self.told.endpoint(&endpoint);
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
        self.state = State::Reading(Box::new(Waiting { endpoint, identity, changes }));
        match early {
            _ if ends => self.on_request_end(&[], slots, now),
            Some(changes) => Directive::SendHeaders(changes),
            None => Directive::Hold,
        }
    }

    /// More of the request's body has come; `received` bytes in all, and more may follow.
    pub fn on_request_bytes(&mut self, received: usize) -> Directive {
        match &self.state {
            State::Reading(waiting) if received > self.policy.max_request_bytes => {
                let (dialect, identity) = (waiting.endpoint.dialect, waiting.identity.clone());
                let problem = self.too_large();
                self.refuse(dialect, Some(&identity), problem)
            }
            _ => Directive::Hold,
        }
    }

    /// The request's body is whole.
    pub fn on_request_end(&mut self, body: &[u8], slots: &impl Slots, now: Timestamp) -> Directive {
        let State::Reading(waiting) = std::mem::replace(&mut self.state, State::Ended) else {
            return Directive::Send(Changes::default(), None);
        };
        self.laps.end(Phase::Receive);
        self.proceed(waiting, Heard::default(), Place::Alone, body, slots, now)
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
        let usage = head.usage.and_then(|usage| serde_json::from_slice::<Usage>(usage).ok());
        for (header, given) in [
            (contract::USAGE, head.usage),
            (QUOTA_STATE, head.quota_state),
            (contract::REFUSAL, head.refusal),
        ] {
            if given.is_some() {
                changes.remove.push(header);
            }
        }
        match &usage {
            Some(usage) => sent.settle_usage(usage, slots, now, &mut self.record.measurements),
            // A failed call takes no tokens.
            None if head.status >= 400 => {
                sent.settle(REQUEST_ALONE, slots, now, &mut self.record.measurements);
            }
            None => {}
        }
        self.told.refusal = head.refusal.map(plain_code).unwrap_or_default();
        self.told.quota = sent.quota_state(head).unwrap_or_default();
        changes.set = sent.budget_headers(head, slots, now);
        if let Some(usage) = &usage {
            self.told.usage = Some(*usage);
            sent.measure_usage(usage, &mut self.record.measurements);
        }
        if let Some(result) = head.cache_status.and_then(cache_result) {
            let tenant = bounded(&sent.identity.tenant);
            self.record.measurements.push(Measurement::Cache { tenant, result });
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
            Mode::Stream(Box::new(StreamAnswer::new(sent.dialect, self.policy.max_piece_bytes)))
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
        let began_us = self.laps.now();
        let new = self.rewrite(bytes, ends, slots, now);
        self.laps.restored(began_us);
        new
    }

    fn rewrite(
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
                        let output = answer.output_tokens;
                        sent.settle_estimate(output, slots, now, &mut self.record.measurements);
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
                    self.told.ttft_ms = Some(millis);
                    self.record.measurements.push(Measurement::Duration {
                        distribution: Distribution::TimeToFirstToken,
                        model: bounded(&sent.model),
                        millis,
                    });
                }
                if let Some(usage) = stream.take_usage() {
                    self.told.usage = Some(usage);
                    sent.settle_usage(&usage, slots, now, &mut self.record.measurements);
                    sent.measure_usage(&usage, &mut self.record.measurements);
                }
                match out {
                    // The host would take it for an error of ours, or cut it.
                    Some(out) if out.len() > self.policy.max_piece_bytes => Some(stream.withheld()),
                    out => out,
                }
            }
        }
    }

    /// The exchange is over, in whichever way: settles what is still reserved, once, and returns all that is to be
    /// recorded. `status` is what the client got; 0 if nothing.
    pub fn finish(&mut self, status: u16, slots: &impl Slots, now: Timestamp) -> Record {
        match std::mem::replace(&mut self.state, State::Ended) {
            // A refusal was counted when it was made.
            State::Waiting | State::Ended => {}
            State::Reading(waiting) => self.end(Some(&waiting.identity), "", status),
            State::Asking(asking) => {
                self.book.leave(&asking.asked.key, self.id);
                self.end(Some(&asking.waiting.identity), "", status);
            }
            State::Sent(mut sent) => {
                // The call was made and no answer came: its input is charged.
                sent.settle_estimate(0, slots, now, &mut self.record.measurements);
                self.end(Some(&sent.identity), &sent.model, status);
            }
            State::Answering { mut sent, status, mode } => {
                let mut output = 0;
                if let Mode::Stream(stream) = mode {
                    // It may have broken off before its usage came: what was streamed is charged by estimate.
                    output = stream.output_tokens();
                    let [_, findings] = &mut self.findings;
                    *findings = stream.into_findings();
                }
                sent.settle_estimate(output, slots, now, &mut self.record.measurements);
                self.end(Some(&sent.identity), &sent.model, status);
            }
        }
        self.record.measurements.extend(self.laps.measurements());
        self.record.measurements.push(Measurement::Duration {
            distribution: Distribution::RequestDuration,
            model: bounded(&self.model_label),
            millis: now.0.saturating_sub(self.started.0),
        });
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
        let Refusal { problem, headers, .. } = refusal.into();
        self.state = State::Ended;
        problem.code.clone_into(&mut self.told.refusal);
        self.end(identity, "", problem.status);
        Directive::Reply { status: problem.status, headers, body: problem.body(dialect) }
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
        model.clone_into(&mut self.model_label);
        let named = if model.is_empty() { "" } else { model_label.as_str() };
        self.record.fields =
            self.told.fields(&self.request_id, identity, named, self.laps.summary());
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
