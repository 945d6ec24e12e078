//! The Proxy-Wasm module that Envoy loads; with the feature `load-balancer`, the one that Google's load balancers load.
//!
//! Callbacks are glue: fetch bytes, tell the exchange, apply its directive. What is decided lives in
//! `gateway-core`; this crate can't be tested natively, so it holds nothing worth testing.

#![cfg_attr(
    not(feature = "load-balancer"),
    expect(missing_docs, reason = "proxy_wasm::main! exports a function that can't carry any")
)]

#[cfg(not(feature = "load-balancer"))]
mod exchange;
#[cfg(not(feature = "load-balancer"))]
mod host;
#[cfg(feature = "load-balancer")]
mod load_balancer;
#[cfg(not(feature = "load-balancer"))]
mod plugin;
#[cfg(not(feature = "load-balancer"))]
mod series;
#[cfg(not(feature = "load-balancer"))]
mod shared;

#[cfg(not(feature = "load-balancer"))]
use proxy_wasm::{traits::RootContext, types::LogLevel};

#[cfg(not(feature = "load-balancer"))]
proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|id| -> Box<dyn RootContext> { Box::new(plugin::Plugin::new(id)) });
}}
