//! The binary as it is run: its environment, its socket, its signals, its output.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use reqwest::Client;

use crate::fake::{Fake, finish, stop, text};
use crate::ports;
use crate::redis_server::RedisServer;
use crate::stack::{chat, in_time, reply};

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cache-sidecar"));
    command.env_clear().stdout(Stdio::piped()).stderr(Stdio::piped());
    // Processes run side by side in one folder, and a journal has one writer.
    command.env("JOURNAL", "memory");
    command
}

fn output(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn a_bad_environment_is_named_and_nothing_starts() {
    let result = command().env("LOG_FORMAT", "xml").env("SIDECAR_PORT", "x").output().unwrap();
    let text = output(&result);
    assert_eq!(result.status.code(), Some(1));
    for name in [
        "VERTEX_PROJECT: ",
        "VERTEX_LOCATION: ",
        "LOG_FORMAT: write text or json",
        "SIDECAR_PORT: ",
    ] {
        assert!(text.contains(name), "{name}: {text}");
    }
}

fn unix_client(socket: &Path) -> Client {
    cache_sidecar::tls::use_ring();
    Client::builder().no_proxy().unix_socket(socket).build().unwrap()
}

/// One process, sent canaries by every way in; none may come out where it shouldn't.
#[tokio::test]
async fn text_appears_in_no_log_no_metric_and_no_key() {
    use std::os::unix::fs::PermissionsExt;

    let (fake, redis) = (Fake::start().await, RedisServer::start().await);
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("sidecar.sock");
    // A socket that somebody left behind.
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    let port = ports::unused();
    let process = command()
        .env("SIDECAR_SOCKET", &socket)
        .env("SIDECAR_PORT", port.to_string())
        .env("VERTEX_AUTH", "none")
        .env("VERTEX_ENDPOINT", &fake.endpoint)
        .env("REDIS_URL", redis.url())
        .env("JOURNAL", "disk")
        .env("STATE_DIR", folder.path())
        .env("RUST_LOG", "trace")
        .env("LOG_FORMAT", "json")
        .spawn()
        .unwrap();
    let admin = |path: &str| crate::stack::client().get(format!("http://127.0.0.1:{port}{path}"));
    in_time("the process to be ready", async { while admin("/readyz").send().await.is_err() {} })
        .await;
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o660);

    let client = unix_client(&socket);
    let post = |path: &str, body: String| {
        client
            .post(format!("http://sidecar{path}"))
            .header("x-sluice-tenant", "canary-tenant")
            .header("x-sluice-user", "canary-user")
            .body(body)
    };
    let completion = |prompt: &str| post("/v1/chat/completions", chat(prompt, false).to_string());
    let answer = [text("canary-answer to canary.leak@example.com"), stop()];
    let (stored, ()) = tokio::join!(reply(completion("canary-prompt")), async {
        fake.call().await.answer(&answer)
    });
    assert_eq!(stored.cache(), "sluice; fwd=miss; stored");
    assert_eq!(reply(completion("canary-prompt")).await.status, 200);
    let (failed, ()) = tokio::join!(reply(completion("canary-prompt 2")), async {
        let events = fake.call().await.begin();
        events.send(&text("canary-answer"));
        events.reset();
    });
    assert_eq!(failed.status, 502);
    let (blocked, ()) = tokio::join!(reply(completion("canary-prompt 3")), async {
        fake.call().await.answer(&[finish("SAFETY")])
    });
    assert_eq!(blocked.status, 200);
    assert_eq!(
        reply(post("/v1/chat/completions", "{\"canary-broken\": ".to_owned())).await.status,
        400
    );
    let refusals = [
        failed.text,
        reply(post("/v1/chat/completions", "{\"messages\": \"canary-shape\"}".to_owned()))
            .await
            .text,
    ];

    in_time("the entry", async { while redis.entries().await.is_empty() {} }).await;
    let dump = redis.dump().await;
    assert!(
        dump.contains("canary-answer") && dump.contains("[EMAIL]"),
        "an answer is kept, redacted"
    );
    assert!(
        !dump.contains("canary.leak")
            && !dump.contains("canary-prompt")
            && !dump.contains("canary-tenant")
            && !dump.contains("canary-user"),
        "{dump}"
    );
    // A tenant's name is a label of what it saved, and of nothing else.
    let metrics = reply(admin("/metrics")).await.text;
    let saved = "sluice_sidecar_cache_saved_microdollars_total{tenant=\"canary-tenant\"}";
    let (of_tenants, others): (Vec<&str>, Vec<&str>) =
        metrics.lines().partition(|line| line.starts_with(saved));
    assert_eq!(of_tenants.len(), 1, "{metrics}");
    let metrics = others.join("\n");
    let journal = folder.path().join("journal/journal-000000000001.jsonl");
    let journal = std::fs::read_to_string(journal).unwrap();
    assert!(journal.contains("canary-tenant"), "{journal}");
    for text in ["canary-prompt", "canary-answer", "canary.leak", "canary-broken", "canary-shape"] {
        assert!(!journal.contains(text), "{journal}");
    }

    let status = Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
    assert!(status.success());
    let result =
        tokio::task::spawn_blocking(move || process.wait_with_output().unwrap()).await.unwrap();
    let log = output(&result);
    assert_eq!(result.status.code(), Some(0), "{log}");
    assert!(log.contains("\"serving\"") && log.contains("\"stopped\""), "{log}");
    assert_eq!(log.matches("upstream_reset").count(), 1, "a failed call is logged: {log}");
    assert!(!socket.exists());
    // Who asked is a label; what was asked is none.
    let metrics = metrics.replace("canary-tenant", "").replace("canary-user", "");
    for (place, text) in
        [("log", &log), ("metrics", &metrics), ("error", &refusals[0]), ("error", &refusals[1])]
    {
        assert!(!text.contains("canary"), "{place}: {text}");
    }
}

/// Nobody logged in, and a metadata server that has no account.
#[tokio::test]
async fn a_start_without_credentials_says_what_to_do() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nothing = listener.local_addr().unwrap().to_string();
    tokio::spawn(axum::serve(listener, axum::Router::new()).into_future());
    for (auth, status, warnings) in [("default", "no_token", 1), ("none", "unchecked", 0)] {
        let folder = tempfile::tempdir().unwrap();
        let port = ports::unused();
        let process = command()
            .env("SIDECAR_SOCKET", folder.path().join("sidecar.sock"))
            .env("SIDECAR_PORT", port.to_string())
            .env("VERTEX_AUTH", auth)
            .env("VERTEX_ENDPOINT", format!("http://{nothing}"))
            .env("GCE_METADATA_HOST", &nothing)
            .env("HOME", folder.path())
            .spawn()
            .unwrap();
        let client = crate::stack::client();
        let ready = async || {
            let page = client.get(format!("http://127.0.0.1:{port}/readyz")).send().await.ok()?;
            Some(crate::stack::read(page).await)
        };
        in_time("the token's state", async {
            loop {
                if let Some(page) = ready().await {
                    assert_eq!(page.status, 200);
                    if page.json()["upstream"]["status"] == status {
                        break;
                    }
                }
            }
        })
        .await;
        let kill = Command::new("kill").args(["-TERM", &process.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let result = tokio::task::spawn_blocking(move || process.wait_with_output().unwrap());
        let log = output(&result.await.unwrap());
        assert_eq!(log.matches("WARN").count(), warnings, "{log}");
        assert_eq!(log.matches("application-default login").count(), warnings, "{log}");
    }
}

#[test]
fn a_socket_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("sidecar.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let start = || {
        let mut command = command();
        command
            .env("SIDECAR_SOCKET", &socket)
            .env("SIDECAR_PORT", "0")
            .env("VERTEX_AUTH", "none")
            .env("VERTEX_ENDPOINT", "http://127.0.0.1:1");
        output(&command.output().unwrap())
    };
    assert!(start().contains("another process listens here"));
    assert!(std::os::unix::net::UnixStream::connect(&socket).is_ok());
    std::fs::remove_file(&socket).unwrap();
    std::fs::write(&socket, "a file").unwrap();
    assert!(start().contains("no socket"));
    assert_eq!(std::fs::read(&socket).unwrap(), b"a file");
}

/// A process without the budgets that its operator wrote would admit everything.
#[test]
fn a_bad_budgets_file_is_named_and_nothing_starts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("budgets.json");
    let budget = r#"{"name":"a","tenant":"*","unit":"dollars","limit":"1,5","window":"day"}"#;
    for (text, expected) in [
        (
            Some(format!(r#"{{"version":1,"budgets":[{budget}]}}"#)),
            "budgets[0].limit: write dollars",
        ),
        (Some("{".to_owned()), "EOF while parsing"),
        (None, "it can't be read"),
    ] {
        let _ = std::fs::remove_file(&file);
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let result = command()
            .env("VERTEX_AUTH", "none")
            .env("VERTEX_ENDPOINT", "http://127.0.0.1:9")
            .env("SIDECAR_SOCKET", folder.path().join("s"))
            .env("SIDECAR_PORT", "0")
            .env("BUDGETS_FILE", &file)
            .output()
            .unwrap();
        let text = output(&result);
        assert_eq!(result.status.code(), Some(1));
        assert!(text.contains("BUDGETS_FILE can't be used: ") && text.contains(expected), "{text}");
    }
}

/// As on a machine with a service account, before a Memorystore with IAM authentication.
#[tokio::test]
async fn redis_is_shown_an_access_token() {
    let token = r#"{"access_token":"minted","expires_in":3600,"token_type":"Bearer"}"#;
    let answer = move || async move { ([("content-type", "application/json")], token) };
    let metadata = axum::Router::new().fallback(answer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let metadata_host = listener.local_addr().unwrap().to_string();
    tokio::spawn(axum::serve(listener, metadata).into_future());
    let redis = RedisServer::start().await;
    let url = redis.url();
    redis.run(&["CONFIG", "SET", "requirepass", "minted"]).await;
    let folder = tempfile::tempdir().unwrap();
    let port = ports::unused();
    let mut process = command()
        .env("SIDECAR_SOCKET", folder.path().join("sidecar.sock"))
        .env("SIDECAR_PORT", port.to_string())
        .env("VERTEX_AUTH", "none")
        .env("VERTEX_ENDPOINT", "http://127.0.0.1:9")
        .env("GCE_METADATA_HOST", metadata_host)
        .env("HOME", "/nonexistent")
        .env("REDIS_URL", url)
        .env("REDIS_AUTH", "google")
        .spawn()
        .unwrap();
    let ready = async || {
        let request = crate::stack::client().get(format!("http://127.0.0.1:{port}/readyz"));
        let text = request.send().await.ok()?.text().await.ok()?;
        serde_json::from_str::<serde_json::Value>(&text).ok()
    };
    in_time("Redis to let it in", async {
        while ready().await.is_none_or(|ready| ready["store"]["status"] != "ok") {}
    })
    .await;
    process.kill().unwrap();
    process.wait().unwrap();
}
