//! A streamed answer: event by event, restored and redacted, with no more held back than may still be a match.

use chat::body::{Body, Edit, StreamField, is_done, tail_event};
use chat::contract::{USAGE_EVENT, Usage};
use chat::endpoint::Dialect;
use chat::problem::Problem;
use chat::sse::{Decoder, Event};
use pii::{AnswerStream, Syntax};
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokens::{Counts, Family};

use crate::answer::{self, Answering};
use crate::findings::{self, Findings};

/// Longest event of an answer, in bytes: the sidecar's largest whole answer fits.
const MAX_EVENT_BYTES: usize = 16 * 1024 * 1024;

/// Most fields that may go on at once, over all choices; each is looked up by a search. No API offers so many.
const MAX_FIELDS: usize = 1024;

/// The state of one streamed answer.
pub(crate) struct StreamAnswer {
    dialect: Dialect,
    decoder: Decoder,
    /// Fields that continue over events, each with what it holds back.
    fields: Vec<Field>,
    /// Data of the newest event: its head serves an event that only carries a tail.
    newest: Vec<u8>,
    usage: Option<Usage>,
    first_content: FirstContent,
    /// What was streamed: deltas are counted together, since a word may come in several.
    counts: Box<Counts>,
    findings: Findings,
    /// Set once an event couldn't be read: nothing behind it is passed on.
    broken: bool,
}

/// A field that continues.
struct Field {
    field: StreamField,
    stream: AnswerStream,
    /// Where it stands, for the audit.
    path: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum FirstContent {
    Awaited,
    Arrived,
    Reported,
}

impl StreamAnswer {
    /// No event is longer than `max_bytes`.
    pub(crate) fn new(dialect: Dialect, max_bytes: usize) -> Self {
        Self {
            dialect,
            decoder: Decoder::new(MAX_EVENT_BYTES.min(max_bytes)),
            fields: Vec::new(),
            newest: Vec::new(),
            usage: None,
            first_content: FirstContent::Awaited,
            counts: Box::default(),
            findings: Findings::default(),
            broken: false,
        }
    }

    /// Takes the next bytes and gives what goes on to the client in their place; `None` where that is the same.
    pub(crate) fn push(
        &mut self,
        answering: Answering<'_>,
        bytes: &[u8],
        ends: bool,
    ) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut events = Vec::new();
        let fed = self.decoder.feed(bytes, &mut events);
        for event in events {
            if !self.broken {
                self.event(answering, &event, &mut out);
            }
        }
        if fed.is_err() && !self.broken {
            self.withhold(&mut out);
        }
        if ends && !self.broken {
            // An event that broke off is dropped, as every client does; what was held back of whole ones isn't.
            self.release(answering, |_| true, &mut out);
        }
        (out != bytes).then_some(out)
    }

    /// Whether the first content came since this was last asked.
    pub(crate) fn take_first_content(&mut self) -> bool {
        let arrived = self.first_content == FirstContent::Arrived;
        if arrived {
            self.first_content = FirstContent::Reported;
        }
        arrived
    }

    /// The usage, once, when its frame has come.
    pub(crate) fn take_usage(&mut self) -> Option<Usage> {
        self.usage.take()
    }

    /// Estimate of what was streamed, in tokens.
    pub(crate) fn output_tokens(&self) -> u64 {
        self.counts.estimate(Family::Gemini)
    }

    /// What was found in what the model wrote, that of fields which broke off too.
    pub(crate) fn into_findings(mut self) -> Findings {
        for field in std::mem::take(&mut self.fields) {
            self.tell(&field);
        }
        self.findings
    }

    fn event(&mut self, answering: Answering<'_>, event: &Event, out: &mut Vec<u8>) {
        let Some(data) = event.data() else {
            // Comments only, such as a keep-alive.
            return out.extend_from_slice(event.raw());
        };
        if event.name() == USAGE_EVENT.as_bytes() {
            self.usage = serde_json::from_slice(data).ok();
            return;
        }
        if is_done(data) {
            self.release(answering, |_| true, out);
            return out.extend_from_slice(event.raw());
        }
        let Ok(mut body) = Body::event(self.dialect, data) else {
            return self.withhold(out);
        };
        if answering.blanks_logprobs() {
            body.blank_logprobs();
        }
        let (mut edits, mut found) = (Vec::new(), Vec::new());
        let mut continued = Vec::new();
        for (index, text) in body.texts().iter().enumerate() {
            self.counts.add(&text.value);
            if self.first_content == FirstContent::Awaited {
                self.first_content = FirstContent::Arrived;
            }
            match &text.field {
                Some(field) => {
                    if self.fields.len() >= MAX_FIELDS {
                        return self.withhold(out);
                    }
                    let ends = text.ends || body.ended_choices().contains(&field.choice);
                    let new = self.continue_field(answering, &body, index, field, ends);
                    if new != text.value {
                        edits.push(Edit {
                            text: index,
                            range: 0..text.value.len(),
                            replacement: new,
                        });
                    }
                    continued.push(field.clone());
                }
                None => {
                    let value = &text.value;
                    edits.extend(answer::edits_of(answering, &body, index, value, &mut found));
                }
            }
        }
        findings::tell(&body, &found, answering.audits, &mut self.findings);
        if continued.is_empty() && is_problem(data) {
            // It ends the stream, so what is held back goes out before it.
            self.release(answering, |_| true, out);
        }
        self.newest.clear();
        self.newest.extend_from_slice(data);
        // What a field still holds goes out before its choice ends or another field of it begins. Those that may
        // come interleaved wait for the end.
        let ended = body.ended_choices();
        let is_due = |field: &StreamField| {
            !continued.contains(field)
                && (ended.contains(&field.choice)
                    || (!field.part.is_interleaved()
                        && continued.iter().any(|other| other.choice == field.choice)))
        };
        self.release(answering, is_due, out);
        match body.edit(&edits) {
            Ok(None) => out.extend_from_slice(event.raw()),
            Ok(Some(data)) => out.extend_from_slice(&event.with_data(&data)),
            Err(_) => self.withhold(out),
        }
    }

    /// What goes on of the text `index` of `body`, which continues `field`.
    fn continue_field(
        &mut self,
        answering: Answering<'_>,
        body: &Body<'_>,
        index: usize,
        field: &StreamField,
        ends: bool,
    ) -> String {
        let position = self.fields.iter().position(|known| known.field == *field);
        let mut known = match position {
            Some(position) => self.fields.swap_remove(position),
            None => {
                let syntax = if field.part.is_json() { Syntax::JsonFragment } else { Syntax::Text };
                let stream = AnswerStream::new(syntax, answering.redacts);
                let path = answering.audits.then(|| body.path(index));
                Field { field: field.clone(), stream, path }
            }
        };
        let text = body.texts().get(index).map_or("", |text| &text.value);
        let mut out = String::with_capacity(text.len());
        known.stream.push(text, answering.treat, &mut out);
        if ends {
            self.finish_field(answering, known, &mut out);
        } else {
            self.fields.push(known);
        }
        out
    }

    /// Ends the fields that are due, and sends what they still held in an event of its own.
    fn release(
        &mut self,
        answering: Answering<'_>,
        is_due: impl Fn(&StreamField) -> bool,
        out: &mut Vec<u8>,
    ) {
        let (due, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.fields).into_iter().partition(|known| is_due(&known.field));
        self.fields = rest;
        let mut tails = Vec::new();
        for known in due {
            let (field, mut tail) = (known.field.clone(), String::new());
            self.finish_field(answering, known, &mut tail);
            if !tail.is_empty() {
                tails.push((field, tail));
            }
        }
        if !tails.is_empty() {
            let tails: Vec<_> =
                tails.iter().map(|(field, tail)| (field.clone(), tail.as_str())).collect();
            out.extend_from_slice(&tail_event(self.dialect, &self.newest, &tails));
        }
    }

    fn finish_field(&mut self, answering: Answering<'_>, mut field: Field, out: &mut String) {
        field.stream.finish(answering.treat, out);
        self.tell(&field);
    }

    fn tell(&mut self, field: &Field) {
        for (treated, count) in field.stream.findings() {
            self.findings.add(field.path.as_deref(), treated, u64::from(count));
        }
    }

    /// What goes on in place of a piece that can't, and of all behind it.
    pub(crate) fn withheld(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        self.withhold(&mut out);
        out
    }

    fn withhold(&mut self, out: &mut Vec<u8>) {
        self.broken = true;
        let message = "an event of the answer could not be read, so the rest was withheld";
        out.extend_from_slice(&Problem::new(502, "unreadable_answer", message).event(self.dialect));
    }
}

/// Whether an event says that the answer failed; all dialects have the same member for it.
fn is_problem(data: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Event {
        error: Option<IgnoredAny>,
    }
    serde_json::from_slice::<Event>(data).is_ok_and(|event| event.error.is_some())
}
