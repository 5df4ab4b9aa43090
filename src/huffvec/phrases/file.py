"""The file of phrases: JSON with all that `huffvec.Phrases` needs to join them.

An object with the keys ``format`` (``huffvec-phrases``), ``format_version``, ``config`` (the fields
of `huffvec.PhraseConfig`), ``n_tokens``, ``count_floor``, ``words`` (those that phrases are made of
and connector words, with their counts) and ``levels``: for each pass its phrases, best first, as
``[left part, connector words, right part, score, count, left part's count, right part's count]``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, NamedTuple, NoReturn

import numpy as np

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable
from huffvec.files.writing import atomic_path
from huffvec.phrases.config import PhraseConfig

FORMAT = "huffvec-phrases"
VERSION = 1

Row = tuple[str, list[str], str, float, int, int, int]
"""A phrase as the file has it: two parts with the connector words between, score and counts."""


class SavedPhrases(NamedTuple):
    """What a file of phrases holds.

    Attributes
    ----------
    config
        What was taken for a phrase.
    vocabulary
        The words that phrases are made of and connector words, with their counts.
    n_tokens
        Tokens of the text.
    count_floor
        For each pass the count below which pairs may have been let go.
    levels
        For each pass its phrases, best first.
    """

    config: PhraseConfig
    vocabulary: Vocabulary
    n_tokens: int
    count_floor: list[int]
    levels: list[list[Row]]


def write_phrases(path: PathLike, saved: SavedPhrases) -> None:
    """Write phrases; see `Phrases.save`."""
    words = zip(saved.vocabulary.words, saved.vocabulary.counts.tolist(), strict=True)
    record = {
        "format": FORMAT,
        "format_version": VERSION,
        "config": {**asdict(saved.config), "score": saved.config.score_name},
        "n_tokens": saved.n_tokens,
        "count_floor": saved.count_floor,
        "words": list(words),
        "levels": saved.levels,
    }
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        json.dump(record, file, ensure_ascii=False)


@contextmanager
def read_phrases(path: PathLike) -> Iterator[SavedPhrases]:
    """Yield what a file holds, for the statement that makes phrases of it; see `Phrases.load`.

    Raises
    ------
    FormatError
        If the file cannot be read or is not one of phrases, or if what it holds cannot be used,
        which the statement may find out.
    """
    name = repr(os.fspath(path))
    content = check_readable(path).read_bytes()
    try:
        record = json.loads(content)
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
        yield _checked(record)
    except (ConfigError, FormatError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise FormatError(f"{name} is damaged: {type(error).__name__}: {error!s:.200}") from None


def _checked(record: dict[str, Any]) -> SavedPhrases:
    config = dict(record["config"])
    if config["score"] == "own":
        config["score"] = _lost_score
    words = [word for word, _ in record["words"]]
    return SavedPhrases(
        PhraseConfig(**config),
        Vocabulary(words, np.array([count for _, count in record["words"]], np.int64)),
        int(record["n_tokens"]),
        [int(floor) for floor in record["count_floor"]],
        [[_row(row) for row in rows] for rows in record["levels"]],
    )


def _row(row: list[Any]) -> Row:
    left, between, right, score, *counts = row
    texts = [left, *between, right]
    if len(counts) != 3 or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"a phrase that is not as expected: {row!r:.80}")
    count, left_count, right_count = map(int, counts)
    return left, between, right, float(score), count, left_count, right_count


def _lost_score(*_: object) -> NoReturn:
    raise ConfigError("the score was a function, which files of phrases do not hold: give it again")
