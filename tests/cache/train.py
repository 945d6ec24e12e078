"""Learns the verifier's score from the features of the tuning part, and writes it as a table of Rust.

usage: train.py TUNING_FEATURES OUT        (needs numpy and scikit-learn, as requirements.txt pins them)

Boosted trees that may only go one way where the way is known (a word without a counterpart never helps), so that the score
behaves on what it wasn't shown. Scaling to a probability and the threshold are fitted on folds that the trees didn't see; a
fold never parts a block. Pairs with a veto are left out: they are never served.
"""

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

# 1: more of it never lowers the score; -1: never raises it.
WAY = {
    "alone_most": -1, "alone_sum": -1, "alone_words": -1, "covered": 1, "trigrams": 1, "lemmas": 1, "synonyms": -1, "slips": -1, "length": 1,
    "frame": 1, "small_words": -1, "content": 0, "persons": -1, "modals": -1, "replaced": -1, "moved": -1, "cosine": 1, "soft_covered": 1,
    "nearest_alone": 1, "nearest_least": 1, "same_least": 1, "synonym_least": 1,
}
WORDS_ONLY = 16
# Of what is served in the folds, this share may be wrong. Without the vectors of words the plainest rewordings stand among the traps that
# add a word, so a smaller share would serve nothing but equal texts.
ERROR = {"FULL": 0.004, "WORDS": 0.007}
# Never below this, whatever the folds say: they are of our own making, and others ask other things.
LEAST = {"FULL": 0.97, "WORDS": 0.95}


def main() -> None:
    rows = [row for row in map(json.loads, Path(sys.argv[1]).read_text().splitlines()) if row["veto"] is None]
    names = list(rows[0]["features"])
    if set(names) != set(WAY):
        raise SystemExit("train.py and features.rs name different features")
    table = np.array([[row["features"][name] for name in names] for row in rows])
    same = np.array([row["same"] for row in rows])
    # A block and its traps stay together: the group up to its second hyphen.
    _, groups = np.unique(["-".join(row["group"].split("-")[:1 if row["source"] == "generated" else 2]) for row in rows], return_inverse=True)
    # Written pairs are few and natural, generated ones many and alike.
    weights = np.array([3.0 if row["source"] == "written" else 1.0 for row in rows]) * np.where(same, 1.0, 1.5)
    parts, threshold = [], 0.0
    for name, columns in (("FULL", len(names)), ("WORDS", WORDS_ONLY)):
        data, way = table[:, :columns], [WAY[feature] for feature in names[:columns]]
        raw = np.zeros(len(rows))
        for train, held in GroupKFold(5).split(data, same, groups):
            raw[held] = learner(way).fit(data[train], same[train], weights[train]).decision_function(data[held])
        scale = LogisticRegression().fit(raw.reshape(-1, 1), same, weights)
        slope, offset = float(scale.coef_[0][0]), float(scale.intercept_[0])
        scores = 1 / (1 + np.exp(-(raw * slope + offset)))
        chosen = lowest(scores, same, ERROR[name], LEAST[name])
        served = scores >= chosen
        print(f"{name}: threshold {chosen:.3f}, of {same.sum()} paraphrases without a veto {(served & same).sum()} served, of {(~same).sum()} traps {(served & ~same).sum()}", file=sys.stderr)
        worst = sorted(((score, row) for score, row in zip(scores, rows) if not row["same"]), key=lambda pair: -pair[0])[:12]
        for score, row in worst:
            print(f"  {score:.3f} {row['kind']}: {row['a']} | {row['b']}", file=sys.stderr)
        model = learner(way).fit(data, same, weights)
        # One threshold for both: the second model's scores are shifted so that its own threshold is the first's.
        threshold = threshold or chosen
        shift = np.log(threshold / (1 - threshold)) - np.log(chosen / (1 - chosen))
        parts.append(written(name, model, slope, offset + shift))
    head = f'//! Written by `make train-verifier`; tests/cache/train.py says how.\n\nuse crate::model::{{Model, Node}};\n\n/// From which score on an answer is served.\npub(crate) const THRESHOLD: f32 = {threshold:.3f};\n\n'
    node = "const fn n(feature: u8, at: f32, left: u16, right: u16) -> Node {\n    Node { feature, at, left, right }\n}\n\nconst fn l(at: f32) -> Node {\n    Node { feature: 0, at, left: 0, right: 0 }\n}\n\n"
    Path(sys.argv[2]).write_text(head + node + "\n".join(parts))


def learner(way: list[int]) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.12, max_leaf_nodes=8, min_samples_leaf=25, l2_regularization=2.0, monotonic_cst=way, random_state=1,
    )


def lowest(scores: np.ndarray, same: np.ndarray, error: float, least: float) -> float:
    """The lowest threshold from which on no more than this share of what is served is wrong."""
    order = np.argsort(-scores)
    wrong = np.cumsum(~same[order]) / np.arange(1, len(order) + 1)
    good = np.nonzero(wrong <= error)[0]
    last = good[-1] if len(good) else 0
    return float(min(max(scores[order][last], least), 0.995))


def written(name: str, model: HistGradientBoostingClassifier, slope: float, offset: float) -> str:
    what = "With an embedder that gives vectors of tokens." if name == "FULL" else "By words alone."
    lines = [f"/// {what}", "#[rustfmt::skip]", f"pub(crate) const {name}: Model = Model {{", f"    base: {float(model._baseline_prediction[0][0]):.6}_f32,", f"    slope: {slope:.6}_f32,", f"    offset: {offset:.6}_f32,", "    trees: &["]
    for (predictor,) in model._predictors:
        nodes = []
        for node in predictor.nodes:
            if node["is_leaf"]:
                nodes.append(f"l({number(node['value'])})")
            else:
                nodes.append(f"n({node['feature_idx']}, {number(node['num_threshold'])}, {node['left']}, {node['right']})")
        lines.append("        &[" + ", ".join(nodes) + "],")
    return "\n".join([*lines, "    ],", "};", ""])


def number(value: float) -> str:
    text = f"{value:.5f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


if __name__ == "__main__":
    main()
