"""What a document is made of: words, n-grams of words, n-grams of the characters of words.

Features have rows of the input table: words the first ones, then the buckets that n-grams are
hashed to (as fastText hashes them), if they occur often enough; other buckets have none. The values
of a document's features are, with weighting ``"tfidf"``, their numbers of occurrences times
idf = 1 + log((1 + n) / (1 + df)), divided by the norm of them all; with ``"mean"``, as in fastText,
their numbers of occurrences divided by the sum of them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.classify.config import ClassifierConfig
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import FormatError
from huffvec.objectives.bound import Arrays


class Bags(NamedTuple):
    """The features of documents: those of document i are ``offsets[i]:offsets[i + 1]``.

    Attributes
    ----------
    offsets
        int64 (n_documents + 1,).
    row_ids
        int32: rows of the input table, no two of a document the same, ascending.
    values
        float32: what the rows are multiplied by before they are added up.
    """

    offsets: npt.NDArray[np.int64]
    row_ids: npt.NDArray[np.int32]
    values: npt.NDArray[np.float32]

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.offsets) - 1


@dataclass(frozen=True, eq=False)
class Features:
    """Which features there are, with their rows.

    Attributes
    ----------
    config
        The options.
    words
        The words that have rows, with their counts.
    bucket_rows
        int32 (buckets,): the row of each bucket, -1 for none.
    idf
        float32 (n_rows,): the weight of each row; ones without ``"tfidf"``.
    """

    config: ClassifierConfig
    words: Vocabulary
    bucket_rows: npt.NDArray[np.int32]
    idf: npt.NDArray[np.float32]

    @property
    def n_rows(self) -> int:
        """Rows of the input table."""
        return len(self.idf)

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]], config: ClassifierConfig) -> Features:
        """Return the features of examples, which are lists of tokens."""
        counts = Counter(token for tokens in documents for token in tokens)
        known = sorted(
            (word for word in counts if counts[word] >= config.min_count),
            key=lambda word: (-counts[word], word.encode()),
        )
        words = Vocabulary(known, [counts[word] for word in known])
        n_words = len(known)
        found = Counter(bucket for tokens in documents for bucket in set(_buckets(tokens, config)))
        kept = sorted(b for b, n in found.items() if n >= config.min_ngram_count)
        bucket_rows = np.full(config.buckets, -1, np.int32)
        bucket_rows[kept] = np.arange(n_words, n_words + len(kept))
        self = cls(config, words, bucket_rows, np.ones(n_words + len(kept), np.float32))
        if config.weighting == "mean":
            return self
        rows = self.encode(documents).row_ids
        df = np.bincount(rows, minlength=self.n_rows)
        idf = 1 + np.log((1 + len(documents)) / (1 + df))
        return cls(config, words, bucket_rows, idf.astype(np.float32))

    def to_arrays(self) -> Arrays:
        """Return what a file needs besides the options, by name.

        ``words`` and ``counts``; ``buckets``, int32: those that have rows, ascending as their rows
        do; ``idf``.
        """
        return {
            "words": self.words.word_bytes(),
            "counts": self.words.counts,
            "buckets": np.flatnonzero(self.bucket_rows >= 0).astype(np.int32),
            "idf": self.idf,
        }

    @classmethod
    def from_arrays(cls, config: ClassifierConfig, arrays: Arrays) -> Features:
        """Return the features that `to_arrays` described.

        Raises
        ------
        FormatError
            If an array is missing, or they do not fit one another.
        """
        kinds = {"words": np.uint8, "counts": np.int64, "buckets": np.int32, "idf": np.float32}
        for name, kind in kinds.items():
            if name not in arrays or arrays[name].dtype != kind or arrays[name].ndim != 1:
                raise FormatError(f"features need {name}, one axis of {np.dtype(kind)}")
        words = Vocabulary.from_bytes(arrays["words"], arrays["counts"])
        buckets, idf = arrays["buckets"], arrays["idf"]
        rises = np.all(np.diff(buckets) > 0) and np.all(buckets[:1] >= 0)
        if not rises or np.any(buckets[-1:] >= config.buckets):
            raise FormatError(f"the buckets of features do not rise from 0 to {config.buckets}")
        if len(idf) != len(words) + len(buckets):
            raise FormatError(
                f"{len(words)} words and {len(buckets)} buckets, but {len(idf)} weights of features"
            )
        bucket_rows = np.full(config.buckets, -1, np.int32)
        bucket_rows[buckets] = np.arange(len(words), len(idf))
        return cls(config, words, bucket_rows, idf)

    def encode(self, documents: Iterable[Sequence[str]]) -> Bags:
        """Return the features of documents, which are lists of tokens."""
        ids = {word: i for i, word in enumerate(self.words.words)}
        offsets, all_rows, all_values = [0], [], []
        for tokens in documents:
            rows = [ids[token] for token in tokens if token in ids]
            buckets = np.array(list(_buckets(tokens, self.config)), np.int64)
            of_buckets = self.bucket_rows[buckets] if len(buckets) else buckets
            rows += of_buckets[of_buckets >= 0].tolist()
            unique, counts = np.unique(np.array(rows, np.int32), return_counts=True)
            values = counts * self.idf[unique]
            if self.config.weighting == "mean":
                values = counts / max(1, counts.sum())
            elif len(values):
                values /= np.linalg.norm(values)
            all_rows.append(unique)
            all_values.append(values.astype(np.float32))
            offsets.append(offsets[-1] + len(unique))
        return Bags(
            np.array(offsets, np.int64),
            np.concatenate([np.empty(0, np.int32), *all_rows]),
            np.concatenate([np.empty(0, np.float32), *all_values]),
        )


def _hash(data: bytes) -> int:
    """Return fastText's hash of a word: FNV-1a with sign-extended bytes."""
    h = 2166136261
    for byte in data:
        h = ((h ^ (byte | (0xFFFFFF00 if byte > 127 else 0))) * 16777619) & 0xFFFFFFFF
    return h


def _buckets(tokens: Sequence[str], config: ClassifierConfig) -> Iterable[int]:
    """Yield the buckets of a document's n-grams, one that occurs twice twice."""
    if config.max_chars:
        for token in tokens:
            marked = f"<{token}>"
            for begin in range(len(marked)):
                for n in range(config.min_chars, config.max_chars + 1):
                    end = begin + n
                    if end > len(marked) or (n == 1 and (begin == 0 or end == len(marked))):
                        continue
                    yield _hash(marked[begin:end].encode()) % config.buckets
    hashes = [_hash(token.encode()) for token in tokens]
    signed = [h - (1 << 32) if h >= 1 << 31 else h for h in hashes]
    mask = (1 << 64) - 1
    for i in range(len(signed)):
        h = signed[i] & mask
        for j in range(i + 1, min(len(signed), i + config.word_ngrams)):
            h = (h * 116049371 + signed[j]) & mask
            yield h % config.buckets
