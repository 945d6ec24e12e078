//! A session against a ledger in memory, step by step.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]

use quota::Timestamp;
use quota::holder::{AccountRef, Answer, Figures, Holder, Part, Terms};
use quota::ledger::Ledger;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TERMS: Terms = Terms {
    lease_ms: 5_000,
    margin_ms: 1_000,
    ledger_lease_ms: 20_000,
    horizon_ms: 1_000,
    idle_ms: 3_000,
};

fn account(capacity: u64) -> AccountRef {
    AccountRef {
        tenant: "acme".into(),
        account: "tokens/minute/1".into(),
        id: 7,
        series: 1,
        capacity,
        ends_at: Timestamp(60_000),
        forget_at: Timestamp(120_000),
    }
}

fn part(amount: u64) -> [Part; 1] {
    [Part { account: account(1_000), amount }]
}

fn figures(holder: &Holder) -> Figures {
    holder.figures("acme", "tokens/minute/1").unwrap()
}

/// Admits over a sync with the ledger where that is needed.
fn admit(holder: &mut Holder, ledger: &mut Ledger, now: u64, exchange: u64, amount: u64) -> bool {
    let now = Timestamp(now);
    let Err(short) = holder.admit(now, exchange, &part(amount), None) else { return true };
    let report = holder.report(now, "acme", &[short.missing]);
    let outcome = ledger.sync(now, &report.sync);
    let answers = holder.synced(now, &report, &outcome);
    answers == [Answer::Granted] && holder.admit(now, exchange, &part(amount), None).is_ok()
}

fn sync(holder: &mut Holder, ledger: &mut Ledger, now: u64) {
    for tenant in holder.due(Timestamp(now)) {
        let report = holder.report(Timestamp(now), &tenant, &[]);
        let outcome = ledger.sync(Timestamp(now), &report.sync);
        holder.synced(Timestamp(now), &report, &outcome);
    }
}

#[test]
fn two_sessions_share_a_budget_to_the_last_unit() {
    let mut ledger = Ledger::new();
    let mut holders = [Holder::new("a".into(), TERMS), Holder::new("b".into(), TERMS)];
    let mut admitted = 0;
    for exchange in 0..30 {
        let holder = &mut holders[usize::from(exchange % 2 == 0)];
        admitted += u64::from(admit(holder, &mut ledger, 1_000, exchange, 50));
    }
    assert_eq!(admitted, 20);
    for exchange in 0..30 {
        let holder = &mut holders[usize::from(exchange % 2 == 0)];
        holder.settle(Timestamp(2_000), exchange, &[(7, 40)]);
        assert_eq!(holder.settle(Timestamp(2_000), exchange, &[(7, 40)]), None);
    }
    for holder in &mut holders {
        holder.tick(Timestamp(10_000));
        sync(holder, &mut ledger, 10_000);
    }
    let mut reader = Holder::new("c".into(), TERMS);
    reader.watch(Timestamp(10_000), &account(1_000));
    sync(&mut reader, &mut ledger, 10_000);
    let standing = reader.standing("acme", "tokens/minute/1").unwrap();
    assert_eq!((standing.used, standing.out, standing.remaining()), (800, 0, 200));
}

#[test]
fn a_lease_is_spent_refunded_and_falls_back() {
    let mut ledger = Ledger::new();
    let mut holder = Holder::new("a".into(), TERMS);
    let now = Timestamp(1_000);
    let short = holder.lend(now, 9, &part(100)).unwrap_err();
    let report = holder.report(now, "acme", &[short.missing]);
    let outcome = ledger.sync(now, &report.sync);
    assert_eq!(holder.synced(now, &report, &outcome), [Answer::Granted]);
    let lent = holder.lend(now, 9, &part(100)).unwrap()[0];
    assert_eq!((lent.granted, lent.expires_ms), (100, 5_000));

    holder.admit(now, 1, &part(60), Some(9)).unwrap();
    assert_eq!((figures(&holder).in_flight, figures(&holder).lent), (60, 40));
    holder.settle(now, 1, &[(7, 75)]).unwrap();
    assert_eq!((figures(&holder).spent, figures(&holder).lent), (75, 25));
    for _ in 0..2 {
        holder.give_back(now, 9, 7, lent.epoch, 10);
        assert_eq!((figures(&holder).pool, figures(&holder).lent), (10, 15));
    }
    holder.admit(now, 2, &part(10), Some(8)).unwrap();
    assert_eq!(figures(&holder).pool, 0, "another Envoy has no part in it");
    holder.settle(now, 2, &[(7, 0)]).unwrap();
    holder.tick(Timestamp(1_000 + 5_999));
    assert_eq!(figures(&holder).lent, 15);
    holder.tick(Timestamp(1_000 + 6_000));
    assert_eq!((figures(&holder).lent, figures(&holder).pool), (0, 0), "expired, idle, given back");
}
