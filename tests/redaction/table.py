"""Prints the tables of docs/redaction.md from figures that evaluate.py --json wrote: ours, and Presidio's beside them.

Usage: python table.py ours.json presidio.json
"""

from __future__ import annotations

import json
import sys


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def main() -> None:
    ours, theirs = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
    pair = lambda *keys: " | ".join(_dig(figures, keys) for figures in (ours, theirs))  # noqa: E731
    alarms = lambda kind: " | ".join(f"{f['false_alarms'][kind]['per_million_characters']:,.1f}" for f in (ours, theirs))  # noqa: E731
    share = lambda kind: " | ".join(f"{f['false_alarms'][kind]['samples_with_one']} of {f['false_alarms'][kind]['samples']:,}" for f in (ours, theirs))  # noqa: E731
    print("| | Sluice | Presidio, all recognizers |\n|---|---|---|")
    print(f"| overlap F1, types with a format | {pair('formatted', 'f1')} |")
    print(f"| – precision | {pair('formatted', 'precision')} |\n| – recall | {pair('formatted', 'recall')} |")
    print(f"| overlap F1, any type counts | {pair('any_type', 'f1')} |")
    print(f"| leak-free recall, types with a format | {pair('formatted', 'leak_free')} |")
    print(f"| leak-free recall, all types | {pair('all', 'leak_free')} |")
    print(f"| recall in disguise (Unicode) | {pair('evasion', 'ALL', 'recall')} |")
    print(f"| leak-free in disguise (Unicode) | {pair('evasion', 'ALL', 'leak_free')} |")
    print(f"| false alarms per million clean characters | {alarms('clean')} |")
    print(f"| hard negatives with a false alarm | {share('hard_negative')} |")
    print(f"| wrong check digits taken for right ones | {share('wrong_check')} |")
    print("\n| type | spans | precision | recall | F1 | leak-free | Presidio's F1 |\n|---|---|---|---|---|---|---|")
    for name, f in ours["types"].items():
        if f["spans"]:
            other = theirs["types"].get(name)
            print(f"| {name} | {f['spans']} | {percent(f['precision'])} | {percent(f['recall'])} | {percent(f['f1'])} | {percent(f['leak_free'])} | {percent(other['f1']) if other and other['spans'] else '–'} |")


def _dig(figures: dict, keys: tuple[str, ...]) -> str:
    for key in keys:
        figures = figures[key]
    return percent(figures)


if __name__ == "__main__":
    main()
