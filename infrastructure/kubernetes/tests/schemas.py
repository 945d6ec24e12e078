"""Kinds that no package has a schema of: the fields that are used here, as their documentation has them, and no others."""


def fields(required=(), **properties):
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def a_list(items):
    return {"type": "array", "items": items, "minItems": 1}


STRING = {"type": "string", "minLength": 1}
LABELS = {"type": "object", "additionalProperties": {"type": "string"}}
DURATION = {"type": "string", "pattern": "^[0-9]+(ms|s|m)$"}
METADATA = fields(["name"], name=STRING, namespace=STRING, labels=LABELS, annotations=LABELS)
RELABELING = fields(action={"enum": ["keep", "drop", "replace", "labelkeep", "labeldrop"]}, sourceLabels=a_list(STRING), regex=STRING)
REFERENCE = fields(["group", "kind", "name"], group=STRING, kind=STRING, name=STRING)
EVENT = {"enum": ["RequestHeaders", "RequestBody", "RequestTrailers", "ResponseHeaders", "ResponseBody", "ResponseTrailers"]}


def kind(api_version, name, spec):
    return fields(["apiVersion", "kind", "metadata", "spec"], apiVersion={"const": api_version}, kind={"const": name}, metadata=METADATA, spec=spec)


SCHEMAS = {
    "PodMonitoring": kind(
        "monitoring.googleapis.com/v1",
        "PodMonitoring",
        fields(
            ["selector", "endpoints"],
            selector=fields(matchLabels=LABELS),
            endpoints=a_list(fields(["port", "interval"], port=STRING, path=STRING, interval=DURATION, timeout=DURATION, metricRelabeling=a_list(RELABELING))),
        ),
    ),
    "SecretProviderClass": kind(
        "secrets-store.csi.x-k8s.io/v1",
        "SecretProviderClass",
        fields(["provider", "parameters"], provider={"const": "gke"}, parameters=fields(["secrets"], secrets=STRING)),
    ),
    "GCPWasmPlugin": kind(
        "networking.gke.io/v1",
        "GCPWasmPlugin",
        fields(["versions"], versions=a_list(fields(["name", "image", "weight"], name=STRING, description=STRING, image=STRING, weight={"type": "integer"}))),
    ),
    "GCPTrafficExtension": kind(
        "networking.gke.io/v1",
        "GCPTrafficExtension",
        fields(
            ["targetRefs", "extensionChains"],
            targetRefs=a_list(REFERENCE),
            extensionChains=a_list(
                fields(
                    ["name", "matchCondition", "extensions"],
                    name=STRING,
                    matchCondition=fields(celExpressions=a_list(fields(["celMatcher"], celMatcher=STRING))),
                    extensions=a_list(fields(["name", "supportedEvents", "backendRef"], name=STRING, failOpen={"const": False}, supportedEvents=a_list(EVENT), backendRef=REFERENCE)),
                )
            ),
        ),
    ),
}
