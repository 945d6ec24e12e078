"""The pod's Envoy runs here: what it serves, to whom, and how it goes."""

import threading

import pytest

from pod import running

CHAT = {"model": "echo", "messages": [{"role": "user", "content": "hi"}]}


@pytest.fixture(scope="module")
def pod():
    with running() as one:
        one.until("health", "gateway", "/healthz", 200)
        yield one


# (listener, path, status, what is in the body)
PAGES = [
    ("gateway", "/healthz", 200, ""),
    ("gateway", "/v1/models", 401, "invalid_api_key"),
    ("ops", "/live", 200, "live"),
    ("ops", "/ready", 200, "LIVE"),
    ("ops", "/sidecar/readyz", 200, "sidecar /readyz"),
    ("ops", "/sidecar/healthz", 200, "sidecar /healthz"),
    ("ops", "/metrics/envoy", 200, "envoy_server_live{"),
    # What alerts and autoscaler ask for by name.
    ("ops", "/metrics/envoy", 200, "envoy_wasm_gateway_filter_vm_reload{"),
    ("ops", "/metrics/envoy", 200, 'envoy_http_downstream_rq_active{envoy_http_conn_manager_prefix="gateway"}'),
    ("ops", "/metrics/sidecar", 200, "sidecar /metrics"),
    # Neither admin's other pages can be had.
    ("ops", "/", 404, ""),
    ("ops", "/config_dump", 404, ""),
    ("ops", "/ready/../config_dump", 404, ""),
    ("ops", "/metrics/envoy/../../quitquitquit", 404, ""),
    ("ops", "/sidecar/admin/budgets", 404, ""),
    ("ops", "/drain", 404, ""),
    ("lifecycle", "/", 404, ""),
    ("lifecycle", "/ready", 404, ""),
]


@pytest.mark.parametrize(("listener", "path", "status", "says"), PAGES, ids=[f"{row[0]} {row[1]} {row[3]}" for row in PAGES])
def test_pages(pod, listener, path, status, says):
    got = pod.ask(listener, path)
    assert got[0] == status, got
    assert says in got[1]


def test_admin_takes_nothing_but_reads(pod):
    assert pod.ask("ops", "/ready", method="POST")[0] == 404


def test_a_key_of_the_file_lets_in(pod):
    # The fake sidecar lends no budgets, so the filter answers for itself: authenticated, and no further.
    status, body = pod.ask("gateway", "/v1/chat/completions", "POST", "demo-acme-alice", CHAT)
    assert (status, "budget_unavailable" in body) == (503, True), body
    assert pod.ask("gateway", "/v1/models", key="demo-acme-alice")[0] != 401


def test_a_sidecar_that_drains_takes_the_pod_out(pod):
    pod.sidecar.is_ready = False
    pod.until("the sidecar's drain", "gateway", "/healthz", 503)
    pod.sidecar.is_ready = True
    pod.until("the sidecar's return", "gateway", "/healthz", 200)


def test_keys_that_cannot_be_read_let_nobody_in():
    def spoil(folder):
        (folder / "keys/api_key_auth.json").write_text('{"resources": [{"@type": "type.googleapis.com/nonsense"}]}')

    with running(spoil) as one:
        # The pod gets no traffic, and a rollout stops here.
        one.until("the check of itself", "gateway", "/healthz", 503)
        assert one.ask("gateway", "/v1/chat/completions", "POST", "demo-acme-alice", CHAT)[0] == 500


def test_new_keys_need_no_restart_and_checks_are_not_logged():
    def log_everything(folder):
        path = folder / "envoy/envoy.yaml"
        path.write_text(path.read_text().replace("default_value: 500", "default_value: 0"))

    with running(log_everything) as one:
        one.until("health", "gateway", "/healthz", 200)
        path = one.folder / "keys/api_key_auth.json"
        new = one.folder / "keys/new.json"
        new.write_text(path.read_text().replace("demo-acme-bob", "another-key"))
        new.replace(path)
        asked = one.until("the new key", "gateway", "/v1/models", 200, key="another-key")
        assert one.ask("gateway", "/v1/models", key="demo-acme-bob")[0] == 401
        assert one.ask("gateway", "/v1/models", key="demo-acme-alice")[0] == 200
        log = one.ended()
    assert log.count('"status":401') > 0 and log.count('"status":200') > 0, "clients' requests are logged, refused ones too"
    assert "/healthz" not in log and "via_upstream" in log
    refused = [line for line in log.splitlines() if '"status":401' in line]
    assert len(refused) <= asked, "of requests without a key only those that were made here"


def test_drain():
    """Nobody who is being served is cut off, and nobody new is sent here."""

    def unmetered(folder):
        path = folder / "envoy/envoy.yaml"
        path.write_text(path.read_text().replace('"enabled\\": true', '"enabled\\": false').replace('"enabled": true', '"enabled": false'))

    with running(unmetered) as one:
        one.until("health", "gateway", "/healthz", 200)
        one.sidecar.release.clear()
        answers, drained = [], []
        client = threading.Thread(target=lambda: answers.append(one.ask("gateway", "/v1/chat/completions", "POST", "demo-acme-alice", CHAT)))
        client.start()
        assert one.sidecar.asked.wait(10), "the request reached the sidecar"
        kubelet = threading.Thread(target=lambda: drained.append(one.ask("lifecycle", "/drain")))
        kubelet.start()
        one.until("the drain", "gateway", "/healthz", 503)
        kubelet.join(3)
        assert not drained, "an answer is under way"
        one.sidecar.release.set()
        kubelet.join(10)
        client.join(10)
        assert drained == [(200, "drained\n")]
        assert [status for status, _ in answers] == [200], answers
