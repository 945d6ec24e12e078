"""Fits the weights of the estimate, of its correction and of its upper bound: filters/tokens/src/weights.rs.

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
IMPORTANCE = {"prose": 4, "code": 2.5, "rare": 0.15, "repeated": 0.2, "respaced": 0.3}
# Only the correction learns of them: few sources, and scripts that no other text has, or what hardly anybody writes.
ODD = ["minified", "repeated", "respaced"]
# Texts from which on an error is one of the estimate, and not of rounding.
LONG = 400
UNIT = 4096
TALLIES, SCRIPTS = 48, 46
# Of the correction: parts of a share and of what it varies by, its hidden layer's width, and how it is trained.
SHARE, STEP, HIDDEN = 65_536, 256, 32
EPOCHS, MIXTURES = 40, 12_000
# Of the terms of the bound, those in between are of scripts, the last is the sum before its correction.
PUNCTUATION, DIGITS, FIRST_SCRIPT, FIRST_OF_EAST_ASIA, PLAIN = 8, 9, 12, 17, 19


def main() -> None:
    lines = [json.loads(line) for line in open(sys.argv[1])]
    kinds = np.array([line["kind"] for line in lines])
    held_out = np.array([line["held_out"] for line in lines])
    sizes = np.array([len(line["text"]) for line in lines])
    data = np.array([len(line["text"].encode()) for line in lines])
    features = np.array([json.loads(line) for line in open(sys.argv[2])], float)
    fitted = ~held_out & ~np.isin(kinds, ODD)
    centres, scales = scale(features[fitted], data[fitted])
    inputs = normalized(features, data, centres, scales)
    families, constants = {}, {"CENTRES": centres, "SCALES": scales}
    for name, path in [("GEMINI", sys.argv[3]), ("O200K", sys.argv[4])]:
        real = np.array([json.loads(line)["tokens"] for line in open(path)], float)
        weights = estimate(features, real, kinds, fitted & (sizes >= 200))
        plain = (features @ weights).astype(int)
        hidden, out = correction(features, (centres, scales), plain, real, kinds, data, ~held_out & (sizes >= 100))
        guess = np.clip((plain * (UNIT + corrected(inputs, hidden, out)) // UNIT + UNIT // 2) // UNIT, 1, data)
        terms = bounded(features, guess, np.clip((plain + UNIT // 2) // UNIT, 1, data))
        bound = upper_bound(terms, real, kinds, fitted)
        most = np.clip(np.ceil(terms @ bound / UNIT), guess, data)
        constants |= {name: weights, f"{name}_HIDDEN": hidden, f"{name}_OUT": out, f"{name}_BOUND": bound}
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


def scale(features, data):
    """By what shares are moved and stretched, so that each is 0 in the middle and varies by 1."""
    shares = features[:, :-1] / data[:, None]
    return np.round(shares.mean(0) * SHARE).astype(int), np.round(STEP / (shares.std(0) + 0.001)).astype(int)


def normalized(features, data, centres, scales):
    """What goes into the correction, as `correction.rs` has it."""
    shares = (features[:, :-1].astype(int) * SHARE) // data[:, None].astype(int)
    return np.clip((shares - centres) * scales // SHARE, -4 * STEP, 4 * STEP)


def corrected(inputs, hidden, out):
    """By how much the sum is off, in 1/4096 of it, as `correction.rs` has it."""
    sums = np.maximum(inputs @ hidden[:, :-1].T + hidden[:, -1], 0)
    return np.clip(sums // UNIT @ out // STEP, -UNIT * 3 // 16, UNIT)


def correction(features, scaling, plain, real, kinds, data, chosen):
    """A network with one hidden layer, that says from the shares of the counts how far off their sum is."""
    chance = np.random.default_rng(1)
    chosen = np.flatnonzero(chosen)
    # Prompts are mixtures, and counts add up.
    one, other = chance.choice(chosen, MIXTURES), chance.choice(chosen, MIXTURES)
    joined = lambda values: np.concatenate([values[chosen], values[one] + values[other]])
    inputs = normalized(joined(features), joined(data), *scaling) / STEP
    ratio = joined(plain) / UNIT / joined(real)
    importance = np.array([IMPORTANCE.get(kind, 1) for kind in kinds]) / 2
    weight = joined(importance) * np.minimum(1, joined(real) / 60)
    weight[: len(chosen)] *= 2
    weight /= weight.mean()
    values = [chance.normal(0, inputs.shape[1] ** -0.5, (inputs.shape[1], HIDDEN)), np.zeros(HIDDEN), chance.normal(0, 0.05, HIDDEN)]
    first, second = [np.zeros_like(value) for value in values], [np.zeros_like(value) for value in values]
    step = 0
    for epoch in range(EPOCHS):
        rate = 0.003 * (1 - epoch / EPOCHS) + 0.00001
        for batch in np.array_split(chance.permutation(len(inputs)), len(inputs) // 512):
            sums = inputs[batch] @ values[0] + values[1]
            active = np.maximum(sums, 0)
            error = ratio[batch] * (1 + active @ values[2]) - 1
            # Large errors pull no harder than one of 15 %.
            pull = np.clip(error, -0.15, 0.15) * weight[batch] * ratio[batch] / len(batch)
            back = np.outer(pull, values[2]) * (sums > 0)
            step += 1
            for at, slope in enumerate([inputs[batch].T @ back, back.sum(0), active.T @ pull]):
                # Adam, with decay.
                first[at] = 0.9 * first[at] + 0.1 * slope
                second[at] = 0.999 * second[at] + 0.001 * slope**2
                move = first[at] / (1 - 0.9**step) / (np.sqrt(second[at] / (1 - 0.999**step)) + 1e-8)
                values[at] -= rate * (move + 0.3 * values[at])
    hidden = np.round(np.concatenate([values[0].T * UNIT, values[1][:, None] * UNIT * STEP], 1)).astype(int)
    assert np.abs(hidden[:, :-1]).max() < 2**15
    assert (np.abs(hidden[:, :-1]).sum(1) * 4 * STEP + np.abs(hidden[:, -1])).max() < 2**31
    return hidden, np.round(values[2] * UNIT).astype(int)


def bounded(features, guess, plain):
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
            plain,
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
    factor = np.where((index >= FIRST_SCRIPT) & (index < PLAIN), 1.25, 1.06)
    more = np.where((index >= FIRST_SCRIPT) & (index < PLAIN), np.where(index >= FIRST_OF_EAST_ASIA, 0.12, 0.07), np.where((index == PUNCTUATION) | (index == DIGITS), 0.05, 0))
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
    text += "use crate::correction::{HIDDEN, Hidden, INPUTS};\nuse crate::counts::{BOUNDS, FEATURES};\n"
    row = lambda values: "\n        ".join(", ".join(map(str, values[at : at + 36])) + "," for at in range(0, len(values), 36))
    for name, values in constants.items():
        size = "INPUTS" if name in ("CENTRES", "SCALES") else {"OUT": "HIDDEN", "BOUND": "BOUNDS"}.get(name.partition("_")[2], "FEATURES")
        kind, body = f"[i32; {size}]", f"[\n        {row(values)}\n]"
        if name.endswith("HIDDEN"):
            units = [f"    Hidden {{ threshold: {unit[-1]}, weights: [\n        {row(unit[:-1])}\n    ] }},\n" for unit in values]
            kind, body = "[Hidden; HIDDEN]", "[\n" + "".join(units) + "]"
        text += f"\n#[rustfmt::skip]\npub(crate) static {name}: {kind} = {body};\n"
    return text


if __name__ == "__main__":
    main()
