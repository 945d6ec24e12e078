"""Long documents without personal data: what the standard library and installed packages ship as text.

What really is personal data must not count as a false positive, so whole lines go that a person would call personal:
authors, maintainers, copyright and contributor lines, mail addresses, values assigned to passwords and keys, network
addresses, telephone numbers, lines that thank somebody, and lines with a full name (a given name of Faker's lists in
front of a capitalized word) or a title. Test suites, locale tables and changelogs are not read at all. The filter
knows nothing of the redactor and errs on the side of dropping: a dropped line costs nothing.
"""

from __future__ import annotations

import importlib
import random
import re
import sys
import sysconfig
from pathlib import Path

from faker import Faker
from faker.config import AVAILABLE_LOCALES

CHUNK = 20_000

PERSONAL = re.compile(
    r"\w@\w|\(c\)|©|copyright|author|maintain|contribut|credit|written by|thanks|thank you|patch|reported|suggest|courtesy|"
    r"licen[cs]ed to|e-?mail|mailto|\bby [A-Z]\w+ [A-Z]|BEGIN [A-Z]|\(\d{3}\) ?\d{3}|\+\d{2}[ \d]{8}|\btel\b|\bfax\b|address\b.*\d|"
    r"\b(mr|mrs|ms|dr|prof|sir|dear)\b\.?|born|birth|\bssn\b|https?://[^/\s]*:[^/\s]*@|private key|"
    r"(?:password|passwd|passphrase|pwd|secret|token|key|credential|bearer|basic)\S*\s*(?:[=:]+>?|is)\s*[\"'`]?[^\s\"'`<$({]{4,}|"
    r"\b(?=\w*\d)(?=\w*[a-z])\w{24,}|"
    r"\b(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}\b|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,}|\b[0-9a-f]{2,4}::|\bname (?:is|was)\b|\bnamed? [A-Z]\w+ |guido|hettinger|"
    r"\b[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+,? <|signed-off|\bbank|\b(?:alice|bob|carol|charlie|eve|dave|john|jane|doe)\b|\bzip\b|reviewed|review by|\bstreet\b|\bavenue\b|\bp\.?o\.? box\b",
    re.IGNORECASE,
)
SKIPPED = re.compile(r"(^|/)(tests?|testing|idlelib|lib2to3|locale|encodings|ensurepip|_vendor|pip/_vendor)/|changelog|changes|history|authors|credits|license|copying|notice|contributors|security|news", re.IGNORECASE)


def _roots() -> list[tuple[str, Path, tuple[str, ...]]]:
    cargo = Path.home() / ".cargo" / "registry" / "src"
    return [
        ("stdlib_docs", Path(sysconfig.get_path("stdlib")) / "pydoc_data", (".py",)),
        ("stdlib_source", Path(sysconfig.get_path("stdlib")), (".py",)),
        ("system_docs", Path("/usr/share/doc"), ("README", ".md", ".txt", ".html")),
        ("npm_docs", Path("/usr/lib/node_modules"), (".md", "README")),
        ("npm_docs", Path("/usr/local/lib/node_modules"), (".md", "README")),
        ("cargo_docs", cargo, ("README.md",)),
        ("cargo_source", cargo, (".rs",)),
        ("lock_files", cargo, ("Cargo.lock",)),
        ("npm_source", Path("/usr/lib/node_modules"), (".js",)),
        ("npm_source", Path("/usr/local/lib/node_modules"), (".js",)),
    ]


def _files(rng: random.Random, root: Path, endings: tuple[str, ...]) -> list[Path]:
    """In an order of chance, so that a few chunks come from many packages."""
    found = []
    for path in sorted(root.rglob("*")) if root.is_dir() else []:
        inside = str(path.relative_to(root))
        if path.name.endswith(endings) and not SKIPPED.search(inside) and "site-packages" not in inside and path.is_file():
            found.append(path)
    rng.shuffle(found)
    return found


def _first_names() -> frozenset[str]:
    """Faker's given names of all its locales."""
    names = {"Tim", "Tom", "Bob", "Jim", "Mike", "Dave", "Steve", "Ken", "Dan", "Fred", "Greg", "Doug", "Ned", "Rob", "Ron", "Jack", "Nick", "Alex", "Max", "Sam", "Ben", "Joe", "Pete", "Kate", "Liz"}
    for locale in AVAILABLE_LOCALES:
        try:
            provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        except ModuleNotFoundError:
            continue
        for kind in ("first_names", "first_names_male", "first_names_female"):
            listed = getattr(provider, kind, ())
            names.update(listed if not isinstance(listed, property) else ())
    return frozenset(name for name in names if re.fullmatch(r"[^\W\d_]{3,}", name) and name.istitle())


FIRST_NAMES = _first_names()
FULL_NAME = re.compile(r"\b(?=([^\W\d_]{3,})[ \xa0](?:[A-Z]\.?[ \xa0])?[^\W\d_a-z][\w'-]+)")
QUOTED_NAME = re.compile(r"[\"'`(>\[]([A-Z][a-z]{2,})[\"'`)<\]]")
ROAD = re.compile(r"\d+,? [A-Z]\w+ (?:Road|Lane|Drive|Way|Court|Square|Place|Rd|Ave|Blvd|St)\b")


# Words drawn at random make "Frau Feuer" out of a title and a noun: no sentence with a title stays.
TITLED = re.compile(r"[^.]*\b(?:Herrn?|Frau|Doktor|Arzt|doctor|mevrouw|meneer|dokter|señora?|don|signora?|madame|monsieur|name|mrs?|dottoressa|dottore|dottor|senhora?|pan[ií]?|fru|frøken|κυρία|κύριος|господин|госпожа|bay|bayan|hanım)\b[^.]*\.", re.IGNORECASE)


def names_somebody(line: str) -> bool:
    """A given name in front of a capitalized word, or a given name alone in quotes or brackets."""
    return any(m[1] in FIRST_NAMES for m in FULL_NAME.finditer(line)) or any(m[1] in FIRST_NAMES for m in QUOTED_NAME.finditer(line)) or bool(ROAD.search(line))


def filtered(text: str) -> str:
    """The text without lines that hold, or talk about, somebody's data."""
    return "\n".join(line for line in text.splitlines() if len(line) < 2000 and not PERSONAL.search(line) and not names_somebody(line))


def samples(rng: random.Random, wanted: int):
    """Documents of about 20,000 characters until `wanted` characters are reached, as (family, text), sources in turn."""
    sources = [(family, _chunks(rng, root, endings)) for family, root, endings in _roots()]
    sources += [("prose", _prose(rng)), ("tables", _tables(rng))]
    total = 0
    while sources and total < wanted:
        for source in list(sources):
            family, chunks = source
            chunk = next(chunks, None)
            if chunk is None:
                sources.remove(source)
                continue
            total += len(chunk)
            yield family, chunk
    if total < wanted:
        print(f"clean text: {total:,} of {wanted:,} characters found on this machine", file=sys.stderr)


def plain_documents(rng: random.Random):
    """Chunks of the standard library's documentation and of its sources, for texts that need a background."""
    return _chunks(rng, Path(sysconfig.get_path("stdlib")), (".py",))


def _chunks(rng: random.Random, root: Path, endings: tuple[str, ...]):
    held = ""
    for path in _files(rng, root, endings):
        try:
            held += filtered(path.read_text(encoding="utf-8")) + "\n"
        except (UnicodeDecodeError, OSError):
            continue
        while len(held) >= CHUNK:
            cut = held.rfind("\n", 0, CHUNK)
            cut = cut if cut > CHUNK // 2 else CHUNK
            yield held[:cut]
            held = held[cut:]


def _prose(rng: random.Random):
    """Sentences of everyday words in a dozen languages."""
    for locale in ("en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL", "ru_RU", "el_GR", "ja_JP", "cs_CZ", "pt_BR", "tr_TR", "sv_SE") * 2:
        source = Faker(locale)
        source.seed_instance(rng.getrandbits(64))
        try:
            text = "\n\n".join(TITLED.sub("", source.paragraph(nb_sentences=8)) for _ in range(40))
        except AttributeError:
            continue
        yield text[:CHUNK]


def _tables(rng: random.Random):
    """Measurements, metrics, ids and stamps, as dashboards and exports have them."""
    for _ in range(16):
        rows = ["stamp,run,rows,bytes,ratio,p50_ms,p99_ms,digest,build"]
        while sum(map(len, rows[-200:])) * len(rows) / max(1, len(rows[-200:])) < CHUNK - 500:
            rows.append(f"{rng.randint(1_600_000_000, 1_800_000_000)},{rng.randint(1, 10**6)},{rng.randint(10**6, 10**10)},{rng.randint(10**8, 10**13)},{rng.random():.12f},"
                        f"{rng.uniform(0, 99):.3f},{rng.uniform(100, 9999):.2f},{rng.randbytes(16).hex()},2025.{rng.randint(1, 12)}.{rng.randint(0, 40)}.{rng.randint(0, 300)}")
        yield "\n".join(rows)
