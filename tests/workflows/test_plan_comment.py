"""One comment for each environment, whatever a plan holds."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from plan_comment import MAX_TEXT, body, changes, main, marker

Json = dict[str, Any]


class FakeGitHub:
    def __init__(self) -> None:
        self.comments: list[Json] = []
        self.calls: list[str] = []
        handler = type("Handler", (Handler,), {"fake": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def comment(self, text: str, kind: str = "Bot") -> None:
        number = len(self.comments) + 1
        self.comments.append({"id": number, "body": text, "user": {"type": kind}, "html_url": f"#{number}"})


class Handler(http.server.BaseHTTPRequestHandler):
    fake: FakeGitHub

    def respond(self) -> None:
        path, _, query = self.path.partition("?")
        self.fake.calls.append(f"{self.command} {path}")
        assert self.headers["authorization"] == "Bearer token"
        given = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or "null")
        if self.command == "GET":
            page = int(query.rpartition("page=")[2])
            answer: Any = self.fake.comments[(page - 1) * 100 : page * 100]
        elif self.command == "POST":
            self.fake.comment(given["body"])
            answer = self.fake.comments[-1]
        else:
            answer = self.fake.comments[int(path.rsplit("/", 1)[1]) - 1]
            answer["body"] = given["body"]
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = respond

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    fake = FakeGitHub()
    for name, value in {"GITHUB_API_URL": fake.address, "GITHUB_REPOSITORY": "acme/sluice", "GITHUB_TOKEN": "token", "PULL_REQUEST": "7", "RUN_URL": "run"}.items():
        monkeypatch.setenv(name, value)
    yield fake
    fake.server.shutdown()
    fake.server.server_close()


def plan(*rows: tuple[str, list[str]]) -> Json:
    return {"resource_changes": [{"address": address, "change": {"actions": actions}} for address, actions in rows]}


def say(folder: Path, given: Json, text: str = "text", environment: str = "prod") -> None:
    (folder / "plan.json").write_text(json.dumps(given))
    (folder / "plan.txt").write_text(text)
    assert main(["--environment", environment, "--plan", str(folder / "plan.json"), "--text", str(folder / "plan.txt")]) == 0


def test_the_same_comment_is_written_again(github: FakeGitHub, tmp_path: Path) -> None:
    say(tmp_path, plan(("a.b", ["create"])))
    say(tmp_path, plan())
    say(tmp_path, plan(), environment="dev")
    assert [one["body"].splitlines()[1] for one in github.comments] == ["### Terraform plan of prod: no changes", "### Terraform plan of dev: no changes"]


def test_a_persons_comment_stays(github: FakeGitHub, tmp_path: Path) -> None:
    github.comment(marker("prod") + " mine", kind="User")
    github.comment("about " + marker("prod"))
    say(tmp_path, plan())
    assert [one["body"].splitlines()[0] for one in github.comments[:2]] == [marker("prod") + " mine", "about " + marker("prod")]
    assert len(github.comments) == 3


def test_it_is_found_behind_a_hundred_others(github: FakeGitHub, tmp_path: Path) -> None:
    for number in range(150):
        github.comment(f"comment {number}", kind="User")
    say(tmp_path, plan())
    say(tmp_path, plan(("a.b", ["create"])))
    assert len(github.comments) == 151
    assert github.calls[-1] == "PATCH /repos/acme/sluice/issues/comments/151"


# (what, Terraform's actions, its sign)
ACTIONS = [
    ("made", ["create"], "+"),
    ("changed", ["update"], "~"),
    ("deleted", ["delete"], "−"),
    ("made anew", ["delete", "create"], "−/+"),
    ("made anew, the new one first", ["create", "delete"], "+/−"),
    ("left as it is", ["no-op"], None),
    ("read", ["read"], None),
]


@pytest.mark.parametrize(("actions", "sign"), [row[1:] for row in ACTIONS], ids=[row[0] for row in ACTIONS])
def test_signs(actions: list[str], sign: str | None) -> None:
    assert [row[0] for row in changes(plan(("a.b", actions)))] == ([sign] if sign else [])


def test_deletions_come_first_and_are_counted() -> None:
    given = plan(("a.a", ["create"]), ("z.z", ["delete"]), ("m.m", ["create", "delete"]))
    assert [address for _, address in changes(given)] == ["m.m", "z.z", "a.a"]
    assert "3 changes, **2 of them delete**" in body("prod", given, "", "run")


def test_nothing_in_a_plan_is_markup_of_ours() -> None:
    text = body("prod", plan(('a["`|<img src=x>\n@everyone"]', ["create"])), "````\n</details>\n```", "run")
    assert "| + | `a[\"???img src=x??@everyone\"]` |" in text
    assert text.count("`````") == 2, "the fence is longer than the plan's own"


def test_a_long_plan_is_cut() -> None:
    text = body("prod", plan(*[(f"a.b[{number}]", ["create"]) for number in range(500)]), "x" * 200_000, "run")
    assert len(text) < 65_536 and "400 more" in text
    assert MAX_TEXT < len(text)
