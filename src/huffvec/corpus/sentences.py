"""Sentences as word ids: arrays in memory, or in files that are mapped into it."""

from __future__ import annotations

import tempfile
from functools import cached_property
from typing import IO, TypeVar

import numpy as np
import numpy.typing as npt

from huffvec.corpus.tags import Tags
from huffvec.errors import CorpusError, OutputError

BLOCK_TOKENS = 1 << 22

_Self = TypeVar("_Self", bound="Sentences")


class Sentences:
    """Word ids, sentence after sentence, without the words that they stand for.

    With tags, sentences are documents, and some may be empty.

    Use it in a ``with`` statement or call :meth:`close`; the disk space of temporary files is given
    back when nothing refers to the arrays any more, also when the process is killed.
    """

    def __init__(
        self,
        ids: npt.NDArray[np.int32],
        sentence_offsets: npt.NDArray[np.int64],
        tags: Tags | None = None,
    ) -> None:
        self.tags = tags
        self._arrays: tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]] | None = (
            ids,
            sentence_offsets,
        )

    @staticmethod
    def from_arrays(ids: npt.ArrayLike, sentence_offsets: npt.ArrayLike) -> Sentences:
        """Return sentences that are in memory.

        Parameters
        ----------
        ids
            Word ids, (n_tokens,).
        sentence_offsets
            Where each sentence begins and the last ends, (n_sentences + 1,).

        Raises
        ------
        CorpusError
            If the offsets do not go up from 0 to n_tokens.
        """
        id_array = np.asarray(ids, np.int32)
        offsets = np.asarray(sentence_offsets, np.int64)
        if (
            offsets.size == 0
            or offsets[0] != 0
            or offsets[-1] != id_array.size
            or np.any(np.diff(offsets) <= 0)
        ):
            raise CorpusError(
                f"sentence_offsets: expected numbers going up from 0 to {id_array.size}, the "
                f"number of ids, got {offsets.tolist()[:10]}"
            )
        return Sentences(id_array, offsets)

    @staticmethod
    def mapped(
        ids_file: IO[bytes], offsets_file: IO[bytes], n_tokens: int, n_sentences: int
    ) -> Sentences:
        """Return sentences in two files that the engine has written, which may be closed."""
        return Sentences(
            np.memmap(ids_file, np.int32, "r", shape=(n_tokens,))
            if n_tokens  # nothing cannot be mapped
            else np.empty(0, np.int32),
            np.memmap(offsets_file, np.int64, "r", shape=(n_sentences + 1,)),
        )

    @property
    def ids(self) -> npt.NDArray[np.int32]:
        """The word ids of all tokens, int32 (n_tokens,), read-only."""
        return self._open_arrays()[0]

    @property
    def sentence_offsets(self) -> npt.NDArray[np.int64]:
        """Where each sentence begins in ids, and n_tokens: int64 (n_sentences + 1,), read-only."""
        return self._open_arrays()[1]

    def __repr__(self) -> str:
        return f"Sentences({self.n_tokens:,} tokens, {self.n_sentences:,} sentences)"

    @property
    def n_tokens(self) -> int:
        """How many tokens there are."""
        return self.ids.size

    @property
    def n_sentences(self) -> int:
        """How many sentences there are; none is empty, unless they are documents with tags."""
        return self.sentence_offsets.size - 1

    @cached_property
    def longest_sentence(self) -> int:
        """Tokens of the longest sentence."""
        return int(np.diff(self.sentence_offsets).max())

    def close(self) -> None:
        """Let go of the arrays. Closing twice is fine."""
        self._arrays = None

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_arrays(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        if self._arrays is None:
            raise CorpusError("the encoded corpus is closed: encode the text again.")
        return self._arrays


def translate(corpus: Sentences, lookup: npt.NDArray[np.int32]) -> Sentences:
    """Return a corpus with other ids, which are in a temporary file as those of `encode`.

    Parameters
    ----------
    corpus
        It stays as it is.
    lookup
        The new id of every id, int32; tokens of -1 are left out, and sentences without others
        unless they have tags.

    Raises
    ------
    CorpusError
        If nothing is left.
    OutputError
        If the temporary file cannot be written.
    """
    old = corpus.sentence_offsets
    offsets = np.empty_like(old)
    n_kept = 0
    with temporary_file() as file:
        for begin in range(0, corpus.n_tokens, BLOCK_TOKENS):
            ids = lookup[corpus.ids[begin : begin + BLOCK_TOKENS]]
            kept_before = np.concatenate([np.zeros(1, np.int64), np.cumsum(ids >= 0)])
            here = slice(*np.searchsorted(old, [begin, begin + len(ids)]))
            offsets[here] = n_kept + kept_before[old[here] - begin]
            n_kept += int(kept_before[-1])
            write_array(file, ids[ids >= 0])
        if n_kept == 0:
            raise nothing_kept()
        offsets[old == corpus.n_tokens] = n_kept  # the end, and empty documents there
        tags = corpus.tags
        if tags is None:
            offsets = offsets[np.diff(offsets, prepend=-1) > 0]
        else:
            tags = Tags.of(tags.vocabulary, tags.offsets, tags.ids, offsets)
        return Sentences(np.memmap(file, np.int32, "r", shape=(n_kept,)), offsets, tags)


def nothing_kept() -> CorpusError:
    """Return the error of a text without a word of the vocabulary."""
    return CorpusError("no token of the text is a word of the vocabulary.")


def write_array(file: IO[bytes], array: npt.NDArray[np.generic]) -> None:
    """Write an array's values to a temporary file.

    Raises
    ------
    OutputError
        If there is no room for them.
    """
    try:
        file.write(np.ascontiguousarray(array).data)
        file.flush()
    except OSError as error:
        raise _no_room(error) from error


def temporary_file() -> IO[bytes]:
    """Open a file without a name (where the system can), so that nothing is ever left behind.

    Raises
    ------
    OutputError
        If there can be none.
    """
    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        raise _no_room(error) from error


def _no_room(error: OSError) -> OutputError:
    return OutputError(
        f"{tempfile.gettempdir()}: cannot hold temporary files: {error.strerror}. "
        "Name another folder (the variable TMPDIR)."
    )
