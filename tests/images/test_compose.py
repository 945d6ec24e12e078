"""`envoy/compose.yaml` as it stands, brought up by Docker Compose: a request through Envoy, sidecar, emulator and store, and down again.

Two things differ from a user's machine: images are those that were built for the tests, and Valkey, which needs a registry, is
Debian's Redis under Valkey's names.
"""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from conftest import IMAGES, ROOT
from engine import Engine

FILE = ROOT / "envoy" / "compose.yaml"
KEY = "an-example-key-of-acme-alice"
SERVICES = {"callers": "tools", "envoy": "envoy", "sidecar": "sidecar", "vertex": "tools", "valkey": "client-base"}
BODY = {"model": "echo", "messages": [{"role": "user", "content": "mail bob@example.com please"}]}


class Project:
    """The project of compose.yaml, under a name and on a port of its own."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        images = folder / "images.yaml"
        images.write_text(json.dumps({"services": {service: {"image": f"sluice-test/{name}"} for service, name in SERVICES.items()}}))
        self.arguments = ["--project-name", "sluice-test", "-f", str(FILE), "-f", str(images)]

    def compose(self, *arguments: str) -> str:
        return self.engine.compose(*self.arguments, *arguments, ENVOY_IMAGE="sluice-test/envoy-base", GATEWAY_PORT=str(self.port))

    def ask(self, key: str = KEY) -> tuple[int, dict[str, str], str]:
        """As a client on this machine does, by the port that is published."""
        headers = {"content-type": "application/json", "authorization": f"Bearer {key}"}
        request = Request(f"http://127.0.0.1:{self.port}/v1/chat/completions", json.dumps(BODY).encode(), headers)
        try:
            with urlopen(request, timeout=30) as response:
                return response.status, dict(response.headers), response.read().decode()
        except URLError as error:
            status = getattr(error, "code", 0)
            return status, {}, str(error)
        except OSError as error:
            return 0, {}, str(error)

    def container(self, service: str) -> str:
        return self.compose("ps", "--all", "--quiet", service).strip()

    def state(self, service: str) -> dict[str, object]:
        return dict(json.loads(self.engine.run("inspect", "--format", "{{json .State}}", self.container(service))))


@pytest.fixture(scope="module")
def project(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    project = Project(engine, tmp_path_factory.mktemp("compose"))
    try:
        project.compose("up", "--detach", "--no-build", "--pull", "never")
        deadline = time.monotonic() + 120
        while project.ask()[0] != 200:
            assert time.monotonic() < deadline, project.compose("ps", "--all") + project.compose("logs", "--tail", "30")
            time.sleep(0.5)
        yield project
    finally:
        project.compose("down", "--volumes", "--timeout", "5")


def test_it_builds_what_is_tested(engine: Engine, tmp_path: Path) -> None:
    services = json.loads(Project(engine, tmp_path).compose("config", "--format", "json"))["services"]
    built = {service: one["build"] for service, one in services.items() if "build" in one}
    assert {service: (build["dockerfile"], build["target"]) for service, build in built.items()} == {service: IMAGES[name] for service, name in SERVICES.items() if name in IMAGES}
    assert {build["context"] for build in built.values()} == {str(ROOT)}


def test_a_request_through_all(project: Project) -> None:
    status, headers, body = project.ask()
    assert status == 200, body
    assert json.loads(body)["choices"][0]["message"]["content"] == "mail bob@example.com please"
    assert "hit" in headers["cache-status"], "the fixture has asked before"
    envoy = project.container("envoy")
    seen = project.engine.run("run", "--rm", "--network", f"container:{envoy}", "sluice-test/client-base", "curl", "-s", "http://127.0.0.1:8090/emulator/requests")
    assert "[EMAIL_1]" in seen and "bob@example.com" not in seen
    assert int(project.compose("exec", "-T", "valkey", "valkey-cli", "dbsize")) > 0, "cache and budgets are in the store"


@pytest.mark.parametrize("key", ["demo-acme-alice", "an-example-key-of-nobody-0"])
def test_who_is_not_on_the_list_is_refused(project: Project, key: str) -> None:
    assert project.ask(key)[0] == 401


def test_a_new_container_finds_its_volumes(project: Project) -> None:
    project.compose("up", "--detach", "--no-build", "--pull", "never", "--force-recreate", "sidecar")
    deadline = time.monotonic() + 60
    while (found := project.ask())[0] != 200:
        assert time.monotonic() < deadline, project.compose("logs", "--tail", "30", "sidecar")
        time.sleep(0.5)
    assert "hit" in found[1]["cache-status"]


def test_all_end_in_order(project: Project) -> None:
    project.compose("stop")
    states = {service: project.state(service) for service in SERVICES}
    assert {service: (state["Status"], state["ExitCode"]) for service, state in states.items()} == dict.fromkeys(SERVICES, ("exited", 0))
