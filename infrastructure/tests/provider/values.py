"""Values of the schema: what a plan leaves unknown, what an apply makes known, and enums that the docs name."""

import re

import msgpack

UNKNOWN = msgpack.ExtType(0, b"\x00")
# After this many characters of a doc a list of values is prose about something else.
POSSIBLE = re.compile(r'Possible values: \[([^\]]*"[^\]]*)\]')
PROJECT_NUMBER = "123456789012"


def is_unknown(value):
    return isinstance(value, msgpack.ExtType)


def planned(block, value, prior=None):
    """`value` with all that the provider would decide left unknown, or as `prior` has it."""
    if not isinstance(value, dict):
        return value
    prior = prior if isinstance(prior, dict) else {}
    result = dict(value)
    for name, attribute in block["attributes"].items():
        if attribute.get("computed") and result.get(name) is None:
            before = prior.get(name)
            result[name] = UNKNOWN if before is None else before
    for name, nested in block["block_types"].items():
        inner, before = result.get(name), prior.get(name)
        if isinstance(inner, list):
            pairs = before if isinstance(before, list) and len(before) == len(inner) else [None] * len(inner)
            result[name] = [planned(nested["block"], one, old) for one, old in zip(inner, pairs)]
        elif isinstance(inner, dict) and nested["nesting_mode"] == "single":
            result[name] = planned(nested["block"], inner, before)
    return result


def labels(value, defaults):
    """The two computed maps of labels that every resource of the provider with `labels` has."""
    if "effective_labels" in value:
        own = value.get("labels")
        merged = UNKNOWN if is_unknown(own) else {**defaults, **(own or {})}
        value = {**value, "effective_labels": merged}
        if "terraform_labels" in value:
            value["terraform_labels"] = merged
    return value


def applied(block, value, guess):
    """`value` with everything unknown made up by `guess(attribute, type)`."""
    if is_unknown(value):
        return None
    if not isinstance(value, dict):
        return value
    result = dict(value)
    for name, attribute in block["attributes"].items():
        result[name] = known(result.get(name), attribute["type"], name, guess)
    for name, nested in block["block_types"].items():
        inner = result.get(name)
        if isinstance(inner, list):
            result[name] = [applied(nested["block"], one, guess) for one in inner]
        elif isinstance(inner, dict) and nested["nesting_mode"] == "single":
            result[name] = applied(nested["block"], inner, guess)
    return result


def known(value, kind, name, guess):
    if is_unknown(value):
        return made_up(kind, name, guess)
    if isinstance(value, list) and isinstance(kind, list) and kind[0] in ("list", "set"):
        return [known(one, kind[1], name, guess) for one in value]
    if isinstance(value, dict) and isinstance(kind, list) and kind[0] == "map":
        return {key: known(one, kind[1], key, guess) for key, one in value.items()}
    if isinstance(value, dict) and isinstance(kind, list) and kind[0] == "object":
        return {key: known(value.get(key), inner, key, guess) for key, inner in kind[1].items()}
    return value


def made_up(kind, name, guess):
    match kind:
        case "string" | "number" | "bool":
            return guess(name, kind)
        case ["list" | "set", str()]:
            return []
        case ["list" | "set", inner]:
            return [made_up(inner, name, guess)]
        case ["map", _]:
            return {}
        case ["object", fields]:
            return {key: made_up(inner, key, guess) for key, inner in fields.items()}
    return None


def guesser(type_name, value, project, region):
    """What a field would look like once Google has made the resource; only shapes that configurations build upon."""
    fields = {key: one for key, one in value.items() if isinstance(one, str)}
    name = next((fields[key] for key in NAMES if key in fields), "unnamed")
    name = name.rsplit("/", 1)[-1]
    project = fields.get("project") or project
    place = fields.get("location") or fields.get("region") or "global"
    path = f"projects/{project}/locations/{place}/{type_name.removeprefix('google_')}/{name}"

    def guess(attribute, kind):
        if kind == "number":
            return int(PROJECT_NUMBER) if attribute in ("number", "project_number") else 1
        if kind == "bool":
            return False
        special = {
            "project": project,
            "region": region,
            "number": PROJECT_NUMBER,
            "project_number": PROJECT_NUMBER,
            "id": path,
            "name": path,
            "self_link": path,
            "address": "192.0.2.1",
            "ip_address": "192.0.2.1",
            "version": "1.34.1-gke.100",
            "uri": f"https://{name}.example.test",
        }
        if type_name == "google_service_account":
            email = f"{name}@{project}.iam.gserviceaccount.com"
            special |= {"email": email, "member": f"serviceAccount:{email}", "id": f"projects/{project}/serviceAccounts/{email}"}
        if type_name == "google_project_service_identity":
            email = f"service-{PROJECT_NUMBER}@gcp-sa-{fields.get('service', '').split('.')[0]}.iam.gserviceaccount.com"
            special |= {"email": email, "member": f"serviceAccount:{email}"}
        return special.get(attribute, f"made-up-{attribute.replace('_', '-')}")

    return guess


NAMES = (
    "account_id",
    "instance_id",
    "secret_id",
    "repository_id",
    "dataset_id",
    "table_id",
    "workload_identity_pool_provider_id",
    "workload_identity_pool_id",
    "service_id",
    "slo_id",
    "name",
    "display_name",
)


def mistakes(block, value, path=()):
    """Yields (path, message) for what is set though Google decides it, and for values that the docs' list of them lacks."""
    if not isinstance(value, dict):
        return
    for name, attribute in block["attributes"].items():
        one, listed = value.get(name), POSSIBLE.search(attribute.get("doc", ""))
        if one is not None and not (attribute.get("optional") or attribute.get("required")):
            yield (*path, name), f'Can\'t configure a value for "{name}": its value will be decided automatically'
        if listed and isinstance(one, str) and one:
            allowed = re.findall(r'"([^"]*)"', listed[1])
            if one not in allowed:
                yield (*path, name), f"expected {name} to be one of {allowed}, got {one}"
    for name, nested in block["block_types"].items():
        inner = value.get(name)
        for index, one in enumerate(inner if isinstance(inner, list) else [inner]):
            where = (*path, name, index) if nested["nesting_mode"] == "list" else (*path, name)
            yield from mistakes(nested["block"], one, where)
