//! What the runtime calls: the callbacks of Proxy-Wasm 0.2.1 that it has.

#![expect(unsafe_code, reason = "a callback is found by its exported name")]

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Plugin;
use super::abi::Action;
use super::exchange::ExchangeContext;

/// A VM has one thread.
#[derive(Default)]
struct State {
    plugin: Option<Plugin>,
    exchanges: BTreeMap<u32, ExchangeContext>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Runs `callback` with the exchange `id`. What nobody knows is stopped: it mustn't pass unread.
fn with(id: u32, callback: impl FnOnce(&mut ExchangeContext) -> Action) -> u32 {
    let action = STATE.with(|state| {
        let mut state = state.try_borrow_mut().ok()?;
        state.exchanges.get_mut(&id).map(callback)
    });
    match action {
        Some(Action::Continue) => 0,
        Some(Action::Pause) | None => 1,
    }
}

#[unsafe(no_mangle)]
extern "C" fn _initialize() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: the linker makes it, and the runtime calls this once and before all else.
    unsafe { __wasm_call_ctors() }
}

#[unsafe(no_mangle)]
extern "C" fn proxy_abi_version_0_2_1() {}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_vm_start(_root: u32, _size: u32) -> u32 {
    1
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_configure(_root: u32, _size: u32) -> u32 {
    let plugin = Plugin::configure();
    let is_valid = plugin.is_some();
    STATE.with(|state| {
        if let (Some(plugin), Ok(mut state)) = (plugin, state.try_borrow_mut()) {
            state.plugin = Some(plugin);
        }
    });
    u32::from(is_valid)
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_context_create(id: u32, parent: u32) {
    // The root context has no parent.
    if parent == 0 {
        return;
    }
    STATE.with(|state| {
        if let Ok(mut state) = state.try_borrow_mut()
            && let Some(exchange) = state.plugin.as_ref().map(Plugin::exchange)
        {
            state.exchanges.insert(id, exchange);
        }
    });
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_request_headers(id: u32, _count: u32, ends: u32) -> u32 {
    with(id, |exchange| exchange.on_request_headers(ends != 0))
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_request_body(id: u32, size: usize, ends: u32) -> u32 {
    with(id, |exchange| exchange.on_request_body(size, ends != 0))
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_response_headers(id: u32, _count: u32, _ends: u32) -> u32 {
    with(id, ExchangeContext::on_response_headers)
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_response_body(id: u32, size: usize, ends: u32) -> u32 {
    with(id, |exchange| exchange.on_response_body(size, ends != 0))
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_done(_id: u32) -> u32 {
    1
}

#[unsafe(no_mangle)]
extern "C" fn proxy_on_log(_id: u32) {}

/// Runtimes differ in which callbacks come at the end of an exchange; this one is the last everywhere.
#[unsafe(no_mangle)]
extern "C" fn proxy_on_delete(id: u32) {
    let exchange = STATE.with(|state| state.try_borrow_mut().ok()?.exchanges.remove(&id));
    if let Some(mut exchange) = exchange {
        exchange.end();
    }
}
