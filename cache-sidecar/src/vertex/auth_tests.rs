//! Application Default Credentials, from each of their places.
//!
//! They are found through environment variables, which belong to the whole process: so the test runs itself again in
//! a process of its own for each case, and that process makes one call.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::net::TcpListener;

use super::*;

const UPSTREAM: &str = "SLUICE_TEST_UPSTREAM";
const TOKEN: &str = r#"{"access_token":"minted","expires_in":3600,"token_type":"Bearer","issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}"#;

/// What was asked of the server, and with which `authorization`, after it the quota project.
type Log = Arc<Mutex<Vec<(String, Option<String>)>>>;

/// How the metadata server is.
#[derive(Clone, Copy, PartialEq)]
enum Account {
    /// One that everybody takes.
    Good,
    /// None yet, which it says with a 404.
    None,
    /// Its first token is refused by Vertex AI, the next is taken.
    Revoked,
    /// Each of its tokens is refused.
    Disabled,
}

/// Vertex AI, the metadata server and the token exchange at one address.
async fn serve(log: Log, account: Account) -> String {
    async fn handle(State((log, account)): State<(Log, Account)>, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let names = ["authorization", "x-goog-user-project"].iter();
        let values = names.filter_map(|name| request.headers().get(*name)?.to_str().ok());
        let authorization =
            values.map(str::to_owned).reduce(|token, project| token + " " + &project);
        let asked = {
            let mut log = log.lock().unwrap();
            log.push((path.clone(), authorization));
            log.iter().filter(|(other, _)| *other == path).count()
        };
        match path.as_str() {
            path if path.ends_with(":countTokens")
                && (account == Account::Disabled || account == Account::Revoked && asked == 1) =>
            {
                http::StatusCode::UNAUTHORIZED.into_response()
            }
            "/computeMetadata/v1/instance/service-accounts/default/token"
                if account == Account::None =>
            {
                http::StatusCode::NOT_FOUND.into_response()
            }
            "/computeMetadata/v1/instance/service-accounts/default/token" | "/exchange" => {
                ([("content-type", "application/json")], TOKEN).into_response()
            }
            path if path.ends_with(":countTokens") => "{}".into_response(),
            _ => http::StatusCode::NOT_FOUND.into_response(),
        }
    }
    let router = Router::new().fallback(handle).with_state((log, account));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// One call in a process with `environment`; what it came to, and the calls' `authorization`.
async fn run(
    address: String,
    log: &Log,
    environment: Vec<(&'static str, String)>,
) -> (String, Vec<Option<String>>) {
    let child = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "vertex::auth_tests::credentials", "--nocapture"])
            .env_remove("GOOGLE_APPLICATION_CREDENTIALS")
            .env_remove("GOOGLE_CLOUD_QUOTA_PROJECT")
            .env("HOME", "/nonexistent")
            .env("GCE_METADATA_HOST", &address)
            .envs(environment)
            .env(UPSTREAM, &address)
            .output()
            .unwrap()
    });
    let output = child.await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let outcome = text.split("outcome: ").nth(1).and_then(|rest| rest.lines().next());
    let outcome = outcome.unwrap_or_else(|| panic!("{text} {output:?}")).to_owned();
    let asked = std::mem::take(&mut *log.lock().unwrap());
    let calls = asked.into_iter().filter(|(path, _)| path.ends_with(":countTokens"));
    (outcome, calls.map(|(_, authorization)| authorization).collect())
}

/// The process of one case.
async fn one_call(upstream: String) {
    let config = VertexConfig {
        auth: Auth::ApplicationDefault,
        ..VertexConfig::new("demo", "global")
            .with_endpoint(format!("http://{upstream}"), Auth::ApplicationDefault)
    };
    let outcome = match VertexClient::new(config) {
        Err(error) => error.to_string(),
        Ok(client) => match client.count_tokens("echo", "{}".into()).await {
            Err(error) => format!("{error} {}", error.retryable()),
            Ok(_) => "ok".to_owned(),
        },
    };
    println!("outcome: {outcome}");
}

#[tokio::test]
async fn credentials() {
    if let Ok(upstream) = std::env::var(UPSTREAM) {
        return one_call(upstream).await;
    }
    let folder = std::env::temp_dir().join(format!("sluice-auth-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        vec![("GOOGLE_APPLICATION_CREDENTIALS", path.to_str().unwrap().to_owned())]
    };
    let log = Log::default();
    let address = serve(Arc::clone(&log), Account::Good).await;
    let minted = ("ok".to_owned(), vec![Some("Bearer minted".to_owned())]);

    assert_eq!(run(address.clone(), &log, vec![]).await, minted, "metadata server");
    let quota = vec![("GOOGLE_CLOUD_QUOTA_PROJECT", "other".to_owned())];
    let with_project = ("ok".to_owned(), vec![Some("Bearer minted other".to_owned())]);
    assert_eq!(run(address.clone(), &log, quota).await, with_project, "with a quota project");

    let external = file("external.json", external_account(&folder, &address));
    assert_eq!(run(address.clone(), &log, external).await, minted, "external account");

    let key = file("service.json", service_account());
    let (outcome, calls) = run(address.clone(), &log, key).await;
    let signed = calls.iter().flatten().all(|value| {
        value.starts_with("Bearer eyJ")
            && value.split('.').filter(|part| !part.is_empty()).count() == 3
    });
    assert!(outcome == "ok" && calls.len() == 1 && signed, "service account: {outcome}");

    let garbage = file("garbage.json", "{}".to_owned());
    let (outcome, calls) = run(address, &log, garbage).await;
    assert!(outcome.starts_with("no application default credentials") && calls.is_empty());

    let address = serve(Arc::clone(&log), Account::None).await;
    let none = ("upstream_token false".to_owned(), vec![]);
    assert_eq!(run(address, &log, vec![]).await, none, "no account yet");

    let twice = || vec![Some("Bearer minted".to_owned()); 2];
    let address = serve(Arc::clone(&log), Account::Revoked).await;
    assert_eq!(run(address, &log, vec![]).await, ("ok".to_owned(), twice()), "a revoked token");
    let address = serve(Arc::clone(&log), Account::Disabled).await;
    let (outcome, calls) = run(address, &log, vec![]).await;
    assert!(outcome.ends_with("false") && calls == twice(), "a disabled account: {outcome}");
    std::fs::remove_dir_all(folder).unwrap();
}

/// Workload identity federation: a token of another provider's, in a file, is exchanged for Google's.
fn external_account(folder: &Path, address: &str) -> String {
    let subject = folder.join("subject");
    std::fs::write(&subject, "subject").unwrap();
    json!({
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": format!("http://{address}/exchange"),
        "credential_source": {"file": subject},
    })
    .to_string()
}

/// A key file as Google gives it, with a key of our own, made now: a key in a repository sets scanners off.
fn service_account() -> String {
    let key = Command::new("openssl")
        .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        .output()
        .expect("the openssl command makes the key");
    json!({
        "type": "service_account",
        "project_id": "demo",
        "private_key_id": "1",
        "private_key": String::from_utf8(key.stdout).unwrap(),
        "client_email": "sluice@demo.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": "https://oauth2.googleapis.com/token",
    })
    .to_string()
}
