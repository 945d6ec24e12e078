//! Thousands of valid requests with a few bytes changed, the same in every run, through one gateway.

use e2e::client::{Answer, http};
use e2e::jwt::unique;
use e2e::stack::Stack;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{
    ANTHROPIC, Api, CANARY, GEMINI, GEMINI_STREAM, OPENAI, Seeded, assert_serves, error_of,
};

const SEED: u64 = 20_261_123;
const ROUNDS: usize = 25;
const IN_A_ROUND: usize = 120;
const AT_ONCE: usize = 24;

/// What a mutation puts in: all that has a meaning for some reader, and some that has none.
const WORDS: [&[u8]; 26] = [
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"\"\\ud800\"",
    b"\\u0000",
    b"\xff",
    b"\xc3",
    b"\x00",
    b"\xef\xbb\xbf",
    b"\n",
    b"[EMAIL_1]",
    b"data:image/png;base64,",
    b"99999999999999999999999999",
    b"\"stream\":true,",
    b"\"content\":",
    b"canary.faults@leak.example",
    b"{\"a\":[",
];

fn seeds() -> Vec<(Api, Value)> {
    let text = format!("Please write to {CANARY} and call +1 415 555 0132, and [EMAIL_7].");
    let tools = json!([{"type": "function", "function": {
        "name": "mail", "description": format!("mails {CANARY}"),
        "parameters": {"type": "object", "properties": {"to": {"type": "string"}}},
    }}]);
    let arguments = json!({"to": CANARY}).to_string();
    let chat = json!({
        "model": "echo", "stream": false, "max_tokens": 20, "n": 1, "user": CANARY, "tools": tools,
        "messages": [
            {"role": "system", "content": text},
            {"role": "user", "content": [{"type": "text", "text": text}]},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "mail", "arguments": arguments}},
            ]},
            {"role": "tool", "tool_call_id": "c1", "content": text},
            {"role": "user", "content": text},
        ],
    });
    let gemini = json!({
        "systemInstruction": {"parts": [{"text": text}]},
        "contents": [
            {"role": "user", "parts": [{"text": text}, {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}]},
            {"role": "model", "parts": [{"functionCall": {"name": "mail", "args": {"to": CANARY}}}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "mail", "response": {"sent": CANARY}}}]},
        ],
        "tools": [{"functionDeclarations": [{"name": "mail", "description": text}]}],
        "generationConfig": {"maxOutputTokens": 20},
        "labels": {"for": "test"},
    });
    let claude = json!({
        "model": "echo", "max_tokens": 20, "system": text,
        "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}],
    });
    let mut streamed = chat.clone();
    streamed["stream"] = json!(true);
    vec![
        (OPENAI, OPENAI.body("echo", &text)),
        (OPENAI, chat),
        (OPENAI, streamed),
        (GEMINI, gemini.clone()),
        (GEMINI_STREAM, gemini),
        (ANTHROPIC, claude),
    ]
}

/// One or two changes at any place. A canary that is cut, or spelt otherwise, is no canary any more.
fn mutate(body: &mut Vec<u8>, random: &mut Seeded) {
    for _ in 0..=random.below(2) {
        let at = random.below(body.len());
        let end = (at + 1 + random.below(30)).min(body.len());
        match random.below(9) {
            0 => body.truncate(at),
            1 => drop(body.drain(at..end)),
            2 => body.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << random.below(8)),
            3 => {
                let copy = body.get(at..end).unwrap_or_default().to_vec();
                let to = random.below(body.len());
                body.splice(to..to, copy);
            }
            _ => {
                let word = WORDS[random.below(WORDS.len())];
                let end = if random.below(2) == 0 { at } else { end };
                body.splice(at..end, word.iter().copied());
            }
        }
        if body.is_empty() {
            return;
        }
    }
}

#[tokio::test]
async fn mutated_requests() {
    let stack = Stack::builder().start().await.expect("a stack");
    let mut random = Seeded(SEED);
    let seeds = seeds();
    let mut statuses = std::collections::BTreeMap::<u16, usize>::new();
    for round in 0..ROUNDS {
        let caller = stack.caller_as(&unique("fuzz"), "user");
        let client = http();
        let bodies: Vec<(Api, Vec<u8>)> = (0..IN_A_ROUND)
            .map(|_| {
                let (api, body) = &seeds[random.below(seeds.len())];
                let mut body = body.to_string().into_bytes();
                mutate(&mut body, &mut random);
                (*api, body)
            })
            .collect();
        for some in bodies.chunks(AT_ONCE) {
            let asked = some.iter().map(|(api, body)| {
                let url = format!("{}{}", caller.base, api.path("echo"));
                let request = client.post(url).bearer_auth(&caller.bearer).body(body.clone());
                async move { (*api, body, Answer::of(request).await) }
            });
            for (api, body, answer) in join_all(asked).await {
                check(api, body, &answer);
                *statuses.entry(answer.status).or_default() += 1;
            }
        }
        for sent in stack.steering().requests_with(CANARY).await {
            assert!(!holds_address(&sent.body), "round {round}: {}", sent.body);
        }
        stack.steering().clear_requests().await;
    }
    println!("{statuses:?}");
    let reached = statuses.get(&200).copied().unwrap_or_default();
    assert!(reached > 100, "too few are still valid: {statuses:?}");
    assert_serves(&stack).await;
}

/// Whether the canary stands in `body` as an address: with a letter or digit beside it it is another text.
fn holds_address(body: &str) -> bool {
    let part =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    body.match_indices(CANARY).any(|(at, _)| {
        let (before, behind) = (&body.as_bytes()[..at], &body.as_bytes()[at + CANARY.len()..]);
        !part(before.last()) && !part(behind.first())
    })
}

/// A success, or an error in the client's dialect that is the client's own fault, or of what isn't there.
fn check(api: Api, body: &[u8], answer: &Answer) {
    let shown = String::from_utf8_lossy(body);
    assert!(answer.complete, "{shown}");
    if answer.status == 200 {
        return;
    }
    assert!(
        answer.status / 100 == 4 || answer.status == 501,
        "{}: {} of {shown}",
        answer.status,
        answer.text()
    );
    let (message, _) = error_of(api.dialect, answer.status, &answer.json());
    assert!(!message.is_empty() && !message.contains("\u{fffd}"), "{message}");
}
