"""Where a value stands in what people send to a model: structured data, logs, code, chat and mail."""

from __future__ import annotations

import json
import random

from .sample import Family, Text, camel, fill

LOG_LEVELS = ("INFO", "DEBUG", "WARN")
STATUSES = ("active", "pending", "closed", "on_hold")
ASKS = (
    "Please turn this into a table:",
    "What's wrong with this record?",
    "Validate the following payload and explain the errors.",
    "Convert to YAML:",
    "Summarise what happened here.",
)


def _key(rng: random.Random, family: Family) -> str:
    return rng.choice(family.keys)


def json_snake(rng, family, value):
    text = Text().add(rng.choice(ASKS) + "\n").add('{"status": "%s", "%s": "' % (rng.choice(STATUSES), _key(rng, family)))
    return text.add(value, family).add('", "retries": %d}' % rng.randrange(5))


def json_camel(rng, family, value):
    text = Text().add('{"data":{"%s":"' % camel(_key(rng, family)))
    return text.add(value, family).add('","enabled":true}}')


def json_pretty(rng, family, value):
    text = Text().add('{\n  "kind": "%s",\n  "%s": "' % (rng.choice(("profile", "account", "applicant")), _key(rng, family)))
    return text.add(value, family).add('",\n  "items": []\n}\n')


def csv(rng, family, value):
    text = Text().add("row,%s,state\n" % _key(rng, family)).add("1,").add(value, family).add(",%s\n" % rng.choice(STATUSES))
    if rng.random() < 0.5:
        text.add("2,").add(family.make(rng), family).add(",%s\n" % rng.choice(STATUSES))
    return text


def markdown_table(rng, family, value):
    cue = rng.choice(family.cues)
    return (
        Text().add("| Field | Value |\n|---|---|\n| Status | %s |\n| %s | " % (rng.choice(STATUSES), cue))
        .add(value, family).add(" |\n| Plan | basic |\n")
    )


def form(rng, family, value):
    cue = rng.choice(family.cues)
    cue = cue[0].upper() + cue[1:]
    shape = rng.choice(("{cue}: {v}\nNewsletter: no\n", "Status: open\n{cue}: {v}", "- {cue}: {v}\n- Plan: basic", "{cue} = {v}", "**{cue}:** {v}"))
    return fill(shape, cue=cue, v=(value, family))


def log(rng, family, value):
    stamp = "2025-%02d-%02dT%02d:%02d:%02d.%03dZ" % (
        rng.randint(1, 12), rng.randint(1, 28), rng.randrange(24), rng.randrange(60), rng.randrange(60), rng.randrange(1000))
    text = Text().add("%s %s profile.updated %s=" % (stamp, rng.choice(LOG_LEVELS), _key(rng, family)))
    return text.add(value, family).add(" outcome=ok\n")


def code(rng, family, value):
    key = _key(rng, family)
    shape = rng.choice((
        ("%s = '" % key, "'\nprint(len(%s))\n" % key),
        ('const %s = "' % camel(key), '";\nawait save(%s);\n' % camel(key)),
        ('client.update(%s="' % key, '")\n'),
        ("%s: '" % key, "'\nenabled: true\n"),
    ))
    return Text().add(shape[0]).add(value, family).add(shape[1])


def xml(rng, family, value):
    key = _key(rng, family)
    return Text().add("<record><%s>" % camel(key)).add(value, family).add("</%s></record>" % camel(key))


def json_nested(rng, family, value):
    text = Text().add('{"profile": {"%s": {"value": "' % _key(rng, family))
    return text.add(value, family).add('", "verified": %s}}}' % rng.choice(("true", "false")))


def json_pair(rng, family, value):
    """The name in one field and the value in the next, as forms and CRM exports have it."""
    name = rng.choice((_key(rng, family), rng.choice(family.cues)))
    text = Text().add('[{"%s": "%s", "value": "' % (rng.choice(("name", "field", "label", "key")), name))
    return text.add(value, family).add('"}, {"name": "plan", "value": "basic"}]')


def json_escaped(rng, family, value):
    """JSON inside a string of JSON, as tool calls carry their arguments."""
    text = Text().add('{"arguments": "{\\"%s\\": \\"' % _key(rng, family))
    return text.add(value, family).add('\\", \\"limit\\": 5}"}')


def sql(rng, family, value):
    key = _key(rng, family)
    if rng.random() < 0.5:
        text = Text().add("SELECT id FROM clients WHERE %s = '" % key)
        return text.add(value, family).add("' LIMIT 1;")
    text = Text().add("INSERT INTO clients (id, %s, plan) VALUES (17, '" % key)
    return text.add(value, family).add("', 'basic');")


def html(rng, family, value):
    if rng.random() < 0.5:
        text = Text().add("<tr><td>%s</td><td>" % rng.choice(family.cues))
        return text.add(value, family).add("</td></tr>")
    text = Text().add('<input type="text" name="%s" value="' % rng.choice((_key(rng, family), _key(rng, family).replace("_", "-"))))
    return text.add(value, family).add('">')


def yaml(rng, family, value):
    text = Text().add("client:\n  plan: basic\n  %s: " % rng.choice((_key(rng, family), camel(_key(rng, family)), _key(rng, family).replace("_", "-"))))
    return text.add(value, family).add("\n  active: true\n")


def env(rng, family, value):
    text = Text().add("PLAN=basic\n%s=" % _key(rng, family).upper())
    return text.add(value, family).add("\nRETRIES=3\n")


def chat(rng, family, value):
    cue = rng.choice(family.cues)
    shape = rng.choice((
        "Agent: Could you tell me your {cue}?\nCustomer: sure, it's {v}\nAgent: thanks!",
        "assistant: What is the {cue}?\nuser: {v}",
        "[10:02] support: {cue} please\n[10:03] client: {v}",
        "Q: {cue}?\nA: {v}",
    ))
    return fill(shape, cue=cue, v=(value, family))


STRUCTURED = {
    "json": json_snake, "json_camel": json_camel, "json_pretty": json_pretty, "csv": csv, "markdown": markdown_table,
    "form": form, "log": log, "code": code, "xml": xml,
    "json_nested": json_nested, "json_pair": json_pair, "json_escaped": json_escaped, "sql": sql, "html": html, "yaml": yaml, "env": env, "chat": chat,
}


def structured(rng: random.Random, family: Family, value: str) -> tuple[str, Text]:
    """The value under a key or a header of its own name, in a context chosen at random."""
    name = rng.choice(list(STRUCTURED))
    if name.startswith("json") and json.dumps(value, ensure_ascii=False)[1:-1] != value:
        name = "form"
    if name == "csv" and ("," in value or '"' in value):
        name = "form"
    if name.endswith(("xml", "html", "html_header")) and any(c in value for c in "<>&"):
        name = "form"
    if name not in ("form", "chat", "bullets", "whatsapp", "log", "markdown") and any(c in value for c in "'\"`\\\n"):
        name = "form"
    return name, (STRUCTURED.get(name) or form)(rng, family, value)
