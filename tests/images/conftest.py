"""What is built, and the engine that builds it, once for all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine import Engine

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools" / "images"
VENV = ROOT / ".tools" / "workflows" / "venv" / "bin"
# (Dockerfile, target)
IMAGES = {
    "envoy": ("envoy/Dockerfile", "envoy"),
    "sidecar": ("cache-sidecar/Dockerfile", "sidecar"),
    "tools": ("cache-sidecar/Dockerfile", "tools"),
    "plugin": ("envoy/Dockerfile", "plugin"),
}


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(TOOLS / "docker")
    try:
        for base in ("client", "runtime", "envoy"):
            engine.run("import", str(TOOLS / "bases" / f"{base}.tar"), f"sluice-test/{base}-base")
        for name in IMAGES:
            build(engine, name, f"sluice-test/{name}")
        yield engine
    finally:
        engine.stop()


def build(engine: Engine, name: str, tag: str, *more: str) -> None:
    file, target = IMAGES[name]
    bases = {"RUST_IMAGE": "scratch", "RUNTIME_IMAGE": "sluice-test/runtime-base", "ENVOY_IMAGE": "sluice-test/envoy-base", "MODULE": "prebuilt", "BINARIES": "prebuilt"}
    known = (ROOT / file).read_text()
    arguments = [part for key, value in bases.items() if f"ARG {key}" in known for part in ("--build-arg", f"{key}={value}")]
    engine.run("build", "--network", "host", "-f", str(ROOT / file), "--target", target, "-t", tag, *arguments, *more, str(ROOT))
