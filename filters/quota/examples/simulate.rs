//! The simulation of the tests, as large as one likes: `make simulate ARGS="--proxies 2000 --tenants 10000 --hours 24"`.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a command for people: it prints, takes the time, and ends by a panic where a check fails"
)]

#[path = "../tests/simulation/chance.rs"]
mod chance;
#[path = "../tests/simulation/faults.rs"]
mod faults;
#[path = "../tests/simulation/filter.rs"]
mod filter;
#[path = "../tests/simulation/sidecar.rs"]
mod sidecar;
#[path = "../tests/simulation/steps.rs"]
mod steps;
#[path = "../tests/simulation/store.rs"]
mod store;
#[path = "../tests/simulation/world.rs"]
mod world;

use std::time::Instant;

use faults::ALL_FAULTS;
use quota::holder::Terms;
use world::{Options, World};

const USAGE: &str = "--proxies N --tenants N --users N --hours H --rate REQUESTS_PER_SECOND --spread PROXIES_PER_TENANT
--budget REQUESTS_PER_USER_AND_MINUTE --faults SECONDS_BETWEEN_TWO (0: none) --tick MILLISECONDS --seed N";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let known = [
        "proxies", "tenants", "users", "hours", "rate", "spread", "budget", "faults", "tick",
        "seed",
    ];
    let strange = args
        .chunks(2)
        .find(|pair| !known.iter().any(|name| pair[0] == format!("--{name}")) || pair.len() < 2);
    if let Some(strange) = strange {
        println!("{} isn't understood. There are:\n{USAGE}", strange[0]);
        return;
    }
    let value = |name: &str, or: f64| {
        let pair = args.chunks(2).find(|pair| pair[0] == format!("--{name}"));
        pair.map_or(or, |pair| pair[1].parse().unwrap())
    };
    let proxies = value("proxies", 20.0) as u64;
    let users = value("users", 2.0) as u64;
    let faults = value("faults", 60.0);
    // A request reserves 350 on average and takes 220 of it.
    let user = value("budget", 1_000.0) * 220.0;
    // The simulation counts in milliseconds, and no two of its arrivals share one: many requests come in groups.
    let rate = value("rate", 200.0);
    let at_once = if rate > 500.0 { (rate / 200.0).ceil() as u64 } else { 1 };
    let options = Options {
        seed: value("seed", 1.0) as u64,
        proxies,
        tenants: value("tenants", 20.0) as u64,
        users,
        millis: (value("hours", 1.0) * 3_600_000.0) as u64,
        every_ms: 1_000.0 * at_once as f64 / rate,
        at_once,
        spread: (value("spread", 4.0) as u64).min(proxies),
        windows: [60_000, 60_000, 3_600_000],
        capacities: [user, user * users as f64, user * users as f64 * 50.0].map(|one| one as u64),
        grace_ms: 300_000,
        terms: Terms {
            lease_ms: 10_000,
            margin_ms: 1_000,
            ledger_lease_ms: 30_000,
            horizon_ms: 2_000,
            idle_ms: 3_000,
        },
        tick_ms: value("tick", if proxies > 100 { 1_000.0 } else { 100.0 }) as u64,
        fault_every_ms: faults * 1_000.0,
        faults: if faults > 0.0 { ALL_FAULTS.to_vec() } else { Vec::new() },
        skew_ms: 1_000,
        lag_ms: 1_000,
        emergency_percent: 5,
    };
    let begun = Instant::now();
    let figures = World::new(options).run();
    let seconds = begun.elapsed().as_secs_f64();
    let share = |part: u64, all: u64| 100.0 * part as f64 / all.max(1) as f64;
    println!(
        "{} events in {seconds:.1} s, {} faults, {} syncs",
        figures.events, figures.faults, figures.syncs
    );
    println!(
        "{} requests: {} admitted, {} refused, {} failed",
        figures.requests, figures.admitted, figures.refused, figures.failed
    );
    println!(
        "{} settled, each once; {} streams ended at the budget",
        figures.settled, figures.cut_short
    );
    let (without, steady) =
        (figures.filtered - figures.called_out, figures.steady - figures.steady_called_out);
    println!(
        "{} admitted through a filter, {:.3} % of them without a callout; {} in steady state, {:.3} %",
        figures.filtered,
        share(without, figures.filtered),
        figures.steady,
        share(steady, figures.steady)
    );
    println!(
        "{:.3} % waited for the ledger in the sidecar; {} emergency grants",
        share(figures.waited_for_ledger, figures.admitted),
        figures.emergencies
    );
    println!(
        "{} requests refused while others held what they needed and 1 % more ({:.3} % of all)",
        figures.refused_wrongly,
        share(figures.refused_wrongly, figures.requests)
    );
    let spent = share(figures.tight_spent, figures.tight);
    println!("{spent:.2} % was spent of the budgets that refused something");
    println!(
        "largest overshoot {:.4} % of an account, where the bound was {:.4} %",
        figures.overshoot as f64 / 1e4,
        figures.bound as f64 / 1e4
    );
    println!("nothing lost, nothing doubled, nothing left behind");
}
