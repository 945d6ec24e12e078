//! Which budgets apply to whom, found once for each (tenant, user, model) and remembered, bounded.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chat::contract::lease;
use moka::sync::Cache;

use super::calendar::Calendar;
use super::document::{Budget, Mode, Per, Unit};
use crate::ledger::encode;

/// What is remembered, in bytes of names: the names come from clients.
const MAX_REMEMBERED_BYTES: u64 = 8 << 20;
const DEFAULT_SOFT_PERCENT: u64 = 80;

/// A budget, compiled.
pub(super) struct Rule {
    pub(super) name: Arc<str>,
    pub(super) unit: lease::Unit,
    pub(super) limit: u64,
    pub(super) burst: u64,
    pub(super) shadow: bool,
    pub(super) soft_percent: u64,
    pub(super) calendar: Arc<Calendar>,
    tenant: Who,
    user: Option<Who>,
    model: Option<Who>,
    written_unit: Unit,
    per: Per,
}

/// A budget that applies, and in whose account it is counted.
pub(super) struct Match {
    pub(super) rule: Arc<Rule>,
    /// For people.
    pub(super) name: Arc<str>,
    /// The account's key but for the window's begin.
    pub(super) account: Box<str>,
}

#[derive(Clone, PartialEq, Eq)]
enum Who {
    Each,
    One(String),
}

/// All budgets by whom they are for.
pub(super) struct Matches {
    by_tenant: HashMap<String, Vec<Arc<Rule>>>,
    each_tenant: Vec<Arc<Rule>>,
    remembered: Cache<Arc<str>, Arc<[Match]>>,
}

impl Matches {
    /// Of budgets that were checked; one that wasn't is left out.
    pub(super) fn new(budgets: &[Budget]) -> Self {
        let mut calendars = HashMap::new();
        let (mut by_tenant, mut each_tenant) = (HashMap::<_, Vec<_>>::new(), Vec::new());
        for rule in budgets.iter().filter_map(|budget| rule(budget, &mut calendars)) {
            let rule = Arc::new(rule);
            match &rule.tenant {
                Who::Each => each_tenant.push(rule),
                Who::One(tenant) => by_tenant.entry(tenant.clone()).or_default().push(rule),
            }
        }
        let weigh = |key: &Arc<str>, matches: &Arc<[Match]>| {
            let names = matches.iter().map(|one| one.name.len() + one.account.len() + 100);
            u32::try_from(names.sum::<usize>() + key.len() + 100).unwrap_or(u32::MAX)
        };
        let remembered = Cache::builder().weigher(weigh).max_capacity(MAX_REMEMBERED_BYTES).build();
        Self { by_tenant, each_tenant, remembered }
    }

    pub(super) fn of(&self, tenant: &str, user: &str, model: &str) -> Arc<[Match]> {
        let key = format!("{tenant}\0{user}\0{model}");
        if let Some(matches) = self.remembered.get(key.as_str()) {
            return matches;
        }
        let matches = self.find(tenant, user, model);
        self.remembered.insert(key.into(), Arc::clone(&matches));
        matches
    }

    fn find(&self, tenant: &str, user: &str, model: &str) -> Arc<[Match]> {
        // Ordered by what makes budgets alike, so that all sidecars and all requests take them in one order.
        let mut best = BTreeMap::new();
        let named = self.by_tenant.get(tenant).into_iter().flatten();
        for rule in named.chain(&self.each_tenant) {
            let applies = |who: &Option<Who>, name: &str| match who {
                Some(Who::One(one)) => one == name,
                Some(Who::Each) | None => true,
            };
            if !applies(&rule.user, user) || !applies(&rule.model, model) {
                continue;
            }
            let alike = (rule.user.is_some(), rule.model.is_some(), rule.per, rule.written_unit);
            let slot = best.entry(alike).or_insert(rule);
            if rule.specificity() > slot.specificity() {
                *slot = rule;
            }
        }
        best.into_values().map(|rule| Match::new(rule, tenant, user, model)).collect()
    }
}

impl Rule {
    fn specificity(&self) -> (bool, bool, bool) {
        let is_named = |who: Option<&Who>| matches!(who, Some(Who::One(_)));
        (is_named(Some(&self.tenant)), is_named(self.user.as_ref()), is_named(self.model.as_ref()))
    }
}

impl Match {
    fn new(rule: &Arc<Rule>, tenant: &str, user: &str, model: &str) -> Self {
        let (user, model) = (rule.user.as_ref().map(|_| user), rule.model.as_ref().map(|_| model));
        let mut name = tenant.to_owned();
        for part in user.iter().map(|user| ["/", user]).chain(model.iter().map(|one| [" ", one])) {
            name.push_str(&part.concat());
        }
        let (unit, per) = (rule.written_unit, rule.per.name());
        // `*` for all together: no encoded name looks like it.
        let part = |who: Option<&str>| who.map_or_else(|| "*".to_owned(), encode);
        let account =
            format!("{}:{}:{per}:{}:{}:", rule.name, unit.name(), part(user), part(model));
        Self {
            rule: Arc::clone(rule),
            name: format!("{name} {} per {per}", unit.words()).into(),
            account: account.into(),
        }
    }
}

fn rule(budget: &Budget, calendars: &mut HashMap<(Per, String), Arc<Calendar>>) -> Option<Rule> {
    let who = |name: &String| if name == "*" { Who::Each } else { Who::One(name.clone()) };
    let zone = budget.time_zone.as_deref().unwrap_or("UTC");
    let calendar = match calendars.get(&(budget.window, zone.to_owned())) {
        Some(calendar) => Arc::clone(calendar),
        None => {
            let calendar = Arc::new(Calendar::new(budget.window, zone)?);
            calendars.insert((budget.window, zone.to_owned()), Arc::clone(&calendar));
            calendar
        }
    };
    Some(Rule {
        name: budget.name.as_str().into(),
        unit: budget.unit.on_the_wire(),
        limit: budget.limit.amount(budget.unit)?,
        burst: budget.burst.as_ref().map_or(Some(0), |burst| burst.amount(budget.unit))?,
        shadow: budget.mode == Mode::Shadow,
        soft_percent: budget.soft_percent.unwrap_or(DEFAULT_SOFT_PERCENT),
        calendar,
        tenant: who(&budget.tenant),
        user: budget.user.as_ref().map(who),
        model: budget.model.as_ref().map(who),
        written_unit: budget.unit,
        per: budget.window,
    })
}
