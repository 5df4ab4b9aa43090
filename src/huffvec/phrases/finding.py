"""Phrases: words that occur together much more often than by chance, joined to one token.

As word2phrase does (Mikolov et al. 2013, "Distributed Representations of Words and Phrases and
their Compositionality", section 4), over any number of passes: the first finds phrases of two
words, each other joins what the passes before it found and looks for pairs again. What is a phrase
is in :mod:`huffvec.phrases.scores`. Phrases are joined from left to right, within lines; in
a pass a word becomes part of one phrase only.

The text is read several times and never held. Pairs are first counted roughly: for each an upper
bound. Those whose bound, or whose words' own counts, rule them out are never stored, so that a
corpus of billions of words needs little memory; and if the rest does not fit either, the rarest are
let go.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from huffvec.corpus.contexts import remedy
from huffvec.corpus.encoding import count_words
from huffvec.corpus.jobs import BLOCK_BYTES, ReadOptions, native_files, read_options, run_job
from huffvec.corpus.readers.sources import FileStamp, check_unchanged, take_stamps
from huffvec.corpus.word_rules import RULES, WordRules
from huffvec.errors import ConfigError, CorpusError
from huffvec.phrases.config import PhraseConfig
from huffvec.phrases.phrases import Phrases
from huffvec.phrases.scores import count_bound, pair_scores
from huffvec.phrases.units import Level
from huffvec.progress import Progress
from huffvec.progress.showing import shows_progress

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.phrases.config import PhraseKeywords

_N_SHARDS = 64  # of the engine's tables of pairs


@shows_progress
def find_phrases(
    data: Any,
    config: PhraseConfig | None = None,
    *,
    n_threads: int = 0,
    progress: Progress | bool | None = None,
    block_bytes: int = BLOCK_BYTES,
    **options: Unpack[PhraseKeywords],
) -> Phrases:
    """Find the phrases of a text.

    Parameters
    ----------
    data
        What `huffvec.train` takes: files of any kind, an iterable of sentences, a table … Files of
        plain text are read as they are; anything else is first written to a temporary file as
        text, since it is read several times. No token may have white space in it then.
    config
        What is taken for a phrase; or give its fields, such as ``score="npmi"``, as options.
    n_threads
        0: all processors that the process may use.
    progress
        Called about ten times a second with a stage's name, the bytes done and the bytes in all;
        True shows a bar, in terminals and notebooks.
    block_bytes
        How much text a thread takes at once; the result does not depend on it.
    **options
        Fields of `PhraseConfig`, and of `huffvec.corpus.InputOptions`, e.g. ``tokenize="words"``.

    Raises
    ------
    CorpusError
        If the input cannot be read, is not text or changes meanwhile, no word occurs min_count
        times, or no sentence has two tokens.
    ConfigError
        If an option is unknown or out of its range.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    from huffvec.corpus.options import InputOptions
    from huffvec.corpus.unpacking import token_texts

    reading, own = InputOptions.split(options)
    if reading.rules != WordRules():
        raise ConfigError(f"{', '.join(RULES)} are of no use here: phrases are of any words")
    config = _config_of(config, own)
    native_options = read_options(n_threads, block_bytes, reading.errors)
    with _folder() as folder, token_texts(data, reading, folder, progress) as paths:
        stamps = take_stamps(paths)
        words, record = count_words(
            paths,
            min_count=config.min_count,
            n_threads=n_threads,
            errors=reading.errors,
            progress=progress,
        )
        if record.n_raw_tokens == record.n_raw_sentences:
            raise CorpusError(
                "no phrase can be found: no sentence of the text has two tokens. ", *remedy(words)
            )
        phrases = Phrases(config, words, record.n_raw_tokens)
        for _ in range(config.passes):
            if not find_level(phrases, stamps, native_options, progress):
                break
    return phrases


def find_level(
    phrases: Phrases,
    stamps: Sequence[FileStamp],
    options: ReadOptions,
    progress: Progress | None,
) -> bool:
    """Find the phrases of one more pass; tell whether there are any."""
    from huffvec import _text

    number = len(phrases.count_floor) + 1
    config, files, tables = phrases.config, native_files(stamps), phrases.tables()
    # A counter a token, so that few pairs share one, in at most half of the memory.
    sketch_bits = _bits(min(phrases.n_tokens, config.max_memory // 4) / _N_SHARDS)
    units = _text.UnitCounter(files, tables, shard_bits=sketch_bits, **options)
    run_job(units, f"pass {number}: counting words", progress)
    counts = units.counts()
    weights, offset = count_bound(config, number, counts, units.n_units)
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
    phrases.count_floor.append(pairs.floor)
    left_ids, right_ids, pair_counts = pairs.left_ids(), pairs.right_ids(), pairs.counts()
    part_counts = counts[left_ids], counts[right_ids]
    scores = pair_scores(config, pair_counts, *part_counts, units.n_units)
    kept = np.flatnonzero(scores > config.least_score(number))
    if len(kept) == 0:
        return False
    runs = pairs.runs()
    order = kept[np.lexsort((right_ids[kept], runs[kept], left_ids[kept], -scores[kept]))]
    level = Level(left_ids[order], runs[order], right_ids[order], np.empty(len(order), np.uint32))
    arrays = (pair_counts, *part_counts)
    phrases.add_level(level, scores[order], [array[order] for array in arrays])
    return True


def _config_of(config: PhraseConfig | None, options: dict[str, Any]) -> PhraseConfig:
    """Return the config that is given, or that of options."""
    if config is None:
        return PhraseConfig.of(**options)
    if options:
        raise ConfigError(f"give a config or options, not both: {', '.join(options)}")
    return config


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="huffvec-") as folder:
        yield Path(folder)


def _bits(n: float) -> int:
    """Return the largest power of two that is not over n, as an exponent; 6 at least."""
    return max(6, math.floor(math.log2(max(n, 1))))
