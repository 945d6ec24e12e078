"""Alerts, objectives and dashboards: what is generated is what would be, every rule fires when it must and stays silent when it must,
every metric exists, and every alert says what to do."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

MONITORING = Path(__file__).resolve().parent.parent
REPOSITORY = MONITORING.parents[1]
sys.path.insert(0, str(MONITORING))
import generate  # noqa: E402

ALERTS = {alert["name"]: alert for alert in generate.alerts()}


def promtool(*arguments):
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True)


def test_generated():
    assert not generate.stale(), "run `make generated`"


def test_rules_are_promql():
    done = promtool("check", "rules", MONITORING / "generated/prometheus/rules.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(ALERTS)} rules found" in done.stdout + done.stderr


def test_charts_are_promql(tmp_path):
    rules = [{"record": f"asked:{number}", "expr": text} for number, text in enumerate(generate.queries())]
    (tmp_path / "asked.yaml").write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}))
    done = promtool("check", "rules", tmp_path / "asked.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(rules) > len(ALERTS) + 30


@pytest.fixture(scope="module")
def trials(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trials")
    generate.trials(folder)
    return folder


@pytest.mark.parametrize("name", ALERTS)
def test_fires_and_stays_silent(trials, name):
    assert {"fires", "silent"} <= ALERTS[name].keys()
    done = promtool("test", "rules", trials / f"{name}.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_rule_that_is_wrong_is_noticed(trials):
    rules = (trials / "ErrorRate.rules").read_text()
    for wrong in (rules.replace("> 0.01", "> 0.1"), rules.replace("> 0.01", "> 0.001"), rules.replace("for: 5m", "for: 1h")):
        assert wrong != rules
        (trials / "ErrorRate.rules").write_text(wrong)
        assert promtool("test", "rules", trials / "ErrorRate.yaml").returncode != 0
    (trials / "ErrorRate.rules").write_text(rules)


def test_each_alert_has_a_runbook():
    text = (REPOSITORY / generate.RUNBOOKS).read_text()
    sections = dict(re.findall(r"^### ([^\n]+)\n(.*?)(?=^##|\Z)", text, re.M | re.S))
    for name, alert in ALERTS.items():
        assert alert["runbook"] in sections, f"{name}: docs/operations.md has no section `### {alert['runbook']}`"
        for part in ("**Means**", "**Look**", "**Do**", "**Silence**"):
            assert part in sections[alert["runbook"]], f"{alert['runbook']} lacks {part}"
        table = [line for line in text.splitlines() if line.startswith(f"| `{name}` ")]
        assert len(table) == 1 and f"#{generate.anchor(alert['runbook'])})" in table[0], f"{name} has one row in the table of alerts"


def test_each_alert_is_told_as_it_should_be():
    for name, alert in ALERTS.items():
        assert alert["severity"] in ("critical", "warning"), name
        assert len(alert["title"]) <= 100, name
        assert "rate(" in alert["expr"] or "increase(" in alert["expr"] or alert["expr"].startswith(("absent", "max", "min")), f"{name}: a counter alone only grows"


# Where metrics are registered.
REGISTERED = ["cache-sidecar/src/metrics", "filters/gateway-filter/src"]


def named():
    """Every metric that a rule, a chart or an objective names."""
    texts = [*generate.queries(), (MONITORING / "objectives.yaml").read_text()]
    return sorted(set(re.findall(r"\b((?:sluice|gen_ai|envoy)_[a-z0-9_]+)\b(?![=!])", "\n".join(texts))))


def spellings(metric):
    """How the program that has it may name it: suffixes come with the type and the unit, the sidecar's prefix with its registry."""
    plain = re.sub(r"_(bucket|count|sum)$", "", metric)
    found = {plain, re.sub(r"_total$", "", plain)}
    found |= {re.sub(r"_seconds$", "", one) for one in found}
    return found | {one.removeprefix("sluice_sidecar_") for one in found if one.startswith("sluice_sidecar_")}


@pytest.mark.parametrize("metric", named())
def test_metrics_exist(metric):
    if metric.startswith("envoy_"):
        return  # Envoy's own: infrastructure/kubernetes/tests asks a running one.
    code = "\n".join(path.read_text() for folder in REGISTERED for path in (REPOSITORY / folder).rglob("*.rs"))
    assert any(f'"{one}"' in code or f'"{one};' in code for one in spellings(metric)), f"nothing registers {metric}"


@pytest.mark.parametrize("monitor", ["base/shared/pod-monitoring.yaml", "overlays/istio/metrics.yaml"])
def test_metrics_are_scraped(monitor):
    """Managed Prometheus keeps of Envoy's series what these patterns match."""
    body = next(yaml.safe_load_all((REPOSITORY / "infrastructure/kubernetes" / monitor).read_text()))
    patterns = [rule["regex"] for endpoint in body["spec"]["endpoints"] for rule in endpoint.get("metricRelabeling", [])]
    from_envoy = [metric for metric in named() if not metric.startswith("sluice_sidecar_")]
    if monitor.startswith("overlays"):  # Istio names its connection manager otherwise; there the sidecar counts requests in flight.
        from_envoy.remove("envoy_http_downstream_rq_active")
    assert len(patterns) == 1
    assert [metric for metric in from_envoy if not re.fullmatch(patterns[0], metric)] == []


def test_tiles_do_not_overlap():
    for one in generate.source("dashboards").values():
        taken = set()
        for tile in generate.dashboard(one)["mosaicLayout"]["tiles"]:
            cells = {(x, y) for x in range(tile["xPos"], tile["xPos"] + tile["width"]) for y in range(tile["yPos"], tile["yPos"] + tile["height"])}
            assert not cells & taken and max(x for x, _ in cells) < generate.COLUMNS
            taken |= cells
