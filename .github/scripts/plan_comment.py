"""Says in one comment of a pull request what Terraform would do: the same comment every time, not one more.

    plan_comment.py --environment prod --plan plan.json --text plan.txt

Reads GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_API_URL, PULL_REQUEST (its number) and RUN_URL. `plan.json` is
`terraform show -json`, `plan.txt` the same without -json, where Terraform has left out what is sensitive.
"""

import argparse
import json
import os
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

Json = dict[str, Any]
# GitHub takes 65,536 characters; what is around the plan needs some.
MAX_TEXT = 55_000
MAX_ROWS = 100
SIGNS = {("create",): "+", ("delete",): "−", ("update",): "~", ("delete", "create"): "−/+", ("create", "delete"): "+/−", ("forget",): "forget"}


def marker(environment: str) -> str:
    return f"<!-- terraform plan of {environment} -->"


def changes(plan: Json) -> list[tuple[str, str]]:
    """(sign, address), deletions first: they are what a reader must not miss."""
    rows = []
    for change in plan.get("resource_changes", []):
        actions = tuple(change["change"]["actions"])
        if actions not in {("no-op",), ("read",)}:
            rows.append((SIGNS.get(actions, "/".join(actions)), change["address"]))
    return sorted(rows, key=lambda row: ("−" not in row[0], row[1]))


def fenced(text: str) -> str:
    """A fence longer than any that the text holds, so that nothing in it becomes a comment of ours."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}terraform\n{text}\n{fence}"


def code(text: str) -> str:
    return "`" + re.sub(r"[`|\r\n<>]", "?", text) + "`"


def body(environment: str, plan: Json, text: str, run_url: str) -> str:
    rows = changes(plan)
    deleted = sum("−" in sign for sign, _ in rows)
    title = f"### Terraform plan of {environment}: " + (f"{len(rows)} change{'s' * (len(rows) != 1)}" if rows else "no changes")
    if deleted:
        title += f", **{deleted} of them delete**"
    table = ["", "| | resource |", "|---|---|", *[f"| {sign} | {code(address)} |" for sign, address in rows[:MAX_ROWS]]] if rows else []
    if len(rows) > MAX_ROWS:
        table.append(f"| … | {len(rows) - MAX_ROWS} more |")
    shown = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "\n… cut off: the run's log has all of it"
    return "\n".join([marker(environment), title, *table, "", "<details><summary>the plan</summary>", "", fenced(shown), "", "</details>", "", f"[the run]({run_url})"])


class GitHub:
    def __init__(self, api: str, repository: str, token: str) -> None:
        self.base, self.token = f"{api}/repos/{repository}", token

    def call(self, method: str, path: str, given: Json | None = None) -> Any:
        request = urllib.request.Request(self.base + path, method=method, data=None if given is None else json.dumps(given).encode())
        request.add_header("authorization", f"Bearer {self.token}")
        request.add_header("accept", "application/vnd.github+json")
        request.add_header("x-github-api-version", "2022-11-28")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def ours(self, number: int, mark: str) -> int | None:
        """The comment that begins with the marker and that a bot wrote: anybody can write the marker."""
        for page in range(1, 31):
            found = self.call("GET", f"/issues/{number}/comments?per_page=100&page={page}")
            for comment in found:
                if comment["body"].startswith(mark) and comment["user"]["type"] == "Bot":
                    return int(comment["id"])
            if len(found) < 100:
                return None
        return None

    def say(self, number: int, mark: str, text: str) -> str:
        there = self.ours(number, mark)
        if there is None:
            return str(self.call("POST", f"/issues/{number}/comments", {"body": text})["html_url"])
        return str(self.call("PATCH", f"/issues/comments/{there}", {"body": text})["html_url"])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="plan_comment.py")
    parser.add_argument("--environment", required=True, choices=["dev", "prod"])
    parser.add_argument("--plan", required=True, type=Path)
    parser.add_argument("--text", required=True, type=Path)
    given = parser.parse_args(arguments)
    text = body(given.environment, json.loads(given.plan.read_text()), given.text.read_text(), os.environ["RUN_URL"])
    github = GitHub(os.environ.get("GITHUB_API_URL", "https://api.github.com"), os.environ["GITHUB_REPOSITORY"], os.environ["GITHUB_TOKEN"])
    print(github.say(int(os.environ["PULL_REQUEST"]), marker(given.environment), text))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
