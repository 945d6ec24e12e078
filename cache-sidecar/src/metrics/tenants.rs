//! What each tenant, its users and its models took, by names that requests choose: each set of them is bounded.

use std::borrow::Cow;
use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::room::{Labels, NONE, Room};
use crate::accounting::record::Event;

/// Most tenants with series of their own.
const MAX_TENANTS: usize = 500;
/// Most pairs of a tenant with a model, a user, a type of what was redacted, a budget: of each.
const MAX_PAIRS: usize = 1000;

/// More types than the filter knows, with all the custom rules that it takes.
const MAX_TYPES: usize = 100;

type Counters = Family<Labels, Counter>;

/// What each tenant took.
pub struct Tenants {
    exchanges: Counters,
    tokens: Counters,
    cost_micros: Counters,
    user_cost_micros: Counters,
    redactions: Counters,
    refusals: Counters,
    degraded: Counters,
    budget_left: Family<Labels, Gauge<f64, AtomicU64>>,
    tenants: Room<1>,
    models: Room<2>,
    users: Room<2>,
    types: Room<2>,
    budgets: Room<2>,
}

impl Tenants {
    /// Adds its series to `registry`.
    pub fn register(registry: &mut Registry) -> Self {
        let mut counters = |name: &str, help: &str| {
            let family = Counters::default();
            registry.register(name, help, family.clone());
            family
        };
        let exchanges = counters(
            "tenant_exchanges",
            "Settled exchanges by tenant, outcome and where the answer came from",
        );
        let tokens = counters("tenant_tokens", "Tokens charged, by tenant, model and type");
        let cost_micros = counters(
            "tenant_cost_microdollars",
            "Millionths of a US dollar by tenant and model: charged, and saved",
        );
        let user_cost_micros = counters(
            "user_cost_microdollars",
            "Millionths of a US dollar by tenant and user: charged, and saved",
        );
        let redactions =
            counters("tenant_redactions", "What was redacted in prompts, by tenant and type");
        let refusals = counters(
            "tenant_quota_refusals",
            "Requests that a budget refused here, by tenant and reason",
        );
        let degraded = counters(
            "tenant_quota_degraded",
            "Requests admitted without the ledger, by tenant and state",
        );
        let budget_left = Family::default();
        registry.register(
            "tenant_budget_left_ratio",
            "What is left of a budget when a request was last held to it, as this process knows it: 0 to 1",
            Family::clone(&budget_left),
        );
        Self {
            exchanges,
            tokens,
            cost_micros,
            user_cost_micros,
            redactions,
            refusals,
            degraded,
            budget_left,
            tenants: Room::new(MAX_TENANTS),
            models: Room::new(MAX_PAIRS),
            users: Room::new(MAX_PAIRS),
            types: Room::new(MAX_PAIRS),
            budgets: Room::new(MAX_PAIRS),
        }
    }

    /// An exchange is over.
    pub fn settled(&self, event: &Event) {
        let usage = &event.usage;
        let [tenant] = self.tenants.labels([&event.tenant]);
        self.exchanges
            .get_or_create(&vec![
                ("tenant", tenant.into()),
                ("outcome", event.outcome.name().into()),
                ("cache", event.cache.clone().into()),
            ])
            .inc();
        for (entity, count) in event.redactions.iter().take(MAX_TYPES) {
            let [tenant, entity] = self.types.labels([&event.tenant, entity]);
            self.redactions
                .get_or_create(&vec![("tenant", tenant.into()), ("type", entity.into())])
                .inc_by(*count);
        }
        // A name that nothing answered to is the client's text.
        let model = if event.upstream_ttft_ms.is_some() { event.model.as_str() } else { NONE };
        let [tenant, model] = self.models.labels([&event.tenant, model]);
        let of_model = |name, value: &'static str| -> Labels {
            vec![
                ("tenant", tenant.clone().into()),
                ("model", model.clone().into()),
                (name, Cow::Borrowed(value)),
            ]
        };
        let (kind, micros) = if usage.is_charged() {
            for (kind, count) in [
                ("input", usage.input_tokens),
                ("cached_input", usage.cached_input_tokens),
                ("output", usage.output_tokens),
                ("reasoning", usage.reasoning_tokens),
            ] {
                if count > 0 {
                    self.tokens.get_or_create(&of_model("type", kind)).inc_by(count);
                }
            }
            ("charged", usage.cost_micros)
        } else {
            ("saved", event.saved_micros)
        };
        if micros > 0 {
            self.cost_micros.get_or_create(&of_model("kind", kind)).inc_by(micros);
            let [tenant, user] = self.users.labels([&event.tenant, &event.user]);
            self.user_cost_micros
                .get_or_create(&vec![
                    ("tenant", tenant.into()),
                    ("user", user.into()),
                    ("kind", kind.into()),
                ])
                .inc_by(micros);
        }
    }

    /// A budget refused a request here.
    pub fn refused(&self, tenant: &str, reason: &'static str) {
        let [tenant] = self.tenants.labels([tenant]);
        let labels = vec![("tenant", tenant.into()), ("reason", reason.into())];
        self.refusals.get_or_create(&labels).inc();
    }

    /// A request was admitted without the ledger.
    pub fn degraded(&self, tenant: &str, state: &'static str) {
        let [tenant] = self.tenants.labels([tenant]);
        let labels = vec![("tenant", tenant.into()), ("state", state.into())];
        self.degraded.get_or_create(&labels).inc();
    }

    /// A request was held to a budget, of which so much is left.
    pub fn budget(&self, tenant: &str, budget: &str, left: u64, limit: u64) {
        let [tenant, budget] = self.budgets.labels([tenant, budget]);
        let labels = vec![("tenant", tenant.into()), ("budget", budget.into())];
        let ratio = if limit == 0 { 0.0 } else { left as f64 / limit as f64 };
        self.budget_left.get_or_create(&labels).set(ratio.min(1.0));
    }
}
