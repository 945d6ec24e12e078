"""Fits the weights of the estimate and of its upper bound, and writes filters/tokens/src/weights.rs.

    fit.py TEXTS FEATURES GEMINI O200K [--write FILE]

TEXTS is what corpus.py prints, FEATURES what the crate's example `features` makes of it, the others what
`count-tokens` does. Prints the table of docs/tokens.md, measured on the texts that were held out.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, identity

# What is seen more often counts more; languages that are hardly ever seen may be off, the bound is for them.
IMPORTANCE = {"prose": 4, "code": 6, "rare": 0.15}
# Texts from which on an error is one of the estimate, and not of rounding.
LONG = 400
UNIT = 4096
TALLIES, SCRIPTS = 48, 46
# Of the terms of the bound, those from here on are of scripts.
PUNCTUATION, DIGITS, FIRST_SCRIPT = 8, 9, 12


def main() -> None:
    lines = [json.loads(line) for line in open(sys.argv[1])]
    kinds = np.array([line["kind"] for line in lines])
    held_out = np.array([line["held_out"] for line in lines])
    sizes = np.array([len(line["text"]) for line in lines])
    data = np.array([len(line["text"].encode()) for line in lines])
    features = np.array([json.loads(line) for line in open(sys.argv[2])], float)
    families, constants = {}, {}
    for name, path in [("GEMINI", sys.argv[3]), ("O200K", sys.argv[4])]:
        real = np.array([json.loads(line)["tokens"] for line in open(path)], float)
        weights = estimate(features, real, kinds, ~held_out & (sizes >= 200))
        guess = np.clip(np.round(features @ weights / UNIT), 1, data)
        terms = bounded(features, guess)
        bound = upper_bound(terms, real, kinds, ~held_out)
        most = np.clip(np.ceil(terms @ bound / UNIT), guess, data)
        constants |= {name: weights, f"{name}_BOUND": bound}
        families[name] = (real, guess, most)
    print(table(families, kinds, held_out, sizes))
    if "--write" in sys.argv:
        Path(sys.argv[sys.argv.index("--write") + 1]).write_text(rust(constants))


def estimate(features, real, kinds, chosen):
    """Least squares of the relative error, of which large ones count less: they are other languages."""
    scale = 1 / (real + 4)
    weight = np.sqrt([IMPORTANCE.get(kind, 1) for kind in kinds]) * scale
    for _ in range(3):
        left, right = features[chosen] * weight[chosen, None], real[chosen] * weight[chosen]
        norm = np.sqrt((left**2).mean(0)) + 1e-12
        left = left / norm
        ridge = 1e-5 * len(left) * np.eye(left.shape[1])
        found = np.linalg.solve(left.T @ left + ridge, left.T @ right) / norm
        error = np.abs(features @ found - real) * scale
        weight = np.sqrt([IMPORTANCE.get(kind, 1) for kind in kinds]) * scale * np.minimum(1, 0.05 / np.maximum(error, 1e-9)) ** 0.25
    return np.round(found * UNIT).astype(int)


def bounded(features, guess):
    """What the bound is made of, as `counts.rs` has it."""
    tally = lambda index: features[:, index]
    script = lambda first, last: features[:, TALLIES + first : TALLIES + last + 1].sum(1)
    english, punctuated, both = (features[:, TALLIES + SCRIPTS + index] for index in range(3))
    letters = tally(0)
    return np.stack(
        [
            guess,
            np.ones(len(guess)),
            letters,
            letters - english,
            letters - english - punctuated + both,
            tally(42),
            tally(23),
            tally(6),
            tally(1),
            tally(4),
            tally(2) + tally(3),
            script(0, 0) + script(28, 31) + script(41, 45),
            script(1, 10),
            script(11, 17),
            script(18, 22),
            script(23, 26),
            script(27, 27),
            script(32, 34),
            script(35, 40),
        ],
        1,
    )


def upper_bound(terms, real, kinds, chosen):
    """The tightest weights, none negative, under which next to no text lies above: a quantile regression."""
    rows, real = terms[chosen] / real[chosen, None], np.ones(chosen.sum())
    counts = dict(zip(*np.unique(kinds[chosen], return_counts=True)))
    share = np.array([1 / counts[kind] * (0.2 if kind == "rare" else 1) for kind in kinds[chosen]])
    # One text in 2,500 may lie above; of languages that no kind has, one in 200.
    dear = np.array([(200 if kind == "rare" else 2500) / counts[kind] for kind in kinds[chosen]])
    cost = np.concatenate([share @ rows, dear])
    left = hstack([csr_matrix(-rows), -identity(len(rows))])
    found = linprog(cost, A_ub=left, b_ub=-real, bounds=(0, None), method="highs")
    # What is held out is of other authors, and of scripts there is less to learn from.
    # Numbers are made up here, of a few shapes only.
    index = np.arange(terms.shape[1])
    factor = np.where(index >= FIRST_SCRIPT, 1.25, 1.04)
    more = np.where(index >= FIRST_SCRIPT, 0.07, np.where((index == PUNCTUATION) | (index == DIGITS), 0.05, 0))
    weights = found.x[: terms.shape[1]] * factor + more
    return np.ceil(weights * UNIT).astype(int)


def table(families, kinds, held_out, sizes):
    rows = [
        "| kind | tokenizer | p50 | p95 | p99 | p99.9 | short p95 | at or below the bound | reserved |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for kind in sorted(set(kinds)):
        for name, (real, guess, most) in families.items():
            chosen = held_out & (kinds == kind)
            error = np.abs(guess / real - 1)
            long, short = error[chosen & (sizes >= LONG)], error[chosen & (sizes < LONG)]
            quantiles = " | ".join(f"{100 * q:.1f} %" for q in np.quantile(long, [0.5, 0.95, 0.99, 0.999]))
            below = (real <= most)[chosen].mean()
            reserved = np.median((most / real)[chosen & (sizes >= LONG)])
            rows.append(f"| {kind} | {name.lower()} | {quantiles} | {100 * np.quantile(short, 0.95):.1f} % | {100 * below:.2f} % | {reserved:.2f} |")
    return "\n".join(rows)


def rust(constants) -> str:
    text = "//! Fitted by `tests/tokens/fit.py`, which writes this file (`make estimates`): don't edit it. In 1/4096 of a token.\n\n"
    text += "use crate::counts::{BOUNDS, FEATURES};\n"
    for name, values in constants.items():
        size = "BOUNDS" if name.endswith("BOUND") else "FEATURES"
        lines = [", ".join(map(str, values[at : at + 12])) for at in range(0, len(values), 12)]
        text += f"\n#[rustfmt::skip]\npub(crate) const {name}: [i32; {size}] = [\n    " + ",\n    ".join(lines) + ",\n];\n"
    return text


if __name__ == "__main__":
    main()
