//! What the sidecar of a stack is started with, and what it must not inherit.

use std::ffi::OsString;
use std::path::Path;

use super::house::House;
use crate::render::Collector;

/// Where spans and metrics go.
pub(super) const OTLP: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// Variables that would lead a sidecar beside the emulator to somewhere else.
pub(super) const NOT_INHERITED: [&str; 12] = [
    "ADMIN_TOKEN",
    "JOURNAL",
    OTLP,
    "REQUEST_COST_HEADER",
    "REDIS_AUTH",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "CLOUDSDK_CONFIG",
    "REDIS_URL",
    "SIDECAR_DATA_ADDR",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
];

/// The shipped budgets and cache policy, and a state folder of its own; where a stack inherits the environment, unless that has others.
pub(super) fn of_the_stack(
    inherit: bool,
    house: &House,
    run_dir: &Path,
) -> Vec<(OsString, Option<OsString>)> {
    let defaults = [
        ("BUDGETS_FILE", house.budgets()),
        ("CACHE_POLICY_FILE", house.cache_policy()),
        ("STATE_DIR", run_dir.join("state")),
    ];
    let is_given = |name: &str| inherit && std::env::var_os(name).is_some();
    let missing = defaults.into_iter().filter(|(name, _)| !is_given(name));
    missing.map(|(name, path)| (name.into(), Some(path.into()))).collect()
}

/// The collector that Envoy is told of: what a test set, else, where the environment is inherited, what that has.
pub(super) fn collector(inherit: bool, env: &[(OsString, Option<OsString>)]) -> Option<Collector> {
    let set = env.iter().rev().find(|(name, _)| name == OTLP);
    let inherited = || std::env::var_os(OTLP).filter(|_| inherit);
    let url = set.map_or_else(inherited, |(_, value)| value.clone())?;
    Collector::at(url.to_str()?)
}
