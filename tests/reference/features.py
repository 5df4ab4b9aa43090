"""Features of documents, slowly and obviously: what huffvec._text must make of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.classify.config import ClassifierConfig


class Learned(NamedTuple):
    """The features that documents have."""

    words: list[str]
    bucket_rows: npt.NDArray[np.int32]
    idf: npt.NDArray[np.float64] | None

    @property
    def n_rows(self) -> int:
        return max(len(self.words), int(self.bucket_rows.max(initial=-1)) + 1)


def fnv(data: bytes) -> int:
    """Return fastText's hash: FNV-1a with sign-extended bytes."""
    h = 2166136261
    for byte in data:
        h = ((h ^ (byte | (0xFFFFFF00 if byte > 127 else 0))) * 16777619) & 0xFFFFFFFF
    return h


def char_buckets(token: str, config: ClassifierConfig) -> Iterator[int]:
    """Yield the buckets of a token's n-grams of characters; fastText's end of a text has none."""
    marked = f"<{token}>"
    for begin in range(len(marked)):
        for n in range(max(1, config.min_chars), config.max_chars + 1):
            end = begin + n
            alone = n == 1 and (begin == 0 or end == len(marked))
            if end <= len(marked) and not alone and token != "</s>":
                yield fnv(marked[begin:end].encode()) % config.buckets


def word_buckets(tokens: Sequence[str], config: ClassifierConfig) -> Iterator[int]:
    """Yield the buckets of two and more words in a row."""
    hashes = [fnv(token.encode()) for token in tokens]
    signed = [h - (1 << 32) if h >= 1 << 31 else h for h in hashes]
    for i in range(len(signed)):
        h = signed[i] % (1 << 64)
        for j in range(i + 1, min(len(signed), i + config.word_ngrams)):
            h = (h * 116049371 + signed[j]) % (1 << 64)
            yield h % config.buckets


def buckets(tokens: Sequence[str], config: ClassifierConfig) -> list[int]:
    """Return the buckets of a document's n-grams, one that occurs twice twice."""
    of_characters = [bucket for token in tokens for bucket in char_buckets(token, config)]
    return of_characters + list(word_buckets(tokens, config))


def learn(documents: Sequence[Sequence[str]], config: ClassifierConfig) -> Learned:
    """Return the features of documents that are often enough."""
    counts = Counter(token for tokens in documents for token in tokens)
    words = sorted(
        (word for word in counts if counts[word] >= config.min_count),
        key=lambda word: (-counts[word], word.encode()),
    )
    found = Counter(bucket for tokens in documents for bucket in set(buckets(tokens, config)))
    kept = sorted(bucket for bucket, n in found.items() if n >= config.min_ngram_count)
    bucket_rows = np.full(config.buckets, -1, np.int32)
    bucket_rows[kept] = np.arange(len(words), len(words) + len(kept))
    learned = Learned(words, bucket_rows, None)
    if config.weighting == "mean":
        return learned
    rows = [row for tokens in documents for row in bag(tokens, learned, config)]
    df = np.bincount(rows, minlength=learned.n_rows)
    return learned._replace(idf=(1 + np.log((1 + len(documents)) / (1 + df))) ** 1.25)


def bag(tokens: Sequence[str], learned: Learned, config: ClassifierConfig) -> dict[int, float]:
    """Return the values of a document's rows."""
    ids = {word: word_id for word_id, word in enumerate(learned.words)}
    rows = [ids[token] for token in tokens if token in ids]
    rows += [learned.bucket_rows[bucket] for bucket in buckets(tokens, config)]
    counts = Counter(int(row) for row in rows if row >= 0)
    if learned.idf is None:
        return {row: counts[row] / counts.total() for row in sorted(counts)}
    values = {row: (1 + np.log(counts[row])) * float(learned.idf[row]) for row in sorted(counts)}
    norm = sum(value**2 for value in values.values()) ** 0.5
    return {row: value / norm for row, value in values.items()}


def same_bags(found: Any, expected: Sequence[dict[int, float]]) -> None:
    """Assert that bags have exactly these rows, and these values but for rounding."""
    assert found.offsets.tolist() == np.cumsum([0, *map(len, expected)]).tolist()
    assert found.row_ids.tolist() == [row for values in expected for row in values]
    values = [value for of_one in expected for value in of_one.values()]
    np.testing.assert_allclose(found.values, values, rtol=2e-7)  # one float32's rounding
