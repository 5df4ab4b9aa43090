"""Word vectors to look up, compare and search; needs NumPy only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.arrays import block_rows, slices, without_gradient
from huffvec.checks import check_int
from huffvec.corpus.tokens import Word, as_words, is_one_word
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError
from huffvec.files.paths import PathLike
from huffvec.html import html_table
from huffvec.search.index_options import IndexOptions
from huffvec.search.searchable import Method, Searchable
from huffvec.search.tables import ArrayRows, RowTable
from huffvec.vectors.editing import Edit, Table

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.corpus.options import InputOptions
    from huffvec.evaluation import Evaluation, Unseen
    from huffvec.search.index import VectorIndex
    from huffvec.search.index_options import IndexKeywords


class WordVectors(Searchable):
    """Words and their vectors, in one table that may be memory-mapped.

    Those of a model with subwords (:class:`~huffvec.vectors.SubwordVectors`) answer for
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
    reading
        How the text was read that the words come from; ``None`` if nothing is known or was done.

    Raises
    ------
    ConfigError
        If vectors and words do not fit.
    FormatError
        If words are repeated, empty or hold a line break.
    """

    row_name: ClassVar[str] = "word"  # what a row is for: how tables call their column of names

    def __init__(
        self,
        vocabulary: Vocabulary | Sequence[str],
        vectors: npt.ArrayLike,
        *,
        reading: InputOptions | None = None,
    ) -> None:
        table = np.asarray(without_gradient(vectors), dtype=np.float32)
        if table.ndim != 2 or len(table) != len(vocabulary) or table.shape[1] == 0:
            raise ConfigError(
                f"vectors must have {len(vocabulary)} rows, one a word, and at least one column; "
                f"their shape is {table.shape}"
            )
        if not isinstance(vocabulary, Vocabulary):
            vocabulary = Vocabulary(vocabulary, np.zeros(len(vocabulary), np.int64))
        self.vocabulary = vocabulary
        self.reading = reading
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
        """Vector size (dimensions)."""
        return int(self.vectors.shape[1])

    @property
    def norms(self) -> npt.NDArray[np.float64]:
        """Euclidean length of every row, float64 (n_words,); the first use computes it."""
        return self.search_table.norms

    @cached_property
    def search_table(self) -> RowTable:
        """The vectors as searches pass over them: in blocks of rows, with their lengths."""
        return ArrayRows(self.vectors)

    @property
    def stored_rows(self) -> npt.NDArray[np.float32]:
        """The table that the vectors come from, float32 (n_rows, dim): here the vectors."""
        return self.vectors

    def rows(self, part: slice) -> npt.NDArray[np.float32]:
        """Return some rows of `vectors`, (n, dim), whether or not all of them are in memory."""
        return self.vectors[part]

    def __len__(self) -> int:
        return len(self.vocabulary)

    def __contains__(self, word: object) -> bool:
        return is_one_word(word) and self.spelling(word) in self.vocabulary  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[str]:
        """Yield the words, in the order of the rows."""
        return iter(self.words)

    def items(self) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
        """Yield every word with its vector, (dim,), in the order of the rows.

        Vectors that are made from n-grams are so a block of rows at a time.
        """
        for part in slices(len(self), block_rows(self.dim)):
            yield from zip(self.words[part], self.rows(part), strict=True)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Return `vectors` for ``np.asarray(v)``; a copy in float16 for ``np.asarray(v, "f2")``."""
        return np.array(self.vectors, dtype=dtype, copy=copy)

    def has_vector(self, word: Word) -> bool:
        """Return whether a word can be looked up: in plain vectors, if it is in the vocabulary."""
        return word in self

    def __getitem__(self, words: Word | Sequence[Word]) -> npt.NDArray[np.float32]:
        """Return the vector of a word, (dim,), or of each of several words, (n, dim).

        Raises
        ------
        UnknownWordError
            If a word is not in the vocabulary.
        ConfigError
            If a word is neither text nor a whole number.
        """
        if is_one_word(words):
            row: npt.NDArray[np.float32] = self.vectors[self.id_of(words)]  # type: ignore[arg-type]
            return row
        ids = np.array([self.id_of(word) for word in as_words(words)], dtype=np.intp)
        rows: npt.NDArray[np.float32] = self.vectors[ids]
        return rows

    def id_of(self, word: Word) -> int:
        """Return the row of a word of the vocabulary; a whole number is the word of its digits.

        Raises
        ------
        UnknownWordError
            If the vocabulary does not have it.
        """
        return self.vocabulary.id_of(self.spelling(word))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self):,} words, dim {self.dim})"

    def _repr_html_(self) -> str:
        shown = slice(min(10, len(self)))
        rows = [
            (word, f"{count:,}", " ".join(f"{number:.3f}" for number in vector[:5]) + " …")
            for word, count, vector in zip(
                self.words[shown], self.vocabulary.counts[shown], self.rows(shown), strict=True
            )
        ]
        return html_table((self.row_name, "count", "vector"), rows, repr(self))

    def index(self, *, n_threads: int = 0, **options: Unpack[IndexKeywords]) -> VectorIndex:
        """Return an index for approximate search: for millions of words, and many single queries.

        The options are the fields of `huffvec.search.index_options.IndexOptions`; ``n_threads=0``
        builds with as many threads as there are.

        Raises
        ------
        ConfigError
            If an option is unknown or out of its range, or there are no words.
        MissingExtraError
            If usearch is not installed.
        """
        from huffvec.search.index import make_index

        return make_index(self, IndexOptions.of(**options), n_threads)

    def evaluate(
        self,
        pairs: PathLike | Sequence[PathLike] = (),
        analogies: PathLike | Sequence[PathLike] = (),
        top: int = 30_000,
        *,
        unseen: Unseen = "keep",
        method: Method = "add",
        n_threads: int = 0,
    ) -> Evaluation:
        """Measure the vectors on word pairs scored by people and on analogies.

        The parameters and errors are those of :func:`huffvec.evaluation.evaluate`.
        """
        from huffvec.evaluation import evaluate

        return evaluate(
            self, pairs, analogies, top, unseen=unseen, method=method, n_threads=n_threads
        )

    def save(self, path: PathLike, format: str | None = None, dtype: str = "float32") -> None:
        """Write words and vectors to a file or folder.

        Parameters
        ----------
        path
            An older file of that name is replaced once the new one is complete.
        format
            One of :data:`huffvec.formats.FORMATS`; ``None`` goes by the suffix: .hv, .bin (fasttext
            with subwords, else word2vec-binary), .vec or .txt, .glove, .floret, .npz, .parquet,
            .feather. Folders (``"static-embedding"``, ``"projector"``) have none.
        dtype
            What the numbers are rounded to: ``"float32"``, ``"float16"`` or ``"int8"``
            (:mod:`huffvec.formats.dtypes`), in formats that have it. All are read as float32.

        Raises
        ------
        ConfigError
            If the format is unknown or has no such dtype.
        FormatError
            If the format cannot hold a word (one with a space, in word2vec's formats), the dtype
            cannot hold a number, or there are no words to write.
        OutputError
            If the file cannot be written.
        """
        from huffvec.formats import format_for_writing

        format_for_writing(path, format, subwords=self.has_subwords).save(path, self, dtype)

    def top(self, n: int) -> WordVectors:
        """Return the vectors of the first n words, the most frequent ones; nothing is copied.

        Raises
        ------
        ConfigError
            If n is not a positive whole number.
        """
        n = check_int("top", n, 1, 2**62)
        vocabulary = Vocabulary(self.words[:n], self.vocabulary.counts[:n])
        return self._of_same_kind(vocabulary, self.vectors[:n])

    def select(self, ids: Sequence[int]) -> WordVectors:
        """Return copies of the vectors of some words by their ids, in this order."""
        rows = np.asarray(ids, np.intp)
        vocabulary = Vocabulary([self.words[i] for i in ids], self.vocabulary.counts[rows])
        return self._of_same_kind(vocabulary, self.vectors[rows])

    def with_words(self, new: Mapping[Word, npt.ArrayLike]) -> WordVectors:
        """Return new vectors: words have others (dim,), or come after the rest, with count 0.

        Raises
        ------
        ConfigError
            If a vector has another shape or is not finite in float32, or words are hashed and have
            no rows of their own.
        FormatError
            If a new word is empty or holds a line break.
        """
        edit = Edit.of(self, new)
        return self._of_same_kind(edit.vocabulary, edit.rows(self.vectors, edit.values))

    def _of_same_kind(self, vocabulary: Vocabulary, table: Table) -> WordVectors:
        return WordVectors(vocabulary, table, reading=self.reading)

    def without(self, words: Word | Sequence[Word]) -> WordVectors:
        """Return vectors without a word or several; these stay as they are.

        Words that are not there are no error. With subwords, removed words have the vector of
        their n-grams from then on.

        Raises
        ------
        ConfigError
            If a word is neither text nor a whole number.
        """
        gone = {self.spelling(word) for word in as_words(words)}
        ids = [self.vocabulary.id_of(word) for word in gone if word in self.vocabulary]
        return self.select(np.delete(np.arange(len(self)), ids).tolist())

    @property
    def has_subwords(self) -> bool:
        """Whether words outside the vocabulary have vectors too."""
        return False
