"""``huffvec print-vectors``: the vectors of words or of texts, as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import AsJson, ModelFile
from huffvec.cli.lookup import (
    OfDocuments,
    QueryWords,
    input_lines,
    known_words,
    load,
    reads_input,
)
from huffvec.cli.output import print_json, print_line

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from huffvec.vectors.word_vectors import WordVectors


def print_vectors(
    model: ModelFile,
    words: QueryWords,
    sentences: Annotated[
        bool,
        typer.Option(
            "--sentences",
            show_default=False,
            help="Treat every argument, or every line of standard input, as a text; its vector is "
            "the mean of its words' vectors, each scaled to length 1; with --documents it is "
            "inferred.",
        ),
    ] = False,
    documents: OfDocuments = False,
    as_json: AsJson = False,
) -> None:
    """Print the vectors of words, documents or texts, one a line, with tabs between the numbers.

    Numbers are printed with as many digits as it takes to read the same float32 again.
    """
    from_input = reads_input(words)
    vectors = load(model, documents=documents)
    given = input_lines() if from_input else iter(words)
    if not sentences:
        given = known_words(vectors, given, leave_out=from_input)
        given = _noting_zeros(vectors, given)
    found = ((text, vectors.text_vector(text) if sentences else vectors[text]) for text in given)
    if as_json:
        kind = "text" if sentences else vectors.row_name
        print_json([{kind: text, "vector": list(map(float, _digits(v)))} for text, v in found])
        return
    for text, vector in found:
        print_line(text, *_digits(vector))


def _noting_zeros(vectors: WordVectors, words: Iterable[str]) -> Iterator[str]:
    """Yield words, and say which are tags of documents without a known word."""
    for word in words:
        if word in vectors and not vectors.has_vector(word):
            typer.echo(f"Note: the model knows no word of the document {word!r}: zeros.", err=True)
        yield word


def _digits(vector: npt.NDArray[np.float32]) -> list[str]:
    """Return the numbers of a vector with the fewest digits that are still the same float32."""
    digits: list[str] = vector.astype(str).tolist()
    return digits
