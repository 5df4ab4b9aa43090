"""Queries on word vectors: similarities, neighbours, analogies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_choice, check_int
from huffvec.corpus.tokens import Word, as_word, as_words
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.corpus.white_space import split_words
from huffvec.errors import ConfigError
from huffvec.search.exact import nearest_rows
from huffvec.search.pool import Pool
from huffvec.search.product import best_products
from huffvec.search.queries import (
    Neighbor,
    Queries,
    left_out_of,
    neighbors,
)
from huffvec.search.tables import RowTable
from huffvec.search.terms import Query, Terms, Words
from huffvec.search.units import clipped, cosine, unit
from huffvec.threads import limited_threads

if TYPE_CHECKING:
    from huffvec.corpus.options import InputOptions

Method = Literal["add", "multiply"]


class Searchable(ABC):
    """Words that have vectors, to be compared and searched."""

    vocabulary: Vocabulary
    reading: InputOptions | None

    @property
    @abstractmethod
    def dim(self) -> int:
        """Vector size (dimensions)."""

    @property
    @abstractmethod
    def search_table(self) -> RowTable:
        """The vectors as searches pass over them."""

    @abstractmethod
    def rows(self, part: slice) -> npt.NDArray[np.float32]:
        """Return some rows of the vectors, (n, dim)."""

    @abstractmethod
    def id_of(self, word: Word) -> int:
        """Return the row of a word of the vocabulary."""

    @abstractmethod
    def __contains__(self, word: object) -> bool:
        """Return whether the vocabulary has a word."""

    @abstractmethod
    def has_vector(self, word: Word) -> bool:
        """Return whether a word can be looked up."""

    @abstractmethod
    def __getitem__(self, words: Word | Sequence[Word]) -> npt.NDArray[np.float32]:
        """Return the vector of a word, (dim,), or of each of several words, (n, dim)."""

    def query_rows(self, words: Sequence[Word]) -> npt.NDArray[np.float32]:
        """Return the vectors of words that are compared with others, (n, dim).

        Those of which nothing is known may be refused.
        """
        return self[words]

    def spelling(self, word: Word) -> str:
        """Return a word as the vocabulary would have it; of a whole number its digits.

        If the text was read with ``lowercase``, ``normalize`` or ``tokenize``, the same is done to
        a word that the vocabulary lacks. All that takes words goes by this: ``vectors["Paris"]`` is
        the vector of paris then.
        """
        return spelled(word, self.vocabulary, self.reading)

    def similarity(self, a: Query, b: Query) -> float:
        """Return the cosine similarity of two words, from -1 to 1; 0 if either has no direction.

        Of several words on a side, that of the mean of their vectors scaled to length 1; vectors
        (dim,) and words with weights are taken as by `nearest`.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        ConfigError
            If a side has no word, or a vector another shape.
        """
        return cosine(Terms.of(self, a).direction(), Terms.of(self, b).direction())

    def nearest(
        self,
        query: Query,
        k: int = 10,
        *,
        negative: Query = (),
        exclude: Words = (),
        among: int | Sequence[Word] | None = None,
        method: Method = "add",
        n_threads: int = 0,
    ) -> list[Neighbor]:
        """Return the k words most similar to a word, a vector, or several of these together.

        Parameters
        ----------
        query
            A word; a vector (dim,); a list of words and vectors, whose mean is taken, all scaled to
            length 1 before; or words with weights: ``{"king": 1, "man": -0.5}``.
        k
            How many.
        negative
            The same, of opposite weight: ``nearest(["king", "woman"], negative=["man"])``. Words of
            the query, positive or negative, are left out of the answer.
        exclude
            More words to leave out; it need not be known whether the vocabulary has them.
        among
            Search only these words or, if a number, the first ones: the most frequent.
        method
            ``"add"``: by the cosine similarity to the weighted sum of the query's vectors
            (3CosAdd). ``"multiply"``: by the product of the similarities to each (3CosMul; see
            :mod:`huffvec.search.product`), whose scores are no cosines.
        n_threads
            Threads of the search; 0: all processors that the process may use. Several threads of
            Python may search the same vectors at once, each with one of these.

        Raises
        ------
        UnknownWordError
            If a word of the query, or one to search among, is not in the vocabulary.
        ConfigError
            If an option is out of its range, the query is empty, or a vector has another shape or
            no direction.
        """
        check_choice("method", method, get_args(Method))
        k = check_int("k", k, 1, 2**62)
        terms = Terms.of(self, query, negative)
        with limited_threads(n_threads):
            pool = Pool.of(self, among)
            if method == "add":
                return nearest_words(pool, Queries.one(pool, terms, exclude), k)[0]
            left_out = left_out_of(pool, [terms.words], exclude)[:, 1]
            rows, scores = best_products(pool.table, terms, k, left_out)
            return neighbors(pool.vocabulary, rows[None], scores[None])[0]

    def nearest_batch(
        self,
        queries: Sequence[Query] | npt.ArrayLike,
        k: int = 10,
        *,
        exclude: Words = (),
        among: int | Sequence[Word] | None = None,
        n_threads: int = 0,
    ) -> list[list[Neighbor]]:
        """Return what `nearest` finds for each of several words, vectors (n, dim) or other queries.

        Many at once are far faster than one after the other: every block of rows is read once for
        all of them, and one product of matrices compares it with all. Options are those of
        `nearest`; ``n_threads`` for many queries needs threadpoolctl (extra ``threads``).

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        ConfigError
            If an option is out of its range, or the vectors have another shape or one has no
            direction.
        MissingExtraError
            If threads are limited for many queries, and threadpoolctl is not installed.
        """
        k = check_int("k", k, 1, 2**62)
        with limited_threads(n_threads):
            pool = Pool.of(self, among)
            return nearest_words(pool, Queries.many(self, pool, queries, exclude), k)

    def analogy(
        self,
        a: str | npt.ArrayLike,
        b: str | npt.ArrayLike,
        c: str | npt.ArrayLike,
        k: int = 10,
        *,
        exclude: Words = (),
        among: int | Sequence[Word] | None = None,
        method: Method = "add",
        n_threads: int = 0,
    ) -> list[Neighbor]:
        """Return k answers to "a is to b as c is to ?", best first.

        That is ``nearest([b, c], negative=[a])``: the nearest words to b - a + c, all three scaled
        to length 1; a, b and c themselves are left out. Options and errors are those of `nearest`.
        """
        return self.nearest(
            [b, c],
            k,
            negative=[a],
            exclude=exclude,
            among=among,
            method=method,
            n_threads=n_threads,
        )

    def text_vector(self, text: str | Sequence[Word]) -> npt.NDArray[np.float32]:
        """Return the mean of a text's word vectors, each scaled to length 1: float32 (dim,).

        As fastText's sentence vectors. Words without a vector are left out; if there is no other,
        the vector is zeros.

        Parameters
        ----------
        text
            Text, which is cut into words as the model's text was, by default at white space; or its
            words.
        """
        if isinstance(text, str):
            transform = self.reading.transform if self.reading else None
            text = transform.tokens(text) if transform else split_words(text)
        units = unit(self[[word for word in text if self.has_vector(word)]])
        directed = units[units.any(axis=1)]
        mean: npt.NDArray[np.float64] = directed.sum(axis=0) / max(1, len(directed))
        return mean.astype(np.float32)

    def clusters(self, k: int, *, seed: int = 1) -> npt.NDArray[np.int64]:
        """Return the cluster of every word, from 0 on, int64 (n_words,).

        See `huffvec.search.clusters`.

        Raises
        ------
        ConfigError
            If there are fewer than k words with a direction, or k or seed is out of its range.
        MissingExtraError
            If scikit-learn is not installed.
        """
        from huffvec.search.clusters import find_clusters

        return find_clusters(self, k, seed=seed)

    def odd_one_out(self, words: Sequence[Word]) -> str:
        """Return the word that fits the others least: the least similar to the mean of all.

        Vectors are scaled to length 1 first; of several that fit as little, the first.

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        ConfigError
            If there are fewer than three words.
        """
        words = as_words(words)
        if len(words) < 3:
            raise ConfigError(f"odd_one_out needs at least three words, not {len(words)}")
        terms = Terms.of(self, words)
        return words[int(np.argmin(terms.units @ terms.direction()))]

    def word_movers_distance(self, a: Sequence[str], b: Sequence[str]) -> float:
        """Return how far the words of one text must move to become those of another.

        See :func:`huffvec.search.movers.word_movers_distance`.

        Raises
        ------
        UnknownWordError
            If a text has no word with a vector.
        ConfigError
            If a text is no list of words.
        MissingExtraError
            If POT is not installed.
        """
        from huffvec.search.movers import word_movers_distance

        return word_movers_distance(self, a, b)


def spelled(word: Word, vocabulary: Vocabulary, reading: InputOptions | None) -> str:
    """Return a word as a vocabulary would have it, whose text was read so; see `spelling`."""
    text = as_word(word)
    if reading is None or text in vocabulary:
        return text
    transform = reading.transform
    return transform.word(text) if transform else text


def nearest_words(pool: Pool, queries: Queries, k: int) -> list[list[Neighbor]]:
    """Return the k words of the largest cosine similarity to each query."""
    rows, cosines = nearest_rows(pool.table, queries.units, k, queries.left_out)
    return neighbors(pool.vocabulary, rows, clipped(cosines))
