"""traffic.sh, with a kubectl that keeps one route in a file."""

import json
import os
import subprocess
import sys

import pytest
from conftest import KUBERNETES, manifests

KUBECTL = """#!{python}
import json, re, sys
path = {path!r}
state = json.load(open(path))
words = sys.argv[1:]
assert words[:2] == ["--namespace", "sluice"], words
state["calls"].append(words[2])
if words[2] == "get":
    query = words[words.index("--output") + 1]
    if "annotations" in query:
        print(state["route"].get("metadata", {{}}).get("annotations", {{}}).get("sluice/before", ""), end="")
    else:
        name = re.search(r'@.name=="([^"]+)"', query)[1]
        print(next(one["weight"] for one in state["route"]["spec"]["rules"][0]["backendRefs"] if one["name"] == name), end="")
elif words[2] == "rollout":
    assert words[3] == "status" and re.fullmatch("statefulset/gateway-(blue|green)", words[4]), words
    if words[4] not in state["ready"]:
        sys.exit(1)
elif words[2] == "patch":
    assert words[3:5] == ["httproute", "gateway"] and words[words.index("--type") + 1] == "merge", words
    patch = json.loads(words[words.index("--patch") + 1])
    state["route"]["spec"]["rules"] = patch["spec"]["rules"]
    state["route"].setdefault("metadata", {{}}).setdefault("annotations", {{}}).update(patch["metadata"]["annotations"])
else:
    sys.exit(f"unexpected: {{words}}")
json.dump(state, open(path, "w"))
"""


class Cluster:
    def __init__(self, folder, ready):
        self.folder = folder
        (route,) = [one for one in manifests("blue-green", "HTTPRoute") if one["metadata"]["name"] == "gateway"]
        self.path = folder / "state.json"
        self.path.write_text(json.dumps({"route": {"spec": route["spec"]}, "ready": [f"statefulset/gateway-{slot}" for slot in ready], "calls": []}))
        kubectl = folder / "kubectl"
        kubectl.write_text(KUBECTL.format(python=sys.executable, path=str(self.path)))
        kubectl.chmod(0o755)

    def traffic(self, *words):
        environment = os.environ | {"PATH": f"{self.folder}:{os.environ['PATH']}"}
        return subprocess.run([KUBERNETES / "traffic.sh", *words], env=environment, capture_output=True, text=True)

    def state(self):
        return json.loads(self.path.read_text())


# (commands, one after the other; what is printed in the end)
CASES = [
    ("as it is applied", [[]], "blue 100 green 0"),
    ("canary", [["green", "10"]], "blue 90 green 10"),
    ("all of it", [["green", "10"], ["green"]], "blue 0 green 100"),
    ("back from a canary", [["green", "10"], ["back"]], "blue 100 green 0"),
    ("back from all of it", [["green"], ["back"]], "blue 100 green 0"),
    ("and forth", [["green"], ["back"], ["green"], ["blue"]], "blue 100 green 0"),
    ("none of it", [["green", "0"]], "blue 100 green 0"),
]


@pytest.mark.parametrize(("commands", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_traffic(tmp_path, commands, expected):
    cluster = Cluster(tmp_path, ["blue", "green"])
    for words in commands:
        done = cluster.traffic(*words)
        assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == expected
    backends = cluster.state()["route"]["spec"]["rules"][0]["backendRefs"]
    assert {one["name"] for one in backends} == {"gateway-blue", "gateway-green"}
    assert {one["port"] for one in backends} == {8443} and sum(one["weight"] for one in backends) == 100


def test_no_traffic_to_pods_that_are_not_ready(tmp_path):
    cluster = Cluster(tmp_path, ["blue"])
    assert cluster.traffic("green", "10").returncode != 0
    assert "patch" not in cluster.state()["calls"]


@pytest.mark.parametrize("words", [["purple"], ["green", "110"], ["green", "-1"], ["green", "1", "2"], ["back", "3"], ["back"]], ids=" ".join)
def test_refused(tmp_path, words):
    cluster = Cluster(tmp_path, ["blue", "green"])
    assert cluster.traffic(*words).returncode != 0
    assert "patch" not in cluster.state()["calls"]
