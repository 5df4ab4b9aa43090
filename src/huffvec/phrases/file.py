"""The file of phrases: JSON with all that `huffvec.Phrases` needs to join them.

An object with the keys ``format`` (``huffvec-phrases``), ``format_version``, ``config`` (the fields
of `huffvec.PhraseConfig`), ``n_tokens``, ``count_floor``, ``words`` (those that phrases are made of
and connector words, with their counts) and ``levels``: for each pass its phrases, best first, as
``[left part, connector words, right part, score, count, left part's count, right part's count]``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, NoReturn

import numpy as np

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.files.reading import PathLike, check_readable
from huffvec.files.writing import atomic_path
from huffvec.phrases.config import PhraseConfig
from huffvec.phrases.phrases import Phrase, Phrases
from huffvec.phrases.units import Level, Units

FORMAT = "huffvec-phrases"
VERSION = 1


def write_phrases(
    path: PathLike,
    phrases: Phrases,
    units: Units,
    levels: Sequence[Level],
    found: Sequence[Sequence[Phrase]],
) -> None:
    """Write phrases, their units, and the pairs and phrases of each pass; see `Phrases.save`."""
    vocabulary, connectors = units.vocabulary, units.connectors
    used = set(connectors.ids)
    for level in levels:
        for ids in (level.left_ids, level.right_ids, level.phrase_ids):
            used |= set(ids[ids < len(vocabulary)].tolist())

    def row(left_id: int, run: int, right_id: int, phrase: Phrase) -> list[Any]:
        between = [units.text(word_id) for word_id in connectors.words(run)]
        counts = (phrase.count, phrase.left_count, phrase.right_count)
        return [units.text(left_id), between, units.text(right_id), phrase.score, *counts]

    record = {
        "format": FORMAT,
        "format_version": VERSION,
        "config": {**asdict(phrases.config), "score": phrases.config.score_name},
        "n_tokens": phrases.n_tokens,
        "count_floor": phrases.count_floor,
        "words": [[vocabulary.words[i], int(vocabulary.counts[i])] for i in sorted(used)],
        "levels": [
            [row(*pair, phrase) for pair, phrase in zip(level.pairs(), rows, strict=True)]
            for level, rows in zip(levels, found, strict=True)
        ],
    }
    with atomic_path(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        json.dump(record, file, ensure_ascii=False)


def read_phrases(path: PathLike) -> Phrases:
    """Return the phrases in a file; see `Phrases.load`."""
    name = repr(os.fspath(path))
    try:
        record = json.loads(check_readable(path).read_bytes())
        is_phrases = record["format"] == FORMAT
    except (ValueError, RecursionError, TypeError, KeyError):
        is_phrases = False
    if not is_phrases:
        raise FormatError(f"{name} is not a file of phrases, as Phrases.save writes them.")
    if record.get("format_version") != VERSION:
        raise FormatError(
            f"{name} is a file of phrases of version {record.get('format_version')!r:.20}; this "
            f"huffvec reads version {VERSION}."
        )
    try:
        return _made_of(record)
    except (ConfigError, FormatError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise FormatError(f"{name} is damaged: {type(error).__name__}: {error!s:.200}") from None


def _made_of(record: dict[str, Any]) -> Phrases:
    config = dict(record["config"])
    if config["score"] == "own":
        config["score"] = _lost_score
    words = [word for word, _ in record["words"]]
    vocabulary = Vocabulary(words, np.array([count for _, count in record["words"]], np.int64))
    phrases = Phrases(PhraseConfig(**config), vocabulary, int(record["n_tokens"]))
    phrases.count_floor = [int(floor) for floor in record["count_floor"]]
    for rows in record["levels"]:
        phrases.add_rows([_checked(row) for row in rows])
    return phrases


def _checked(row: list[Any]) -> tuple[Any, ...]:
    left, between, right, score, *counts = row
    texts = [left, *between, right]
    if len(counts) != 3 or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"a phrase that is not as expected: {row!r:.80}")
    return left, between, right, float(score), *(int(count) for count in counts)


def _lost_score(*_: object) -> NoReturn:
    raise ConfigError("the score was a function, which files of phrases do not hold: give it again")
