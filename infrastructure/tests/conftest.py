"""Terraform, the stand-in for the google provider, and what configurations become under them.

Everything runs in a copy under .tools/infra/work: Terraform writes lock files and state beside what it reads, and a lock file
with the stand-in's hash must never be committed.
"""

import hashlib
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
        "STAND_IN_TYPES": types(),
        "TF_CLI_CONFIG_FILE": str(TOOLS / "stand-in" / "terraform.rc"),
        "TF_DISABLE_PLUGIN_TLS": "1",  # Between Terraform and a process that it started, over a socket of its own.
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
    }
    done = subprocess.run([str(part) for part in command], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode not in codes:
        raise Failed(f"{' '.join(map(str, command))} in {folder.name}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-6000:]}")
    return done.stdout


@cache
def types():
    """Types of resources that are named anywhere here."""
    texts = [path.read_text() for pattern in ("*/*/*.tf", "*/*/*.hcl", "*/*/*/*.hcl", "tests/*.py") for path in INFRASTRUCTURE.glob(pattern)]
    return ",".join(sorted(set(re.findall(r"\bgoogle_\w+", "\n".join(texts)))))


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


@cache
def fingerprint(modules):
    """Of these modules, and of what tests them."""
    total = hashlib.sha256()
    tops = [*(f"modules/{module}" for module in modules), "monitoring/generated", "tests/provider", "tests/data", "tests/install.py", "tests/conftest.py", "tests/requirements.txt", "VERSION"]
    for top in tops:
        root = INFRASTRUCTURE / top
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and "__pycache__" not in path.parts and ".terraform" not in path.parts:
                total.update(f"{path.relative_to(INFRASTRUCTURE)}\0".encode() + path.read_bytes())
    return total.hexdigest()


def kept(modules, *parts):
    """Where what was found out about `parts` is kept: the same parts of the same modules needn't be tried again."""
    return TOOLS / "passed" / hashlib.sha256("\0".join([fingerprint(tuple(modules)), *parts]).encode()).hexdigest()


class Applied:
    """A configuration after validate, plan, apply and a plan that found nothing to change. What passed is not done again until
    something that it depends on has changed."""

    def __init__(self, folder, modules, *variables):
        found = kept(modules, folder.name, *(path.read_text() for path in sorted(folder.glob("*.tf*")) if path.suffix in {".tf", ".tfvars"}))
        if not (found / "state.json").exists():
            found.mkdir(parents=True, exist_ok=True)
            self.prove(folder, variables, found)
        self.plan_file = found / "plan.json"
        self.state = json.loads((found / "state.json").read_text())
        self.resources = list(self.walk(self.state["values"]["root_module"]))

    @staticmethod
    def prove(folder, variables, found):
        terraform(folder, "init", "-input=false")
        terraform(folder, "validate")
        terraform(folder, "plan", "-input=false", "-out=first.tfplan", *variables)
        terraform(folder, "apply", "-input=false", "first.tfplan")
        # Exit code 2 would be a change: a configuration that never comes to rest.
        terraform(folder, "plan", "-input=false", "-detailed-exitcode", "-out=second.tfplan", *variables)
        # The second plan says the same as the first, with all that the first couldn't know yet: what keys' ids are, for one.
        (found / "plan.json").write_text(terraform(folder, "show", "-json", "second.tfplan"))
        (found / "state.json").write_text(terraform(folder, "show", "-json"))

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
    return Applied(folder, [module])


@cache
def applied_environment(name):
    folder = workspace() / "environments" / name
    # A bucket can't be had here: the state of the test is a file. Whether the block itself is right, `init -backend=false` says.
    backend = folder / "backend.tf"
    if backend.exists():
        terraform(folder, "init", "-backend=false", "-input=false")
        backend.unlink()
    return Applied(folder, MODULES, "-var-file=example.tfvars")


def everything():
    return {name: applied_environment(name) for name in ENVIRONMENTS} | {f"example of {name}": applied_example(name) for name in MODULES}


@pytest.fixture(scope="session")
def work():
    return workspace()
