"""Word pairs scored by people: how well the vectors' similarities rank them.

A file has lines ``word1<TAB>word2<TAB>score`` (without tabs, fields are separated by spaces); lines
that start with ``#`` and a first line whose score is no number are left out. The result is
Spearman's rank correlation between the scores and the cosine similarities. Pairs with a word that
has no vector are left out and counted, as in gensim's ``evaluate_word_pairs``. With subwords nearly
every word has a vector; how many pairs have a word that training has not seen is counted too.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError
from huffvec.evaluation.questions import ids_without_case, numbered_lines

if TYPE_CHECKING:
    from huffvec.vectors import WordVectors


@dataclass(frozen=True)
class SimilarityResult:
    """How well similarities of vectors rank the pairs of one file.

    Attributes
    ----------
    name
        Name of the file without folder and suffix.
    spearman
        Rank correlation from -1 to 1; nan if fewer than two pairs are known or all are alike.
    n_pairs
        Pairs it was computed from.
    n_oov
        Pairs left out because a word has no vector.
    n_unseen
        Pairs not left out with a word outside the vocabulary, whose vector is that of its subwords.
    """

    name: str
    spearman: float
    n_pairs: int
    n_oov: int
    n_unseen: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values; a correlation that is nan becomes None."""
        correlation = None if math.isnan(self.spearman) else self.spearman
        return {
            "name": self.name,
            "spearman": correlation,
            "n_pairs": self.n_pairs,
            "n_oov": self.n_oov,
            "n_unseen": self.n_unseen,
        }


def evaluate_similarity(vectors: WordVectors, path: str | os.PathLike[str]) -> SimilarityResult:
    """Return how well the vectors rank the word pairs of a file.

    Raises
    ------
    FormatError
        If the file cannot be read or a line is not two words and a finite score.
    """
    pairs = read_pairs(path)
    ids, words = ids_without_case(vectors.words), vectors.words

    def spelling(word: str) -> str | None:
        word_id = ids.get(word.upper())
        if word_id is not None:
            return words[word_id]
        return word if vectors.has_vector(word) else None

    spelled = [(spelling(a), spelling(b), score) for a, b, score in pairs]
    known = [(a, b, score) for a, b, score in spelled if a is not None and b is not None]
    similarities = [vectors.similarity(a, b) for a, b, _ in known]
    return SimilarityResult(
        Path(path).stem,
        spearman([score for _, _, score in known], similarities),
        n_pairs=len(known),
        n_oov=len(pairs) - len(known),
        n_unseen=sum(a not in vectors or b not in vectors for a, b, _ in known),
    )


def read_pairs(path: str | os.PathLike[str]) -> list[tuple[str, str, float]]:
    """Return (word1, word2, score) of every line of a file of word pairs.

    Raises
    ------
    FormatError
        If the file cannot be read, a line is not two words and a finite score, or there is none.
    """
    pairs = []
    for number, line in numbered_lines(path):
        if line.startswith("#"):
            continue
        fields = line.split("\t") if "\t" in line else line.split()
        score = _number(fields[2]) if len(fields) == 3 else math.nan
        if math.isfinite(score):
            pairs.append((fields[0].strip(), fields[1].strip(), score))
        elif number > 1 or len(fields) != 3:
            raise FormatError(
                f"{str(path)!r} line {number}: expected two words and a score, separated by tabs; "
                f"found {line[:80]!r}."
            )
    if not pairs:
        raise FormatError(f"{str(path)!r} holds no word pairs.")
    return pairs


def spearman(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Return the rank correlation of two sequences of equal length; ties get their mean rank.

    It is nan if there are fewer than two values, all of one side are equal, or one is nan.
    """
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if len(x) < 2 or np.isnan(x).any() or np.isnan(y).any():
        return math.nan
    x, y = _ranks(x), _ranks(y)
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / scale if scale > 0 else math.nan


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the rank of each value from 1, equal values sharing the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last_ranks = np.cumsum(counts)
    ranks: npt.NDArray[np.float64] = (last_ranks - (counts - 1) / 2)[inverse]
    return ranks


def _number(text: str) -> float:
    """Return the number that text spells, or nan."""
    try:
        return float(text)
    except ValueError:
        return math.nan
