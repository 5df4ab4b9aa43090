"""The tags of documents: names under which documents, the sentences of a corpus, have vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huffvec.corpus.vocabulary import Vocabulary


@dataclass(frozen=True)
class Tags:
    """Which tags every document of a corpus has.

    Attributes
    ----------
    vocabulary
        The tags, in the order in which they first occur. The count of one is how many tokens its
        documents have, without words that were left out; 0: nothing can be learned of it.
    offsets
        Where each document's tags begin in ids, and the last ones end: int64 (n_documents + 1,).
    ids
        The tags of all documents, no two of one the same: int32 (n,).
    """

    vocabulary: Vocabulary
    offsets: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int32]

    @classmethod
    def of(
        cls,
        names: Vocabulary | list[str],
        offsets: npt.NDArray[np.int64],
        ids: npt.NDArray[np.int32],
        sentence_offsets: npt.NDArray[np.int64],
    ) -> Tags:
        """Return tags with the counts that documents give them.

        Parameters
        ----------
        names
            The tags by id.
        offsets, ids
            As above.
        sentence_offsets
            Where each document begins among the tokens, int64 (n_documents + 1,).
        """
        lengths = np.repeat(np.diff(sentence_offsets), np.diff(offsets))
        counts = np.bincount(ids, lengths, len(names)).astype(np.int64)
        if isinstance(names, Vocabulary):
            return cls(Vocabulary.from_bytes(names.word_bytes(), counts), offsets, ids)
        return cls(Vocabulary(names, counts), offsets, ids)

    @classmethod
    def by_position(cls, sentence_offsets: npt.NDArray[np.int64]) -> Tags:
        """Return the numbers of documents, from 0 on, as their tags."""
        n_documents = len(sentence_offsets) - 1
        names = "\n".join(map(str, range(n_documents))).encode()
        numbers = np.arange(n_documents + 1, dtype=np.int64)
        vocabulary = Vocabulary.from_bytes(
            np.frombuffer(names, np.uint8), np.diff(sentence_offsets)
        )
        return cls(vocabulary, numbers, numbers[:-1].astype(np.int32))
