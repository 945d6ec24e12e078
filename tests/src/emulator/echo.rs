//! The model `echo`: what it answers, and how it counts.
//!
//! It answers with the text of the last user turn, word for word. One whitespace-separated word is one token. A
//! turn of function responses alone is answered with their JSON. Where tools are declared, each line
//! `call NAME {json}` of the last user turn that names one of them is answered with that function call instead.

use serde_json::{Value, json};

/// An answer before it is cut into wire chunks.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The parts of each chunk.
    pub chunks: Vec<Vec<Value>>,
    /// `finishReason`.
    pub finish: String,
    /// Tokens of one candidate.
    pub output_tokens: usize,
}

/// Answers a canonical `GenerateContentRequest`.
#[must_use]
pub fn answer(request: &Value) -> Answer {
    let text = last_user_text(request);
    let calls = function_calls(request, &text);
    if !calls.is_empty() {
        let output_tokens = calls.iter().map(|(words, _)| words).sum();
        let parts = calls.into_iter().map(|(_, part)| part).collect();
        return Answer { chunks: vec![parts], finish: "STOP".to_owned(), output_tokens };
    }
    let config = request.get("generationConfig").unwrap_or(&Value::Null);
    let text = before_stop(&text, config);
    let all = words_with_space(text);
    let cap = config.get("maxOutputTokens").and_then(Value::as_u64);
    let cap = cap.and_then(|cap| usize::try_from(cap).ok()).unwrap_or(usize::MAX);
    // Text without a word is one chunk all the same: an answer has at least one.
    let tokens = words(text).min(cap);
    let mut chunks: Vec<String> = all.iter().take(cap).map(|chunk| (*chunk).to_owned()).collect();
    let cut = words(text) > cap;
    if let Some(last) = chunks.last_mut().filter(|_| cut) {
        last.truncate(last.trim_end().len());
    }
    if chunks.is_empty() {
        chunks.push(String::new());
    }
    Answer {
        chunks: chunks.into_iter().map(|text| vec![json!({"text": text})]).collect(),
        finish: if cut { "MAX_TOKENS" } else { "STOP" }.to_owned(),
        output_tokens: tokens,
    }
}

/// Tokens of a text.
#[must_use]
pub fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Tokens of a request: all its text, system instruction and function calls and responses included.
#[must_use]
pub fn input_tokens(request: &Value) -> usize {
    texts(request).iter().map(|text| words(text)).sum()
}

/// Characters that aren't whitespace: what `countTokens` calls billable.
#[must_use]
pub fn billable_characters(request: &Value) -> usize {
    texts(request).iter().flat_map(|text| text.chars()).filter(|char| !char.is_whitespace()).count()
}

fn texts(request: &Value) -> Vec<String> {
    let contents = request.get("contents").and_then(Value::as_array).into_iter().flatten();
    contents.chain(request.get("systemInstruction")).flat_map(parts).filter_map(part_text).collect()
}

fn last_user_text(request: &Value) -> String {
    let mut contents = request.get("contents").and_then(Value::as_array).into_iter().flatten();
    let turn = contents.rfind(|content| content.get("role").is_some_and(|role| role == "user"));
    let Some(turn) = turn else { return String::new() };
    let text: String = parts(turn).filter_map(|part| part.get("text")?.as_str()).collect();
    if text.is_empty() { parts(turn).filter_map(part_text).collect() } else { text }
}

fn part_text(part: &Value) -> Option<String> {
    if let Some(text) = part.get("text").and_then(Value::as_str) {
        return Some(text.to_owned());
    }
    let call = part.get("functionCall").and_then(|call| call.get("args"));
    let response = part.get("functionResponse").and_then(|response| response.get("response"));
    call.or(response).map(Value::to_string)
}

fn parts(content: &Value) -> impl Iterator<Item = &Value> {
    content.get("parts").and_then(Value::as_array).into_iter().flatten()
}

fn function_calls(request: &Value, text: &str) -> Vec<(usize, Value)> {
    let tools = request.get("tools").and_then(Value::as_array).into_iter().flatten();
    let declared: Vec<&str> = tools
        .filter_map(|tool| tool.get("functionDeclarations")?.as_array())
        .flatten()
        .filter_map(|function| function.get("name")?.as_str())
        .collect();
    let call = |line: &str| {
        let (name, args) = line.trim().strip_prefix("call ")?.trim_start().split_once(' ')?;
        let args: Value = serde_json::from_str(args).ok()?;
        let known = args.is_object() && declared.contains(&name);
        known.then(|| (words(line) - 1, json!({"functionCall": {"name": name, "args": args}})))
    };
    text.lines().filter_map(call).collect()
}

fn before_stop<'a>(text: &'a str, config: &Value) -> &'a str {
    let stops = config.get("stopSequences").and_then(Value::as_array).into_iter().flatten();
    let first = stops.filter_map(|stop| text.find(stop.as_str()?)).min();
    first.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The text in pieces of one word each, every piece with the whitespace behind it; the first also has what stands
/// before it. Joined they are the text.
fn words_with_space(text: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut in_word = false;
    for (index, char) in text.char_indices() {
        if !char.is_whitespace() && !in_word {
            starts.push(index);
        }
        in_word = !char.is_whitespace();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let begins = [0].into_iter().chain(starts.iter().skip(1).copied());
    let pieces = begins.zip(ends).filter_map(|(begin, end)| text.get(begin..end));
    pieces.filter(|piece| !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, config: Value, chunks: &[&str], finish: &str, tokens: usize) {
        let request = json!({
            "contents": [
                {"role": "user", "parts": [{"text": "first"}]},
                {"role": "model", "parts": [{"text": "second"}]},
                {"role": "user", "parts": [{"text": text}]},
            ],
            "generationConfig": config,
        });
        let answer = answer(&request);
        let got: Vec<&str> =
            answer.chunks.iter().flatten().filter_map(|part| part["text"].as_str()).collect();
        assert_eq!(
            (got, answer.finish.as_str(), answer.output_tokens),
            (chunks.to_vec(), finish, tokens),
            "{text:?}"
        );
    }

    #[test]
    fn echoes_word_by_word() {
        check("a bc  d", json!({}), &["a ", "bc  ", "d"], "STOP", 3);
        check("\n a\tb \n", json!({}), &["\n a\t", "b \n"], "STOP", 2);
        check("grüße 東京 🙂", json!({}), &["grüße ", "東京 ", "🙂"], "STOP", 3);
        check("  ", json!({}), &["  "], "STOP", 0);
        check("", json!({}), &[""], "STOP", 0);
    }

    #[test]
    fn honours_caps_and_stops() {
        check("a b c", json!({"maxOutputTokens": 2}), &["a ", "b"], "MAX_TOKENS", 2);
        check("a b c", json!({"maxOutputTokens": 3}), &["a ", "b ", "c"], "STOP", 3);
        check("a b c", json!({"stopSequences": ["c", "b"]}), &["a "], "STOP", 1);
        check("a b c", json!({"stopSequences": ["b"], "maxOutputTokens": 1}), &["a "], "STOP", 1);
    }

    #[test]
    fn calls_declared_functions_only() {
        let request = |text: &str| {
            json!({
                "contents": [{"role": "user", "parts": [{"text": text}]}],
                "tools": [{"functionDeclarations": [{"name": "mail"}]}],
            })
        };
        let called = answer(&request("please\ncall mail {\"to\": \"a b\"}\nthanks"));
        let part = json!({"functionCall": {"name": "mail", "args": {"to": "a b"}}});
        assert_eq!(
            called,
            Answer { chunks: vec![vec![part]], finish: "STOP".into(), output_tokens: 4 }
        );
        for text in ["call post {}", "call mail []", "call mail {", "say call mail {}"] {
            assert!(
                answer(&request(text))
                    .chunks
                    .iter()
                    .flatten()
                    .all(|part| part.get("text").is_some()),
                "{text}"
            );
        }
    }
}
