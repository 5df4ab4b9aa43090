"""Word vectors to look up, compare and search; needs NumPy only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.config import check_int
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError

if TYPE_CHECKING:
    from huffvec.evaluation import Evaluation

FloatArray = npt.NDArray[np.floating[Any]]

# Rows per block where the whole table is passed over: a few MB, so that no copy of it is made.
BLOCK_FLOATS = 1 << 20


class Neighbor(NamedTuple):
    """A word that a search found and its cosine similarity (from -1 to 1) to what was asked."""

    word: str
    similarity: float


class WordVectors:
    """Words and their vectors, in one table that may be memory-mapped.

    Those of a model with subwords (:class:`~huffvec.subword_vectors.SubwordVectors`) answer for
    words outside the vocabulary too.

    Similarity is the cosine of the angle between two vectors. A row of zeros, or with numbers that
    are not finite, has no direction: no search returns it.

    Parameters
    ----------
    vocabulary
        A :class:`~huffvec.corpus.vocabulary.Vocabulary` or the words alone, which then have counts
        of 0: not known. The first words are taken for the most frequent ones in evaluations.
    vectors
        float32 (n_words, dim), one row a word; other floats are converted. It is not copied.

    Raises
    ------
    ConfigError
        If vectors and words do not fit.
    FormatError
        If words are repeated, empty or hold a line break.
    """

    def __init__(self, vocabulary: Vocabulary | Sequence[str], vectors: npt.ArrayLike) -> None:
        table = np.asarray(vectors, dtype=np.float32)
        if table.ndim != 2 or len(table) != len(vocabulary) or table.shape[1] == 0:
            raise ConfigError(
                f"vectors must have {len(vocabulary)} rows, one a word, and at least one column; "
                f"their shape is {table.shape}"
            )
        if not isinstance(vocabulary, Vocabulary):
            vocabulary = Vocabulary(vocabulary, np.zeros(len(vocabulary), np.int64))
        self.vocabulary = vocabulary
        self._vectors: npt.NDArray[np.float32] = table

    @property
    def vectors(self) -> npt.NDArray[np.float32]:
        """The vectors, float32 (n_words, dim), one row a word."""
        return self._vectors

    @property
    def words(self) -> list[str]:
        """All words, in the order of the rows."""
        return self.vocabulary.words

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self.vectors.shape[1])

    @cached_property
    def norms(self) -> npt.NDArray[np.float64]:
        """Euclidean length of every row, float64 (n_words,); the first use computes it."""
        norms = np.empty(len(self), np.float64)
        for rows in row_blocks(self.vectors):
            block = self.vectors[rows]
            with np.errstate(all="ignore"):  # rows that are not finite are left out of searches
                norms[rows] = np.sqrt(np.einsum("ij,ij->i", block, block, dtype=np.float64))
        return norms

    def __len__(self) -> int:
        return len(self.vocabulary)

    def __contains__(self, word: object) -> bool:
        return word in self.vocabulary

    def has_vector(self, word: str) -> bool:
        """Tell whether a word can be looked up: in plain vectors, if it is in the vocabulary."""
        return word in self.vocabulary

    def __getitem__(self, words: str | Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the vector of a word, (dim,), or of each of several words, (n, dim).

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        """
        if isinstance(words, str):
            row: npt.NDArray[np.float32] = self.vectors[self.vocabulary.id_of(words)]
            return row
        ids = np.array([self.vocabulary.id_of(word) for word in words], dtype=np.intp)
        rows: npt.NDArray[np.float32] = self.vectors[ids]
        return rows

    def __repr__(self) -> str:
        return f"WordVectors({len(self):,} words, dim {self.dim})"

    def similarity(self, a: str, b: str) -> float:
        """Return the cosine similarity of two words; 0 if either has no direction.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        """
        return float(_unit(self[a]) @ _unit(self[b]))

    def nearest(self, query: str | npt.ArrayLike, k: int = 10) -> list[Neighbor]:
        """Return the k words most similar to a word (itself left out) or to a vector (dim,).

        Raises
        ------
        UnknownWordError
            If the word is not in the vocabulary.
        ConfigError
            If k is not a positive whole number, or the vector has another shape or no direction.
        """
        if isinstance(query, str):
            return self._search(self[query], self._known_ids(query), k)
        vector = np.asarray(query, dtype=np.float64)
        if vector.shape != (self.dim,):
            raise ConfigError(f"a query vector must have shape ({self.dim},), not {vector.shape}")
        return self._search(vector, [], k)

    def analogy(self, a: str, b: str, c: str, k: int = 10) -> list[Neighbor]:
        """Return k answers to "a is to b as c is to ?", best first.

        The nearest words to b - a + c, all three scaled to length 1 ("3CosAdd", Mikolov et al.
        2013, "Linguistic regularities"); a, b and c themselves are left out.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        ConfigError
            If k is not a positive whole number, or the three vectors cancel out.
        """
        query = _unit(self[b]) - _unit(self[a]) + _unit(self[c])
        return self._search(query, self._known_ids(a, b, c), k)

    def evaluate(
        self,
        pairs: Sequence[str | os.PathLike[str]] = (),
        analogies: Sequence[str | os.PathLike[str]] = (),
        top: int = 30_000,
    ) -> Evaluation:
        """Measure the vectors on word pairs scored by people and on analogies.

        Parameters
        ----------
        pairs
            Files of lines ``word1<TAB>word2<TAB>score``; see :mod:`huffvec.evaluation.similarity`.
        analogies
            Files like word2vec's ``questions-words.txt``; see :mod:`huffvec.evaluation.analogy`.
        top
            Analogies are asked and answered among this many words, the most frequent ones.

        Raises
        ------
        FormatError
            If a file cannot be read.
        ConfigError
            If top is not a positive whole number.
        """
        from huffvec.evaluation import evaluate

        return evaluate(self, pairs, analogies, top)

    def save(self, path: str | os.PathLike[str], format: str | None = None) -> None:
        """Write words and vectors to a file.

        Parameters
        ----------
        path
            An older file of that name is replaced once the new one is complete.
        format
            ``"huffvec"``, ``"word2vec-binary"``, ``"word2vec-text"``, ``"fasttext"``,
            ``"floret"`` or ``"numpy"``; ``None`` goes by the suffix: .hv, .bin (fasttext with
            subwords, else word2vec-binary), .vec or .txt, .floret, .npz.

        Raises
        ------
        ConfigError
            If the format is unknown.
        FormatError
            If the format cannot hold a word (one with a space, in word2vec's formats), or there are
            none to write.
        OutputError
            If the file cannot be written.
        """
        from huffvec.formats import format_for_writing

        chosen = format_for_writing(path, format, subwords=self.has_subwords)
        if len(self) == 0 and not chosen.keeps_subwords:
            raise FormatError(
                "these vectors have no words to write, only the rows of n-grams: save as huffvec "
                "or floret instead"
            )
        chosen.write(path, self)

    @property
    def has_subwords(self) -> bool:
        """Whether words outside the vocabulary have vectors too."""
        return False

    def _known_ids(self, *words: str) -> list[int]:
        """Return the ids of those of the words that the vocabulary has."""
        return [self.vocabulary.id_of(word) for word in words if word in self.vocabulary]

    def _search(self, query: FloatArray, left_out: list[int], k: int) -> list[Neighbor]:
        """Return the k words with the largest cosine similarity to query, without some ids."""
        check_int("k", k, 1, 2**62)
        if len(self) == 0:
            raise ConfigError(
                "these vectors have no words to search, only the rows of n-grams, as floret's "
                "tables do; search the model that they were made from"
            )
        unit = _unit(query)
        if not unit.any():
            raise ConfigError("nothing is near a vector of zeros or of numbers that are not finite")
        with np.errstate(all="ignore"):
            similarities = (self.vectors @ unit.astype(np.float32)) / self.norms
        similarities[~np.isfinite(similarities)] = -np.inf
        similarities[left_out] = -np.inf
        k = min(k, len(self))
        ids = np.argpartition(-similarities, k - 1)[:k]
        ids = ids[np.lexsort((ids, -similarities[ids]))]
        return [
            Neighbor(self.words[i], float(np.clip(similarities[i], -1.0, 1.0)))
            for i in ids
            if similarities[i] > -np.inf
        ]


def row_blocks(table: npt.NDArray[Any]) -> list[slice]:
    """Return slices that cover the rows of a 2-D table in order, each of a few MB."""
    n_rows = max(1, BLOCK_FLOATS // max(1, table.shape[1]))
    return [slice(start, start + n_rows) for start in range(0, len(table), n_rows)]


def _unit(vector: FloatArray) -> npt.NDArray[np.float64]:
    """Return vector scaled to length 1 in float64; zeros if it has no direction."""
    with np.errstate(all="ignore"):  # a number that is not finite is answered with zeros
        exact = vector.astype(np.float64)
        norm = np.linalg.norm(exact)
    return exact / norm if 0 < norm < np.inf else np.zeros_like(exact)
