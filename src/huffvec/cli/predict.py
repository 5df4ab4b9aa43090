"""``huffvec predict``: the words that fit into a context."""

from __future__ import annotations

from typing import Annotated

import typer

from huffvec.cli.common import AsJson, NearestCount, TrainedModel, print_scored
from huffvec.cli.lookup import known_words


def predict(
    model: TrainedModel,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORD",
            show_default=False,
            help="The context: the words around the one to predict. None for models of dbow.",
        ),
    ] = None,
    document: Annotated[
        list[str] | None,
        typer.Option(
            "--document",
            metavar="TAG",
            show_default=False,
            help="The document that the word stands in. Several are the tags of one document.",
        ),
    ] = None,
    k: NearestCount = 10,
    as_json: AsJson = False,
) -> None:
    """Show the words that the model expects in a context or a document, with their probabilities.

    The probabilities of all words sum to 1. The order of the context's words matters only to models
    with --position-weights: the first half stands left of the predicted word, the rest right.
    """
    from huffvec.model import load

    trained = load(model)
    context = words or []
    if context and trained.has_word_vectors:
        list(known_words(trained.vectors, context, leave_out=False))
    found = trained.predict(context, k, document=document)
    print_scored(" ".join([*context, *(document or [])]), found, "probability", as_json=as_json)
