"""What is served of pairs that are judged alone, by kind: `cache-sidecar judge` sees no more.

usage: pairs.py JUDGED        (the lines of features.rs)
"""

import json
import math
import sys
from collections import Counter
from pathlib import Path


def main() -> None:
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    same, traps = [row for row in rows if row["same"]], [row for row in rows if not row["same"]]
    served, wrong = [row for row in same if row["hit"]], [row for row in traps if row["hit"]]
    print(f"\n{Path(sys.argv[1]).name.split('.')[0]}, each pair alone: {len(served)} of {len(same)} paraphrases served ({len(served) / len(same):.1%}), "
          f"{len(wrong)} of {len(traps)} traps ({len(wrong) / len(traps):.1%}), {len(wrong) / max(len(wrong) + len(served), 1):.1%} of the hits wrong")
    for name, part, whole in (("paraphrases served", len(served), len(same)), ("traps served", len(wrong), len(traps)), ("hits wrong", len(wrong), len(wrong) + len(served))):
        low, high = wilson(part, whole)
        print(f"  {name}: {part} of {whole}, {low:.1%} to {high:.1%} at 95 % confidence")
    asked, hits = Counter(row["kind"] for row in traps), Counter(row["kind"] for row in wrong)
    print("traps served by kind: " + ", ".join(f"{kind} {hits[kind]}/{count}" for kind, count in sorted(asked.items())))


def wilson(part: int, whole: int, z: float = 1.96) -> tuple[float, float]:
    """The interval in which a share lies with 95 % confidence."""
    if whole == 0:
        return 0.0, 1.0
    share, spread = part / whole, z * z / whole
    middle, half = share + spread / 2, z * math.sqrt(share * (1 - share) / whole + spread / whole / 4)
    return max(0.0, (middle - half) / (1 + spread)), (middle + half) / (1 + spread)


if __name__ == "__main__":
    main()
