"""``huffvec predict``: the words that fit into a context."""

from __future__ import annotations

from typing import Annotated

import typer

from huffvec.cli.common import AsJson, NearestCount, TrainedModel, print_scored
from huffvec.cli.lookup import known_words


def predict(
    model: TrainedModel,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORD...",
            show_default=False,
            help="The context: the words around the one to predict.",
        ),
    ],
    k: NearestCount = 10,
    as_json: AsJson = False,
) -> None:
    """Show the words that the model expects in a context, with their probabilities.

    The probabilities of all words sum to 1. Their order within the context matters to
    models with --position-weights only: the first half stands left of the word, the rest right.
    """
    from huffvec.model import load

    trained = load(model)
    list(known_words(trained.vectors, words, leave_out=False))
    found = trained.predict(words, k)
    print_scored(" ".join(words), found, "probability", as_json=as_json)
