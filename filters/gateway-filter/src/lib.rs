//! The Proxy-Wasm module that Envoy loads.
//!
//! Callbacks are glue: fetch bytes, tell the exchange, apply its directive. What is decided lives in
//! `gateway-core`; this crate can't be tested natively, so it holds nothing worth testing.

#![expect(missing_docs, reason = "proxy_wasm::main! exports a function that can't carry any")]

mod exchange;
mod host;
mod plugin;
mod series;

use proxy_wasm::traits::RootContext;
use proxy_wasm::types::LogLevel;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| -> Box<dyn RootContext> { Box::new(plugin::Plugin::default()) });
}}
