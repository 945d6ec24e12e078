"""GPTCache itself on the same questions and the same vectors, with its own evaluation and its default threshold.

usage: gptcache_run.py NAME=PAIRS,VECTORS...        (PAIRS as corpus.py writes them, VECTORS as examples/features.rs keeps them)

What is stored is each pair's `a`. Asked is each `b` that isn't stored word for word. Its store of vectors is faiss and its
store of answers SQLite, as its documentation combines them; its one neighbour is searched for exactly.
"""

import json
import os
import struct
import sys
import tempfile
from pathlib import Path

import numpy as np
from gptcache import Cache, Config
from gptcache.adapter.api import get, put
from gptcache.manager import CacheBase, VectorBase, get_data_manager
from gptcache.processor.pre import get_prompt
from gptcache.similarity_evaluation import SearchDistanceEvaluation

DIMENSION = 384


def main() -> None:
    arguments = [argument.partition("=") for argument in sys.argv[1:]]
    named = [(name, [Path(path).resolve() for path in files.split(",")]) for name, _, files in arguments]
    # It writes files of its own into where it runs.
    os.chdir(tempfile.mkdtemp())
    for name, (pairs, vectors) in named:
        run(name, [json.loads(line) for line in pairs.read_text().splitlines()], read(vectors))


def run(name: str, pairs: list[dict], vectors: dict[str, np.ndarray]) -> None:
    folder = Path(tempfile.mkdtemp())
    base = CacheBase("sqlite", sql_url=f"sqlite:///{folder}/answers.db")
    index = VectorBase("faiss", dimension=DIMENSION, index_path=f"{folder}/index")
    cache = Cache()
    cache.init(
        pre_embedding_func=get_prompt,
        embedding_func=lambda text, **_: vectors[text],
        data_manager=get_data_manager(base, index),
        similarity_evaluation=SearchDistanceEvaluation(),
        config=Config(enable_token_counter=False),
    )
    meaning: dict[str, str] = {}
    for pair in pairs:
        meaning[pair["a"]] = pair["of"]
    held = set(meaning.values())
    for text in meaning:
        put(text, text, cache_obj=cache)
    # What is a trap beside one text isn't beside a cache that holds its own meaning too.
    fair = [pair for pair in pairs if pair["b"] not in meaning and (pair["same"] or pair["group"] not in held)]
    asked = {(pair["b"], pair["same"]): pair for pair in fair}.values()
    right, wrong_traps, wrong = 0, 0, 0
    for pair in asked:
        answer = get(pair["b"], cache_obj=cache)
        if answer is None:
            continue
        if pair["same"] and meaning[answer] == pair["group"]:
            right += 1
        else:
            wrong += 1
            wrong_traps += not pair["same"]
    same = sum(pair["same"] for pair in asked)
    traps = len(asked) - same
    print(
        f"GPTCache 0.1.44 on {name}, as it comes: {right} of {same} paraphrases served ({right / max(same, 1):.1%}), "
        f"{wrong_traps} of {traps} traps ({wrong_traps / max(traps, 1):.1%}), {wrong / max(right + wrong, 1):.1%} of the hits wrong"
    )


def read(path: Path) -> dict[str, np.ndarray]:
    vectors, data, at = {}, path.read_bytes(), 0
    while at < len(data):
        length, tokens = struct.unpack_from("<II", data, at)
        at += 8
        text = data[at : at + length].decode()
        at += length
        vectors[text] = np.frombuffer(data, dtype="<f4", count=DIMENSION, offset=at)
        at += 4 * DIMENSION + tokens * (8 + 4 * DIMENSION)
    return vectors


if __name__ == "__main__":
    main()
