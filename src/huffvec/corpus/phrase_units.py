"""Words and phrases by id, and which pairs of them are phrases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from huffvec.corpus.vocabulary import Vocabulary


@dataclass
class Level:
    """The pairs that one pass joins.

    Attributes
    ----------
    left_ids, right_ids
        The units, uint32 (n_pairs,).
    phrase_ids
        What each pair becomes, uint32 (n_pairs,).
    """

    left_ids: npt.NDArray[np.uint32]
    right_ids: npt.NDArray[np.uint32]
    phrase_ids: npt.NDArray[np.uint32]

    @cached_property
    def phrase_of(self) -> dict[tuple[int, int], int]:
        """The phrase's id by the ids of its parts."""
        return dict(zip(self.pairs(), self.phrase_ids.tolist(), strict=True))

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Return the pairs of ids."""
        return zip(self.left_ids.tolist(), self.right_ids.tolist(), strict=True)


@dataclass
class Units:
    """Words and phrases: the ids of the words come first, then phrases in the order of adding.

    A phrase that is spelled like a word or another phrase is the same unit, so that a joined text
    means the same when it is read again.

    Attributes
    ----------
    vocabulary
        The words.
    phrases
        The others.
    """

    vocabulary: Vocabulary
    phrases: list[str] = field(default_factory=list)
    _ids: dict[str, int] = field(default_factory=dict)
    # The words with which a phrase begins and ends: several, if it is spelled like another.
    _ends: dict[int, tuple[set[int], set[int]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.vocabulary) + len(self.phrases)

    def id_of(self, text: str) -> int:
        """Return the id of a word or phrase; -1 if there is none."""
        if text in self.vocabulary:
            return self.vocabulary.id_of(text)
        return self._ids.get(text, -1)

    def text(self, unit_id: int) -> str:
        """Return how a unit is spelled."""
        n_words = len(self.vocabulary)
        if unit_id < n_words:
            return self.vocabulary.words[unit_id]
        return self.phrases[unit_id - n_words]

    def add(self, left_id: int, right_id: int, delimiter: str) -> int:
        """Return the id of the phrase of two units, which is new unless it is known."""
        text = self.text(left_id) + delimiter + self.text(right_id)
        unit_id = self.id_of(text)
        if unit_id < 0:
            unit_id = self._ids[text] = len(self)
            self.phrases.append(text)
        firsts, lasts = self._ends.setdefault(unit_id, (set(), set()))
        firsts |= self._first_words(left_id)
        lasts |= self._last_words(right_id)
        return unit_id

    def seams(self, level: Level) -> set[tuple[int, int]]:
        """Return the pairs of words between which the pairs of a level are joined."""
        return {
            (last_id, first_id)
            for left_id, right_id in level.pairs()
            for last_id in self._last_words(left_id)
            for first_id in self._first_words(right_id)
        }

    def _first_words(self, unit_id: int) -> set[int]:
        own = {unit_id} if unit_id < len(self.vocabulary) else set()
        return own | self._ends[unit_id][0] if unit_id in self._ends else own

    def _last_words(self, unit_id: int) -> set[int]:
        own = {unit_id} if unit_id < len(self.vocabulary) else set()
        return own | self._ends[unit_id][1] if unit_id in self._ends else own
