"""The road to Pub/Sub: a relay that can be closed, and that can lose an answer after the request went through."""

import http.client
import http.server
import threading
from typing import Literal

Mode = Literal["open", "closed", "lossy"]


class Road:
    """Listens on a port of its own. `closed`: hangs up. `lossy`: passes a request on, and hangs up instead of answering."""

    def __init__(self, to: str) -> None:
        self.mode: Mode = "open"
        self.cut = 0
        road = self

        class Relay(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                mode = road.mode
                if mode != "closed":
                    status, text = forward(to, self.path, body)
                if mode != "open":
                    road.cut += 1
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Relay)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def forward(to: str, path: str, body: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(to, timeout=20)
    try:
        connection.request("POST", path, body, {"content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
