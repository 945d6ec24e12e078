//! A session against a ledger in memory, step by step.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]

#[path = "simulation/chance.rs"]
#[expect(dead_code, reason = "the simulation uses all of it")]
mod chance;

use chance::Chance;
use quota::Timestamp;
use quota::holder::{AccountRef, Answer, Figures, Holder, Part, Report, Terms};
use quota::ledger::{Ledger, Outcome};
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

/// What the ledger has granted, and wasn't given back: without what is counted apart.
fn backed(holder: &Holder) -> u64 {
    let all = figures(holder);
    all.spent + all.in_flight + all.pool + all.lent - all.overdrawn - all.emergency
}

/// Any step in any order: amounts move, and nothing but a grant adds to them. Where no time passes, nothing but a
/// report's answer takes from them either.
#[test]
fn amounts_move_and_none_is_made() {
    for seed in 0..200 {
        let mut chance = Chance::new(seed);
        let mut ledger = Ledger::new();
        let mut holder = Holder::new("a".into(), TERMS);
        let mut now = 1_000;
        let mut late: Vec<(Report, Outcome)> = Vec::new();
        let mut epochs = [0; 3];
        holder.watch(Timestamp(now), &account(1_000));
        for _ in 0..300 {
            let passed = if chance.permille(200) { chance.between(1, 9_000) } else { 0 };
            now += passed;
            let time = Timestamp(now);
            let before = backed(&holder);
            let (exchange, amount) = (chance.between(1, 9), chance.between(0, 200));
            let boot = chance.between(0, 2);
            let mut granted = 0;
            let mut takes = passed > 0;
            match chance.between(0, 8) {
                0 => drop(holder.admit(time, exchange, &part(amount), Some(boot))),
                1 => drop(holder.admit_anyway(time, exchange, &part(amount), None)),
                2 => drop(holder.extend(time, exchange, &part(amount))),
                3 => drop(holder.settle(time, exchange, &[(7, amount)])),
                4 => {
                    if let Ok(lent) = holder.lend(time, boot, &part(amount)) {
                        epochs[boot as usize] = lent[0].epoch;
                    }
                }
                5 => holder.give_back(time, boot, 7, epochs[boot as usize], amount),
                6 => drop(holder.emergency(time, &account(1_000), amount, 100)),
                7 => {
                    holder.tick(time);
                    takes = true;
                }
                _ => {
                    let report = holder.report(time, "acme", &[part(amount).to_vec()]);
                    let newest = report.sync.sequence;
                    let outcome = ledger.sync(time, &report.sync);
                    late.push((report, outcome));
                    if chance.permille(400) {
                        continue;
                    }
                    let pick = chance.between(0, late.len() as u64 - 1) as usize;
                    let (report, outcome) = late.swap_remove(pick);
                    // Only the newest answer counts, and only while what it grants is still ours.
                    let kept = TERMS.ledger_lease_ms - TERMS.margin_ms;
                    let ours = report.sent_at.0 + kept > now && report.sync.sequence == newest;
                    let all: u64 = outcome.grants.iter().flatten().flatten().sum();
                    granted = if ours { all } else { 0 };
                    holder.synced(time, &report, &outcome);
                    takes = true;
                }
            }
            if now >= 100_000 {
                break;
            }
            let after = backed(&holder);
            assert!(after <= before + granted, "seed {seed}: {before} and {granted}, now {after}");
            // A reservation from before the ledger's time was up returns to nobody, also where no time passes.
            let lapsed = now > 1_000 + TERMS.ledger_lease_ms - TERMS.margin_ms;
            assert!(takes || lapsed || after == before, "seed {seed}: {before}, now {after}");
            assert!(figures(&holder).emergency <= 100, "seed {seed}");
        }
    }
}

/// A session that is long gone is folded into `dead`, which a session that lives brings to a ledger that came back
/// empty.
#[test]
fn what_the_dead_spent_survives_the_ledger() {
    let mut ledger = Ledger::new();
    let month = || {
        let forget_at = Timestamp(u64::MAX / 2);
        [Part {
            account: AccountRef { ends_at: forget_at, forget_at, ..account(1_000) },
            amount: 100,
        }]
    };
    let read = |holder: &mut Holder, ledger: &mut Ledger, now: u64| {
        holder.watch(Timestamp(now), &month()[0].account);
        sync(holder, ledger, now);
        holder.standing("acme", "tokens/minute/1").unwrap()
    };
    let mut gone = Holder::new("gone".into(), TERMS);
    let now = Timestamp(1_000);
    let report = gone.report(now, "acme", &[month().to_vec()]);
    let outcome = ledger.sync(now, &report.sync);
    gone.synced(now, &report, &outcome);
    gone.admit(now, 1, &month(), None).unwrap();
    gone.settle(now, 1, &[(7, 70)]);
    sync(&mut gone, &mut ledger, 1_000);

    let mut live = Holder::new("live".into(), TERMS);
    assert_eq!(read(&mut live, &mut ledger, 4_000_000).used, 70);
    let mut ledger = Ledger::new();
    assert_eq!(read(&mut live, &mut ledger, 4_001_000).used, 70);
    // An account that is over isn't begun anew by a late report.
    let mut late = Holder::new("late".into(), TERMS);
    late.restore(Timestamp(5_000), &account(1_000), 1);
    let report = late.report(Timestamp(5_000), "acme", &[part(10).to_vec()]);
    let outcome = Ledger::new().sync(Timestamp(120_001), &report.sync);
    assert_eq!(outcome.grants, [Err(0)]);
}
