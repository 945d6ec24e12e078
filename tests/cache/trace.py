"""A trace of questions as a service gets them: few are asked often, most seldom, each in any of its wordings; one in ten is a trap.

usage: trace.py PART LENGTH > trace.jsonl
"""

import json
import random
import sys

from corpus import HERE, blocks


def main() -> None:
    part, length = sys.argv[1], int(sys.argv[2])
    chance = random.Random(f"trace {part}")
    known = list(blocks(HERE / "corpus" / f"{part}.txt"))
    chance.shuffle(known)
    # Zipf's law: the n-th commonest question is asked 1/n as often as the commonest.
    shares = [1 / rank for rank in range(1, len(known) + 1)]
    for _ in range(length):
        [number] = chance.choices(range(len(known)), shares)
        same, traps = known[number]
        if traps and chance.random() < 0.1:
            at = chance.randrange(len(traps))
            print(json.dumps({"text": traps[at][1], "group": f"{number}-{at}"}))
        else:
            # The first wording is the commonest.
            text = chance.choices(same, [3, *[1] * (len(same) - 1)])[0]
            print(json.dumps({"text": text, "group": str(number)}))


if __name__ == "__main__":
    main()
