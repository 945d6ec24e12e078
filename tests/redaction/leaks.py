"""Runs pii-leak-benchmark, an independent measurement of leaks, against Envoy with the filter; prints its figures.

The benchmark plays both ends: the client, and the model's API behind the gateway. Its model echoes the prompt, whose
placeholders must be restored (fidelity), and adds personal data of its own, cut in two at every place, which must not
reach the client, in whole (leaks) or in part (partial emission).

Envoy runs the shipped envoy.yaml with ports of its own, the cluster of the sidecar on the benchmark's port, no budgets,
since nobody there lends any, and card numbers restored: the shipped policy keeps them redacted, which is what
the benchmark calls a lack of fidelity. Nothing else is changed.

Usage: python leaks.py [--seeds 2] [--oracle exhaustive-2-part] [--out DIR]
Ends with status 1 where fidelity is below 1, anything leaked or a case couldn't be measured.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "target/wasm32-wasip1/wasm/gateway_filter.wasm"
# From the shipped config.
KEY = "demo-acme-alice"
START_SECONDS = 60


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [s.getsockname()[1] for s in sockets]


def patched(shipped: str, gateway: int, admin: int, upstream: int) -> dict:
    """The shipped config for this run; fails where a place that it patches is gone."""
    config = yaml.safe_load(shipped)
    config["admin"]["address"]["socket_address"]["port_value"] = admin
    resources = config["static_resources"]
    (listener,) = (part for part in resources["listeners"] if part["name"] == "gateway")
    listener["address"]["socket_address"]["port_value"] = gateway
    (cluster,) = (part for part in resources["clusters"] if part["name"] == "cache_sidecar")
    (group,) = cluster["load_assignment"]["endpoints"]
    (member,) = group["lb_endpoints"]
    member["endpoint"]["address"] = {"socket_address": {"address": "127.0.0.1", "port_value": upstream}}
    filters = listener["filter_chains"][0]["filters"][0]["typed_config"]["http_filters"]
    (wasm,) = (part for part in filters if part["name"] == "envoy.filters.http.wasm")
    given = wasm["typed_config"]["config"]["configuration"]
    policy = json.loads(given["value"])
    policy["redaction"]["actions"]["CREDIT_CARD"]["restore"] = True
    # Leases come from the sidecar, whose place the benchmark takes.
    policy["quota"]["enabled"] = False
    given["value"] = json.dumps(policy)
    return config


@contextlib.contextmanager
def envoy(folder: Path, gateway: int, admin: int, upstream: int) -> Iterator[None]:
    """Envoy in `folder`, ready; its log is printed where it doesn't start."""
    config = patched((ROOT / "envoy/envoy.yaml").read_text(encoding="utf-8"), gateway, admin, upstream)
    (folder / "envoy.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "gateway_filter.wasm").symlink_to(MODULE)
    (folder / "jwks.json").symlink_to(ROOT / "envoy/jwks.json")
    log = folder / "envoy.log"
    command = [ROOT / ".venv/bin/envoy", "--config-path", "envoy.json", "--concurrency", "1", "--disable-hot-restart", "--log-level", "warn"]
    with log.open("w") as written:
        process = subprocess.Popen(command, cwd=folder, stdout=written, stderr=written)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready(admin):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"Envoy doesn't start:\n{log.read_text()}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def ready(admin: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{admin}/ready", timeout=1) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def measure(seed: str, out: Path, gateway: int, upstream: int, oracle: str) -> dict:
    """One run of the benchmark; its reports stay in `out`."""
    command = [
        Path(sys.executable).with_name("pii-leak-benchmark-v2"), "--out", out, "--json-out", out / "summary.json", "--only", "sluice",
        "--gateway-url", f"http://127.0.0.1:{gateway}/v1/chat/completions", "--upstream-port", str(upstream),
        "--model", "echo", "--seed", seed, "--oracle", oracle, "--partial-emission",
    ]  # fmt: skip
    run = subprocess.run(command, env=os.environ | {"V2_GATEWAY_TOKEN": KEY}, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(f"{run.stdout}{run.stderr}")
    (row,) = json.loads((out / "summary.json").read_text())["rows"]
    partial = json.loads((out / "sluice.partial-emission.json").read_text())
    return row | {"partial": partial["metrics"]["partial_emission_rate"]["overall"]}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=2, help="how many sets of values, from fixed seeds")
    parser.add_argument("--oracle", default="exhaustive-2-part", help="as pii-leak-benchmark-v2 has it")
    parser.add_argument("--out", type=Path, help="keep the benchmark's reports here")
    args = parser.parse_args()
    gateway, admin, upstream = free_ports(3)
    failed = False
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(envoy(folder, gateway, admin, upstream))
        print("seed      fidelity  leaks whole  leaks split  partial  to upstream  measured  outcome")
        for number in range(1, args.seeds + 1):
            seed = f"{number:08x}"
            out = (args.out or folder) / seed
            out.mkdir(parents=True, exist_ok=True)
            row = measure(seed, out, gateway, upstream, args.oracle)
            sent = ",".join(row["request_path_leak"]) or "nothing"
            print(
                f"{seed}  {row['fidelity_rate']:8.3f}  {row['leak_single_chunk']:11.3f}  {row['leak_adversarial']:11.3f}"
                f"  {row['partial']:7.3f}  {sent:11}  {row['cases_applicable']:3} of {row['cases_attempted']:<3} {row['outcome']}",
                flush=True,
            )
            leaked = row["leak_single_chunk"] or row["leak_adversarial"] or row["partial"] or row["request_path_leak"]
            failed |= bool(leaked) or row["fidelity_rate"] < 1 or row["cases_applicable"] < row["cases_attempted"]
    sys.exit(failed)


if __name__ == "__main__":
    main()
