//! A Valkey of the test's own that has RediSearch.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::stack::in_time;

/// A process that ends with this value.
pub struct Server {
    process: Child,
    folder: TempDir,
}

impl Server {
    /// Starts one.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tools = std::env::var_os("SEARCH_DIR").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/search"),
            PathBuf::from,
        );
        let mut command = Command::new(tools.join("valkey-server"));
        command.args(["--save", "", "--appendonly", "no", "--port", "0", "--unixsocket"]);
        command.arg(folder.path().join("redis.sock"));
        command.arg("--loadmodule").arg(tools.join("redisearch.so"));
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let server = Self { process: process.expect("make search-test installs it"), folder };
        let client = redis::Client::open(server.url()).unwrap();
        in_time("Valkey", async {
            while client.get_multiplexed_async_connection().await.is_err() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        server
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis+unix://{}/redis.sock", self.folder.path().display())
    }

    /// Runs one command, and tells its answer.
    pub async fn ask<T: redis::FromRedisValue>(&self, command: &[&str]) -> T {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let (name, arguments) = command.split_first().unwrap();
        redis::cmd(name).arg(arguments).query_async(&mut connection).await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
