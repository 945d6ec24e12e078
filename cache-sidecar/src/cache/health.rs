//! How the store does, for the log and for what is promised of it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::StoreError;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ok,
    /// It answers, and takes nothing: only a write that it takes ends this.
    Full,
    /// It lets nobody in, or not yet: any answer ends this.
    Refusing,
    Lost,
}

const WRITES: [&str; 2] = ["put", "lock"];

/// What is known of a store.
#[derive(Default)]
pub(super) struct Health(Mutex<State>);

impl Health {
    /// Takes note of how `operation` ended, and logs where that is news. Tells whether the store is lost.
    pub(super) fn note(
        &self,
        store: &'static str,
        operation: &'static str,
        failure: Option<StoreError>,
    ) -> bool {
        let mut state = self.lock();
        let now = match failure {
            // A store that is full answers reads; were they taken for a recovery, each answer would log two lines.
            None if *state == State::Full && !WRITES.contains(&operation) => State::Full,
            None => State::Ok,
            Some(StoreError::Refused) if *state == State::Refusing => State::Refusing,
            Some(StoreError::Refused) if WRITES.contains(&operation) => State::Full,
            Some(StoreError::Refused) => State::Refusing,
            Some(StoreError::Timeout | StoreError::Lost) => State::Lost,
            Some(StoreError::Skipped) => *state,
        };
        if std::mem::replace(&mut *state, now) != now {
            match now {
                State::Ok => tracing::info!(store, "the store serves again"),
                State::Full => tracing::warn!(
                    store,
                    operation,
                    "the store refuses writes: it is full or read-only, or the user may not write; nothing is stored until it takes a write"
                ),
                State::Refusing => tracing::warn!(
                    store,
                    operation,
                    "the store refuses commands: the user, the password or the access token is wrong or not there yet; every lookup is a miss until it answers"
                ),
                State::Lost => tracing::warn!(
                    store,
                    error = failure.map(StoreError::kind),
                    "the store is lost; every lookup is a miss until it answers"
                ),
            }
        }
        now == State::Lost
    }

    /// Whether the store failed when it was asked last, or took nothing.
    pub(super) fn is_degraded(&self) -> bool {
        *self.lock() != State::Ok
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the store is degraded after each of `operations`, in order.
    fn check(operations: &[(&'static str, Option<StoreError>, bool)]) {
        let health = Health::default();
        for (operation, failure, is_degraded) in operations {
            health.note("redis", operation, *failure);
            assert_eq!(health.is_degraded(), *is_degraded, "{operation} {failure:?}");
        }
    }

    #[test]
    fn a_store_that_is_full_is_not_well_because_it_answers_reads() {
        let full = Some(StoreError::Refused);
        check(&[("get", None, false), ("put", full, true), ("get", None, true)]);
        check(&[("put", full, true), ("ping", None, true), ("put", None, false)]);
    }

    #[test]
    fn a_store_that_let_nobody_in_is_well_when_it_answers() {
        let refused = Some(StoreError::Refused);
        check(&[("ping", refused, true), ("put", refused, true), ("get", None, false)]);
        check(&[("put", refused, true), ("get", refused, true), ("get", None, false)]);
    }

    #[test]
    fn a_store_that_was_lost_is_well_when_it_answers() {
        for lost in [StoreError::Lost, StoreError::Timeout] {
            for operation in ["get", "put", "ping"] {
                check(&[
                    ("get", Some(lost), true),
                    ("get", Some(StoreError::Skipped), true),
                    (operation, None, false),
                ]);
            }
        }
    }
}
