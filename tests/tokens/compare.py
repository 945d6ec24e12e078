"""Holds counts of ours beside those of the npm packages: compare.py EACH NPM GEMINI [O200K]; fails where one differs."""

import json
import sys


def main() -> None:
    each, npm = int(sys.argv[1]), sys.argv[2]
    theirs = [json.loads(line) for line in open(npm)]
    differing = compared = 0
    for name, path in zip(("gemini", "o200k"), sys.argv[3:]):
        ours = [json.loads(line)["tokens"] for line in open(path)][::each]
        assert len(ours) == len(theirs), f"{len(ours)} and {len(theirs)} texts"
        compared += len(ours)
        differing += sum(record[name] != count for record, count in zip(theirs, ours))
    print(f"{differing} of {compared} counts differ from npm's tokenizers")
    sys.exit(differing > 0)


if __name__ == "__main__":
    main()
