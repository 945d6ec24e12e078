//! A Redis of the test's own: on a Unix socket, since no other process can take that between two steps as it can a free
//! port; nothing on disk, gone with the test.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cache_sidecar::cache::entry::{Draft, Entry};
use cache_sidecar::cache::key::Key;
use cache_sidecar::redis_link::{Link, RedisAddress};
use redis::aio::MultiplexedConnection;
use tempfile::TempDir;

/// A process that ends with this value.
pub struct RedisServer {
    process: Child,
    folder: TempDir,
}

impl RedisServer {
    /// Starts one.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Self { process: spawn(folder.path(), &[]), folder };
        server.answers().await;
        server
    }

    /// Starts one that also takes TLS on a port, with `cert.pem` and `key.pem` of `certificates`; tells the port.
    pub async fn start_with_tls(certificates: &Path) -> (Self, u16) {
        let port = crate::ports::unused();
        let file = |name: &str| certificates.join(name).display().to_string();
        let (port_text, cert, key) = (port.to_string(), file("cert.pem"), file("key.pem"));
        let folder = tempfile::tempdir().unwrap();
        let options = ["--tls-port", &port_text, "--bind", "127.0.0.1", "--tls-cert-file", &cert];
        let more = ["--tls-key-file", &key, "--tls-auth-clients", "no"];
        let process = spawn(folder.path(), &[options.as_slice(), &more].concat());
        let server = Self { process, folder };
        server.answers().await;
        (server, port)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis+unix://{}/redis.sock", self.folder.path().display())
    }

    /// A link to it.
    pub fn link(&self) -> Link {
        Link::new(RedisAddress::parse(&self.url()).unwrap()).unwrap()
    }

    /// Lets it take no more, as one that is full does.
    pub async fn fill(&self) {
        let mut connection = self.connection().await;
        let mut limit = redis::cmd("CONFIG");
        limit.arg("SET").arg("maxmemory").arg(1).exec_async(&mut connection).await.unwrap();
    }

    /// Kills it, as a crash would.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Stops it in its tracks: it keeps its connections, and answers nobody.
    pub fn freeze(&self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-STOP", &pid]).status().unwrap().success());
    }

    /// Lets it go on after [`RedisServer::freeze`].
    pub fn thaw(&self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-CONT", &pid]).status().unwrap().success());
    }

    /// Runs one command.
    pub async fn run(&self, command: &[&str]) {
        let mut connection = self.connection().await;
        let (name, arguments) = command.split_first().unwrap();
        redis::cmd(name).arg(arguments).exec_async(&mut connection).await.unwrap();
    }

    /// Runs one command, and tells its answer.
    pub async fn ask<T: redis::FromRedisValue>(&self, command: &[&str]) -> T {
        let mut connection = self.connection().await;
        let (name, arguments) = command.split_first().unwrap();
        redis::cmd(name).arg(arguments).query_async(&mut connection).await.unwrap()
    }

    /// Its keys, by what stands between the braces.
    pub async fn keys_by_hash_tag(&self) -> BTreeMap<String, Vec<String>> {
        let mut connection = self.connection().await;
        let keys: Vec<String> =
            redis::cmd("KEYS").arg("*").query_async(&mut connection).await.unwrap();
        let mut by_tag = BTreeMap::<String, Vec<String>>::new();
        for key in keys {
            let tag = key.split_once('{').unwrap().1.split_once('}').unwrap().0.to_owned();
            by_tag.entry(tag).or_default().push(key);
        }
        by_tag
    }

    /// Starts it again after [`RedisServer::kill`], empty.
    pub async fn restart(&mut self) {
        self.process = spawn(self.folder.path(), &[]);
        self.answers().await;
    }

    /// A connection.
    pub async fn connection(&self) -> MultiplexedConnection {
        let client = redis::Client::open(self.url()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    /// All keys and what lies under them, and what entries say once they are unpacked, as one text.
    pub async fn dump(&self) -> String {
        let mut connection = self.connection().await;
        let keys: Vec<String> =
            redis::cmd("KEYS").arg("*").query_async(&mut connection).await.unwrap();
        let mut dump = String::new();
        for key in keys {
            let value: Vec<u8> =
                redis::cmd("GET").arg(&key).query_async(&mut connection).await.unwrap();
            dump.push_str(&format!("{key} {}\n", String::from_utf8_lossy(&value)));
            let entry = Key::parse(&key).and_then(|key| Entry::open(&value, &key, b"").ok());
            for chunk in entry.iter().flat_map(|entry| &entry.chunks) {
                dump.push_str(std::str::from_utf8(&chunk.json).unwrap());
            }
        }
        dump
    }

    /// The keys of entries.
    pub async fn entries(&self) -> Vec<Key> {
        let mut connection = self.connection().await;
        let keys: Vec<String> =
            redis::cmd("KEYS").arg("sluice:*:exact:*").query_async(&mut connection).await.unwrap();
        keys.iter().filter_map(|key| Key::parse(key)).collect()
    }

    /// Makes the only entry `by_ms` milliseconds older than it is.
    pub async fn make_older(&self, by_ms: u64) {
        let mut connection = self.connection().await;
        let keys = self.entries().await;
        let [key] = keys.as_slice() else { panic!("{} entries", keys.len()) };
        let value: Vec<u8> =
            redis::cmd("GET").arg(key.as_str()).query_async(&mut connection).await.unwrap();
        let entry = Entry::open(&value, key, b"").unwrap_or_else(|why| panic!("{why:?}"));
        let draft = Draft {
            created_ms: entry.created_ms - by_ms,
            fresh: Duration::from_millis(entry.fresh_ms),
            keep: Duration::ZERO,
            usage: entry.usage,
            stamps: entry.stamps,
            chunks: entry.chunks.iter().map(|chunk| chunk.json.clone()).collect(),
        };
        let value = draft.seal(key, b"").unwrap();
        let mut set = redis::cmd("SET");
        set.arg(key.as_str()).arg(value.as_ref()).arg("KEEPTTL");
        set.exec_async(&mut connection).await.unwrap();
    }

    async fn answers(&self) {
        let client = redis::Client::open(self.url()).unwrap();
        let start = Instant::now();
        while client.get_multiplexed_async_connection().await.is_err() {
            assert!(start.elapsed() < Duration::from_secs(20), "redis-server doesn't answer");
            tokio::task::yield_now().await;
        }
    }
}

fn spawn(folder: &Path, options: &[&str]) -> Child {
    let mut command = Command::new("redis-server");
    command.args(["--save", "", "--appendonly", "no", "--port", "0", "--unixsocket"]);
    command
        .arg(folder.join("redis.sock"))
        .args(options)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("redis-server is installed")
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
