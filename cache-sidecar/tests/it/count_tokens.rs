//! `count-tokens`: JSON Lines in and out, and counts that the tokenizers' own packages made.

use std::io::Write;
use std::process::{Command, Stdio};

use cache_sidecar::commands::count_tokens::lines;
use cache_sidecar::tokenizer::{Gemma, Tokenizer};
use serde_json::{Value, json};

const GOLDEN: &str = include_str!("../../../filters/tokens/tests/golden/counts.jsonl");

fn check(tokenizer: &mut Tokenizer, input: &[u8], expected: &str, bad: usize) {
    let mut output = Vec::new();
    assert_eq!(lines(tokenizer, input, &mut output).unwrap(), bad);
    assert_eq!(String::from_utf8(output).unwrap(), expected);
}

#[test]
fn lines_keep_their_order_and_a_bad_one_its_number() {
    let input = b"{\"id\":7,\"text\":\"one two  three\"}\n{\"id\":\"a\",\"text\":\"\"}\ncanary\n{\"text\":\"canary\"}\n\xff\n{\"text\":\"x\",\"id\":{\"k\": 1}}";
    let expected = "{\"id\":7,\"tokens\":3}\n\
        {\"id\":\"a\",\"tokens\":0}\n\
        {\"line\":3,\"error\":\"invalid JSON at column 1\"}\n\
        {\"line\":4,\"error\":\"expected an object with \\\"id\\\" (any value) and \\\"text\\\" (a string)\"}\n\
        {\"line\":5,\"error\":\"invalid JSON at column 1\"}\n\
        {\"id\":{\"k\": 1},\"tokens\":1}\n";
    check(&mut Tokenizer::of("echo").unwrap(), input, expected, 3);
}

#[test]
fn o200k_counts_as_its_package_does() {
    let mut tokenizer = Tokenizer::of("gpt-4o").unwrap();
    for line in GOLDEN.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let text = record["text"].as_str().unwrap();
        assert_eq!(record["o200k"], tokenizer.count(text), "{text:?}");
    }
}

/// A vocabulary of a few merges: the leftmost of equal rank goes first, a `▁` may be joined from the left, what is
/// unknown counts its bytes. `make estimates` runs the real one against the golden counts.
#[test]
fn gemma_merges_by_rank() {
    let pieces =
        ["a", "b", ">", "\u{2581}", "aa", "ab", "\u{2581}a", ">\u{2581}", "\u{2581}aa", "\n"];
    let vocab: serde_json::Map<_, _> =
        (0..).zip(pieces).map(|(id, piece): (u32, _)| (piece.to_owned(), json!(id))).collect();
    let merges = [["a", "a"], ["\u{2581}", "a"], ["a", "b"], [">", "\u{2581}"], ["\u{2581}", "aa"]];
    let file = json!({
        "added_tokens": [{"content": "\n"}, {"content": "\n\n"}, {"content": "<b>"}],
        "model": {"vocab": vocab, "merges": merges},
    });
    let mut gemma = Gemma::from_json(file.to_string().as_bytes()).unwrap();
    for (text, tokens) in [
        ("", 0),
        ("aa", 1),
        // aa, a; not a, aa.
        ("aaa", 2),
        ("aab", 2),
        ("ab ab", 3),
        (" aa", 1),
        ("> a", 2),
        (">  ", 2),
        ("a\n\na\n", 4),
        ("a<b>a", 3),
        ("\u{e9}a", 3),
        ("\u{1f642}", 4),
    ] {
        assert_eq!(gemma.count(text), tokens, "{text:?}");
        assert_eq!(gemma.count(text), tokens, "{text:?}, known by now");
    }
    assert!(Gemma::from_json(b"{}").is_err());
    let wrong = json!({"added_tokens": [], "model": {"vocab": {"a": 0}, "merges": [["a", "b"]]}});
    assert!(Gemma::from_json(wrong.to_string().as_bytes()).is_err());
}

/// What the binary says and returns, run without any environment.
#[test]
fn the_command_says_what_is_wrong() {
    for (arguments, input, code, out, error) in [
        (&["count-tokens", "--model", "echo"][..], "one two", 0, "2\n", ""),
        (&["count-tokens", "--model", "echo", "--json"], "x\n", 1, "{\"line\":1,", "1 lines"),
        (&["count-tokens", "--model", "gemini-x", "--estimate"], "", 0, "0\n", ""),
        (&["count-tokens", "--model", "gemini-x"], "", 1, "", "make tokenizers"),
        (&["count-tokens", "--model", "claude-x"], "", 1, "", "isn't published"),
        (&["count-tokens", "--json"], "", 2, "", "--model is missing"),
        (&["count-tokens", "canary"], "", 2, "", "unknown argument"),
        (&["canary"], "", 2, "", "unknown command"),
        (&["--help"], "", 0, "usage: cache-sidecar", ""),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cache-sidecar"))
            .args(arguments)
            .env_clear()
            .env("GEMINI_TOKENIZER_FILE", "/nonexistent/tokenizer.json")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // One that refuses its arguments reads nothing.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (said, failed) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {failed}");
        assert!(said.starts_with(out), "{arguments:?}: {said}");
        assert!(failed.contains(error), "{arguments:?}: {failed}");
        assert!(!failed.contains("canary"), "{failed}");
    }
}
