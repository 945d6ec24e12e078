"""Makes the compact schema that the Vertex emulator validates against.

Google's discovery documents for `aiplatform` come with PyPI's google-api-python-client. This takes the closure of
the messages named in ROOTS, for both API versions, and drops what validation doesn't need (descriptions above all).

    python extract.py            writes aiplatform.v1.json and aiplatform.v1beta1.json beside itself
    python extract.py --check    exits 1 if they differ from what the installed package yields
"""

import importlib.metadata
import json
import pathlib
import sys

import googleapiclient

PACKAGE = "google-api-python-client"
VERSIONS = {"v1": "GoogleCloudAiplatformV1", "v1beta1": "GoogleCloudAiplatformV1beta1"}
ROOTS = ["GenerateContentRequest", "GenerateContentResponse", "CountTokensRequest", "CountTokensResponse"]
KEPT = ("type", "format", "enum", "$ref", "readOnly")


def compact(schema, prefix, found):
    """One schema node without prose; every message that it names goes to `found`."""
    out = {key: schema[key] for key in KEPT if key in schema}
    if "$ref" in out:
        out["$ref"] = out["$ref"].removeprefix(prefix)
        found.append(out["$ref"])
    for key in ("items", "additionalProperties"):
        if key in schema:
            out[key] = compact(schema[key], prefix, found)
    if "properties" in schema:
        out["properties"] = {name: compact(node, prefix, found) for name, node in sorted(schema["properties"].items())}
    return out


def extract(version, prefix):
    """The document of one API version, as text."""
    documents = pathlib.Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    source = json.loads((documents / f"aiplatform.{version}.json").read_text())
    schemas, todo = {}, list(ROOTS)
    while todo:
        name = todo.pop()
        if name not in schemas:
            full = name if name in source["schemas"] else prefix + name
            schemas[name] = compact(source["schemas"][full], prefix, todo)
    document = {
        "package": f"{PACKAGE}=={importlib.metadata.version(PACKAGE)}",
        "revision": source["revision"],
        "version": version,
        "schemas": dict(sorted(schemas.items())),
    }
    return json.dumps(document, indent=1) + "\n"


def main():
    here, stale = pathlib.Path(__file__).parent, []
    for version, prefix in VERSIONS.items():
        path, text = here / f"aiplatform.{version}.json", extract(version, prefix)
        if "--check" not in sys.argv:
            path.write_text(text)
        elif path.read_text() != text:
            stale.append(path.name)
    if stale:
        sys.exit(f"{', '.join(stale)}: not what {PACKAGE} {importlib.metadata.version(PACKAGE)} yields; run {__file__}")


if __name__ == "__main__":
    main()
