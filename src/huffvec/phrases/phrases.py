"""Phrases that were found in a text, and joining them in this and other texts.

How they are found is in :mod:`huffvec.phrases.finding`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.corpus.jobs import BLOCK_BYTES, native_files, read_options, run_job
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.sources import check_unchanged, expand, take_stamps
from huffvec.corpus.tokens import Word, as_words
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.corpus.white_space import split_words
from huffvec.files.paths import PathLike
from huffvec.files.writing import atomic_path
from huffvec.phrases.config import PhraseConfig
from huffvec.phrases.file import Row, SavedPhrases, read_phrases, write_phrases
from huffvec.phrases.units import Level, Phrase, Units
from huffvec.progress import Progress
from huffvec.progress.showing import shows_progress
from huffvec.shared_options import Errors

if TYPE_CHECKING:
    from huffvec._text import PhraseTables


class Joined(NamedTuple):
    """How many tokens a text had and has after its phrases were joined."""

    n_tokens: int
    n_joined_tokens: int


class Phrases:
    """Phrases found in a text, to look at and to join in this and other texts.

    Attributes
    ----------
    phrases
        What was found, by score, best first.
    config
        What was taken for a phrase.
    n_tokens
        Tokens of the text.
    count_floor
        For each pass: pairs that occur less often may have been let go, because they did not fit
        into ``max_memory``. 0: none were.
    """

    def __init__(self, config: PhraseConfig, vocabulary: Vocabulary, n_tokens: int) -> None:
        self.config = config
        self.phrases: list[Phrase] = []
        self.n_tokens = n_tokens
        self.count_floor: list[int] = []
        self._units = Units(vocabulary, tuple(config.connectors))
        self._levels: list[Level] = []
        self._found: list[list[Phrase]] = []  # the phrases of each level's pairs

    def __len__(self) -> int:
        return len(self.phrases)

    def __repr__(self) -> str:
        return f"Phrases({len(self):,} phrases)"

    def join(self, words: str | Sequence[Word]) -> list[str]:
        """Return a sentence's words with those that are phrases joined; text is split at spaces."""
        words = split_words(words) if isinstance(words, str) else as_words(words)
        units = [(word, self._units.word_id(word)) for word in words]
        for level in self._levels:
            units = self._join_level(units, level)
        return [text for text, _ in units]

    def _join_level(self, units: list[tuple[str, int]], level: Level) -> list[tuple[str, int]]:
        """Return units, spelled and by id, with the pairs of one pass joined."""
        connectors = self._units.connectors
        joined: list[tuple[str, int]] = []
        left: int | None = None  # where the unit is that may still become part of a phrase
        for unit in units:
            if unit[1] in connectors.numbers:
                joined.append(unit)
                continue
            phrase_id = None
            if left is not None:
                run = connectors.run([unit_id for _, unit_id in joined[left + 1 :]])
                if run is not None:
                    phrase_id = level.phrase_of.get((joined[left][1], run, unit[1]))
            if phrase_id is None:
                left = len(joined)
                joined.append(unit)
            else:
                parts = [text for text, _ in [*joined[left:], unit]]
                joined[left:] = [(self.config.delimiter.join(parts), phrase_id)]
                left = None
        return joined

    @shows_progress
    def join_files(
        self,
        files: PathLike | Sequence[PathLike],
        output: PathLike,
        *,
        n_threads: int = 0,
        errors: Errors = "strict",
        progress: Progress | bool | None = None,
        block_bytes: int = BLOCK_BYTES,
    ) -> Joined:
        """Write a text with its phrases joined; nothing else in it changes, lines least of all.

        Parameters
        ----------
        files
            A file or glob pattern, or several, which are written one after the other.
        output
            File to write; none of the files to read.
        n_threads, errors, progress, block_bytes
            As for `find_phrases`.

        Raises
        ------
        CorpusError
            If a file cannot be read, is not text or changes meanwhile.
        OutputError
            If the output cannot be written.
        """
        assert not isinstance(progress, bool)  # `shows_progress` has seen to it
        from huffvec import _text

        options = read_options(n_threads, block_bytes, InputOptions(errors=errors).errors)
        stamps = take_stamps(expand(files, twice=True))
        with atomic_path(output) as temporary, temporary.open("r+b") as file:
            writer = _text.PhraseWriter(
                native_files(stamps),
                self.tables(),
                delimiter=self.config.delimiter,
                fd=file.fileno(),
                **options,
            )
            run_job(writer, "joining phrases", progress)
            check_unchanged(stamps)
        return Joined(writer.n_words, writer.n_units)

    def write_tsv(self, path: PathLike) -> None:
        """Write the columns phrase, score, count and pass, with a header; the best first.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        with (
            atomic_path(path) as temporary,
            open(temporary, "w", encoding="utf-8", newline="\n") as file,
        ):
            file.write("phrase\tscore\tcount\tpass\n")
            file.writelines(
                f"{phrase.words}\t{phrase.score:.6g}\t{phrase.count}\t{phrase.level}\n"
                for phrase in self.phrases
            )

    def save(self, path: PathLike) -> None:
        """Write all that is needed to join the phrases to a file (:mod:`huffvec.phrases.file`).

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        words, used = self._units.vocabulary, self._used_words()
        vocabulary = Vocabulary([words.words[i] for i in used], words.counts[used])
        levels = [
            [self._row(*pair, phrase) for pair, phrase in zip(level.pairs(), rows, strict=True)]
            for level, rows in zip(self._levels, self._found, strict=True)
        ]
        write_phrases(
            path, SavedPhrases(self.config, vocabulary, self.n_tokens, self.count_floor, levels)
        )

    @classmethod
    def load(cls, path: PathLike) -> Phrases:
        """Return the phrases that `save` wrote.

        Raises
        ------
        FormatError
            If the file cannot be read, is damaged, or is not one of phrases.
        """
        with read_phrases(path) as saved:
            phrases = cls(saved.config, saved.vocabulary, saved.n_tokens)
            phrases.count_floor = saved.count_floor
            for rows in saved.levels:
                phrases._add_rows(rows)
        return phrases

    def _used_words(self) -> list[int]:
        """Return the ids of the words that phrases are made of, and of connector words."""
        used = set(self._units.connectors.ids)
        for level in self._levels:
            for ids in (level.left_ids, level.right_ids, level.phrase_ids):
                used |= set(ids[ids < len(self._units.vocabulary)].tolist())
        return sorted(used)

    def _row(self, left_id: int, run: int, right_id: int, phrase: Phrase) -> Row:
        units = self._units
        between = [units.text(word_id) for word_id in units.connectors.words(run)]
        counts = (phrase.count, phrase.left_count, phrase.right_count)
        return (units.text(left_id), between, units.text(right_id), phrase.score, *counts)

    def tables(self) -> PhraseTables:
        """Return what the engine needs to join phrases."""
        from huffvec import _text

        units, connectors = self._units, self._units.connectors
        seams = set().union(*map(units.seams, self._levels))
        left_seams, right_seams = np.array(list(seams), np.uint32).reshape(-1, 2).T.copy()
        levels = [
            (level.left_ids, level.runs, level.right_ids, level.phrase_ids)
            for level in self._levels
        ]
        return _text.PhraseTables(
            units.vocabulary.word_bytes(),
            len(units),
            levels,
            left_seams,
            right_seams,
            np.array(connectors.ids, np.uint32),
            connectors.id_bits(len(units)),
        )

    def add_level(
        self,
        level: Level,
        scores: npt.NDArray[np.float64],
        counts: Sequence[npt.NDArray[np.int64]],
    ) -> None:
        """Add the pairs of a pass.

        Parameters
        ----------
        level
            The pairs, best first; their phrases' ids are filled in.
        scores
            Their scores, (n_pairs,).
        counts
            Their counts and those of their left and right parts, (n_pairs,) each.
        """
        units, delimiter = self._units, self.config.delimiter
        self._levels.append(level)
        level.phrase_ids[:] = [units.add(*pair, delimiter) for pair in level.pairs()]
        columns: list[npt.NDArray[Any]] = [level.phrase_ids, scores, *counts]
        rows = zip(*(column.tolist() for column in columns), strict=True)
        found = [
            Phrase(units.text(phrase_id), score, count, len(self._levels), *part_counts)
            for phrase_id, score, count, *part_counts in rows
        ]
        self._found.append(found)
        self.phrases += found
        self.phrases.sort(key=lambda phrase: -phrase.score)

    def _add_rows(self, rows: Sequence[Row]) -> None:
        """Add the pairs of a pass as a file has them, or raise ValueError at an unknown part."""
        ids = np.array([self._ids_of(*row[:3]) for row in rows], np.uint32).reshape(-1, 3)
        left_ids, runs, right_ids = ids.T.copy()
        numbers = [np.array([row[column] for row in rows]) for column in (3, 4, 5, 6)]
        level = Level(left_ids, runs, right_ids, np.empty(len(rows), np.uint32))
        self.add_level(level, numbers[0].astype(float), [n.astype(np.int64) for n in numbers[1:]])

    def _ids_of(self, left: str, between: Sequence[str], right: str) -> tuple[int, int, int]:
        units, connectors = self._units, self._units.connectors
        word_ids = [units.word_id(word) for word in between]
        known = all(word_id in connectors.numbers for word_id in word_ids)
        run = connectors.run(word_ids) if known else None
        left_id, right_id = units.id_of(left), units.id_of(right)
        if run is None or left_id < 0 or right_id < 0:
            raise ValueError(f"unknown parts: {left!r:.80}, {right!r:.80}")
        return left_id, run, right_id
