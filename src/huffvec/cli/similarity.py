"""``huffvec similarity``: how similar words are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import AsJson, ModelFile
from huffvec.cli.lookup import (
    OfDocuments,
    input_lines,
    known_words,
    load,
    reads_input,
    say_how_found,
)
from huffvec.cli.output import Field, print_json, print_rows
from huffvec.corpus.white_space import split_words
from huffvec.errors import ConfigError, CorpusError

if TYPE_CHECKING:
    from huffvec.vectors.word_vectors import WordVectors


def similarity(
    model: ModelFile,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORD...",
            show_default=False,
            help="Two words or more; each is compared with every other one; - reads pairs "
            "from standard input, two words a line, separated by a tab or a space.",
        ),
    ],
    documents: OfDocuments = False,
    as_json: AsJson = False,
) -> None:
    """Show how similar words or documents are: the cosine of their vectors, from -1 to 1."""
    from_input = reads_input(words)
    if not from_input and len(words) < 2:
        raise ConfigError(f"expected at least two words to compare, found {words[0]!r} alone")
    vectors = load(model, documents=documents)
    if from_input:
        pairs = _input_pairs(vectors)
    else:
        pairs = combinations(known_words(vectors, words, leave_out=False), 2)
    rows = ((a, b, vectors.similarity(a, b)) for a, b in pairs)
    if as_json:
        print_json(
            [
                {
                    "words": [a, b],
                    "in_vocabulary": [a in vectors, b in vectors],
                    "similarity": similarity,
                }
                for a, b, similarity in rows
            ]
        )
        return
    fields = [Field("word"), Field("word"), Field("similarity", ".3f", ".6f")]
    print_rows(fields, rows, header=False)


def _input_pairs(vectors: WordVectors) -> Iterator[tuple[str, str]]:
    """Yield the pairs of standard input; those with a word without a vector are left out."""
    for line in input_lines():
        pair = line.split("\t") if "\t" in line else split_words(line)
        if len(pair) != 2:
            raise CorpusError(f"expected two words a line, found {line[:80]!r}")
        a, b = pair
        if not (vectors.has_vector(a) and vectors.has_vector(b)):
            typer.echo(f"Warning: no vector for {a!r:.80} or {b!r:.80}: left out.", err=True)
            continue
        say_how_found(vectors, a)
        say_how_found(vectors, b)
        yield a, b
