//! The simulated world: what happens when, the faults, and what is true.
//!
//! More than 500 lines: one state machine, whose events and checks are read side by side.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use quota::Timestamp;
use quota::holder::{AccountRef, Lent, Report, Terms};
use quota::ledger::Outcome;

use crate::chance::Chance;
use crate::faults::Fault;
use crate::filter::{Envoy, Reserved, Returns};
use crate::sidecar::{Callout, Sidecar};
use crate::store::Store;

/// What is simulated.
#[derive(Clone)]
pub struct Options {
    pub seed: u64,
    /// Sidecars, each with one Envoy.
    pub proxies: u64,
    pub tenants: u64,
    pub users: u64,
    /// How long requests come.
    pub millis: u64,
    /// Between two requests, over all tenants, on average.
    pub every_ms: f64,
    /// How many come at once.
    pub at_once: u64,
    /// Proxies that a tenant's requests come through.
    pub spread: u64,
    /// Windows of a user's budget, a tenant's, and a tenant's long one.
    pub windows: [u64; 3],
    pub capacities: [u64; 3],
    /// How long an account is kept after its window.
    pub grace_ms: u64,
    pub terms: Terms,
    pub tick_ms: u64,
    /// Mean time between two faults.
    pub fault_every_ms: f64,
    pub faults: Vec<Fault>,
    /// A sidecar's clock is off by at most so much.
    pub skew_ms: u64,
    /// What the replica lags behind.
    pub lag_ms: u64,
    pub emergency_percent: u64,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub events: u64,
    pub requests: u64,
    pub admitted: u64,
    /// Admitted that came through a filter, and those of them that waited for a callout.
    pub filtered: u64,
    pub called_out: u64,
    /// The same, of requests whose user had one through the same proxy within the last two seconds, and not in the
    /// first ten.
    pub steady: u64,
    pub steady_called_out: u64,
    /// Admitted, but the sidecar asked the ledger first.
    pub waited_for_ledger: u64,
    pub refused: u64,
    /// Refused while there was room for it and one percent more, held by others.
    pub refused_wrongly: u64,
    /// What accounts had that refused something, and what of it was spent.
    pub tight: u64,
    pub tight_spent: u64,
    /// Neither admitted nor refused: something was down.
    pub failed: u64,
    pub settled: u64,
    pub cut_short: u64,
    pub syncs: u64,
    pub faults: u64,
    pub emergencies: u64,
    /// The largest share by which an account was overspent, in millionths of its capacity, and what was the bound there.
    pub overshoot: u64,
    pub bound: u64,
    /// What faults may have let pass beyond capacities, over all accounts.
    pub allowed: u64,
}

/// What is true of an account, whoever knows it.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    pub spent: u64,
    pub reserved: u64,
    /// The largest that was ever in force.
    pub capacity: u64,
    /// Usage above the reservation.
    pub above: u64,
    /// Sessions that had to do without the ledger: each has an allowance of its own.
    pub emergencies: u64,
    /// Reserved by sessions that died and took their journal with them.
    pub frozen: u64,
    /// Whether such a session spent from it.
    pub tainted: bool,
    pub forget_at: u64,
    pub refused: bool,
}

pub struct Request {
    pub proxy: usize,
    pub boot: Option<u64>,
    pub tenant: u64,
    pub user: u64,
    /// Reserved in the beginning.
    pub amount: u64,
    /// What it takes if nobody ends it.
    pub wants: u64,
    /// Of that, what no reservation covers: the input was estimated too low.
    pub above: u64,
    pub duration: u64,
    pub reserved: Reserved,
    pub called: bool,
    pub steady: bool,
    pub waited: bool,
    pub accounts: Vec<AccountRef>,
    /// Reserved in the sidecar; 0 until it is admitted.
    pub held: u64,
}

pub type Leases = Vec<(AccountRef, Lent)>;

pub enum Event {
    Arrive,
    FilterTick {
        proxy: usize,
        boot: u64,
    },
    SidecarTick {
        proxy: usize,
        life: u64,
    },
    ToSidecar {
        proxy: usize,
        asks: Vec<Callout>,
        returns: Returns,
        boot: u64,
    },
    /// Answer to a callout: `None` where it was refused or failed; `bool` whether a budget was exhausted.
    ToFilter {
        proxy: usize,
        ask: Callout,
        leases: Option<Leases>,
        exhausted: bool,
    },
    CalloutTimeout {
        proxy: usize,
        ask: Callout,
    },
    Request(u64),
    Stream {
        life: u64,
        request: u64,
    },
    Done {
        life: u64,
        request: u64,
        cut: bool,
    },
    /// The answer's end at the filter; with what it took where the usage frame came.
    Usage {
        request: u64,
        actual: Option<u64>,
    },
    ToLedger {
        proxy: usize,
        life: u64,
        report: Box<Report>,
    },
    FromLedger {
        proxy: usize,
        life: u64,
        answer: Box<(Report, Outcome)>,
    },
    GiveUp {
        proxy: usize,
        life: u64,
        tenant: String,
        sequence: u64,
    },
    Fault,
    StartEnvoy {
        proxy: usize,
    },
    StartSidecar {
        proxy: usize,
    },
}

pub struct World {
    pub options: Options,
    pub chance: Chance,
    pub now: u64,
    order: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    events: HashMap<u64, Event>,
    pub envoys: Vec<Envoy>,
    pub sidecars: Vec<Sidecar>,
    pub store: Store,
    pub requests: HashMap<u64, Request>,
    /// Requests that wait for a callout, with when it was sent by the filter's clock.
    pub callouts: HashMap<u64, u64>,
    pub next: u64,
    pub truth: HashMap<String, Truth>,
    pub figures: Figures,
    /// Until when messages get lost, and nobody or one sidecar reaches the ledger.
    pub storm_until: u64,
    pub cut_until: u64,
    pub cut_off: Option<usize>,
    pub factors: Vec<u64>,
    pub ends_at: u64,
    /// When the last request of a user came through a proxy.
    seen: HashMap<(usize, u64, u64), u64>,
    pub credits: BTreeSet<(String, String)>,
}

/// A clock's zero: no clock is before it, however skewed.
const EPOCH: u64 = 1_700_000_000_000;

impl World {
    pub fn new(options: Options) -> Self {
        let mut world = Self {
            chance: Chance::new(options.seed),
            now: 0,
            order: 0,
            queue: BinaryHeap::new(),
            events: HashMap::new(),
            envoys: (0..options.proxies).map(|proxy| Envoy::new(proxy << 32)).collect(),
            sidecars: (0..options.proxies)
                .map(|proxy| Sidecar::new(format!("{proxy}.0"), options.terms))
                .collect(),
            store: Store { lag: options.lag_ms, ..Store::default() },
            requests: HashMap::new(),
            callouts: HashMap::new(),
            next: 0,
            truth: HashMap::new(),
            figures: Figures::default(),
            storm_until: 0,
            cut_until: 0,
            cut_off: None,
            factors: vec![100; usize::try_from(options.tenants).unwrap()],
            ends_at: options.millis,
            seen: HashMap::new(),
            credits: BTreeSet::new(),
            options,
        };
        world.after(0, Event::Arrive);
        if !world.options.faults.is_empty() {
            world.after(1_000, Event::Fault);
        }
        world
    }

    /// Runs until nothing comes any more and all that is out has come back, and checks that it has.
    pub fn run(mut self) -> Figures {
        // Long enough for each account to be told of once more after the last fault, and for the leases after that.
        let quiet = self.ends_at + 1_300_000;
        let mut forget_at = 0;
        while let Some(Reverse((at, order))) = self.queue.pop() {
            if at > quiet {
                break;
            }
            self.now = at;
            self.figures.events += 1;
            let event = self.events.remove(&order).unwrap();
            self.step(event);
            if self.now > forget_at {
                forget_at = self.now + 600_000;
                self.forget();
            }
        }
        self.figures.syncs = self.store.syncs;
        self.sum_up(|_| true);
        let faults = self.store.faults.values().map(|one| one.given_up + one.lost);
        self.figures.allowed = faults.sum::<u64>() + self.figures.emergencies;
        self.check_quiet();
        self.figures
    }

    fn step(&mut self, event: Event) {
        match event {
            Event::Arrive => self.arrive(),
            Event::FilterTick { proxy, boot } => self.filter_tick(proxy, boot),
            Event::SidecarTick { proxy, life } => self.sidecar_tick(proxy, life),
            Event::ToSidecar { proxy, asks, returns, boot } => {
                self.callout(proxy, boot, asks, &returns);
            }
            Event::ToFilter { proxy, ask, leases, exhausted } => {
                self.answered(proxy, &ask, leases, exhausted);
            }
            Event::CalloutTimeout { proxy, ask } => self.answered(proxy, &ask, None, false),
            Event::Request(request) => self.request(request),
            Event::Stream { life, request } => self.stream(life, request),
            Event::Done { life, request, cut } => self.done(life, request, cut),
            Event::Usage { request, actual } => self.usage(request, actual),
            Event::ToLedger { proxy, life, report } => self.reach_ledger(proxy, life, &report),
            Event::FromLedger { proxy, life, answer } => {
                self.hear_ledger(proxy, life, &answer.0, &answer.1);
            }
            Event::GiveUp { proxy, life, tenant, sequence } => {
                self.give_up(proxy, life, &tenant, sequence);
            }
            Event::Fault => self.fault(),
            Event::StartEnvoy { proxy } => {
                let boot = self.envoys[proxy].boot + 1;
                self.envoys[proxy] = Envoy::new(boot);
            }
            Event::StartSidecar { proxy } => self.start_sidecar(proxy),
        }
    }

    // Time and messages

    pub fn after(&mut self, delay: u64, event: Event) {
        self.order += 1;
        self.queue.push(Reverse((self.now + delay, self.order)));
        self.events.insert(self.order, event);
    }

    /// The time by a node's own clock: each is off, and runs at its own speed.
    pub fn clock(&self, node: usize) -> u64 {
        let mut own = Chance::new(self.options.seed ^ (node as u64) << 20);
        let skew = own.between(0, 2 * self.options.skew_ms);
        let drift = own.between(0, 400);
        EPOCH + self.now + skew + self.now * drift / 1_000_000
    }

    pub fn ledger_clock(&self) -> Timestamp {
        Timestamp(self.clock(usize::MAX >> 1))
    }

    pub fn sidecar_clock(&self, proxy: usize) -> Timestamp {
        Timestamp(self.clock(2 * proxy))
    }

    pub fn filter_clock(&self, proxy: usize) -> u64 {
        self.clock(2 * proxy + 1)
    }

    /// How long a message takes; `None` where it is lost.
    pub fn transit(&mut self) -> Option<u64> {
        if self.now < self.storm_until {
            let slow = self.chance.permille(200);
            let delay = self.chance.between(1, if slow { 3_000 } else { 50 });
            return (!self.chance.permille(200)).then_some(delay);
        }
        Some(self.chance.between(0, 2))
    }

    pub fn is_repeated(&mut self) -> bool {
        let chance = if self.now < self.storm_until { 200 } else { 5 };
        !self.options.faults.is_empty() && self.chance.permille(chance)
    }

    pub fn reaches_ledger(&self, proxy: usize) -> bool {
        self.now >= self.cut_until || self.cut_off.is_some_and(|cut| cut != proxy)
    }

    // Accounts

    /// The accounts of a request at a time by a sidecar's clock, in their windows `ahead` of that.
    pub fn accounts(
        &mut self,
        wall: Timestamp,
        tenant: u64,
        user: u64,
        ahead: u64,
    ) -> Vec<AccountRef> {
        let scopes =
            [format!("t{tenant}/u{user}"), format!("t{tenant}"), format!("t{tenant}/long")];
        let factor = self.factors[tenant as usize];
        let mut accounts = Vec::with_capacity(3);
        for (place, scope) in scopes.iter().enumerate() {
            let window = self.options.windows[place];
            let number = wall.0 / window + ahead;
            let account = format!("{scope}/{number}");
            let ends_at = (number + 1) * window;
            let capacity = self.options.capacities[place] * factor / 100;
            let truth = self.truth.entry(account.clone()).or_default();
            truth.capacity = truth.capacity.max(capacity);
            truth.forget_at = ends_at + self.options.grace_ms;
            accounts.push(AccountRef {
                tenant: format!("t{tenant}"),
                id: fnv1a::of(account.bytes()),
                account,
                series: fnv1a::of(scope.bytes()),
                capacity,
                ends_at: Timestamp(ends_at),
                forget_at: Timestamp(ends_at + self.options.grace_ms),
            });
        }
        accounts
    }

    /// A request was refused: whether every account had room for it, in truth, and one percent to spare.
    pub fn note_refusal(&mut self, proxy: usize, tenant: u64, user: u64, amount: u64) -> bool {
        let accounts = self.accounts(self.sidecar_clock(proxy), tenant, user, 0);
        let room = |at: &&AccountRef| {
            let truth = &self.truth[&at.account];
            at.capacity.saturating_sub(truth.spent + truth.reserved)
        };
        let tightest = accounts.iter().min_by_key(room).unwrap();
        let wrong = accounts.iter().all(|at| room(&at) >= amount + at.capacity / 100);
        self.truth.get_mut(&tightest.account).unwrap().refused = true;
        wrong
    }

    /// Of accounts that refused something: what they had, and how much of it was spent in the end.
    fn sum_up(&mut self, over: impl Fn(&Truth) -> bool) {
        for truth in self.truth.values().filter(|truth| truth.refused && over(truth)) {
            self.figures.tight += truth.capacity;
            self.figures.tight_spent += truth.spent;
        }
    }

    // Requests

    fn arrive(&mut self) {
        if self.now >= self.ends_at {
            return;
        }
        let wait = self.chance.wait(self.options.every_ms);
        self.after(wait, Event::Arrive);
        for _ in 0..self.options.at_once {
            self.ask();
        }
    }

    fn ask(&mut self) {
        self.figures.requests += 1;
        // Few tenants have most of the traffic.
        let rank = self.chance.share().powi(3);
        let tenant = (rank * self.options.tenants as f64) as u64;
        let user = self.chance.between(0, self.options.users - 1);
        let spread = self.chance.between(0, self.options.spread - 1);
        let proxy = ((tenant * 7 + spread) % self.options.proxies) as usize;
        let last = self.seen.insert((proxy, tenant, user), self.now);
        let steady = last.is_some_and(|last| self.now - last < 2_000) && self.now > 10_000;
        let amount = self.chance.between(50, 200) + self.chance.between(50, 400);
        let wants = match self.chance.between(0, 9) {
            // No cap: it may take more than was expected.
            0 => amount + self.chance.between(0, 400),
            1 => amount,
            _ => amount * self.chance.between(20, 100) / 100,
        };
        let above = if self.chance.permille(20) { self.chance.between(1, 20) } else { 0 };
        self.next += 1;
        let request = Request {
            proxy,
            boot: Some(self.envoys[proxy].boot),
            tenant,
            user,
            amount,
            wants,
            above,
            duration: self.chance.wait(2_000.0),
            reserved: Reserved::new(),
            called: false,
            steady,
            waited: false,
            accounts: Vec::new(),
            held: 0,
        };
        let id = self.next;
        self.requests.insert(id, request);
        if !self.envoys[proxy].up {
            self.requests.remove(&id);
            self.figures.failed += 1;
        } else if !self.options.faults.is_empty() && self.chance.permille(50) {
            // Comes without a filter.
            self.requests.get_mut(&id).unwrap().boot = None;
            self.after(1, Event::Request(id));
        } else {
            self.admit_at_filter(id);
        }
    }

    // What must hold

    /// To be called wherever something was reserved or spent.
    pub fn check(&mut self, account: &str) {
        let truth = &self.truth[account];
        let faults = self.store.faults.get(account).copied().unwrap_or_default();
        let allowance = truth.capacity * self.options.emergency_percent / 100;
        let beyond = truth.above + truth.emergencies * allowance + faults.given_up + faults.lost;
        assert!(
            truth.spent + truth.reserved <= truth.capacity + beyond,
            "seed {}, {} ms: {account} overspent: {truth:?}, {faults:?}",
            self.options.seed,
            self.now
        );
        let overshoot = truth.spent.saturating_sub(truth.capacity);
        let overshoot = overshoot * 1_000_000 / truth.capacity.max(1);
        if overshoot > self.figures.overshoot {
            self.figures.overshoot = overshoot;
            self.figures.bound = beyond * 1_000_000 / truth.capacity.max(1);
        }
    }

    /// Nothing was asked for in a while: all that was out has come back, and ledger and truth agree.
    fn check_quiet(&mut self) {
        let seed = self.options.seed;
        for (proxy, sidecar) in self.sidecars.iter().enumerate() {
            assert_eq!(
                sidecar.holder.under_way(),
                0,
                "seed {seed}: {proxy} has requests under way"
            );
            for at in sidecar.holder.accounts() {
                let held = sidecar.holder.figures(&at.tenant, &at.account).unwrap();
                let stranded = held.pool + held.lent + held.in_flight;
                assert_eq!(stranded, 0, "seed {seed}: {proxy} has {held:?} of {}", at.account);
            }
        }
        let now = self.ledger_clock();
        let mut all: Vec<(String, Truth)> = self.truth.drain().collect();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        for (account, truth) in all.iter().filter(|(_, truth)| truth.forget_at > now.0 + 60_000) {
            let tenant = account.split('/').next().unwrap();
            let (used, out) = self.store.read(now, tenant, account);
            assert_eq!(out, 0, "seed {seed}: {account} has something out");
            let faults = self.store.faults.get(account).copied().unwrap_or_default();
            if truth.tainted {
                // What a session spent that died with its journal is known up to its last report.
                let allowance = truth.capacity * self.options.emergency_percent / 100;
                let unknown = faults.given_up + faults.lost + truth.frozen + truth.above;
                let unknown = unknown + truth.emergencies * allowance;
                assert!(
                    used + unknown >= truth.spent,
                    "seed {seed}: {account}: {used} used, {truth:?}, {faults:?}"
                );
            } else {
                assert_eq!(used, truth.spent, "seed {seed}: {account}: lost or doubled");
            }
        }
    }

    /// Drops what is long over.
    fn forget(&mut self) {
        let over = self.clock(0).saturating_sub(120_000);
        self.sum_up(|truth| truth.forget_at <= over && truth.reserved == 0);
        let truth = &mut self.truth;
        truth.retain(|_, truth| truth.forget_at > over || truth.reserved > 0);
        self.store.forget(|account| !truth.contains_key(account));
        for sidecar in &mut self.sidecars {
            sidecar.journal.retain(|account, _| truth.contains_key(account));
        }
        self.credits.retain(|(account, _)| truth.contains_key(account));
    }
}
