"""Files of analogies, and what they share with files of pairs: lines of text, words without case.

Analogies are lines of four words, "a is to b as c is to d", below section headers ``: name``, as in
word2vec's ``questions-words.txt``; or without any header. The questions of Mikolov, Yih & Zweig
2013 are read as they are distributed too: ``word_relationship.questions`` has lines of three words,
and ``word_relationship.answers`` beside it lines of the section and the fourth word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from huffvec.corpus.white_space import split_words
from huffvec.errors import FormatError
from huffvec.files.paths import PathLike
from huffvec.files.reading import open_text

# A name and lines of four words.
Section: TypeAlias = tuple[str, list[list[str]]]


def read_analogies(path: PathLike) -> list[Section]:
    """Return every section of a file of analogies.

    Raises
    ------
    FormatError
        If the file cannot be read, a line is neither a header nor four words, or there is none.
    """
    if Path(path).suffix == ".questions":
        return _read_questions_and_answers(Path(path))
    sections: list[Section] = []
    for number, line in numbered_lines(path):
        words = split_words(line)
        if line.startswith(":"):
            sections.append((line[1:].strip(), []))
        elif len(words) == 4:
            if not sections:
                sections.append((Path(path).stem, []))
            sections[-1][1].append(words)
        else:
            raise FormatError(
                f"{str(path)!r} line {number} must be four words or a section header, ': name', "
                f"not {line[:80]!r}."
            )
    if not any(lines for _, lines in sections):
        raise FormatError(f"{str(path)!r} holds no analogies.")
    return sections


def _read_questions_and_answers(path: Path) -> list[Section]:
    """Return the sections of a file of questions and the file of answers beside it."""
    beside = path.with_suffix(".answers")
    questions = [line.split() for _, line in numbered_lines(path)]
    answers = [line.split() for _, line in numbered_lines(beside)]
    if len(questions) != len(answers):
        raise FormatError(
            f"{str(path)!r} has {len(questions)} questions, but {str(beside)!r} "
            f"{len(answers)} answers."
        )
    sections: dict[str, list[list[str]]] = {}
    for number, (question, answer) in enumerate(zip(questions, answers, strict=True), 1):
        if len(question) != 3 or len(answer) != 2:
            raise FormatError(
                f"{str(path)!r} question {number} must be three words, and in {str(beside)!r} "
                f"the section and the answer, not {' '.join(question)[:80]!r} and "
                f"{' '.join(answer)[:80]!r}."
            )
        sections.setdefault(answer[0], []).append([*question, answer[1]])
    return list(sections.items())


def numbered_lines(path: PathLike) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line without surrounding space) of all lines that are not blank.

    Raises
    ------
    FormatError
        If the file cannot be read or is not UTF-8.
    """
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            try:
                text = line.decode().strip()
            except UnicodeDecodeError as error:
                raise FormatError(f"{str(path)!r} line {number} is not UTF-8 text.") from error
            if text:
                yield number, text


def ids_without_case(words: Sequence[str]) -> dict[str, int]:
    """Return the id of each word's upper-case form: the first where several words share it.

    Vocabularies are often lower-cased and questions are not. As in gensim's default, case is
    ignored altogether and the most frequent form of a word stands for all of them.
    """
    ids: dict[str, int] = {}
    for i, word in enumerate(words):
        ids.setdefault(word.upper(), i)
    return ids
