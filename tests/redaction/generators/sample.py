"""What a corpus is made of: a text with labelled spans, and a family that can make values of one format."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass, field

Value = tuple[str, "Family"]


@dataclass(frozen=True, eq=False)
class Family:
    """One format: how to make a value, how to spoil it, and the words that stand near it in real text.

    `also` names types that are as right as `type`, where the world itself doesn't agree (a Brazilian CPF is a
    taxpayer's number and the national number). `strong` says that a reader knows the format without any cue.
    `listed` is false for formats beyond those that the redactor promises by name: they're measured apart.
    """

    name: str
    type: str
    make: Callable[[random.Random], str]
    lang: str = "en"
    cues: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    strong: bool = False
    valid: Callable[[str], bool] | None = None
    also: tuple[str, ...] = ()
    listed: bool = True
    sentences: tuple[str, ...] = ()
    spoil: Callable[[random.Random, str], str] | None = None

    def accepts(self) -> list[str]:
        return [self.type, *self.also]


@dataclass
class Text:
    """A text under construction; offsets are Unicode scalar values, as Python counts them."""

    parts: list[str] = field(default_factory=list)
    spans: list[dict] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, family: Family | None = None) -> "Text":
        if family is not None:
            span = {"start": self.length, "end": self.length + len(text), "type": family.type, "family": family.name}
            if family.also:
                span["also"] = list(family.also)
            if not family.listed:
                span["beyond"] = True
            self.spans.append(span)
        self.parts.append(text)
        self.length += len(text)
        return self

    def sample(self, kind: str, family: str, context: str) -> dict:
        return {"text": "".join(self.parts), "spans": self.spans, "family": family, "kind": kind, "context": context}


def fill(template: str, **holes) -> Text:
    """Fills `{name}` holes; a hole given as `(value, family)` becomes a labelled span, a string doesn't."""
    text = Text()
    for literal, hole, _, _ in string.Formatter().parse(template):
        text.add(literal)
        if hole is not None:
            value = holes[hole]
            if isinstance(value, tuple):
                text.add(*value)
            else:
                text.add(value)
    return text


def pattern(rng: random.Random, shape: str) -> str:
    """`#` a digit, `%` a digit but 0, `@` a capital, `?` a small letter, `&` a capital or digit; else itself."""
    made = {
        "#": lambda: rng.choice("0123456789"),
        "%": lambda: rng.choice("123456789"),
        "@": lambda: rng.choice(string.ascii_uppercase),
        "?": lambda: rng.choice(string.ascii_lowercase),
        "&": lambda: rng.choice(string.ascii_uppercase + string.digits),
    }
    return "".join(made[c]() if c in made else c for c in shape)


def chars(rng: random.Random, alphabet: str, length: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(length))


def until(rng: random.Random, make: Callable[[random.Random], str], valid: Callable[[str], bool]) -> str:
    """The first of many random values that is valid; for checks too intricate to solve."""
    for _ in range(20_000):
        value = make(rng)
        if valid(value):
            return value
    raise AssertionError("no valid value in 20,000 tries")


def camel(key: str) -> str:
    head, *rest = key.split("_")
    return head + "".join(word.capitalize() for word in rest)
