"""Documents to learn from, with their words and labels counted in one pass by all threads."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from huffvec import _text
from huffvec.classify.features import Bags, EncodedLines, Features
from huffvec.corpus.labelled.marks import MARK, SPACE
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import CorpusError
from huffvec.threads import in_order


class CountedDocuments:
    """Documents as ids of distinct tokens, in the memory of four bytes a token.

    Parameters
    ----------
    pieces
        Lines in UTF-8, a document each, some hundred kilobytes at a time, gone through once. Tokens
        that begin with `MARK` are labels.
    end_token
        A word that comes behind those of every document; empty: none.
    n_threads
        How many threads, at least one.

    Raises
    ------
    CorpusError
        If a word is not UTF-8.
    """

    def __init__(self, pieces: Iterable[bytes], n_threads: int, end_token: str = "") -> None:
        self.end_token = end_token
        self._builder = _text.DocumentBuilder(prefix=MARK, end_token=end_token.encode())
        for _ in in_order(self._add, enumerate(pieces), n_threads):
            pass
        self._builder.finish(n_threads)
        self._words = self._builder.words()
        try:
            self._words.decode()
        except UnicodeDecodeError as error:
            word = self._words[self._words.rfind(b"\n", 0, error.start) + 1 :].split(b"\n")[0]
            raise CorpusError(f"a word is not UTF-8: {word[:50]!r}") from None
        self._counts = self._builder.counts()
        self.label_offsets: npt.NDArray[np.int64] = self._builder.label_offsets()
        self.label_ids: npt.NDArray[np.int32] = self._builder.label_ids()

    def _add(self, numbered: tuple[int, bytes]) -> None:
        self._builder.add_text(*numbered)

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.label_offsets) - 1

    def words(self, min_count: int = 1) -> Vocabulary:
        """Return the words that occur so often, the most frequent first."""
        n_words = int(np.searchsorted(-self._counts, -min_count, side="right"))
        return _first_words(self._words, self._counts, n_words)

    @cached_property
    def labels(self) -> Vocabulary:
        """The labels with the number of documents that have them, the most frequent first.

        Raises
        ------
        FormatError
            If one is not UTF-8.
        """
        counts = self._builder.label_counts()
        joined = self._builder.labels().replace(SPACE, b" ")
        labels = _first_words(joined, counts, len(counts))
        labels.words  # noqa: B018  (checks that they are UTF-8)
        return labels

    def bucket_counts(self, features: Features, n_threads: int) -> npt.NDArray[np.uint32]:
        """Return in how many documents each bucket occurs; those that are often enough at least so.

        The features say how many buckets there are and how often is enough.
        """
        enough = features.config.min_ngram_count
        return self._builder.bucket_counts(features.native_rows, enough, n_threads)

    def bags(self, features: Features, n_threads: int) -> Bags:
        """Return the features of the documents, with counts as values."""
        return Bags(*self._builder.bags(features.native_rows, n_threads))


def encode_examples(
    features: Features, labels: Vocabulary, pieces: Iterable[bytes], n_threads: int
) -> EncodedLines:
    """Return documents that are not learned from, with their labels; see `CountedDocuments`.

    A label that is not known has the id -1.
    """
    known = _text.WordIds(
        np.frombuffer(labels.word_bytes().tobytes().replace(b" ", SPACE), np.uint8)
    )

    def encode(piece: bytes) -> EncodedLines:
        return features.encode_lines(piece, MARK, known, n_threads=1)

    parts = list(in_order(encode, pieces, n_threads))
    bags = [part.bags for part in parts]
    return EncodedLines(
        Bags(
            _joined_offsets([bag.offsets for bag in bags]),
            np.concatenate([np.empty(0, np.int32), *(bag.row_ids for bag in bags)]),
            np.concatenate([np.empty(0, np.float32), *(bag.values for bag in bags)]),
        ),
        _joined_offsets([part.label_offsets for part in parts]),
        np.concatenate([np.empty(0, np.int32), *(part.label_ids for part in parts)]),
    )


def _first_words(joined: bytes, counts: npt.NDArray[np.int64], n_words: int) -> Vocabulary:
    """Return the first words of those that line feeds join."""
    data = np.frombuffer(joined, np.uint8)
    if n_words < len(counts):
        ends = np.flatnonzero(data == ord("\n"))
        data = data[: ends[n_words - 1] if n_words else 0]
    return Vocabulary.from_bytes(data, counts[:n_words])


def _joined_offsets(parts: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """Return the offsets of all parts one after the other."""
    sizes = [np.diff(offsets) for offsets in parts]
    return np.concatenate([np.zeros(1, np.int64), *sizes]).cumsum()
