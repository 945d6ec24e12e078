"""The sidecar under test: asked, killed, started again on what it left."""

import json
import signal
from pathlib import Path
from typing import Any

from http_json import request
from processes import BINARIES, Process, answers, eventually, free_port


class Sidecar:
    """One state folder, and a process after the other on it."""

    def __init__(self, folder: Path, vertex: str, pubsub: str, variables: dict[str, str] | None = None) -> None:
        self.folder, self.process = folder, None
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": "/nonexistent",
            "GCE_METADATA_HOST": vertex,
            "VERTEX_ENDPOINT": f"http://{vertex}",
            "PUBSUB_TOPIC": "projects/demo/topics/usage",
            "PUBSUB_EMULATOR_HOST": pubsub,
            "STATE_DIR": str(folder),
            **(variables or {}),
        }

    process: Process | None

    def start(self) -> None:
        data, admin = free_port(), free_port()
        self.data, self.admin = f"http://127.0.0.1:{data}", f"http://127.0.0.1:{admin}"
        ports = {"SIDECAR_DATA_ADDR": f"127.0.0.1:{data}", "SIDECAR_PORT": str(admin)}
        self.process = Process(self.folder / "sidecar.log", [str(BINARIES / "cache-sidecar")], self.environment | ports)
        self.process.ready("the sidecar", lambda: answers(f"{self.admin}/readyz"))

    def stop(self) -> None:
        if self.process:
            self.process.stop()

    def kill(self) -> None:
        assert self.process
        self.process.stop(signal.SIGKILL)

    def ask(self, tenant: str, user: str, model: str, prompt: str, stream: bool = False) -> str:
        """The exchange's id, where the answer came to its end: then it is acknowledged."""
        body = {"model": model, "messages": [{"role": "user", "content": prompt}], "stream": stream}
        headers = {"x-sluice-tenant": tenant, "x-sluice-user": user, "x-sluice-input-estimate": "20", "x-sluice-redactions": "EMAIL=1"}
        text = request("POST", f"{self.data}/v1/chat/completions", body, headers)
        if not stream:
            return exchange_of(json.loads(text))
        assert text.rstrip().endswith("data: [DONE]"), "a stream that broke off isn't acknowledged"
        chunk = next(line for line in text.splitlines() if line.startswith("data: {"))
        return exchange_of(json.loads(chunk.removeprefix("data: ")))

    def ask_gemini(self, tenant: str, user: str, model: str, prompt: str) -> None:
        body = {"contents": [{"role": "user", "parts": [{"text": prompt}]}]}
        headers = {"x-sluice-tenant": tenant, "x-sluice-user": user, "x-sluice-input-estimate": "20"}
        path = f"/v1/projects/demo/locations/us-central1/publishers/google/models/{model}:generateContent"
        request("POST", f"{self.data}{path}", body, headers)

    def metrics(self) -> dict[str, int]:
        """Sample values by name and labels."""
        lines = request("GET", f"{self.admin}/metrics").splitlines()
        pairs = (line.removeprefix("sluice_sidecar_").rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: int(float(value)) for name, value in pairs}

    def published(self) -> None:
        """Returns when Pub/Sub has all that is settled."""
        eventually("all events to be published", lambda: self.metrics().get('events_waiting{sink="pubsub"}') == 0)

    def journal(self) -> dict[str, dict[str, Any]]:
        """Settled exchanges on disk by id."""
        events = {}
        for path in sorted((self.folder / "journal").glob("journal-*.jsonl")):
            for line in path.read_text().splitlines():
                if line.startswith('{"settled"'):
                    event = json.loads(line)["settled"]["event"]
                    assert event["event_id"] not in events, "each is settled once"
                    events[event["event_id"]] = event
        return events


def exchange_of(answer: dict[str, Any]) -> str:
    return str(answer["id"]).removeprefix("chatcmpl-")
