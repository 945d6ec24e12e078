//! One connection: to a server, or to a cluster's nodes. Which it is, the server says.

use redis::aio::MultiplexedConnection;
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{RoutingInfo, SingleNodeRoutingInfo};
use redis::{
    AsyncConnectionConfig, Client, Cmd, FromRedisValue, RedisResult, TlsCertificates, Value, cmd,
    from_redis_value,
};

use super::address::RedisAddress;
use super::credentials::Credentials;
use super::{CONNECT_TIMEOUT, RESPONSE_TIMEOUT};

/// Redirections and nodes that just went away; each is a round trip, and the command's own timeout bounds them all.
const CLUSTER_RETRIES: u32 = 3;
const MIN_RETRY_WAIT_MS: u64 = 2;
const MAX_RETRY_WAIT_MS: u64 = 20;

/// An open connection. Clones share it, and their commands are pipelined.
#[derive(Clone)]
pub(super) enum Connection {
    One(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Connection {
    pub(super) async fn query<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::One(connection) => command.query_async(connection).await,
            Self::Cluster(connection) => command.query_async(connection).await,
        }
    }

    /// Asks whichever node: the client would take the command's first argument for a key.
    pub(super) async fn query_any<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        let Self::Cluster(connection) = self else { return self.query(command).await };
        let anyone = RoutingInfo::SingleNode(SingleNodeRoutingInfo::Random);
        let value = connection.route_command(command.clone(), anyone).await?;
        Ok(from_redis_value(value.extract_error()?)?)
    }
}

/// Whether `address` can be used.
pub(super) fn check(address: &RedisAddress) -> RedisResult<()> {
    match address.nodes() {
        [node] => client(address, node).map(drop),
        _ => cluster(address, None).map(drop),
    }
}

pub(super) async fn open(
    address: &RedisAddress,
    credentials: Option<Credentials>,
) -> RedisResult<Connection> {
    if let [node] = address.nodes() {
        let mut config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT));
        if let Some(credentials) = credentials.clone() {
            config = config.set_credentials_provider(credentials);
        }
        let client = client(address, node)?;
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        let slots = cmd("CLUSTER").arg("SLOTS").query_async::<Value>(&mut connection).await;
        match slots {
            Ok(Value::Array(slots)) if !slots.is_empty() => {}
            Err(error) if error.code().is_none() => return Err(error),
            // Not a cluster, or one who may not ask.
            _ => return Ok(Connection::One(connection)),
        }
    }
    Ok(Connection::Cluster(cluster(address, credentials)?.get_async_connection().await?))
}

fn client(address: &RedisAddress, node: &str) -> RedisResult<Client> {
    match address.ca_pem() {
        None => Client::open(node),
        Some(_) => Client::build_with_tls(node, certificates(address)),
    }
}

fn cluster(address: &RedisAddress, credentials: Option<Credentials>) -> RedisResult<ClusterClient> {
    let nodes = address.nodes().iter().map(String::as_str);
    let mut builder = ClusterClientBuilder::new(nodes)
        .connection_timeout(CONNECT_TIMEOUT)
        .response_timeout(RESPONSE_TIMEOUT)
        .retries(CLUSTER_RETRIES)
        .min_retry_wait(MIN_RETRY_WAIT_MS)
        .max_retry_wait(MAX_RETRY_WAIT_MS);
    if address.ca_pem().is_some() {
        builder = builder.certs(certificates(address));
    }
    if let Some(credentials) = credentials {
        builder = builder.set_credentials_provider(credentials);
    }
    builder.build()
}

fn certificates(address: &RedisAddress) -> TlsCertificates {
    crate::tls::use_ring();
    TlsCertificates { client_tls: None, root_cert: address.ca_pem().map(<[u8]>::to_vec) }
}
