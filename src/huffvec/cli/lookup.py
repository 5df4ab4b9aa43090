"""What commands that look words up share: words from standard input, and notes on them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.errors import ConfigError, CorpusError

if TYPE_CHECKING:
    from huffvec.search.searchable import Searchable
    from huffvec.vectors.word_vectors import WordVectors

QueryWords = Annotated[
    list[str],
    typer.Argument(
        metavar="WORD...",
        show_default=False,
        help="Words of the text; - reads them from standard input, one a line.",
    ),
]
OfDocuments = Annotated[
    bool,
    typer.Option(
        "--documents",
        show_default=False,
        help="Use the vectors of a model's documents, by their tags, in place of words'.",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WORD",
        show_default=False,
        help="Never show this word. May be given several times.",
    ),
]
Among = Annotated[
    int | None,
    typer.Option(metavar="N", show_default="all", help="Search only the N most frequent words."),
]
Combination = Annotated[
    str,
    typer.Option(
        metavar="add|multiply",
        help="Combine words by the sum of their vectors (3CosAdd), or by the product of the "
        "similarities to each (3CosMul).",
    ),
]


def load(model: str, *, documents: bool = False) -> WordVectors:
    """Return the vectors in a file: of words, or of a model's documents."""
    from huffvec.model import load as load_model
    from huffvec.model import load_vectors

    return load_model(model).documents if documents else load_vectors(model)


def reads_input(words: Sequence[str]) -> bool:
    """Return whether words are to be read from standard input.

    Raises
    ------
    ConfigError
        If ``-`` stands among words.
    """
    if "-" in words and len(words) > 1:
        raise ConfigError("- stands for all words: give it alone, or words without it")
    return list(words) == ["-"]


def input_lines() -> Iterator[str]:
    """Yield the lines of standard input that are not blank, without white space around them.

    Raises
    ------
    CorpusError
        If one is not UTF-8.
    """
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            raise CorpusError(f"standard input line {number} is not UTF-8 text.") from None
        if text:
            yield text


def known_words(vectors: Searchable, words: Iterable[str], *, leave_out: bool) -> Iterator[str]:
    """Yield words, each with what is to be said of it on standard error.

    Parameters
    ----------
    vectors
        What they are looked up in.
    words
        Any words.
    leave_out
        Those without a vector are left out and named; otherwise they are yielded.
    """
    for word in words:
        if leave_out and not vectors.has_vector(word):
            typer.echo(f"Warning: no vector for {word!r:.80}: left out.", err=True)
            continue
        say_how_found(vectors, word)
        yield word


def say_how_found(vectors: Searchable, word: str) -> None:
    """Say on standard error if a word is not looked up as it is, or is not in the vocabulary."""
    spelling = vectors.spelling(word)
    if spelling != word and vectors.has_vector(word):
        typer.echo(f"Note: {word!r} is looked up as {spelling!r}, as the text was read.", err=True)
    if word not in vectors and vectors.has_vector(word):
        typer.echo(
            f"Note: {spelling!r} is not in the vocabulary: its vector comes from its n-grams.",
            err=True,
        )
