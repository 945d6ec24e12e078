"""Rules that workflows keep, beside what actionlint and zizmor know."""

import re
from typing import Any

import pytest
import yaml
from conftest import ROOT

Json = dict[str, Any]
PATHS = sorted((ROOT / ".github/workflows").glob("*.yaml"))
FILES = {path.name: yaml.safe_load(path.read_text()) for path in PATHS}
JOBS = [(name, job, spec) for name, file in FILES.items() for job, spec in file["jobs"].items()]
EACH_JOB = pytest.mark.parametrize(("name", "job", "spec"), JOBS, ids=[f"{name}:{job}" for name, job, _ in JOBS])


@pytest.mark.parametrize("path", PATHS, ids=[path.name for path in PATHS])
def test_actions_are_pinned_by_commit(path: Any) -> None:
    for line in path.read_text().splitlines():
        if re.match(r"\s*(- )?uses: (?!\./)", line):
            assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_granted_to_a_whole_workflow(name: str) -> None:
    assert FILES[name]["permissions"] == {}
    if "workflow_call" not in FILES[name][True]:
        assert FILES[name]["concurrency"]["group"]


@pytest.mark.parametrize("path", PATHS, ids=[path.name for path in PATHS])
def test_no_secret_is_there_to_be_lost(path: Any) -> None:
    text = path.read_text()
    for word in ("secrets.", "secrets:", "credentials_json", "pull_request_target", "workflow_run"):
        assert word not in text, word


@EACH_JOB
def test_jobs(name: str, job: str, spec: Json) -> None:
    assert set(spec["permissions"]) <= {"contents", "id-token", "pull-requests", "packages", "attestations", "security-events"}
    if "uses" not in spec:
        assert spec["runs-on"].startswith(("ubuntu-2", "${{ matrix.runner }}")) and spec["timeout-minutes"]
    for step in spec.get("steps", []):
        if "checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
        # What others write (a branch's name, an input) reaches a shell as a variable only.
        assert "${{" not in step.get("run", "")


def authenticates(spec: Json) -> bool:
    return any("google-github-actions/auth@" in step.get("uses", "") for step in spec.get("steps", []))


@EACH_JOB
def test_who_gets_googles_token(name: str, job: str, spec: Json) -> None:
    """Either an environment of GitHub's, whose branch rule and reviewers come before the token, or a pull request that isn't a
    fork's: the account that it gets only reads."""
    if not authenticates(spec):
        return
    assert spec["permissions"]["id-token"] == "write"
    if name == "terraform-plan.yaml":
        assert spec["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
        assert "environment" not in spec
    else:
        assert spec["environment"]
        assert "pull_request" not in FILES[name][True]


def environments() -> set[str]:
    found = set()
    for name, _, spec in JOBS:
        if authenticates(spec) and "environment" in spec:
            for value in ("dev", "prod") if name == "apply-environment.yaml" else ("",):
                found.add(spec["environment"].replace("${{ inputs.environment }}", value))
    return found


def subjects(environment: str) -> set[str]:
    text = (ROOT / f"infrastructure/environments/{environment}/identity.tf").read_text()
    return set(re.findall(r':environment:([\w-]+)"', text))


def test_each_environment_is_somebody() -> None:
    """A job's environment is its token's subject: an account must know it, or the job has none; what no job uses should go."""
    known = subjects("dev") | subjects("prod")
    assert environments() <= known
    # Rollouts into the cluster are started by a person as yet.
    assert known - environments() <= {"rollout"}
    assert {"dev", "dev-plan"} <= subjects("dev") and {"prod", "prod-plan", "models"} <= subjects("prod")


def test_who_applies_is_not_who_plans() -> None:
    for environment in ("dev", "prod"):
        text = (ROOT / f"infrastructure/environments/{environment}/identity.tf").read_text()
        (plan,) = [line for line in text.splitlines() if 'profile = "plan"' in line]
        (apply,) = [line for line in text.splitlines() if 'profile = "apply"' in line]
        assert f":environment:{environment}-plan" in plan and f":environment:{environment}\"" not in plan
        assert f":environment:{environment}\"" in apply and "pull_request" not in apply


def test_ci_is_what_ci_run_does() -> None:
    runs = [step["run"] for step in FILES["ci.yaml"]["jobs"]["run"]["steps"] if "run" in step]
    assert runs[-1] == ".ci/run"
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_each_script_is_there() -> None:
    for path in PATHS:
        for script in re.findall(r"(?:^|\s)((?:\.github|infrastructure)/scripts/[\w.-]+)", path.read_text(), re.M):
            if not script.endswith(".json"):
                assert (ROOT / script).is_file(), script


def test_each_make_target_is_there() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M))
    rows = FILES["nightly.yaml"]["jobs"]["make"]["strategy"]["matrix"]["include"]
    assert {row["what"] for row in rows} <= targets
