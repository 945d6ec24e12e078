"""Check digits that python-stdnum lacks, each from its issuer's public description."""

from __future__ import annotations

import re

from stdnum import luhn


def compact(check):
    """Lets a check see the number without the spaces and dashes that people write."""
    return lambda value: check(re.sub(r"[ .\-]", "", value))


@compact
def npi(value: str) -> bool:
    """US National Provider Identifier: Luhn over the number behind the issuer prefix 80840."""
    return bool(re.fullmatch(r"[12]\d{9}", value)) and luhn.is_valid("80840" + value)


@compact
def mbi(value: str) -> bool:
    """US Medicare Beneficiary Identifier: CMS's positions; no letter among S, L, O, I, B, Z."""
    letter = "[AC-HJKMNP-RT-Y]"
    shape = rf"[1-9]{letter}[0-9AC-HJKMNP-RT-Y]\d{letter}[0-9AC-HJKMNP-RT-Y]\d{letter}{letter}\d\d"
    return bool(re.fullmatch(shape, value.replace("-", "")))


def dea(value: str) -> bool:
    """US DEA registration: two letters, six digits and a weighted sum's last digit."""
    d = [int(c) for c in value[2:]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def nric(value: str) -> bool:
    """Singapore NRIC and FIN, series S, T, F and G."""
    total = sum(w * int(c) for w, c in zip((2, 7, 6, 5, 4, 3, 2), value[1:8])) + (4 if value[0] in "TG" else 0)
    return value[8] == ("JZIHGFEDCBA" if value[0] in "ST" else "XWUTRQPNMLK")[total % 11]


def medicare_au(value: str) -> bool:
    """Australian Medicare card: weights 1 3 7 9 over eight digits, then the check digit and the issue number."""
    d = [int(c) for c in value if c.isdigit()]
    return d[0] in range(2, 7) and sum(w * n for w, n in zip((1, 3, 7, 9, 1, 3, 7, 9), d)) % 10 == d[8] and d[9] > 0


def weights_731(body: str) -> int:
    """The check digit of ICAO 9303 and of German identity documents."""
    worth = lambda c: int(c) if c.isdigit() else ord(c) - 55  # noqa: E731
    return sum(w * worth(c) for w, c in zip((7, 3, 1) * len(body), body)) % 10


@compact
def rvnr(value: str) -> bool:
    """German pension insurance number: the letter counts as two digits; digit sums under weights."""
    flat = value[:8] + f"{ord(value[8]) - 64:02d}" + value[9:11]
    products = (int(c) * w for c, w in zip(flat, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)))
    return sum(p // 10 + p % 10 for p in products) % 10 == int(value[11])


def kvnr(value: str) -> bool:
    """German health insurance number: a letter as two digits, nine digits, weights 1 2, digit sums."""
    flat = f"{ord(value[0]) - 64:02d}" + value[1:9]
    products = (int(c) * w for c, w in zip(flat, (1, 2) * 5))
    return sum(p // 10 + p % 10 for p in products) % 10 == int(value[9])
