"""What the overlays become."""

import subprocess
from functools import cache
from pathlib import Path

import yaml

KUBERNETES = Path(__file__).resolve().parent.parent
REPOSITORY = KUBERNETES.parents[1]
TOOLS = REPOSITORY / ".tools"

# What there is to deploy: an overlay, and what is put on top of it. dev and prod have their sites in them.
DEPLOYMENTS = {
    "prod": ("prod", []),
    "dev": ("dev", []),
    "gke-gateway": ("gke-gateway", ["sites/prod"]),
    "gke-gateway with the plugin": ("gke-gateway", ["sites/prod", "components/load-balancer-plugin", "components/issuers"]),
    "blue-green": ("blue-green", ["sites/prod"]),
    "istio": ("istio", ["sites/prod", "components/issuers"]),
    "istio-held": ("istio-held", ["sites/prod"]),
}
PLAIN = [name for name in DEPLOYMENTS if not name.startswith("istio")]


@cache
def text_of(name):
    overlay, components = DEPLOYMENTS[name]
    folder = KUBERNETES / "overlays" / overlay
    if components:
        # As a user's own kustomization would be, somewhere beside the base.
        folder = TOOLS / "kubernetes" / "deployments" / name.replace(" ", "-")
        folder.mkdir(parents=True, exist_ok=True)
        up = "../../../../infrastructure/kubernetes"
        own = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": [f"{up}/overlays/{overlay}"], "components": [f"{up}/{one}" for one in components]}
        (folder / "kustomization.yaml").write_text(yaml.safe_dump(own))
    done = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True)
    assert done.returncode == 0, f"{name}: {done.stderr}"
    return done.stdout


def manifests(name, *kinds):
    found = [one for one in yaml.safe_load_all(text_of(name)) if one]
    return [one for one in found if not kinds or one["kind"] in kinds]


def containers(workload):
    spec = workload["spec"]["template"]["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]
