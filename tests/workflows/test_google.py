"""What goes to Google as it is: Cloud Build's configurations against the discovery document, commands of gcloud against gcloud."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from discovery import complaints

Json = dict[str, Any]
CONFIGS = {path.name: yaml.safe_load(path.read_text()) for path in (ROOT / "envoy").glob("cloudbuild*.yaml")}


@pytest.mark.parametrize("name", CONFIGS)
def test_cloud_build_understands_it(name: str) -> None:
    config = CONFIGS[name]
    assert not complaints("cloudbuild.v1", "Build", config)
    assert complaints("cloudbuild.v1", "Build", {**config, "step": []}), "a wrong field is noticed"
    assert complaints("cloudbuild.v1", "Build", {**config, "options": {"logging": "CLOUD"}}), "a wrong value is noticed"


@pytest.mark.parametrize("name", CONFIGS)
def test_substitutions_match(name: str) -> None:
    """MUST_MATCH: one that is not declared, or not used, fails a build after minutes."""
    config = CONFIGS[name]
    used = set(re.findall(r"\$\{?(_[A-Z_]+)", json.dumps({key: value for key, value in config.items() if key != "substitutions"})))
    assert used == set(config["substitutions"])
    script = (ROOT / ".github/scripts/build-images.sh").read_text()
    (given,) = re.findall(rf'submit envoy/{re.escape(name)} "([^"]*)"', script)
    assert set(re.findall(r"(?:^|,)(_[A-Z_]+)=", given)) == used


@pytest.mark.parametrize("name", CONFIGS)
def test_builders_are_pinned_and_wait_for_what_is_there(name: str) -> None:
    ids = {step["id"] for step in CONFIGS[name]["steps"]}
    for step in CONFIGS[name]["steps"]:
        assert re.search(r"@sha256:[0-9a-f]{64}$", step["name"]), step["name"]
        assert set(step.get("waitFor", [])) <= ids | {"-"}


def test_an_image_is_pushed_by_cloud_build_alone() -> None:
    config = CONFIGS["cloudbuild.yaml"]
    tagged = [step["args"][step["args"].index("--tag") + 1] for step in config["steps"] if "--tag" in step["args"]]
    assert sorted(tagged) == sorted(config["images"])
    assert not [step for step in config["steps"] if "push" in step["args"]]
    assert config["options"]["requestedVerifyOption"] == "VERIFIED"


def commands() -> list[str]:
    """Each command of gcloud in scripts and builds, with made-up values in place of variables."""
    paths: list[Path] = [*(ROOT / ".github/scripts").glob("*.sh"), *(ROOT / "infrastructure/scripts").glob("*.sh"), *(ROOT / "envoy").glob("cloudbuild*.yaml")]
    found = set()
    for path in paths:
        text = re.sub(r"\\\n\s*", " ", path.read_text())
        text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
        for command in re.findall(r"\bgcloud (?:artifacts|auth|builds|container|kms|run|storage)[^\n;|>]*", text):
            command = re.sub(r"\$\$?(?:\{[^}]*\}|\w+)", "made-up", command).replace('"', "")
            command = re.sub(r"--format='([^']*)'\)?", r"--format=\1", command)
            command = command.replace("--substitutions=made-up", "--substitutions=_A=b")
            found.add(command.strip() if "(" in command else command.strip().rstrip(")"))
    return sorted(found)


def test_gcloud_knows_each_command() -> None:
    assert shutil.which("gcloud"), "gcloud is missing: install the Google Cloud CLI"
    listed = commands()
    assert len(listed) >= 6
    for command in [*listed, "gcloud kms asymmetric-sign --nope"]:
        shown = subprocess.run(["gcloud", "meta", "lint-gcloud-commands", "--command-string", command], capture_output=True, text=True).stdout
        (result,) = json.loads(shown)
        assert result["success"] is ("--nope" not in command), f"{command}: {result.get('error_message')}"
