//! Bodies of every dialect: what isn't understood is refused, and an edit changes what it says and nothing else.
#![no_main]

use chat::body::{Body, Edit, MAX_LABEL_BYTES, MAX_PATH_BYTES, ShapeError};
use chat::endpoint::{Dialect, Endpoint};
use libfuzzer_sys::fuzz_target;

/// Hard to put into JSON, and of no meaning to any grammar.
const NASTY: &str = "[\"\\\u{2028}\n\u{7f}é😀]";

const PATHS: [&str; 6] = [
    "/v1/chat/completions",
    "/v1/responses",
    "/v1/embeddings",
    "/v1/messages",
    "/v1beta/models/m:streamGenerateContent",
    "/v1beta/models/m:countTokens",
];

fuzz_target!(|data: &[u8]| {
    for path in PATHS {
        let endpoint = Endpoint::resolve("POST", path).expect("the gateway serves it");
        check(data, |data| Body::request(&endpoint, data));
    }
    for dialect in [Dialect::OpenAi, Dialect::Gemini, Dialect::Anthropic] {
        check(data, |data| Body::answer(dialect, data));
        check(data, |data| Body::event(dialect, data));
    }
});

fn check(data: &[u8], read: impl for<'b> Fn(&'b [u8]) -> Result<Body<'b>, ShapeError>) {
    let mut body = match read(data) {
        Ok(body) => body,
        Err(error) => {
            assert!(error.offset <= data.len());
            return assert!(!error.to_string().is_empty());
        }
    };
    assert_eq!(body.edit(&[]), Ok(None));
    let count = body.texts().len();
    for text in 0..count {
        assert!(!body.texts()[text].value.is_empty());
        assert!(body.label(text).len() <= MAX_LABEL_BYTES);
    }
    let all: Vec<usize> = (0..count).collect();
    let paths = body.paths(&all);
    assert_eq!(paths.len(), count);
    assert!(paths.iter().all(|path| path.len() <= MAX_PATH_BYTES + "...".len()));
    if count == 0 {
        return;
    }
    let mut number = fuzz::numbers(data);
    check_edits(&body, &all, &read);
    for _ in 0..3 {
        check_edits(&body, &[number(count)], &read);
    }
    body.blank_logprobs();
    if let Ok(Some(edited)) = body.edit(&[]) {
        assert!(fuzz::is_json(std::str::from_utf8(&edited).expect("UTF-8")));
    }
}

/// Replaces whole texts, and reads the body again.
fn check_edits(
    body: &Body<'_>,
    edited: &[usize],
    read: impl for<'b> Fn(&'b [u8]) -> Result<Body<'b>, ShapeError>,
) {
    let mut expected: Vec<String> =
        body.texts().iter().map(|text| text.value.to_string()).collect();
    let edits: Vec<Edit> = edited
        .iter()
        .map(|text| {
            let len = expected[*text].len();
            Edit { text: *text, range: 0..len, replacement: NASTY.to_owned() }
        })
        .collect();
    edited.iter().for_each(|text| expected[*text] = NASTY.to_owned());
    let new = body.edit(&edits).expect("the edits fit").unwrap_or_default();
    assert!(fuzz::is_json(std::str::from_utf8(&new).expect("UTF-8")), "{}", new.escape_ascii());
    // Where the shape asks for a number a string may be refused.
    let numeric = edited.iter().any(|text| body.texts()[*text].numeric);
    match read(&new) {
        Ok(body) => {
            let values: Vec<_> = body.texts().iter().map(|text| text.value.to_string()).collect();
            // All are there, in order. A payload whose media type was edited has become a text besides.
            let mut rest = values.iter();
            let kept = expected.iter().all(|text| rest.any(|value| value == text));
            assert!(kept, "{expected:?} became {values:?}");
        }
        Err(error) => assert!(numeric && error.json.is_none(), "{error}: {}", new.escape_ascii()),
    }
}
