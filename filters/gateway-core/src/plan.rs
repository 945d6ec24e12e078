//! What requests of one tenant, user and model are held to, with the sidecar's durations made into times.

use chat::contract::lease::{self as wire, Price, Unit};
use quota::{Grant, Timestamp};

/// Whose plan it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) tenant: String,
    pub(crate) user: String,
    pub(crate) model: String,
}

/// Longest name of a model that is asked about, in bytes: the client wrote it, and it is kept.
const MAX_MODEL_BYTES: usize = 128;

/// The most scopes of a plan. More is no answer of our sidecar.
pub(crate) const MAX_SCOPES: usize = 64;

impl Key {
    pub(crate) fn new(tenant: &str, user: &str, model: &str) -> Self {
        let end =
            (0..=MAX_MODEL_BYTES.min(model.len())).rev().find(|at| model.is_char_boundary(*at));
        let model = end.and_then(|end| model.get(..end)).unwrap_or_default();
        Self { tenant: tenant.to_owned(), user: user.to_owned(), model: model.to_owned() }
    }
}

/// The sidecar's plan, as this VM keeps it.
#[derive(Debug)]
pub(crate) struct Plan {
    /// When it was asked for.
    pub(crate) asked_at: Timestamp,
    pub(crate) valid_until: Timestamp,
    /// From when on it is to be asked for again, if it is in use.
    pub(crate) renew_at: Timestamp,
    pub(crate) expected_output_tokens: u64,
    pub(crate) price: Option<Price>,
    pub(crate) emergency: bool,
    pub(crate) scopes: Vec<Scope>,
}

/// A budget that requests are held to.
#[derive(Debug)]
pub(crate) struct Scope {
    /// For people, and fit for a header.
    pub(crate) name: String,
    pub(crate) unit: Unit,
    pub(crate) limit: u64,
    pub(crate) shadow: bool,
    pub(crate) soft_percent: u64,
    /// The windows that it has a lease in.
    pub(crate) windows: Vec<Window>,
}

/// One window of a budget.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// The lease's id.
    pub(crate) lease: u64,
    pub(crate) begins_at: Timestamp,
    pub(crate) ends_at: Timestamp,
}

impl Plan {
    /// The plan that was asked for at `asked_at`, and its leases.
    pub(crate) fn read(plan: wire::Plan, asked_at: Timestamp) -> (Self, Vec<Grant>) {
        let grants = plan.scopes.iter().flat_map(|scope| &scope.leases);
        let grants = grants.map(|lease| grant(lease, asked_at)).collect();
        let scopes = plan.scopes.into_iter().map(|scope| Scope {
            name: plain(&scope.name),
            unit: scope.unit,
            limit: scope.limit,
            shadow: scope.shadow,
            soft_percent: scope.soft_percent,
            windows: scope.leases.iter().map(|lease| window(lease, asked_at)).collect(),
        });
        let plan = Self {
            asked_at,
            valid_until: asked_at.after(plan.valid_ms),
            renew_at: asked_at.after(half(plan.valid_ms)),
            expected_output_tokens: plan.expected_output_tokens,
            price: plan.price,
            emergency: plan.emergency,
            scopes: scopes.collect(),
        };
        (plan, grants)
    }

    /// The first budget that can't count a model without a price.
    pub(crate) fn unpriced(&self) -> Option<&Scope> {
        let mut enforcing = self.scopes.iter().filter(|scope| !scope.shadow);
        enforcing.find(|scope| self.price.is_none() && scope.unit == Unit::MicroDollars)
    }

    /// The scope of that name, as the sidecar wrote it.
    pub(crate) fn scope(&self, name: &str) -> Option<&Scope> {
        let name = plain(name);
        self.scopes.iter().find(|scope| scope.name == name)
    }
}

impl Scope {
    /// The window of now.
    pub(crate) fn window(&self, now: Timestamp) -> Option<&Window> {
        self.windows.iter().find(|window| window.begins_at <= now && now < window.ends_at)
    }

    /// Whether it has a lease in a window behind the one of now.
    pub(crate) fn has_next(&self, now: Timestamp) -> bool {
        self.windows.iter().any(|window| window.begins_at > now)
    }

    /// The lease of now; 0, which none has, where there is none.
    pub(crate) fn lease(&self, now: Timestamp) -> u64 {
        self.window(now).map_or(0, |window| window.lease)
    }
}

fn grant(lease: &wire::Lease, asked_at: Timestamp) -> Grant {
    Grant {
        id: lease.id,
        epoch: lease.epoch,
        granted: lease.granted,
        spent: lease.spent,
        expires_at: asked_at.after(lease.expires_ms),
        renew_at: asked_at.after(half(lease.expires_ms)),
        ends_at: asked_at.after(lease.ends_ms),
        low_water: lease.low_water,
        unleased: lease.unleased,
    }
}

fn window(lease: &wire::Lease, asked_at: Timestamp) -> Window {
    Window {
        lease: lease.id,
        begins_at: asked_at.after(lease.begins_ms),
        ends_at: asked_at.after(lease.ends_ms),
    }
}

fn half(millis: u64) -> u64 {
    millis.checked_div(2).unwrap_or(0)
}

/// Without what a header can't carry.
fn plain(name: &str) -> String {
    let plain = |character: char| character == ' ' || character.is_ascii_graphic();
    name.chars().take(200).map(|character| if plain(character) { character } else { '_' }).collect()
}
