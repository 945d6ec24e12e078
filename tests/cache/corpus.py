"""Labelled pairs for the verifier: hand-written blocks and generated ones, as JSON Lines of id, a, b, same, kind, of, group.

usage: corpus.py tuning|test|holdout|blind > pairs.jsonl

Lines of `PART-pairs*.txt` are pairs that are judged alone, of any domain. Parts share no template and no vocabulary. `of` names the meaning of `a`, `group` that of `b`. Conversation context is no part of this: two conversations have different fingerprints, so their turns never meet.
"""

import itertools
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from patterns import PATTERNS, Pattern

HERE = Path(__file__).parent
# Pairs of paraphrases that are taken of one generated meaning.
PARAPHRASES = 3


def main() -> None:
    part = sys.argv[1]
    numbered = itertools.count(1)
    for pair in itertools.chain(written(HERE / "corpus" / f"{part}.txt"), *map(alone, sorted((HERE / "corpus").glob(f"{part}-pairs*.txt"))), generated(PATTERNS.get(part, []), random.Random(part))):
        print(json.dumps({"id": f"{part}-{next(numbered)}", **pair}, ensure_ascii=False))


def blocks(path: Path) -> Iterator[tuple[list[str], list[tuple[str, str]]]]:
    """The blocks of a file: lines of one meaning, and traps by kind."""
    lines = path.read_text().splitlines() if path.exists() else []
    text = "\n".join(line for line in lines if not line.startswith("# "))
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line.strip()]
        same = [line[2:].strip() for line in lines if line.startswith("= ")]
        traps = [tuple(line[1:].split(" ", 1)) for line in lines if line.startswith("!")]
        if same:
            yield same, [(kind, text.strip()) for kind, text in traps]


def written(path: Path) -> Iterator[dict]:
    for number, (same, traps) in enumerate(blocks(path), 1):
        group = f"{path.stem}-{number}"
        for a, b in itertools.combinations(same, 2):
            yield {"a": a, "b": b, "same": True, "kind": "paraphrase", "of": group, "group": group, "source": "written"}
        for (at, (kind, trap)), stored in itertools.product(enumerate(traps, 1), same):
            yield {"a": stored, "b": trap, "same": False, "kind": kind, "of": group, "group": f"{group}-{at}", "source": "written"}


def alone(path: Path) -> Iterator[dict]:
    lines = path.read_text().splitlines() if path.exists() else []
    for number, line in enumerate((line for line in lines if line[:1] in ("=", "!")), 1):
        mark, _, texts = line.partition(" ")
        a, b = texts.split(" | ")
        same, group = mark == "=", f"{path.stem.replace('-', '_')}-{number}"
        yield {"a": a, "b": b, "same": same, "kind": "paraphrase" if same else mark[1:], "of": group, "group": group if same else f"{group}-1", "source": "written"}


def generated(patterns: list[Pattern], chance: random.Random) -> Iterator[dict]:
    for at, pattern in enumerate(patterns):
        for values in pattern.fillings(chance):
            group = meaning(at, values)
            texts = [pattern.fill(form, values, chance) for form in pattern.forms]
            pairs = list(itertools.combinations(texts, 2))
            chance.shuffle(pairs)
            for a, b in pairs[:PARAPHRASES]:
                if a != b:
                    yield {"a": a, "b": rough(b, chance), "same": True, "kind": "paraphrase", "of": group, "group": group, "source": "generated"}
            for kind, changed, forms in pattern.traps(values, chance):
                # A swapped slot may make a question that is stored too: its group says so.
                other = meaning(at, changed) + ("" if forms is pattern.forms else f"-{kind}")
                yield {
                    "a": chance.choice(texts), "b": pattern.fill(chance.choice(forms), changed, chance), "same": False, "kind": kind,
                    "of": group, "group": other, "source": "generated",
                }


def meaning(at: int, values: dict[str, tuple[str, ...]]) -> str:
    return f"g{at}-" + "|".join(values[slot][0] for slot in sorted(values))


def rough(text: str, chance: random.Random) -> str:
    """As people type: sometimes in lower case, polite, without a question mark, with a slip."""
    draw = chance.random()
    if draw < 0.15:
        return text.lower().rstrip("?.")
    if draw < 0.25:
        return f"Hi, {text[0].lower() if not text.startswith('I ') else text[0]}{text[1:]} Thanks!"
    if draw < 0.32:
        words = text.split()
        long = [i for i, word in enumerate(words) if len(word) > 6 and word.isalpha() and word.islower()]
        if long:
            i, word = (where := chance.choice(long)), words[where]
            cut = chance.randrange(2, len(word) - 2)
            words[i] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
            return " ".join(words)
    return text


if __name__ == "__main__":
    main()
