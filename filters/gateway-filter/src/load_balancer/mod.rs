//! The filter as a plugin of Google's load balancers (Service Extensions).
//!
//! Their runtime has headers, bodies, local replies, a clock and a log. Budgets, metrics and the cache are the work of what
//! stands behind, and so is to find out who asks: a plugin authenticates nobody.
//!
//! Without the SDK: its traits have a method for every host call there is, so its modules import them all, called or not,
//! and a runtime that lacks one can't start them.

mod abi;
mod callbacks;
mod exchange;
mod withheld;

use std::rc::Rc;

use gateway_core::{Book, Policy};

use exchange::ExchangeContext;

/// The most that the runtime takes in place of a piece of a body, in bytes.
const MAX_MUTATION_BYTES: usize = 128 * 1024;

/// What all exchanges of a VM share.
struct Plugin {
    policy: Rc<Policy>,
    /// Empty for ever: no budget is asked about here.
    book: Rc<Book>,
}

impl Plugin {
    /// Compiles the configuration. `None` where it is invalid, which was logged.
    fn configure() -> Option<Self> {
        let json = abi::body(abi::Buffer::Configuration, usize::MAX);
        // A plugin without a configuration has the default one.
        let json = if json.is_empty() { b"{}".as_slice() } else { &json };
        match Policy::from_json(json) {
            Ok(policy) => {
                let policy = Rc::new(policy.in_load_balancer(MAX_MUTATION_BYTES));
                Some(Self { policy, book: Rc::new(Book::new(String::new())) })
            }
            Err(error) => {
                abi::log_error(&error.to_string());
                None
            }
        }
    }

    fn exchange(&self) -> ExchangeContext {
        ExchangeContext::new(Rc::clone(&self.policy), Rc::clone(&self.book))
    }
}
