"""The topic as Terraform makes it: with the schema enforced, in JSON; and what a subscriber gets of it."""

import base64
import json
from typing import Any

from http_json import call
from processes import ROOT

SCHEMA = ROOT / "infrastructure/modules/events/schema/usage.avsc"


class Topic:
    def __init__(self, host: str, name: str = "usage", schema: str | None = None) -> None:
        self.base, self.name = f"http://{host}/v1", f"projects/demo/topics/{name}"
        self.subscription = f"projects/demo/subscriptions/{name}-to-bigquery"
        definition = {"type": "AVRO", "definition": schema or SCHEMA.read_text()}
        call("POST", f"{self.base}/projects/demo/schemas?schemaId={name}", definition)
        settings = {"schemaSettings": {"schema": f"projects/demo/schemas/{name}", "encoding": "JSON"}}
        call("PUT", f"{self.base}/{self.name}", settings)
        call("PUT", f"{self.base}/{self.subscription}", {"topic": self.name, "ackDeadlineSeconds": 60})

    def pull(self) -> list[dict[str, Any]]:
        """Messages, with their ids; none is taken yet."""
        answer = call("POST", f"{self.base}/{self.subscription}:pull", {"maxMessages": 500, "returnImmediately": True})
        return list(answer.get("receivedMessages", []))

    def acknowledge(self, messages: list[dict[str, Any]]) -> None:
        call("POST", f"{self.base}/{self.subscription}:acknowledge", {"ackIds": [one["ackId"] for one in messages]})

    def again(self, messages: list[dict[str, Any]]) -> None:
        """They are delivered again."""
        call("POST", f"{self.base}/{self.subscription}:modifyAckDeadline", {"ackIds": [one["ackId"] for one in messages], "ackDeadlineSeconds": 0})


def data_of(message: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(base64.b64decode(message["message"]["data"])))
