//! An answer as `chat.completion.chunk`s, or as one `chat.completion`.

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use chat::contract::Usage;
use serde::Serialize;

use super::answer::{Addition, LogprobContent, Message, UsageObject, finish_reason, refusal};
use crate::vertex::{Chunk, Logprobs, View};

pub(in crate::dialect) struct Writer {
    head: Head,
    exchange: String,
    include_usage: bool,
    choices: BTreeMap<u32, Progress>,
}

/// What every object of an answer begins with.
#[derive(Clone, Serialize)]
struct Head {
    id: String,
    object: &'static str,
    created: u64,
    model: String,
}

/// How far the stream of one alternative has come.
#[derive(Default)]
struct Progress {
    begun: bool,
    calls: usize,
    finished: bool,
}

#[derive(Serialize)]
struct Event<'a> {
    #[serde(flatten)]
    head: &'a Head,
    choices: &'a [Choice<Delta>],
    /// With `include_usage`: null but in the last chunk. Else left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Option<UsageObject>>,
}

#[derive(Serialize)]
struct Completion {
    #[serde(flatten)]
    head: Head,
    choices: Vec<Choice<Whole>>,
    usage: UsageObject,
}

#[derive(Serialize)]
struct Choice<M> {
    index: u32,
    #[serde(flatten)]
    message: M,
    logprobs: Option<LogprobContent>,
    finish_reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Delta {
    delta: Message,
}

#[derive(Serialize)]
struct Whole {
    message: Message,
}

impl Writer {
    pub(in crate::dialect) fn new(
        model: &str,
        exchange: &str,
        created: u64,
        include_usage: bool,
    ) -> Self {
        let head = Head {
            id: format!("chatcmpl-{exchange}"),
            object: "chat.completion.chunk",
            created,
            model: model.to_owned(),
        };
        Self { head, exchange: exchange.to_owned(), include_usage, choices: BTreeMap::new() }
    }

    /// One event for what is added to each alternative, one more for its end.
    pub(in crate::dialect) fn chunk(&mut self, view: &View) -> Bytes {
        let mut out = BytesMut::new();
        if let Some(reason) = view.block_reason() {
            let message = Message { refusal: Some(Some(refusal(reason))), ..Message::default() };
            self.delta(&mut out, 0, message, None);
            self.finish(&mut out, 0, "content_filter");
        }
        for candidate in &view.candidates {
            let progress = self.choices.entry(candidate.index).or_default();
            if progress.finished {
                continue;
            }
            let added = Addition::of(candidate, &self.exchange, progress.calls);
            progress.calls = progress.calls.saturating_add(added.calls.len());
            let has_calls = progress.calls > 0;
            if !added.is_empty() || candidate.logprobs_result.is_some() {
                let message = Message {
                    content: added.text.map(Some),
                    reasoning_content: added.thoughts,
                    tool_calls: added.calls,
                    ..Message::default()
                };
                self.delta(&mut out, candidate.index, message, candidate.logprobs_result.as_ref());
            }
            if let Some(reason) = candidate.finished() {
                self.finish(&mut out, candidate.index, finish_reason(reason, has_calls));
            }
        }
        out.freeze()
    }

    /// Ends what has no end yet, and writes the usage chunk if it was asked for.
    pub(in crate::dialect) fn end(&mut self, usage: &Usage) -> BytesMut {
        let mut out = BytesMut::new();
        if self.choices.is_empty() {
            self.choices.insert(0, Progress::default());
        }
        let open = self.choices.iter().filter(|(_, progress)| !progress.finished);
        for index in open.map(|(index, _)| *index).collect::<Vec<_>>() {
            self.finish(&mut out, index, "length");
        }
        if self.include_usage {
            let usage = Some(Some(UsageObject::of(usage)));
            write_event(&mut out, &Event { head: &self.head, choices: &[], usage });
        }
        out
    }

    fn delta(
        &mut self,
        out: &mut BytesMut,
        index: u32,
        mut message: Message,
        logprobs: Option<&Logprobs>,
    ) {
        let progress = self.choices.entry(index).or_default();
        if !progress.begun {
            progress.begun = true;
            message.role = Some("assistant");
            // OpenAI's first delta always has the field: null beside tool calls or a refusal.
            let bare = message.tool_calls.is_empty() && message.refusal.is_none();
            message.content.get_or_insert_with(|| bare.then(String::new));
        }
        let logprobs = logprobs.map(|logprobs| LogprobContent::of([logprobs]));
        self.write(
            out,
            Choice { index, message: Delta { delta: message }, logprobs, finish_reason: None },
        );
    }

    fn finish(&mut self, out: &mut BytesMut, index: u32, reason: &'static str) {
        if !self.choices.get(&index).is_some_and(|progress| progress.begun) {
            self.delta(out, index, Message::default(), None);
        }
        self.choices.entry(index).or_default().finished = true;
        let message = Delta { delta: Message::default() };
        self.write(out, Choice { index, message, logprobs: None, finish_reason: Some(reason) });
    }

    fn write(&self, out: &mut BytesMut, choice: Choice<Delta>) {
        let usage = self.include_usage.then_some(None);
        write_event(out, &Event { head: &self.head, choices: &[choice], usage });
    }

    pub(in crate::dialect) fn whole<'a>(
        self,
        chunks: impl Iterator<Item = &'a Chunk>,
        usage: &Usage,
    ) -> Vec<u8> {
        let mut choices: BTreeMap<u32, Gathered<'a>> = BTreeMap::new();
        for chunk in chunks {
            if let Some(reason) = chunk.view.block_reason() {
                let choice = choices.entry(0).or_default();
                choice.refusal = Some(refusal(reason));
                choice.finish = Some("content_filter");
            }
            for candidate in &chunk.view.candidates {
                let choice = choices.entry(candidate.index).or_default();
                if choice.finish.is_some() {
                    continue;
                }
                let known = choice.added.calls.len();
                let added = Addition::of(candidate, &self.exchange, known);
                append(&mut choice.added.text, added.text);
                append(&mut choice.added.thoughts, added.thoughts);
                choice.added.calls.extend(added.calls);
                choice.logprobs.extend(&candidate.logprobs_result);
                let has_calls = !choice.added.calls.is_empty();
                choice.finish = candidate.finished().map(|reason| finish_reason(reason, has_calls));
            }
        }
        if choices.is_empty() {
            choices.insert(0, Gathered::default());
        }
        let completion = Completion {
            head: Head { object: "chat.completion", ..self.head },
            choices: choices.into_iter().map(|(index, choice)| choice.whole(index)).collect(),
            usage: UsageObject::of(usage),
        };
        serde_json::to_vec(&completion).unwrap_or_default()
    }
}

/// One alternative, from all chunks.
#[derive(Default)]
struct Gathered<'a> {
    added: Addition,
    refusal: Option<String>,
    logprobs: Vec<&'a Logprobs>,
    finish: Option<&'static str>,
}

impl Gathered<'_> {
    fn whole(self, index: u32) -> Choice<Whole> {
        let bare = self.added.calls.is_empty() && self.refusal.is_none();
        let mut tool_calls = self.added.calls;
        tool_calls.iter_mut().for_each(|call| call.index = None);
        let message = Message {
            role: Some("assistant"),
            content: Some(self.added.text.or_else(|| bare.then(String::new))),
            refusal: Some(self.refusal),
            reasoning_content: self.added.thoughts,
            tool_calls,
        };
        let logprobs = (!self.logprobs.is_empty()).then(|| LogprobContent::of(self.logprobs));
        // No end: the gateway stopped it, at a budget.
        let finish_reason = Some(self.finish.unwrap_or("length"));
        Choice { index, message: Whole { message }, logprobs, finish_reason }
    }
}

fn append(all: &mut Option<String>, more: Option<String>) {
    if let Some(more) = more {
        all.get_or_insert_default().push_str(&more);
    }
}

fn write_event(out: &mut BytesMut, event: &Event<'_>) {
    // Strings and numbers alone: nothing of it can fail to serialize.
    let json = serde_json::to_vec(event).unwrap_or_default();
    out.extend_from_slice(b"data: ");
    out.extend_from_slice(&json);
    out.extend_from_slice(b"\n\n");
}
