"""Writes the verifier's lexicon: how common words are, which mean the same, and which the opposite.

Commonness is the order of BERT's vocabulary, which is by frequency. Synonyms, opposites and nouns made of verbs are WordNet
3.1's, of senses that are in use for both words. Its output is data in cache-sidecar/semantic/src/lexicon/.

usage: lexicon.py WORDNET_DICT TOKENIZER_JSON OUT
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

POS = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
# A sense counts for a word if it makes up this share of the word's tagged uses.
SHARE = 0.12


def main() -> None:
    dictionary, tokenizer, out = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    ranked = ranks(tokenizer)
    counts, senses = tags(dictionary)
    synonyms: dict[str, set[str]] = defaultdict(set)
    opposites: set[tuple[str, str]] = set()
    derived: dict[str, set[str]] = defaultdict(set)
    synsets = {(pos, offset): entry for pos in POS for offset, entry in data(dictionary, pos)}
    for (pos, offset), (words, pointers) in synsets.items():
        plain = [word for word in words if re.fullmatch("[a-z]+(-[a-z]+)?", word)]
        common = [word for word in plain if in_use(word, pos, offset, counts, senses)]
        for word in common:
            synonyms[word].update(other for other in common if other != word)
        for symbol, target, target_pos, source_word, target_word in pointers:
            others = synsets.get((target_pos, target), ([], []))[0]
            if not source_word or source_word > len(words) or target_word > len(others):
                continue
            one, other = words[source_word - 1], others[target_word - 1]
            if not (one.isalpha() and other.isalpha() and one != other):
                continue
            if symbol == "!" and one in ranked and other in ranked:
                opposites.add((min(one, other), max(one, other)))
            if symbol == "+" and one[:4] == other[:4]:
                derived[one].add(other)
    for one, other in opposites:
        synonyms[one].discard(other)
        synonyms[other].discard(one)
    lines = []
    known = set(ranked)
    for word in ranked:
        same = sorted(other for other in synonyms.get(word, ()) if other in known)
        kin = sorted(other for other in derived.get(word, ()) if other in known and other not in same)
        lines.append(" ".join([word, *same, *([";", *kin] if kin else [])]))
    (out / "words.txt").write_text("\n".join(lines) + "\n")
    (out / "opposites.txt").write_text("\n".join(" ".join(pair) for pair in sorted(opposites)) + "\n")


def ranks(tokenizer: Path) -> list[str]:
    vocabulary = json.loads(tokenizer.read_text())["model"]["vocab"]
    order = sorted(vocabulary, key=lambda word: vocabulary[word])
    return [word for word in order if re.fullmatch("[a-z]{2,}", word)]


def tags(dictionary: Path) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str, str], tuple[int, int]]]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    senses = {}
    for line in (dictionary / "index.sense").read_text().splitlines():
        key, offset, number, count = line.split()
        word, rest = key.split("%")
        pos = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}[rest[0]]
        counts[word, pos] += int(count)
        senses[word, pos, offset] = (int(number), int(count))
    return counts, senses


def in_use(word: str, pos: str, offset: str, counts: dict[tuple[str, str], int], senses: dict[tuple[str, str, str], tuple[int, int]]) -> bool:
    number, count = senses.get((word, pos, offset), (9, 0))
    total = counts[word, pos]
    # Of all parts of speech: `may` is rarely a month's name in lower case, `well` rarely a verb.
    everywhere = sum(counts[word, other] for other in POS)
    if total == 0:
        return everywhere == 0 and number == 1
    return count / total >= SHARE and count / everywhere >= SHARE / 2


def data(dictionary: Path, pos: str):
    for line in (dictionary / f"data.{POS[pos]}").read_text().splitlines():
        if line.startswith("  "):
            continue
        fields = line.split("|")[0].split()
        number = int(fields[3], 16)
        words = [fields[4 + 2 * i].lower().split("(")[0] for i in range(number)]
        at = 4 + 2 * number
        pointers = []
        for i in range(int(fields[at])):
            symbol, target, target_pos, ends = fields[at + 1 + 4 * i : at + 5 + 4 * i]
            pointers.append((symbol, target, {"s": "a"}.get(target_pos, target_pos), int(ends[:2], 16), int(ends[2:], 16)))
        yield fields[0], (words, pointers)


if __name__ == "__main__":
    main()
