"""The real parts as processes: sidecar, Vertex emulator, Google's Pub/Sub emulator, a BigQuery emulator."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from http_json import Refused, request

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BINARIES = ROOT / "target/debug"
DEADLINE = 40.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def eventually(what: str, found: Callable[[], bool], deadline: float = DEADLINE) -> None:
    """Returns when it is so; fails instead of hanging."""
    end = time.monotonic() + deadline
    while not found():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        request("GET", url, timeout=2)
    except Refused:
        return True
    except OSError:
        return False
    return True


class Process:
    """A child with a log; it ends with its owner."""

    def __init__(self, log: Path, arguments: list[str], environment: dict[str, str] | None = None) -> None:
        self.log = log
        with log.open("ab") as output:
            self.child = subprocess.Popen(arguments, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=environment, cwd=log.parent)

    def ready(self, what: str, found: Callable[[], bool]) -> None:
        def alive() -> bool:
            assert self.child.poll() is None, f"{what} ended:\n{self.log.read_text()[-3000:]}"
            return found()

        eventually(what, alive)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.child.poll() is None:
            self.child.send_signal(how)
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


def missing() -> list[str]:
    """What isn't there, and how to get it."""
    found = []
    if not shutil.which("java"):
        found.append("java is missing: install a JRE of version 11 or newer, such as Debian's default-jre-headless")
    if not shutil.which("gcloud"):
        found.append("gcloud is missing: https://cloud.google.com/sdk/docs/install")
    elif not jar():
        found.append("the Pub/Sub emulator is missing: gcloud components install pubsub-emulator, or Debian's google-cloud-cli-pubsub-emulator")
    for name in ("cache-sidecar", "vertex-emulator"):
        if not (BINARIES / name).exists():
            found.append(f"{BINARIES / name} is missing: make native")
    return found


def jar() -> Path | None:
    root = subprocess.run(["gcloud", "info", "--format=value(installation.sdk_root)"], capture_output=True, text=True, check=True).stdout.strip()
    jars = sorted(Path(root).glob("platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"))
    return jars[-1] if jars else None


@contextlib.contextmanager
def pubsub(folder: Path) -> Iterator[str]:
    """Host and port. Java itself, not gcloud's wrapper, whose child would outlive it."""
    port, path = free_port(), jar()
    process = Process(folder / "pubsub.log", ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-jar", str(path), "--host=127.0.0.1", f"--port={port}"])
    try:
        process.ready("Pub/Sub", lambda: answers(f"http://127.0.0.1:{port}/"))
        yield f"127.0.0.1:{port}"
    finally:
        process.stop()


@contextlib.contextmanager
def bigquery(folder: Path) -> Iterator[str]:
    port = free_port()
    arguments = [sys.executable, str(HERE / "bigquery.py"), "start", "--rest-port", str(port), "--grpc-port", str(free_port())]
    process = Process(folder / "bigquery.log", arguments)
    try:
        process.ready("BigQuery", lambda: answers(f"http://127.0.0.1:{port}/bigquery/v2/projects/demo/datasets"))
        yield f"http://127.0.0.1:{port}/bigquery/v2/projects/demo"
    finally:
        process.stop(signal.SIGKILL)


@contextlib.contextmanager
def vertex(folder: Path) -> Iterator[str]:
    port = free_port()
    process = Process(folder / "vertex.log", [str(BINARIES / "vertex-emulator")], {**os.environ, "VERTEX_PORT": str(port)})
    try:
        process.ready("Vertex", lambda: answers(f"http://127.0.0.1:{port}/emulator/requests"))
        yield f"127.0.0.1:{port}"
    finally:
        process.stop(signal.SIGINT)
