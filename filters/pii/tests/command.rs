//! The `redact` command, as people and scripts run it.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Exit code, standard output, standard error.
fn run(args: &[&str], input: &[u8]) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_redact"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that ends without reading closes its end; that isn't this test's concern.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn json_lines() {
    let input = concat!(
        r#"{"id":{"b":1.50,"a":null},"text":"é😀 a@x.io, é 10.0.0.1 a@x.io"}"#,
        "\n",
        r#"{"text":"[EMAIL_1] b@x.io","id":12345678901234567890123}"#,
        "\r\n",
        r#"{"id":"c","text":""}"#,
    );
    let expected = concat!(
        r#"{"id":{"b":1.50,"a":null},"findings":[{"start":3,"end":9,"type":"EMAIL"},{"start":13,"end":21,"type":"IP_ADDRESS"},{"start":22,"end":28,"type":"EMAIL"}],"redacted":"é😀 [EMAIL_1], é [IP_ADDRESS_1] [EMAIL_1]"}"#,
        "\n",
        r#"{"id":12345678901234567890123,"findings":[{"start":10,"end":16,"type":"EMAIL"}],"redacted":"[EMAIL_1] [EMAIL_2]"}"#,
        "\n",
        r#"{"id":"c","findings":[],"redacted":""}"#,
        "\n",
    );
    assert_eq!(run(&["--json"], input.as_bytes()), (Some(0), expected.to_owned(), String::new()));
}

#[test]
fn bad_lines_are_named_without_their_text() {
    let good = r#"{"id":1,"text":"x"}"#;
    for (bad, message) in [
        ("a@x.io", "invalid JSON at column 1"),
        (r#"{"id":1,"text":"a@x.io"#, "invalid JSON at column 22"),
        ("", "invalid JSON at column 0"),
        (
            r#"{"id":1,"text":["a@x.io"]}"#,
            "expected an object with \"id\" (any value) and \"text\" (a string)",
        ),
        (
            r#"{"text":"a@x.io"}"#,
            "expected an object with \"id\" (any value) and \"text\" (a string)",
        ),
    ] {
        let (code, out, err) = run(&["--json"], format!("{good}\n{bad}\n{good}\n").as_bytes());
        assert_eq!(code, Some(1));
        assert_eq!(out.lines().count(), 1);
        assert_eq!(err, format!("redact: line 2: {message}\n"));
    }
}

#[test]
fn plain_text() {
    let out = |text: &str| (Some(0), text.to_owned(), String::new());
    assert_eq!(
        run(&[], "a@x.io\nb@x.io a@x.io\n".as_bytes()),
        out("[EMAIL_1]\n[EMAIL_2] [EMAIL_1]\n")
    );
    assert_eq!(run(&[], b""), out(""));
    let (code, _, err) = run(&[], b"ab\xff");
    assert_eq!((code, err.as_str()), (Some(1), "redact: input isn't UTF-8 at byte 2\n"));
}

#[test]
fn unknown_arguments_get_the_usage() {
    let (code, out, err) = run(&["--jsn"], b"");
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.starts_with("redact: unknown argument") && err.contains("usage: redact"));
}

/// A file that holds `text`, named after the test.
fn file(name: &str, text: &str) -> String {
    let path = std::env::temp_dir().join(format!("redact-{}-{name}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn policies_are_tried() {
    let policy = file(
        "policy.json",
        r#"{"budgets": {}, "redaction": {
            "actions": {"CREDIT_CARD": "mask", "EMAIL": "block"},
            "allow": ["*@corp.example"],
            "rules": [{"name": "badge", "entity_type": "BADGE", "pattern": "B-[0-9]{4}", "finds": ["B-1234"]}],
            "tenants": {"acme": {"actions": {"EMAIL": {"action": "redact", "shadow": true}}}}
        }}"#,
    );
    let text = "a@x.io b@corp.example B-1234 4111 1111 1111 1111";
    let (code, out, err) = run(&["--policy", &policy, "--explain"], text.as_bytes());
    assert_eq!(
        (code, out.as_str()),
        (Some(0), "[EMAIL] b@corp.example [BADGE_1] **** **** **** 1111")
    );
    let words: Vec<Vec<&str>> =
        err.lines().map(|line| line.split_whitespace().take(4).collect()).collect();
    assert_eq!(
        words,
        [
            ["1:1", "blocked", "EMAIL", "email"],
            ["1:23", "redacted", "BADGE", "badge"],
            ["1:30", "masked", "CREDIT_CARD", "card"]
        ]
    );
    let (_, out, _) = run(&["--policy", &policy, "--tenant", "acme"], b"a@x.io");
    assert_eq!(out, "a@x.io");
    let line = br#"{"id":1,"text":"a@x.io"}"#;
    let (_, out, _) = run(&["--policy", &policy, "--json", "--explain"], line);
    assert_eq!(
        out,
        "{\"id\":1,\"findings\":[{\"start\":0,\"end\":6,\"type\":\"EMAIL\",\"rule\":\"email\",\"reason\":\"form\",\"confidence\":95,\"outcome\":\"blocked\"}],\"redacted\":\"[EMAIL]\"}\n"
    );
}

#[test]
fn bad_policies_name_their_field() {
    for (policy, message) in [
        ("{", "redact: the policy isn't JSON: line 1, column 1\n"),
        (
            r#"{"actions": {"EMAIL": "burn"}}"#,
            "redact: the policy is invalid at `redaction.actions.EMAIL`: unknown variant `burn`, expected one of `redact`, `hash`, `mask`, `block`, `allow`\n",
        ),
        (
            r#"{"rules": [{"name": "r", "entity_type": "R_R", "pattern": "a+"}]}"#,
            "redact: the policy is invalid at `redaction.rules[0]`: rule `r`: its pattern may match more than 256 bytes; bound repetitions, as in {1,64}\n",
        ),
    ] {
        let policy = file("bad.json", policy);
        assert_eq!(run(&["--policy", &policy], b""), (Some(1), String::new(), message.to_owned()));
    }
    let (code, _, err) = run(&["--policy", "/nonexistent/policy.json"], b"");
    assert_eq!(code, Some(1));
    assert!(err.starts_with("redact: the policy can't be read: "), "{err}");
}
