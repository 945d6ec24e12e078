"""Ways to write a value so that a person reads it as before and a plain pattern doesn't."""

from __future__ import annotations

import html
import random
from urllib.parse import quote

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u180e"
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
MARKS = "\u0301\u0308\u0323\u0332\u034f\u20dd"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe58\ufe63\uff0d"
SPACES = "\u00a0\u2002\u2003\u2009\u200a\u202f\u205f\u3000"
CONFUSABLE = dict(zip("ABCEHIJKMOPSTXYaceiopsxyj", "АВСЕНІЈКМОРЅТХҮасеіорѕхуј"))
GREEK = dict(zip("ABEHIKMNOPTXYZo", "ΑΒΕΗΙΚΜΝΟΡΤΧΥΖο"))


def _digits(zero: int):
    return lambda rng, value: "".join(chr(zero + int(c)) if c in "0123456789" else c for c in value)


def _full_width(rng, value):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)


def _swap(table):
    def rewrite(rng: random.Random, value: str) -> str:
        return "".join(table[c] if c in table and rng.random() < 0.7 else c for c in value)

    return rewrite


def _between(marks: str, share: float):
    def rewrite(rng: random.Random, value: str) -> str:
        at = sorted(rng.sample(range(1, len(value)), max(1, int((len(value) - 1) * share))))
        out, last = [], 0
        for cut in at:
            out += [value[last:cut], rng.choice(marks)]
            last = cut
        return "".join([*out, value[last:]])

    return rewrite


def _bold(rng, value):
    made = []
    for c in value:
        if c in "0123456789":
            made.append(chr(0x1D7CE + int(c)))
        elif "A" <= c <= "Z":
            made.append(chr(0x1D5D4 + ord(c) - 65))
        elif "a" <= c <= "z":
            made.append(chr(0x1D5EE + ord(c) - 97))
        else:
            made.append(c)
    return "".join(made)


def _circled(rng, value):
    return "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(c)] if c in "0123456789" else c for c in value)


def _percent(rng, value):
    return quote(value, safe="")


def _percent_all(rng, value):
    return "".join(f"%{b:02X}" for b in value.encode())


def _entities(rng, value):
    return "".join(rng.choice((f"&#{ord(c)};", f"&#x{ord(c):x};")) if not c.isalnum() or rng.random() < 0.4 else c for c in value)


TECHNIQUES = {
    "full_width": _full_width,
    "arabic_indic": _digits(0x660), "persian": _digits(0x6F0), "devanagari": _digits(0x966), "bengali": _digits(0x9E6), "thai": _digits(0xE50), "math_digits": _digits(0x1D7EC), "circled": _circled,
    "math_letters": _bold, "cyrillic": _swap(CONFUSABLE), "greek": _swap(GREEK),
    "zero_width": _between(ZERO_WIDTH, 0.3), "zero_width_all": _between(ZERO_WIDTH, 1.0), "bidi": _between(BIDI, 0.2), "soft_hyphen": _between("\u00ad", 0.3), "combining": _between(MARKS, 0.3), "variation": _between("\ufe0e\ufe0f", 0.3), "tags": _between("\U000e0041\U000e0061\U000e0030", 0.2),
    "dashes": lambda rng, v: "".join(rng.choice(DASHES) if c == "-" else c for c in v), "spaces": lambda rng, v: "".join(rng.choice(SPACES) if c == " " else c for c in v),
}
# Encodings are no play with Unicode: they're measured, but under a name of their own.
ENCODED = {"percent": _percent, "percent_all": _percent_all, "entities": _entities}


def rewritten(rng: random.Random, technique: str, value: str) -> str | None:
    """The value in disguise, or None where the technique changes nothing in it."""
    new = ({**TECHNIQUES, **ENCODED}[technique])(rng, value)
    return None if new == value or html.unescape(new) == value and technique != "entities" else new
