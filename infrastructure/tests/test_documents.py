"""What Terraform passes on as it is: dashboards, alert policies, objectives, CEL conditions and the Avro schema, each against its
own description: Google's discovery documents, a CEL library, an Avro library."""

import copy
import json

import celpy
import fastavro
import pytest
from conftest import INFRASTRUCTURE, applied_environment, applied_example
from discovery import complaints

OBSERVABILITY = INFRASTRUCTURE / "modules" / "observability"
# (folder of files, discovery document, schema, a change that Google would refuse)
BODIES = [
    ("dashboard", "monitoring.v1", "Dashboard", lambda body: body["mosaicLayout"]["tiles"][0]["widget"].update(scoreCard={})),
    ("alert", "monitoring.v3", "AlertPolicy", lambda body: body.update(combiner="ANY")),
    ("slo", "monitoring.v3", "ServiceLevelObjective", lambda body: body.update(rollingPeriod="28d")),
]


@pytest.mark.parametrize(("kind", "document", "name", "spoil"), BODIES, ids=[row[0] for row in BODIES])
def test_bodies(kind, document, name, spoil):
    generated = sorted(INFRASTRUCTURE.glob(f"monitoring/generated/{kind}s/*.json"))
    assert generated
    paths = sorted([*OBSERVABILITY.glob(f"examples/{kind}*.json"), *generated])
    for path in paths:
        body = json.loads(path.read_text())
        assert not complaints(document, name, body), path.name
        spoil(body)
        assert complaints(document, name, body), "a wrong body is noticed"


def test_alert_and_objective_reach_terraform_whole():
    """The module spells the files' fields out as arguments: none may fall by the way."""
    applied = applied_example("observability")
    (alert,), (slo,) = applied.of("google_monitoring_alert_policy"), applied.of("google_monitoring_slo")
    body = json.loads((OBSERVABILITY / "examples/alert.json").read_text())
    (condition,) = alert["conditions"]
    query = body["conditions"][0]["conditionPrometheusQueryLanguage"]
    assert condition["condition_prometheus_query_language"][0]["query"] == query["query"]
    assert condition["condition_prometheus_query_language"][0]["duration"] == query["duration"]
    assert (alert["combiner"], alert["severity"]) == (body["combiner"], body["severity"])
    assert alert["documentation"][0]["content"] == body["documentation"]["content"]
    assert alert["notification_channels"], "somebody is told"
    body = json.loads((OBSERVABILITY / "examples/slo.json").read_text())
    ratio = body["serviceLevelIndicator"]["requestBased"]["goodTotalRatio"]
    assert (slo["goal"], slo["rolling_period_days"]) == (body["goal"], 28)
    (sli,) = slo["request_based_sli"]
    assert sli["good_total_ratio"][0]["total_service_filter"] == ratio["totalServiceFilter"]
    assert sli["good_total_ratio"][0]["bad_service_filter"] == ratio["badServiceFilter"]


def test_what_is_generated_is_applied():
    applied = applied_environment("prod")
    generated = INFRASTRUCTURE / "monitoring/generated"
    for kind, resource, of in (
        ("alerts", "google_monitoring_alert_policy", lambda body: body["displayName"]),
        ("slos", "google_monitoring_slo", lambda body: body["displayName"]),
    ):
        wanted = {of(json.loads(path.read_text())) for path in (generated / kind).glob("*.json")}
        assert {values["display_name"] for values in applied.of(resource)} == wanted, kind
    wanted = {json.loads(path.read_text())["displayName"] for path in (generated / "dashboards").glob("*.json")}
    assert {json.loads(values["dashboard_json"])["displayName"] for values in applied.of("google_monitoring_dashboard")} == wanted


SCHEMA = INFRASTRUCTURE / "modules/events/schema/usage.avsc"
EVENT = {
    "event_id": "e1", "request_id": "r1", "occurred_at": 1795392000000000, "tenant": "acme", "user": "alice", "model": "gemini-3.5-flash",
    "dialect": "openai", "outcome": "complete", "status": 200, "source": "reported", "input_tokens": 12, "cached_input_tokens": 0, "output_tokens": 30,
    "reasoning_tokens": 0, "cost_micros": 288, "saved_micros": 0, "cache": "miss", "ttft_ms": 310, "duration_ms": 900,
    "redactions": {"EMAIL": 1}, "budgets_version": 7,
}  # fmt: skip
# (what, change, whether it is still an event)
EVENTS = [
    ("as it is", {}, True),
    ("a whole answer", {"ttft_ms": None}, True),
    ("no findings", {"redactions": {}}, True),
    ("an unknown source", {"source": "guess"}, False),
    ("a stale answer", {"cache": "stale"}, True),
    ("an unknown cache result", {"cache": "lukewarm"}, False),
    ("no tenant", {"tenant": None}, False),
    ("a cost in dollars", {"cost_micros": 0.000288}, False),
    ("findings with their text", {"redactions": {"EMAIL": "bob@example.com"}}, False),
]


@pytest.mark.parametrize(("change", "good"), [row[1:] for row in EVENTS], ids=[row[0] for row in EVENTS])
def test_events(change, good):
    schema = fastavro.parse_schema(json.loads(SCHEMA.read_text()))
    assert fastavro.validate(EVENT | change, schema, raise_errors=False, strict=True) is good


# A column of each kind, as Pub/Sub's documentation maps Avro to BigQuery.
COLUMNS = {
    "event_id": ("STRING", "REQUIRED"),
    "occurred_at": ("TIMESTAMP", "REQUIRED"),
    "status": ("INTEGER", "REQUIRED"),
    "source": ("STRING", "REQUIRED"),
    "cost_micros": ("INTEGER", "REQUIRED"),
    "ttft_ms": ("INTEGER", "NULLABLE"),
    "outcome": ("STRING", "REQUIRED"),
    "budgets_version": ("INTEGER", "NULLABLE"),
    "redactions": ("RECORD", "REPEATED"),
    "publish_time": ("TIMESTAMP", "NULLABLE"),
    "attributes": ("JSON", "NULLABLE"),
}


def test_the_table_follows_the_schema():
    applied = applied_example("events")
    (table,) = [values for values in applied.of("google_bigquery_table") if not values["view"]]
    columns = json.loads(table["schema"])
    assert not complaints("bigquery.v2", "TableSchema", {"fields": columns})
    fields = [field["name"] for field in json.loads(SCHEMA.read_text())["fields"]]
    assert [column["name"] for column in columns] == [*fields, "subscription_name", "message_id", "publish_time", "attributes"]
    found = {column["name"]: (column["type"], column["mode"]) for column in columns}
    assert {name: found[name] for name in COLUMNS} == COLUMNS
    (nested,) = [column["fields"] for column in columns if column["name"] == "redactions"]
    assert [(one["name"], one["type"]) for one in nested] == [("key", "STRING"), ("value", "INTEGER")]
    views = {values["table_id"]: values["view"][0]["query"] for values in applied.of("google_bigquery_table") if values["view"]}
    assert sorted(views) == ["daily_usage", "distinct_usage", "month_to_date", "reconciliation"]
    for query in views.values():
        assert "`sluice-prod.sluice.usage`" in query and "${" not in query
        assert "occurred_at" in query, "partitions are named"
    assert "`sluice-billing.billing.gcp_billing_export_" in views["reconciliation"]


def decide(expression, variables):
    environment = celpy.Environment()
    program = environment.program(environment.compile(expression))
    return bool(program.evaluate({name: celpy.json_to_cel(value) for name, value in variables.items()}))


CLAIMS = {
    "iss": "https://token.actions.githubusercontent.com",
    "sub": "repo:acme/sluice:environment:prod",
    "repository": "acme/sluice",
    "repository_id": "123456789",
    "repository_owner": "acme",
    "repository_owner_id": "987654",
    "event_name": "push",
    "ref": "refs/heads/main",
    "actor": "alice",
}
# (whose token, what differs, whether it is let in)
TOKENS = [
    ("main of the repository", {}, True),
    ("a pull request", {"event_name": "pull_request", "ref": "refs/pull/7/merge", "sub": "repo:acme/sluice:pull_request"}, True),
    ("a start by hand on main", {"event_name": "workflow_dispatch"}, True),
    ("another branch", {"ref": "refs/heads/feature"}, False),
    ("a branch that begins like main", {"ref": "refs/heads/main-2"}, False),
    ("a tag", {"ref": "refs/tags/v1"}, False),
    ("another repository of the owner", {"repository": "acme/other", "repository_id": "5"}, False),
    ("a fork", {"repository": "mallory/sluice", "repository_id": "6", "repository_owner": "mallory", "repository_owner_id": "7"}, False),
    ("the name, taken over by somebody else", {"repository_id": "8", "repository_owner_id": "9"}, False),
    ("the repository, moved to another owner", {"repository_owner_id": "9"}, False),
    ("the repository, renamed", {"repository": "acme/renamed"}, False),
    ("a stranger's pull request with the base's rights", {"event_name": "pull_request_target"}, False),
    ("no repository", {"repository_id": ""}, False),
]


@pytest.mark.parametrize(("difference", "let_in"), [row[1:] for row in TOKENS], ids=[row[0] for row in TOKENS])
def test_whose_token_counts(difference, let_in):
    for applied in (applied_example("identity"), applied_environment("prod")):
        (provider,) = applied.of("google_iam_workload_identity_pool_provider")
        assert provider["oidc"][0]["issuer_uri"] == CLAIMS["iss"]
        assert decide(provider["attribute_condition"], {"assertion": CLAIMS | difference}) is let_in


def test_a_token_without_claims_is_refused():
    (provider,) = applied_example("identity").of("google_iam_workload_identity_pool_provider")
    for claim in ("repository", "repository_id", "repository_owner_id", "ref", "event_name"):
        with pytest.raises(celpy.CELEvalError):
            decide(provider["attribute_condition"], {"assertion": {name: value for name, value in CLAIMS.items() if name != claim} | {"iss": "x"}})


FORK = {"repository": "mallory/sluice", "repository_id": "6", "repository_owner_id": "7"}
# (whose token, what differs from a push to main, the accounts of prod that it may be)
IDENTITIES = [
    ("a job of the environment prod", {}, ["sluice-apply"]),
    ("a job that plans for it", {"sub": "repo:acme/sluice:environment:prod-plan"}, ["sluice-plan"]),
    ("a pull request", {"sub": "repo:acme/sluice:pull_request", "event_name": "pull_request", "ref": "refs/pull/7/merge"}, ["sluice-plan"]),
    ("a job that starts builds", {"sub": "repo:acme/sluice:environment:build"}, ["sluice-ci"]),
    ("a model's rollout", {"sub": "repo:acme/sluice:environment:models", "event_name": "workflow_dispatch"}, ["sluice-canary"]),
    ("main, without an environment", {"sub": "repo:acme/sluice:ref:refs/heads/main"}, []),
    ("an environment that nobody made", {"sub": "repo:acme/sluice:environment:staging"}, []),
    ("the environment of dev", {"sub": "repo:acme/sluice:environment:dev"}, []),
    ("prod's environment from another branch", {"ref": "refs/heads/feature"}, []),
    ("prod's environment from a tag", {"ref": "refs/tags/v1.0.0"}, []),
    ("prod's environment of a fork", {"sub": "repo:mallory/sluice:environment:prod", **FORK}, []),
    ("a fork that claims the subject", FORK, []),
    ("a fork's pull request to itself", {"sub": "repo:mallory/sluice:pull_request", "event_name": "pull_request", "ref": "refs/pull/1/merge", **FORK}, []),
    ("a pull request that runs with the base's rights", {"sub": "repo:acme/sluice:pull_request", "event_name": "pull_request_target"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("difference", "accounts"), [row[1:] for row in IDENTITIES], ids=[row[0] for row in IDENTITIES])
def test_who_a_token_may_be(difference, accounts):
    """Both gates: the pool's condition, then the subject that an account is bound to."""
    prod = applied_environment("prod")
    (provider,) = prod.of("google_iam_workload_identity_pool_provider")
    claims = CLAIMS | difference
    let_in = decide(provider["attribute_condition"], {"assertion": claims})
    subject = decide_text(provider["attribute_mapping"]["google.subject"], claims)
    bound = [values for values in prod.of("google_service_account_iam_member") if values["member"].endswith(f"/subject/{subject}")]
    assert sorted(values["service_account_id"].split("/")[-1].split("@")[0] for values in bound if let_in) == accounts


def decide_text(expression, claims):
    environment = celpy.Environment()
    return str(environment.program(environment.compile(expression)).evaluate({"assertion": celpy.json_to_cel(claims)}))


def test_one_subject_is_one_account():
    for environment in ("dev", "prod"):
        grants = [values for values in applied_environment(environment).of("google_service_account_iam_member") if values["member"].startswith("principal:")]
        subjects = [values["member"].rsplit("/subject/", 1)[1] for values in grants]
        assert len(subjects) == len(set(subjects)) > 0
        assert all(subject.startswith("repo:acme/sluice:") for subject in subjects)
        applies = [values for values in grants if "sluice-apply@" in values["service_account_id"]]
        assert [values["member"].rsplit("/subject/", 1)[1] for values in applies] == [f"repo:acme/sluice:environment:{environment}"]


def test_the_plugins_paths():
    (extension,) = applied_example("edge").of("google_network_services_lb_traffic_extension")
    expression = extension["extension_chains"][0]["match_condition"][0]["cel_expression"]
    for path, redacted in {"/v1/chat/completions": True, "/v1beta1/projects/p": True, "/healthz": False, "/": False}.items():
        assert decide(expression, {"request": {"path": path}}) is redacted


def test_validator_sees_what_is_wrong():
    good = json.loads((OBSERVABILITY / "examples/alert.json").read_text())
    bad = copy.deepcopy(good)
    bad["conditions"][0]["conditionPrometheusQueryLanguage"]["duration"] = "5m"
    assert not complaints("monitoring.v3", "AlertPolicy", good)
    assert complaints("monitoring.v3", "AlertPolicy", bad)
