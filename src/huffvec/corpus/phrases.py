"""Phrases: words that occur together much more often than by chance, joined to one token.

As word2phrase does (Mikolov et al. 2013, "Distributed Representations of Words and Phrases and
their Compositionality", section 4), over any number of passes: the first finds phrases of two
words, each other joins what the passes before it found and looks for pairs again. What is a phrase
is in :mod:`huffvec.corpus.phrase_scores`. Phrases are joined from left to right, within lines; in
a pass a word becomes part of one phrase only.

The text is read several times and never held. Pairs are first counted roughly: for each an upper
bound. Those whose bound, or whose words' own counts, rule them out are never stored, so that a
corpus of billions of words needs little memory; and if the rest does not fit either, the rarest are
let go.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_choice
from huffvec.corpus.contexts import remedy
from huffvec.corpus.jobs import (
    BLOCK_BYTES,
    Progress,
    ReadOptions,
    native_files,
    read_options,
    run_job,
)
from huffvec.corpus.phrase_scores import count_bound, pair_scores
from huffvec.corpus.phrase_units import Level, Units
from huffvec.corpus.sources import FileStamp, PathLike, check_unchanged, expand_paths, take_stamps
from huffvec.corpus.tokens import Word, as_words
from huffvec.corpus.vocabulary import VocabularyCount, count_words
from huffvec.errors import ConfigError
from huffvec.files import atomic_path
from huffvec.phrase_config import PhraseConfig
from huffvec.training.showing import shows_progress
from huffvec.white_space import split_words

if TYPE_CHECKING:
    from huffvec._text import PhraseTables

_N_SHARDS = 64  # of the engine's tables of pairs

_logger = logging.getLogger("huffvec")


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
    """

    words: str
    score: float
    count: int
    level: int


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

    def __init__(self, config: PhraseConfig, counted: VocabularyCount) -> None:
        self.config = config
        self.phrases: list[Phrase] = []
        self.n_tokens = counted.n_raw_tokens
        self.count_floor: list[int] = []
        self._units = Units(counted.vocabulary)
        self._levels: list[Level] = []

    def __len__(self) -> int:
        return len(self.phrases)

    def __repr__(self) -> str:
        return f"Phrases({len(self):,} phrases)"

    def join(self, words: str | Sequence[Word]) -> list[str]:
        """Return a sentence's words with those that are phrases joined; text is split at spaces."""
        words = split_words(words) if isinstance(words, str) else as_words(words)
        known = self._units.vocabulary
        units = [(word, known.id_of(word) if word in known else -1) for word in words]
        for level in self._levels:
            joined: list[tuple[str, int]] = []
            joinable = False  # whether the last unit may still become part of a phrase
            for unit in units:
                pair = (joined[-1][1], unit[1]) if joinable else None
                phrase_id = level.phrase_of.get(pair) if pair else None
                joinable = phrase_id is None
                if phrase_id is None:
                    joined.append(unit)
                else:
                    joined[-1] = joined[-1][0] + self.config.delimiter + unit[0], phrase_id
            units = joined
        return [text for text, _ in units]

    @shows_progress
    def join_files(
        self,
        files: PathLike | Sequence[PathLike],
        output: PathLike,
        *,
        n_threads: int = 0,
        errors: str = "strict",
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
            A file cannot be read, is not text or changes meanwhile.
        OutputError
            The output cannot be written.
        """
        assert not isinstance(progress, bool)  # `shows_progress` has seen to it
        from huffvec import _text

        options = read_options(n_threads, block_bytes, errors)
        stamps = take_stamps(expand_paths(files))
        with atomic_path(output) as temporary, temporary.open("r+b") as file:
            writer = _text.PhraseWriter(
                native_files(stamps),
                self._tables(),
                delimiter=self.config.delimiter,
                fd=file.fileno(),
                **options,
            )
            run_job(writer, "joining phrases", progress)
            check_unchanged(stamps)
        return Joined(writer.n_words, writer.n_units)

    def write_tsv(self, path: PathLike) -> None:
        """Write a line ``phrase<TAB>score<TAB>count<TAB>level`` for each phrase, best first.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        with (
            atomic_path(path) as temporary,
            open(temporary, "w", encoding="utf-8", newline="\n") as file,
        ):
            file.writelines(
                f"{phrase.words}\t{phrase.score:.6g}\t{phrase.count}\t{phrase.level}\n"
                for phrase in self.phrases
            )

    def _tables(self) -> PhraseTables:
        """Return what the engine needs to join phrases."""
        from huffvec import _text

        seams = set().union(*map(self._units.seams, self._levels))
        left_seams, right_seams = np.array(list(seams), np.uint32).reshape(-1, 2).T.copy()
        levels = [(level.left_ids, level.right_ids, level.phrase_ids) for level in self._levels]
        words = self._units.vocabulary.word_bytes()
        return _text.PhraseTables(words, len(self._units), levels, left_seams, right_seams)

    def _find(
        self, stamps: Sequence[FileStamp], options: ReadOptions, progress: Progress | None
    ) -> bool:
        """Find the phrases of one more pass; tell whether there are any."""
        from huffvec import _text

        number = len(self.count_floor) + 1
        config, files, tables = self.config, native_files(stamps), self._tables()
        # A counter a token, so that few pairs share one, in at most half of the memory.
        sketch_bits = _bits(min(self.n_tokens, config.max_memory // 4) / _N_SHARDS)
        units = _text.UnitCounter(files, tables, shard_bits=sketch_bits, **options)
        run_job(units, f"pass {number}: counting words", progress)
        counts = units.counts()
        weights, offset = count_bound(config, counts, units.n_units)
        # A little less, so that rounding loses no pair; the scores decide below.
        pairs = _text.PairCounter(
            files,
            tables,
            units,
            weights=weights * (1 - 1e-9),
            offset=offset,
            min_count=config.min_count,
            shard_bits=_bits(config.max_memory / 2 / 16 / _N_SHARDS),
            **options,
        )
        run_job(pairs, f"pass {number}: counting pairs", progress)
        check_unchanged(stamps)
        self.count_floor.append(pairs.floor)
        left_ids, right_ids, pair_counts = pairs.left_ids(), pairs.right_ids(), pairs.counts()
        scores = pair_scores(
            config, pair_counts, counts[left_ids], counts[right_ids], units.n_units
        )
        kept = np.flatnonzero(scores > config.least_score)
        if len(kept) == 0:
            return False
        order = kept[np.lexsort((right_ids[kept], left_ids[kept], -scores[kept]))]
        self._add(left_ids[order], right_ids[order], pair_counts[order], scores[order])
        return True

    def _add(
        self,
        left_ids: npt.NDArray[np.uint32],
        right_ids: npt.NDArray[np.uint32],
        counts: npt.NDArray[np.int64],
        scores: npt.NDArray[np.float64],
    ) -> None:
        """Add the pairs of a pass, best first."""
        units, delimiter, number = self._units, self.config.delimiter, len(self._levels) + 1
        level = Level(left_ids, right_ids, np.empty(len(left_ids), np.uint32))
        level.phrase_ids[:] = [units.add(*pair, delimiter) for pair in level.pairs()]
        rows: Any = zip(level.phrase_ids, scores.tolist(), counts.tolist(), strict=True)
        self.phrases += [
            Phrase(units.text(phrase_id), score, count, number) for phrase_id, score, count in rows
        ]
        self.phrases.sort(key=lambda phrase: -phrase.score)
        self._levels.append(level)


@shows_progress
def find_phrases(
    files: PathLike | Sequence[PathLike],
    config: PhraseConfig | None = None,
    *,
    n_threads: int = 0,
    errors: str = "strict",
    progress: Progress | bool | None = None,
    block_bytes: int = BLOCK_BYTES,
    **options: Any,
) -> Phrases:
    """Find the phrases of text files: UTF-8, a sentence a line, ASCII white space between tokens.

    Parameters
    ----------
    files
        A file or glob pattern, or several.
    config
        What is taken for a phrase; or give its fields, such as ``score="npmi"``, as options.
    n_threads
        0: all processors that the process may use.
    errors
        What to do with bytes that are not UTF-8: ``"strict"`` raises, ``"replace"`` takes U+FFFD as
        ``bytes.decode`` does.
    progress
        Called about ten times a second with a stage's name, the bytes done and the bytes in all;
        True shows a bar, in terminals and notebooks.
    block_bytes
        How much text a thread takes at once; the result does not depend on it.
    options
        Fields of `PhraseConfig`.

    Raises
    ------
    CorpusError
        A file cannot be read, is not text or changes meanwhile, or no word occurs min_count times.
    ConfigError
        An option is unknown or out of its range.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    if config is None:
        for name in options:
            check_choice(
                "an option of phrases", name, tuple(known.name for known in fields(PhraseConfig))
            )
        config = PhraseConfig(**options)
    elif options:
        raise ConfigError(f"give a config or options, not both: {', '.join(options)}")
    native_options = read_options(n_threads, block_bytes, errors)
    paths = expand_paths(files)
    counted = count_words(
        paths,
        min_count=config.min_count,
        n_threads=n_threads,
        errors=errors,
        progress=progress,
        block_bytes=block_bytes,
    )
    if counted.n_raw_tokens == counted.n_sentences:
        _logger.warning(
            "No phrase can be found: no line has two tokens. %s", remedy(counted.vocabulary)
        )
    phrases = Phrases(config, counted)
    for _ in range(config.passes):
        if not phrases._find(counted.stamps, native_options, progress):
            break
    return phrases


def _bits(n: float) -> int:
    """Return the largest power of two that is not over n, as an exponent; 6 at least."""
    return max(6, math.floor(math.log2(max(n, 1))))
