"""Analogies: a is to b as c is to a word to find.

Files are read by `huffvec.evaluation.questions`. The answer is the word whose vector has the
largest cosine similarity with b - a + c, all three scaled to length 1 (3CosAdd; Mikolov, Yih &
Zweig 2013, "Linguistic regularities in continuous space word representations"), without a, b and
c; or the one with the largest product of similarities (3CosMul, `huffvec.search.product`). Words
are asked and answered among the ``top`` most frequent ones; questions with another word are left
out and counted, and case is ignored: the numbers are those of gensim's ``evaluate_word_analogies``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import numpy.typing as npt

from huffvec.arrays import slices
from huffvec.checks import check_choice, check_int
from huffvec.evaluation.questions import ids_without_case, read_analogies
from huffvec.files.paths import PathLike
from huffvec.search.dot import dot_products
from huffvec.search.exact import nearest_rows
from huffvec.search.product import EPSILON
from huffvec.search.searchable import Method
from huffvec.search.tables import ArrayRows
from huffvec.search.units import Floats, clipped, unit

if TYPE_CHECKING:
    from huffvec.vectors.word_vectors import WordVectors

Ids = npt.NDArray[np.intp]

COSINES_AT_ONCE = 1 << 23  # 64 MB


@dataclass(frozen=True)
class AnalogySection:
    """Results of one section.

    Attributes
    ----------
    name
        Name of the section.
    n_correct
        Questions answered as expected.
    n_questions
        Questions asked.
    n_oov
        Questions left out because a word is not among the most frequent ones.
    """

    name: str
    n_correct: int
    n_questions: int
    n_oov: int

    @property
    def accuracy(self) -> float:
        """Share of the asked questions answered as expected; 0 if none was asked."""
        return self.n_correct / self.n_questions if self.n_questions else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the fields and the accuracy as JSON values."""
        return {
            "name": self.name,
            "accuracy": self.accuracy,
            "n_correct": self.n_correct,
            "n_questions": self.n_questions,
            "n_oov": self.n_oov,
        }


def _sum(name: str, sections: Sequence[AnalogySection]) -> AnalogySection:
    """Return sections taken as one."""
    return AnalogySection(
        name,
        sum(section.n_correct for section in sections),
        sum(section.n_questions for section in sections),
        sum(section.n_oov for section in sections),
    )


@dataclass(frozen=True)
class AnalogyResult:
    """Results of one file.

    Attributes
    ----------
    total
        All sections together, under the name of the file without folder and suffix.
    sections
        The sections in the order of the file.
    top
        Number of most frequent words that questions were asked and answered among.
    """

    total: AnalogySection
    sections: tuple[AnalogySection, ...]
    top: int

    @property
    def parts(self) -> tuple[AnalogySection, ...]:
        """The sections on meaning and those on grammar, each taken as one: semantic, syntactic.

        Those on grammar are the ones whose names begin with ``gram``, as in word2vec's file; empty
        if there are not both.
        """
        grammar = [section for section in self.sections if section.name.startswith("gram")]
        others = [section for section in self.sections if section not in grammar]
        if not (grammar and others):
            return ()
        return _sum("semantic", others), _sum("syntactic", grammar)

    def to_dict(self) -> dict[str, Any]:
        """Return the results as JSON values."""
        return {
            **self.total.to_dict(),
            "top": self.top,
            **{part.name: part.to_dict() for part in self.parts},
            "sections": [section.to_dict() for section in self.sections],
        }


def evaluate_analogies(
    vectors: WordVectors,
    path: PathLike,
    top: int = 30_000,
    method: Method = "add",
) -> AnalogyResult:
    """Return how many analogies of a file the vectors answer as expected.

    Parameters
    ----------
    vectors
        What is measured.
    path
        See :mod:`huffvec.evaluation.questions`.
    top
        Questions are asked and answered among this many words, the most frequent ones.
    method
        ``"add"`` or ``"multiply"``, as of :meth:`huffvec.vectors.WordVectors.nearest`.

    Raises
    ------
    FormatError
        If the file cannot be read, or a line is neither a header nor four words.
    ConfigError
        If top is not a positive whole number, or the method is unknown.
    """
    check_choice("method", method, get_args(Method))
    top = check_int("top", top, 1, 2**62)
    sections = read_analogies(path)
    words = vectors.words[:top]
    ids = ids_without_case(words)
    representatives = np.array([ids[word.upper()] for word in words], np.intp)
    results = []
    for name, lines in sections:
        known = [[ids.get(word.upper(), -1) for word in line] for line in lines]
        questions = np.array(known, np.intp).reshape(-1, 4)
        questions = questions[(questions >= 0).all(axis=1)]
        correct = _count_correct(vectors, questions, representatives, method)
        n_questions = len(questions)
        results.append(AnalogySection(name, correct, n_questions, len(lines) - n_questions))
    return AnalogyResult(_sum(Path(path).stem, results), tuple(results), top)


def _count_correct(
    vectors: WordVectors, questions: Ids, representatives: Ids, method: Method
) -> int:
    """Return how many questions (n, 4), as ids, have the expected answer.

    representatives (n_words,) holds, for each word, the id that stands for all its case forms.
    """
    table = vectors.rows(slice(len(representatives)))
    left_out = _in_any_case(questions[:, :3], representatives)
    if method == "add":
        a, b, c = (unit(table[ids]) for ids in questions[:, :3].T)
        answers = nearest_rows(ArrayRows(table), unit(b - a + c), 1, left_out)[0][:, 0]
    else:
        answers = _best_products(unit(table), questions[:, :3], left_out)
    return int(((answers >= 0) & (representatives[answers] == questions[:, 3])).sum())


def _best_products(units: Floats, given: Ids, left_out: Ids) -> Ids:
    """Return the answers by 3CosMul, as ids, (n,), -1 where no word is left to answer.

    Parameters
    ----------
    units
        The vectors, (n_words, dim), of length 1, or zeros.
    given
        a, b and c of each question, (n, 3).
    left_out
        Pairs (question, id) of words that must not answer.
    """
    answers = np.full(len(given), -1, np.intp)
    directed = units.any(axis=1)
    for part in slices(len(given), max(1, COSINES_AT_ONCE // max(1, len(units)))):
        different, places = np.unique(given[part], return_inverse=True)  # few: they repeat
        shifted = (1 + clipped(dot_products(units[different], units))) / 2
        a, b, c = places.reshape(-1, 3).T
        scores = shifted[b] * shifted[c]
        scores /= (shifted + EPSILON)[a]
        scores[:, ~directed] = -np.inf
        own = left_out[(left_out[:, 0] >= part.start) & (left_out[:, 0] < part.stop)]
        scores[own[:, 0] - part.start, own[:, 1]] = -np.inf
        best = scores.argmax(axis=1)
        answered = np.isfinite(scores[np.arange(len(best)), best])
        answers[part] = np.where(answered, best, -1)
    return answers


def _in_any_case(given: Ids, representatives: Ids) -> Ids:
    """Return the pairs (question, id), (n_pairs, 2), of the given words (n, 3) in any case form."""
    numbers = np.arange(len(given))
    pairs = [np.stack([numbers, ids], axis=1) for ids in given.T]
    # Words that are not their own representative: few, or none in lower-cased text.
    other_forms = np.flatnonzero(representatives != np.arange(len(representatives)))
    for ids in given.T:
        asked, form = np.nonzero(ids[:, None] == representatives[other_forms])
        pairs.append(np.stack([asked, other_forms[form]], axis=1))
    return np.concatenate(pairs)
