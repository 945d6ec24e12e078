"""Which images may be signed, asked of a fake of Artifact Analysis that is held against its discovery document."""

import http.server
import json
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from discovery import complaints, method
from image_gate import main

IMAGE = "europe-west1-docker.pkg.dev/acme/sluice/envoy@sha256:" + "a" * 64
REVISION = "c" * 40
Json = dict[str, Any]
BUILD: Json = {"noteName": "projects/acme/notes/build", "build": {"provenance": {"id": "1", "buildOptions": {"revision": REVISION}}}}


def scan(*states: str) -> list[Json]:
    return [{"discovery": {"analysisStatus": state}} for state in states]


def found(name: str, severity: str, fix: bool = False) -> Json:
    vulnerability = {"effectiveSeverity": severity, "fixAvailable": fix, "packageIssue": [{"affectedPackage": "libc6"}]}
    return {"noteName": f"projects/goog-vulnz/notes/{name}", "vulnerability": vulnerability}


class Handler(http.server.BaseHTTPRequestHandler):
    occurrences: dict[str, list[Json]]
    wrong: list[str]

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        known = method("containeranalysis.v1", "GET", url.path.lstrip("/"))
        self.wrong += [f"no parameter {key}" for key in query if key not in known["parameters"]]
        kind = query["filter"][0].split('"')[1]
        assert query["filter"][0].endswith(f'resourceUrl="https://{IMAGE}"')
        # Two a page, so that there are pages.
        start = int(query.get("pageToken", ["0"])[0])
        all_of_kind = self.occurrences[kind]
        answer: Json = {"occurrences": all_of_kind[start : start + 2]}
        if start + 2 < len(all_of_kind):
            answer["nextPageToken"] = str(start + 2)
        self.wrong += complaints("containeranalysis.v1", known["response"]["$ref"], answer)
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Handler]]:
    handler = type("OneTest", (Handler,), {"occurrences": {"BUILD": [BUILD], "DISCOVERY": scan("FINISHED_SUCCESS"), "VULNERABILITY": []}, "wrong": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("ANALYSIS_API", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("ACCESS_TOKEN", "token")
    yield handler
    server.shutdown()
    server.server_close()
    assert not handler.wrong


FUTURE, PAST = "2099-01-01", "2020-01-01"
# (what, what differs, what is let through until when, whether it may be signed, what is said otherwise)
CASES = [
    ("nothing found", {}, {}, True, ""),
    ("medium and low ones", {"VULNERABILITY": [found("A", "MEDIUM", True), found("B", "LOW"), found("C", "MINIMAL")]}, {}, True, ""),
    ("a high one without a fix", {"VULNERABILITY": [found("A", "HIGH")]}, {}, True, ""),
    ("a high one with a fix", {"VULNERABILITY": [found("A", "HIGH", True)]}, {}, False, "A in libc6, HIGH"),
    ("a critical one", {"VULNERABILITY": [found("A", "CRITICAL")]}, {}, False, "A in libc6, CRITICAL"),
    ("a critical one on the last page", {"VULNERABILITY": [found(str(one), "LOW") for one in range(4)] + [found("A", "CRITICAL")]}, {}, False, "A in"),
    ("let through for now", {"VULNERABILITY": [found("A", "CRITICAL")]}, {"A": FUTURE}, True, ""),
    ("let through until a day that has passed", {"VULNERABILITY": [found("A", "CRITICAL")]}, {"A": PAST}, False, f"let through until {PAST}"),
    ("another is let through", {"VULNERABILITY": [found("A", "CRITICAL")]}, {"B": FUTURE}, False, "A in"),
    ("no scan yet", {"DISCOVERY": scan("SCANNING")}, {}, False, "no scan has ended"),
    ("no scan at all", {"DISCOVERY": []}, {}, False, "no scan has ended"),
    ("a scan that failed", {"DISCOVERY": scan("FINISHED_FAILED")}, {}, False, "FINISHED_FAILED"),
    ("an image that can't be scanned", {"DISCOVERY": scan("FINISHED_UNSUPPORTED")}, {}, False, "can't be scanned"),
    ("nobody built it", {"BUILD": []}, {}, False, "wasn't built by Cloud Build"),
    ("it was built of another commit", {"BUILD": [{"build": {"provenance": {"id": "d" * 40}}}]}, {}, False, "doesn't name"),
]


@pytest.mark.parametrize(("change", "allowed", "good", "said"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_gate(analysis: type[Handler], tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, list[Json]], allowed: dict[str, str], good: bool, said: str) -> None:
    analysis.occurrences.update(change)
    listed = tmp_path / "allowed.json"
    listed.write_text(json.dumps([{"id": name, "until": until, "why": "w"} for name, until in allowed.items()]))
    code = main(["--image", IMAGE, "--revision", REVISION, "--allowed", str(listed), "--wait-seconds", "0"])
    assert code == (0 if good else 1)
    assert said in capsys.readouterr().err


def test_a_row_without_a_reason_lets_nothing_through(analysis: type[Handler], tmp_path: Path) -> None:
    listed = tmp_path / "allowed.json"
    listed.write_text(json.dumps([{"id": "A", "until": FUTURE, "why": " "}]))
    assert main(["--image", IMAGE, "--revision", REVISION, "--allowed", str(listed), "--wait-seconds", "0"]) == 1


@pytest.mark.parametrize("arguments", [["--image", IMAGE.split("@")[0] + ":v1", "--revision", REVISION], ["--image", IMAGE, "--revision", "main"]], ids=["a tag", "a branch"])
def test_wrong_arguments(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
