"""Brings a model of your own into a Vertex AI endpoint, a share at a time, and takes it back where it fails.

    model_canary.py roll   --endpoint E --release NAME --spec FILE     upload, deploy at 0 %, smoke, a share, watch, 100 %
    model_canary.py back   --endpoint E --release NAME                 gives NAME all of the traffic again
    model_canary.py retire --endpoint E --release NAME                 undeploys what has no traffic and isn't NAME

E is projects/P/locations/L/endpoints/N. The spec is JSON: `model` (a Model to upload) or `model_name` (one that is there),
`deployed_model` (its resources), `smoke` (rows of `path`, `body` and `contains`).

What is known about a rollout is in the endpoint: run again, it goes on where it was. Whatever fails after the deployment, the
traffic goes back to where it came from before the new model is undeployed; exit code 1 says that this worked, 3 that it
didn't and a person must look. Methods and fields are those of Vertex AI's discovery document (aiplatform v1), `smoke` uses
`endpoints.deployedModels.invoke`, which reaches a model without traffic and needs `invokeRoutePrefix` in its container's spec.
"""

import argparse
import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Split = dict[str, int]
RETRYABLE = {408, 429, 500, 502, 503, 504}
TRIES = 5


class ApiError(Exception):
    """An answer that isn't 200, or none. Never the body of a prediction: it may repeat a prompt."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(f"{what}: {status or 'no answer'}")
        self.status = status


class Refused(Exception):
    """The new model isn't good enough."""


class Clock:
    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def now(self) -> float:
        return time.time()


@dataclass
class Api:
    """Vertex AI and Cloud Monitoring over HTTP."""

    vertex: str
    monitoring: str
    token: Callable[[], str]
    clock: Clock

    def call(self, method: str, url: str, body: Json | None = None, tries: int = TRIES) -> Json:
        what = f"{method} {urllib.parse.urlsplit(url).path}"
        for attempt in range(1, tries + 1):
            request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode())
            request.add_header("authorization", f"Bearer {self.token()}")
            request.add_header("content-type", "application/json")
            status = 0
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    text = answer.read().decode()
                    return json.loads(text) if text.startswith("{") else {"text": text}
            except urllib.error.HTTPError as error:
                status = error.code
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                pass
            if attempt == tries or (status and status not in RETRYABLE):
                raise ApiError(status, what)
            self.clock.sleep(min(2.0**attempt, 30))
        raise AssertionError("unreachable")

    def operation(self, begun: Json, within: float) -> Json:
        """Waits for what takes long. A deployment takes minutes."""
        deadline = self.clock.now() + within
        while not begun.get("done"):
            if self.clock.now() > deadline:
                raise ApiError(0, f"operation {begun['name'].rsplit('/', 1)[-1]} has not ended within {within:.0f} s")
            self.clock.sleep(10)
            begun = self.call("GET", f"{self.vertex}/v1/{begun['name']}")
        if "error" in begun:
            raise ApiError(int(begun["error"].get("code", 0)), f"operation: {begun['error'].get('message', 'failed')}")
        return dict(begun.get("response", {}))


def rescaled(split: Mapping[str, int], total: int) -> Split:
    """The same proportions, adding up to `total`: whole percents, what is left over to the largest remainders."""
    had = sum(split.values())
    if not had:
        return {}
    exact = {name: share * total / had for name, share in split.items() if share}
    result = {name: int(share) for name, share in exact.items()}
    for name in sorted(exact, key=lambda one: (result[one] - exact[one], one))[: total - sum(result.values())]:
        result[name] += 1
    return {name: share for name, share in result.items() if share}


def without(split: Mapping[str, int], name: str) -> Split:
    return rescaled({other: share for other, share in split.items() if other != name}, 100)


def with_share(split: Mapping[str, int], name: str, percent: int) -> Split:
    return {**rescaled(without(split, name), 100 - percent), name: percent}


@dataclass
class Limits:
    percent: int = 10
    watch_seconds: int = 900
    least_requests: int = 50
    max_error_rate: float = 0.02
    deploy_seconds: int = 3600


@dataclass
class Canary:
    api: Api
    endpoint: str
    release: str
    limits: Limits
    say: Callable[[str], None] = print

    def get(self) -> Json:
        return self.api.call("GET", f"{self.api.vertex}/v1/{self.endpoint}")

    def deployed(self, endpoint: Json) -> str | None:
        """The id that the release has in the endpoint."""
        ids = [one["id"] for one in endpoint.get("deployedModels", []) if one.get("displayName") == self.release]
        if len(ids) > 1:
            raise Refused(f"{len(ids)} deployed models are called {self.release}: undeploy all but one")
        return ids[0] if ids else None

    def move(self, split: Split) -> None:
        """Read, modify, write: the etag refuses to undo what somebody else did in between."""
        now = self.get()
        if now.get("trafficSplit", {}) == split:
            return
        body = {"trafficSplit": split, "etag": now.get("etag", "")}
        self.api.call("PATCH", f"{self.api.vertex}/v1/{self.endpoint}?updateMask=trafficSplit", body)
        self.say(f"traffic: {json.dumps(split)}")

    def roll(self, spec: Json) -> None:
        begun = self.get()
        split: Split = begun.get("trafficSplit", {})
        mine = self.deployed(begun)
        if mine is not None and split.get(mine) == 100:
            self.say(f"{self.release} has all of the traffic already")
            return
        home = without(split, mine) if mine is not None else split
        try:
            if mine is None:
                mine = self.deploy(self.upload(spec), spec, first=not home)
            self.smoke(mine, spec["smoke"])
            if home:
                self.move(with_share(home, mine, self.limits.percent))
                self.watch(mine)
            self.move({mine: 100})
        except (Refused, ApiError, KeyError, ValueError) as error:
            self.say(f"{self.release}: {error}")
            self.retreat(home)
            raise
        self.say(f"{self.release} has all of the traffic; the one before is still deployed, for the way back")

    def upload(self, spec: Json) -> str:
        if "model_name" in spec:
            return str(spec["model_name"])
        parent = self.endpoint.rsplit("/endpoints/", 1)[0]
        body: Json = {key: spec[key] for key in ["model", "parentModel"] if key in spec}
        # Not tried twice: an upload that was heard and not answered would be there twice.
        begun = self.api.call("POST", f"{self.api.vertex}/v1/{parent}/models:upload", body, tries=1)
        done = self.api.operation(begun, self.limits.deploy_seconds)
        version = done.get("modelVersionId")
        self.say(f"uploaded {done['model']}, version {version}")
        return f"{done['model']}@{version}" if version else str(done["model"])

    def deploy(self, model: str, spec: Json, first: bool) -> str:
        """At 0 %: without a split in the request the endpoint's stays as it is, and who isn't in it has no traffic."""
        deployed = {**spec["deployed_model"], "model": model, "displayName": self.release}
        # An endpoint's first model has nobody to share with, so all that comes is its own.
        body: Json = {"deployedModel": deployed, **({"trafficSplit": {"0": 100}} if first else {})}
        begun = self.api.call("POST", f"{self.api.vertex}/v1/{self.endpoint}:deployModel", body, tries=1)
        self.api.operation(begun, self.limits.deploy_seconds)
        mine = self.deployed(self.get())
        if mine is None:
            raise ApiError(0, "the deployment ended and the endpoint doesn't list it")
        self.say(f"deployed {self.release} as {mine}")
        return mine

    def smoke(self, mine: str, rows: list[Json]) -> None:
        if not rows:
            raise Refused("no smoke test: traffic would be the first thing that the model sees")
        for number, row in enumerate(rows, 1):
            path = urllib.parse.quote(row["path"].strip("/"))
            url = f"{self.api.vertex}/v1/{self.endpoint}/deployedModels/{mine}/invoke/{path}"
            answer = json.dumps(self.api.call("POST", url, row["body"]))
            if not re.search(row["contains"], answer):
                raise Refused(f"smoke test {number} of {len(rows)}: the answer lacks what is expected")
        self.say(f"{len(rows)} smoke tests passed at 0 %")

    def watch(self, mine: str) -> None:
        """Real requests decide, so few of them decide nothing: then it goes on waiting, four times as long at most."""
        started = self.api.clock.now()
        while True:
            self.api.clock.sleep(60)
            elapsed = self.api.clock.now() - started
            requests, errors = (self.count(metric, mine, started) for metric in ("prediction_count", "error_count"))
            total = requests + errors
            self.say(f"{self.release}: {errors} errors in {total} requests after {elapsed:.0f} s")
            if errors > self.limits.max_error_rate * max(total, self.limits.least_requests):
                raise Refused(f"{errors} errors in {total} requests, above {self.limits.max_error_rate:.1%}")
            if elapsed >= self.limits.watch_seconds and total >= self.limits.least_requests:
                return
            if elapsed >= 4 * self.limits.watch_seconds:
                raise Refused(f"only {total} requests in {elapsed:.0f} s, {self.limits.least_requests} are needed to tell")

    def count(self, metric: str, mine: str, since: float) -> int:
        """Sums a metric of Cloud Monitoring ("Google Cloud metrics: aiplatform", prediction/online)."""
        project, endpoint = self.endpoint.split("/")[1], self.endpoint.rsplit("/", 1)[1]
        stamp = "%Y-%m-%dT%H:%M:%SZ"
        query = {
            "filter": f'metric.type="aiplatform.googleapis.com/prediction/online/{metric}" AND resource.labels.endpoint_id="{endpoint}" AND metric.labels.deployed_model_id="{mine}"',
            "interval.startTime": time.strftime(stamp, time.gmtime(since)),
            "interval.endTime": time.strftime(stamp, time.gmtime(self.api.clock.now())),
        }
        found = self.api.call("GET", f"{self.api.monitoring}/v3/projects/{project}/timeSeries?{urllib.parse.urlencode(query)}")
        return sum(int(point["value"].get("int64Value", 0)) for series in found.get("timeSeries", []) for point in series.get("points", []))

    def retreat(self, home: Split) -> None:
        """Traffic first: a model that has some can't be undeployed. An operation that timed out may have deployed it after all."""
        mine = self.deployed(self.get())
        if mine is None:
            return
        self.move(home)
        body: Json = {"deployedModelId": mine}
        self.api.operation(self.api.call("POST", f"{self.api.vertex}/v1/{self.endpoint}:undeployModel", body), self.limits.deploy_seconds)
        self.say(f"undeployed {self.release}")

    def back(self) -> None:
        mine = self.deployed(self.get())
        if mine is None:
            raise Refused(f"{self.release} isn't deployed: roll it out")
        self.move({mine: 100})

    def retire(self) -> None:
        found = self.get()
        split = found.get("trafficSplit", {})
        keep = self.deployed(found)
        if keep is None or split.get(keep) != 100:
            raise Refused(f"{self.release} doesn't have all of the traffic")
        for one in found.get("deployedModels", []):
            if one["id"] != keep:
                self.api.operation(self.api.call("POST", f"{self.api.vertex}/v1/{self.endpoint}:undeployModel", {"deployedModelId": one["id"]}), self.limits.deploy_seconds)
                self.say(f"undeployed {one.get('displayName', one['id'])}")


def run(canary: Canary, command: str, spec: Json | None) -> int:
    try:
        if command == "roll":
            canary.roll(spec or {})
        elif command == "back":
            canary.back()
        else:
            canary.retire()
    except (Refused, ApiError, KeyError, ValueError) as error:
        print(f"model-canary: {error}", file=sys.stderr)
        return outcome(canary, error, command)
    return 0


def outcome(canary: Canary, error: Exception, command: str) -> int:
    """1 where the release has no traffic now, 3 where it has some or nobody can tell."""
    try:
        found = canary.get()
        mine = canary.deployed(found)
        left = 0 if mine is None else found.get("trafficSplit", {}).get(mine, 0)
    except (Refused, ApiError):
        left = -1
    if command == "roll" and left:
        print(f"model-canary: NOT TAKEN BACK: look at {canary.endpoint}; run `back` with the release that served before", file=sys.stderr)
        return 3
    return 1


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="model_canary.py")
    parser.add_argument("command", choices=["roll", "back", "retire"])
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--release", required=True)
    parser.add_argument("--spec", type=Path)
    parser.add_argument("--percent", type=int, default=Limits.percent)
    parser.add_argument("--watch-seconds", type=int, default=Limits.watch_seconds)
    parser.add_argument("--least-requests", type=int, default=Limits.least_requests)
    parser.add_argument("--max-error-rate", type=float, default=Limits.max_error_rate)
    given = parser.parse_args(arguments)
    place = re.fullmatch(r"projects/[^/]+/locations/([a-z0-9-]+)/endpoints/\d+", given.endpoint)
    if not place:
        parser.error("--endpoint reads projects/P/locations/L/endpoints/N")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,62}", given.release):
        parser.error("--release has lower-case letters, digits, dots and hyphens")
    if not 1 <= given.percent <= 50:
        parser.error("--percent is 1 to 50")
    if given.command == "roll" and given.spec is None:
        parser.error("roll needs --spec")
    if "ACCESS_TOKEN" not in os.environ:
        parser.error("ACCESS_TOKEN is not set: google-github-actions/auth gives one with token_format: access_token")
    api = Api(
        vertex=os.environ.get("VERTEX_API", f"https://{place[1]}-aiplatform.googleapis.com"),
        monitoring=os.environ.get("MONITORING_API", "https://monitoring.googleapis.com"),
        token=lambda: os.environ["ACCESS_TOKEN"],
        clock=Clock(),
    )
    limits = Limits(given.percent, given.watch_seconds, given.least_requests, given.max_error_rate)
    spec = json.loads(given.spec.read_text()) if given.spec else None
    return run(Canary(api, given.endpoint, given.release, limits), given.command, spec)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
