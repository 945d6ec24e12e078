"""An endpoint of Vertex AI and its metrics, as far as a rollout sees them. Every request is held against the discovery document:
a method that isn't there, a field that isn't known or a parameter that isn't a parameter fails the test."""

import copy
import http.server
import json
import threading
import urllib.parse
from collections.abc import Callable
from typing import Any

from discovery import complaints, method

Json = dict[str, Any]
PLACE = "projects/acme/locations/europe-west1"
ENDPOINT = f"{PLACE}/endpoints/1002"


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def now(self) -> float:
        return self.time


class FakeVertex:
    def __init__(self, deployed: dict[str, str], split: dict[str, int]) -> None:
        self.models = [{"id": id, "displayName": name, "model": f"{PLACE}/models/7@1"} for id, name in deployed.items()]
        self.split = dict(split)
        self.etag = 1
        self.operations: dict[str, Json] = {}
        self.calls: list[str] = []
        self.wrong: list[str] = []
        self.splits: list[dict[str, int]] = []
        # What a test sets.
        self.answer: Callable[[str], Json] = lambda _id: {"predictions": ["pong"]}
        self.counts: Callable[[str, str], int] = lambda metric, _id: 100 if metric == "prediction_count" else 0
        self.faults: dict[str, list[int]] = {}
        self.deployment_fails = False
        handler = type("Handler", (Handler,), {"fake": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def endpoint(self) -> Json:
        return {"name": ENDPOINT, "displayName": "e", "deployedModels": copy.deepcopy(self.models), "trafficSplit": dict(self.split), "etag": str(self.etag)}

    def handle(self, verb: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Json]:
        api = "monitoring.v3" if path.startswith("v3/") else "aiplatform.v1"
        known = method(api, verb, path)
        name = known["id"].removeprefix("aiplatform.projects.locations.").removeprefix("monitoring.projects.").replace("invoke.invoke", "invoke")
        self.calls.append(name)
        if "request" in known:
            self.wrong += complaints(api, known["request"]["$ref"], body)
        self.wrong += [f"{name}: no parameter {key}" for key in query if key not in known["parameters"]]
        faults = self.faults.get(name, [])
        fault = faults.pop(0) if faults else 0
        # A fault of 1000 and more is one whose work was done: the answer got lost.
        if 0 < fault < 1000:
            return fault, {"error": {"code": fault, "message": "made up"}}
        status, answer = getattr(self, name.replace(".", "_"))(path, query, body)
        if status == 200 and not name.endswith("invoke"):
            self.wrong += complaints(api, known["response"]["$ref"], answer)
        return (fault - 1000, {}) if fault else (status, answer)

    def operation(self, response: Json, error: Json | None = None) -> tuple[int, Json]:
        """Begun now, done when it is asked for."""
        name = f"{ENDPOINT}/operations/{len(self.operations) + 1}"
        self.operations[name] = {"name": name, "done": True, **({"error": error} if error else {"response": response})}
        return 200, {"name": name}

    def endpoints_operations_get(self, path: str, _query: Any, _body: Any) -> tuple[int, Json]:
        return 200, self.operations[path.removeprefix("v1/")]

    def endpoints_get(self, _path: str, _query: Any, _body: Any) -> tuple[int, Json]:
        return 200, self.endpoint()

    def models_upload(self, _path: str, _query: Any, _body: Any) -> tuple[int, Json]:
        return self.operation({"model": f"{PLACE}/models/7", "modelVersionId": "2"})

    def endpoints_deployModel(self, _path: str, _query: Any, body: Json) -> tuple[int, Json]:
        if self.deployment_fails:
            return self.operation({}, {"code": 8, "message": "no machine of that kind is left"})
        id = str(9000 + len(self.models))
        given = body.get("trafficSplit")
        if given:
            self.set({id if key == "0" else key: share for key, share in given.items()})
        self.models.append({**body["deployedModel"], "id": id})
        return self.operation({"deployedModel": self.models[-1]})

    def endpoints_undeployModel(self, _path: str, _query: Any, body: Json) -> tuple[int, Json]:
        if self.split.get(body["deployedModelId"]):
            return 400, {"error": {"code": 400, "message": "has traffic"}}
        self.models = [one for one in self.models if one["id"] != body["deployedModelId"]]
        return self.operation({})

    def endpoints_patch(self, _path: str, query: dict[str, list[str]], body: Json) -> tuple[int, Json]:
        assert query == {"updateMask": ["trafficSplit"]}
        if body.get("etag") != str(self.etag):
            return 409, {"error": {"code": 409, "message": "etag"}}
        if body["trafficSplit"] and sum(body["trafficSplit"].values()) != 100:
            return 400, {"error": {"code": 400, "message": "adds up to something else"}}
        if not set(body["trafficSplit"]) <= {one["id"] for one in self.models}:
            return 400, {"error": {"code": 400, "message": "not deployed"}}
        self.set(body["trafficSplit"])
        return 200, self.endpoint()

    def set(self, split: dict[str, int]) -> None:
        self.split = dict(split)
        self.splits.append(self.split)
        self.etag += 1

    def endpoints_deployedModels_invoke(self, path: str, _query: Any, _body: Any) -> tuple[int, Json]:
        return 200, self.answer(path.split("/deployedModels/")[1].split("/")[0])

    def timeSeries_list(self, _path: str, query: dict[str, list[str]], _body: Any) -> tuple[int, Json]:
        (asked,) = query["filter"]
        metric = asked.split("online/")[1].split('"')[0]
        id = asked.split('deployed_model_id="')[1].split('"')[0]
        return 200, {"timeSeries": [{"points": [{"value": {"int64Value": str(self.counts(metric, id))}}]}]}


class Handler(http.server.BaseHTTPRequestHandler):
    fake: FakeVertex

    def respond(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        text = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            assert self.headers["authorization"] == "Bearer token"
            status, answer = self.fake.handle(self.command, url.path.lstrip("/"), urllib.parse.parse_qs(url.query), json.loads(text) if text else None)
        except Exception as error:  # noqa: BLE001 - the test sees it, and the caller an answer
            self.fake.wrong.append(repr(error))
            status, answer = 400, {}
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = respond

    def log_message(self, *_: object) -> None:
        pass
