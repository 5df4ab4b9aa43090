"""``huffvec predict``: the words that fit into a context."""

from __future__ import annotations

from typing import Annotated

import typer

from huffvec.cli.common import NearestCount, TrainedModel, print_scored


def predict(
    model: TrainedModel,
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORD...", show_default=False, help="The words around it."),
    ],
    k: NearestCount = 10,
) -> None:
    """Show the words that the model expects among other words, with their probabilities.

    The probabilities of all words sum to 1. Their order within the context does not matter.
    """
    from huffvec.model import load

    print_scored(" ".join(words), load(model).predict(words, k), "probability")
