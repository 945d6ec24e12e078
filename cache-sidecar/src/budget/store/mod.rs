//! The budgets that hold now.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::resolve::Policy;

/// The policy that holds now, for everybody who needs it; replaced while requests run.
pub struct Budgets {
    current: ArcSwap<Policy>,
}

impl Budgets {
    /// With `policy` until another one comes.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { current: ArcSwap::from_pointee(policy) }
    }

    /// The policy that holds now. To be asked for with each request.
    #[must_use]
    pub fn current(&self) -> Arc<Policy> {
        self.current.load_full()
    }
}
