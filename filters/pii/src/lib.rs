//! Finds personal data and secrets in text.
#![allow(dead_code, reason = "under construction")]
mod context;
mod cues;
mod entity;
mod recognizers;

pub use entity::EntityType;
