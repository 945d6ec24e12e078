"""Measures `redact --json` on the corpus: recall, precision, what stays legible, false alarms, disguises.

Usage: python evaluate.py [--redact target/debug/redact] [--seed 7] [--scale 1] [--families] [--misses 5] [--json]
       python evaluate.py --presidio [--sample 0.15] [--threshold 0]
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import corpus
from score import REACH, Score

ROOT = Path(__file__).resolve().parents[2]


def sluice(samples: list[dict], binary: Path) -> Iterator[tuple[list[dict], str]]:
    """Findings and redacted text of each sample, from one run of the command."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as given, tempfile.TemporaryFile("w+", encoding="utf-8") as made:
        for sample in samples:
            given.write(json.dumps({"id": sample["id"], "text": sample["text"]}, ensure_ascii=False) + "\n")
        given.seek(0)
        subprocess.run([binary, "--json"], stdin=given, stdout=made, check=True)
        made.seek(0)
        answers = [json.loads(line) for line in made.read().split("\n") if line]
    if [a["id"] for a in answers] != [s["id"] for s in samples]:
        raise SystemExit("the command lost or reordered lines")
    for answer in answers:
        yield answer["findings"], answer["redacted"]


def percent(share: float | None) -> str:
    return "    –" if share is None else f"{100 * share:5.1f}"


def table(title: str, rows: dict[str, dict]) -> None:
    print(f"\n{title:34} spans  prec   rec    F1   any-type  whole  leak-free")
    for name, f in rows.items():
        print(f"{name:34} {f['spans']:5d} {percent(f['precision'])} {percent(f['recall'])} {percent(f['f1'])}    {percent(f['recall_any_type'])}  {percent(f['whole'])}  {percent(f['leak_free'])}")


def recalls(title: str, rows: dict[str, dict]) -> None:
    """For rows that have no precision of their own: a finding belongs to a type, not to a family or a disguise."""
    if not rows:
        return
    print(f"\n{title:34} spans   rec   any-type  whole  leak-free")
    for name, f in rows.items():
        print(f"{name:34} {f['spans']:5d} {percent(f['recall'])}    {percent(f['recall_any_type'])}  {percent(f['whole'])}  {percent(f['leak_free'])}")


def report(figures: dict, families: bool) -> None:
    if figures["types"]:
        table("type", figures["types"])
        table("summary", {"types with a format": figures["formatted"], "all types": figures["all"]})
        print(f"mean F1 over types with a format {figures['formatted_macro_f1'] or 0:.4f}; any type: precision {figures['any_type']['precision']:.4f} recall {figures['any_type']['recall']:.4f} F1 {figures['any_type']['f1']:.4f}")
    recalls("context", figures["contexts"])
    recalls("disguise", figures["evasion"])
    recalls("encoding", figures["encoded"])
    recalls("weak format, no cue (not aimed at)", {"": figures["weak_bare"]} if figures["weak_bare"]["spans"] else {})
    if families:
        recalls("family", dict(sorted(figures["families"].items(), key=lambda item: item[1]["recall"])))
    print(f"\nfindings that took {REACH} or more letters beside the value: {figures['overreaching_findings']}; texts altered outside of findings: {figures['altered_outside_findings']}")
    print("\nfalse alarms                    samples  with one  findings  per 1 M characters")
    for kind, f in figures["false_alarms"].items():
        print(f"{kind:30} {f['samples']:8d} {f['samples_with_one'] if f['samples_with_one'] is not None else '–':>9} {f['findings']:9d}  {f['per_million_characters']:8.2f}  {f['by_type']}")


def examples(score: Score, count: int) -> None:
    """Synthetic values only, so they may be shown."""
    print("\n== misses, worst families first")
    for group, found in sorted(score.misses.items(), key=lambda item: -len(item[1])):
        print(f"\n{group}: {len(found)}")
        for why, _, context, text in found[:count]:
            print(f"  [{context}] {why}: {text}")
    print("\n== false alarms, commonest first")
    for group, found in sorted(score.alarms.items(), key=lambda item: -len(item[1])):
        print(f"\n{group}: {len(found)}")
        for value, text in found[:count]:
            print(f"  {value!r} in: {text}")


def main() -> None:
    parser = corpus.arguments()
    parser.description = __doc__
    parser.add_argument("--redact", type=Path, default=ROOT / "target" / "debug" / "redact")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="show N examples of each group of misses and false alarms")
    parser.add_argument("--families", action="store_true", help="one row per family too")
    parser.add_argument("--json", action="store_true", help="figures for machines")
    parser.add_argument("--presidio", action="store_true", help="measure Presidio instead, on a sample of the corpus")
    parser.add_argument("--sample", type=float, help="measure a share of the corpus, the same for the same seed; Presidio gets 0.15 by default")
    parser.add_argument("--threshold", type=float, default=0.0, help="with --presidio: its score threshold; 0 is its own default")
    options = parser.parse_args()
    share = options.sample or (0.15 if options.presidio else 1.0)
    options.clean_characters = int(options.clean_characters * share)
    samples = [s for s in corpus.made(options) if s["kind"] == "clean" or random.Random(s["id"]).random() < share]
    if options.presidio:
        import presidio

        answers = presidio.answers(samples, options.threshold)
    else:
        answers = sluice(samples, options.redact)
    score = Score()
    for sample, (findings, redacted) in zip(samples, answers, strict=True):
        score.add(sample, findings, redacted)
    figures = score.figures()
    if options.json:
        json.dump(figures, sys.stdout, indent=1)
        return
    report(figures, options.families)
    if options.misses:
        examples(score, options.misses)


if __name__ == "__main__":
    main()
