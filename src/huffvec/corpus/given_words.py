"""Vocabularies that are given instead of counted, in the forms that people have them in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TypeAlias

from huffvec.checks import check_int
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.files.paths import PathLike

GivenVocabulary: TypeAlias = "Vocabulary | Mapping[str, int] | Mapping[int, int] | PathLike"


def as_vocabulary(given: object) -> Vocabulary:
    """Return the vocabulary that a dict, a file or something with a vocabulary stands for.

    Parameters
    ----------
    given
        A `Vocabulary`; a dict or `collections.Counter` of words and counts, which is sorted by
        falling counts (whole numbers as words stand for their digits, as in training on ids); a
        file of `Vocabulary.write_tsv`; a model, vectors or a corpus.

    Raises
    ------
    ConfigError
        If it is none of these.
    FormatError
        If the file cannot be read or is no vocabulary.
    """
    if isinstance(given, Vocabulary):
        return given
    if isinstance(given, (str, os.PathLike)):
        return Vocabulary.read_tsv(given)
    if isinstance(given, Mapping):
        return _of_counts(given)
    inside = getattr(given, "vocabulary", None)
    if isinstance(inside, Vocabulary):
        return inside
    hint = " A list of words lacks their counts." if isinstance(given, (list, tuple, set)) else ""
    raise ConfigError(
        "vocabulary must be a huffvec.Vocabulary, a dict of words and their counts, or a file of "
        f"huffvec vocab, not {given!r:.80}.{hint}"
    )


def _of_counts(given: Mapping[object, object]) -> Vocabulary:
    """Return the words of a dict by falling counts; of like counts in the dict's order."""
    counts = {
        str(word): check_int(f"vocabulary: the count of {word!r:.80}", count, 0, 2**62)
        for word, count in given.items()
    }
    words = sorted(counts, key=lambda word: counts[word], reverse=True)
    try:
        return Vocabulary(words, [counts[word] for word in words])
    except FormatError as error:
        raise ConfigError(f"vocabulary: {error}") from None
