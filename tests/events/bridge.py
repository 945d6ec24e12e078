"""What Google's BigQuery subscription does: takes messages from the topic, writes rows. At least once, on purpose."""

from datetime import UTC, datetime, timedelta
from typing import Any

from topic import Topic, data_of
from warehouse import TABLE, Warehouse

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def row(topic: Topic, message: dict[str, Any]) -> dict[str, Any]:
    """A message as the row that it becomes: unions unwrapped, maps as key and value, microseconds as a timestamp."""
    event = data_of(message)
    micros = event["occurred_at"]
    event["occurred_at"] = (EPOCH + timedelta(microseconds=micros)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for name in ("ttft_ms", "budgets_version"):
        event[name] = None if event[name] is None else event[name]["long"]
    event["redactions"] = [{"key": key, "value": value} for key, value in event["redactions"].items()]
    meta = message["message"]
    return {
        **event,
        "subscription_name": topic.subscription,
        "message_id": meta["messageId"],
        "publish_time": meta["publishTime"],
        "attributes": "{}",
    }


def carry(topic: Topic, warehouse: Warehouse) -> int:
    """Carries all there is; of each batch the first half is delivered again after it was written. Returns rows."""
    rows, nothing, repeated = 0, 0, False
    while nothing < 2:
        messages = topic.pull()
        if not messages:
            nothing += 1
            continue
        nothing = 0
        warehouse.insert(TABLE, [row(topic, message) for message in messages])
        rows += len(messages)
        half = [] if repeated else messages[: len(messages) // 2]
        if half:
            topic.again(half)
        topic.acknowledge(messages[len(half) :])
        repeated = not repeated
    return rows
