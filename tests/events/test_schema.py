"""What the sidecar writes is Avro under the topic's schema, and a newer schema reads what an older one wrote."""

import io
import json
from pathlib import Path
from typing import Any

import fastavro
import pytest
from fastavro import json_reader, json_writer
from processes import ROOT
from topic import SCHEMA

GOLDEN = ROOT / "cache-sidecar/tests/golden/events/usage.jsonl"
# Schemas that were shipped: never changed, only added to.
SHIPPED = sorted((Path(__file__).parent / "shipped").glob("usage.*.avsc"))


def schema(path: Path) -> Any:
    return fastavro.parse_schema(json.loads(path.read_text()))


def test_all_variants_are_valid() -> None:
    lines = GOLDEN.read_text().splitlines()
    events = list(json_reader(io.StringIO("\n".join(lines)), schema(SCHEMA)))
    assert len(events) == len(lines) > 15
    for event in events:
        assert fastavro.validate(event, schema(SCHEMA), strict=True)
    for line, event in zip(lines, events, strict=True):
        out = io.StringIO()
        json_writer(out, schema(SCHEMA), [event])
        assert json.loads(out.getvalue()) == json.loads(line)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_reads_what_was_written(path: Path) -> None:
    """Removing a field, another type, a symbol that goes or a new field without a default fail here."""
    old, new = schema(path), schema(SCHEMA)
    events = [json.loads(line) for line in path.with_suffix(".jsonl").read_text().splitlines()]
    for event in json_reader(io.StringIO("\n".join(map(json.dumps, events))), old):
        binary = io.BytesIO()
        fastavro.schemaless_writer(binary, old, event)
        binary.seek(0)
        read = fastavro.schemaless_reader(binary, old, new)
        assert {name: read[name] for name in event} == event
    names = [field["name"] for field in json.loads(path.read_text())["fields"]]
    assert names == [field["name"] for field in json.loads(SCHEMA.read_text())["fields"]][: len(names)], "new fields come last"


def test_the_present_schema_is_among_the_shipped() -> None:
    assert json.loads(SHIPPED[-1].read_text()) == json.loads(SCHEMA.read_text()), "copy it to tests/events/shipped, under the next number"


# (what, change of a field of the schema that is refused)
BAD = [
    ("a field that goes", lambda fields: fields.pop(3)),
    ("a new field without a default", lambda fields: fields.append({"name": "region", "type": "string"})),
    ("another type", lambda fields: fields[9].update(type="string")),
    ("a symbol that goes, and no default", lambda fields: fields[16].update(type={"type": "enum", "name": "Cache", "symbols": ["hit"]})),
]


@pytest.mark.parametrize(("change"), [row[1] for row in BAD], ids=[row[0] for row in BAD])
def test_the_rule_bites(change: Any, tmp_path: Path) -> None:
    changed = json.loads(SCHEMA.read_text())
    change(changed["fields"])
    new, old = fastavro.parse_schema(changed), schema(SCHEMA)
    event = next(iter(json_reader(io.StringIO(GOLDEN.read_text().splitlines()[0]), old)))
    binary = io.BytesIO()
    fastavro.schemaless_writer(binary, old, event)
    binary.seek(0)
    try:
        read = fastavro.schemaless_reader(binary, old, new)
    except Exception as error:
        assert "resol" in type(error).__name__.lower() or "resol" in str(error).lower() or "match" in str(error).lower(), error
        return
    assert any(name not in read for name in event)
