"""Words and phrases by id, and which pairs of them are phrases."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, OptionName


@dataclass(frozen=True)
class Phrase:
    """A phrase that was found.

    Attributes
    ----------
    words
        Its words, joined by the delimiter.
    score
        How much more often than by chance they occur together.
    count
        How often the two parts follow one another.
    level
        The pass that found it, from 1 on.
    left_count, right_count
        How often each of the two parts occurs.
    """

    words: str
    score: float
    count: int
    level: int
    left_count: int
    right_count: int


@dataclass
class Level:
    """The pairs that one pass joins.

    Attributes
    ----------
    left_ids, right_ids
        The units, uint32 (n_pairs,).
    runs
        The connector words between them, uint32 (n_pairs,): see `Connectors`.
    phrase_ids
        What each pair becomes, uint32 (n_pairs,).
    """

    left_ids: npt.NDArray[np.uint32]
    runs: npt.NDArray[np.uint32]
    right_ids: npt.NDArray[np.uint32]
    phrase_ids: npt.NDArray[np.uint32]

    @cached_property
    def phrase_of(self) -> dict[tuple[int, int, int], int]:
        """The phrase's id by the ids of its parts, with the run between them."""
        return dict(zip(self.pairs(), self.phrase_ids.tolist(), strict=True))

    def pairs(self) -> Iterator[tuple[int, int, int]]:
        """Return the ids of the left unit, the run and the right unit of each pair."""
        return zip(self.left_ids.tolist(), self.runs.tolist(), self.right_ids.tolist(), strict=True)


@dataclass(frozen=True)
class Connectors:
    """Connector words by number, from 1 on, and runs of up to two of them as one number.

    A run is 0 if it is empty, c for the word c, and c + d · (n + 1) for c and then d.
    """

    ids: list[int]

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The number of each connector word by its id."""
        return {word_id: number for number, word_id in enumerate(self.ids, 1)}

    def run(self, word_ids: Sequence[int]) -> int | None:
        """Return the run of words; ``None`` if they are too many."""
        first, second, *others = [*(self.numbers[i] for i in word_ids), 0, 0]
        return None if any(others) else first + second * (len(self.ids) + 1)

    def words(self, run: int) -> list[int]:
        """Return the ids of a run's words."""
        second, first = divmod(run, len(self.ids) + 1)
        return [self.ids[number - 1] for number in (first, second) if number]

    def id_bits(self, n_units: int) -> int:
        """Return how many bits are left for each of two ids beside a run in 64 bits.

        Raises
        ------
        ConfigError
            If they are too few for so many units.
        """
        bits = (64 - ((len(self.ids) + 1) ** 2 - 1).bit_length()) // 2
        if n_units >= 2**bits:
            raise ConfigError(
                OptionName("connectors"),
                f": {len(self.ids)} are too many for {n_units} words and phrases: give "
                "fewer, or a higher min_count",
            )
        return min(bits, 31)


@dataclass
class Units:
    """Words and phrases: the ids of the words come first, then phrases in the order of adding.

    A phrase that is spelled like a word or another phrase is the same unit, so that a joined text
    means the same when it is read again.

    Attributes
    ----------
    vocabulary
        The words.
    connector_words
        Words that may stand between the parts of a phrase.
    phrases
        The others.
    """

    vocabulary: Vocabulary
    connector_words: tuple[str, ...] = ()
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

    def word_id(self, word: str) -> int:
        """Return the id of a word; -1 if there is none."""
        return self.vocabulary.id_of(word) if word in self.vocabulary else -1

    def text(self, unit_id: int) -> str:
        """Return how a unit is spelled."""
        n_words = len(self.vocabulary)
        if unit_id < n_words:
            return self.vocabulary.words[unit_id]
        return self.phrases[unit_id - n_words]

    @cached_property
    def connectors(self) -> Connectors:
        """The connector words that the vocabulary has."""
        ids = [self.vocabulary.id_of(w) for w in self.connector_words if w in self.vocabulary]
        return Connectors(ids)

    def add(self, left_id: int, run: int, right_id: int, delimiter: str) -> int:
        """Return the id of the phrase of two units, which is new unless it is known."""
        text = delimiter.join(map(self.text, [left_id, *self.connectors.words(run), right_id]))
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
        seams: set[tuple[int, int]] = set()
        for left_id, run, right_id in level.pairs():
            between = [{word_id} for word_id in self.connectors.words(run)]
            ends = [self._last_words(left_id), *between, self._first_words(right_id)]
            for lasts, firsts in itertools.pairwise(ends):
                seams |= set(itertools.product(lasts, firsts))
        return seams

    def _first_words(self, unit_id: int) -> set[int]:
        own = {unit_id} if unit_id < len(self.vocabulary) else set()
        return own | self._ends[unit_id][0] if unit_id in self._ends else own

    def _last_words(self, unit_id: int) -> set[int]:
        own = {unit_id} if unit_id < len(self.vocabulary) else set()
        return own | self._ends[unit_id][1] if unit_id in self._ends else own
