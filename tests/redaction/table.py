"""Prints the tables of docs/redaction.md from figures that evaluate.py --json wrote: ours first, others beside them.

Usage: python table.py Sluice=ours.json Presidio=presidio.json …
"""

from __future__ import annotations

import json
import sys


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def main() -> None:
    columns = dict(argument.split("=", 1) for argument in sys.argv[1:])
    figures = {name: json.load(open(path, encoding="utf-8")) for name, path in columns.items()}
    row = lambda title, cell: print(f"| {title} | " + " | ".join(cell(f) for f in figures.values()) + " |")  # noqa: E731
    share = lambda *keys: lambda f: _dig(f, keys)  # noqa: E731
    samples = lambda kind: lambda f: f"{f['false_alarms'][kind]['samples_with_one']} of {f['false_alarms'][kind]['samples']:,}"  # noqa: E731
    print("| | " + " | ".join(figures) + " |\n|---|" + "---|" * len(figures))
    row("overlap F1, types with a format", share("formatted", "f1"))
    row("– precision", share("formatted", "precision"))
    row("– recall", share("formatted", "recall"))
    row("overlap F1, any type counts", share("any_type", "f1"))
    row("leak-free recall, types with a format", share("formatted", "leak_free"))
    row("leak-free recall, all types", share("all", "leak_free"))
    row("recall in disguise (Unicode)", share("evasion", "ALL", "recall"))
    row("false alarms per million clean characters", lambda f: f"{f['false_alarms']['clean']['per_million_characters']:,.1f}")
    row("hard negatives with a false alarm", samples("hard_negative"))
    row("wrong check digits taken for right ones", samples("wrong_check"))
    ours, *others = figures.values()
    print("\n| type | spans | precision | recall | F1 | leak-free | " + " | ".join(f"F1, {name}" for name in list(figures)[1:]) + " |\n|---|---|---|---|---|---|" + "---|" * len(others))
    for name, f in ours["types"].items():
        if f["spans"]:
            theirs = " | ".join(percent(o["types"].get(name, {}).get("f1")) for o in others)
            print(f"| {name} | {f['spans']} | {percent(f['precision'])} | {percent(f['recall'])} | {percent(f['f1'])} | {percent(f['leak_free'])} | {theirs} |")


def _dig(figures: dict, keys: tuple[str, ...]) -> str:
    for key in keys:
        figures = figures[key]
    return percent(figures)


if __name__ == "__main__":
    main()
