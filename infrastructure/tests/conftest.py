"""Terraform, the stand-in for the google provider, and what configurations become under them.

Everything runs in a copy under .tools/infra/work: Terraform writes lock files and state beside what it reads, and a lock file
with the stand-in's hash must never be committed.
"""

import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

INFRASTRUCTURE = Path(__file__).resolve().parent.parent
TOOLS = INFRASTRUCTURE.parent / ".tools" / "infra"
WORK = TOOLS / "work" / "infrastructure"
MODULES = sorted(path.name for path in (INFRASTRUCTURE / "modules").iterdir())
ENVIRONMENTS = ["state", "dev", "prod"]


class Failed(AssertionError):
    """A command that ended otherwise than expected; its text is what the command said."""


def run(command, folder, codes=(0,)):
    environment = os.environ | {
        "TF_CLI_CONFIG_FILE": str(TOOLS / "stand-in" / "terraform.rc"),
        "TF_DISABLE_PLUGIN_TLS": "1",  # Between Terraform and a process that it started, over a socket of its own.
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
    }
    done = subprocess.run([str(part) for part in command], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode not in codes:
        raise Failed(f"{' '.join(map(str, command))} in {folder.name}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-6000:]}")
    return done.stdout


def terraform(folder, *arguments, codes=(0,)):
    return run(["terraform", *arguments, "-no-color"], folder, codes)


@cache
def workspace():
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.copytree(INFRASTRUCTURE, WORK, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*", "terraform.tfvars", "__pycache__"))
    return WORK


def example(module):
    """What a module's README tells its reader to write."""
    return "\n".join(re.findall(r"```hcl\n(.*?)```", (INFRASTRUCTURE / "modules" / module / "README.md").read_text(), re.S))


class Applied:
    """A configuration after validate, plan, apply and a plan that found nothing to change."""

    def __init__(self, folder, *variables):
        terraform(folder, "init", "-input=false")
        terraform(folder, "validate")
        terraform(folder, "plan", "-input=false", "-out=first.tfplan", *variables)
        terraform(folder, "apply", "-input=false", "first.tfplan")
        # Exit code 2 would be a change: a configuration that never comes to rest.
        terraform(folder, "plan", "-input=false", "-detailed-exitcode", *variables)
        self.folder = folder
        self.plan_file = folder / "plan.json"
        self.plan_file.write_text(terraform(folder, "show", "-json", "first.tfplan"))
        self.state = json.loads(terraform(folder, "show", "-json"))
        self.resources = list(self.walk(self.state["values"]["root_module"]))

    def walk(self, module):
        for resource in module.get("resources", []):
            if resource["mode"] == "managed":
                yield resource
        for child in module.get("child_modules", []):
            yield from self.walk(child)

    def of(self, *types):
        return [resource["values"] for resource in self.resources if resource["type"] in types]


@cache
def applied_example(module):
    folder = workspace() / "examples" / module
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "example.tf").write_text(example(module))
    return Applied(folder)


@cache
def applied_environment(name):
    folder = workspace() / "environments" / name
    # A bucket can't be had here: the state of the test is a file. Whether the block itself is right, `init -backend=false` says.
    backend = folder / "backend.tf"
    if backend.exists():
        terraform(folder, "init", "-backend=false", "-input=false")
        terraform(folder, "validate")
        backend.unlink()
    return Applied(folder, "-var-file=example.tfvars")


def everything():
    return {name: applied_environment(name) for name in ENVIRONMENTS} | {f"example of {name}": applied_example(name) for name in MODULES}


@pytest.fixture(scope="session")
def work():
    return workspace()
