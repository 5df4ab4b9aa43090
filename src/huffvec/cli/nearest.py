"""``huffvec nearest``: the words most like a word."""

from __future__ import annotations

from typing import Annotated

import typer

from huffvec.cli.common import ModelFile, NearestCount, print_scored


def nearest(
    model: ModelFile,
    word: Annotated[
        str, typer.Argument(metavar="WORD", show_default=False, help="A word of the text.")
    ],
    k: NearestCount = 10,
) -> None:
    """Show the words most like a word.

    The number is the cosine of the angle between the two vectors: 1 for the same direction.
    """
    from huffvec.model import load_vectors

    print_scored(word, load_vectors(model).nearest(word, k))
