"""Google's discovery documents, as they come with PyPI's google-api-python-client: which calls there are, and what a body may
hold."""

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import googleapiclient
import jsonschema

Json = dict[str, Any]


@cache
def document(name: str) -> Json:
    folder = Path(os.path.dirname(googleapiclient.__file__), "discovery_cache", "documents")
    return dict(json.loads((folder / f"{name}.json").read_text()))


def as_json_schema(node: Json) -> Json:
    """No unknown field, no value outside of an enum, nothing that only the server sets."""
    if "$ref" in node:
        return {"$ref": f"#/$defs/{node['$ref']}"}
    match node.get("type"):
        case "object" if "properties" in node:
            return {"type": "object", "properties": {name: as_json_schema(one) for name, one in node["properties"].items()}, "additionalProperties": False}
        case "object":
            return {"type": "object", "additionalProperties": as_json_schema(node.get("additionalProperties", {"type": "any"}))}
        case "array":
            return {"type": "array", "items": as_json_schema(node["items"])}
        case "string":
            schema: Json = {"type": ["string", "integer"] if node.get("format") in ("int64", "uint64") else "string"}
            if node.get("format") == "google-duration":
                schema["pattern"] = r"^-?\d+(\.\d{1,9})?s$"
            return schema | ({"enum": node["enum"]} if "enum" in node else {})
        case "integer" | "number" | "boolean" as plain:
            return {"type": plain}
    return {}


@cache
def validator(name: str, schema: str) -> jsonschema.Draft202012Validator:
    definitions = {key: as_json_schema(one) for key, one in document(name)["schemas"].items()}
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{schema}", "$defs": definitions})


def complaints(name: str, schema: str, body: Any) -> list[str]:
    """What an API would not understand of a body."""
    return [f"{error.json_path}: {error.message}" for error in validator(name, schema).iter_errors(body)]


@cache
def methods(name: str) -> list[Json]:
    found: list[Json] = []

    def walk(node: Json) -> None:
        found.extend(node.get("methods", {}).values())
        for child in node.get("resources", {}).values():
            walk(child)

    walk(document(name))
    return found


def method(name: str, verb: str, path: str) -> Json:
    """The method that a request is, by its flat path. The last parameter of an `invoke` may hold slashes."""
    for one in methods(name):
        pattern = re.sub(r"\{invokeId\}", ".+", one.get("flatPath", one["path"]))
        pattern = re.sub(r"\{[^}]*\}", "[^/:]+", pattern)
        if one["httpMethod"] == verb and re.fullmatch(pattern, path):
            return one
    raise LookupError(f"{verb} {path} is no method of {name}")
