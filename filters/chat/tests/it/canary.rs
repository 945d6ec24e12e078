use chat::body::{Body, Edit};
use serde_json::Value;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::answers::ANSWERS;
use crate::json_differential::mutate;
use crate::random::Random;
use crate::requests::{REQUESTS, endpoint};

const CANARY: &str = "Ada Lovelace, ada@example.com";

/// The rule itself: prose is a text wherever it stands. Each value of each golden body, one after the other, is
/// replaced by a canary, by an object and by an array that hold one, and each object gets a canary for a key: either
/// the body is refused, or the canary is found.
#[test]
fn nothing_passes_unscanned() {
    let check = |document: &Value, read: &dyn Fn(&[u8]) -> Option<bool>| {
        let mut found = 0_u32;
        for pointer in pointers(document) {
            let canaries = [
                serde_json::json!(CANARY),
                serde_json::json!([CANARY]),
                serde_json::json!({"text": CANARY, CANARY: 1}),
            ];
            for canary in canaries {
                let mut changed = document.clone();
                let place = changed.pointer_mut(&pointer).unwrap();
                if let (Value::Object(members), Value::Object(canary)) = (&mut *place, &canary) {
                    members.extend(canary.clone());
                } else {
                    *place = canary;
                }
                match read(&serde_json::to_vec(&changed).unwrap()) {
                    Some(scanned) => assert!(scanned, "{pointer} of {changed}"),
                    None => continue,
                }
                found = found.saturating_add(1);
            }
        }
        found
    };
    let scanned = |body: Body<'_>| body.texts().iter().any(|text| text.value == CANARY);
    for (path, document, _) in REQUESTS {
        let endpoint = endpoint(path);
        let found = check(&serde_json::from_str(document).unwrap(), &|bytes| {
            Body::request(&endpoint, bytes).ok().map(scanned)
        });
        assert!(found > 10, "{path}");
    }
    for (dialect, document, _) in ANSWERS {
        check(&serde_json::from_str(document).unwrap(), &|bytes| {
            Some(scanned(Body::answer(*dialect, bytes).unwrap()))
        });
    }
}

/// Whatever JSON it is: edits of all its texts give JSON with the new texts, and nothing panics.
#[test]
fn mutated_bodies_stay_editable() {
    let mut random = Random::new(0xB0D1);
    let mut edited = 0_u32;
    for round in 0..6_000_usize {
        let (path, document, _) = REQUESTS[round.checked_rem(REQUESTS.len()).unwrap()];
        let mut document = document.as_bytes().to_vec();
        for _ in 0..random.below(3) {
            mutate(&mut document, &mut random);
        }
        let endpoint = endpoint(path);
        let Ok(body) = Body::request(&endpoint, &document) else { continue };
        let edits: Vec<Edit> = (0..)
            .zip(body.texts())
            .map(|(text, found)| {
                let start = found.value.chars().next().map_or(0, char::len_utf8);
                Edit { text, range: start..found.value.len(), replacement: "[X \"1\"]".to_owned() }
            })
            .collect();
        let changed = body.edit(&edits).unwrap().unwrap();
        let again = Body::request(&endpoint, &changed).unwrap();
        let expected: Vec<String> = body
            .texts()
            .iter()
            .map(|text| format!("{}[X \"1\"]", text.value.chars().next().unwrap()))
            .collect();
        let actual: Vec<&str> = again.texts().iter().map(|text| &*text.value).collect();
        assert_eq!(actual, expected, "{}", document.escape_ascii());
        edited = edited.saturating_add(1);
    }
    assert!(edited > 1_000, "the mutations are too wild to say anything: {edited}");
}

/// A JSON pointer to every value.
fn pointers(document: &Value) -> Vec<String> {
    let mut pointers = vec![String::new()];
    let mut next = 0;
    while let Some(pointer) = pointers.get(next).cloned() {
        next = next.saturating_add(1);
        match document.pointer(&pointer).unwrap() {
            Value::Object(members) => pointers.extend(
                members
                    .keys()
                    .map(|key| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))),
            ),
            Value::Array(items) => {
                pointers.extend((0..items.len()).map(|index| format!("{pointer}/{index}")));
            }
            _ => {}
        }
    }
    pointers
}
