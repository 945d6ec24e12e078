//! Usage events leave: as Avro's JSON, to Pub/Sub.

pub mod pubsub;
mod refused;
pub mod wire;

pub use pubsub::{PubSub, PubSubConfig};
