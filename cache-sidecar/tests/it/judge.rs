//! `judge` and `calibrate`: JSON Lines in and out.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Runs the binary, and gives its status, lines and complaints.
fn run(arguments: &[&str], input: &str) -> (Option<i32>, Vec<Value>, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/embedder/all-MiniLM-L6-v2");
    let mut child = Command::new(env!("CARGO_BIN_EXE_cache-sidecar"))
        .args(arguments)
        .env("EMBEDDER_DIR", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that refuses its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code(), lines, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn pairs_are_judged_in_order() {
    let input = concat!(
        r#"{"id":1,"a":"How do I reset my password?","b":"How can I reset my password?"}"#,
        "\n",
        r#"{"id":"two","a":"Flights from Oslo to Rome","b":"Flights from Rome to Oslo"}"#,
        "\n",
        r#"{"id":null,"a":"same","b":"same"}"#,
        "\n",
        r#"{"id":4,"a":"secret"}"#,
        "\n",
        "{\n",
        r#"{"id":6,"a":"How do I bake bread?","b":"Who was Napoleon?"}"#,
        "\n",
    );
    let (status, lines, complaint) = run(&["judge", "--json"], input);
    assert_eq!(status, Some(1));
    assert_eq!(complaint, "cache-sidecar: 2 lines could not be read\n");
    let seen: Vec<(Value, Value, Value)> = lines
        .iter()
        .map(|line| (line["id"].clone(), line["hit"].clone(), line["reason"].clone()))
        .collect();
    let expected = [
        (Value::from(1), Value::from(true), Value::from("equivalent")),
        (Value::from("two"), Value::from(false), Value::from("role")),
        (Value::Null, Value::from(true), Value::from("same")),
        (Value::Null, Value::Null, Value::Null),
        (Value::Null, Value::Null, Value::Null),
    ];
    assert_eq!(seen[..5], expected);
    assert_eq!(lines[5]["hit"], false);
    assert_eq!(lines[3]["line"], 4);
    assert_eq!(
        lines[3]["error"],
        r#"expected an object with "id" (any value), "a" and "b" (strings)"#
    );
    assert_eq!(lines[4]["error"], "invalid JSON at column 0");
}

#[test]
fn a_curve_ends_with_a_threshold() {
    let same = r#"{"id":1,"a":"How do I reset my password?","b":"How can I reset my password?","same":true}"#;
    let other =
        r#"{"id":2,"a":"How do I reset my password?","b":"Who was Napoleon?","same":false}"#;
    let many = format!("{}{other}\n", format!("{same}\n").repeat(20));
    for (error, found) in [("0.2", true), ("0.01", false)] {
        let (status, lines, _) = run(&["calibrate", "--json", "--error", error], &many);
        assert_eq!(status, Some(0));
        let last = lines.last().unwrap();
        assert_eq!(last["threshold"].is_number(), found, "{last}");
        assert_eq!(last["pairs"], 21);
        assert!(lines.len() > 20);
    }
}

#[test]
fn misuse_says_what_to_write() {
    for (arguments, status, said) in [
        (&["judge"][..], 2, "judge needs --json"),
        (&["judge", "--json", "--threshold", "2"], 2, "--threshold needs a number from 0 to 1"),
        (
            &["calibrate", "--json", "--error", "x"],
            2,
            "--error needs a share between 0 and 1: 0.01",
        ),
        (&["judge", "--json", "--embedder", "/nonexistent"], 1, "make embedder fetches it"),
    ] {
        let (code, lines, complaint) = run(arguments, "");
        assert_eq!((code, lines.len()), (Some(status), 0), "{arguments:?}");
        assert!(complaint.contains(said), "{complaint}");
    }
}
