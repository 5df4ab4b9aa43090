"""Analogies: a is to b as c is to which word.

A file has lines of four words (a b c expected) below section headers ``: name``, as word2vec's
``questions-words.txt``. The answer is the word whose vector has the largest cosine similarity with
b - a + c, all three scaled to length 1 (3CosAdd; Mikolov, Yih & Zweig 2013, "Linguistic
regularities in continuous space word representations"), without a, b and c. Words are asked and
answered among the ``top`` most frequent ones; questions with another word are left out and counted,
and case is ignored: the numbers are those of gensim's ``evaluate_word_analogies``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.config import check_int
from huffvec.errors import FormatError
from huffvec.evaluation.questions import ids_without_case, numbered_lines

if TYPE_CHECKING:
    from huffvec.vectors import WordVectors

Ids = npt.NDArray[np.intp]

# Scores held at once (questions x words): bounds the memory, 64 MB.
SCORES_AT_ONCE = 1 << 24


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

    def to_dict(self) -> dict[str, Any]:
        """Return the results as JSON values."""
        sections = [section.to_dict() for section in self.sections]
        return {**self.total.to_dict(), "top": self.top, "sections": sections}


def evaluate_analogies(
    vectors: WordVectors, path: str | os.PathLike[str], top: int = 30_000
) -> AnalogyResult:
    """Return how many analogies of a file the vectors answer as expected.

    Raises
    ------
    FormatError
        If the file cannot be read, or a line is neither a header nor four words.
    ConfigError
        If top is not a positive whole number.
    """
    check_int("top", top, 1, 2**62)
    sections = read_analogies(path)
    words = vectors.words[:top]
    ids = ids_without_case(words)
    representatives = np.array([ids[word.upper()] for word in words], np.intp)
    results = []
    for name, lines in sections:
        known = [[ids.get(word.upper(), -1) for word in line] for line in lines]
        questions = np.array(known, np.intp).reshape(-1, 4)
        questions = questions[(questions >= 0).all(axis=1)]
        correct = _count_correct(vectors, questions, representatives)
        n_questions = len(questions)
        results.append(AnalogySection(name, correct, n_questions, len(lines) - n_questions))
    total = AnalogySection(
        Path(path).stem,
        sum(section.n_correct for section in results),
        sum(section.n_questions for section in results),
        sum(section.n_oov for section in results),
    )
    return AnalogyResult(total, tuple(results), top)


def read_analogies(path: str | os.PathLike[str]) -> list[tuple[str, list[list[str]]]]:
    """Return (section name, lines of four words) of every section of a file of analogies.

    Raises
    ------
    FormatError
        If the file cannot be read, a line is neither a header nor four words, or there is none.
    """
    sections: list[tuple[str, list[list[str]]]] = []
    for number, line in numbered_lines(path):
        words = line.split()
        if line.startswith(":"):
            sections.append((line[1:].strip(), []))
        elif len(words) == 4 and sections:
            sections[-1][1].append(words)
        else:
            expected = "four words" if sections else "a section header, ': name', before questions"
            raise FormatError(
                f"{str(path)!r} line {number}: expected {expected}; found {line[:80]!r}."
            )
    if not any(lines for _, lines in sections):
        raise FormatError(f"{str(path)!r} holds no analogies.")
    return sections


def _count_correct(vectors: WordVectors, questions: Ids, representatives: Ids) -> int:
    """Return how many questions (n, 4), as ids, have the expected answer.

    representatives (n_words,) holds, for each word, the id that stands for all its case forms.
    """
    n_words = len(representatives)
    batch = max(1, SCORES_AT_ONCE // n_words)
    correct = 0
    for start in range(0, len(questions), batch):
        asked = questions[start : start + batch]
        scores = _scores(vectors, asked, n_words)
        answers = _best_answers(scores, asked[:, :3], representatives)
        right = (answers >= 0) & (representatives[answers] == asked[:, 3])
        correct += int(right.sum())
    return correct


def _scores(vectors: WordVectors, questions: Ids, n_words: int) -> npt.NDArray[np.float32]:
    """Return the similarity of b - a + c to the first n_words words, up to a positive factor.

    Rows without a direction (zeros, or numbers that are not finite) score minus infinity.
    """
    norms = vectors.norms[:n_words]
    usable = np.isfinite(norms) & (norms > 0)
    divisors = np.where(usable, norms, 1.0).astype(np.float32)[:, None]
    a, b, c = (
        np.where(usable[ids, None], vectors.vectors[ids], 0) / divisors[ids]
        for ids in questions[:, :3].T
    )
    with np.errstate(all="ignore"):
        scores: npt.NDArray[np.float32] = (b - a + c) @ vectors.vectors[:n_words].T
    scores /= divisors[:, 0]
    scores[:, ~usable] = -np.inf
    return scores


def _best_answers(scores: npt.NDArray[np.float32], given: Ids, representatives: Ids) -> Ids:
    """Return the best-scored word of each question, or -1 if no word is left.

    The given words (n, 3) are left out in any case form; this overwrites their scores.
    """
    rows = np.arange(len(scores))[:, None]
    scores[rows, given] = -np.inf
    other_forms = np.flatnonzero(representatives != np.arange(len(representatives)))
    # Columns of words that are not their own representative: few, or none in lower-cased text.
    given_in_other_form = (given[:, :, None] == representatives[other_forms]).any(axis=1)
    question_pos, form_pos = np.nonzero(given_in_other_form)
    scores[question_pos, other_forms[form_pos]] = -np.inf
    answers = scores.argmax(axis=1)
    return np.where(scores[rows[:, 0], answers] > -np.inf, answers, -1)
