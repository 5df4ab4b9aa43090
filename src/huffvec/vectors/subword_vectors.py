"""Word vectors that know words never seen, from the rows of their n-grams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.arrays import block_rows, slices
from huffvec.checks import check_int
from huffvec.corpus.tokens import Word, as_words, is_one_word
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, UnknownWordError
from huffvec.search.tables import ArrayRows, RowBlock, RowTable, row_norms
from huffvec.subwords import Subwords, mean_rows
from huffvec.threads import in_threads
from huffvec.vectors.editing import Edit
from huffvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from huffvec.corpus.options import InputOptions

# Searches keep the vectors of all words if they take no more bytes; else every search makes them.
KEPT_BYTES = 1 << 27


class Ngram(NamedTuple):
    """An n-gram and the rows of the input table that it stands for: several if hashed so."""

    text: str
    row_ids: tuple[int, ...]


class SubwordVectors(WordVectors):
    """Vectors of a model with subwords: the mean of a word's own row and those of its n-grams.

    Words outside the vocabulary have vectors too, from their n-grams; ``word in vectors`` still
    tells whether the vocabulary has it. Searches find words of the vocabulary only.

    Parameters
    ----------
    vocabulary
        The words that training has seen.
    input_vectors
        float32 (n_rows, dim), rows as :mod:`huffvec.subwords` lays them out. It is not copied.
    subwords
        Which rows make up a word.
    reading
        How the text was read that the words come from; ``None`` if nothing is known or was done.

    Raises
    ------
    ConfigError
        If rows and vocabulary do not fit.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        input_vectors: npt.NDArray[np.float32],
        subwords: Subwords,
        *,
        reading: InputOptions | None = None,
    ) -> None:
        n_rows = subwords.n_rows(len(vocabulary))
        if input_vectors.ndim != 2 or len(input_vectors) != n_rows or input_vectors.shape[1] == 0:
            raise ConfigError(
                f"input_vectors must have {n_rows} rows and at least one column; their shape is "
                f"{input_vectors.shape}"
            )
        self.vocabulary = vocabulary
        self.input_vectors = input_vectors
        self.subwords = subwords
        self.reading = reading

    @cached_property
    def vectors(self) -> npt.NDArray[np.float32]:
        """The vectors of the vocabulary's words, float32 (n_words, dim); made when first used."""
        table = np.empty((len(self), self.dim), np.float32)
        for part in slices(len(self), block_rows(self.dim)):
            table[part] = self.rows(part)
        return table

    @property
    def search_table(self) -> RowTable:
        """The vectors as searches pass over them: in blocks of rows, with their lengths.

        Vectors of more than 128 MB are made block by block in each search, and not kept, unless
        `vectors` has been used: after that they are.
        """
        kept = "vectors" in vars(self) or 4 * len(self) * self.dim <= KEPT_BYTES
        return self._array_rows if kept else self._mean_rows

    @cached_property
    def _array_rows(self) -> ArrayRows:
        return ArrayRows(self.vectors)

    @cached_property
    def _mean_rows(self) -> _MeanRows:
        return _MeanRows(self)

    @property
    def stored_rows(self) -> npt.NDArray[np.float32]:
        """The table that the vectors come from, float32 (n_rows, dim): here the input vectors."""
        return self.input_vectors

    def rows(self, part: slice) -> npt.NDArray[np.float32]:
        """Return some rows of `vectors`, (n, dim), made for this if all of them are not there."""
        if "vectors" in vars(self):
            return self.vectors[part]
        return mean_rows(self.input_vectors, *self.subwords.bags(self.vocabulary, part))

    @cached_property
    def bag_sizes(self) -> npt.NDArray[np.int64]:
        """Rows that each of the vocabulary's words is the mean of, int64 (n_words,)."""
        return np.diff(self.subwords.bags(self.vocabulary)[0])

    @property
    def dim(self) -> int:
        """Vector size (dimensions)."""
        return int(self.input_vectors.shape[1])

    def top(self, n: int) -> SubwordVectors:
        """Return the vectors of the first n words, the most frequent ones, with all n-grams.

        The table is copied unless words are hashed.

        Raises
        ------
        ConfigError
            If n is not a positive whole number.
        """
        n = check_int("top", n, 1, 2**62)
        n_words = len(self.vocabulary)
        vocabulary = Vocabulary(self.vocabulary.words[:n], self.vocabulary.counts[:n])
        table = self.input_vectors
        if not self.subwords.hash_words and n < n_words:
            table = np.concatenate([table[:n], table[n_words:]])
        return SubwordVectors(vocabulary, table, self.subwords, reading=self.reading)

    def select(self, ids: Sequence[int]) -> SubwordVectors:
        """Return copies of the vectors of some words by their ids, in this order, and all n-grams.

        Nothing is copied if words are hashed.
        """
        rows = np.asarray(ids, np.intp)
        vocabulary = Vocabulary([self.words[i] for i in ids], self.vocabulary.counts[rows])
        table = self.input_vectors
        if not self.subwords.hash_words:
            table = np.concatenate([table[rows], table[len(self.vocabulary) :]])
        return SubwordVectors(vocabulary, table, self.subwords, reading=self.reading)

    def with_words(self, new: Mapping[Word, npt.ArrayLike]) -> SubwordVectors:
        """Return vectors in which words have other vectors (dim,), or come after the others.

        Other words share a word's n-grams, so it gets the vector v by its own row alone: m v less
        the sum of the n-grams' rows, where m is how many rows there are. Errors are those of
        `WordVectors.with_words`.
        """
        edit = Edit.of(self, new)
        if self.subwords.hash_words:
            raise ConfigError(
                "words of these vectors are hashed and share all their rows: none can be set alone"
            )
        n_words = len(self)
        own = edit.rows(self.input_vectors[:n_words], 0.0)
        table = np.concatenate([own, self.input_vectors[n_words:]])
        result = SubwordVectors(edit.vocabulary, table, self.subwords, reading=self.reading)
        offsets, _ = self.subwords.rows(edit.words, edit.vocabulary)
        sizes = np.diff(offsets)[:, None]
        # With rows of 0 for themselves, the words' vectors are the n-grams' sums by their sizes.
        ngrams = result[edit.words].astype(np.float64)
        table[edit.ids] = sizes * (edit.values.astype(np.float64) - ngrams)
        return result

    @property
    def has_subwords(self) -> bool:
        """Whether words outside the vocabulary have vectors too."""
        return True

    def has_vector(self, word: Word) -> bool:
        """Return whether a word has a row of its own or n-grams."""
        return len(self.subwords.rows([self.spelling(word)], self.vocabulary)[1]) > 0

    def ngrams(self, word: Word) -> list[Ngram]:
        """Return the n-grams that make up a word, with their rows of `input_vectors`.

        The word's own row, if it has one, is not among them.
        """
        spelled = self.spelling(word)
        _, row_ids = self.subwords.rows([spelled], self.vocabulary)
        names, n_hashes = self.subwords.ngrams(spelled), self.subwords.hashes
        own = len(row_ids) - len(names) * n_hashes
        groups = row_ids[own:].reshape(-1, n_hashes).tolist()
        return [Ngram(name, tuple(rows)) for name, rows in zip(names, groups, strict=True)]

    def __getitem__(self, words: Word | Sequence[Word]) -> npt.NDArray[np.float32]:
        """Return the vector of a word, (dim,), or of each of several words, (n, dim).

        Raises
        ------
        UnknownWordError
            If a word that the vocabulary lacks has no n-gram: it is too short.
        """
        asked = [self.spelling(word) for word in as_words(words)]
        offsets, row_ids = self.subwords.rows(asked, self.vocabulary)
        for word, size in zip(asked, np.diff(offsets).tolist(), strict=True):
            if size == 0:
                raise UnknownWordError(
                    f"the vocabulary has no word {word!r}, and it has no n-grams: with the marks "
                    f"around it, the shortest ones have {self.subwords.min_n} characters"
                )
        rows = mean_rows(self.input_vectors, offsets, row_ids)
        found: npt.NDArray[np.float32] = rows[0] if is_one_word(words) else rows
        return found


class _MeanRows:
    """The vectors of the vocabulary's words, made anew whenever they are passed over."""

    def __init__(self, vectors: SubwordVectors) -> None:
        self._vectors = vectors

    def __len__(self) -> int:
        return len(self._vectors)

    @property
    def dim(self) -> int:
        """Numbers in a row."""
        return self._vectors.dim

    @cached_property
    def norms(self) -> npt.NDArray[np.float64]:
        """Euclidean length of every row, float64 (n_rows,); the first use computes it."""
        return np.concatenate([block.norms for block in self.blocks(block_rows(self.dim))])

    def blocks(self, n_rows: int) -> Iterator[RowBlock]:
        """Yield all rows in order, at most n_rows at a time."""
        return (self._block(part) for part in slices(len(self), n_rows))

    def _block(self, part: slice) -> RowBlock:
        ids = range(len(self))[part]
        rows = np.empty((len(ids), self.dim), np.float32)

        def make(some: slice) -> None:
            own = ids[some]
            rows[some] = self._vectors.rows(slice(own.start, own.stop))

        in_threads(make, slices(len(ids), 1 + len(ids) // 16))
        return RowBlock(ids.start, rows, row_norms(rows))


def make_vectors(
    vocabulary: Vocabulary,
    input_vectors: npt.NDArray[np.float32],
    subwords: Subwords | None,
    record: Mapping[str, Any] | None = None,
) -> WordVectors:
    """Return the vectors of words from a table of input vectors, with subwords or without.

    ``record`` is a model's record of its training: how its text was read is taken from there.

    Raises
    ------
    ConfigError
        If rows and words do not fit, or the record says what no text can be read by.
    """
    reading = recorded_reading(record) if record else None
    if subwords is None:
        return WordVectors(vocabulary, input_vectors, reading=reading)
    return SubwordVectors(vocabulary, input_vectors, subwords, reading=reading)


def recorded_reading(record: Mapping[str, Any]) -> InputOptions | None:
    """Return how the text of a model was read, from the record of its training.

    ``None`` if it says nothing.

    Raises
    ------
    ConfigError
        If it says what no text can be read by.
    """
    from huffvec.corpus.options import InputOptions

    recorded = InputOptions.recorded(record)
    return InputOptions(**recorded) if recorded else None
