"""A model's way into an endpoint, and each way in which it fails."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fake_vertex import ENDPOINT, PLACE, Clock, FakeVertex
from model_canary import Api, Canary, Limits, main, rescaled, run, with_share, without

SPEC: dict[str, Any] = json.loads((Path(__file__).resolve().parents[2] / "infrastructure/scripts/model.example.json").read_text())
OLD = {"1": "summaries-1"}


@pytest.fixture
def vertex() -> Iterator[Callable[..., FakeVertex]]:
    made: list[FakeVertex] = []

    def make(deployed: dict[str, str], split: dict[str, int]) -> FakeVertex:
        made.append(FakeVertex(deployed, split))
        return made[-1]

    yield make
    for one in made:
        one.close()
        assert not one.wrong, "what Vertex AI would not have understood"


def canary(fake: FakeVertex, release: str = "summaries-2") -> Canary:
    return Canary(Api(fake.address, fake.address, lambda: "token", Clock()), ENDPOINT, release, Limits(), say=lambda _: None)


@dataclass
class Case:
    """A rollout onto one model that has all of the traffic, unless it says otherwise."""

    code: int
    end: dict[str, int]
    left: list[str]
    change: Callable[[FakeVertex], object] = lambda _: None
    splits: list[dict[str, int]] | None = None
    deployed: dict[str, str] = field(default_factory=lambda: dict(OLD))
    start: dict[str, int] = field(default_factory=lambda: {"1": 100})
    spec: dict[str, Any] = field(default_factory=lambda: SPEC)


def faults(**given: list[int]) -> Callable[[FakeVertex], object]:
    return lambda fake: fake.faults.update({name.replace("_", ".", 1) if "deployedModels" not in name else name.replace("_", "."): list(codes) for name, codes in given.items()})


def counts(predictions: int, errors: int) -> Callable[[FakeVertex], object]:
    return lambda fake: setattr(fake, "counts", lambda metric, _: predictions if metric == "prediction_count" else errors)


BOTH, ONLY_OLD = ["summaries-1", "summaries-2"], ["summaries-1"]
CASES = {
    "all goes well": Case(0, {"9001": 100}, BOTH, splits=[{"1": 90, "9001": 10}, {"9001": 100}]),
    "a model that is in the registry": Case(0, {"9001": 100}, BOTH, spec={**SPEC, "model_name": f"{PLACE}/models/7@2"}),
    "the first model of an endpoint": Case(0, {"9000": 100}, ["summaries-2"], deployed={}, start={}, splits=[{"9000": 100}]),
    "two models share": Case(0, {"9002": 100}, ["summaries-0", *BOTH], deployed={"1": "summaries-1", "0": "summaries-0"}, start={"1": 67, "0": 33}, splits=[{"1": 60, "0": 30, "9002": 10}, {"9002": 100}]),
    "the smoke test fails": Case(1, {"1": 100}, ONLY_OLD, lambda fake: setattr(fake, "answer", lambda _: {"predictions": ["nonsense"]}), splits=[]),
    "the smoke test gets a 500": Case(1, {"1": 100}, ONLY_OLD, faults(endpoints_deployedModels_invoke=[500] * 9), splits=[]),
    "no smoke test": Case(1, {"1": 100}, ONLY_OLD, splits=[], spec={**SPEC, "smoke": []}),
    "the first model fails its smoke test": Case(1, {}, [], lambda fake: setattr(fake, "answer", lambda _: {}), deployed={}, start={}, splits=[{"9000": 100}, {}]),
    "errors above the threshold": Case(1, {"1": 100}, ONLY_OLD, counts(95, 5), splits=[{"1": 90, "9001": 10}, {"1": 100}]),
    "errors below the threshold": Case(0, {"9001": 100}, BOTH, counts(99, 1)),
    "too few requests to tell": Case(1, {"1": 100}, ONLY_OLD, counts(3, 0), splits=[{"1": 90, "9001": 10}, {"1": 100}]),
    "no metrics": Case(1, {"1": 100}, ONLY_OLD, faults(timeSeries_list=[403])),
    "the deployment fails": Case(1, {"1": 100}, ONLY_OLD, lambda fake: setattr(fake, "deployment_fails", True), splits=[]),
    "the deployment's answer is lost": Case(1, {"1": 100}, ONLY_OLD, faults(endpoints_deployModel=[1503]), splits=[]),
    "the upload fails": Case(1, {"1": 100}, ONLY_OLD, faults(models_upload=[403]), splits=[]),
    "moving the traffic fails for a moment": Case(0, {"9001": 100}, BOTH, faults(endpoints_patch=[503, 429])),
    "moving all of the traffic fails": Case(1, {"1": 100}, ONLY_OLD, lambda fake: fake.faults.update({"endpoints.patch": [0, 403]}), splits=[{"1": 90, "9001": 10}, {"1": 100}]),
    "the way back fails too": Case(3, {"1": 90, "9001": 10}, BOTH, lambda fake: (counts(50, 50)(fake), fake.faults.update({"endpoints.patch": [0, 403, 403]})), splits=[{"1": 90, "9001": 10}]),
    "it was stopped at 0 %": Case(0, {"9": 100}, BOTH, deployed={**OLD, "9": "summaries-2"}, splits=[{"1": 90, "9": 10}, {"9": 100}]),
    "it was stopped at 10 %": Case(0, {"9": 100}, BOTH, deployed={**OLD, "9": "summaries-2"}, start={"1": 90, "9": 10}, splits=[{"9": 100}]),
    "it was stopped at 10 % and errs now": Case(1, {"1": 100}, ONLY_OLD, counts(50, 50), deployed={**OLD, "9": "summaries-2"}, start={"1": 90, "9": 10}, splits=[{"1": 100}]),
    "it had ended": Case(0, {"9": 100}, BOTH, deployed={**OLD, "9": "summaries-2"}, start={"9": 100}, splits=[]),
    "two are called the same": Case(3, {"1": 100}, [*BOTH, "summaries-2"], deployed={**OLD, "8": "summaries-2", "9": "summaries-2"}, splits=[]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_roll(vertex: Callable[..., FakeVertex], case: Case) -> None:
    fake = vertex(case.deployed, case.start)
    case.change(fake)
    assert run(canary(fake), "roll", case.spec) == case.code
    assert fake.split == case.end
    assert sorted(one["displayName"] for one in fake.models) == sorted(case.left)
    if case.splits is not None:
        assert fake.splits == case.splits
    assert all(sum(split.values()) in (0, 100) for split in fake.splits)


def test_an_upload_is_not_tried_twice(vertex: Callable[..., FakeVertex]) -> None:
    fake = vertex(OLD, {"1": 100})
    fake.faults["models.upload"] = [1503]
    assert run(canary(fake), "roll", SPEC) == 1
    assert fake.calls.count("models.upload") == 1


def test_back_and_retire(vertex: Callable[..., FakeVertex]) -> None:
    fake = vertex({"1": "summaries-1", "2": "summaries-2"}, {"2": 100})
    assert run(canary(fake, "summaries-0"), "back", None) == 1, "it isn't there any more"
    assert run(canary(fake, "summaries-1"), "retire", None) == 1, "it has no traffic: the others serve"
    assert run(canary(fake, "summaries-1"), "back", None) == 0
    assert fake.split == {"1": 100}
    assert run(canary(fake, "summaries-1"), "retire", None) == 0
    assert [one["id"] for one in fake.models] == ["1"]


def test_somebody_else_moves_traffic_in_between(vertex: Callable[..., FakeVertex]) -> None:
    """The etag that was read is the one that is written: a change in between is refused, not undone."""
    fake = vertex({"1": "a", "2": "b"}, {"1": 100})
    read = fake.endpoints_get
    fake.endpoints_get = lambda *given: (read(*given), fake.set({"1": 50, "2": 50}))[0]  # type: ignore[method-assign]
    assert run(canary(fake, "b"), "back", None) == 1
    assert fake.split == {"1": 50, "2": 50}


def test_splits_add_up() -> None:
    shares = [0, 1, 7, 33, 50, 66]
    for a, b, percent in itertools.product(shares, shares, (1, 10, 33, 50)):
        split = {"a": a, "b": b, "c": 100 - min(a + b, 100)}
        assert sum(rescaled(split, 100).values()) == 100
        assert sum(with_share(split, "new", percent).values()) == 100
        assert "a" not in without(split, "a")
    assert without({"a": 100}, "a") == {}
    assert with_share({"a": 100}, "b", 10) == {"a": 90, "b": 10}


@pytest.mark.parametrize(
    "arguments",
    [
        ["roll", "--endpoint", ENDPOINT, "--release", "a"],
        ["back", "--endpoint", "1002", "--release", "a"],
        ["back", "--endpoint", ENDPOINT, "--release", "$(id)"],
        ["roll", "--endpoint", ENDPOINT, "--release", "a", "--spec", "x", "--percent", "80"],
        ["back", "--endpoint", ENDPOINT, "--release", "a"],
    ],
    ids=["no spec", "a bare endpoint", "a release that is a command", "more than half", "no token"],
)
def test_wrong_arguments(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACCESS_TOKEN", raising=False)
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
