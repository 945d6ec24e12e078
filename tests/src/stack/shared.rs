//! One stack for all tests of a process that need nothing special.
#![allow(clippy::panic, reason = "called by tests only")]

use std::ops::Deref;

use tokio::sync::OnceCell;

use super::Stack;

/// A test's hold of the shared stack. If the test fails, the logs' last lines are printed.
#[derive(Debug)]
pub struct Shared(&'static Stack);

/// The stack that the tests of this process share: as users have it, with Redis. Each test takes a
/// [`Stack::caller`] of its own; none clears the emulator's requests or scripts, and each scripts models whose
/// names no other uses.
///
/// # Panics
/// If it doesn't start.
pub async fn shared() -> Shared {
    static STACK: OnceCell<Stack> = OnceCell::const_new();
    let start = || async {
        Stack::builder().redis().start().await.unwrap_or_else(|error| panic!("{error}"))
    };
    Shared(STACK.get_or_init(start).await)
}

impl Deref for Shared {
    type Target = Stack;

    fn deref(&self) -> &Stack {
        self.0
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.0.tell_if_failed();
    }
}
