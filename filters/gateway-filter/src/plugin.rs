//! The root context: one for each worker's VM and configuration.

use std::rc::Rc;

use gateway_core::Policy;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::ContextType;

use crate::exchange::ExchangeContext;
use crate::host::{self, SharedSlots};
use crate::series::Series;

/// Holds what all exchanges of this VM share.
#[derive(Default)]
pub(crate) struct Plugin {
    policy: Option<Rc<Policy>>,
    series: Rc<Series>,
}

impl Context for Plugin {}

impl RootContext for Plugin {
    fn on_configure(&mut self, _size: usize) -> bool {
        let json = self.get_plugin_configuration().unwrap_or_default();
        match Policy::from_json(&json) {
            Ok(policy) => {
                quota::create(&SharedSlots);
                self.policy = Some(Rc::new(policy));
                true
            }
            Err(error) => {
                // Envoy refuses to start, or keeps the configuration it has.
                host::log_error(&error.to_string());
                false
            }
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, _context_id: u32) -> Option<Box<dyn HttpContext>> {
        // Envoy makes no exchange for a plugin whose configuration was refused.
        let policy = self.policy.clone()?;
        Some(Box::new(ExchangeContext::new(policy, Rc::clone(&self.series))))
    }
}
