"""Helpers that the id families share: dates inside numbers, grouping, values found by their validator."""

from __future__ import annotations

import random
from collections.abc import Callable

from .sample import pattern, until


def date(rng: random.Random, first: int = 1940, last: int = 1999) -> tuple[int, int, int]:
    """Year, month and a day that every month has."""
    return rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28)


def yymmdd(rng: random.Random, first: int = 1940, last: int = 1999) -> str:
    y, m, d = date(rng, first, last)
    return f"{y % 100:02d}{m:02d}{d:02d}"


def ddmmyy(rng: random.Random, first: int = 1940, last: int = 1999) -> str:
    y, m, d = date(rng, first, last)
    return f"{d:02d}{m:02d}{y % 100:02d}"


def grouped(value: str, *sizes: int, by: str = " ") -> str:
    """`grouped("943476591", 3, 3, 4)` puts `by` between the groups."""
    parts, at = [], 0
    for size in sizes:
        parts.append(value[at : at + size])
        at += size
    return by.join([*parts, value[at:]] if value[at:] else parts)


def shaped(shape: str | Callable[[random.Random], str], valid: Callable[[str], bool], *written: Callable[[str], str]):
    """A maker: random values of `shape` until `valid`, then one of the `written` forms (as it is, by default)."""

    def make(rng: random.Random) -> str:
        source = shape if callable(shape) else lambda r: pattern(r, shape)
        value = until(rng, source, valid)
        return rng.choice(written)(value) if written else value

    return make


def plain(value: str) -> str:
    return value


def groups(*sizes: int, by: str = " ") -> Callable[[str], str]:
    return lambda value: grouped(value, *sizes, by=by)
