//! How the link reaches a Redis that asks who it is, and one that speaks TLS only.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_sidecar::redis_link::{Credentials, Link, RedisAddress, TokenSource};
use cache_sidecar::store::StoreError;
use futures_util::FutureExt;
use redis::{Value, cmd};

use crate::redis_cluster::RedisCluster;
use crate::redis_server::RedisServer;
use crate::stack::in_time;

/// A token that a test can change.
fn tokens(first: &str) -> (Arc<Mutex<String>>, TokenSource) {
    let token = Arc::new(Mutex::new(first.to_owned()));
    let shared = Arc::clone(&token);
    let source = move || {
        let token = shared.lock().unwrap().clone();
        async move { Some(token) }.boxed()
    };
    (token, Box::new(source))
}

fn link(server: &RedisServer, credentials: Option<Credentials>) -> Link {
    Link::with_credentials(RedisAddress::parse(&server.url()).unwrap(), credentials).unwrap()
}

async fn connects(link: &Link) {
    in_time("the link to connect", async { while link.ping().await.is_err() {} }).await;
}

#[tokio::test]
async fn tokens_change_and_open_connections_are_told() {
    let server = RedisServer::start().await;
    server.run(&["ACL", "SETUSER", "watcher", "on", "nopass", "~*", "&*", "+@all"]).await;
    server.run(&["ACL", "SETUSER", "default", "resetpass", ">first"]).await;
    let (token, source) = tokens("first");
    let link = link(&server, Some(Credentials::new(source, Duration::from_millis(5))));
    connects(&link).await;
    let id: u64 = link.ask(cmd("CLIENT").arg("ID")).await.unwrap();

    // The new one before the old one ends; the connection stays.
    "second".clone_into(&mut token.lock().unwrap());
    let told = async {
        loop {
            let stats: String = link.ask(cmd("INFO").arg("commandstats")).await.unwrap();
            let calls = |name: &str| stats.contains(&format!("cmdstat_{name}:calls="));
            if calls("auth") {
                break;
            }
        }
    };
    let add = cmd("ACL").arg(&["SETUSER", "default", ">second"]).to_owned();
    link.ask::<()>(&add).await.unwrap();
    in_time("the open connection to be told", told).await;
    let after: u64 = link.ask(cmd("CLIENT").arg("ID")).await.unwrap();
    assert_eq!(after, id);

    // One that is made later begins with the new one.
    link.ask::<()>(cmd("ACL").arg(&["SETUSER", "default", "<first"])).await.unwrap();
    let _ =
        link.ask::<()>(cmd("CLIENT").arg(&["KILL", "ID", &id.to_string(), "SKIPME", "no"])).await;
    connects(&link).await;
}

/// As Google's crate does where the task behind it has ended.
#[tokio::test]
async fn a_source_that_panics_is_asked_again() {
    let server = RedisServer::start().await;
    server.run(&["CONFIG", "SET", "requirepass", "minted"]).await;
    let asked = AtomicBool::new(false);
    let source: TokenSource = Box::new(move || {
        let is_first = !asked.swap(true, Ordering::Relaxed);
        async move {
            assert!(!is_first, "the first try panics");
            Some("minted".to_owned())
        }
        .boxed()
    });
    connects(&link(&server, Some(Credentials::new(source, Duration::from_secs(60))))).await;
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let server = RedisServer::start().await;
    server.run(&["CONFIG", "SET", "requirepass", "secret"]).await;
    let (_token, source) = tokens("wrong");
    let wrong = link(&server, Some(Credentials::new(source, Duration::from_secs(60))));
    assert_eq!(wrong.ask::<String>(&cmd("PING")).await, Err(StoreError::Refused));
    assert_eq!(wrong.ask::<String>(&cmd("PING")).await, Err(StoreError::Skipped));
}

/// An authority, and a certificate of its for 127.0.0.1 with its key.
fn certificates(folder: &Path) {
    let make = |arguments: &[&str]| {
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
            .args(["-nodes", "-days", "2"])
            .args(arguments)
            .current_dir(folder)
            .output()
            .expect("openssl is installed");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    make(&["-subj", "/CN=authority", "-keyout", "ca-key.pem", "-out", "ca.pem"]);
    make(&[
        "-subj",
        "/CN=redis",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca-key.pem",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
    ]);
}

#[tokio::test]
async fn tls_with_an_authority_of_our_own() {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let (server, port) = RedisServer::start_with_tls(folder.path()).await;
    let address = RedisAddress::parse(&format!("rediss://127.0.0.1:{port}")).unwrap();
    let pem = std::fs::read(folder.path().join("ca.pem")).unwrap();
    let trusted = Link::new(address.clone().with_ca(pem).unwrap()).unwrap();
    connects(&trusted).await;
    let stranger = Link::new(address).unwrap();
    in_time("the stranger to be turned away", async {
        while stranger.ping().await != Err(StoreError::Lost) {}
    })
    .await;
    drop(server);
}

#[tokio::test]
async fn what_is_about_no_key_goes_to_any_node() {
    let cluster = RedisCluster::start().await;
    let link = cluster.link(1);
    let mut nodes = BTreeSet::new();
    for _ in 0..100 {
        nodes.insert(link.ask_any::<String>(cmd("CLUSTER").arg("MYID")).await.unwrap());
    }
    assert_eq!(nodes.len(), 3);
    // These nodes have no search: a refusal, which pauses nothing.
    let search = link.ask_any::<Value>(cmd("FT.SEARCH").arg("index").arg("*")).await;
    assert_eq!((search, link.ping().await), (Err(StoreError::Refused), Ok(())));
}
