"""Counts what a redactor found against what the corpus says is there."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field

PLACEHOLDER = re.compile(r"\[[A-Z_]+(?:_\d+)?\]")
# So many letters and digits beside the labelled value make a finding that took too much.
REACH = 8
WITHOUT_FORMAT = ("PERSON", "ADDRESS")


@dataclass
class Tally:
    """Spans wanted, found under a right type, found under any type, covered whole, and not legible afterwards."""

    spans: int = 0
    typed: int = 0
    blind: int = 0
    whole: int = 0
    safe: int = 0
    right: int = 0
    wrong: int = 0

    def recall(self) -> float:
        return self.typed / self.spans if self.spans else 0.0

    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    def f1(self) -> float:
        p, r = self.precision(), self.recall()
        return 2 * p * r / (p + r) if p + r else 0.0

    def figures(self) -> dict:
        share = lambda n: round(n / self.spans, 4) if self.spans else None  # noqa: E731
        return {"spans": self.spans, "precision": round(self.precision(), 4), "recall": round(self.recall(), 4), "f1": round(self.f1(), 4),
                "recall_any_type": share(self.blind), "whole": share(self.whole), "leak_free": share(self.safe)}


@dataclass
class Score:
    """All counts of one run; `misses` and `alarms` keep examples by group."""

    types: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    families: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    contexts: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    total: Tally = field(default_factory=Tally)
    formatted: Tally = field(default_factory=Tally)
    blind_wrong: int = 0
    blind_right: int = 0
    weak_bare: Tally = field(default_factory=Tally)
    disguises: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    encodings: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    false_alarms: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    characters: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    samples: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    alarmed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    misses: dict[str, list] = field(default_factory=lambda: defaultdict(list))
    altered: list[str] = field(default_factory=list)
    overreach: int = 0
    alarms: dict[str, list] = field(default_factory=lambda: defaultdict(list))

    def add(self, sample: dict, findings: list[dict], redacted: str) -> None:
        kind = sample["kind"]
        self.samples[kind] += 1
        self.characters[kind] += len(sample["text"])
        if not faithful(sample["text"], findings, redacted):
            self.altered.append(sample["id"])
        if kind in ("positive", "weak_bare", "evasion", "encoded"):
            self._wanted(kind, sample, findings, redacted)
        else:
            self._unwanted(kind, sample, findings)

    def _wanted(self, kind: str, sample: dict, findings: list[dict], redacted: str) -> None:
        after = fold(PLACEHOLDER.sub("\0", redacted))
        digits_after = "".join(c for c in after if c.isdigit() or c == "\0")
        for span in sample["spans"]:
            types = [span["type"], *span.get("also", [])]
            over = [f for f in findings if overlaps(f, span)]
            typed = any(f["type"] in types for f in over)
            value = sample["text"][span["start"] : span["end"]]
            whole = covered(sample["text"], span, over)
            safe = bool(over) and not legible(value, after, digits_after)
            for tally in self._tallies(kind, sample, span):
                tally.spans += 1
                tally.typed += typed
                tally.blind += bool(over)
                tally.whole += whole
                tally.safe += safe
            if (not typed or not safe) and kind != "weak_bare":
                group = span["family"] if kind == "positive" else f"{kind}:{sample['context'] if kind in ('evasion', 'encoded') else span['family']}"
                why = "missed" if not over else f"found as {over[0]['type']}" if not typed else "legible after redaction"
                self.misses[group].append((why, value, sample["context"], excerpt(sample["text"], span)))
        if kind == "positive":
            for finding in findings:
                over = [s for s in sample["spans"] if overlaps(finding, s)]
                right = any(finding["type"] in (s["type"], *s.get("also", [])) for s in over)
                tallies = [self.total, self.types[finding["type"]]] + ([] if finding["type"] in WITHOUT_FORMAT else [self.formatted])
                for tally in tallies:
                    tally.right += right
                    tally.wrong += not right
                self.blind_right += bool(over)
                self.blind_wrong += not over
                if not over:
                    self._alarm("positive", finding, sample)
                elif beyond(sample["text"], finding, over) >= REACH:
                    self.overreach += 1
                    self._alarm("overreach", finding, sample)

    def _tallies(self, kind: str, sample: dict, span: dict) -> list[Tally]:
        if kind == "weak_bare":
            return [self.weak_bare]
        if kind == "evasion":
            return [self.disguises[sample["context"]], self.disguises["ALL"]]
        if kind == "encoded":
            return [self.encodings[sample["context"]], self.encodings["ALL"]]
        own = [self.total, self.types[span["type"]], self.families[span["family"]], self.contexts[sample["context"]]]
        return own if span["type"] in WITHOUT_FORMAT else [*own, self.formatted]

    def _unwanted(self, kind: str, sample: dict, findings: list[dict]) -> None:
        alarms = [f for f in findings if not any(overlaps(f, s) for s in sample["spans"])]
        if kind == "wrong_check":
            # A wrong number of one kind may well be a right one of another: only the claim of its own type is false.
            other = [f for f in alarms if f["type"] not in sample["wrong"]]
            alarms = [f for f in alarms if f["type"] in sample["wrong"]]
            for finding in other:
                self.false_alarms["wrong_check_as_another_type"][finding["type"]] += 1
                self._alarm("wrong_check_as_another_type", finding, sample)
        self.alarmed[kind] += bool(alarms)
        for finding in alarms:
            self.false_alarms[kind][finding["type"]] += 1
            self._alarm(kind, finding, sample)

    def _alarm(self, kind: str, finding: dict, sample: dict) -> None:
        text = sample["text"]
        self.alarms[f"{kind}:{sample['family']}:{finding['type']}"].append((text[finding["start"] : finding["end"]], excerpt(text, finding)))

    def figures(self) -> dict:
        blind_precision = self.blind_right / (self.blind_right + self.blind_wrong) if self.blind_right + self.blind_wrong else 1.0
        blind_recall = self.total.blind / self.total.spans if self.total.spans else 0.0
        macro = [t.f1() for name, t in self.types.items() if t.spans and name not in WITHOUT_FORMAT]
        return {
            "formatted": self.formatted.figures(),
            "formatted_macro_f1": round(sum(macro) / len(macro), 4) if macro else None,
            "all": self.total.figures(),
            "any_type": {"precision": round(blind_precision, 4), "recall": round(blind_recall, 4),
                         "f1": round(2 * blind_precision * blind_recall / (blind_precision + blind_recall), 4) if blind_precision + blind_recall else 0.0},
            "types": {name: tally.figures() for name, tally in sorted(self.types.items())},
            "families": {name: tally.figures() for name, tally in sorted(self.families.items())},
            "contexts": {name: tally.figures() for name, tally in sorted(self.contexts.items())},
            "weak_bare": self.weak_bare.figures(),
            "evasion": {name: tally.figures() for name, tally in sorted(self.disguises.items())},
            "encoded": {name: tally.figures() for name, tally in sorted(self.encodings.items())},
            "false_alarms": {
                kind: {"samples": self.samples[kind.removesuffix("_as_another_type")], "samples_with_one": self.alarmed.get(kind), "findings": sum(self.false_alarms[kind].values()),
                       "per_million_characters": round(1e6 * sum(self.false_alarms[kind].values()) / max(1, self.characters[kind.removesuffix("_as_another_type")]), 2), "by_type": dict(self.false_alarms[kind])}
                for kind in ("hard_negative", "wrong_check", "wrong_check_as_another_type", "clean")
            },
            "overreaching_findings": self.overreach,
            "altered_outside_findings": len(self.altered),
            "characters": dict(self.characters),
        }


def overlaps(a: dict, b: dict) -> bool:
    return a["start"] < b["end"] and b["start"] < a["end"]


def covered(text: str, span: dict, findings: list[dict]) -> bool:
    return all(any(f["start"] <= at < f["end"] for f in findings) for at in range(span["start"], span["end"]) if text[at].isalnum())


def beyond(text: str, finding: dict, spans: list[dict]) -> int:
    return sum(text[at].isalnum() and not any(s["start"] <= at < s["end"] for s in spans) for at in range(finding["start"], finding["end"]))


def faithful(text: str, findings: list[dict], redacted: str) -> bool:
    """Whether the redacted text is the text with each finding replaced and nothing else touched."""
    pieces, last = [], 0
    for finding in sorted(findings, key=lambda f: f["start"]):
        if finding["start"] < last or finding["end"] > len(text):
            return False
        pieces.append(re.escape(text[last : finding["start"]]))
        last = finding["end"]
    pieces.append(re.escape(text[last:]))
    return re.fullmatch(r"\[[A-Z_]+(?:_\d+)?\]".join(pieces), redacted) is not None


def fold(text: str) -> str:
    """What a reader makes of it: digits of all scripts as ASCII, case and marks gone, letters and digits only."""
    out = []
    for c in unicodedata.normalize("NFKC", text):
        if c == "\0":
            out.append(c)
        elif c.isdigit():
            out.append(str(unicodedata.digit(c, "")))
        elif c.isalpha():
            out.append(c.casefold())
    return "".join(out)


def legible(value: str, after: str, digits_after: str) -> bool:
    flat = fold(value)
    digits = "".join(c for c in flat if c.isdigit())
    return (len(flat) >= 4 and flat in after) or (len(digits) >= 6 and digits in digits_after)


def excerpt(text: str, span: dict) -> str:
    return text[max(0, span["start"] - 60) : span["end"] + 40].replace("\n", "⏎")
