"""What both kinds of evaluation files share: lines of text, and words looked up without case."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from huffvec.errors import FormatError
from huffvec.files import check_readable


def numbered_lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line without surrounding space) of all lines that are not blank.

    Raises
    ------
    FormatError
        If the file cannot be read or is not UTF-8.
    """
    with check_readable(path).open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
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
