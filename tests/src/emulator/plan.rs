//! An answer as `GenerateContentResponse`s: one for each chunk of a stream, or one for all.

use serde_json::{Value, json};

use super::echo::{self, Answer};
use super::script::{Chunks, ScriptedAnswer};

/// Everything that the responses to one request say.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The model as asked for.
    pub model: String,
    /// The same in all chunks.
    pub response_id: String,
    /// RFC 3339.
    pub create_time: String,
    /// Parts of each chunk of each candidate; the candidates are all alike.
    pub chunks: Vec<Vec<Value>>,
    /// How many candidates; 0 for a blocked prompt.
    pub candidates: usize,
    /// `finishReason`; absent for a stream that is cut.
    pub finish: Option<String>,
    /// `blockReason`, for a blocked prompt.
    pub block_reason: Option<String>,
    /// The final `usageMetadata`.
    pub usage: Option<Value>,
    /// Whether the chunks before the last say that all counts are zero.
    pub early_zero_usage: bool,
}

impl Plan {
    /// What `request` is answered with: by the script where there is one, else by `echo`.
    #[must_use]
    pub fn new(
        model: &str,
        number: u64,
        request: &Value,
        scripted: Option<&ScriptedAnswer>,
    ) -> Self {
        let answer = scripted.map_or_else(|| echo::answer(request), fixed);
        let config = request.get("generationConfig");
        let candidates = config.and_then(|config| config.get("candidateCount")?.as_u64());
        let candidates = candidates.and_then(|count| usize::try_from(count).ok()).unwrap_or(1);
        let block_reason = scripted.and_then(|scripted| scripted.block_reason.clone());
        let candidates = if block_reason.is_some() { 0 } else { candidates };
        let usage = match scripted.and_then(|scripted| scripted.usage.clone()) {
            Some(usage) => usage,
            None => Some(usage(echo::input_tokens(request), answer.output_tokens * candidates)),
        };
        Self {
            model: model.to_owned(),
            response_id: format!("emulator-{number}"),
            create_time: jiff::Timestamp::now().to_string(),
            chunks: if candidates == 0 { vec![Vec::new()] } else { answer.chunks },
            candidates,
            finish: Some(answer.finish),
            block_reason,
            usage,
            early_zero_usage: scripted.is_some_and(|scripted| scripted.early_zero_usage),
        }
    }

    /// The response that chunk `index` of the stream is.
    #[must_use]
    pub fn chunk(&self, index: usize) -> Value {
        let parts = self.chunks.get(index).cloned().unwrap_or_default();
        let last = index + 1 >= self.chunks.len();
        let usage = if last {
            self.usage.clone()
        } else if self.early_zero_usage {
            Some(usage(0, 0))
        } else {
            Some(json!({"trafficType": "ON_DEMAND"}))
        };
        self.response(&parts, last, usage)
    }

    /// The one response that isn't a stream. Text of neighbouring chunks is one part.
    #[must_use]
    pub fn whole(&self) -> Value {
        let mut parts: Vec<Value> = Vec::new();
        for part in self.chunks.iter().flatten() {
            let joined = match (parts.last().and_then(plain_text), plain_text(part)) {
                (Some(before), Some(text)) => Some(json!({"text": format!("{before}{text}")})),
                _ => None,
            };
            match (joined, parts.last_mut()) {
                (Some(joined), Some(last)) => *last = joined,
                _ => parts.push(part.clone()),
            }
        }
        self.response(&parts, true, self.usage.clone())
    }

    fn response(&self, parts: &[Value], last: bool, usage: Option<Value>) -> Value {
        let candidate = |index: usize| {
            let mut candidate = json!({"content": {"role": "model", "parts": parts}});
            // As all of Google's JSON, without fields that have their default.
            if index > 0 {
                candidate["index"] = json!(index);
            }
            if let Some(finish) = self.finish.as_ref().filter(|_| last) {
                candidate["finishReason"] = json!(finish);
            }
            candidate
        };
        let mut response = json!({
            "modelVersion": self.model,
            "createTime": self.create_time,
            "responseId": self.response_id,
        });
        if self.candidates > 0 {
            response["candidates"] = (0..self.candidates).map(candidate).collect();
        }
        if let Some(reason) = &self.block_reason {
            response["promptFeedback"] = json!({"blockReason": reason});
        }
        if let Some(usage) = usage {
            response["usageMetadata"] = usage;
        }
        response
    }
}

fn plain_text(part: &Value) -> Option<&str> {
    let only = part.as_object().is_some_and(|fields| fields.len() == 1);
    part.get("text").and_then(Value::as_str).filter(|_| only)
}

fn fixed(scripted: &ScriptedAnswer) -> Answer {
    let texts = match &scripted.chunks {
        Chunks::One(text) => vec![text.clone()],
        Chunks::Many(texts) => texts.clone(),
    };
    let output_tokens = echo::words(&texts.concat()) + scripted.parts.len();
    let mut chunks: Vec<Vec<Value>> =
        texts.into_iter().map(|text| vec![json!({"text": text})]).collect();
    if !scripted.parts.is_empty() || chunks.is_empty() {
        chunks.push(scripted.parts.clone());
    }
    let finish = scripted.finish_reason.clone().unwrap_or_else(|| "STOP".to_owned());
    Answer { chunks, finish, output_tokens }
}

fn usage(input: usize, output: usize) -> Value {
    json!({
        "promptTokenCount": input,
        "candidatesTokenCount": output,
        "totalTokenCount": input + output,
        "trafficType": "ON_DEMAND",
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": input}],
        "candidatesTokensDetails": [{"modality": "TEXT", "tokenCount": output}],
    })
}
