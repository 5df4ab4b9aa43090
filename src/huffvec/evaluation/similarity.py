"""Word pairs scored by people: how well the vectors' similarities rank them.

The result is Spearman's rank correlation between the scores and the cosine similarities, and
Pearson's of the values. Files are read by :mod:`huffvec.evaluation.pairs`. Pairs with a word that
has no vector are left out and counted, as in gensim's ``evaluate_word_pairs``. With subwords nearly
every word has a vector; how many pairs have a word that training has not seen is counted too, and
these can be left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from huffvec.checks import check_choice
from huffvec.evaluation.correlation import pearson, spearman
from huffvec.evaluation.pairs import read_pairs
from huffvec.evaluation.questions import ids_without_case
from huffvec.files.paths import PathLike

if TYPE_CHECKING:
    from huffvec.vectors.word_vectors import WordVectors

Unseen = Literal["keep", "skip"]


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
        Pairs left out: a word has no vector, or unseen ones are left out and it is one.
    n_unseen
        Pairs not left out with a word outside the vocabulary, whose vector is that of its subwords.
    spearman_p
        The probability of a correlation as strong by chance, see
        :class:`huffvec.evaluation.correlation.Correlation`.
    pearson, pearson_p
        The correlation of the values, and its p-value.
    """

    name: str
    spearman: float
    n_pairs: int
    n_oov: int
    n_unseen: int = 0
    spearman_p: float = math.nan
    pearson: float = math.nan
    pearson_p: float = math.nan

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values; what is nan becomes None."""
        return {
            "name": self.name,
            "spearman": _or_none(self.spearman),
            "spearman_p": _or_none(self.spearman_p),
            "pearson": _or_none(self.pearson),
            "pearson_p": _or_none(self.pearson_p),
            "n_pairs": self.n_pairs,
            "n_oov": self.n_oov,
            "n_unseen": self.n_unseen,
        }


def evaluate_similarity(
    vectors: WordVectors, path: PathLike, unseen: Unseen = "keep"
) -> SimilarityResult:
    """Return how well the vectors rank the word pairs of a file.

    Parameters
    ----------
    vectors
        What is measured.
    path
        See :mod:`huffvec.evaluation.pairs`.
    unseen
        What is done with words outside the vocabulary that have a vector from their subwords:
        ``"keep"`` or ``"skip"`` them.

    Raises
    ------
    FormatError
        If the file cannot be read or a line is not two words and a finite score.
    ConfigError
        If unseen is neither.
    """
    check_choice("unseen", unseen, get_args(Unseen))
    pairs = read_pairs(path)
    ids, words = ids_without_case(vectors.words), vectors.words

    def spelling(word: str) -> str | None:
        word_id = ids.get(word.upper())
        if word_id is not None:
            return words[word_id]
        return word if unseen == "keep" and vectors.has_vector(word) else None

    spelled = [(spelling(a), spelling(b), score) for a, b, score in pairs]
    known = [(a, b, score) for a, b, score in spelled if a is not None and b is not None]
    scores = [score for _, _, score in known]
    similarities = [vectors.similarity(a, b) for a, b, _ in known]
    by_rank, by_value = spearman(scores, similarities), pearson(scores, similarities)
    return SimilarityResult(
        Path(path).stem,
        by_rank.value,
        n_pairs=len(known),
        n_oov=len(pairs) - len(known),
        n_unseen=sum(a not in vectors or b not in vectors for a, b, _ in known),
        spearman_p=by_rank.p_value,
        pearson=by_value.value,
        pearson_p=by_value.p_value,
    )


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
