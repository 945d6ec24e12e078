"""Requests with JSON in and out."""

import json
import urllib.error
import urllib.request
from typing import Any


class Refused(Exception):
    """An answer that isn't a 2xx."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text[:2000]}")
        self.status = status


# Nothing here leaves the machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(method: str, url: str, body: Any = None, headers: dict[str, str] | None = None, timeout: float = 30) -> Any:
    """The answer's JSON. Refused where it isn't a 2xx, OSError where there is none."""
    text = request(method, url, body, headers, timeout)
    return json.loads(text) if text else None


def request(method: str, url: str, body: Any = None, headers: dict[str, str] | None = None, timeout: float = 30) -> str:
    """The answer's text."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"content-type": "application/json", **(headers or {})}, method=method)
    try:
        with _opener.open(asked, timeout=timeout) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        raise Refused(error.code, error.read().decode(errors="replace")) from None
