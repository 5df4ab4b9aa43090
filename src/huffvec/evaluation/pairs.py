r"""Files of word pairs scored by people, as their authors distribute them.

A line has two words and then their score, with a part of speech between at most; what follows the
score is left out. Fields are separated by tabs, by commas (as CSV) or semicolons, or else by
spaces. Lines that start with ``#`` and a first line of headings are left out. So these are read:

=================== =========================================================================
WordSim-353         ``combined.tab``, ``combined.csv``, ``set1.csv``: word, word, mean, subjects
MEN                 ``sun sunlight 50.0``; in its lemma form ``sun-n sunlight-n 50.0``
SimLex-999          headings; word, word, part of speech, score, seven more columns
SimVerb-3500        ``take\tremove\tV\t6.81\tSYNONYMS``
RW (rare words)     ``squishing\tsquirt\t5.88`` and ten single scores
MTurk-771, RG-65 …  word, word, score
=================== =========================================================================
"""

from __future__ import annotations

import contextlib
import csv
import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from huffvec.corpus.white_space import split_words
from huffvec.errors import FormatError
from huffvec.evaluation.questions import numbered_lines
from huffvec.files.paths import PathLike

# Between two words and their score stands nothing or one of these, in upper case.
_PARTS_OF_SPEECH = {"A", "ADJ", "ADV", "J", "N", "NOUN", "R", "V", "VERB"}
_TAGGED = re.compile(r"(.+)-[a-z]")  # MEN's lemmas: "sun-n"


class ScoredPair(NamedTuple):
    """Two words and how similar people find them."""

    a: str
    b: str
    score: float


def read_pairs(path: PathLike) -> list[ScoredPair]:
    """Return the pairs of a file.

    Raises
    ------
    FormatError
        If the file cannot be read, a line is not two words and a finite score, or there is none.
    """
    pairs: list[ScoredPair] = []
    place, heading = None, False
    for number, line in numbered_lines(path):
        if line.startswith("#"):
            continue
        fields = _fields(line)
        if place is None:
            place = _place_of_score(fields)
            if place is None and not heading and len(fields) > 2:
                heading = True
                continue
        score = _number(fields[place]) if place is not None and len(fields) > place else math.nan
        if not (math.isfinite(score) and fields[0] and fields[1]):
            after = f" in column {place + 1}" if place is not None else ""
            raise FormatError(
                f"{str(path)!r} line {number} must be two words and a score{after}, separated by "
                f"tabs, commas or spaces (a part of speech may stand before the score), not "
                f"{line[:80]!r}."
            )
        pairs.append(ScoredPair(fields[0], fields[1], score))
    if not pairs:
        raise FormatError(f"{str(path)!r} holds no word pairs.")
    return _without_tags(pairs)


def _fields(line: str) -> list[str]:
    """Return the fields of a line."""
    if "\t" in line:
        return [field.strip() for field in line.split("\t")]
    with contextlib.suppress(csv.Error):  # no table, then
        for delimiter in (",", ";"):
            fields = next(csv.reader([line], delimiter=delimiter))
            if len(fields) > 2:
                return [field.strip() for field in fields]
    return split_words(line)


def _place_of_score(fields: Sequence[str]) -> int | None:
    """Return which field has the score, ``None`` if this cannot be a line of words and a score."""
    if len(fields) > 2 and not math.isnan(_number(fields[2])):
        return 2
    if (
        len(fields) > 3
        and fields[2].upper() in _PARTS_OF_SPEECH
        and not math.isnan(_number(fields[3]))
    ):
        return 3
    return None


def _without_tags(pairs: list[ScoredPair]) -> list[ScoredPair]:
    """Return the pairs without tags of parts of speech, if all words have one: ``sun-n``."""
    matches = [(_TAGGED.fullmatch(a), _TAGGED.fullmatch(b), score) for a, b, score in pairs]
    words = [(a[1], b[1], score) for a, b, score in matches if a and b]
    return [ScoredPair(*word) for word in words] if len(words) == len(pairs) else pairs


def _number(text: str) -> float:
    """Return the number that text spells, or nan."""
    try:
        return float(text)
    except ValueError:
        return math.nan
