//! The root context: one for each worker's VM and configuration.

use std::rc::Rc;
use std::time::Duration;

use gateway_core::{Book, CalloutFailure, Policy};
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::ContextType;

use crate::exchange::ExchangeContext;
use crate::host::{self, SharedSlots};
use crate::series::Series;

/// Holds what all exchanges of this VM share.
#[derive(Default)]
pub(crate) struct Plugin {
    configured: Option<(Rc<Policy>, Rc<Book>)>,
    series: Rc<Series>,
}

/// How often leases are looked after.
const TICK: Duration = Duration::from_millis(200);

impl Plugin {
    fn on_tick_reply(&self, reply: Result<&[u8], CalloutFailure>) {
        if let Some((_, book)) = &self.configured {
            self.series.record(&book.on_tick_reply(reply, &SharedSlots, host::now()));
        }
    }
}

impl Context for Plugin {
    fn on_http_call_response(
        &mut self,
        _token: u32,
        headers: usize,
        size: usize,
        _trailers: usize,
    ) {
        let reply = host::lease_reply(headers, size);
        self.on_tick_reply(reply.as_deref().map_err(|failure| *failure));
    }
}

impl RootContext for Plugin {
    fn on_configure(&mut self, _size: usize) -> bool {
        let json = self.get_plugin_configuration().unwrap_or_default();
        match Policy::from_json(&json) {
            Ok(policy) => {
                quota::create(&SharedSlots);
                if policy.admits() {
                    self.set_tick_period(TICK);
                }
                let book = Book::new(host::boot());
                self.configured = Some((Rc::new(policy), Rc::new(book)));
                true
            }
            Err(error) => {
                // Envoy refuses to start, or keeps the configuration it has.
                host::log_error(&error.to_string());
                false
            }
        }
    }

    fn on_tick(&mut self) {
        if let Some((policy, book)) = &self.configured
            && let Some(body) = book.on_tick(&SharedSlots, host::now())
            && host::ask_for_leases(policy, &body).is_err()
        {
            self.on_tick_reply(Err(CalloutFailure::NotSent));
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, _context_id: u32) -> Option<Box<dyn HttpContext>> {
        // Envoy makes no exchange for a plugin whose configuration was refused.
        let (policy, book) = self.configured.clone()?;
        Some(Box::new(ExchangeContext::new(policy, book, Rc::clone(&self.series))))
    }
}
