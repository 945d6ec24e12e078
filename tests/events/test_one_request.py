"""One request, by its id, in all that is told of it: metrics, span, log line, event, BigQuery's row, dashboard. The same tokens and
the same cost in each, and both times to the first token where each belongs."""

import json
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bridge import carry
from collector import Collector, collector
from conftest import Parts
from http_json import call, request
from processes import BINARIES, ROOT, Process, eventually, free_port

ADMIN = {"authorization": "Bearer demo-admin"}


class Stack:
    """What `make run` starts."""

    def __init__(self, folder: Path, parts: Parts, traces: Collector) -> None:
        names = ("GATEWAY_PORT", "ENVOY_ADMIN_PORT", "SIDECAR_PORT", "VERTEX_PORT")
        ports = {name: str(free_port()) for name in names}
        self.gateway, self.envoy, self.sidecar = (f"http://127.0.0.1:{ports[name]}" for name in names[:3])
        self.folder = ROOT / ".run" / ports["GATEWAY_PORT"]
        told = {"PUBSUB_TOPIC": "projects/demo/topics/usage", "PUBSUB_EMULATOR_HOST": parts.pubsub}
        traced = {"OTEL_EXPORTER_OTLP_ENDPOINT": traces.url, "OTEL_BSP_SCHEDULE_DELAY": "50"}
        self.process = Process(folder / "stack.log", [str(BINARIES / "stack")], {**os.environ, **ports, **told, **traced})
        self.process.ready("the gateway", lambda: "\nready\n" in self.process.log.read_text())

    def lines(self) -> list[dict[str, Any]]:
        """Of Envoy's access log."""
        text = (self.folder / "envoy.log").read_text().splitlines()
        return [json.loads(line) for line in text if line.startswith("{") and '"log":"access"' in line]

    def events(self) -> list[dict[str, Any]]:
        environment = {**os.environ, "STATE_DIR": str(self.folder / "state")}
        told = subprocess.run([str(BINARIES / "cache-sidecar"), "events", "--json"], capture_output=True, text=True, env=environment, check=True)
        return [json.loads(line) for line in told.stdout.splitlines()]


@pytest.fixture
def traces() -> Iterator[Collector]:
    with collector() as one:
        yield one


@pytest.fixture
def stack(parts: Parts, traces: Collector, tmp_path: Path) -> Iterator[Stack]:
    parts.road.mode = "open"
    one = Stack(tmp_path, parts, traces)
    yield one
    one.process.stop()
    shutil.rmtree(one.folder, ignore_errors=True)


def samples(url: str) -> dict[str, float]:
    """Sums over all labels but the type and the kind."""
    found: dict[str, float] = {}
    for line in request("GET", url).splitlines():
        if match := re.match(r"(\w+)(?:\{(.*)\})? ([0-9.e+]+)(?: |$)", line):
            label = re.search(r'\b(?:type|kind|gen_ai_token_type)="(\w+)"', match[2] or "")
            name = f"{match[1]} {label[1]}" if label else match[1]
            found[name] = found.get(name, 0) + float(match[3])
    return found


def test_one_request_is_told_alike_everywhere(parts: Parts, stack: Stack, traces: Collector) -> None:
    one, trace = f"order-{secrets.token_hex(8)}", secrets.token_hex(16)
    prompt = "tell anna.berg@example.com about " + "the way of one request " * 8
    body = {"model": "echo", "messages": [{"role": "user", "content": prompt}], "stream": True, "stream_options": {"include_usage": True}}
    headers = {"authorization": "Bearer demo-acme-alice", "x-request-id": one, "traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}
    answer = request("POST", f"{stack.gateway}/v1/chat/completions", body, headers)
    chunks = [json.loads(line.removeprefix("data: ")) for line in answer.splitlines() if line.startswith("data: {")]
    (usage,) = [chunk["usage"] for chunk in chunks if chunk.get("usage")]
    tokens = (usage["prompt_tokens"], usage["completion_tokens"])
    assert min(tokens) > 30

    # The event, in the journal: it has the cost, and the time that the upstream took.
    eventually("the event", lambda: bool(stack.events()))
    (event,) = stack.events()
    assert event["request_id"] == one
    cost, ttft = event["usage"]["cost_micros"], event["upstream_ttft_ms"]
    assert (event["usage"]["input_tokens"], event["usage"]["output_tokens"]) == tokens
    # In dollars for a million tokens, as envoy/budgets.json has it; rounded up.
    assert cost == -(-(tokens[0] * 15 + tokens[1] * 90) // 10)

    # The log line: the same, and the time that the client waited at the edge.
    eventually("the log line", lambda: any(line["request_id"] == one for line in stack.lines()))
    (line,) = [line for line in stack.lines() if line["request_id"] == one]
    assert (line["input_tokens"], line["output_tokens"], line["cost_micros"]) == (*tokens, cost)
    assert line["trace_id"] == trace and line["ttft_ms"] >= ttft

    # The span: the same, and the moment of the first token.
    def span() -> list[dict[str, Any]]:
        return [span for span in traces.of_trace(trace) if span["attributes"].get("sluice.request_id") == one and "gen_ai.usage.input_tokens" in span["attributes"]]

    eventually("the span", lambda: bool(span()))
    (told,) = span()
    told_tokens = tuple(told["attributes"][f"gen_ai.usage.{kind}_tokens"] for kind in ("input", "output"))
    assert (*told_tokens, told["attributes"]["sluice.cost_micros"]) == (*tokens, cost)
    assert abs((told["events"]["gen_ai.first_token"] - told["began"]) / 1e6 - ttft) <= 2

    # Metrics: the sidecar's and Envoy's, each with its own time.
    sidecar, envoy = samples(f"{stack.sidecar}/metrics"), samples(f"{stack.envoy}/stats/prometheus")
    assert tuple(sidecar[f"sluice_sidecar_charged_tokens_total {kind}"] for kind in ("input", "output")) == tokens
    assert sidecar["sluice_sidecar_cost_microdollars_total charged"] == cost
    assert tuple(sidecar[f"gen_ai_client_token_usage_sum {kind}"] for kind in ("input", "output")) == tokens
    assert sidecar["gen_ai_server_time_to_first_token_seconds_count"] == 1

    def at_the_edge() -> bool:
        envoy.update(samples(f"{stack.envoy}/stats/prometheus"))
        return tuple(envoy.get(f"sluice_tokens_total {kind}", 0) for kind in ("input", "output")) == tokens

    eventually("Envoy's metrics", at_the_edge)
    eventually("Envoy's histogram", lambda: samples(f"{stack.envoy}/stats/prometheus").get("sluice_time_to_first_token_ms_count") == 1)

    # BigQuery's row.
    eventually("the event to be published", lambda: samples(f"{stack.sidecar}/metrics").get("sluice_sidecar_events_waiting") == 0)
    carry(parts.topic, parts.warehouse)
    parts.warehouse.make_views()
    (row,) = parts.warehouse.query(f"SELECT * FROM `demo.sluice.distinct_usage` WHERE request_id = '{one}'")
    assert (row["event_id"], row["input_tokens"], row["output_tokens"], row["cost_micros"], row["ttft_ms"]) == (event["event_id"], *tokens, cost, ttft)

    # The dashboard.
    def shown() -> list[dict[str, Any]]:
        return list(call("GET", f"{stack.sidecar}/api/breakdown?by=user&tenant=acme&range=1h", headers=ADMIN)["rows"])

    eventually("the dashboard", lambda: bool(shown()))
    (figures,) = shown()
    assert (figures["user"], figures["requests"], figures["input_tokens"], figures["output_tokens"], figures["cost_micros"]) == ("alice", 1, *tokens, cost)
    latency = call("GET", f"{stack.sidecar}/api/latency?range=1h", headers=ADMIN)["total"]
    assert abs(latency["ttft_p50_ms"] - ttft) <= max(1, ttft * 0.05)

    # And what was said is nowhere.
    for text in (json.dumps(traces.spans), json.dumps(stack.lines()), json.dumps(stack.events()), json.dumps(row)):
        assert "anna.berg" not in text and "the way of one" not in text
