"""``huffvec nearest``: the words most like a word."""

from __future__ import annotations

from typing import Annotated

import typer

from huffvec.cli.common import AsJson, ModelFile, NearestCount, print_scored


def nearest(
    model: ModelFile,
    word: Annotated[
        str, typer.Argument(metavar="WORD", show_default=False, help="A word of the text.")
    ],
    k: NearestCount = 10,
    index: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Search by this index of the model, as [bold]index[/bold] writes it.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the words most like a word.

    The number is the cosine of the angle between the two vectors: 1 for the same direction.
    """
    from huffvec.model import load_vectors

    vectors = load_vectors(model)
    if index is None:
        print_scored(word, vectors.nearest(word, k), as_json=as_json)
        return
    from huffvec.search.index import load_index

    print_scored(word, load_index(index, vectors).nearest(word, k), as_json=as_json)
