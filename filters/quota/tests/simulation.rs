//! Ledger, sidecars and filters under loss, delay, repeats, crashes, skewed clocks and a ledger that forgets, from a
//! seed, so that each run can be had again.
//!
//! Held at every step, for each account: what is spent and reserved stays within the capacity and the bound, which is
//! summed up from the faults that came: what the ledger knew and lost, what sessions held that it gave up,
//! emergency allowances, and usage above its reservation. What keeps the ledger from granting is what sessions told.
//! Each request is settled once. At the end, when nobody asks any more: nothing is held anywhere, and the ledger's
//! figure of each account is what requests took, to the unit.
//!
//! Broken on purpose, it fails where the ledger takes reports that were overtaken, drops what a lost session had in
//! flight, or doesn't note a grant; and where the holder doesn't report what is in flight, lends or reserves without
//! taking it from the pool, or forgets its journal. It doesn't see a holder that takes an answer which was overtaken:
//! the property in `holder.rs` does. What a session held when the ledger gave it up is in the bound, so nothing here
//! sees one that takes a grant after its time was up.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]

#[path = "simulation/chance.rs"]
mod chance;
#[path = "simulation/faults.rs"]
mod faults;
#[path = "simulation/filter.rs"]
mod filter;
#[path = "simulation/sidecar.rs"]
mod sidecar;
#[path = "simulation/steps.rs"]
mod steps;
#[path = "simulation/store.rs"]
mod store;
#[path = "simulation/world.rs"]
mod world;

use faults::{ALL_FAULTS, Fault};
use quota::holder::Terms;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;
use world::{Figures, Options, World};

const SEEDS: u64 = if cfg!(target_family = "wasm") { 3 } else { 24 };

fn small(seed: u64) -> Options {
    Options {
        seed,
        proxies: 3,
        tenants: 3,
        users: 2,
        millis: 60_000,
        every_ms: 30.0,
        at_once: 1,
        spread: 3,
        windows: [10_000, 20_000, 600_000],
        capacities: [15_000, 60_000, 600_000],
        grace_ms: 3_600_000,
        terms: Terms {
            lease_ms: 3_000,
            margin_ms: 500,
            ledger_lease_ms: 10_000,
            horizon_ms: 1_000,
            idle_ms: 2_000,
        },
        tick_ms: 100,
        fault_every_ms: 3_000.0,
        faults: ALL_FAULTS.to_vec(),
        skew_ms: 3_000,
        lag_ms: 300,
        emergency_percent: 5,
    }
}

fn run(options: Options) -> Figures {
    World::new(options).run()
}

#[test]
fn budgets_hold_under_all_faults() {
    for seed in 0..SEEDS {
        let figures = run(small(seed));
        assert!(figures.admitted > 100 && figures.settled > 100, "{figures:?}");
    }
}

#[test]
fn each_fault_alone_costs_no_more_than_its_bound() {
    for (seed, fault) in ALL_FAULTS.iter().cycle().take(usize::try_from(SEEDS).unwrap()).enumerate()
    {
        let figures = run(Options { faults: vec![*fault], ..small(1_000 + seed as u64) });
        assert!(figures.admitted > 100, "{fault:?}: {figures:?}");
        if [Fault::EnvoyCrash, Fault::Change].contains(fault) {
            assert_eq!(figures.allowed, 0, "{fault:?} costs nothing: {figures:?}");
        }
    }
}

/// Reports and answers overtake each other all the time, and the budgets are spent to the last unit.
#[test]
fn messages_out_of_order_cost_nothing() {
    for seed in 0..SEEDS / 3 {
        let storms = vec![Fault::Storm];
        let tight =
            Options { faults: storms, fault_every_ms: 2_000.0, every_ms: 8.0, ..small(seed) };
        let figures = run(Options { millis: 30_000, ..tight });
        assert!(figures.refused > 100, "{figures:?}");
    }
}

#[test]
fn without_faults_nothing_is_overspent_and_little_is_left() {
    let calm = Options { faults: Vec::new(), every_ms: 10.0, ..small(1) };
    let figures = run(calm);
    assert!(figures.refused > 1_000, "the budgets are tight: {figures:?}");
    assert!(figures.tight_spent * 100 >= figures.tight * 90, "{figures:?}");
}

#[test]
fn in_steady_state_hardly_any_request_waits_for_a_callout() {
    let plenty = [100_000_000; 3];
    let steady = Options {
        faults: Vec::new(),
        capacities: plenty,
        tenants: 2,
        users: 1,
        every_ms: 4.0,
        ..small(1)
    };
    let figures = run(steady);
    assert!(figures.steady_called_out * 1_000 <= figures.steady, "{figures:?}");
}
