//! The filter's series in Envoy's stats.
//!
//! A series costs memory in Envoy for ever, so each VM makes at most [`MAX_SERIES`] whose labels requests choose; what
//! comes beyond is counted under `other`. Labels stand in the stat's name as `;label=value`, which the config's
//! `stats_tags` take out.

use std::cell::RefCell;

use gateway_core::{Distribution, Measurement, SeriesIds};
use proxy_wasm::hostcalls;
use proxy_wasm::types::MetricType;

use crate::host;

/// Most series with a tenant or a model that one VM makes.
const MAX_SERIES: usize = 2000;

/// Identifiers of the series that this VM has used.
pub(crate) struct Series(RefCell<SeriesIds>);

impl Default for Series {
    fn default() -> Self {
        Self(RefCell::new(SeriesIds::new(MAX_SERIES)))
    }
}

impl Series {
    /// Records what an exchange measured.
    pub(crate) fn record(&self, measurements: &[Measurement]) {
        measurements.iter().for_each(|measurement| self.record_one(measurement));
    }

    fn record_one(&self, measurement: &Measurement) {
        match measurement {
            Measurement::Request { tenant, model, status } => {
                let name = |tenant: &str, model: &str| {
                    format!("sluice_requests_total;tenant={tenant};model={model};status={status}")
                };
                self.count_request(name(tenant, model), || name("other", "other"), 1);
            }
            Measurement::Tokens { tenant, model, kind, count } => {
                let name = |tenant: &str, model: &str| {
                    format!("sluice_tokens_total;tenant={tenant};model={model};type={kind}")
                };
                self.count_request(name(tenant, model), || name("other", "other"), *count);
                let alias = |model: &str| format!("token_count;model={model};type={kind}");
                self.count_request(alias(model), || alias("other"), *count);
            }
            Measurement::Redactions { entity, outcome, count } => {
                let name = format!("sluice_redactions_total;type={entity};outcome={outcome}");
                self.count(name, *count);
            }
            Measurement::Cache { tenant, result } => {
                self.count_tenant("sluice_cache_results_total", tenant, "result", result);
            }
            Measurement::QuotaAdmission { path } => {
                self.count(format!("sluice_quota_admissions_total;path={path}"), 1);
            }
            Measurement::QuotaRefusal { tenant, reason } => {
                self.count_tenant("sluice_quota_refusals_total", tenant, "reason", reason);
            }
            Measurement::QuotaCallout { outcome } => {
                self.count(format!("sluice_quota_callouts_total;outcome={outcome}"), 1);
            }
            Measurement::QuotaShadowRefusal => {
                self.count("sluice_quota_shadow_refusals_total".to_owned(), 1);
            }
            Measurement::QuotaDegraded { tenant, state } => {
                self.count_tenant("sluice_quota_degraded_total", tenant, "state", state);
            }
            Measurement::BudgetFault { kind } => {
                self.count(format!("sluice_budget_faults_total;type={kind}"), 1);
            }
            Measurement::Phase { phase, micros } => {
                let name = format!("sluice_phase_us;phase={phase}");
                observe(self.0.borrow_mut().of_ours(name, define_histogram), *micros);
            }
            Measurement::Duration { distribution, model, millis } => {
                self.observe_duration(*distribution, model, *millis);
            }
        }
    }

    fn observe_duration(&self, distribution: Distribution, model: &str, millis: u64) {
        let mut series = self.0.borrow_mut();
        let name = match distribution {
            Distribution::TimeToFirstToken => "sluice_time_to_first_token_ms",
            Distribution::RequestDuration => "sluice_request_duration_ms",
        };
        observe(series.of_ours(name.to_owned(), define_histogram), millis);
        if distribution == Distribution::RequestDuration {
            let alias = |model: &str| format!("inference_latency_ms;model={model}");
            let id = series.of_request(alias(model), || alias("other"), define_histogram);
            observe(id, millis);
        }
    }

    fn count_tenant(&self, name: &str, tenant: &str, label: &str, value: &str) {
        let name = |tenant: &str| format!("{name};tenant={tenant};{label}={value}");
        self.count_request(name(tenant), || name("other"), 1);
    }

    fn count_request(&self, name: String, overflow: impl FnOnce() -> String, count: u64) {
        add(self.0.borrow_mut().of_request(name, overflow, define_counter), count);
    }

    fn count(&self, name: String, count: u64) {
        add(self.0.borrow_mut().of_ours(name, define_counter), count);
    }
}

fn define_counter(name: &str) -> Option<u32> {
    hostcalls::define_metric(MetricType::Counter, name).ok()
}

fn define_histogram(name: &str) -> Option<u32> {
    hostcalls::define_metric(MetricType::Histogram, name).ok()
}

fn add(id: Option<u32>, count: u64) {
    // Envoy refuses to add nothing.
    if let (Some(id), Ok(count @ 1..)) = (id, i64::try_from(count)) {
        report(hostcalls::increment_metric(id, count).is_ok());
    }
}

fn observe(id: Option<u32>, value: u64) {
    if let Some(id) = id {
        report(hostcalls::record_metric(id, value).is_ok());
    }
}

fn report(recorded: bool) {
    if !recorded {
        host::log_error("a metric could not be recorded");
    }
}
