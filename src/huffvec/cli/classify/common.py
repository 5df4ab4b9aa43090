"""What the commands on classifiers share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huffvec.cli.common import show_next
from huffvec.cli.declared import some
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.corpus.options import SPELLING
from huffvec.errors import ConfigError, FormatError

if TYPE_CHECKING:
    from huffvec.classify import Classifier

PREFIX = some(ExampleOptions, "label_prefix", when_none="as in training")
"""What labels begin with that a classifier is to be given."""

READING = PREFIX, some(ExampleOptions, without=("label_prefix", "weight_column", *SPELLING))
"""How examples are read for a classifier, which knows how words are spelled."""

ClassifierFile = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        show_default=False,
        help="A classifier (.hvclf) as [bold]classify train[/bold] writes it.",
    ),
]


def open_classifier(model: str, files: Sequence[str]) -> Classifier:
    """Return a classifier that is given before files of texts.

    Raises
    ------
    ConfigError
        If it is given behind a text.
    FormatError
        If the file cannot be read, is damaged or holds no classifier.
    """
    from huffvec.classify import load

    try:
        return load(model)
    except FormatError:
        swapped = [file for file in files if Path(file).is_file() and is_classifier(file)]
        if not (swapped and Path(model).is_file()):
            raise
    raise ConfigError(
        f"{model!r} is no classifier, but {swapped[0]!r} is: the classifier comes first, then the "
        "texts"
    )


def is_classifier(path: str) -> bool:
    """Return whether a file is a classifier, of huffvec or of fastText."""
    from huffvec.classify.fasttext_reading import is_fasttext_classifier
    from huffvec.classify.file import is_classifier_file
    from huffvec.files.opening import on_disk

    with on_disk(path) as file:
        return is_classifier_file(file) or is_fasttext_classifier(file)


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
