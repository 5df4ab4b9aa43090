"""The tags of documents: names under which documents, the sentences of a corpus, have vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import FormatError
from huffvec.files.paths import PathLike

_LINE_FEED = 10


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

    @property
    def mean_count(self) -> float:
        """How many tokens the documents of a tag have on the average, of tags that have any."""
        counts = self.vocabulary.counts
        return float(counts.sum() / max(1, np.count_nonzero(counts)))

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
            return cls(names.with_counts(counts), offsets, ids)
        return cls(Vocabulary(names, counts), offsets, ids)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays that a file keeps, by name; `from_arrays` takes them."""
        names = self.vocabulary.word_bytes()
        return {"tags": names, "tag_offsets": self.offsets, "tag_ids": self.ids}

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, npt.NDArray[Any]], source: PathLike | None = None
    ) -> Tags:
        """Return the tags in the arrays of a file, among them ``sentence_offsets``.

        Errors that come later, of tags that are alike, name the file as source.

        Raises
        ------
        FormatError
            If the arrays do not fit one another.
        """
        names, offsets, ids = arrays["tags"], arrays["tag_offsets"], arrays["tag_ids"]
        n_tags = int(np.count_nonzero(names == _LINE_FEED)) + (len(names) > 0)
        vocabulary = Vocabulary.from_bytes(names, np.zeros(n_tags, np.int64), source=source)
        sizes = np.diff(offsets)
        if (
            len(offsets) != len(arrays["sentence_offsets"])
            or (offsets[0], offsets[-1]) != (0, len(ids))
            or np.any(sizes < 0)
        ):
            raise FormatError(f"its tags do not rise from 0 to {len(ids)}, document by document")
        if len(ids) and not (ids.min() >= 0 and ids.max() < n_tags):
            raise FormatError(f"it has ids that are none of its {n_tags} tags")
        numbers = np.repeat(np.arange(len(sizes)), sizes) * n_tags + ids
        if np.any(sizes > 1) and len(np.unique(numbers)) < len(ids):
            raise FormatError("a document has a tag twice")
        return cls.of(vocabulary, offsets, ids, arrays["sentence_offsets"])

    @classmethod
    def by_position(cls, sentence_offsets: npt.NDArray[np.int64], first: int = 0) -> Tags:
        """Return the numbers of documents, the first one's and so on, as their tags."""
        n_documents = len(sentence_offsets) - 1
        names = "\n".join(map(str, range(first, first + n_documents))).encode()
        numbers = np.arange(n_documents + 1, dtype=np.int64)
        vocabulary = Vocabulary.from_bytes(
            np.frombuffer(names, np.uint8), np.diff(sentence_offsets)
        )
        return cls(vocabulary, numbers, numbers[:-1].astype(np.int32))

    @property
    def are_positions(self) -> bool:
        """Whether each document has its number, from 0 on, and nothing else."""
        n_documents = len(self.offsets) - 1
        if not np.array_equal(self.ids, np.arange(n_documents)):
            return False
        names = "\n".join(map(str, range(n_documents))).encode()
        return self.vocabulary.word_bytes().tobytes() == names

    def added_to(self, old: Vocabulary) -> Tags:
        """Return the same tags in ids of all, those of old before new ones; counts are added."""
        lookup = self._ids_in(old)
        new = np.flatnonzero(lookup < 0)
        lookup[new] = np.arange(len(old), len(old) + len(new))
        counts = np.concatenate([old.counts, np.zeros(len(new), np.int64)])
        counts[lookup] += self.vocabulary.counts
        words = [self.vocabulary.words[k] for k in new.tolist()]
        joined = "\n".join(words).encode()
        parts = [old.word_bytes().tobytes(), *([joined] if words else [])]
        names = np.frombuffer(b"\n".join(parts), np.uint8)
        return Tags(Vocabulary.from_bytes(names, counts), self.offsets, lookup[self.ids])

    def within(self, vocabulary: Vocabulary) -> Tags:
        """Return the same tags in the ids of a vocabulary that has them; -1 for others."""
        return Tags(vocabulary, self.offsets, self._ids_in(vocabulary)[self.ids])

    def _ids_in(self, vocabulary: Vocabulary) -> npt.NDArray[np.int32]:
        """Return each tag's id in a vocabulary, int32 (n_tags,), -1 if it is not there."""
        if np.array_equal(self.vocabulary.word_bytes(), vocabulary.word_bytes()):
            return np.arange(len(vocabulary), dtype=np.int32)
        names = self.vocabulary.words
        found = [vocabulary.id_of(name) if name in vocabulary else -1 for name in names]
        return np.array(found, np.int32)


def next_position(tags: Vocabulary) -> int:
    """Return the number after the largest that is a tag; 0 if none is a number."""
    numbers = (int(tag) for tag in tags.words if tag.isascii() and tag.isdecimal())
    return 1 + max(numbers, default=-1)
