use chat::json::{JsonErrorKind, Lexer, Token};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::random::Random;
use crate::requests::REQUESTS;

const SEEDS: &[&str] = &[
    r#"{"a":[1,-0.5e+10,true,false,null,"x"],"b":{"c":{}},"d":""}"#,
    r#"["\u00e9\ud83d\ude00\n\"\\\/", "a longer string with a \t in its middle and an é behind it"]"#,
    "\t[ 1 , 2.0 , 3e1 , [ ] , { } ]\r\n",
    r#""\ud83d\ude00""#,
];
/// What a mutation writes: all that has a meaning in JSON, and bytes that may not stand in it.
const BYTES: &[u8] = b"{}[]:,\"\\/ \t\n\r0123456789+-.eEutrfnalsbdD8\0\x1F\x7F\x80\xC3\xEF\xFF";

/// Cut, changed, repeated: what `serde_json` takes, the lexer takes, and nothing else.
#[test]
fn agrees_with_serde_json_on_mutated_documents() {
    let mut random = Random::new(0xD1FF);
    let mut accepted = 0_u32;
    for round in 0..40_000_usize {
        let seed = SEEDS[round.checked_rem(SEEDS.len()).unwrap()];
        let mut document = seed.as_bytes().to_vec();
        for _ in 0..random.below(3).saturating_add(1) {
            mutate(&mut document, &mut random);
        }
        if check(&document) {
            accepted = accepted.saturating_add(1);
        }
    }
    assert!(accepted > 1_000, "the mutations are too wild to say anything: {accepted}");
}

#[test]
fn agrees_with_serde_json_on_every_prefix() {
    for (_, body, _) in REQUESTS {
        for end in 0..body.len() {
            check(&body.as_bytes()[..end]);
        }
        assert!(check(body.as_bytes()));
    }
}

fn check(document: &[u8]) -> bool {
    let ours = lex(document);
    match serde_json::from_slice::<serde_json::Value>(document) {
        Ok(_) => assert_eq!(ours, Ok(()), "{}", document.escape_ascii()),
        // Grammar has no bound on a number; serde_json must put it into a float.
        Err(error) if error.to_string().starts_with("number out of range") => {}
        Err(_) => assert!(ours.is_err(), "{}", document.escape_ascii()),
    }
    ours.is_ok()
}

fn lex(document: &[u8]) -> Result<(), JsonErrorKind> {
    let mut lexer = Lexer::new(document).map_err(|error| error.kind)?;
    while lexer.token().map_err(|error| error.kind)? != Token::End {}
    Ok(())
}

/// Changes, removes, repeats or adds a few bytes.
pub fn mutate(document: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(document.len());
    let byte = BYTES[random.below(BYTES.len())];
    match random.below(4) {
        0 if !document.is_empty() => document[at] = byte,
        1 if !document.is_empty() => {
            document.remove(at);
        }
        2 => {
            let piece = document[at..].iter().take(random.below(8)).copied().collect::<Vec<_>>();
            document.splice(at..at, piece);
        }
        _ => document.insert(at, byte),
    }
}
