"""``huffvec classify predict``: the labels of texts, line by line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.classify.common import PREFIX, ClassifierFile, empty_texts, open_classifier
from huffvec.cli.declared import Given, some, takes
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.corpus.options import SPELLING

if TYPE_CHECKING:
    from huffvec.classify.predicting import Predictions

_TEXTS = some(ExampleOptions, without=("label_prefix", "label_column", "weight_column", *SPELLING))


@takes(PREFIX, _TEXTS)
def predict(
    model: ClassifierFile,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            show_default=False,
            help="Texts, a line each, or a table with a column of texts; - is standard input. "
            "Labels that stand in them are left out.",
        ),
    ],
    k: Annotated[
        int | None,
        typer.Option(
            "-k",
            "--k",
            metavar="N",
            show_default="1; all that reach a threshold",
            help="How many labels a text gets, at most.",
        ),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            metavar="P",
            show_default="the classifier's own, if it has any",
            help="Leave out labels that are less probable.",
        ),
    ] = None,
    probabilities: Annotated[
        bool,
        typer.Option(
            "--probabilities",
            "-p",
            show_default=False,
            help="Print behind each label its probability.",
        ),
    ] = False,
    prefix: Annotated[
        bool,
        typer.Option(
            "--prefix",
            show_default=False,
            help="Print as fastText does: spaces between labels, and before each what the option "
            "--label-prefix says.",
        ),
    ] = False,
    *,
    given: Given,
    as_json: Annotated[
        bool,
        typer.Option("--json", show_default=False, help="Print a JSON object for each text."),
    ] = False,
) -> None:
    """Predict the labels of texts: a line for each text, the most probable label first.

    Labels are separated by tabs. Texts are worked on as they come, and their order stays.

    [dim]zcat *.gz | huffvec classify predict topics.hvclf - -k 3 -p[/dim]
    """
    from huffvec.classify.predicting import Asking, hidden_of_lines
    from huffvec.corpus.labelled import Piece, text_pieces
    from huffvec.threads import limited_threads, send_in_order, usable_threads

    classifier = open_classifier(model, files)
    if k is None:
        has_threshold = threshold is not None or classifier.thresholds is not None
        k = len(classifier.labels) if has_threshold else 1
    asking = Asking.of(classifier, k, threshold)
    # The classifier itself spells words as those that it was trained on.
    label_prefix = {"label_prefix": classifier.reading.label_prefix}
    options = ExampleOptions(**{**label_prefix, **given[ExampleOptions]})
    before, separator = (options.label_prefix, " ") if prefix else ("", "\t")

    def labelled(piece: Piece) -> tuple[str, int]:
        """Return the lines to print, and how many texts have no features."""
        with limited_threads(1):  # other pieces are worked on meanwhile
            hidden, is_empty = hidden_of_lines(classifier, piece.lines)
            found = asking.of_hidden(hidden, is_empty)
        form = _json_lines(found) if as_json else _lines(found, before, separator, probabilities)
        return "".join(form), int(is_empty.sum())

    n_empty = 0

    def show(answered: tuple[str, int]) -> None:
        nonlocal n_empty
        sys.stdout.write(answered[0])
        sys.stdout.flush()
        n_empty += answered[1]

    send_in_order(labelled, text_pieces(files, options), show, usable_threads())
    if n_empty:
        typer.echo(empty_texts(n_empty), err=True)


def _lines(
    found: Predictions, before: str, separator: str, with_probabilities: bool
) -> Iterator[str]:
    """Yield a line for each text: labels, each with its probability behind it if asked for."""
    if not with_probabilities:
        for labels in found.labels.tolist():
            yield separator.join([before + label for label in labels if label]) + "\n"
        return
    for labels, probs in zip(found.labels.tolist(), found.probabilities.tolist(), strict=True):
        pairs = zip(labels, probs, strict=True)
        parts = [f"{before}{label}{separator}{prob:.6g}" for label, prob in pairs if label]
        yield separator.join(parts) + "\n"


def _json_lines(found: Predictions) -> Iterator[str]:
    """Yield an object for each text."""
    for labels, probs in zip(found.labels.tolist(), found.probabilities.tolist(), strict=True):
        values = {
            "labels": [label for label in labels if label],
            "probabilities": [prob for label, prob in zip(labels, probs, strict=True) if label],
        }
        yield json.dumps(values, ensure_ascii=False) + "\n"
