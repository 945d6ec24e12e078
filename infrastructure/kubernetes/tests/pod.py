"""A pod's Envoy on this machine: the committed configuration with other ports and paths, and a sidecar that says what it is told."""

import contextlib
import http.client
import json
import os
import shutil
import socket
import ssl
import socketserver
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import yaml

KUBERNETES = Path(__file__).resolve().parent.parent
REPOSITORY = KUBERNETES.parents[1]
SHIPPED = yaml.safe_load((REPOSITORY / "envoy/envoy.yaml").read_text())
# What `make production-config` makes of it.
MADE = yaml.safe_load((KUBERNETES / "base/gateway/envoy.yaml").read_text())
PORTS = {one["name"]: one["address"]["socket_address"]["port_value"] for one in MADE["static_resources"]["listeners"]}
HEALTH_PATH = "/healthz"
KEYS = "/etc/sluice/keys"
ENVOY = Path(os.environ.get("ENVOY", REPOSITORY / ".venv/bin/envoy"))
MODULE = Path(os.environ.get("MODULE", REPOSITORY / "target/wasm32-wasip1/wasm/gateway_filter.wasm"))
ANSWER = {"id": "1", "object": "chat.completion", "created": 1, "model": "echo", "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}]}


def named(items, name):
    (found,) = [item for item in items if item["name"] == name]
    return found


def chain(config):
    """The HTTP filters of the gateway's listener."""
    gateway = named(config["static_resources"]["listeners"], "gateway")
    return gateway["filter_chains"][0]["filters"][0]["typed_config"]["http_filters"]


def port_of(cluster):
    (endpoints,) = named(MADE["static_resources"]["clusters"], cluster)["load_assignment"]["endpoints"]
    return endpoints["lb_endpoints"][0]["endpoint"]["address"]["socket_address"]["port_value"]


def keys():
    """A file of keys: the demo's, in the one that the image has."""
    whole = json.loads((REPOSITORY / "envoy/production/callers/api_key_auth/config.json").read_text())
    credentials = named(chain(SHIPPED), "api_key_auth")["typed_config"]["extension_config"]["typed_config"]["credentials"]
    whole["resources"][0]["typed_config"]["extension_config"]["typed_config"]["credentials"] = credentials
    return json.dumps(whole)


class Sidecar:
    """The sidecar's two listeners. Answers wait for `release`; /readyz says what `is_ready` says."""

    def __init__(self, path):
        self.is_ready = True
        self.release = threading.Event()
        self.release.set()
        self.asked = threading.Event()
        sidecar = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, body, kind="text/plain"):
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                ready = self.path != "/readyz" or sidecar.is_ready
                self.answer(200 if ready else 503, f"sidecar {self.path}\n".encode())

            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length") or 0))
                sidecar.asked.set()
                sidecar.release.wait(20)
                self.answer(200, json.dumps(ANSWER).encode(), "application/json")

            def address_string(self):
                return "envoy"

            def log_message(self, *_):
                pass

        class Unix(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # Envoy hangs up when it ends.

        class Tcp(socketserver.ThreadingMixIn, socketserver.TCPServer):
            daemon_threads = True
            handle_error = Unix.handle_error

        self.servers = [Unix(str(path), Handler), Tcp(("127.0.0.1", 0), Handler)]
        self.admin_port = self.servers[1].server_address[1]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Pod:
    """What is running, and how to ask it."""

    def __init__(self, folder, ports, process, sidecar):
        self.folder, self.ports, self.process, self.sidecar = folder, ports, process, sidecar

    def ask(self, name, path, method="GET", key=None, body=None, timeout=30):
        """(status, body) of one request to the listener `name`."""
        if name == "gateway":
            context = ssl.create_default_context(cafile=str(self.folder / "tls/cert.pem"))
            connection = http.client.HTTPSConnection("localhost", self.ports[name], timeout=timeout, context=context)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=timeout)
        headers = {"content-type": "application/json"} if body else {}
        headers |= {"authorization": f"Bearer {key}"} if key else {}
        with contextlib.closing(connection):
            connection.request(method, path, body=json.dumps(body) if body else None, headers=headers)
            response = connection.getresponse()
            return response.status, response.read().decode()

    def ended(self):
        """Ends it, and returns its access log: Envoy writes the last lines then."""
        self.process.terminate()
        self.process.wait(30)
        return (self.folder / "access.log").read_text()

    def until(self, what, name, path, status, **how):
        """Asks until `status` comes, and returns how often: the states of Envoy's health checks have no other sign."""
        deadline, asked = time.monotonic() + 30, 0
        while time.monotonic() < deadline:
            asked += 1
            assert self.process.poll() is None, (self.folder / "envoy.log").read_text()[-3000:]
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask(name, path, **how)[0] == status:
                    return asked
            time.sleep(0.1)
        raise AssertionError(f"{what} didn't come\n{(self.folder / 'envoy.log').read_text()[-3000:]}")


def moved(text, folder, ports):
    """The committed file with this machine's paths and ports."""
    paths = {"/etc/sluice/gateway_filter.wasm": MODULE, "/etc/sluice": folder, "/run/sluice": folder}
    for old, new in paths.items():
        text = text.replace(old, str(new))
    config = yaml.safe_load(text)

    def visit(node):
        if isinstance(node, dict):
            if node.get("port_value") in ports:
                node["port_value"], node["address"] = ports[node["port_value"]], "127.0.0.1"
            node = list(node.values())
        for child in node if isinstance(node, list) else []:
            visit(child)

    visit(config)
    return yaml.safe_dump(config)


@contextlib.contextmanager
def running(change=None):
    """A pod. `change` may patch the folder's files before Envoy reads them."""
    assert ENVOY.exists(), f"{ENVOY} is missing: make .venv/envoy-VERSION"
    assert MODULE.exists(), f"{MODULE} is missing: make wasm"
    folder = Path(tempfile.mkdtemp(prefix="sluice-pod-"))
    sidecar = Sidecar(folder / "sidecar.sock")
    names = PORTS | {"admin": port_of("envoy_admin")}
    ports = {name: free_port() for name in names}
    numbers = {number: ports[name] for name, number in names.items()} | {port_of("sidecar_admin"): sidecar.admin_port}
    for name in ("envoy", "keys", "callers", "tls"):
        (folder / name).mkdir()
    base = KUBERNETES / "base/gateway"
    (folder / "envoy/envoy.yaml").write_text(moved((base / "envoy.yaml").read_text(), folder, numbers))
    for path in (base / "callers").iterdir():
        shutil.copy(path, folder / "callers")
    (folder / "keys/api_key_auth.json").write_text(keys())
    # A real drain lasts as long as load balancers need; here nobody does.
    (folder / "envoy/drain.lua").write_text((base / "drain.lua").read_text().replace("SHORTEST = 20", "SHORTEST = 1"))
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*certificate, "-keyout", folder / "tls/key.pem", "-out", folder / "tls/cert.pem"], check=True, capture_output=True)
    for name in ("tls.crt", "tls.key"):  # One secret has both, and is both files.
        (folder / "tls" / name).write_text((folder / "tls/cert.pem").read_text() + (folder / "tls/key.pem").read_text())
    if change:
        change(folder)
    command = [ENVOY, "-c", folder / "envoy/envoy.yaml", "--disable-hot-restart", "--concurrency", "1", "--log-path", folder / "envoy.log", "--log-level", "warning"]
    with (folder / "access.log").open("wb") as access:
        process = subprocess.Popen(command, stdout=access, stderr=access)
    pod = Pod(folder, ports, process, sidecar)
    try:
        pod.until("life", "ops", "/live", 200)
        yield pod
    finally:
        process.terminate()
        process.wait(30)
        sidecar.close()
        shutil.rmtree(folder)
