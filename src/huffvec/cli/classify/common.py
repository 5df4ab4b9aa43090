"""What the commands on classifiers share."""

from __future__ import annotations

from typing import Annotated

import typer

from huffvec.classify.example_options import REMEMBERED, ExampleOptions
from huffvec.cli.declared import some

READING = some(ExampleOptions, without=(*REMEMBERED, "weight_column"))
"""How examples are read for a classifier, which knows how words are spelled and labels begin."""

ClassifierFile = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        show_default=False,
        help="A classifier (.hvclf) as [bold]classify train[/bold] writes it.",
    ),
]


def empty_texts(n: int) -> str:
    """Return the message that texts have nothing that a classifier knows."""
    have, get = ("text has", "it gets") if n == 1 else ("texts have", "they get")
    return (
        f"{n:,} {have} no feature that the classifier knows: {get} the labels' prior probabilities."
    )
