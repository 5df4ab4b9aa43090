"""What a reader of vectors collects: words and rows, all of a file's or some."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_int
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.vectors.word_vectors import WordVectors

# A table whose size is not known beforehand grows by this much when it is full.
_GROWTH = 1.25
_FIRST_FLOATS = 1 << 20


@dataclass(frozen=True)
class Wanted:
    """Which vectors of a file to read.

    Attributes
    ----------
    top
        Keep only this many words, the first ones; ``None``: all.
    words
        Only these words, those of them that the file has; ``None``: all.

    Raises
    ------
    ConfigError
        If top is not a positive whole number, or words are no words.
    """

    top: int | None = None
    words: Collection[str] | None = None

    def __post_init__(self) -> None:
        if self.top is not None:
            object.__setattr__(self, "top", check_int("top", self.top, 1, 2**62))
        if self.words is not None:
            if isinstance(self.words, str) or not all(isinstance(word, str) for word in self.words):
                raise ConfigError("words must be a list of words")
            object.__setattr__(self, "words", frozenset(self.words))

    @property
    def is_part(self) -> bool:
        """Whether only some of the vectors are asked for."""
        return self.top is not None or self.words is not None

    @property
    def at_most(self) -> float:
        """How many words there can be."""
        most = np.inf if self.top is None else self.top
        return min(most, np.inf if self.words is None else len(self.words))

    def of(self, vectors: WordVectors) -> WordVectors:
        """Return those of vectors that were read as a whole."""
        if self.words is not None:
            ids = sorted(vectors.vocabulary.id_of(word) for word in self.words if word in vectors)
            vectors = vectors.select(ids)
        return vectors if self.top is None else vectors.top(self.top)


ALL = Wanted()


class Rows:
    """The vectors of a file while it is read, in a table that grows.

    Rows without a word, which gensim writes, are left out. Of words that are alike the first is
    kept, as in gensim: words that differ in bytes that are no UTF-8 become one. Warnings say so.

    Parameters
    ----------
    name
        The file, for messages.
    dim
        Numbers in a row.
    wanted
        Which of them to keep.
    n_expected
        How many there will be at most, if it is known; then the table need not grow.
    """

    def __init__(self, name: str, dim: int, wanted: Wanted = ALL, n_expected: int = 0) -> None:
        self._name = name
        self._dim = dim
        self._wanted = wanted
        self._n_expected = int(min(n_expected, wanted.at_most))
        self._ids: dict[str, int] = {}
        self._table: npt.NDArray[np.float32] | None = None
        self._n_rows = 0
        self._n_empty = self._n_repeated = 0

    @property
    def room(self) -> float:
        """How many words can still come: 0 when the file need not be read further."""
        return self._wanted.at_most - len(self._ids)

    def choose(self, words: Iterable[str]) -> list[int]:
        """Take note of some rows' words, and return the places of those whose vectors to `add`."""
        chosen = []
        wanted = self._wanted.words
        for place, word in enumerate(words):
            if wanted is not None and word not in wanted:
                continue
            if not word:
                self._n_empty += 1
            elif word in self._ids:
                self._n_repeated += 1
            elif self.room > 0:
                self._ids[word] = len(self._ids)
                chosen.append(place)
        return chosen

    def add(self, rows: npt.NDArray[np.float32]) -> None:
        """Add the vectors of the words that were chosen last, (n, dim)."""
        end = self._n_rows + len(rows)
        if self._table is None:
            first = self._n_expected or max(1, _FIRST_FLOATS // self._dim)
            self._table = np.empty((max(end, first), self._dim), np.float32)
        if end > len(self._table):
            self._resize(max(end, int(_GROWTH * len(self._table))))
        self._table[self._n_rows : end] = rows
        self._n_rows = end

    def vectors(self) -> WordVectors:
        """Return the vectors, and warn of what was left out.

        Raises
        ------
        FormatError
            If there are none.
        """
        if self._n_empty:
            _warn_of_empty(self._name, self._n_empty)
        if self._n_repeated:
            warnings.warn(
                f"{self._name}: left out {self._n_repeated:,} rows of repeated words", stacklevel=4
            )
        if self._table is None:
            what = "none of the words asked for" if self._wanted.words else "no vectors"
            raise FormatError(f"{self._name} has {what}.")
        if len(self._table) > self._n_rows:
            self._resize(self._n_rows)
        return WordVectors(list(self._ids), self._table)

    def _resize(self, n_rows: int) -> None:
        """Change the number of rows; where the system can, nothing is copied for it."""
        assert self._table is not None
        self._table.resize((n_rows, self._dim), refcheck=False)


def vectors_of_rows(
    name: str,
    words: Sequence[str],
    counts: npt.NDArray[np.int64],
    table: npt.NDArray[np.float32],
) -> WordVectors:
    """Return the vectors of a file's rows, (n, dim); rows without a word are left out.

    A warning says so. Unless there are any, nothing is copied.

    Raises
    ------
    FormatError
        If there are no words, or they are no vocabulary.
    """
    kept = [row for row, word in enumerate(words) if word]
    if not kept:
        raise FormatError(f"{name} has no vectors of words.")
    if len(kept) < len(words):
        _warn_of_empty(name, len(words) - len(kept))
        words, counts, table = [words[row] for row in kept], counts[kept], table[kept]
    try:
        return WordVectors(Vocabulary(words, counts), table)
    except FormatError as error:
        raise FormatError(f"{name}: {error}.") from None


def _warn_of_empty(name: str, n_rows: int) -> None:
    warnings.warn(f"{name}: left out {n_rows:,} rows whose word is empty", stacklevel=5)


def check_header_count(
    name: str, wanted: Wanted, announced: int, found: int, *, ended: bool
) -> None:
    """Deal with a first line that announces another number of vectors than follow.

    Whoever asks for some of a file's vectors gets them, with a warning; that is the way round.

    Parameters
    ----------
    name
        The file, for messages.
    wanted
        Which vectors were asked for.
    announced, found
        The numbers of vectors.
    ended
        Whether the file was read to its end.

    Raises
    ------
    FormatError
        If they differ and all vectors were asked for.
    """
    if announced == found or not ended:
        return
    message = f"{name}: its first line announces {announced:,} vectors, and it has {found:,}"
    if wanted.is_part:
        warnings.warn(message, stacklevel=4)
        return
    cut_off = " It may have been cut off: then get it again." if found < announced else ""
    raise FormatError(
        f"{message}.{cut_off} If it is complete, ask for the vectors that are there: top={found}."
    )
