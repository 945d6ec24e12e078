"""Vectors of the embedder's model, computed without the gateway's code: the tokenizer is Hugging Face's, the arithmetic is
double precision. Its output is cache-sidecar/semantic/tests/vectors.json, which `make train-verifier` doesn't change.

usage: reference.py FOLDER > vectors.json        (needs numpy, safetensors, tokenizers)
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

TEXTS = [
    "How do I reset my password?",
    "Ça coûte combien, un café à Zürich ?",
    "What does `SELECT COUNT(*) FROM orders WHERE total >= 10.50` do?",
    "[EMAIL_1] wants a refund of $40 by 2024-05-01; isn't that too late?",
    "東京の天気 is how it is written, naïvely 🙂 supercalifragilisticexpialidocious",
    "",
    "a\tb\n\n c\u00a0d\u200be",
    "The quick brown fox jumps over the lazy dog. " * 40,
]


def main() -> None:
    folder = Path(sys.argv[1])
    weights = {name: value.astype(np.float64) if value.dtype == np.float32 else value for name, value in load_file(folder / "model.safetensors").items()}
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    cases = []
    for text in TEXTS:
        encoding = tokenizer.encode(text)
        hidden = encode(weights, encoding.ids)
        sentence = unit(hidden.mean(axis=0))
        tokens = [unit(row) for row in hidden[1:-1]]
        cases.append({
            "text": text,
            "ids": encoding.ids,
            "sentence": [round(float(x), 6) for x in sentence],
            # Eight numbers of each token's vector tell its place and its value.
            "tokens": [[round(float(x), 5) for x in token[:8]] for token in tokens],
        })
    print("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]")


def encode(weights: dict[str, np.ndarray], ids: list[int]) -> np.ndarray:
    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ weights[name + ".weight"].T + weights[name + ".bias"]

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return scaled * weights[name + ".weight"] + weights[name + ".bias"]

    table = "embeddings.{}_embeddings.weight"
    x = weights[table.format("word")][ids] + weights[table.format("position")][: len(ids)] + weights[table.format("token_type")][0]
    x = norm(x, "embeddings.LayerNorm")
    gelu = np.vectorize(lambda v: 0.5 * v * (1 + math.erf(v / math.sqrt(2))))
    for layer in range(6):
        name = f"encoder.layer.{layer}."
        query, key, value = (linear(x, f"{name}attention.self.{part}").reshape(len(ids), 12, 32).transpose(1, 0, 2) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(32)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ value).transpose(1, 0, 2).reshape(len(ids), 384)
        x = norm(x + linear(mixed, f"{name}attention.output.dense"), f"{name}attention.output.LayerNorm")
        wide = gelu(linear(x, f"{name}intermediate.dense"))
        x = norm(x + linear(wide, f"{name}output.dense"), f"{name}output.LayerNorm")
    return x


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


if __name__ == "__main__":
    main()
