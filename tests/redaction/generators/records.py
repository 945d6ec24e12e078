"""Whole records: several people's fields of several types in one table, with columns beside them that are nobody's data."""

from __future__ import annotations

import itertools
import random

from .sample import Family, Text, camel, pattern

# Columns that hold no personal data, so that a redactor that takes every long number is seen.
NEUTRAL = {
    "order_id": lambda r: pattern(r, "%########"), "created_at": lambda r: str(r.randint(1_600_000_000, 1_799_999_999)), "sku": lambda r: pattern(r, "@@-####"), "amount": lambda r: f"{r.randint(1, 900)}.{r.randint(0, 99):02d}",
    "updated": lambda r: f"2025-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}", "plan": lambda r: r.choice(("basic", "pro", "team")), "visits": lambda r: str(r.randint(1, 90000)), "commit": lambda r: "".join(r.choice("0123456789abcdef") for _ in range(40)),
    "version": lambda r: f"{r.randint(1, 9)}.{r.randint(0, 20)}.{r.randint(0, 9)}", "score": lambda r: f"{r.random():.6f}", "invoice_no": lambda r: pattern(r, "2025######"), "batch": lambda r: pattern(r, "###########"),
}


def _columns(rng: random.Random, families: dict[str, Family]) -> list[tuple[str, Family | None]]:
    personal = [(rng.choice(families[name].keys), families[name]) for name in rng.sample(sorted(families), rng.randint(2, 5))]
    neutral = [(name, None) for name in rng.sample(sorted(NEUTRAL), rng.randint(1, 3))]
    columns = [*personal, *neutral]
    rng.shuffle(columns)
    seen: set[str] = set()
    return [c for c in columns if not (c[0] in seen or seen.add(c[0]))]


def _cell(rng: random.Random, key: str, family: Family | None, banned: str) -> str:
    for _ in range(1000):
        value = (family.make if family else NEUTRAL[key])(rng)
        if not set(value) & set(banned):
            return value
    raise AssertionError(key)


def delimited(rng, columns, separator: str, rows: tuple[int, int] = (2, 5)) -> Text:
    text = Text().add(separator.join(key for key, _ in columns) + "\n")
    for _ in range(rng.randint(*rows)):
        for index, (key, family) in enumerate(columns):
            value = _cell(rng, key, family, '"')
            quote = '"' if separator in value else ""
            text.add((separator if index else "") + quote).add(value, family).add(quote)
        text.add("\n")
    return text


def markdown(rng, columns) -> Text:
    text = Text().add("| " + " | ".join(key.replace("_", " ").capitalize() for key, _ in columns) + " |\n|" + "---|" * len(columns) + "\n")
    for _ in range(rng.randint(2, 4)):
        for key, family in columns:
            text.add("| ").add(_cell(rng, key, family, "|"), family).add(" ")
        text.add("|\n")
    return text


def json_rows(rng, columns, style) -> Text:
    text = Text().add("[")
    for row in range(rng.randint(1, 3)):
        text.add(", {" if row else "{")
        for index, (key, family) in enumerate(columns):
            text.add('%s"%s": "' % (", " if index else "", style(key))).add(_cell(rng, key, family, '"\\'), family).add('"')
        text.add("}")
    return text.add("]")


def sql(rng, columns) -> Text:
    text = Text().add("INSERT INTO clients (%s) VALUES\n" % ", ".join(key for key, _ in columns))
    rows = rng.randint(1, 3)
    for row in range(rows):
        text.add("  (")
        for index, (key, family) in enumerate(columns):
            text.add("%s'" % (", " if index else "")).add(_cell(rng, key, family, "'\\"), family).add("'")
        text.add(");\n" if row == rows - 1 else "),\n")
    return text


def card(rng, columns) -> Text:
    text = Text()
    for key, family in columns:
        text.add(key.replace("_", " ").capitalize() + ": ").add(_cell(rng, key, family, "\n"), family).add("\n")
    return text


SHAPES = {
    "record_csv": lambda r, c: delimited(r, c, ","), "record_semicolon": lambda r, c: delimited(r, c, ";"), "record_tsv": lambda r, c: delimited(r, c, "\t"), "record_markdown": markdown,
    "record_json": lambda r, c: json_rows(r, c, lambda key: key), "record_json_camel": lambda r, c: json_rows(r, c, camel), "record_sql": sql, "record_card": card,
}


def samples(rng: random.Random, families: dict[str, Family], count: int):
    """`count` records, as (context, text)."""
    for index in range(count):
        context = list(SHAPES)[index % len(SHAPES)]
        yield context, SHAPES[context](rng, _columns(rng, families))


def long_tables(rng: random.Random, families: dict[str, Family], count: int):
    """Tables whose last rows are far from the header that says what they hold."""
    for index in range(count):
        yield "record_long", delimited(rng, _columns(rng, families), ",;\t"[index % 3], (20, 30))


def planted(rng: random.Random, documents, sentences, count: int):
    """A sentence with a value, in the middle of a long text that has nothing to do with it."""
    for document in itertools.islice(documents, count):
        lines = document[: rng.randint(1500, 6000)].split("\n")
        cut = rng.randrange(len(lines) // 4, max(len(lines) // 4 + 1, 3 * len(lines) // 4))
        inner = next(sentences)
        text = Text().add("\n".join(lines[:cut]) + "\n\n")
        for span in inner.spans:
            span["start"] += text.length
            span["end"] += text.length
        text.spans += inner.spans
        text.add("".join(inner.parts)).add("\n\n" + "\n".join(lines[cut:]))
        yield "planted", text
