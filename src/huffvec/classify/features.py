"""Features of documents: words, word n-grams and n-grams of characters, with their weights.

The input table has a row for every word, first, and behind them one for every bucket of hashed
n-grams that occurs often enough in training. A document is a bag of rows with values; its hidden
vector is Σ value·row.

Hashes are fastText's (FNV-1a with bytes of 0x80 and more extended by their sign, see
`huffvec.subwords`), so that its models mean the same here. The words in a row w₁ … wₙ have the hash
hₙ with h₁ = w₁'s hash as a number with a sign, hᵢ = hᵢ₋₁·116049371 + wᵢ's hash, modulo 2⁶⁴; the
bucket is the hash modulo the number of buckets. Rare words without a row have n-grams too.

The value of a row that occurs c times in a document is::

    tfidf   v / ‖(v of all rows)‖,   v = (1 + log c)·idf,   idf = (1 + log((1 + N) / (1 + df)))^1.25
    mean    c / Σ c

for N documents of which df have the row (`IDF_EXPONENT`: :mod:`huffvec.classify.defaults`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec import _text
from huffvec.classify.config import ClassifierConfig
from huffvec.classify.feature_arrays import (
    check_arrays,
    check_weights,
    end_token,
    rows_of_buckets,
)
from huffvec.classify.texts import as_lines
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.threads import allowed_threads

if TYPE_CHECKING:
    from huffvec.classify.documents import CountedDocuments
    from huffvec.files.paths import PathLike
    from huffvec.product_codes import ProductCodes

IDF_EXPONENT = 1.25


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

    def part(self, documents: slice) -> Bags:
        """Return documents that follow each other."""
        bounds = self.offsets[documents.start : documents.stop + 1]
        inside = slice(bounds[0], bounds[-1])
        return Bags(bounds - bounds[0], self.row_ids[inside], self.values[inside])

    def sums(self, table: npt.NDArray[np.float32], n_threads: int = 0) -> npt.NDArray[np.float32]:
        """Return the weighted sum of each document's rows, float32 (n_documents, dim).

        Parameters
        ----------
        table
            float32 (n_rows, dim), in memory or mapped.
        n_threads
            0: as many as this process, or `huffvec.threads.limited_threads`, allows.

        Raises
        ------
        ValueError
            If a row is not in the table.
        """
        sums = np.empty((len(self), table.shape[1]), np.float32)
        _text.sum_rows(table, *self, sums, n_threads or allowed_threads())
        return sums

    def code_sums(self, codes: ProductCodes) -> npt.NDArray[np.float32]:
        """Return the same of a table that is codes, of which only these rows are made."""
        if len(self.row_ids) == 0:
            return np.zeros((len(self), codes.shape[1]), np.float32)
        ids, places = np.unique(self.row_ids, return_inverse=True)
        return Bags(self.offsets, places.astype(np.int32), self.values).sums(codes.rows(ids))


class EncodedLines(NamedTuple):
    """Documents with their labels.

    Attributes
    ----------
    bags
        Their features.
    label_offsets, label_ids
        The labels of document i are ``label_ids[label_offsets[i]:label_offsets[i + 1]]``, int64
        (n_documents + 1,) and int32; -1 for a label that is not known.
    """

    bags: Bags
    label_offsets: npt.NDArray[np.int64]
    label_ids: npt.NDArray[np.int32]


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
        int32 (buckets,): the row of each bucket, -1 for none. ``None``: bucket b has the row
        ``len(words) + b``, as in models of fastText; without n-grams no bucket has one.
    idf
        float32 (n_rows,): the weight of each row; ``None``: bags are means.
    end_token
        A word that comes behind those of every document, as fastText's ``</s>``; empty: none.
    """

    config: ClassifierConfig
    words: Vocabulary
    bucket_rows: npt.NDArray[np.int32] | None = None
    idf: npt.NDArray[np.float32] | None = None
    end_token: str = ""

    @property
    def has_ngrams(self) -> bool:
        """Whether there are n-grams, of words or of characters."""
        return self.config.word_ngrams > 1 or self.config.max_chars > 0

    @cached_property
    def n_rows(self) -> int:
        """Rows of the input table."""
        if self.bucket_rows is None:
            return len(self.words) + (self.config.buckets if self.has_ngrams else 0)
        return max(len(self.words), int(self.bucket_rows.max(initial=-1)) + 1)

    @classmethod
    def of(
        cls, documents: CountedDocuments, config: ClassifierConfig, n_threads: int = 0
    ) -> tuple[Features, Bags]:
        """Return the features of documents that are often enough, and the documents' bags."""
        n_threads = n_threads or allowed_threads()
        words, end = documents.words(config.min_count), documents.end_token
        self = cls(config, words, end_token=end)
        bucket_rows = None
        if self.has_ngrams and config.min_ngram_count > 0:
            bucket_rows = np.full(config.buckets, -1, np.int32)
            counts = documents.bucket_counts(self, n_threads)
            kept = np.flatnonzero(counts >= config.min_ngram_count)
            bucket_rows[kept] = np.arange(len(words), len(words) + len(kept))
            self = cls(config, words, bucket_rows, end_token=end)
        bags = documents.bags(self, n_threads)
        if config.weighting == "tfidf":
            df = _text.document_counts(bags.row_ids, self.n_rows)
            idf = (1 + np.log((1 + len(documents)) / (1 + df))) ** IDF_EXPONENT
            self = cls(config, words, bucket_rows, idf.astype(np.float32), end)
        _text.weigh_bags(*bags, self.idf, n_threads)
        return self, bags

    def encode(self, texts: Sequence[str], n_threads: int = 0) -> Bags:
        """Return the features of texts, whose words are what white space separates.

        White space is that of ASCII. A line feed is a space like any other.

        Parameters
        ----------
        texts
            One or more of any length; a text may be empty.
        n_threads
            0: as many as this process, or `huffvec.threads.limited_threads`, allows.

        Raises
        ------
        ConfigError
            If texts is no list of texts.
        """
        return self.encode_lines(as_lines(texts), n_threads=n_threads).bags

    def encode_lines(
        self,
        lines: bytes,
        prefix: bytes = b"",
        labels: _text.WordIds | None = None,
        n_threads: int = 0,
    ) -> EncodedLines:
        """Return the features, and the labels, of lines of text.

        Parameters
        ----------
        lines
            UTF-8, a document a line.
        prefix
            What tokens begin with that are labels; empty: there are none.
        labels
            The labels that are known.
        n_threads
            0: as many as this process, or `huffvec.threads.limited_threads`, allows.
        """
        found = self.encoder.encode(lines, n_threads or allowed_threads(), prefix, labels)
        return EncodedLines(Bags(*found[0]), *found[1:])

    @cached_property
    def native_rows(self) -> _text.FeatureRows:
        """Which rows features have, for the engine of text."""
        config = self.config
        return _text.FeatureRows(
            n_words=len(self.words),
            n_rows=self.n_rows,
            bucket_rows=self.bucket_rows,
            word_ngrams=config.word_ngrams,
            min_chars=config.min_chars,
            max_chars=config.max_chars,
            buckets=config.buckets,
        )

    @cached_property
    def encoder(self) -> _text.LineEncoder:
        """What encodes lines; several threads may use it at a time."""
        return _text.LineEncoder(
            self.words.word_bytes(), self.native_rows, self.idf, self.end_token.encode()
        )

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return what a file holds of them beside the options, by name.

        ``words`` and ``counts`` as `Vocabulary` has them; ``buckets``, int32: the buckets that
        have rows, in the order of these, if not all have; ``idf``, float32 (n_rows,), if rows have
        weights; ``end_token``, UTF-8, if there is one.
        """
        arrays: dict[str, npt.NDArray[Any]] = {
            "words": self.words.word_bytes(),
            "counts": self.words.counts,
        }
        if self.bucket_rows is not None:
            buckets = np.empty(self.n_rows - len(self.words), np.int32)
            kept = np.flatnonzero(self.bucket_rows >= 0)
            buckets[self.bucket_rows[kept] - len(self.words)] = kept
            arrays["buckets"] = buckets
        if self.idf is not None:
            arrays["idf"] = self.idf
        if self.end_token:
            arrays["end_token"] = np.frombuffer(self.end_token.encode(), np.uint8)
        return arrays

    @classmethod
    def from_arrays(
        cls,
        config: ClassifierConfig,
        arrays: Mapping[str, npt.NDArray[Any]],
        source: PathLike | None = None,
    ) -> Features:
        """Return the features that `to_arrays` gave; errors of words name the file as source.

        Raises
        ------
        FormatError
            If an array is missing, or is not as it should be.
        """
        weighted = config.weighting != "mean"
        check_arrays(arrays, weighted=weighted)
        words = Vocabulary.from_bytes(arrays["words"], arrays["counts"], source=source)
        bucket_rows = None
        if "buckets" in arrays:
            bucket_rows = rows_of_buckets(arrays["buckets"], config.buckets, len(words))
        idf = arrays["idf"] if weighted else None
        features = cls(config, words, bucket_rows, idf, end_token(arrays))
        if idf is not None:
            check_weights(idf, features.n_rows)
        return features
