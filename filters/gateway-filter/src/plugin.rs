//! The root context: one for each worker's VM and configuration.

use std::collections::BTreeMap;
use std::rc::Rc;

use gateway_core::{Callout, CalloutFailure, Policy, Secret};
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::ContextType;
use quota::Timestamp;

use crate::exchange::ExchangeContext;
use crate::host::{self, SharedSlots};
use crate::series::Series;
use crate::shared::{Shared, TICK};

/// Holds what all exchanges of this VM share.
pub(crate) struct Plugin {
    id: u32,
    shared: Option<Rc<Shared>>,
    series: Rc<Series>,
    /// The callouts for requests that wait, by their tokens. Any other one renews leases.
    callouts: BTreeMap<u32, Callout>,
    /// When leases were last looked after: a tick that hurries isn't for them.
    renewed_at: Timestamp,
}

impl Plugin {
    pub(crate) fn new(id: u32) -> Self {
        Self {
            id,
            shared: None,
            series: Rc::default(),
            callouts: BTreeMap::new(),
            renewed_at: Timestamp(0),
        }
    }

    fn renew(&mut self, shared: &Shared) {
        let now = host::now();
        let tick_ms = u64::try_from(TICK.as_millis()).unwrap_or(0);
        // Timers may be early by a hair.
        if now < self.renewed_at.after(tick_ms.saturating_sub(1)) {
            return;
        }
        self.renewed_at = now;
        if let Some(body) = shared.book.on_tick(&SharedSlots, now)
            && host::ask_for_leases(&shared.policy, &body).is_err()
        {
            self.on_renewed(shared, Err(CalloutFailure::NotSent));
        }
    }

    fn on_renewed(&self, shared: &Shared, reply: Result<&[u8], CalloutFailure>) {
        self.series.record(&shared.book.on_tick_reply(reply, &SharedSlots, host::now()));
    }

    /// Requests that wait have their turn, and those who are short are asked for.
    fn serve(&mut self, shared: &Shared) {
        for turn in shared.book.turns(host::now()) {
            if let Some(stream) = shared.stream(turn.id)
                && host::turn_to(turn.id)
            {
                stream.borrow_mut().take_turn(turn);
            }
        }
        host::turn_to(self.id);
        for (callout, body) in shared.book.callouts(&SharedSlots, host::now()) {
            match host::ask_for_leases(&shared.policy, &body) {
                Ok(token) => {
                    self.callouts.insert(token, callout);
                }
                Err(_) => self.on_answered(shared, &callout, Err(CalloutFailure::NotSent)),
            }
        }
        shared.hurry();
    }

    fn on_answered(
        &self,
        shared: &Shared,
        callout: &Callout,
        reply: Result<&[u8], CalloutFailure>,
    ) {
        let now = host::now();
        self.series.record(&shared.book.on_callout_reply(callout, reply, &SharedSlots, now));
    }
}

impl Context for Plugin {
    fn on_http_call_response(&mut self, token: u32, headers: usize, size: usize, _trailers: usize) {
        let Some(shared) = self.shared.clone() else { return };
        let reply = host::lease_reply(headers, size);
        let reply = reply.as_deref().map_err(|failure| *failure);
        match self.callouts.remove(&token) {
            Some(callout) => {
                self.on_answered(&shared, &callout, reply);
                self.serve(&shared);
            }
            None => self.on_renewed(&shared, reply),
        }
    }
}

impl RootContext for Plugin {
    fn on_configure(&mut self, _size: usize) -> bool {
        let json = self.get_plugin_configuration().unwrap_or_default();
        match Policy::from_json(&json) {
            Ok(policy) => {
                quota::create(&SharedSlots);
                if policy.admits() {
                    host::set_tick(TICK);
                }
                let policy = policy.remembering(Secret::random());
                self.shared = Some(Rc::new(Shared::new(policy, Rc::clone(&self.series))));
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
        if let Some(shared) = self.shared.clone() {
            self.renew(&shared);
            self.serve(&shared);
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, context_id: u32) -> Option<Box<dyn HttpContext>> {
        // Envoy makes no exchange for a plugin whose configuration was refused.
        let shared = self.shared.clone()?;
        Some(Box::new(ExchangeContext::new(context_id, shared)))
    }
}
