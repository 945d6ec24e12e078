//! The sidecar beside Envoy: answers from the cache, or calls Vertex AI.

pub mod dialect;
pub mod vertex;
