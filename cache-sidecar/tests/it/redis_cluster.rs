//! A Redis cluster of the test's own: three primaries on loopback, joined by hand, since only ports make a cluster.

use std::process::{Child, Command, Stdio};

use cache_sidecar::redis_link::{Link, RedisAddress};
use tempfile::TempDir;

use crate::ports;
use crate::stack::in_time;

const SLOTS: u16 = 16_384;
/// Nodes talk on a second port, so far above.
const BUS: u16 = 10_000;

/// Processes that end with this value.
pub struct RedisCluster {
    nodes: Vec<(u16, Child)>,
    _folder: TempDir,
}

impl RedisCluster {
    /// Starts one, and waits until every node knows of every slot.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let nodes: Vec<(u16, Child)> = (0..3)
            .map(|_| {
                let port = ports::unused_with(BUS);
                (port, spawn(&folder, port))
            })
            .collect();
        let cluster = Self { nodes, _folder: folder };
        let numbers: Vec<u16> = cluster.nodes.iter().map(|(port, _)| *port).collect();
        for port in &numbers {
            in_time("a node to answer", async {
                while run(*port, &["PING"]).await.is_err() {
                    tokio::task::yield_now().await;
                }
            })
            .await;
        }
        let share = SLOTS / 3;
        for (index, port) in (0_u16..).zip(&numbers) {
            let last = if index == 2 { SLOTS - 1 } else { (index + 1) * share - 1 };
            let (first, last) = ((index * share).to_string(), last.to_string());
            run(*port, &["CLUSTER", "ADDSLOTSRANGE", &first, &last]).await.unwrap();
            run(*port, &["CLUSTER", "SET-CONFIG-EPOCH", &(index + 1).to_string()]).await.unwrap();
            run(*port, &["CLUSTER", "MEET", "127.0.0.1", &numbers[0].to_string()]).await.unwrap();
        }
        for port in &numbers {
            in_time("the cluster to form", async {
                loop {
                    let info = run(*port, &["CLUSTER", "INFO"]).await.unwrap();
                    if info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3") {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
            })
            .await;
        }
        cluster
    }

    /// A link that is told of `nodes` of the three.
    pub fn link(&self, nodes: usize) -> Link {
        let urls =
            self.nodes.iter().take(nodes).map(|(port, _)| format!("redis://127.0.0.1:{port}"));
        let urls = urls.collect::<Vec<_>>().join(",");
        Link::new(RedisAddress::parse(&urls).unwrap()).unwrap()
    }

    /// Its address, by one of the three.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.nodes[0].0)
    }

    /// How many keys each node has.
    pub async fn sizes(&self) -> Vec<u64> {
        let mut sizes = Vec::new();
        for (port, _) in &self.nodes {
            sizes.push(run(*port, &["DBSIZE"]).await.unwrap().parse().unwrap());
        }
        sizes
    }

    /// Runs one command on each node.
    pub async fn run(&self, command: &[&str]) {
        for (port, _) in &self.nodes {
            run(*port, command).await.unwrap();
        }
    }
}

async fn run(port: u16, command: &[&str]) -> redis::RedisResult<String> {
    let client = redis::Client::open(format!("redis://127.0.0.1:{port}"))?;
    let mut connection = client.get_multiplexed_async_connection().await?;
    let (name, arguments) = command.split_first().unwrap();
    let value: redis::Value = redis::cmd(name).arg(arguments).query_async(&mut connection).await?;
    Ok(match value {
        redis::Value::Int(number) => number.to_string(),
        other => redis::from_redis_value(other).unwrap(),
    })
}

fn spawn(folder: &TempDir, port: u16) -> Child {
    let mut command = Command::new("redis-server");
    command.args(["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]);
    command.args(["--cluster-enabled", "yes", "--cluster-config-file", &format!("{port}.conf")]);
    command.args(["--port", &port.to_string()]).current_dir(folder.path());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("redis-server is installed")
}

impl Drop for RedisCluster {
    fn drop(&mut self) {
        for (_, process) in &mut self.nodes {
            process.kill().ok();
            process.wait().ok();
        }
    }
}
