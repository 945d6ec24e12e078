"""What Google's servers refuse and the schema can't say: patterns of names and arguments that exclude each other.

Only rules that a configuration of ours has met; each is data.
"""

import re

RFC1035 = r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"
# type → argument → pattern
PATTERNS = {
    "google_service_account": {"account_id": r"[a-z](?:[-a-z0-9]{4,28}[a-z0-9])"},
    "google_storage_bucket": {"name": r"[a-z0-9][-_.a-z0-9]{1,61}[a-z0-9]"},
    "google_bigquery_dataset": {"dataset_id": r"[A-Za-z0-9_]{1,1024}"},
    "google_bigquery_table": {"table_id": r"[\w-]{1,1024}"},
    "google_pubsub_topic": {"name": r"(?!goog)[A-Za-z][-\w.~+%]{2,254}"},
    "google_pubsub_subscription": {"name": r"(?!goog)[A-Za-z][-\w.~+%]{2,254}"},
    "google_memorystore_instance": {"instance_id": r"[a-z0-9][-a-z0-9]{2,61}[a-z0-9]"},
    "google_secret_manager_secret": {"secret_id": r"[-\w]{1,255}"},
    "google_artifact_registry_repository": {"repository_id": RFC1035},
    "google_iam_workload_identity_pool": {"workload_identity_pool_id": r"(?!gcp-)[-a-z0-9]{4,32}"},
    "google_iam_workload_identity_pool_provider": {
        "workload_identity_pool_provider_id": r"(?!gcp-)[-a-z0-9]{4,32}",
        "attribute_condition": r"(?s).{1,4096}",
    },
    "google_access_context_manager_service_perimeter": {"name": r"accessPolicies/[^/]+/servicePerimeters/[a-zA-Z]\w{0,49}"},
    "google_access_context_manager_access_level": {"name": r"accessPolicies/[^/]+/accessLevels/[a-zA-Z]\w{0,49}"},
    "google_container_cluster": {"name": r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?"},
    "google_container_node_pool": {"name": r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?"},
    "google_cloud_run_v2_service": {"name": r"[a-z]([-a-z0-9]{0,47}[a-z0-9])?"},
    "google_monitoring_slo": {"slo_id": r"[a-z0-9-]+"},
    "google_monitoring_custom_service": {"service_id": r"[a-z0-9-]+"},
    "google_kms_crypto_key": {"rotation_period": r"\d+(\.\d{1,9})?s"},
} | {
    f"google_compute_{kind}": {"name": RFC1035}
    for kind in (
        "network", "subnetwork", "router", "router_nat", "firewall", "global_address", "address", "global_forwarding_rule",
        "target_https_proxy", "target_http_proxy", "url_map", "backend_service", "security_policy", "health_check",
        "region_network_endpoint_group", "ssl_policy", "network_firewall_policy", "forwarding_rule",
    )
}  # fmt: skip
# type → arguments of which one at most is set
EXCLUSIVE = {
    "google_bigquery_table": [("time_partitioning", "range_partitioning")],
    "google_pubsub_subscription": [("push_config", "bigquery_config", "cloud_storage_config")],
    "google_compute_url_map": [("default_service", "default_url_redirect", "default_route_action")],
    "google_container_cluster": [("enable_autopilot", "remove_default_node_pool"), ("min_master_version", "enable_autopilot")],
    "google_compute_firewall": [("allow", "deny"), ("source_tags", "source_service_accounts"), ("target_tags", "target_service_accounts")],
    "google_compute_target_https_proxy": [("ssl_certificates", "certificate_map")],
}


def broken(type_name, config):
    """Yields (path, message) for each rule that `config` breaks."""
    for name, pattern in PATTERNS.get(type_name, {}).items():
        value = config.get(name)
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            yield (name,), f'"{name}" ("{value}") does not match "{pattern}"'
    for group in EXCLUSIVE.get(type_name, []):
        given = [name for name in group if config.get(name) not in (None, [], False, "")]
        if len(given) > 1:
            yield (given[1],), f'"{given[1]}": conflicts with {given[0]}'
