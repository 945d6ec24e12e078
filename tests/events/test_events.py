"""From the sidecar's journal to BigQuery's views: nothing lost, nothing twice, the same to the token and micro-dollar."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bridge import carry
from conftest import Parts
from gateway import Sidecar
from http_json import Refused
from topic import SCHEMA, Topic, data_of
from warehouse import BILLING

FLASH, PRO = "gemini-3.5-flash", "gemini-3.1-pro-preview"
PEOPLE = [("acme", "alice"), ("acme", "bob"), ("globex", "carol")]
CHARGED = ("reported", "estimate")
COUNTED = ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens")


@pytest.fixture
def sidecar(parts: Parts, tmp_path: Path) -> Iterator[Sidecar]:
    parts.road.mode = "open"
    one = Sidecar(tmp_path, parts.vertex, parts.road.host)
    one.start()
    yield one
    one.stop()


def work(sidecar: Sidecar, name: str, count: int) -> list[str]:
    """Ids of answers: by several people and models, streamed and whole, with hits among them."""
    ids = []
    for number in range(count):
        tenant, user = PEOPLE[number % len(PEOPLE)]
        prompt = f"{name} {number // 6} " + "word " * (number // 6)
        ids.append(sidecar.ask(tenant, user, (FLASH, PRO)[number % 2], prompt, stream=number % 5 == 0))
    return ids


def sums(events: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """By tenant, of the journal's events."""
    found: dict[str, Counter[str]] = {}
    for event in events:
        usage, of = event["usage"], found.setdefault(event["tenant"], Counter())
        of["requests"] += 1
        of["saved_micros"] += event["saved_micros"]
        if usage["source"] in CHARGED:
            of["cost_micros"] += usage["cost_micros"]
            of.update({name: usage[name] for name in COUNTED})
    return found


def rows(parts: Parts, ids: list[str]) -> list[dict[str, Any]]:
    """Distinct events of these exchanges, as BigQuery has them."""
    listed = ", ".join(f"'{one}'" for one in ids)
    return parts.warehouse.query(f"SELECT * FROM `demo.sluice.distinct_usage` WHERE event_id IN ({listed})")


def check(parts: Parts, sidecar: Sidecar, acknowledged: list[str]) -> dict[str, dict[str, Any]]:
    """All that was acknowledged is in the journal, and BigQuery has what the journal has, once. Returns the journal."""
    sidecar.published()
    carry(parts.topic, parts.warehouse)
    parts.warehouse.make_views()
    journal = sidecar.journal()
    assert set(acknowledged) <= set(journal), "an answer that ended is settled"
    found = rows(parts, list(journal))
    assert len(found) == len(journal), "each event is one row"
    by_id = {row["event_id"]: row for row in found}
    for one, event in journal.items():
        usage, row = event["usage"], by_id[one]
        assert {name: row[name] for name in COUNTED} == {name: usage[name] for name in COUNTED}
        assert row["cost_micros"] == (usage["cost_micros"] if usage["source"] in CHARGED else 0)
        for name in ("tenant", "user", "model", "cache", "outcome", "status", "saved_micros"):
            assert row[name] == event[name], name
    return journal


def test_journal_metrics_and_views_agree(parts: Parts, sidecar: Sidecar) -> None:
    begun = work(sidecar, "agree", 30)
    parts.road.mode = "closed"
    begun += work(sidecar, "away", 12)
    assert sidecar.metrics()['events_waiting{sink="pubsub"}'] > 0
    parts.road.mode = "lossy"
    cut = parts.road.cut
    while parts.road.cut == cut:
        time.sleep(0.05)
    parts.road.mode = "open"
    journal = check(parts, sidecar, begun)

    expected, metrics = sums(list(journal.values())), sidecar.metrics()
    total = sum(expected.values(), Counter())
    for name, sample in (("input_tokens", "input"), ("output_tokens", "output")):
        assert metrics[f'charged_tokens_total{{type="{sample}"}}'] == total[name] > 0
    assert metrics['cost_microdollars_total{kind="charged"}'] == total["cost_micros"] > 0
    assert metrics['cost_microdollars_total{kind="saved"}'] == total["saved_micros"] > 0
    assert metrics['events_taken_total{sink="pubsub"}'] == len(journal)

    tenants = "SELECT tenant, " + ", ".join(f"SUM({name}) AS {name}" for name in total) + " FROM `demo.sluice.{}` GROUP BY tenant"
    names = [name for name in total]
    for row in parts.warehouse.query(tenants.format("daily_usage")):
        assert {name: row[name] for name in names} == {name: expected[row["tenant"]][name] for name in names}
    daily = parts.warehouse.query("SELECT * FROM `demo.sluice.daily_usage`")
    assert {(row["tenant"], row["user"], row["model"]) for row in daily} == {(*one, model) for one in PEOPLE for model in (FLASH, PRO)}
    hits = sum(event["cache"] == "hit" for event in journal.values())
    assert sum(row["hits"] for row in daily) == hits > 0
    assert all(0 <= row["hit_rate"] <= 1 and 0 <= row["ttft_p50_ms"] <= row["ttft_p95_ms"] for row in daily)
    month = parts.warehouse.query("SELECT SUM(cost_micros) AS cost, SUM(forecast_micros) AS forecast FROM `demo.sluice.month_to_date`")
    assert month[0]["cost"] == total["cost_micros"] <= month[0]["forecast"]
    delivered = parts.warehouse.query("SELECT COUNT(*) AS rows_there FROM `demo.sluice.usage`")
    assert delivered[0]["rows_there"] > len(journal), "some were delivered twice"
    reconcile(parts, journal)


def reconcile(parts: Parts, journal: dict[str, dict[str, Any]]) -> None:
    """Google's bill is 2 % above our figures for one model, names a SKU that we don't know, and misses the other model."""
    record = [{"name": "description", "type": "STRING"}]
    fields = [
        {"name": "service", "type": "RECORD", "fields": record},
        {"name": "sku", "type": "RECORD", "fields": record},
        {"name": "usage_start_time", "type": "TIMESTAMP"},
        {"name": "cost", "type": "FLOAT"},
        {"name": "currency_conversion_rate", "type": "FLOAT"},
    ]
    parts.warehouse.table(BILLING, fields)
    flash = sum(event["usage"]["cost_micros"] for event in journal.values() if event["model"] == FLASH and event["usage"]["source"] in CHARGED) / 1e6
    now = time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime())
    bill = [
        ("Vertex AI", "Gemini 3.5 Flash Text Input - Predictions", flash * 0.51),
        ("Vertex AI", "Gemini 3.5 Flash Text Output - Predictions", flash * 0.51),
        ("Vertex AI", "Imagen Generation", 1.0),
        ("Compute Engine", "N2D Core", 9.0),
    ]
    rate = 0.9  # euros for a dollar
    parts.warehouse.insert(
        BILLING,
        [
            {"service": {"description": service}, "sku": {"description": sku}, "usage_start_time": now, "cost": cost * rate, "currency_conversion_rate": rate}
            for service, sku, cost in bill
        ],
    )
    parts.warehouse.make_views()
    found = {row["model"]: row for row in parts.warehouse.query("SELECT * FROM `demo.sluice.reconciliation`")}
    assert set(found) == {FLASH, PRO, "Imagen Generation"}
    assert found[FLASH]["difference_percent"] == pytest.approx(-1.96, abs=0.02)
    assert found[PRO]["difference_percent"] is None and found[PRO]["difference_dollars"] > 0
    assert found["Imagen Generation"]["our_dollars"] == 0 and found["Imagen Generation"]["billed_dollars"] == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_a_kill_loses_nothing_that_was_acknowledged(parts: Parts, sidecar: Sidecar, seed: int) -> None:
    """Clients ask all the time; the process is killed at any moment, with Pub/Sub open, closed and lossy."""
    chance = random.Random(seed)
    acknowledged: list[str] = []
    for life in range(4):
        parts.road.mode = chance.choice(["open", "open", "closed", "lossy"])
        over = threading.Event()

        def client(number: int, life: int = life, over: threading.Event = over) -> None:
            asked = 0
            while not over.is_set():
                tenant, user = PEOPLE[number % len(PEOPLE)]
                try:
                    prompt = f"kill {seed} {life} {number} {asked // 2}"
                    acknowledged.append(sidecar.ask(tenant, user, FLASH, prompt, stream=asked % 3 == 0))
                except (OSError, http.client.HTTPException, Refused, AssertionError, ValueError, StopIteration):
                    return
                asked += 1

        clients = [threading.Thread(target=client, args=(number,)) for number in range(4)]
        for one in clients:
            one.start()
        time.sleep(chance.uniform(0.05, 0.7))
        sidecar.kill()
        over.set()
        for one in clients:
            one.join()
        sidecar.start()
    parts.road.mode = "open"
    assert len(acknowledged) > 20
    journal = check(parts, sidecar, acknowledged)
    # Only what nobody was told the end of can be lost; it counts with what it had reserved.
    lost = [one for one, event in journal.items() if event["outcome"] == "lost"]
    assert not set(lost) & set(acknowledged)


def test_poison_is_set_aside(parts: Parts, tmp_path: Path) -> None:
    """A topic whose schema has no name for one of the dialects refuses its events; all others pass."""
    schema = json.loads(SCHEMA.read_text())
    (dialect,) = [field for field in schema["fields"] if field["name"] == "dialect"]
    dialect["type"] = {"type": "enum", "name": "Dialect", "symbols": ["openai"]}
    strict = Topic(parts.pubsub, "strict", json.dumps(schema))
    parts.road.mode = "closed"
    sidecar = Sidecar(tmp_path, parts.vertex, parts.road.host, {"PUBSUB_TOPIC": strict.name})
    sidecar.start()
    try:
        acknowledged = work(sidecar, "before", 3)
        sidecar.ask_gemini("acme", "alice", FLASH, "poison")
        acknowledged += work(sidecar, "behind", 3)
        parts.road.mode = "open"
        sidecar.published()
        assert sidecar.metrics()['events_refused_total{sink="pubsub"}'] == 1
        lines = (tmp_path / "refused/pubsub.jsonl").read_text().splitlines()
        assert [json.loads(line)["event"]["dialect"] for line in lines] == ["gemini"]
        assert {data_of(message)["event_id"] for message in strict.pull()} == set(acknowledged)
    finally:
        sidecar.stop()


def test_what_waits_is_bounded(parts: Parts, tmp_path: Path) -> None:
    """With Pub/Sub away and no room left, requests are refused in their dialect; and are taken again afterwards."""
    parts.road.mode = "closed"
    sidecar = Sidecar(tmp_path, parts.vertex, parts.road.host, {"EVENTS_MAX_BYTES": str(1 << 20)})
    sidecar.start()
    try:
        acknowledged: list[str] = []
        long_name = "u" * 60_000
        with pytest.raises(Refused) as refused:
            for number in range(200):
                acknowledged.append(sidecar.ask("acme", long_name, FLASH, f"full {number}"))
        assert refused.value.status == 503 and "usage_events_waiting" in str(refused.value)
        assert len(acknowledged) > 2
        parts.road.mode = "open"
        check(parts, sidecar, acknowledged)
        sidecar.ask("acme", "alice", FLASH, "after all")
    finally:
        sidecar.stop()


def test_memory_is_told_before_the_process_ends(parts: Parts, tmp_path: Path) -> None:
    """As on Cloud Run: no disk, and a signal before the end."""
    parts.road.mode = "open"
    sidecar = Sidecar(tmp_path, parts.vertex, parts.road.host, {"JOURNAL": "memory"})
    sidecar.start()
    acknowledged = work(sidecar, "memory", 12)
    sidecar.stop()
    assert not (tmp_path / "journal").exists()
    carry(parts.topic, parts.warehouse)
    assert {row["event_id"] for row in rows(parts, acknowledged)} == set(acknowledged)
