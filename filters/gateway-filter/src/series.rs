//! The filter's series in Envoy's stats.
//!
//! A series costs memory in Envoy for ever, so each VM makes at most [`MAX_SERIES`]; what comes beyond is counted
//! under `other`. Labels stand in the stat's name as `;label=value`, which the config's `stats_tags` take out.

use std::cell::RefCell;
use std::collections::HashMap;

use gateway_core::{Distribution, Measurement};
use proxy_wasm::hostcalls;
use proxy_wasm::types::MetricType;

use crate::host;

/// Most series that one VM makes of its own accord.
const MAX_SERIES: usize = 2000;

/// Identifiers of the series that this VM has used.
#[derive(Default)]
pub(crate) struct Series {
    ids: RefCell<HashMap<String, u32>>,
}

impl Series {
    /// Records what an exchange measured.
    pub(crate) fn record(&self, measurements: &[Measurement]) {
        for measurement in measurements {
            match measurement {
                Measurement::Request { tenant, model, status } => self.add(
                    || {
                        format!(
                            "sluice_requests_total;tenant={tenant};model={model};status={status}"
                        )
                    },
                    || format!("sluice_requests_total;tenant=other;model=other;status={status}"),
                    1,
                ),
                Measurement::Tokens { tenant, model, kind, count } => self.add(
                    || format!("sluice_tokens_total;tenant={tenant};model={model};type={kind}"),
                    || format!("sluice_tokens_total;tenant=other;model=other;type={kind}"),
                    *count,
                ),
                Measurement::Redactions { entity, outcome, count } => self.add_bounded(
                    format!("sluice_redactions_total;type={entity};outcome={outcome}"),
                    *count,
                ),
                Measurement::Cache { result } => {
                    self.add_bounded(format!("sluice_cache_results_total;result={result}"), 1)
                }
                Measurement::QuotaAdmission { path } => {
                    self.add_bounded(format!("sluice_quota_admissions_total;path={path}"), 1);
                }
                Measurement::QuotaRefusal { reason } => {
                    self.add_bounded(format!("sluice_quota_refusals_total;reason={reason}"), 1);
                }
                Measurement::QuotaCallout { outcome } => {
                    self.add_bounded(format!("sluice_quota_callouts_total;outcome={outcome}"), 1);
                }
                Measurement::QuotaShadowRefusal => {
                    self.add_bounded("sluice_quota_shadow_refusals_total".to_owned(), 1);
                }
                Measurement::QuotaDegraded { state } => {
                    self.add_bounded(format!("sluice_quota_degraded_total;state={state}"), 1);
                }
                Measurement::BudgetFault { kind } => {
                    self.add_bounded(format!("sluice_budget_faults_total;type={kind}"), 1);
                }
                Measurement::Duration { distribution, millis } => {
                    self.observe(*distribution, *millis)
                }
            }
        }
    }

    fn add(&self, name: impl Fn() -> String, overflow: impl Fn() -> String, count: u64) {
        let known = self.ids.borrow().len();
        let name = name();
        let name = if known < MAX_SERIES || self.ids.borrow().contains_key(&name) {
            name
        } else {
            overflow()
        };
        self.add_bounded(name, count);
    }

    /// For labels whose values are our own.
    fn add_bounded(&self, name: String, count: u64) {
        // Envoy refuses to add nothing.
        if let (Some(id), Ok(count @ 1..)) =
            (self.id(MetricType::Counter, name), i64::try_from(count))
        {
            report(hostcalls::increment_metric(id, count).is_ok());
        }
    }

    fn observe(&self, distribution: Distribution, millis: u64) {
        let name = match distribution {
            Distribution::TimeToFirstToken => "sluice_time_to_first_token_ms",
            Distribution::RequestDuration => "sluice_request_duration_ms",
        };
        if let Some(id) = self.id(MetricType::Histogram, name.to_owned()) {
            report(hostcalls::record_metric(id, millis).is_ok());
        }
    }

    fn id(&self, kind: MetricType, name: String) -> Option<u32> {
        let mut ids = self.ids.borrow_mut();
        if let Some(id) = ids.get(&name) {
            return Some(*id);
        }
        let id = hostcalls::define_metric(kind, &name).ok()?;
        ids.insert(name, id);
        Some(id)
    }
}

fn report(recorded: bool) {
    if !recorded {
        host::log_error("a metric could not be recorded");
    }
}
