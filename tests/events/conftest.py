"""Parts that all tests share: one Pub/Sub, one BigQuery, one Vertex."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import processes
import pytest
from road import Road
from topic import Topic
from warehouse import Warehouse


class Parts:
    """What is around the sidecar."""

    def __init__(self, vertex: str, pubsub: str, road: Road, warehouse: Warehouse) -> None:
        self.vertex, self.pubsub, self.road, self.warehouse = vertex, pubsub, road, warehouse
        self.topic = Topic(pubsub)


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    lacking = processes.missing()
    assert not lacking, "\n".join(lacking)
    folder: Path = tmp_path_factory.mktemp("parts")
    starting = [processes.pubsub(folder), processes.bigquery(folder), processes.vertex(folder)]
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        # Together: a JVM and a Python with DuckDB take their time.
        pubsub, bigquery, vertex = pool.map(stack.enter_context, starting)
        road = Road(pubsub)
        stack.callback(road.close)
        yield Parts(vertex, pubsub, road, Warehouse(bigquery))
