//! What each part of the world does with what reaches it.

use quota::holder::{AccountRef, Answer, Part, Report};
use quota::ledger::Outcome;

use crate::filter::Returns;
use crate::sidecar::{Callout, UnderWay, Waiting, Wish};
use crate::world::{Event, Leases, World};

/// How often something is tried again before it is refused.
const TRIES: u32 = 6;

impl World {
    // The filter

    pub fn admit_at_filter(&mut self, id: u64) {
        let request = &self.requests[&id];
        let (proxy, tenant, user, amount) =
            (request.proxy, request.tenant, request.user, request.amount);
        let (called, boot) = (request.called, request.boot.unwrap());
        let now = self.filter_clock(proxy);
        if !std::mem::replace(&mut self.envoys[proxy].ticking, true) {
            self.after(200, Event::FilterTick { proxy, boot });
        }
        if let Some(reserved) = self.envoys[proxy].reserve(now, (tenant, user), amount) {
            let accounts = self.envoys[proxy].accounts(&reserved);
            let request = self.requests.get_mut(&id).unwrap();
            (request.reserved, request.accounts) = (reserved, accounts);
            match self.transit() {
                Some(delay) => self.after(delay, Event::Request(id)),
                None => self.after(1_000, Event::Usage { request: id, actual: Some(0) }),
            }
        } else if called {
            self.refuse(id, true);
        } else {
            self.requests.get_mut(&id).unwrap().called = true;
            self.callouts.insert(id, now);
            let ask = Callout { boot, id, tenant, user, demand: amount };
            self.send_callout(proxy, boot, vec![ask], Returns::new());
        }
    }

    fn send_callout(&mut self, proxy: usize, boot: u64, asks: Vec<Callout>, returns: Returns) {
        for ask in asks.iter().filter(|ask| ask.demand > 0) {
            self.after(500, Event::CalloutTimeout { proxy, ask: ask.clone() });
        }
        for _ in 0..1 + u64::from(self.is_repeated()) {
            if let Some(delay) = self.transit() {
                let (asks, returns) = (asks.clone(), returns.clone());
                self.after(delay, Event::ToSidecar { proxy, asks, returns, boot });
            }
        }
    }

    pub fn answered(
        &mut self,
        proxy: usize,
        ask: &Callout,
        leases: Option<Leases>,
        exhausted: bool,
    ) {
        let sent_at = self.callouts.get(&ask.id).copied();
        if self.envoys[proxy].boot != ask.boot || !self.envoys[proxy].up {
            self.callouts.remove(&ask.id);
            return;
        }
        if let (Some(leases), Some(sent_at)) = (&leases, sent_at) {
            self.envoys[proxy].take(sent_at, (ask.tenant, ask.user), leases);
        }
        if self.callouts.remove(&ask.id).is_none() || ask.demand == 0 {
            return;
        }
        if leases.is_some() {
            self.admit_at_filter(ask.id);
        } else {
            self.refuse(ask.id, exhausted);
        }
    }

    pub fn filter_tick(&mut self, proxy: usize, boot: u64) {
        let envoy = &mut self.envoys[proxy];
        if envoy.boot != boot || !envoy.up || envoy.is_idle() {
            envoy.ticking &= envoy.boot != boot;
            return;
        }
        let terms = self.options.terms;
        let now = self.filter_clock(proxy);
        let renew = terms.lease_ms / 3;
        let (asks, returns) = self.envoys[proxy].tick(now, terms.idle_ms, renew);
        let mut callouts = Vec::with_capacity(asks.len());
        for (tenant, user) in asks {
            self.next += 1;
            self.callouts.insert(self.next, now);
            callouts.push(Callout { boot, id: self.next, tenant, user, demand: 0 });
        }
        for ask in &callouts {
            self.after(2_000, Event::CalloutTimeout { proxy, ask: ask.clone() });
        }
        if !callouts.is_empty() || !returns.is_empty() {
            self.send_callout(proxy, boot, callouts, returns);
        }
        self.after(self.options.tick_ms * 2, Event::FilterTick { proxy, boot });
    }

    fn refuse(&mut self, id: u64, exhausted: bool) {
        let Some(request) = self.requests.remove(&id) else { return };
        if let Some(boot) = request.boot
            && self.envoys[request.proxy].boot == boot
        {
            self.envoys[request.proxy].settle(&request.reserved, request.amount, 0);
        }
        if exhausted {
            self.figures.refused += 1;
            let wrong =
                self.note_refusal(request.proxy, request.tenant, request.user, request.amount);
            self.figures.refused_wrongly += u64::from(wrong);
        } else {
            self.figures.failed += 1;
        }
    }

    pub fn usage(&mut self, id: u64, actual: Option<u64>) {
        let Some(request) = self.requests.remove(&id) else { return };
        if request.boot == Some(self.envoys[request.proxy].boot) {
            let actual = actual.unwrap_or(request.amount);
            self.envoys[request.proxy].settle(&request.reserved, request.amount, actual);
        }
    }

    // The sidecar

    pub fn wake(&mut self, proxy: usize) {
        let sidecar = &mut self.sidecars[proxy];
        if sidecar.up && !std::mem::replace(&mut sidecar.ticking, true) {
            let life = sidecar.life;
            self.after(self.options.tick_ms, Event::SidecarTick { proxy, life });
        }
    }

    pub fn sidecar_tick(&mut self, proxy: usize, life: u64) {
        if self.sidecars[proxy].life != life {
            return;
        }
        let now = self.sidecar_clock(proxy);
        let sidecar = &mut self.sidecars[proxy];
        sidecar.holder.tick(now);
        let due = sidecar.holder.due(now);
        let busy = !sidecar.intents.is_empty() || !sidecar.waiting.is_empty();
        for tenant in &due {
            self.send_report(proxy, tenant);
        }
        let sidecar = &mut self.sidecars[proxy];
        if sidecar.holder.accounts().next().is_none() {
            sidecar.ticking = false;
            return;
        }
        let pause = if busy || !due.is_empty() { 1 } else { 10 };
        self.after(self.options.tick_ms * pause, Event::SidecarTick { proxy, life });
    }

    /// A filter's callout has come.
    pub fn callout(&mut self, proxy: usize, boot: u64, asks: Vec<Callout>, returns: &Returns) {
        if !self.sidecars[proxy].up {
            return;
        }
        self.wake(proxy);
        let now = self.sidecar_clock(proxy);
        for (id, epoch, returned) in returns {
            self.sidecars[proxy].holder.give_back(now, boot, *id, *epoch, *returned);
        }
        for ask in asks {
            self.lend(proxy, ask, 0, false);
        }
    }

    fn lend(&mut self, proxy: usize, ask: Callout, tries: u32, rest: bool) {
        let now = self.sidecar_clock(proxy);
        let accounts = self.accounts(now, ask.tenant, ask.user, 0);
        let mut refs = accounts.clone();
        let parts = of(accounts, ask.demand);
        let holder = &mut self.sidecars[proxy].holder;
        let lent = holder.lend(now, ask.boot, &parts);
        match if rest { holder.lend_rest(now, ask.boot, &parts).map_or(lent, Ok) } else { lent } {
            Ok(mut lent) => {
                let soon = |at: &AccountRef| at.ends_at.0 < now.0 + 3 * self.options.terms.lease_ms;
                let coming: Vec<bool> = refs.iter().map(soon).collect();
                if coming.contains(&true) {
                    let next = self.accounts(now, ask.tenant, ask.user, 1);
                    let next = next.into_iter().zip(coming).filter(|(_, soon)| *soon);
                    let next: Vec<AccountRef> = next.map(|(at, _)| at).collect();
                    refs.extend(next.clone());
                    let holder = &mut self.sidecars[proxy].holder;
                    lent.extend(holder.lend(now, ask.boot, &of(next, 0)).unwrap());
                }
                self.answer(proxy, &ask, Some(refs.into_iter().zip(lent).collect()), false);
            }
            Err(_) if rest => self.answer(proxy, &ask, None, true),
            Err(short) => self.wait(proxy, Wish::Lend(ask), short.missing, tries),
        }
    }

    fn answer(&mut self, proxy: usize, ask: &Callout, leases: Option<Leases>, exhausted: bool) {
        if let Some(delay) = self.transit() {
            let ask = ask.clone();
            self.after(delay, Event::ToFilter { proxy, ask, leases, exhausted });
        }
    }

    pub fn request(&mut self, id: u64) {
        let Some(request) = self.requests.get_mut(&id) else { return };
        let proxy = request.proxy;
        if !self.sidecars[proxy].up {
            self.refuse(id, false);
            return;
        }
        self.wake(proxy);
        let request = &self.requests[&id];
        if request.accounts.is_empty() {
            let (tenant, user) = (request.tenant, request.user);
            let accounts = self.accounts(self.sidecar_clock(proxy), tenant, user, 0);
            self.requests.get_mut(&id).unwrap().accounts = accounts;
        }
        self.admit(proxy, id, 0);
    }

    fn admit(&mut self, proxy: usize, id: u64, tries: u32) {
        let now = self.sidecar_clock(proxy);
        let Some(request) = self.requests.get_mut(&id) else { return };
        let (amount, boot, duration) = (request.amount, request.boot, request.duration);
        let parts = of(request.accounts.clone(), amount);
        let sidecar = &mut self.sidecars[proxy];
        if let Err(short) = sidecar.holder.admit(now, id, &parts, boot) {
            request.waited = true;
            return self.wait(proxy, Wish::Admit(id), short.missing, tries);
        }
        request.held = amount;
        let extends = request.wants > amount;
        self.figures.admitted += 1;
        let steady = request.steady && boot.is_some();
        self.figures.filtered += u64::from(boot.is_some());
        self.figures.called_out += u64::from(request.called);
        self.figures.steady += u64::from(steady);
        self.figures.steady_called_out += u64::from(steady && request.called);
        self.figures.waited_for_ledger += u64::from(request.waited);
        sidecar.intents.insert(id);
        let life = sidecar.life;
        self.hold(&parts);
        if extends {
            self.after(duration / 2, Event::Stream { life, request: id });
        }
        self.after(duration, Event::Done { life, request: id, cut: false });
    }

    fn hold(&mut self, parts: &[Part]) {
        for part in parts {
            self.truth.get_mut(&part.account.account).unwrap().reserved += part.amount;
            self.check(&part.account.account);
        }
    }

    /// The stream takes more than was reserved for it.
    pub fn stream(&mut self, life: u64, id: u64) {
        if let Some(request) = self.requests.get(&id)
            && self.sidecars[request.proxy].life == life
        {
            self.extend(request.proxy, id, 0);
        }
    }

    fn extend(&mut self, proxy: usize, id: u64, tries: u32) {
        let now = self.sidecar_clock(proxy);
        let Some(request) = self.requests.get_mut(&id).filter(|request| request.held > 0) else {
            return;
        };
        let more = request.wants.saturating_sub(request.held);
        let parts = of(request.accounts.clone(), more);
        match self.sidecars[proxy].holder.extend(now, id, &parts) {
            Ok(()) => {
                request.held += more;
                self.hold(&parts);
            }
            Err(short) => self.wait(proxy, Wish::Extend(id), short.missing, tries),
        }
    }

    pub fn done(&mut self, life: u64, id: u64, cut: bool) {
        let Some(request) = self.requests.get_mut(&id).filter(|request| request.held > 0) else {
            return;
        };
        let proxy = request.proxy;
        if self.sidecars[proxy].life != life {
            return;
        }
        let held = request.held;
        let stopped = request.wants > held;
        let mut actual = request.wants.min(held);
        if cut {
            actual = actual * self.chance.between(0, 100) / 100;
        } else {
            actual += request.above;
        }
        request.held = 0;
        let accounts = request.accounts.clone();
        let now = self.sidecar_clock(proxy);
        let amounts: Vec<(u64, u64)> = accounts.iter().map(|at| (at.id, actual)).collect();
        let charges = self.sidecars[proxy].holder.settle(now, id, &amounts);
        assert!(charges.is_some_and(|charges| charges.len() == accounts.len()), "settled once");
        if self.is_repeated() {
            assert_eq!(self.sidecars[proxy].holder.settle(now, id, &amounts), None, "a repeat");
        }
        self.sidecars[proxy].intents.remove(&id);
        self.figures.settled += 1;
        self.figures.cut_short += u64::from(stopped && !cut);
        for at in &accounts {
            self.sidecars[proxy].write(at, actual);
            let truth = self.truth.get_mut(&at.account).unwrap();
            truth.reserved -= held;
            truth.spent += actual;
            truth.above += actual.saturating_sub(held);
            self.check(&at.account);
        }
        let frame = self.transit().map(|_| actual);
        self.after(1, Event::Usage { request: id, actual: frame });
    }

    // The ledger

    fn wait(&mut self, proxy: usize, what: Wish, missing: Vec<Part>, tries: u32) {
        let waiting = Waiting { what, missing, tries };
        if tries >= TRIES {
            return self.turn_away(proxy, waiting, true);
        }
        let tenant = waiting.missing[0].account.tenant.clone();
        self.sidecars[proxy].waiting.entry(tenant.clone()).or_default().push(waiting);
        self.send_report(proxy, &tenant);
    }

    fn send_report(&mut self, proxy: usize, tenant: &str) {
        let now = self.sidecar_clock(proxy);
        let sidecar = &mut self.sidecars[proxy];
        if sidecar.under_way.contains_key(tenant) {
            return;
        }
        let waiting = sidecar.waiting.remove(tenant).unwrap_or_default();
        let wants: Vec<Vec<Part>> = waiting.iter().map(|one| one.missing.clone()).collect();
        let report = sidecar.holder.report(now, tenant, &wants);
        let (life, sequence) = (sidecar.life, report.sync.sequence);
        sidecar.under_way.insert(tenant.to_owned(), UnderWay { sequence, waiting });
        self.after(300, Event::GiveUp { proxy, life, tenant: tenant.to_owned(), sequence });
        for _ in 0..1 + u64::from(self.is_repeated()) {
            if let Some(delay) = self.transit() {
                let report = Box::new(report.clone());
                self.after(delay, Event::ToLedger { proxy, life, report });
            }
        }
    }

    pub fn reach_ledger(&mut self, proxy: usize, life: u64, report: &Report) {
        if !self.reaches_ledger(proxy) {
            return;
        }
        let now = self.ledger_clock().0;
        let outcome = self.store.sync(now, &report.tenant, &report.sync);
        for _ in 0..1 + u64::from(self.is_repeated()) {
            if let Some(delay) = self.transit() {
                let answer = Box::new((report.clone(), outcome.clone()));
                self.after(delay, Event::FromLedger { proxy, life, answer });
            }
        }
    }

    pub fn hear_ledger(&mut self, proxy: usize, life: u64, report: &Report, outcome: &Outcome) {
        if self.sidecars[proxy].life != life {
            return;
        }
        let now = self.sidecar_clock(proxy);
        let sidecar = &mut self.sidecars[proxy];
        let answers = sidecar.holder.synced(now, report, outcome);
        let newest = |one: &UnderWay| one.sequence == report.sync.sequence;
        if !sidecar.under_way.get(&report.tenant).is_some_and(newest) {
            return;
        }
        sidecar.failures.remove(&report.tenant);
        let waiting = sidecar.under_way.remove(&report.tenant).unwrap().waiting;
        for (one, answer) in waiting.into_iter().zip(answers) {
            match answer {
                Answer::Granted | Answer::Again => self.again(proxy, one),
                Answer::Refused { .. } => self.turn_away(proxy, one, true),
            }
        }
    }

    pub fn give_up(&mut self, proxy: usize, life: u64, tenant: &str, sequence: u64) {
        let sidecar = &mut self.sidecars[proxy];
        let lost = sidecar.under_way.get(tenant).is_some_and(|one| one.sequence == sequence);
        if sidecar.life != life || !lost {
            return;
        }
        let waiting = sidecar.under_way.remove(tenant).unwrap().waiting;
        let failures = sidecar.failures.entry(tenant.to_owned()).or_default();
        *failures += 1;
        let alone = *failures >= 3;
        for one in waiting {
            if !alone || self.emergency(proxy, &one.missing) {
                self.again(proxy, one);
            } else {
                self.turn_away(proxy, one, false);
            }
        }
    }

    fn emergency(&mut self, proxy: usize, missing: &[Part]) -> bool {
        let now = self.sidecar_clock(proxy);
        let mut met = true;
        for part in missing {
            let bound = part.account.capacity * self.options.emergency_percent / 100;
            let holder = &mut self.sidecars[proxy].holder;
            let session = holder.session().to_owned();
            if holder.emergency(now, &part.account, part.amount, bound) {
                self.figures.emergencies += 1;
                let account = part.account.account.clone();
                let truth = self.truth.get_mut(&account).unwrap();
                truth.emergencies += u64::from(self.credits.insert((account, session)));
            } else {
                met = false;
            }
        }
        met
    }

    fn again(&mut self, proxy: usize, one: Waiting) {
        let tries = one.tries + 1;
        match one.what {
            Wish::Admit(id) => self.admit(proxy, id, tries),
            Wish::Extend(id) => self.extend(proxy, id, tries),
            Wish::Lend(ask) => self.lend(proxy, ask, tries, false),
        }
    }

    fn turn_away(&mut self, proxy: usize, one: Waiting, exhausted: bool) {
        match one.what {
            Wish::Admit(id) => self.refuse(id, exhausted),
            // The stream is ended at what it has.
            Wish::Extend(_) => {}
            Wish::Lend(ask) if exhausted => self.lend(proxy, ask, 0, true),
            Wish::Lend(ask) => self.answer(proxy, &ask, None, false),
        }
    }
}

fn of(accounts: Vec<AccountRef>, amount: u64) -> Vec<Part> {
    accounts.into_iter().map(|account| Part { account, amount }).collect()
}
