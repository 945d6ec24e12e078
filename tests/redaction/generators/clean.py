"""Long documents without personal data: what the standard library and installed packages ship as text.

What really is personal data must not count as a false positive, so whole lines go that a person would call personal:
authors, maintainers, copyright and contributor lines, anything with an at sign or a handle, quoted credentials,
values assigned to passwords and keys, network addresses, lines that thank somebody, and lines with a title in front of a name. Files whose subject is sample
data (test suites, locale tables of a faker, changelogs that name contributors) are not read at all. The filter errs
on the side of dropping: a dropped line costs nothing.
"""

from __future__ import annotations

import random
import re
import sys
import sysconfig
from pathlib import Path

CHUNK = 20_000

PERSONAL = re.compile(
    r"\w@\w|\(c\)|©|copyright|author|maintain|contribut|credit|written by|thanks|thank you|patch|reported|suggest|courtesy|"
    r"licen[cs]ed to|e-?mail|mailto|\bby [A-Z]\w+ [A-Z]|BEGIN [A-Z]|\(\d{3}\) ?\d{3}|\+\d{2}[ \d]{8}|\btel\b|\bfax\b|address\b.*\d|"
    r"\b(mr|mrs|ms|dr|prof|sir|dear)\b\.?|born|birth|\bssn\b|https?://[^/\s]*:[^/\s]*@|private key|"
    r"(?:password|passwd|passphrase|pwd|secret|token|key|credential|bearer|basic)\S*\s*(?:[=:]+>?|is)\s*[\"'`]?[^\s\"'`<$({]{4,}|"
    r"\b(?=\w*\d)(?=\w*[a-z])\w{24,}|"
    r"\b(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}\b|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,}|\b[0-9a-f]{2,4}::|\bname (?:is|was)\b|guido|hettinger|"
    r"\b[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+,? <|signed-off|reviewed|review by|\bstreet\b|\bavenue\b|\bp\.?o\.? box\b",
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
        ("cargo_source", cargo, ("lib.rs",)),
    ]


def _files(root: Path, endings: tuple[str, ...]):
    if not root.is_dir():
        return
    for path in sorted(root.rglob("*")):
        inside = str(path.relative_to(root))
        if path.is_file() and path.name.endswith(endings) and not SKIPPED.search(inside) and "site-packages" not in inside:
            yield path


def filtered(text: str) -> str:
    """The text without lines that hold, or talk about, somebody's data."""
    return "\n".join(line for line in text.splitlines() if len(line) < 2000 and not PERSONAL.search(line))


def samples(rng: random.Random, wanted: int):
    """Documents of about 20,000 characters until `wanted` characters are reached, as (family, text), sources in turn."""
    sources = [(family, _chunks(root, endings)) for family, root, endings in _roots()]
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


def _chunks(root: Path, endings: tuple[str, ...]):
    held = ""
    for path in _files(root, endings):
        try:
            held += filtered(path.read_text(encoding="utf-8")) + "\n"
        except (UnicodeDecodeError, OSError):
            continue
        while len(held) >= CHUNK:
            cut = held.rfind("\n", 0, CHUNK)
            cut = cut if cut > CHUNK // 2 else CHUNK
            yield held[:cut]
            held = held[cut:]
