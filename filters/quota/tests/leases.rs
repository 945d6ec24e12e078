//! Leases over slots in memory, with the races of workers played out step by step.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use quota::{
    Claim, Decision, Fault, Grant, Lease, MemorySlots, Refused, Reservation, SLOTS, Short, Slots,
    Timestamp, apply, claim_asking, create, give_back, peek, refuse, reserve, settle,
};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

const NOW: Timestamp = Timestamp(1_000_000);

type Rival = Box<dyn Fn(&Memory)>;

/// Memory in which rivals act between any two steps: when so many loads and stores have passed, they have their turn.
#[derive(Default)]
struct Memory {
    slots: MemorySlots,
    steps: Cell<usize>,
    rivals: RefCell<Vec<(usize, Rival)>>,
}

impl Memory {
    fn new() -> Self {
        let memory = Self::default();
        create(&memory.slots);
        memory
    }

    fn step(&self) {
        self.steps.set(self.steps.get() + 1);
        let due = self.rivals.borrow().last().is_some_and(|(step, _)| *step == self.steps.get());
        if due {
            let rival = self.rivals.borrow_mut().pop();
            rival.into_iter().for_each(|(_, rival)| rival(self));
        }
    }

    fn lease(&self, id: u64) -> Lease {
        peek(&self.slots, NOW, id).unwrap().unwrap()
    }
}

impl Slots for Memory {
    fn load(&self, index: usize) -> Option<(Vec<u8>, u32)> {
        self.step();
        self.slots.load(index)
    }

    fn store(&self, index: usize, bytes: &[u8], version: Option<u32>) -> bool {
        self.step();
        let lease = Lease::decode(bytes);
        let held = lease.returned + lease.reserved + lease.spent;
        assert!(held <= lease.granted, "more is gone than was granted: {lease:?}");
        self.slots.store(index, bytes, version)
    }
}

fn grant(id: u64, granted: u64) -> Grant {
    Grant {
        id,
        epoch: 1,
        granted,
        expires_at: NOW.after(10_000),
        renew_at: NOW.after(5_000),
        ends_at: NOW.after(60_000),
        ..Grant::default()
    }
}

fn claims(amounts: &[(u64, u64)]) -> Vec<Claim> {
    let claim =
        |(lease, amount): &(u64, u64)| Claim { lease: *lease, amount: *amount, shadow: false };
    amounts.iter().map(claim).collect()
}

fn hold(slots: &impl Slots, now: Timestamp, amounts: &[(u64, u64)]) -> Option<Reservation> {
    match reserve(slots, now, &claims(amounts)).unwrap() {
        Decision::Reserved(reservation) => Some(reservation),
        Decision::Short(_) => None,
    }
}

/// What the leases 1 and 2 were granted → claims → which is short, and what is left of both
#[test]
fn all_claims_are_held_or_none() {
    for (granted, wanted, short, left) in [
        ([100, 100], vec![(1, 60), (2, 100)], None, [40, 0]),
        ([100, 100], vec![(1, 60), (2, 101)], Some(1), [100, 100]),
        ([50, 100], vec![(1, 60), (2, 10)], Some(0), [50, 100]),
        ([50, 100], vec![(2, 10), (1, 60)], Some(1), [50, 100]),
        ([50, 100], vec![(2, 10), (3, 1)], Some(1), [50, 100]),
        ([50, 100], vec![(2, 10), (3, 0)], None, [50, 90]),
        ([50, 100], vec![], None, [50, 100]),
    ] {
        let slots = Memory::new();
        for (id, granted) in (1..).zip(granted) {
            apply(&slots, NOW, &grant(id, granted)).unwrap();
        }
        let expected = match reserve(&slots, NOW, &claims(&wanted)).unwrap() {
            Decision::Reserved(_) => None,
            Decision::Short(Short { claim, refused: false }) => Some(claim),
            other @ Decision::Short(_) => panic!("{other:?}"),
        };
        assert_eq!(expected, short, "{granted:?} {wanted:?}");
        assert_eq!([1, 2].map(|id| slots.lease(id).left()), left, "{granted:?} {wanted:?}");
    }
}

/// What happens between a reservation of 60 and its settlement with `spent` → (reserved, spent, left) then
#[test]
fn a_settlement_counts_in_its_own_epoch_and_window() {
    type Between = fn(&Memory);
    let same: Between = |_| ();
    let seen: Between = |slots| apply(slots, NOW, &Grant { spent: 50, ..grant(1, 100) }).unwrap();
    let renewed: Between = |slots| apply(slots, NOW, &grant(1, 300)).unwrap();
    let late: Between = |slots| apply(slots, NOW, &grant(1, 20)).unwrap();
    let next: Between = |slots| apply(slots, NOW, &Grant { epoch: 2, ..grant(1, 70) }).unwrap();
    for (between, spent, expected) in [
        (same, 0, (0, 0, 100)),
        (same, 45, (0, 45, 55)),
        (seen, 45, (0, 45, 50)),
        (seen, 55, (0, 55, 45)),
        (renewed, 45, (0, 45, 255)),
        (late, 45, (0, 45, 55)),
        (next, 45, (0, 0, 70)),
    ] {
        let slots = Memory::new();
        apply(&slots, NOW, &grant(1, 100)).unwrap();
        let held = hold(&slots, NOW, &[(1, 60)]).unwrap();
        between(&slots);
        settle(&slots, NOW, held, |_| spent).unwrap();
        let lease = slots.lease(1);
        assert_eq!((lease.reserved, lease.spent, lease.left()), expected, "spent {spent}");
    }
}

/// Milliseconds later → whether the lease is still spent from
#[test]
fn a_lease_ends_by_itself() {
    for (grant, later, lives) in [
        (grant(1, 100), 9_999, true),
        (grant(1, 100), 10_000, false),
        (Grant { ends_at: NOW.after(500), ..grant(1, 100) }, 499, true),
        (Grant { ends_at: NOW.after(500), ..grant(1, 100) }, 500, false),
    ] {
        let slots = Memory::new();
        apply(&slots, NOW, &grant).unwrap();
        let later = NOW.after(later);
        assert_eq!(hold(&slots, later, &[(1, 1)]).is_some(), lives, "{later:?}");
        // A renewal within the same epoch finds what was spent before.
        if !lives && grant.ends_at > later {
            apply(&slots, later, &Grant { expires_at: later.after(10_000), ..grant }).unwrap();
            assert!(hold(&slots, later, &[(1, 1)]).is_some());
        }
    }
}

/// Each reply counts its window's end from before it was asked for: the one that was answered soonest is nearest to it.
#[test]
fn a_window_ends_when_the_latest_reply_says() {
    for ends in [[500, 400], [400, 500]] {
        let slots = Memory::new();
        for ends_ms in ends {
            apply(&slots, NOW, &Grant { ends_at: NOW.after(ends_ms), ..grant(1, 100) }).unwrap();
        }
        let holds = [499, 500].map(|later| hold(&slots, NOW.after(later), &[(1, 1)]).is_some());
        assert_eq!(holds, [true, false], "{ends:?}");
    }
}

#[test]
fn a_shadow_claim_tells_and_never_refuses() {
    for (granted, unleased, amount, told, left) in
        [(100, 0, 60, false, 40), (50, 0, 60, true, 50), (50, 10, 60, false, 50)]
    {
        let slots = Memory::new();
        apply(&slots, NOW, &Grant { unleased, ..grant(1, granted) }).unwrap();
        let claim = Claim { lease: 1, amount, shadow: true };
        let missing = Claim { lease: 9, ..claim };
        let Decision::Reserved(held) = reserve(&slots, NOW, &[missing, claim]).unwrap() else {
            panic!("refused");
        };
        assert_eq!(held.would_refuse, if told { vec![1] } else { vec![] });
        assert_eq!(slots.lease(1).left(), left);
    }
}

/// A refusal of 50 for 200 ms → amount, milliseconds later, whether it is refused unasked
#[test]
fn a_refusal_stands_for_a_while() {
    for (amount, later, granted, refused) in [
        (50, 0, None, true),
        (80, 199, None, true),
        (49, 0, None, false),
        (50, 200, None, false),
        (50, 0, Some(11), false),
    ] {
        let slots = Memory::new();
        apply(&slots, NOW, &grant(1, 10)).unwrap();
        let refusal = Refused { amount: 50, until: NOW.after(200), retry_at: NOW.after(900) };
        refuse(&slots, NOW, 1, refusal).unwrap();
        refuse(&slots, NOW, 2, refusal).unwrap();
        assert_eq!(slots.lease(1).retry_at, NOW.after(900));
        if let Some(granted) = granted {
            apply(&slots, NOW, &grant(1, granted)).unwrap();
        }
        let decision = reserve(&slots, NOW.after(later), &claims(&[(1, amount)])).unwrap();
        assert_eq!(decision, Decision::Short(Short { claim: 0, refused }), "{amount} {later}");
    }
}

#[test]
fn what_lies_idle_is_given_back_once() {
    let slots = Memory::new();
    apply(&slots, NOW, &grant(1, 100)).unwrap();
    let held = hold(&slots, NOW.after(100), &[(1, 30)]).unwrap();
    let idle = |later| give_back(&slots, NOW.after(later), 1, 5000).unwrap();
    assert_eq!((idle(5099), idle(5100), idle(5101)), (None, Some((1, 70)), None));
    settle(&slots, NOW.after(5200), held, |_| 10).unwrap();
    assert_eq!(
        (idle(10_199), peek(&slots, NOW.after(5200), 1).unwrap().unwrap().left()),
        (None, 20)
    );
    // All that was given back so far: a message that is lost is made good by the next.
    apply(&slots, NOW, &Grant { expires_at: NOW.after(20_000), ..grant(1, 100) }).unwrap();
    assert_eq!(idle(10_200), Some((1, 90)));
    assert_eq!(give_back(&slots, NOW, 7, 0), Ok(None));
}

#[test]
fn one_worker_asks_at_a_time() {
    let slots = Memory::new();
    apply(&slots, NOW, &grant(1, 100)).unwrap();
    let asks = [0, 1, 149, 150, 151].map(|later| claim_asking(&slots, NOW.after(later), 1, 150));
    assert_eq!(asks, [true, false, false, true, false].map(Ok));
    assert_eq!(claim_asking(&slots, NOW, 2, 150), Ok(false), "there is no such lease");
}

#[test]
fn slots_are_reused_once_their_lease_is_over_and_never_run_over() {
    let slots = Memory::new();
    let mut full = 0;
    for round in 0..3_u64 {
        let now = NOW.after(round * 60_000);
        for lease in 1..=(SLOTS as u64 * 2) {
            let id = round * 1_000_000 + lease;
            let grant =
                Grant { expires_at: now.after(100), ends_at: now.after(60_000), ..grant(id, 9) };
            match apply(&slots, now, &grant) {
                Ok(()) => assert!(hold(&slots, now, &[(id, 9)]).is_some()),
                Err(Fault::Full) => {
                    full += 1;
                    assert!(hold(&slots, now, &[(id, 9)]).is_none());
                }
                Err(fault) => panic!("{fault:?}"),
            }
        }
    }
    let cells = (0..SLOTS).filter_map(|index| slots.slots.load(index));
    let live = cells.filter(|(bytes, _)| Lease::decode(bytes).id > 2_000_000).count();
    assert!(live > SLOTS * 9 / 10 && full >= SLOTS, "{live} live leases, {full} without a place");
}

#[test]
fn slots_that_were_never_created_are_a_fault() {
    let slots = MemorySlots::default();
    assert_eq!(reserve(&slots, NOW, &claims(&[(1, 1)])), Err(Fault::Missing));
    assert_eq!(apply(&slots, NOW, &grant(1, 1)), Err(Fault::Missing));
}

/// Another version's bytes are a free slot.
#[test]
fn an_encoded_lease_is_read_back() {
    let lease = Lease {
        id: 7,
        epoch: 2,
        granted: u64::MAX,
        unleased: 5,
        refused_until: NOW,
        ..Lease::default()
    };
    let bytes = lease.encode();
    assert_eq!(Lease::decode(&bytes), lease);
    let mut other = bytes;
    other[0] = 2;
    for bytes in [&other[..], &bytes[1..], &[]] {
        assert_eq!(Lease::decode(bytes), Lease::default());
    }
}

/// One worker's whole life of a request.
fn live(slots: &Memory, wanted: &[(u64, u64)], spent: u64, log: &RefCell<[u64; 2]>) {
    if let Some(held) = hold(slots, NOW, wanted) {
        settle(slots, NOW, held, |claim| {
            log.borrow_mut()[claim] += spent;
            spent
        })
        .unwrap();
    }
}

/// One worker's life of a request, a second one's put between any two of its steps and a third one's between any two
/// of the second's; meanwhile leases are renewed and given back.
#[test]
fn whatever_comes_between_nothing_is_lost_or_counted_twice() {
    for granted in [60, 100, 150] {
        let mut cases = 0;
        let mut first = 0;
        while play(granted, first, 0) < 2 {
            let mut second = 0;
            while play(granted, first, second) == 0 {
                (second, cases) = (second + 1, cases + 1);
            }
            first += 1;
        }
        assert!(first > 4 && cases > 20, "{first} and {cases} cases");
    }
}

/// Plays a case, and answers how many of the rivals had no turn: the first was through before.
fn play(granted: u64, first: usize, second: usize) -> usize {
    let slots = Memory::new();
    let log = Rc::new(RefCell::new([0, 0]));
    apply(&slots, NOW, &grant(1, granted)).unwrap();
    apply(&slots, NOW, &grant(2, 120)).unwrap();
    slots.steps.set(0);
    let (log2, log3) = (Rc::clone(&log), Rc::clone(&log));
    let last: Rival = Box::new(move |slots| {
        apply(slots, NOW, &grant(2, 125)).unwrap();
        live(slots, &[(1, 20), (2, 20)], 15, &log3);
        give_back(slots, NOW, 1, 0).unwrap();
    });
    let middle: Rival = Box::new(move |slots| live(slots, &[(1, 50), (2, 50)], 50, &log2));
    *slots.rivals.borrow_mut() = vec![(first + second + 2, last), (first + 1, middle)];
    live(&slots, &[(1, 60), (2, 60)], 40, &log);
    let spent = *log.borrow();
    for (id, spent) in (1..).zip(spent) {
        let lease = slots.lease(id);
        assert_eq!((lease.reserved, lease.spent), (0, spent), "{first} {second}: {lease:?}");
        assert_eq!(lease.left() + lease.spent + lease.returned, lease.granted);
    }
    assert!(spent[0] == spent[1] && spent[0] <= granted);
    slots.rivals.borrow().len()
}
