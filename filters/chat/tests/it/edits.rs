use chat::body::{Body, Edit, EditError};
use chat::endpoint::Dialect;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::answers::ANSWERS;
use crate::requests::{REQUESTS, endpoint};

fn edit(text: usize, range: std::ops::Range<usize>, replacement: &str) -> Edit {
    Edit { text, range, replacement: replacement.to_owned() }
}

#[test]
fn only_the_edited_bytes_change() {
    let check = |body: &str, edits: &[Edit], expected: &str| {
        let edited = Body::answer(Dialect::OpenAi, body.as_bytes()).unwrap().edit(edits).unwrap();
        assert_eq!(String::from_utf8(edited.unwrap()).unwrap(), expected);
    };
    check(r#"[ "ada" ,1e2 ]"#, &[edit(0, 0..3, "[X_1]")], r#"[ "[X_1]" ,1e2 ]"#);
    check(
        r#"["a ada b ada"]"#,
        &[edit(0, 2..5, "X"), edit(0, 8..11, "Y\"\\\n\u{1}")],
        r#"["a X b Y\"\\\n\u0001"]"#,
    );
    check(
        r#"["\u0061\n\ud83d\ude00ada\/é"]"#,
        &[edit(0, 6..9, "X")],
        r#"["\u0061\n\ud83d\ude00X\/é"]"#,
    );
    check(r#"["\u0061\n\ud83d\ude00ada\/é"]"#, &[edit(0, 2..6, "X")], r#"["\u0061\nXada\/é"]"#);
    check(
        r#"["\u0061\n\ud83d\ude00ada\/é"]"#,
        &[edit(0, 9..10, "X"), edit(0, 12..12, "Z")],
        r#"["\u0061\n\ud83d\ude00adaXéZ"]"#,
    );
    check(r#"{"ad\u0061":1}"#, &[edit(0, 0..3, "X")], r#"{"X":1}"#);
    check(r#"["ada", "bob"]"#, &[edit(0, 0..3, "X"), edit(1, 1..2, "")], r#"["X", "bb"]"#);
    // JSON in a string: escaped twice, and what isn't edited keeps its own spelling.
    check(
        r#"{"choices":[{"message":{"tool_calls":[{"function":{"arguments":"{\"a\\u0064a\" :\"x\\n\\\"ada\\\"\",\"b\":\u0022bob\u0022}"}}]}}]}"#,
        &[edit(0, 0..3, "K\""), edit(1, 3..6, "X\"\n"), edit(3, 0..3, "é")],
        r#"{"choices":[{"message":{"tool_calls":[{"function":{"arguments":"{\"K\\\"\" :\"x\\n\\\"X\\\"\\n\\\"\",\"b\":\u0022é\u0022}"}}]}}]}"#,
    );
    // A number becomes a string, in a string too.
    check(
        r#"{"choices":[{"message":{"tool_calls":[{"function":{"arguments":"{\"n\": 4111111111111111 }"}}]}}]}"#,
        &[edit(1, 0..16, "[CARD_1]")],
        r#"{"choices":[{"message":{"tool_calls":[{"function":{"arguments":"{\"n\": \"[CARD_1]\" }"}}]}}]}"#,
    );
    // What looks like JSON and isn't is one text.
    check(
        r#"{"choices":[{"message":{"tool_calls":[{"function":{"arguments":"{\"n\": \"ada"}}]}}]}"#,
        &[edit(0, 7..10, "X")],
        r#"{"choices":[{"message":{"tool_calls":[{"function":{"arguments":"{\"n\": \"X"}}]}}]}"#,
    );
    let gemini = br#"{"candidates":[{"content":{"parts":[{"functionCall":{"args":{"n":-4111111111111111.5}}}]}}]}"#;
    let body = Body::answer(Dialect::Gemini, gemini).unwrap();
    assert_eq!(
        body.edit(&[edit(1, 1..17, "[CARD_1]")]).unwrap().unwrap(),
        br#"{"candidates":[{"content":{"parts":[{"functionCall":{"args":{"n":"-[CARD_1].5"}}}]}}]}"#
    );
}

#[test]
fn edits_that_do_not_fit_are_refused() {
    let check = |edits: &[Edit], expected| {
        let body = Body::answer(Dialect::OpenAi, br#"["\u00e9ada", "bob"]"#).unwrap();
        assert_eq!(body.edit(edits), expected, "{edits:?}");
    };
    check(&[], Ok(None));
    check(&[edit(0, 2..5, "ada"), edit(1, 3..3, "")], Ok(None));
    check(&[edit(2, 0..0, "x")], Err(EditError::NoText(2)));
    check(&[edit(0, 0..9, "x")], Err(EditError::Range(0)));
    check(&[edit(0, 1..3, "x")], Err(EditError::Range(0)));
    #[expect(clippy::reversed_empty_ranges, reason = "a caller's mistake")]
    check(&[edit(0, 3..2, "x")], Err(EditError::Range(0)));
    check(&[edit(0, usize::MAX..usize::MAX, "x")], Err(EditError::Range(0)));
    check(&[edit(0, 2..4, "x"), edit(0, 3..5, "y")], Err(EditError::Order(0)));
    check(&[edit(1, 0..1, "x"), edit(0, 2..3, "y")], Err(EditError::Order(0)));
    check(&[edit(0, 2..3, "x"), edit(1, 0..1, "x"), edit(0, 3..4, "y")], Err(EditError::Order(0)));
}

/// In every golden body, each text alone is replaced by something nasty: all other texts, and all bytes around it,
/// stay; and all of them at once.
#[test]
fn every_text_can_be_edited() {
    const NASTY: &str = "[\"\\\u{2028}\n\u{7f}é😀]";
    let check = |body: &Body<'_>, document: &str, reread: &dyn Fn(&[u8]) -> Vec<String>| {
        let values: Vec<String> = body.texts().iter().map(|text| text.value.to_string()).collect();
        let all: Vec<Edit> =
            (0..).zip(&values).map(|(text, value)| edit(text, 0..value.len(), NASTY)).collect();
        for (index, one) in all.iter().enumerate() {
            let edited = body.edit(std::slice::from_ref(one)).unwrap().unwrap();
            let mut expected = values.clone();
            expected[index] = NASTY.to_owned();
            assert_eq!(reread(&edited), expected, "text {index} of {document}");
            let same_at_start =
                edited.iter().zip(document.as_bytes()).take_while(|(a, b)| a == b).count();
            let same_at_end = edited
                .iter()
                .rev()
                .zip(document.bytes().rev())
                .take_while(|(a, b)| *a == b)
                .count();
            // An escaped byte takes at most 13 bytes, in a string in a string.
            let touched = values[index].len().saturating_mul(13).saturating_add(2);
            assert!(
                same_at_start.saturating_add(same_at_end).saturating_add(touched) >= document.len(),
                "text {index} of {document}"
            );
        }
        if !all.is_empty() {
            let edited = body.edit(&all).unwrap().unwrap();
            assert_eq!(reread(&edited), vec![NASTY; all.len()], "{document}");
        }
    };
    let values = |body: &Body<'_>| body.texts().iter().map(|text| text.value.to_string()).collect();
    for (path, document, _) in REQUESTS {
        let endpoint = endpoint(path);
        let body = Body::request(&endpoint, document.as_bytes()).unwrap();
        check(&body, document, &|edited| values(&Body::request(&endpoint, edited).unwrap()));
    }
    for (dialect, document, _) in ANSWERS {
        let body = Body::answer(*dialect, document.as_bytes()).unwrap();
        check(&body, document, &|edited| values(&Body::answer(*dialect, edited).unwrap()));
    }
}
