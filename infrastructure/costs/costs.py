#!/usr/bin/env python3
"""What an environment costs in a month, without the models: resources from its state or plan, quantities from usage.json, prices
from prices.json.

    terraform -chdir=infrastructure/environments/prod show -json | infrastructure/costs/costs.py prod
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
EVENT_KB = 0.6  # A usage event and its attributes.
PROBES = 3 * 60 * 24 * 30.4  # Three regions, once a minute.


class Prices(dict):
    """Prices, and which were asked for since `asked` was emptied."""

    def __init__(self, given):
        super().__init__(given)
        self.asked = set()

    def __getitem__(self, name):
        self.asked.add(name)
        return super().__getitem__(name)


def walk(module):
    for resource in module.get("resources", []):
        if resource["mode"] == "managed":
            yield resource
    for child in module.get("child_modules", []):
        yield from walk(child)


def lines(values, usage, price, hours):
    """(what, quantity, unit, dollars) of each thing that costs."""
    by_type = {}
    for resource in walk(values["root_module"]):
        by_type.setdefault(resource["type"], []).append(resource["values"])
    of = lambda kind: by_type.get(kind, [])  # noqa: E731
    traffic = usage["exchanges"] * usage["kb_per_exchange"] / 1e6  # GB
    events_tib = usage["exchanges"] * EVENT_KB / 1024**3

    for _ in of("google_container_cluster"):
        yield "GKE control plane", 1, "cluster", price["gke_cluster_hour"] * hours
    for pool in of("google_container_node_pool"):
        node, count = pool["node_config"][0], max(usage["nodes"], pool["autoscaling"][0]["total_min_node_count"])
        yield f"nodes, {node['machine_type']}", count, "node", count * price[f"{node['machine_type']}_hour"] * hours
        yield "nodes' disks", count * node["disk_size_gb"], "GB", count * node["disk_size_gb"] * price[f"{node['disk_type']}_gb_month"]
    for service in of("google_cloud_run_v2_service"):
        containers = [one["resources"][0]["limits"] for one in service["template"][0]["containers"]]
        awake = max(usage["run_instance_hours"], service["template"][0]["scaling"][0]["min_instance_count"] * hours)
        rate = sum(int(one["cpu"]) * price["run_vcpu_second"] + int(one["memory"].removesuffix("Gi")) * price["run_gib_second"] for one in containers)
        yield "Cloud Run, instance-based", awake, "instance hour", awake * 3600 * rate
    for cache in of("google_memorystore_instance"):
        count = cache["shard_count"] * (1 + cache["replica_count"])
        yield f"Valkey, {cache['node_type']}", count, "node", count * price[f"valkey_{cache['node_type']}_hour"] * hours
    rules = [one for one in of("google_compute_global_forwarding_rule") if one["load_balancing_scheme"] == "EXTERNAL_MANAGED"]
    if rules:
        more = max(0, len(rules) - 5)
        yield "load balancer", len(rules), "forwarding rule", (price["forwarding_rules_first_five_hour"] + more * price["forwarding_rule_more_hour"]) * hours
        yield "load balancer's data", traffic, "GB", traffic * price["load_balancer_gb"]
        yield "answers to the internet", traffic / 2, "GB", traffic / 2 * price["egress_gb"]
    for policy in of("google_compute_security_policy"):
        yield "Cloud Armor's policy", len(policy["rule"]), "rule", price["armor_policy_month"] + len(policy["rule"]) * price["armor_rule_month"]
        yield "Cloud Armor's requests", usage["exchanges"] / 1e6, "million", usage["exchanges"] / 1e6 * price["armor_million_requests"]
    endpoints = [one for one in of("google_compute_global_forwarding_rule") if one["load_balancing_scheme"] != "EXTERNAL_MANAGED"]
    yield "endpoints of Google's APIs", len(endpoints), "endpoint", len(endpoints) * price["psc_endpoint_hour"] * hours
    for _ in of("google_compute_router_nat"):
        yield "NAT", max(usage["nodes"], 1), "node", max(usage["nodes"], 1) * price["nat_gateway_vm_hour"] * hours
    zones = len(of("google_dns_managed_zone"))
    yield "private DNS zones", zones, "zone", zones * price["dns_zone_month"]
    keys = len(of("google_kms_crypto_key"))
    # A year of quarterly rotations: old versions cost as long as they are there.
    yield "KMS, after a year", keys * 5, "key version", keys * 5 * price["kms_key_version_month"] + usage["kms_10k_operations"] * price["kms_10k_operations"]
    secrets = len(of("google_secret_manager_secret"))
    yield "secrets", secrets * 2, "version", secrets * 2 * price["secret_version_month"]
    yield "images", usage["images_gb"], "GB", usage["images_gb"] * price["artifact_registry_gb_month"] + usage["images_scanned"] * price["image_scan"]
    if of("google_pubsub_subscription"):
        yield "usage events", usage["exchanges"] / 1e6, "million", events_tib * (price["pubsub_tib"] + price["pubsub_bigquery_tib"])
        stored = events_tib * 1024 * 12
        yield "BigQuery, after a year", stored, "GB", stored * price["bigquery_storage_gb_month"] + usage["bigquery_scanned_tib"] * price["bigquery_query_tib"]
    yield "logs", usage["logs_gib"], "GiB", usage["logs_gib"] * price["logging_gib"]
    yield "metrics", usage["metrics_million_samples"], "million samples", usage["metrics_million_samples"] * price["prometheus_million_samples"]
    for _ in of("google_monitoring_uptime_check_config"):
        yield "probes", PROBES / 1e6, "million", PROBES / 1e6 * price["uptime_million_checks"]


def table_of(environment, values):
    table, usage = (json.loads((HERE / name).read_text()) for name in ("prices.json", "usage.json"))
    price, known = Prices(table["prices"]), {name for names in table["read"].values() if isinstance(names, list) for name in names}
    out = [f"| {environment} | quantity | {table['currency']} a month |", "|---|---:|---:|"]
    total = read = 0
    for what, quantity, unit, dollars in lines(values, usage[environment], price, table["hours_per_month"]):
        out.append(f"| {what} | {quantity:,.4g} {unit} | {dollars:,.2f} |")
        total += dollars
        read += dollars if price.asked <= known else 0
        price.asked.clear()
    out.append(f"| **all but models** | | **{total:,.0f}** |")
    out.append(f"| of that, at prices that were read on Google's pages | | {read:,.0f} |")
    return "\n".join(out)


if __name__ == "__main__":
    shown = json.load(sys.stdin)
    print(table_of(sys.argv[1], shown.get("values") or shown["planned_values"]))
