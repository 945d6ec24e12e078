//! Media is skipped only where it is due and only by its own bytes; text in base64 is read, and edited, as text.

use chat::body::{Body, Edit};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::requests::endpoint;

/// What a payload is taken for.
#[derive(Debug, PartialEq)]
enum Taken {
    Skipped,
    Text(String),
    Refused,
}

fn taken(path: &str, body: &str) -> Taken {
    match Body::request(&endpoint(path), body.as_bytes()) {
        Err(error) => {
            assert!(error.expected.starts_with("base64 of"), "{error}");
            assert!(error.path.ends_with("data") || error.path.ends_with("url"), "{}", error.path);
            Taken::Refused
        }
        Ok(found) => {
            assert_eq!(found.facts().media_parts, 1);
            // What is skipped can be counted, what is a text isn't counted twice.
            let media: Vec<_> = found.media().collect();
            let here = media.iter().filter(|medium| medium.bytes().is_some()).count();
            assert_eq!(here, usize::from(found.texts().is_empty()), "{media:?}");
            match found.texts() {
                [] => Taken::Skipped,
                [text] => Taken::Text(text.value.to_string()),
                texts => panic!("{} texts in {body}", texts.len()),
            }
        }
    }
}

#[test]
fn a_url_s_payload_is_media_by_its_magic_or_text() {
    for row in include_str!("../golden/requests/media_urls.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let url = row["url"].as_str().unwrap();
        let url = url.replace("MEGABYTE", &"iVBORw0KGgo/".repeat(90_000));
        let body = format!(r#"{{"messages":[{{"content":[{{"image_url":{{"url":"{url}"}}}}]}}]}}"#);
        assert_eq!(taken("/v1/chat/completions", &body), expected(&row, &url), "{row}");
    }
}

/// The payload and its declared type, in both orders, in Gemini's and Anthropic's spelling.
#[test]
fn a_payload_is_media_by_its_magic_or_text() {
    for row in include_str!("../golden/requests/media.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let (kind, data) = (row["type"].as_str().unwrap(), row["data"].as_str().unwrap());
        for source in [
            format!(r#"{{"mimeType":"{kind}","data":"{data}"}}"#),
            format!(r#"{{"data":"{data}","mime_type":"{kind}"}}"#),
        ] {
            let body = format!(r#"{{"contents":[{{"parts":[{{"inlineData":{source}}}]}}]}}"#);
            let path = "/v1/models/m:generateContent";
            assert_eq!(taken(path, &body), expected(&row, data), "{row}");
        }
        let source = format!(r#"{{"data":"{data}","type":"base64","media_type":"{kind}"}}"#);
        let body = format!(r#"{{"messages":[{{"content":[{{"source":{source}}}]}}]}}"#);
        assert_eq!(taken("/v1/messages", &body), expected(&row, data), "{row}");
    }
}

/// `skipped`, `refused`, `plain` for the string itself, or the text that was decoded.
fn expected(row: &serde_json::Value, raw: &str) -> Taken {
    match row["taken"].as_str().unwrap() {
        "skipped" => Taken::Skipped,
        "refused" => Taken::Refused,
        "plain" => Taken::Text(raw.to_owned()),
        text => Taken::Text(text.to_owned()),
    }
}

#[test]
fn text_in_base64_is_edited_as_text() {
    let check = |url: &str, expected: &str| {
        let body = format!(r#"{{"messages":[{{"content":[{{"image_url":"{url}"}}]}}]}}"#);
        let found = Body::request(&endpoint("/v1/chat/completions"), body.as_bytes()).unwrap();
        let at = found.texts()[0].value.find("ada").unwrap();
        let edit = Edit { text: 0, range: at..at.saturating_add(3), replacement: "[X_1]".into() };
        let edited = String::from_utf8(found.edit(&[edit]).unwrap().unwrap()).unwrap();
        assert_eq!(edited, body.replace(url, expected));
    };
    check(
        "data:text/csv;base64,bmFtZQphZGEsIG9mIExvbmRvbj8+Cg==",
        "data:text/csv;base64,bmFtZQpbWF8xXSwgb2YgTG9uZG9uPz4K",
    );
    // Without padding, and in the other alphabet.
    check(
        "data:text/plain;base64,YWRhIHNheXMgfn5-Pz4",
        "data:text/plain;base64,W1hfMV0gc2F5cyB-fn4_Pg",
    );
}

/// What is told of a medium: its type, its resolution, its size, and its first bytes alone.
#[test]
fn media_are_told_with_what_is_said_about_them() {
    let check = |path: &str, body: &str, expected: (&str, &str, Option<u64>, usize)| {
        let png = format!("iVBORw0KGgo{}", "A".repeat(4001));
        let body = body.replace("PNG", &png);
        let found = Body::request(&endpoint(path), body.as_bytes()).unwrap();
        let [medium] = found.media().collect::<Vec<_>>()[..] else { panic!("{body}") };
        let head = medium.head(100);
        assert!(head.is_empty() || head.starts_with(b"\x89PNG\r\n\x1A\n"), "{body}");
        let media_type = medium.media_type();
        let told = (&*media_type, medium.resolution(), medium.bytes(), head.len());
        assert_eq!(told, expected, "{body}");
    };
    let gemini = |part: &str, expected| {
        let body = format!(r#"{{"contents":[{{"parts":[{part}]}}]}}"#);
        check("/v1/models/m:generateContent", &body, expected);
    };
    let here = Some(3009);
    gemini(r#"{"inlineData":{"data":"PNG","mimeType":"image/png"}}"#, ("image/png", "", here, 100));
    gemini(r#"{"inlineData":{"mimeType":"a/b; c=1","data":"PNG"}}"#, ("a/b", "", here, 100));
    gemini(
        r#"{"mediaResolution":{"level":"HIGH"},"inline_data":{"data":"PNG"}}"#,
        ("", "HIGH", here, 100),
    );
    gemini(
        r#"{"fileData":{"fileUri":"gs://b/a.png","mimeType":"image/x"},"mediaResolution":"LOW"}"#,
        ("image/x", "LOW", None, 0),
    );
    gemini(r#"{"fileData":{"fileUri":"https://e.example/x/a.b.Mp4?c=.d"}}"#, ("Mp4", "", None, 0));
    gemini(r#"{"fileData":{"fileUri":"https://e.example/x.y/a"}}"#, ("", "", None, 0));
    let openai = |url: &str, expected| {
        let body = format!(r#"{{"messages":[{{"content":[{{"image_url":{{"url":"{url}"}}}}]}}]}}"#);
        check("/v1/chat/completions", &body, expected);
    };
    openai("data:image/png;base64,PNG", ("image/png", "", here, 100));
    openai(r"data:image\/png;a=b;base64,PNG", ("image/png", "", here, 100));
    let source = r#"{"data":"PNG","type":"base64","media_type":"image/png"}"#;
    let body = format!(r#"{{"messages":[{{"content":[{{"source":{source}}}]}}]}}"#);
    check("/v1/messages", &body, ("image/png", "", here, 100));
}
