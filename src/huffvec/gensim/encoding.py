"""Any corpus that gensim takes, as numbers: gone through once, whatever the number of epochs."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.sentences import Sentences, temporary_file, translate
from huffvec.corpus.tags import Tags

_BLOCK_TOKENS = 1 << 22


@dataclass(frozen=True)
class EncodedText:
    """The sentences of a corpus in numbers of its own: a key's place in order of appearance.

    Attributes
    ----------
    keys
        The different words, in the order in which they first occur.
    ids
        The numbers of all tokens, int32 (n_tokens,).
    lengths
        Tokens of each sentence, int64 (n_sentences,); some may have none.
    """

    keys: list[Hashable]
    ids: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.int64]

    @property
    def n_tokens(self) -> int:
        """How many tokens there are."""
        return len(self.ids)

    @property
    def n_sentences(self) -> int:
        """How many sentences there are, empty ones too."""
        return len(self.lengths)

    def lengths_of(self, sentences: Sequence[Any]) -> npt.NDArray[np.int64]:
        """Return how many words sentences have, int64 (n_sentences,)."""
        return np.fromiter(map(len, sentences), np.int64, len(sentences))

    def counts(self) -> dict[Hashable, int]:
        """Return how often each word occurs, in order of appearance."""
        counts = np.bincount(self.ids, minlength=len(self.keys))
        return dict(zip(self.keys, counts.tolist(), strict=True))

    def sentences(self, model: Any) -> Sentences:
        """Return the sentences in a model's indexes, without words that it lacks.

        Raises
        ------
        CorpusError
            If it has none of them.
        """
        return self._translated(model, self.lengths[self.lengths > 0])

    def _translated(
        self, model: Any, lengths: npt.NDArray[np.int64], tags: Tags | None = None
    ) -> Sentences:
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        index_of: Mapping[Any, int] = model.wv.key_to_index
        lookup = np.array([index_of.get(key, -1) for key in self.keys], np.int32)
        return translate(Sentences(self.ids, offsets, tags), lookup)


def encode(sentences: Iterable[Sequence[Hashable]]) -> EncodedText:
    """Return the sentences as numbers; of large texts these are in a temporary file.

    Raises
    ------
    OutputError
        If there is no room for the temporary file.
    """
    numbers = Numbers()
    number: Callable[[Hashable], int] = numbers.__getitem__
    lengths, blocks = array("q"), IdBlocks()
    for sentence in sentences:
        lengths.append(len(sentence))
        blocks.extend(map(number, sentence))
    return EncodedText(list(numbers), blocks.ids(), np.array(lengths, np.int64))


class Numbers(dict[Hashable, int]):
    """Numbers its keys when they are first asked for."""

    def __missing__(self, key: Hashable) -> int:
        self[key] = number = len(self)
        return number


class IdBlocks:
    """Numbers that go to a temporary file when they are many."""

    def __init__(self) -> None:
        self._block = array("i")
        self._file: IO[bytes] | None = None
        self._n_written = 0

    def extend(self, ids: Iterator[int]) -> None:
        """Add some numbers."""
        self._block.extend(ids)
        if len(self._block) >= _BLOCK_TOKENS:
            self._write()

    def ids(self) -> npt.NDArray[np.int32]:
        """Return all numbers, int32."""
        if self._file is None:
            return np.array(self._block, np.int32)
        self._write()
        with self._file as file:
            return np.memmap(file, np.int32, "r", shape=(self._n_written,))

    def _write(self) -> None:
        self._file = self._file or temporary_file()
        self._file.write(self._block)
        self._file.flush()
        self._n_written += len(self._block)
        self._block = array("i")
