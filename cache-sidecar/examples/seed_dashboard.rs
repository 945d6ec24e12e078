//! Fills a dashboard's store with ten weeks of made-up traffic, for the dashboard's tests and screenshots: weekdays and
//! weekends, office hours, tenants large and small, failures, caches that get warmer. `seed_dashboard STATE_DIR`.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use cache_sidecar::accounting::record::{Event, Outcome};
use cache_sidecar::dashboard::figures::{Bounds, Embedded};
use chat::contract::{Source, Usage};

const DAYS: u64 = 70;
const DAY_MS: u64 = 86_400_000;
/// Tenant, users, requests on a working day.
const TENANTS: [(&str, &[&str], u64); 5] = [
    ("acme", &["alice", "bob", "checkout-bot", "support-bot", "dora"], 620),
    ("globex", &["carol", "etl", "erin"], 260),
    ("initech", &["peter", "milton", "samir"], 150),
    ("umbrella", &["research", "alice"], 70),
    ("hooli", &["gavin"], 25),
];
/// Model, micro-dollars for a thousand input and output tokens, milliseconds to the first token.
const MODELS: [(&str, u64, u64, u64); 4] = [
    ("gemini-2.5-flash", 300, 2_500, 320),
    ("gemini-3.5-flash", 1_500, 9_000, 410),
    ("gemini-3.5-flash-lite", 300, 2_500, 210),
    ("gemini-3.1-pro-preview", 2_000, 12_000, 1_150),
];
const TYPES: [(&str, u64); 7] = [
    ("EMAIL", 30),
    ("PERSON", 24),
    ("PHONE", 12),
    ("IBAN", 4),
    ("SECRET", 3),
    ("ADDRESS", 8),
    ("CREDIT_CARD", 2),
];

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: seed_dashboard STATE_DIR");
        return ExitCode::FAILURE;
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now_ms = u64::try_from(now.as_millis()).unwrap_or(0);
    let mut random = fastrand::Rng::with_seed(42);
    let store = match Embedded::open(Some(folder.as_ref()), Bounds::default()) {
        Ok(store) => store,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let mut sum = 0;
    for day in (0..DAYS).rev() {
        let begins = now_ms - now_ms % DAY_MS - day * DAY_MS;
        let events = events(&mut random, begins, DAYS - day);
        let events: Vec<Event> =
            events.into_iter().filter(|event| event.occurred_at_ms < now_ms).collect();
        match store.add(&events, now_ms) {
            Ok(new) => sum += new,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{sum} exchanges");
    ExitCode::SUCCESS
}

/// Of one day, which is the store's `age`th.
fn events(random: &mut fastrand::Rng, begins_ms: u64, age: u64) -> Vec<Event> {
    // 1970 began on a Thursday.
    let is_weekend = (begins_ms / DAY_MS + 3) % 7 >= 5;
    let mut events = Vec::new();
    for (tenant, users, on_weekdays) in TENANTS {
        let grown = on_weekdays * (60 + age) / (60 + DAYS);
        let requests = if is_weekend { grown / 5 } else { grown } * random.u64(85..115) / 100;
        for number in 0..requests {
            let hour = office_hour(random, is_weekend);
            let at_ms = begins_ms + hour * 3_600_000 + random.u64(0..3_600_000);
            // The first are the busiest.
            let user = users[random.usize(0..users.len()).min(random.usize(0..users.len()))];
            let id = format!("{tenant}-{begins_ms}-{number}");
            events.push(event(random, (tenant, user), (at_ms, age), id));
        }
    }
    events
}

fn office_hour(random: &mut fastrand::Rng, is_weekend: bool) -> u64 {
    if is_weekend || random.u64(0..10) == 0 {
        return random.u64(0..24);
    }
    7 + (random.u64(0..13) + random.u64(0..13)) / 2
}

fn event(
    random: &mut fastrand::Rng,
    (tenant, user): (&str, &str),
    (at_ms, age): (u64, u64),
    event_id: String,
) -> Event {
    let model = MODELS[random.usize(0..MODELS.len()).min(random.usize(0..MODELS.len()))];
    let (name, input_price, output_price, ttft) = model;
    let input_tokens = 200 + random.u64(0..1_400) * random.u64(1..6);
    let output_tokens = 60 + random.u64(0..900);
    let reasoning_tokens = if name.contains("pro") { output_tokens / 3 } else { 0 };
    let cached_input_tokens = if random.u64(0..4) == 0 { input_tokens / 2 } else { 0 };
    let cost = (input_tokens * input_price + output_tokens * output_price) / 1000;
    let (outcome, status, cache, source) = match random.u64(0..1000) {
        0..8 => (Outcome::Failed, 503, "miss", Source::Estimate),
        8..14 => (Outcome::Disconnected, 499, "miss", Source::Estimate),
        14..60 => (Outcome::Complete, 200, "bypass", Source::Reported),
        60..90 => (Outcome::Complete, 200, "collapsed", Source::Collapsed),
        draw if draw < 190 + age * 3 => (Outcome::Complete, 200, "hit", Source::Cache),
        _ => (Outcome::Complete, 200, "miss", Source::Reported),
    };
    let is_charged = matches!(source, Source::Reported | Source::Estimate);
    let failed = outcome == Outcome::Failed;
    let jitter = random.u64(70..140) * if random.u64(0..20) == 0 { 4 } else { 1 };
    let ttft_ms = if cache == "hit" { random.u64(1..4) } else { ttft * jitter / 100 };
    let usage = Usage {
        input_tokens: if failed { 0 } else { input_tokens },
        cached_input_tokens: if failed { 0 } else { cached_input_tokens },
        output_tokens: if failed { 0 } else { output_tokens },
        reasoning_tokens: if failed { 0 } else { reasoning_tokens },
        cost_micros: if failed { 0 } else { cost },
        source,
    };
    Event {
        event_id,
        request_id: String::new(),
        occurred_at_ms: at_ms,
        tenant: tenant.to_owned(),
        user: user.to_owned(),
        model: name.to_owned(),
        dialect: "openai".to_owned(),
        outcome,
        status,
        usage,
        saved_micros: if is_charged { 0 } else { cost },
        cache: cache.to_owned(),
        upstream_ttft_ms: (!failed).then_some(ttft_ms),
        duration_ms: ttft_ms + if cache == "hit" { 2 } else { output_tokens * 9 },
        redactions: redactions(random),
        budgets_version: 1,
    }
}

fn redactions(random: &mut fastrand::Rng) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for (name, chance) in TYPES {
        if random.u64(0..100) < chance / 2 {
            found.insert(name.to_owned(), random.u64(1..3));
        }
    }
    found
}
