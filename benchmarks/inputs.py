"""Kinds of input: how fast each is encoded and trained on, against plain text and gensim.

    python benchmarks/inputs.py CORPUS [--mb 20] [--repeats 3] [--gensim-mb 5]

All kinds hold the same words, lines of at most 100. They take turns, and the fastest run of each
counts. ``zcat`` is the measure of compressed text: its time is that of decompression alone. gensim
(left out if it is not installed) trains on lists of tokens, its iterable mode, with fewer of them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import corpora
import numpy as np
import results

import huffvec

_TRAINING = {"dim": 200, "window": 5, "epochs": 1, "n_threads": 2}


def make_inputs(sentences: list[list[str]], folder: Path) -> dict[str, Any]:
    """Return the same sentences as inputs of all kinds, by name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    lines = [" ".join(sentence) for sentence in sentences]
    text = "\n".join(lines).encode()
    (folder / "text.txt").write_bytes(text)
    with gzip.open(folder / "text.txt.gz", "wb", 6) as file:
        file.write(text)
    (folder / "text.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (folder / "tokens.jsonl").write_text("\n".join(map(json.dumps, sentences)))
    table = pa.table({"tokens": sentences})
    pq.write_table(table, folder / "tokens.parquet")
    _, ids = np.unique(np.concatenate(sentences), return_inverse=True)
    offsets = np.cumsum([0, *map(len, sentences)])
    lists = [part.tolist() for part in np.split(ids, offsets[1:-1])]
    (folder / "ids.jsonl").write_text("\n".join(map(json.dumps, lists)))
    huffvec.encode(folder / "text.txt").save(folder / "text.hvc")
    return {
        "text": folder / "text.txt",
        "text, .gz": folder / "text.txt.gz",
        "encoded (.hvc)": folder / "text.hvc",
        "JSON lines of text": folder / "text.jsonl",
        "JSON lines of tokens": folder / "tokens.jsonl",
        "JSON lines of ids": folder / "ids.jsonl",
        "Parquet, lists of tokens": folder / "tokens.parquet",
        "Arrow, lists of tokens": table,
        "lists of tokens": sentences,
        "lists of ids": lists,
        "array of ids": (ids, offsets),
    }


def use(data: Any, work: Callable[..., Any]) -> float:
    """Return the seconds of work on an input."""
    options = {}
    if isinstance(data, tuple):
        data, options["offsets"] = data
    start = time.perf_counter()
    result = work(data, **options)
    seconds = time.perf_counter() - start
    if isinstance(result, huffvec.Corpus):
        result.close()
    return seconds


def gensim_rate(sentences: list[list[str]]) -> float | None:
    """Return gensim's tokens a second of training on lists; None if it is not there."""
    try:
        from gensim.models import Word2Vec
    except ImportError:
        return None
    model = Word2Vec(vector_size=200, window=5, min_count=5, sg=1, negative=5, workers=2)
    model.build_vocab(sentences)
    start = time.perf_counter()
    model.train(sentences, total_examples=len(sentences), epochs=1)
    return sum(map(len, sentences)) / (time.perf_counter() - start)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--mb", type=float, default=20)
    parser.add_argument("--gensim-mb", type=float, default=5)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    tokens = b"".join(corpora.read_blocks(args.corpus, int(args.mb * 1e6))).decode().split()
    sentences = [tokens[i : i + 100] for i in range(0, len(tokens), 100)]
    n_gensim = int(len(sentences) * args.gensim_mb / args.mb)
    fastest: dict[tuple[str, str], float] = {}

    def keep(kind: str, what: str, seconds: float) -> None:
        fastest[kind, what] = min(seconds, fastest.get((kind, what), np.inf))

    with tempfile.TemporaryDirectory() as folder:
        inputs = make_inputs(sentences, Path(folder))
        for _ in range(args.repeats):
            start = time.perf_counter()
            subprocess.run(["zcat", inputs["text, .gz"]], stdout=subprocess.DEVNULL, check=True)
            keep("zcat", "encode", time.perf_counter() - start)
            for kind, data in inputs.items():
                keep(kind, "encode", use(data, partial(huffvec.encode, n_threads=2)))
            for kind, data in inputs.items():
                keep(kind, "train", use(data, partial(huffvec.train, **_TRAINING)))
            if rate := gensim_rate(sentences[:n_gensim]):
                keep("gensim, lists of tokens", "train", len(tokens) / rate)
    print(table(fastest, len(tokens)))


def table(fastest: dict[tuple[str, str], float], n_tokens: int) -> str:
    """Return the Markdown table of the fastest seconds."""
    rows = []
    for kind in dict.fromkeys(kind for kind, _ in fastest):
        encoding, training = fastest.get((kind, "encode")), fastest.get((kind, "train"))
        rows.append(
            [
                kind,
                f"{n_tokens / encoding / 1e6:.1f}" if encoding else "",
                f"{n_tokens / training / 1e6:.2f}" if training else "",
                f"{fastest['text', 'train'] / training:.2f}" if training else "",
            ]
        )
    header = ["input", "encoding, M tokens/s", "encoding and training, M tokens/s", "× plain text"]
    return results.markdown_table(header, rows)


if __name__ == "__main__":
    main()
