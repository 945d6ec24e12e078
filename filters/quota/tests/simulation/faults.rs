//! What goes wrong.

use crate::world::{Event, Request, World};

/// What goes wrong, and how often beside the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    EnvoyCrash,
    /// It comes back, and carries its journal on.
    SidecarCrash,
    /// It comes back with an empty disk.
    DiskLoss,
    /// The ledger's primary is lost, and what it hadn't passed on.
    Failover,
    /// The ledger comes back empty.
    Emptied,
    /// All sidecars, or one, don't reach the ledger.
    Partition,
    /// Messages are lost, late, overtaken and repeated.
    Storm,
    /// A tenant's budgets get larger or smaller.
    Change,
}

pub const ALL_FAULTS: [Fault; 8] = [
    Fault::EnvoyCrash,
    Fault::SidecarCrash,
    Fault::DiskLoss,
    Fault::Failover,
    Fault::Emptied,
    Fault::Partition,
    Fault::Storm,
    Fault::Change,
];

impl World {
    pub fn fault(&mut self) {
        if self.now >= self.ends_at {
            return;
        }
        let wait = self.chance.wait(self.options.fault_every_ms);
        self.after(wait, Event::Fault);
        self.figures.faults += 1;
        let proxy = self.chance.between(0, self.options.proxies - 1) as usize;
        let ledger_lease = self.options.terms.ledger_lease_ms;
        let kind = self.chance.between(0, self.options.faults.len() as u64 - 1) as usize;
        match self.options.faults[kind] {
            Fault::EnvoyCrash => self.crash_envoy(proxy),
            Fault::SidecarCrash => self.crash_sidecar(proxy, true),
            Fault::DiskLoss => self.crash_sidecar(proxy, false),
            Fault::Failover => self.store.fail_over(self.ledger_clock().0),
            Fault::Emptied => self.store.empty(),
            Fault::Partition => {
                self.cut_until = self.now + self.chance.between(500, ledger_lease * 2);
                self.cut_off = self.chance.permille(500).then_some(proxy);
            }
            Fault::Storm => self.storm_until = self.now + self.chance.between(1_000, 10_000),
            Fault::Change => {
                let tenant = self.chance.between(0, self.options.tenants - 1) as usize;
                self.factors[tenant] = self.chance.between(30, 170);
            }
        }
    }

    fn crash_envoy(&mut self, proxy: usize) {
        if !self.envoys[proxy].up {
            return;
        }
        self.envoys[proxy].up = false;
        let boot = self.envoys[proxy].boot;
        let life = self.sidecars[proxy].life;
        let mut cut: Vec<u64> =
            self.requests.iter().filter(|(_, r)| r.boot == Some(boot)).map(|(id, _)| *id).collect();
        cut.sort_unstable();
        for request in cut {
            if self.requests[&request].held > 0 {
                let delay = self.chance.between(0, 20);
                self.after(delay, Event::Done { life, request, cut: true });
            } else if self.callouts.remove(&request).is_some() {
                self.requests.remove(&request);
                self.figures.failed += 1;
            }
        }
        let down = self.chance.between(100, 5_000);
        self.after(down, Event::StartEnvoy { proxy });
    }

    fn crash_sidecar(&mut self, proxy: usize, journal: bool) {
        if !self.sidecars[proxy].up {
            return;
        }
        self.sidecars[proxy].up = false;
        self.sidecars[proxy].life += 1;
        let intents = std::mem::take(&mut self.sidecars[proxy].intents);
        for id in intents {
            let Some(request) = self.requests.get_mut(&id) else { continue };
            let (held, accounts) = (request.held, request.accounts.clone());
            request.held = 0;
            // With a journal, what was under way is settled by its reservation; without, nobody knows what it took.
            let actual = if journal { held } else { held * self.chance.between(0, 100) / 100 };
            for at in &accounts {
                let truth = self.truth.get_mut(&at.account).unwrap();
                truth.reserved -= held;
                truth.spent += actual;
                truth.frozen += if journal { 0 } else { held };
                self.sidecars[proxy].write(at, actual);
            }
            self.figures.settled += 1;
            self.after(1, Event::Usage { request: id, actual: None });
        }
        // Who waited for the ledger is gone as well.
        let waiting = |(_, r): &(&u64, &Request)| r.proxy == proxy && r.held == 0 && r.waited;
        let mut gone: Vec<u64> = self.requests.iter().filter(waiting).map(|(id, _)| *id).collect();
        gone.sort_unstable();
        for id in gone {
            self.after(1, Event::Usage { request: id, actual: Some(0) });
        }
        if !journal {
            for account in std::mem::take(&mut self.sidecars[proxy].journal).into_keys() {
                self.truth.get_mut(&account).unwrap().tainted = true;
            }
            for at in self.sidecars[proxy].holder.accounts() {
                self.truth.get_mut(&at.account).unwrap().tainted = true;
            }
        }
        let down = self.chance.between(100, self.options.terms.ledger_lease_ms * 2);
        self.after(down, Event::StartSidecar { proxy });
    }

    pub fn start_sidecar(&mut self, proxy: usize) {
        let now = self.sidecar_clock(proxy);
        let lost = self.sidecars[proxy].journal.is_empty();
        let terms = self.options.terms;
        let session = if lost {
            format!("{proxy}.{}", self.sidecars[proxy].life)
        } else {
            self.sidecars[proxy].holder.session().to_owned()
        };
        self.sidecars[proxy].restart(now, session, terms);
        self.wake(proxy);
    }
}
