"""The dashboard's own statements, as its golden files have them, over the view that Terraform makes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import processes
import pytest
from http_json import call
from processes import ROOT
from warehouse import TABLE, Warehouse

GOLDEN = ROOT / "cache-sidecar/tests/golden/dashboard"
# 2026-11-02, a Monday, 10:00 UTC.
HOUR = 1_793_613_600
RANGE = {"from_s": HOUR, "to_s": HOUR + 7200}
ACME = {"tenant": "acme", "model": "gemini-2.5-pro"}


def row(name: str, at: int, tenant: str = "acme", **more: Any) -> dict[str, Any]:
    """One delivery of one event."""
    usage = {"input_tokens": 10, "cached_input_tokens": 4, "output_tokens": 5, "reasoning_tokens": 1, "cost_micros": 100, "saved_micros": 0}
    known = {"dialect": "openai", "status": 200, "source": "reported", "cache": "miss", "outcome": "complete", "ttft_ms": 250, "duration_ms": 900}
    time = datetime.fromtimestamp(at, UTC).isoformat()
    return {
        "event_id": name, "exchange_id": name, "occurred_at": time, "tenant": tenant, "user": "alice", "model": "gemini-2.5-pro",
        **usage, **known, "redactions": [], "message_id": name, "publish_time": time, **more,
    }


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder: Path = tmp_path_factory.mktemp("dashboard")
    with processes.bigquery(folder) as base:
        made = Warehouse(base)
        made.insert(TABLE, [
            row("a", HOUR + 60, redactions=[{"key": "EMAIL", "value": 2}]),
            # Delivered twice.
            row("b", HOUR + 120, status=429, ttft_ms=None),
            row("b", HOUR + 120, status=429, ttft_ms=None, message_id="again"),
            row("c", HOUR + 3600, source="cache", cache="hit", cost_micros=0, saved_micros=100, redactions=[{"key": "EMAIL", "value": 1}, {"key": "PHONE", "value": 1}]),
            row("d", HOUR + 3600, tenant="globex", cost_micros=700),
            row("e", HOUR + 7200),
        ])
        made.query(f"CREATE OR REPLACE VIEW `demo.sluice.distinct_usage` AS\n{view()}")
        yield made


def view() -> str:
    text = (ROOT / "infrastructure/modules/events/views/distinct_usage.sql").read_text()
    return text.replace("${table}", TABLE).replace("${range}", "TRUE")


def ask(warehouse: Warehouse, name: str, values: dict[str, Any]) -> list[list[str | None]]:
    """As the sidecar asks."""
    text = (GOLDEN / f"{name}.sql").read_text().replace("`acme-prod.llm_usage.", "`demo.sluice.")
    parameters = [
        {"name": key, "parameterType": {"type": "INT64" if isinstance(value, int) else "STRING"}, "parameterValue": {"value": str(value)}}
        for key, value in values.items()
    ]
    body = {"query": text, "useLegacySql": False, "parameterMode": "NAMED", "queryParameters": parameters}
    answer = call("POST", f"{warehouse.base}/queries", body, timeout=60)
    return [[cell["v"] for cell in one["f"]] for one in answer.get("rows", [])]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("usage", RANGE, [["0", "4", "30", "12", "15", "3", "900", "100", "15"]]),
        (
            "usage_steps",
            {**RANGE, **ACME},
            [
                [str(HOUR), "acme", "alice", "2", "20", "8", "10", "2", "200", "0", "0"],
                [str(HOUR + 3600), "acme", "alice", "1", "0", "0", "0", "0", "0", "100", "15"],
            ],
        ),
        ("usage", {"from_s": 0, "to_s": 1}, []),
        ("ttft", RANGE, [["0", "57", "3"]]),
        (
            "status_steps",
            {**RANGE, **ACME},
            [
                [str(HOUR), "acme", "alice", "2xx", "1"],
                [str(HOUR), "acme", "alice", "429", "1"],
                [str(HOUR + 3600), "acme", "alice", "2xx", "1"],
            ],
        ),
        ("redaction", RANGE, [["0", "EMAIL", "3"], ["0", "PHONE", "1"]]),
    ],
)
def test_the_dashboard_s_statements(warehouse: Warehouse, name: str, values: dict[str, Any], expected: list[list[str]]) -> None:
    assert ask(warehouse, name, values) == expected
