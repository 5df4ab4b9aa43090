"""``huffvec classify predict``: the labels of texts, line by line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from huffvec.checks import check_float, check_int
from huffvec.classify.example_options import ExampleOptions
from huffvec.cli.classify.common import ClassifierFile, empty_texts
from huffvec.cli.declared import Given, some, takes
from huffvec.corpus.options import SPELLING

if TYPE_CHECKING:
    from huffvec.classify import Classifier

_TEXTS = some(ExampleOptions, without=(*SPELLING, "label_column", "weight_column"))


@takes(_TEXTS)
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
    """Say which labels belong to texts: a line for each, the most probable label first.

    Labels are separated by tabs. Texts are worked on as they come, and their order stays.

    [dim]zcat *.gz | huffvec classify predict topics.hvclf - -k 3 -p[/dim]
    """
    from huffvec.classify import load
    from huffvec.classify.reading import text_pieces
    from huffvec.threads import usable_threads

    classifier = load(model)
    asked = Asked.of(classifier, k, threshold)
    options = classifier.reading.but(**given[ExampleOptions])
    names = [options.label_prefix + name if prefix else name for name in classifier.labels.words]
    separator = " " if prefix else "\t"
    n_empty = 0
    for piece in text_pieces(files, options, n_threads=usable_threads()):
        for found in asked.answers(piece.lines):
            n_empty += found.n_empty
            if as_json:
                lines = _json_lines(found, names)
            else:
                lines = _lines(found, names, separator, with_probs=probabilities)
            sys.stdout.write("".join(lines))
        sys.stdout.flush()
    if n_empty:
        typer.echo(empty_texts(n_empty), err=True)


class Found(NamedTuple):
    """The labels of some texts, best first.

    Attributes
    ----------
    ids, probs
        Labels and their probabilities, those of text i from ``offsets[i]`` to ``offsets[i + 1]``.
    offsets
        One more than there are texts.
    n_empty
        How many texts have no feature that the classifier knows.
    """

    ids: list[int]
    probs: list[float]
    offsets: list[int]
    n_empty: int


class Asked(NamedTuple):
    """What a classifier is asked of texts.

    Attributes
    ----------
    classifier
        The classifier.
    k
        How many labels of a text, at most.
    thresholds
        Labels with lower probabilities are left out; for each label.
    """

    classifier: Classifier
    k: int
    thresholds: Any

    @classmethod
    def of(cls, classifier: Classifier, k: int | None, threshold: float | None) -> Asked:
        """Return what the options ask."""
        import numpy as np

        n_labels, thresholds = len(classifier.labels), classifier.thresholds
        if threshold is not None:
            thresholds = np.full(n_labels, check_float("threshold", threshold, 0, 1), np.float32)
        if k is None:
            k = 1 if thresholds is None else n_labels
        if thresholds is None:
            thresholds = np.zeros(n_labels, np.float32)
        return cls(classifier, min(check_int("k", k, 1, 2**31), n_labels), thresholds)

    def answers(self, lines: bytes) -> Iterator[Found]:
        """Yield the labels of lines of text, some lines at a time."""
        import numpy as np

        from huffvec.arrays import block_rows, largest, slices
        from huffvec.classify.answers import are_empty

        bags = self.classifier.features.encode_lines(lines).bags
        for part in slices(len(bags), block_rows(len(self.classifier.labels))):
            own = bags.part(part)
            log_probs = self.classifier.log_probs(own)
            ids = largest(log_probs, self.k)
            probs = np.exp(np.take_along_axis(log_probs, ids, 1)).astype(np.float32)
            kept = probs >= self.thresholds[ids]
            offsets = [0, *kept.sum(axis=1).cumsum().tolist()]
            n_empty = int(are_empty(own).sum())
            yield Found(ids[kept].tolist(), probs[kept].tolist(), offsets, n_empty)


def _lines(found: Found, names: list[str], separator: str, *, with_probs: bool) -> Iterator[str]:
    """Yield a line for each text: labels, each with its probability behind it if asked for."""
    parts = [names[i] for i in found.ids]
    if with_probs:
        pairs = zip(parts, found.probs, strict=True)
        parts = [f"{name}{separator}{prob:.6g}" for name, prob in pairs]
    for begin, end in pairwise(found.offsets):
        yield separator.join(parts[begin:end]) + "\n"


def _json_lines(found: Found, names: list[str]) -> Iterator[str]:
    """Yield an object for each text."""
    for begin, end in pairwise(found.offsets):
        labels = [names[i] for i in found.ids[begin:end]]
        values = {"labels": labels, "probabilities": found.probs[begin:end]}
        yield json.dumps(values, ensure_ascii=False) + "\n"
