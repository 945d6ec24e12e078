//! What the root context and all exchanges of one VM share.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use gateway_core::{Book, Policy};

use crate::exchange::Stream;
use crate::host;
use crate::series::Series;

/// How often leases are looked after.
pub(crate) const TICK: Duration = Duration::from_millis(200);
/// How soon requests have their turn: a timer's least. Only the root context can call others, and only a tick calls it.
const SOON: Duration = Duration::from_millis(1);

pub(crate) struct Shared {
    pub(crate) policy: Rc<Policy>,
    pub(crate) book: Rc<Book>,
    pub(crate) series: Rc<Series>,
    /// By the ids of their contexts.
    pub(crate) streams: RefCell<BTreeMap<u32, Rc<RefCell<Stream>>>>,
    /// Whether the next tick comes [`SOON`].
    hurries: Cell<bool>,
}

impl Shared {
    pub(crate) fn new(policy: Policy, series: Rc<Series>) -> Self {
        Self {
            policy: Rc::new(policy),
            book: Rc::new(Book::new(host::boot())),
            series,
            streams: RefCell::default(),
            hurries: Cell::new(false),
        }
    }

    /// Brings the tick forward where requests wait for their turn, and back where they don't.
    pub(crate) fn hurry(&self) {
        let hurries = self.book.is_pressing();
        if self.hurries.replace(hurries) != hurries {
            host::set_tick(if hurries { SOON } else { TICK });
        }
    }

    pub(crate) fn stream(&self, id: u32) -> Option<Rc<RefCell<Stream>>> {
        self.streams.borrow().get(&id).cloned()
    }
}
