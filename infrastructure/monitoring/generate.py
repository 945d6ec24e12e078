"""Alerts, objectives and dashboards, out of alerts.yaml, objectives.yaml and dashboards.yaml:

    generate.py            writes generated/: Prometheus' rules, and bodies of Cloud Monitoring's REST API for Terraform
    generate.py --check    fails where they aren't what it would write
    generate.py --tests F  writes promtool's tests of the rules into the folder F

One source, so that what promtool tries is what Cloud Monitoring asks.
"""

import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
GENERATED = HERE / "generated"
HEADER = "# Made by infrastructure/monitoring/generate.py: change what it reads, not this.\n"
RUNBOOKS = "docs/operations.md"
COLUMNS, TILE_HEIGHT = 48, 16

Json = dict[str, Any]


@cache
def source(name: str) -> Json:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text())


def anchor(heading: str) -> str:
    """Of a heading of Markdown."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def query(text: str) -> str:
    """With its parameters, on one line."""
    for name, value in source("alerts")["parameters"].items():
        text = text.replace(f"${{{name}}}", str(value))
    return " ".join(text.split())


def share(objective: Json, window: str) -> str:
    """Of what was bad, in a window."""
    total = f"sum(rate({objective['total']}[{window}]))"
    if "less" in objective:
        return f"({total} - sum(rate({objective['less']}[{window}]))) / {total}"
    return f"sum(rate({objective['bad']}[{window}])) / {total}"


def burns() -> list[Json]:
    """The alerts of the objectives."""
    found = []
    days = source("objectives")["days"]
    for objective in source("objectives")["objectives"]:
        budget = 1 - objective["goal"]
        for pace in source("objectives")["paces"]:
            limit = round(pace["factor"] * budget, 6)
            bad = {"fires": min(0.99, 1.3 * limit), "silent": 0.7 * limit}
            step = 1 if pace["minutes"] < 120 else 5
            trial = {
                kind: {
                    "at": f"{pace['minutes'] + 10}m",
                    "step": f"{step}m",
                    "series": {name: text.format(good=round(1000 * (1 - part)), bad=round(1000 * part), n=pace["minutes"] // step + 20) for name, text in objective["burning"].items()},
                }
                for kind, part in bad.items()
            }
            spent = round(100 * pace["factor"] * hours(pace["long"]) / (24 * days), 1)
            found.append(
                {
                    "name": f"{objective['name']}Burns{pace['name']}",
                    "title": f"{objective['title']}: {spent} % of {days} days' errors in {pace['long']}",
                    "severity": pace["severity"],
                    "for": "2m",
                    "expr": f"{share(objective, pace['long'])} > {limit} and {share(objective, pace['short'])} > {limit}",
                    "runbook": objective["runbook"],
                }
                | trial
            )
    return found


def hours(window: str) -> float:
    return int(window[:-1]) * {"m": 1 / 60, "h": 1, "d": 24}[window[-1]]


def alerts() -> list[Json]:
    return [*source("alerts")["alerts"], *burns()]


def runbook(alert: Json) -> str:
    return f"{RUNBOOKS}#{anchor(alert['runbook'])}"


def annotations(alert: Json) -> Json:
    return {"summary": alert["title"], "runbook": runbook(alert)}


def rules() -> Json:
    def rule(alert: Json) -> Json:
        return {"alert": alert["name"], "expr": query(alert["expr"]), "for": alert["for"], "labels": {"severity": alert["severity"]}, "annotations": annotations(alert)}

    return {"groups": [{"name": "sluice", "rules": [rule(alert) for alert in alerts()]}]}


def seconds(duration: str) -> str:
    return f"{int(duration[:-1]) * {'s': 1, 'm': 60, 'h': 3600}[duration[-1]]}s"


def policy(alert: Json) -> Json:
    """As Cloud Monitoring has it."""
    condition = {"query": query(alert["expr"]), "duration": seconds(alert["for"]), "evaluationInterval": "60s", "alertRule": alert["name"], "ruleGroup": "sluice"}
    return {
        "displayName": alert["title"],
        "combiner": "OR",
        "severity": alert["severity"].upper(),
        "userLabels": {"alert": kebab(alert["name"])},
        "documentation": {"content": f"{alert['title']}.\n\nWhat it means and what to do: {runbook(alert)}", "mimeType": "text/markdown"},
        "conditions": [{"displayName": alert["name"], "conditionPrometheusQueryLanguage": condition}],
        "alertStrategy": {"autoClose": "1800s"},
    }


def objective(one: Json) -> Json:
    period = f"{source('objectives')['days'] * 86400}s"
    return {"displayName": one["title"], "goal": one["goal"], "rollingPeriod": period, "serviceLevelIndicator": {"requestBased": one["indicator"]}}


def data_set(text: str, plot: str, unit: str, legend: str | None = None) -> Json:
    found = {"plotType": plot, "targetAxis": "Y1", "timeSeriesQuery": {"prometheusQuery": query(text), "unitOverride": unit}}
    return found | ({"legendTemplate": legend} if legend else {})


def widget(tile: Json) -> Json:
    unit = tile["unit"]
    if "number" in tile:
        return {"title": tile["title"], "scorecard": {"timeSeriesQuery": {"prometheusQuery": query(tile["number"]), "unitOverride": unit}, "sparkChartView": {"sparkChartType": "SPARK_LINE"}}}
    if "quantiles" in tile:
        sets = [data_set(f"histogram_quantile({part}, sum by (le) (rate({tile['quantiles']}[5m])))", "LINE", unit, name) for part, name in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))]
    elif "area" in tile:
        sets = [data_set(tile["area"], "STACKED_AREA", unit)]
    else:
        sets = [data_set(tile["line"], "LINE", unit, "now" if "also" in tile else None)]
        sets += [data_set(tile["also"], "LINE", unit, "before")] if "also" in tile else []
    thresholds = [{"value": tile["threshold"], "targetAxis": "Y1"}] if "threshold" in tile else []
    return {"title": tile["title"], "xyChart": {"dataSets": sets, "thresholds": thresholds, "yAxis": {"scale": "LINEAR"}}}


def dashboard(one: Json) -> Json:
    tiles, y = [], 0
    for row in one["rows"]:
        height = TILE_HEIGHT // 2 if all("number" in tile for tile in row) else TILE_HEIGHT
        width = COLUMNS // len(row)
        tiles += [{"xPos": number * width, "yPos": y, "width": width, "height": height, "widget": widget(tile)} for number, tile in enumerate(row)]
        y += height
    return {"displayName": one["title"], "mosaicLayout": {"columns": COLUMNS, "tiles": tiles}}


def trials(folder: Path) -> None:
    """Writes for each rule a file with it alone, and one of promtool's that tries it twice: it fires, and it stays silent. Alone, since
    promtool evaluates every rule of a file at every step, and some trials last for a week."""
    folder.mkdir(parents=True, exist_ok=True)
    for alert, rule in zip(alerts(), rules()["groups"][0]["rules"], strict=True):
        tests = []
        for kind in ("fires", "silent"):
            trial = alert[kind]
            expected = {"exp_labels": {"severity": alert["severity"]} | trial.get("labels", {}), "exp_annotations": annotations(alert)}
            tests.append(
                {
                    "name": kind,
                    "interval": trial.get("step", "1m"),
                    "input_series": [{"series": name, "values": values} for name, values in trial["series"].items()],
                    "alert_rule_test": [{"eval_time": trial["at"], "alertname": alert["name"], "exp_alerts": [expected] if kind == "fires" else []}],
                }
            )
        (folder / f"{alert['name']}.rules").write_text(yaml.safe_dump({"groups": [{"name": alert["name"], "rules": [rule]}]}))
        body = {"rule_files": [f"{alert['name']}.rules"], "evaluation_interval": alert["fires"].get("step", "1m"), "tests": tests}
        (folder / f"{alert['name']}.yaml").write_text(yaml.safe_dump(body, sort_keys=False, width=10000))


def queries() -> list[str]:
    """Everything that is asked anywhere."""
    bodies = [dashboard(one) for one in source("dashboards").values()]
    charts = [found for body in bodies for found in re.findall(r'"prometheusQuery": ("(?:[^"\\]|\\.)*")', json.dumps(body))]
    return [rule["expr"] for rule in rules()["groups"][0]["rules"]] + [json.loads(one).replace("${__interval}", "5m") for one in charts]


def texts() -> dict[str, str]:
    files = {"prometheus/rules.yaml": HEADER + yaml.safe_dump(rules(), sort_keys=False, width=200)}
    bodies = {f"alerts/{kebab(alert['name'])}.json": policy(alert) for alert in alerts()}
    bodies |= {f"slos/{kebab(one['name'])}.json": objective(one) for one in source("objectives")["objectives"]}
    bodies |= {f"dashboards/{name}.json": dashboard(one) for name, one in source("dashboards").items()}
    return files | {name: written(body) for name, body in bodies.items()}


def written(body: Json) -> str:
    """A tile is a line: a difference is read by charts."""
    if "mosaicLayout" not in body:
        return json.dumps(body, indent=1) + "\n"
    tiles = ",\n".join(json.dumps(tile) for tile in body["mosaicLayout"]["tiles"])
    head = json.dumps(body | {"mosaicLayout": body["mosaicLayout"] | {"tiles": []}})
    return head.replace('"tiles": []', f'"tiles": [\n{tiles}\n]') + "\n"


def stale() -> list[str]:
    """Files that aren't what they would be, or that nothing makes any more."""
    made = texts()
    there = {str(path.relative_to(GENERATED)) for path in GENERATED.rglob("*") if path.is_file()}
    return sorted(there - made.keys()) + [name for name, text in made.items() if name not in there or (GENERATED / name).read_text() != text]


def main() -> int:
    match sys.argv[1:]:
        case ["--check"]:
            for name in stale():
                print(f"{name} is out of date: run infrastructure/monitoring/generate.py", file=sys.stderr)
            return 1 if stale() else 0
        case ["--tests", folder]:
            trials(Path(folder))
        case []:
            for name in stale():
                (GENERATED / name).unlink(missing_ok=True)
            for name, text in texts().items():
                (GENERATED / name).parent.mkdir(parents=True, exist_ok=True)
                (GENERATED / name).write_text(text)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
