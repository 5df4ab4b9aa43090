"""``huffvec path``: a word's path through the tree of a hierarchical softmax."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import AsJson, TrainedModel
from huffvec.cli.lookup import known_words
from huffvec.cli.output import Field, print_rows

if TYPE_CHECKING:
    from huffvec.model import Turn


def path(
    model: TrainedModel,
    word: Annotated[
        str, typer.Argument(metavar="WORD", show_default=False, help="A word of the text.")
    ],
    context: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            show_default=False,
            help="Show how probable each turn is given this word. May be given several times.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a word's path through the tree: each inner node and its bit, from the root down.

    With --context also the probability of every turn, and the product so far; the last is the
    word's probability. Only for models of hierarchical-softmax.
    """
    from huffvec.model import load

    trained = load(model)
    if trained.has_word_vectors:
        list(known_words(trained.vectors, [word, *(context or [])], leave_out=False))
    turns = trained.path(word, context)
    fields = [Field("turn"), Field("node"), Field("bit")]
    rows: list[tuple[object, ...]] = [
        (number, turn.node, turn.bit) for number, turn in enumerate(turns, start=1)
    ]
    if context:
        fields += [Field("probability", ".4f", ".6g"), Field("product", ".3g", ".6g")]
        rows = [
            (*row, turn.probability, product)
            for row, turn, product in zip(rows, turns, _products(turns), strict=True)
        ]
    code = "".join(str(turn.bit) for turn in turns)
    print_rows(fields, rows, as_json=as_json, title=f"{word}: {code}")


def _products(turns: list[Turn]) -> list[float]:
    """Return the product of the turns' probabilities up to each; nan without a context."""
    product, products = 1.0, []
    for turn in turns:
        product *= math.nan if turn.probability is None else turn.probability
        products.append(product)
    return products
