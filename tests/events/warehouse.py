"""BigQuery as Terraform makes it: the table that follows from the schema, and the views' own SQL."""

import json
import re
from pathlib import Path
from typing import Any

from http_json import call
from processes import ROOT
from topic import SCHEMA

VIEWS = ROOT / "infrastructure/modules/events/views"
TABLE = "demo.sluice.usage"
BILLING = "demo.billing.gcp_billing_export_resource_v1_test"
SCALARS = {"string": "STRING", "int": "INT64", "long": "INT64", "enum": "STRING"}
METADATA = [("subscription_name", "STRING"), ("message_id", "STRING"), ("publish_time", "TIMESTAMP"), ("attributes", "JSON")]


def column(field: dict[str, Any]) -> dict[str, Any]:
    """As infrastructure/modules/events/table.tf has it, whose own test pins it."""
    kind, mode = field["type"], "REQUIRED"
    if isinstance(kind, list):
        (kind,), mode = [one for one in kind if one != "null"], "NULLABLE"
    if isinstance(kind, dict) and kind["type"] == "map":
        fields = [{"name": "key", "type": "STRING", "mode": "REQUIRED"}, {"name": "value", "type": "INT64", "mode": "REQUIRED"}]
        return {"name": field["name"], "type": "RECORD", "mode": "REPEATED", "fields": fields}
    if isinstance(kind, dict) and kind.get("logicalType") == "timestamp-micros":
        return {"name": field["name"], "type": "TIMESTAMP", "mode": mode}
    return {"name": field["name"], "type": SCALARS[kind if isinstance(kind, str) else kind["type"]], "mode": mode}


def sql(name: str) -> str:
    """A view's query, rendered as Terraform's templatefile does it."""
    distinct = (VIEWS / "distinct_usage.sql").read_text().replace("${table}", TABLE).replace("${range}", recent())
    values = {"table": TABLE, "range": "TRUE", "distinct": distinct, "billing": BILLING}
    text = (VIEWS / f"{name}.sql").read_text()
    for key, value in values.items():
        text = text.replace(f"${{{key}}}", value)
    return text


def recent() -> str:
    """The range of days that Terraform puts into the views that sum up."""
    found = re.search(r'^  recent += "(.*)"$', (VIEWS.parent / "table.tf").read_text(), re.M)
    assert found, "table.tf names the range"
    return found[1]


class Warehouse:
    def __init__(self, base: str) -> None:
        self.base = base
        for dataset in ("sluice", "billing"):
            call("POST", f"{base}/datasets", {"datasetReference": {"projectId": "demo", "datasetId": dataset}})
        fields = [column(field) for field in json.loads(SCHEMA.read_text())["fields"]]
        fields += [{"name": name, "type": kind, "mode": "NULLABLE"} for name, kind in METADATA]
        self.table(
            TABLE,
            fields,
            timePartitioning={"type": "DAY", "field": "occurred_at"},
            clustering={"fields": ["tenant", "user", "model"]},
        )

    def table(self, name: str, fields: list[dict[str, Any]], **more: Any) -> None:
        project, dataset, table = name.split(".")
        reference = {"projectId": project, "datasetId": dataset, "tableId": table}
        call("POST", f"{self.base}/datasets/{dataset}/tables", {"tableReference": reference, "schema": {"fields": fields}, **more})

    def insert(self, name: str, rows: list[dict[str, Any]]) -> None:
        _, dataset, table = name.split(".")
        body = {"rows": [{"json": row} for row in rows]}
        answer = call("POST", f"{self.base}/datasets/{dataset}/tables/{table}/insertAll", body)
        assert not answer.get("insertErrors"), answer

    def make_views(self) -> list[str]:
        """All that Terraform makes, so that the SQL of each is run."""
        names = sorted(path.stem for path in Path(VIEWS).glob("*.sql"))
        for name in names:
            self.query(f"CREATE OR REPLACE VIEW `demo.sluice.{name}` AS\n{sql(name)}")
        return names

    def query(self, text: str) -> list[dict[str, Any]]:
        answer = call("POST", f"{self.base}/queries", {"query": text, "useLegacySql": False, "maxResults": 10000}, timeout=60)
        assert answer.get("jobComplete", True), answer
        fields = answer.get("schema", {}).get("fields", [])
        assert not answer.get("pageToken"), "more rows than one page holds"
        return [{field["name"]: typed(field["type"], cell["v"]) for field, cell in zip(fields, row["f"], strict=True)} for row in answer.get("rows", [])]


def typed(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind in ("INTEGER", "INT64"):
        return int(value)
    return float(value) if kind in ("FLOAT", "FLOAT64", "NUMERIC") else value
