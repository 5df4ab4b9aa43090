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

from huffvec.checks import check_int
from huffvec.errors import FormatError
from huffvec.evaluation.questions import ids_without_case, numbered_lines
from huffvec.search.exact import nearest_rows
from huffvec.search.queries import unit
from huffvec.search.tables import ArrayRows

if TYPE_CHECKING:
    from huffvec.vectors import WordVectors

Ids = npt.NDArray[np.intp]


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
    table = vectors.rows(slice(len(representatives)))
    a, b, c = (unit(table[ids]) for ids in questions[:, :3].T)
    queries = unit(b - a + c)
    left_out = _in_any_case(questions[:, :3], representatives)
    rows, _ = nearest_rows(ArrayRows(table), queries, 1, left_out)
    answers = rows[:, 0]
    return int(((answers >= 0) & (representatives[answers] == questions[:, 3])).sum())


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
