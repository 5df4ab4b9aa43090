"""What the commands on classifiers share."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from huffvec.cli.common import show_next
from huffvec.cli.declared import some
from huffvec.corpus.labelled.options import REMEMBERED, ExampleOptions

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


def label_weights_option(panel: str) -> Any:
    """Return the option for how much labels count, under a heading of the help."""
    return typer.Option(
        metavar="balanced|FILE",
        rich_help_panel=panel,
        show_default=False,
        help="balanced: all labels count the same, however many texts have them; or a file with a "
        "label, a tab and a weight a line.",
    )


def show_uses(classifier: str) -> None:
    """Show what to do with a classifier that was written."""
    predict, test = ["classify", "predict"], ["classify", "test"]
    show_next([*predict, classifier, "-"], [*test, classifier, "test.txt"])


def empty_texts(n: int) -> str:
    """Return the message that texts have nothing that a classifier knows."""
    have, get = ("text has", "it gets") if n == 1 else ("texts have", "they get")
    return (
        f"{n:,} {have} no feature that the classifier knows: {get} the labels' prior probabilities."
    )
