"""The table and the picture of `make bench-cache`, out of what examples/replay.rs printed.

usage: bench.py PICTURE TRACE PART=REPLAYED...
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

COSINES = (0.60, 0.80, 0.90, 0.95, 0.98)
# Tokens of a question and its answer, and dollars for a million of each: gemini-3.5-flash, 2026-11.
TOKENS, DOLLARS = (60, 400), (1.5, 9.0)


@dataclass
class Point:
    name: str
    served: float
    traps: float
    wrong: float


def main() -> None:
    picture, trace = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    curves = {}
    for argument in sys.argv[3:]:
        name, path = argument.split("=", 1)
        *rows, summary = map(json.loads, Path(path).read_text().splitlines())
        show(name, rows, summary)
        curves[name] = rows, summary["threshold"]
    asked = trace["exact"] + trace["semantic"] + trace["misses"]
    saved = (trace["exact"] + trace["semantic"]) * sum(t * d for t, d in zip(TOKENS, DOLLARS)) / 1e6
    print(f"\nA trace of {asked} questions, cache empty at first: {trace['exact'] / asked:.1%} exact hits, {trace['semantic'] / asked:.1%} semantic hits, "
          f"{trace['wrong']} of those wrong; saves ${saved:.2f} (${saved / asked * 1e6:.0f} per million questions of {TOKENS[0]} + {TOKENS[1]} tokens)")
    picture.write_text(svg(curves))
    print(f"picture: {picture}")


def show(name: str, rows: list[dict], summary: dict) -> None:
    paraphrases, traps = [row for row in rows if row["same"]], [row for row in rows if not row["same"]]
    print(f"\n{name}: {len(paraphrases)} paraphrases and {len(traps)} traps asked of {summary['stored']} stored; "
          f"embedding and verification of 5 neighbours on one core: {summary['p50_ms']:.1f} ms p50, {summary['p95_ms']:.1f} p95, {summary['p99_ms']:.1f} p99")
    print(f"{'policy':34} {'paraphrases served':>19} {'traps served':>13} {'hits wrong':>11}")
    for at in COSINES:
        label = f"cosine >= {at:.2f}" + (" (GPTCache's default)" if at == 0.60 else "")
        line(point(rows, label, "cosine", at))
    line(point(rows, f"verified, score >= {summary['threshold']:.3f}", "score", summary["threshold"]))
    if {row["source"] for row in rows} == {"written", "generated"}:
        line(point([row for row in rows if row["source"] == "written"], "  of those written by hand", "score", summary["threshold"]))
    kinds = sorted({row["kind"] for row in traps})
    served = {kind: [row["score"] >= summary["threshold"] for row in traps if row["kind"] == kind] for kind in kinds}
    print("traps served by kind: " + ", ".join(f"{kind} {sum(hits)}/{len(hits)}" for kind, hits in served.items()))


def point(rows: list[dict], name: str, by: str, at: float) -> Point:
    same, hits = sum(row["same"] for row in rows), [row for row in rows if row[by] >= at and row[by] > 0]
    right = sum(row[f"{by}_right"] for row in hits)
    traps = len(rows) - same
    return Point(name, right / max(same, 1), sum(not row["same"] for row in hits) / max(traps, 1), 1 - right / len(hits) if hits else 0.0)


def line(found: Point) -> None:
    print(f"{found.name:34} {found.served:19.1%} {found.traps:13.1%} {found.wrong:11.1%}")


def svg(curves: dict[str, tuple[list[dict], float]]) -> str:
    """Paraphrases served, rightwards; share of hits that are wrong, upwards."""
    width, height, left, bottom, top = 640, 400, 60, 50, 30
    across, up = width - left - 20, height - bottom - top
    most = 0.7

    def place(found: Point) -> tuple[float, float]:
        return left + found.served * across, height - bottom - min(found.wrong, most) / most * up

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" fill="white"/>']
    for tick in range(0, 11, 2):
        x = left + tick / 10 * across
        parts.append(f'<path d="M{x:.0f} {top}V{height - bottom}" stroke="#ddd"/><text x="{x:.0f}" y="{height - bottom + 16}" text-anchor="middle">{tick * 10} %</text>')
    for tick in range(0, 8):
        y = height - bottom - tick / 7 * up
        parts.append(f'<path d="M{left} {y:.0f}H{width - 20}" stroke="#ddd"/><text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{tick * 10} %</text>')
    parts.append(f'<text x="{left + across / 2:.0f}" y="{height - 12}" text-anchor="middle">paraphrases served</text>')
    parts.append(f'<text transform="translate(14 {top + up / 2:.0f}) rotate(-90)" text-anchor="middle">hits that are wrong</text>')
    styles = [("cosine", "#c0392b", "cosine alone"), ("score", "#1f618d", "verified")]
    for number, (name, (rows, threshold)) in enumerate(curves.items()):
        dash = ["", "5 4", "2 3"][number % 3]
        for by, colour, label in styles:
            steps = [i / 200 for i in range(40, 200)] + [0.9975, 0.999]
            places = [place(found) for found in (point(rows, "", by, at) for at in steps) if found.served > 0]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>')
            y = top + 14 + 16 * (2 * number + (by == "score"))
            parts.append(f'<path d="M{left + 14} {y - 4}h28" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/><text x="{left + 48}" y="{y}">{label}, {name}</text>')
        x, y = place(point(rows, "", "score", threshold))
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#1f618d"/>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    main()
