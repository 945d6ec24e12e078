"""Says whether an image may be signed: Cloud Build built it from this repository, and its scan found nothing that forbids it.

    image_gate.py --image HOST/PROJECT/REPOSITORY/NAME@sha256:… --revision COMMIT [--allowed FILE]

Reads Artifact Analysis (Container Analysis API, v1): the DISCOVERY occurrence says whether the scan has ended, VULNERABILITY
ones what it found, BUILD ones who built it. A critical vulnerability forbids, and a high one where a fix is out. What
FILE lists, with a reason and a last day, is let through until then.
"""

import argparse
import datetime
import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Json = dict[str, Any]
SCANNED = "FINISHED_SUCCESS"
FAILED = {"FINISHED_FAILED", "FINISHED_UNSUPPORTED"}


class Refused(Exception):
    """The image may not be signed."""


class Analysis:
    """The occurrences of one image."""

    def __init__(self, api: str, image: str, token: str) -> None:
        self.api, self.image, self.token = api, image, token
        self.project = image.split("/")[1]

    def occurrences(self, kind: str) -> Iterable[Json]:
        page = ""
        while True:
            query = {"filter": f'kind="{kind}" AND resourceUrl="https://{self.image}"', "pageSize": "1000", "pageToken": page}
            request = urllib.request.Request(f"{self.api}/v1/projects/{self.project}/occurrences?{urllib.parse.urlencode(query)}")
            request.add_header("authorization", f"Bearer {self.token}")
            with urllib.request.urlopen(request, timeout=60) as answer:
                found = json.loads(answer.read())
            yield from found.get("occurrences", [])
            page = found.get("nextPageToken", "")
            if not page:
                return


def wait_for_scan(analysis: Analysis, within: float, sleep: Callable[[float], None] = time.sleep) -> None:
    waited = 0.0
    while True:
        states = {one["discovery"].get("analysisStatus", "") for one in analysis.occurrences("DISCOVERY")}
        if SCANNED in states:
            return
        if states & FAILED:
            raise Refused(f"the scan ended as {sorted(states)}: an image that can't be scanned isn't signed")
        if waited >= within:
            raise Refused(f"no scan has ended within {within:.0f} s: is containerscanning.googleapis.com enabled?")
        sleep(15)
        waited += 15


def check_provenance(analysis: Analysis, revision: str) -> None:
    """A build's record that names another commit, or none at all, is an image from elsewhere."""
    builds = list(analysis.occurrences("BUILD"))
    if not builds:
        raise Refused("nobody's build record names it: it wasn't built by Cloud Build")
    if not any(revision in json.dumps(one["build"]) for one in builds):
        raise Refused(f"its build record doesn't name {revision}")


def forbids(occurrence: Json) -> bool:
    found = occurrence["vulnerability"]
    severity = found.get("effectiveSeverity") or found.get("severity")
    return severity == "CRITICAL" or (severity == "HIGH" and bool(found.get("fixAvailable")))


def check_vulnerabilities(analysis: Analysis, allowed: dict[str, str], today: datetime.date) -> list[str]:
    """What was let through; raises where something forbids."""
    forbidden, passed = [], []
    for one in analysis.occurrences("VULNERABILITY"):
        if not forbids(one):
            continue
        name = one["noteName"].rsplit("/", 1)[-1]
        packages = ", ".join(sorted({issue.get("affectedPackage", "?") for issue in one["vulnerability"].get("packageIssue", [])}))
        until = allowed.get(name)
        if until and datetime.date.fromisoformat(until) >= today:
            passed.append(f"{name} in {packages}, let through until {until}")
        else:
            forbidden.append(f"{name} in {packages}, {one['vulnerability'].get('effectiveSeverity')}" + (f"; it was let through until {until}" if until else ""))
    if forbidden:
        raise Refused("its scan found\n  " + "\n  ".join(sorted(forbidden)))
    return sorted(passed)


def read_allowed(path: Path | None) -> dict[str, str]:
    rows = json.loads(path.read_text()) if path else []
    for row in rows:
        if set(row) != {"id", "until", "why"} or not row["why"].strip():
            raise Refused(f"{path}: each row has id, until (a date) and why")
        datetime.date.fromisoformat(row["until"])
    return {row["id"]: row["until"] for row in rows}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="image_gate.py")
    parser.add_argument("--image", required=True)
    parser.add_argument("--revision", required=True)
    parser.add_argument("--allowed", type=Path)
    parser.add_argument("--wait-seconds", type=float, default=900)
    given = parser.parse_args(arguments)
    if not re.fullmatch(r"[a-z0-9.-]+/[a-z0-9:.-]+/[a-z0-9/._-]+@sha256:[0-9a-f]{64}", given.image):
        parser.error("--image is named by digest: a signature is over what a digest names")
    if not re.fullmatch(r"[0-9a-f]{40}", given.revision):
        parser.error("--revision is a whole commit")
    analysis = Analysis(os.environ.get("ANALYSIS_API", "https://containeranalysis.googleapis.com"), given.image, os.environ["ACCESS_TOKEN"])
    try:
        check_provenance(analysis, given.revision)
        wait_for_scan(analysis, given.wait_seconds)
        for line in check_vulnerabilities(analysis, read_allowed(given.allowed), datetime.datetime.now(datetime.timezone.utc).date()):
            print(line)
    except (Refused, urllib.error.URLError, KeyError, ValueError) as error:
        print(f"image-gate: {given.image}: {error}", file=sys.stderr)
        return 1
    print(f"{given.image} may be signed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
