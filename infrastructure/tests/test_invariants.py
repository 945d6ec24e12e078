"""What must hold in every environment and every example, after an apply.

A rule is a row: the type of a resource, a path into it, and what must be there. Each row is tried twice: on all resources of
that type, and on one that has been broken at that path, which it must notice.
"""

import copy
import json
import re
from functools import cache

import pytest
from conftest import INFRASTRUCTURE, TOOLS, applied_environment, everything

ADDRESSES = ["35.191.0.0/16", "130.211.0.0/22"]  # Google's front ends and health checks.


def non_empty(value):
    return bool(value)


def at_least(number):
    return lambda value: isinstance(value, (int, float)) and value >= number


def matches(pattern):
    return lambda value: isinstance(value, str) and re.search(pattern, value) is not None


def absent(value):
    return not value


RULES = [
    # Nodes and pods: no public address, no shared identity, nothing unsigned.
    ("google_container_cluster", "private_cluster_config.0.enable_private_nodes", True),
    ("google_container_cluster", "private_cluster_config.0.enable_private_endpoint", True),
    ("google_container_cluster", "master_authorized_networks_config.0.gcp_public_cidrs_access_enabled", False),
    ("google_container_cluster", "master_auth.0.client_certificate_config.0.issue_client_certificate", False),
    ("google_container_cluster", "anonymous_authentication_config.0.mode", "LIMITED"),
    ("google_container_cluster", "datapath_provider", "ADVANCED_DATAPATH"),
    ("google_container_cluster", "workload_identity_config.0.workload_pool", matches(r"\.svc\.id\.goog$")),
    ("google_container_cluster", "binary_authorization.0.evaluation_mode", "PROJECT_SINGLETON_POLICY_ENFORCE"),
    ("google_container_cluster", "enable_shielded_nodes", True),
    ("google_container_cluster", "enable_legacy_abac", False),
    ("google_container_cluster", "database_encryption.0.state", "ENCRYPTED"),
    ("google_container_cluster", "node_locations", lambda zones: len(zones or []) >= 2),
    ("google_container_cluster", "location", matches(r"^[a-z]+-[a-z]+\d$")),
    ("google_container_node_pool", "network_config.0.enable_private_nodes", True),
    ("google_container_node_pool", "node_config.0.shielded_instance_config.0.enable_secure_boot", True),
    ("google_container_node_pool", "node_config.0.workload_metadata_config.0.mode", "GKE_METADATA"),
    ("google_container_node_pool", "node_config.0.service_account", matches(r"^(?!.*-compute@developer).+@")),
    ("google_container_node_pool", "management.0.auto_upgrade", True),
    ("google_container_node_pool", "autoscaling.0.total_max_node_count", at_least(2)),
    ("google_container_node_pool", "upgrade_settings.0.max_unavailable", 0),
    ("google_binary_authorization_policy", "default_admission_rule.0.evaluation_mode", matches("^(ALWAYS_DENY|REQUIRE_ATTESTATION)$")),
    ("google_binary_authorization_policy", "default_admission_rule.0.enforcement_mode", "ENFORCED_BLOCK_AND_AUDIT_LOG"),
    # Cloud Run: reached by the load balancer alone; works on between requests.
    ("google_cloud_run_v2_service", "ingress", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
    ("google_cloud_run_v2_service", "default_uri_disabled", True),
    ("google_cloud_run_v2_service", "template.0.vpc_access.0.egress", "ALL_TRAFFIC"),
    ("google_cloud_run_v2_service", "template.0.containers.0.resources.0.cpu_idle", False),
    ("google_cloud_run_v2_service", "template.0.containers.1.resources.0.cpu_idle", False),
    ("google_cloud_run_v2_service", "template.0.containers.0.image", matches("@sha256:[0-9a-f]{64}$")),
    ("google_cloud_run_v2_service", "template.0.containers.1.image", matches("@sha256:[0-9a-f]{64}$")),
    ("google_cloud_run_v2_service", "binary_authorization.0.use_default", True),
    # TLS: from the client, to the backends, to Valkey.
    ("google_compute_ssl_policy", "min_tls_version", matches("^TLS_1_[23]$")),
    ("google_compute_ssl_policy", "profile", "RESTRICTED"),
    ("google_compute_target_https_proxy", "ssl_policy", non_empty),
    ("google_compute_target_https_proxy", "certificate_map", non_empty),
    ("google_compute_target_https_proxy", "tls_early_data", "DISABLED"),
    ("google_compute_backend_service", "protocol", "HTTPS"),
    ("google_compute_backend_service", "load_balancing_scheme", "EXTERNAL_MANAGED"),
    ("google_memorystore_instance", "transit_encryption_mode", "SERVER_AUTHENTICATION"),
    ("google_memorystore_instance", "authorization_mode", "IAM_AUTH"),
    ("google_memorystore_instance", "replica_count", at_least(1)),
    ("google_memorystore_instance", "zone_distribution_config.0.mode", "MULTI_ZONE"),
    # The edge.
    ("google_compute_backend_service", "security_policy", non_empty),
    ("google_compute_security_policy", "adaptive_protection_config.0.layer_7_ddos_defense_config.0.enable", True),
    ("google_compute_security_policy", "advanced_options_config.0.log_level", "NORMAL"),
    ("google_network_services_lb_traffic_extension", "extension_chains.0.extensions.0.fail_open", False),
    # The network.
    ("google_compute_network", "auto_create_subnetworks", False),
    ("google_compute_subnetwork", "private_ip_google_access", True),
    ("google_compute_subnetwork", "log_config.0.flow_sampling", at_least(0.1)),
    ("google_compute_router_nat", "log_config.0.enable", True),
    ("google_dns_managed_zone", "visibility", "private"),
    # Keys and buckets.
    ("google_kms_crypto_key", "rotation_period", non_empty),
    ("google_storage_bucket", "public_access_prevention", "enforced"),
    ("google_storage_bucket", "uniform_bucket_level_access", True),
    ("google_storage_bucket", "versioning.0.enabled", True),
    ("google_storage_bucket", "force_destroy", lambda value: not value),
    ("google_secret_manager_secret", "rotation.0.rotation_period", non_empty),
    ("google_secret_manager_secret", "topics.0.name", non_empty),
    # Images and models.
    ("google_artifact_registry_repository", "docker_config.0.immutable_tags", True),
    ("google_artifact_registry_repository", "vulnerability_scanning_config.0.enablement_config", "INHERITED"),
    ("google_vertex_ai_endpoint", "private_service_connect_config.0.enable_private_service_connect", True),
    ("google_vertex_ai_endpoint", "predict_request_response_logging_config", absent),
    # Events.
    ("google_pubsub_topic", "message_retention_duration", non_empty),
    ("google_bigquery_dataset", "delete_contents_on_destroy", lambda value: not value),
]  # fmt: skip

# What holds data: where its own key is named. `None`: a type with such an argument that needs none, and why.
CMEK = {
    "google_artifact_registry_repository": "kms_key_name",
    "google_bigquery_dataset": "default_encryption_configuration.0.kms_key_name",
    "google_bigquery_table": "encryption_configuration.0.kms_key_name",
    "google_cloud_run_v2_service": "template.0.encryption_key",
    "google_container_cluster": "database_encryption.0.key_name",
    "google_container_node_pool": "node_config.0.boot_disk_kms_key",
    "google_memorystore_instance": "kms_key",
    "google_pubsub_topic": "kms_key_name",
    "google_secret_manager_secret": "replication.0.user_managed.0.replicas.0.customer_managed_encryption.0.kms_key_name",
    "google_storage_bucket": "encryption.0.default_kms_key_name",
    "google_vertex_ai_endpoint": "encryption_spec.0.kms_key_name",
}
NO_CMEK = {
    "google_kms_crypto_key": "the key itself",
    "google_kms_crypto_key_iam_member": "a grant on a key",
    "google_compute_router": "its argument is of MD5 keys of BGP sessions, and there are none",
    "google_compute_global_forwarding_rule": "holds nothing",
}

FORBIDDEN_TYPES = {
    "google_service_account_key": "keys leak; identities are federated or attached",
    "google_secret_manager_secret_version": "its value would be in the state",
    "google_apikeys_key": "its value would be in the state",
    "google_project_iam_policy": "takes away what others granted",
    "google_project_iam_binding": "takes away what others granted",
    "google_cloud_run_v2_service_iam_binding": "callers are Envoy's to tell apart",
    "google_compute_instance": "nothing runs on a machine of its own",
    "google_compute_address": "no address but the load balancer's",
    "google_storage_bucket_acl": "buckets have IAM alone",
}
PRIMITIVE = {"roles/owner", "roles/editor", "roles/viewer"}
ANYBODY = {"allUsers", "allAuthenticatedUsers"}
TOO_MUCH = {"roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountKeyAdmin", "roles/resourcemanager.organizationAdmin"}


def at(value, path):
    for step in path.split("."):
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def holds(expected, value):
    return bool(expected(value)) if callable(expected) else value == expected


def resources(*types):
    return [(where, values) for where, applied in everything().items() for values in applied.of(*types)]


@pytest.mark.parametrize(("kind", "path", "expected"), RULES, ids=[f"{row[0].removeprefix('google_')}.{row[1]}" for row in RULES])
def test_rule(kind, path, expected):
    found = resources(kind)
    assert found, f"no {kind} anywhere: the rule says nothing"
    for where, values in found:
        assert holds(expected, at(values, path)), f"{where}: {kind} {values.get('name')}: {path} is {at(values, path)!r}"
    assert not holds(expected, at(broken(found[0][1], path, expected), path)), f"{path}: the rule doesn't notice when it is broken"


def broken(values, path, expected):
    """A copy that is wrong at that path: it holds the first of some values there that the rule doesn't want."""
    result = copy.deepcopy(values)
    *folder, last = path.split(".")
    parent = at(result, ".".join(folder)) if folder else result
    parent[last] = next(value for value in (None, not expected, True, "something else") if not holds(expected, value))
    return result


@pytest.mark.parametrize("kind", CMEK)
def test_own_key(kind):
    found = [(where, values) for where, values in resources(kind) if not values.get("view")]
    assert found, f"no {kind} anywhere"
    for where, values in found:
        assert "cryptoKey" in (at(values, CMEK[kind]) or "") or "crypto_key" in (at(values, CMEK[kind]) or ""), f"{where}: {kind} without a key of ours"


@cache
def key_arguments(kind):
    schema = (TOOLS / "stand-in" / "schema" / "resource" / f"{kind}.json").read_text()
    return sorted(set(re.findall(r'"(kms_key\w*|crypto_key\w*|\w*_kms_key\w*|encryption_key|encryption_spec|database_encryption)": \{', schema)))


def test_no_type_with_a_key_is_forgotten():
    """Whatever takes a CMEK is in one of the two tables: a new type can't slip by."""
    used = {resource["type"] for applied in everything().values() for resource in applied.resources}
    forgotten = {kind: key_arguments(kind) for kind in used - set(CMEK) - set(NO_CMEK) if key_arguments(kind)}
    assert not forgotten


def test_forbidden_types():
    used = {resource["type"] for applied in everything().values() for resource in applied.resources}
    assert not used & set(FORBIDDEN_TYPES)
    text = "\n".join(path.read_text() for path in INFRASTRUCTURE.glob("*/*/*.tf"))
    for kind in FORBIDDEN_TYPES:
        assert f'resource "{kind}"' not in text, FORBIDDEN_TYPES[kind]


def test_no_private_key_or_secret_in_a_file():
    for path in INFRASTRUCTURE.rglob("*"):
        if path.is_file() and path.suffix in {".tf", ".tfvars", ".json", ".md", ".pem", ".hcl"}:
            assert not re.search("BEGIN (EC |RSA |ENCRYPTED )?PRIVATE KEY|AIza[0-9A-Za-z_-]{30}|ya29\\.", path.read_text()), path


def test_grants():
    seen = 0
    for where, applied in everything().items():
        for resource in applied.resources:
            if not resource["type"].endswith("_iam_member"):
                assert not re.search("_iam_(policy|binding)$", resource["type"]), f"{where}: {resource['address']} takes away what others granted"
                continue
            seen += 1
            role, member = resource["values"]["role"], resource["values"]["member"]
            assert role not in PRIMITIVE | TOO_MUCH, f"{where}: {resource['address']} grants {role}"
            assert member not in ANYBODY, f"{where}: {resource['address']} grants to {member}"
            assert re.match(r"(serviceAccount|group|principal):", member), f"{where}: {resource['address']} grants to {member}"
            if role in {"roles/iam.workloadIdentityUser", "roles/iam.serviceAccountUser"}:
                assert resource["type"] == "google_service_account_iam_member", f"{where}: {role} on more than one account"
    assert seen > 50


# What the gateway itself may do on the project, and no more: its other rights are on single resources.
GATEWAY_ON_PROJECT = {
    "roles/cloudtrace.agent", "roles/logging.logWriter", "roles/memorystore.dbConnectionUser", "roles/monitoring.metricWriter",
}  # fmt: skip


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_gateway_has_little(environment):
    granted = applied_environment(environment).of("google_project_iam_member")
    roles = {values["role"] for values in granted if values["member"].startswith("serviceAccount:sluice-gateway@")}
    custom = {role for role in roles if "custom" in role}
    assert roles - custom <= GATEWAY_ON_PROJECT
    assert len(custom) == 1, "the role that calls models"
    for values in applied_environment(environment).of("google_project_iam_custom_role"):
        if values["role_id"] == "sluiceModelCaller":
            assert values["permissions"] == ["aiplatform.endpoints.predict"]


def rules_of(applied):
    return applied.of("google_compute_network_firewall_policy_rule")


@pytest.mark.parametrize("where", ["dev", "prod", "example of network"])
def test_only_the_load_balancer_reaches_envoy(where):
    applied = everything()[where]
    policies = {values["id"] for values in applied.of("google_compute_network_firewall_policy")}
    networks = applied.of("google_compute_network")
    assert len(applied.of("google_compute_network_firewall_policy_association")) == len(networks) == len(policies)
    for values in rules_of(applied):
        match = values["match"][0]
        if values["direction"] != "INGRESS" or values["action"] != "allow":
            continue
        if set(match["src_ip_ranges"]) == set(ADDRESSES):
            assert [(one["ip_protocol"], one["ports"]) for one in match["layer4_configs"]] == [("tcp", ["8443"])]
            assert values["target_service_accounts"], "one kind of machine"
        else:
            assert all(re.match(r"10\.", range_) for range_ in match["src_ip_ranges"]), f"{values['rule_name']} lets {match['src_ip_ranges']} in"
    for direction in ("INGRESS", "EGRESS"):
        last = [values for values in rules_of(applied) if values["direction"] == direction and values["priority"] == 65000]
        assert len(last) == len(networks), f"{direction} isn't denied by default in every network"
        for values in last:
            match = values["match"][0]
            assert values["action"] == "deny"
            assert (match["src_ip_ranges"] or match["dest_ip_ranges"]) == ["0.0.0.0/0"]
            assert values["enable_logging"] is True
    assert not applied.of("google_compute_firewall"), "the policy is all there is"


@pytest.mark.parametrize("where", ["dev", "prod", "example of edge"])
def test_one_way_in(where):
    applied = everything()[where]
    public = [values for values in applied.of("google_compute_global_forwarding_rule") if values["load_balancing_scheme"] == "EXTERNAL_MANAGED"]
    assert sorted(values["port_range"] for values in public) == ["443", "80"]
    assert len(applied.of("google_compute_global_address")) - len([one for one in applied.of("google_compute_global_address") if one["address_type"] == "INTERNAL"]) == 1
    (plain,) = [values for values in public if values["port_range"] == "80"]
    assert "target_http_proxy" in plain["target"]
    (redirect,) = [values for values in applied.of("google_compute_url_map") if values["name"].endswith("redirect")]
    assert redirect["default_url_redirect"][0]["https_redirect"] is True
    assert not redirect["default_service"]


@pytest.mark.parametrize("where", ["prod", "example of edge"])
def test_the_load_balancer_checks_envoys_certificate(where):
    applied = everything()[where]
    (backend,) = applied.of("google_compute_backend_service")
    (tls,) = backend["tls_settings"]
    assert tls["sni"] == tls["subject_alt_names"][0]["dns_name"]
    assert tls["authentication_config"]
    (check,) = applied.of("google_network_security_backend_authentication_config")
    assert check["well_known_roots"] == "NONE", "only the authority that is named"
    (trust,) = applied.of("google_certificate_manager_trust_config")
    assert "BEGIN CERTIFICATE" in trust["trust_stores"][0]["trust_anchors"][0]["pem_certificate"]
    assert backend["timeout_sec"] >= 300, "streams are cut at it"


@pytest.mark.parametrize("where", ["dev", "prod", "example of edge"])
def test_armor(where):
    (policy,) = everything()[where].of("google_compute_security_policy")
    rules = {rule["priority"]: rule for rule in policy["rule"]}
    limits = [rule for rule in rules.values() if rule["action"] == "rate_based_ban"]
    assert {rule["rate_limit_options"][0]["enforce_on_key"] for rule in limits} == {"IP", "HTTP_HEADER"}
    assert all(rule["rate_limit_options"][0]["exceed_action"] == "deny(429)" for rule in limits)
    assert rules[2147483647]["action"] == "deny(403)", "nothing passes by default"
    waf = [rule for rule in rules.values() if "evaluatePreconfiguredWaf" in str(rule["match"])]
    assert len([rule for rule in waf if not rule["preview"]]) >= 4
    if where == "dev":
        assert any("inIpRange(origin.ip, '198.51.100.0/24')" in str(rule["match"]) and rule["action"].startswith("deny") for rule in rules.values())


def test_prod_cannot_be_deleted():
    prod = applied_environment("prod")
    (cluster,), (cache_,) = prod.of("google_container_cluster"), prod.of("google_memorystore_instance")
    (table,) = [values for values in prod.of("google_bigquery_table") if not values["view"]]
    assert cluster["deletion_protection"] is True
    assert cache_["deletion_protection_enabled"] is True
    assert table["deletion_protection"] is True
    for path in ("modules/kms/keys.tf", "modules/state/bucket.tf"):
        assert "prevent_destroy = true" in (INFRASTRUCTURE / path).read_text()


def test_prod_outlives_a_zone():
    prod = applied_environment("prod")
    (cluster,), (cache_,) = prod.of("google_container_cluster"), prod.of("google_memorystore_instance")
    (pool,) = prod.of("google_container_node_pool")
    assert len(cluster["node_locations"]) == len(pool["node_locations"]) == 3
    assert pool["autoscaling"][0]["total_min_node_count"] >= 3, "a node in each zone"
    assert cache_["replica_count"] >= 1


@pytest.mark.parametrize("where", ["dev", "prod", "example of events"])
def test_no_event_is_lost(where):
    applied = everything()[where]
    subscriptions = {values["name"]: values for values in applied.of("google_pubsub_subscription")}
    topics = {values["id"]: values["name"] for values in applied.of("google_pubsub_topic")}
    (policy,) = subscriptions["usage-to-bigquery"]["dead_letter_policy"]
    dead = topics[policy["dead_letter_topic"]]
    assert topics[subscriptions["usage-dead-letters"]["topic"]] == dead, "dead letters have a subscription that keeps them"
    assert all(values["expiration_policy"][0]["ttl"] == "" for values in subscriptions.values())
    agent = "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    publish = [values for values in applied.of("google_pubsub_topic_iam_member") if values["topic"] == dead]
    assert [(values["role"], values["member"]) for values in publish] == [("roles/pubsub.publisher", agent)]
    take = [values for values in applied.of("google_pubsub_subscription_iam_member") if values["subscription"] == "usage-to-bigquery"]
    assert [(values["role"], values["member"]) for values in take] == [("roles/pubsub.subscriber", agent)]
    (table,) = [values for values in applied.of("google_bigquery_table") if not values["view"]]
    assert (table["time_partitioning"][0]["type"], table["time_partitioning"][0]["field"]) == ("DAY", "occurred_at")
    assert table["clustering"] == ["tenant", "user", "model"]
    assert table["require_partition_filter"] is True


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_keys_of_accounts_are_forbidden(environment):
    policies = {values["name"].rsplit("/", 1)[1]: values["spec"][0]["rules"][0] for values in applied_environment(environment).of("google_org_policy_policy")}
    for name in ("iam.disableServiceAccountKeyCreation", "iam.disableServiceAccountKeyUpload", "storage.publicAccessPrevention"):
        assert policies[name]["enforce"] == "TRUE"
    assert policies["compute.vmExternalIpAccess"]["deny_all"] == "TRUE"
    assert "bigquery.googleapis.com" in policies["gcp.restrictNonCmekServices"]["values"][0]["denied_values"]


def test_the_perimeter_is_the_same_when_it_is_enforced():
    """Dry run and enforcement are two blocks of one resource; what was tried must be what is enforced."""
    (enforced,) = everything()["example of perimeter"].of("google_access_context_manager_service_perimeter")
    (tried,) = applied_environment("prod").of("google_access_context_manager_service_perimeter")
    assert enforced["status"] and not enforced["spec"] and not enforced["use_explicit_dry_run_spec"]
    assert tried["spec"] and not tried["status"] and tried["use_explicit_dry_run_spec"]
    blocks = enforced["status"][0], tried["spec"][0]
    assert blocks[0]["restricted_services"] == blocks[1]["restricted_services"]
    assert blocks[0]["vpc_accessible_services"] == blocks[1]["vpc_accessible_services"]
    for block in blocks:
        assert not block["egress_policies"]
        for policy in block["ingress_policies"]:
            assert not policy["ingress_from"][0]["identity_type"], "named identities only"
    text = (INFRASTRUCTURE / "modules/perimeter/perimeter.tf").read_text()
    bodies = re.findall(r'dynamic "(?:status|spec)" \{\n.*?content \{\n(.*?)\n    \}\n  \}', text, re.S)
    assert len(bodies) == 2 and bodies[0] == bodies[1]


@pytest.mark.parametrize("where", ["dev", "example of cloud-run"])
def test_documents_are_where_their_variables_say(where):
    (service,) = everything()[where].of("google_cloud_run_v2_service")
    volumes = {one["name"]: one["secret"][0] for one in service["template"][0]["volumes"]}
    (sidecar,) = [one for one in service["template"][0]["containers"] if one["name"] == "sidecar"]
    mounts = {one["mount_path"]: one["name"] for one in sidecar["volume_mounts"]}
    given = {one["name"]: one["value"] for one in sidecar["env"]}
    for variable, secret in {"BUDGETS_FILE": "budgets", "CACHE_POLICY_FILE": "cache-policy"}.items():
        folder, _, file = given[variable].rpartition("/")
        volume = volumes[mounts[folder]]
        assert volume["secret"] == secret and [one["path"] for one in volume["items"]] == [file]
    assert len(set(mounts.values())) == len(mounts)


def test_nothing_is_sensitive():
    """A state holds no secret, so nobody has to be kept from reading a plan."""
    for where, applied in everything().items():
        for key in ("private_key", "secret_data", "key_string", "auth_string", "client_key"):
            for resource in applied.resources:
                value = resource["values"].get(key)
                assert value is None or value == "" or str(value).startswith("made-up"), f"{where}: {resource['address']}.{key}"
        assert "PRIVATE KEY" not in json.dumps(applied.state)
