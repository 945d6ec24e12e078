//! A budget over slots in memory, with the races of many workers played out step by step.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]

use std::cell::Cell;

use quota::{
    Decision, Demand, Fault, Lease, MemorySlots, Reservation, SLOTS, Scope, Slots, Timestamp,
    create, reserve, settle,
};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

const NOW: Timestamp = Timestamp(120_000 + 6_200);

/// Memory in which other workers win all swaps but each `rival`-th.
struct Memory {
    slots: MemorySlots,
    swaps: Cell<u32>,
    rival: u32,
}

impl Memory {
    fn new() -> Self {
        Self::with_rival(1)
    }

    fn with_rival(rival: u32) -> Self {
        let memory = Self { slots: MemorySlots::default(), swaps: Cell::new(0), rival };
        create(&memory);
        memory
    }
}

impl Slots for Memory {
    fn load(&self, index: usize) -> Option<(Vec<u8>, u32)> {
        self.slots.load(index)
    }

    fn store(&self, index: usize, bytes: &[u8], version: Option<u32>) -> bool {
        self.swaps.set(self.swaps.get() + 1);
        let lost = version.is_some() && !self.swaps.get().is_multiple_of(self.rival);
        !lost && self.slots.store(index, bytes, version)
    }
}

fn scopes(tenant: u64, user: u64) -> [Scope; 2] {
    [
        Scope { name: "tenant/t".into(), limit: tenant },
        Scope { name: "user/t/u".into(), limit: user },
    ]
}

fn demand(input: u64, output_cap: Option<u64>) -> Demand {
    Demand { input, output_cap, expected_output: 50 }
}

fn admit(slots: &Memory, scopes: &[Scope], input: u64, cap: Option<u64>) -> Reservation {
    match reserve(slots, NOW, scopes, demand(input, cap)).unwrap() {
        Decision::Admitted(reservation) => reservation,
        other => panic!("refused: {other:?}"),
    }
}

/// (tenant limit, user limit, input, cap) → (admitted output, remaining, tightest scope)
#[test]
fn admits_and_clamps() {
    for (tenant, user, input, cap, expected) in [
        (1000, 500, 100, Some(200), (200, 200, "user/t/u")),
        (1000, 500, 100, Some(600), (400, 0, "user/t/u")),
        (300, 500, 100, Some(600), (200, 0, "tenant/t")),
        (1000, 500, 100, None, (400, 350, "user/t/u")),
        (1000, 120, 100, None, (20, 0, "user/t/u")),
        (u64::MAX, u64::MAX, u64::MAX - 1, Some(u64::MAX), (1, 0, "tenant/t")),
    ] {
        let slots = Memory::new();
        let reservation = admit(&slots, &scopes(tenant, user), input, cap);
        let got = (
            reservation.admitted_output,
            reservation.standing.remaining,
            reservation.standing.scope.as_str(),
        );
        assert_eq!(got, expected, "tenant {tenant}, user {user}, input {input}, cap {cap:?}");
        assert_eq!(reservation.standing.reset_millis, 53_800);
    }
}

#[test]
fn an_input_above_the_limit_is_told_apart_from_a_used_up_budget() {
    let slots = Memory::new();
    let scopes = scopes(1000, 100);
    assert!(matches!(reserve(&slots, NOW, &scopes, demand(101, None)), Ok(Decision::TooLarge(_))));
    let held = admit(&slots, &scopes, 60, Some(40));
    let Ok(Decision::Exhausted(standing)) = reserve(&slots, NOW, &scopes, demand(10, Some(1)))
    else {
        panic!("the user's budget is used up");
    };
    assert_eq!((standing.scope.as_str(), standing.remaining), ("user/t/u", 0));
    // The refusal gave back what it had taken from the tenant.
    let standing = settle(&slots, NOW, held, 0).unwrap();
    assert_eq!(standing.remaining, 100);
    let other = [Scope { name: "tenant/t".into(), limit: 1000 }];
    assert_eq!(admit(&slots, &other, 1, Some(998)).standing.remaining, 1);
}

#[test]
fn the_earlier_scope_gives_back_what_the_later_one_has_no_room_for() {
    let slots = Memory::new();
    let held = admit(&slots, &scopes(1000, 150), 100, Some(800));
    assert_eq!(held.admitted_output, 50);
    let tenant = [Scope { name: "tenant/t".into(), limit: 1000 }];
    assert_eq!(admit(&slots, &tenant, 1, Some(849)).standing.remaining, 0);
}

/// held → spent, in the same window and in a later one → what is left after it
#[test]
fn settles_to_what_was_spent() {
    for (spent, later, left) in
        [(0, 0, 500), (120, 0, 380), (700, 0, 0), (120, 60_000, 500), (420, 60_000, 380)]
    {
        let slots = Memory::new();
        let held = admit(&slots, &scopes(1000, 500), 100, Some(200));
        let standing = settle(&slots, Timestamp(NOW.0 + later), held, spent).unwrap();
        assert_eq!(standing.remaining, left, "spent {spent}, {later} ms later");
    }
}

#[test]
fn a_new_window_brings_a_new_budget() {
    let slots = Memory::new();
    let scopes = scopes(100, 100);
    let _held = admit(&slots, &scopes, 50, Some(50));
    assert!(matches!(reserve(&slots, NOW, &scopes, demand(1, None)), Ok(Decision::Exhausted(_))));
    let later = Timestamp(NOW.0 + 60_000);
    assert!(matches!(reserve(&slots, later, &scopes, demand(1, None)), Ok(Decision::Admitted(_))));
}

#[test]
fn lost_swaps_are_tried_again_and_nothing_is_counted_twice() {
    let slots = Memory::with_rival(3);
    let scopes = scopes(100_000, 100_000);
    for round in 1..=100 {
        let held = admit(&slots, &scopes, 10, Some(20));
        let standing = settle(&slots, NOW, held, 15).unwrap();
        assert_eq!(standing.remaining, 100_000 - round * 15);
    }
}

#[test]
fn slots_are_reused_once_their_window_has_passed_and_never_run_over() {
    let slots = Memory::new();
    let mut full = 0;
    for round in 0..3_u64 {
        let now = Timestamp(NOW.0 + round * 60_000);
        for tenant in 0..(SLOTS as u64 * 2) {
            let scope = [Scope { name: format!("tenant/{round}/{tenant}"), limit: 10 }];
            match reserve(&slots, now, &scope, demand(1, Some(1))) {
                Ok(Decision::Admitted(_)) => {}
                Err(Fault::Full) => full += 1,
                other => panic!("{other:?}"),
            }
        }
    }
    let cells = (0..SLOTS).filter_map(|index| slots.load(index));
    let live = cells.filter(|(bytes, _)| Lease::decode(bytes).scope != 0).count();
    assert!(live <= SLOTS && full >= SLOTS, "{live} live leases, {full} refusals");
}

#[test]
fn slots_that_were_never_created_are_a_fault() {
    let slots = MemorySlots::default();
    assert_eq!(reserve(&slots, NOW, &scopes(1, 1), demand(0, None)), Err(Fault::Missing));
}
