//! Fields of a stream that have no name of their own: what is split over events is found in them too.

use serde_json::Value;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::{Client, OPENAI, SENT_EMAIL};

/// Events → the texts that the client reads at a pointer, put together, at every split of the stream.
#[test]
fn a_value_split_over_events_is_found_in_every_field() {
    for row in include_str!("streams.jsonl").lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let pointer = row["pointer"].as_str().unwrap();
        let events = row["events"].as_array().unwrap();
        let stream: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
        let mut client = Client::new("{}");
        for split in 0..=stream.len() {
            client.next();
            client.now.0 += 60_000;
            match row["path"].as_str() {
                Some(path) => client.send(path, row["body"].as_str().unwrap()),
                None => client.send(OPENAI, SENT_EMAIL),
            };
            client.respond(200, "text/event-stream", None);
            let mut out = client.piece(&stream.as_bytes()[..split], false);
            out.extend(client.piece(&stream.as_bytes()[split..], true));
            let out = String::from_utf8(out).unwrap();
            let read: String = out
                .lines()
                .filter_map(|line| line.strip_prefix("data: "))
                .map(|data| serde_json::from_str::<Value>(data).unwrap())
                .filter_map(|event| event.pointer(pointer)?.as_str().map(str::to_owned))
                .collect();
            assert_eq!(read, row["read"].as_str().unwrap(), "split at {split}: {out}");
        }
    }
}

/// Tokens, and their bytes, say what was redacted and what a placeholder stands for.
#[test]
fn log_probabilities_go_wherever_answers_may_change() {
    let check = |config: &str, prompt: &str, blanked: bool| {
        let choice = r#""logprobs":{"content":[{"token":"eve@example.org","bytes":[101]}]}"#;
        let event =
            format!(r#"{{"choices":[{{"index":0,"delta":{{"content":"x, "}},{choice}}}]}}"#);
        let whole = format!(r#"{{"choices":[{{"message":{{"content":"x, "}},{choice}}}]}}"#);
        let expected = |body: &str| {
            if blanked { body.replace(choice, r#""logprobs":null"#) } else { body.to_owned() }
        };
        let mut client = Client::new(config);
        client.send(OPENAI, prompt);
        client.respond(200, "text/event-stream", None);
        let out = client.piece(format!("data: {event}\n\n").as_bytes(), true);
        assert_eq!(String::from_utf8(out).unwrap(), format!("data: {}\n\n", expected(&event)));
        client.next();
        client.now.0 += 60_000;
        client.send(OPENAI, prompt);
        client.respond(200, "application/json", None);
        let out = client.whole(&whole).unwrap_or_else(|| whole.clone());
        assert_eq!(out, expected(&whole));
    };
    let clean = r#"{"model":"echo","messages":[{"role":"user","content":"hello"}]}"#;
    check("{}", clean, true);
    check(r#"{"redaction":{"answers":false}}"#, SENT_EMAIL, true);
    check(r#"{"redaction":{"answers":false}}"#, clean, false);
}
