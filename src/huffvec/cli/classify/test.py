# ruff: noqa: PT028  (a command, no test of pytest)
"""``huffvec classify test``: how good a classifier is on texts whose labels are known."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.checks import must_be
from huffvec.cli.classify.common import READING, ClassifierFile, empty_texts, open_classifier
from huffvec.cli.common import AsJson, check_output
from huffvec.cli.declared import Given, takes
from huffvec.cli.output import Fact, Field, print_facts, print_json, print_rows
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.errors import ConfigError, OptionName

if TYPE_CHECKING:
    from huffvec.classify import Classifier
    from huffvec.classify.results import TestResult
    from huffvec.corpus.labelled import Labelled

_SHOWN = 5  # names of unknown labels


@takes(*READING)
def test(
    model: ClassifierFile,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            show_default=False,
            help="Texts with their labels that the classifier was not trained on, in any form that "
            "train reads.",
        ),
    ],
    k: Annotated[
        str | None,
        typer.Option(
            "-k",
            "--k",
            metavar="N,…",
            show_default="1,3,5",
            help="Look at so many of the most probable labels: P@N, R@N and nDCG@N.",
        ),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            metavar="P",
            show_default="the classifier's own; else the most probable label, or 0.5 if several "
            "labels are due",
            help="Predict the labels that have at least this probability.",
        ),
    ] = None,
    ranking: Annotated[
        bool,
        typer.Option(
            "--ranking",
            show_default=False,
            help="Measure P@N, R@N and nDCG@N alone, by a search for the most probable labels: "
            "fast where there are very many.",
        ),
    ] = False,
    per_label: Annotated[
        bool, typer.Option("--per-label", show_default=False, help="Print a line for each label.")
    ] = False,
    confusion: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Write which labels are taken for which: a table (.csv) or a picture (.png, "
            ".svg, .pdf).",
        ),
    ] = None,
    reliability: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Draw how often labels are right that are given a probability: .png, .svg, .pdf.",
        ),
    ] = None,
    *,
    given: Given,
    as_json: AsJson = False,
) -> None:
    """Measure how good a classifier is on texts whose labels are known.

    N, P@1 and R@1 are those of fastText's test: how many texts, the share of the most probable
    labels that are right, the share of all labels that are found so. Labels that the classifier
    does not know count as not found. ECE: the expected calibration error of the most probable
    label.
    """
    from huffvec.classify.plots import plot_confusion, plot_reliability

    is_drawn = _check_outputs(confusion, reliability, [model, *files])
    if ranking:
        _check_ranking(threshold, per_label=per_label, confusion=confusion, reliability=reliability)
    classifier = open_classifier(model, files)
    examples = classifier.read_examples(files, **given[ExampleOptions])
    if ranking:
        _print_ranking(classifier, examples, _numbers(k), as_json=as_json)
        return
    result = classifier.test(examples, k=_numbers(k), threshold=threshold)
    if confusion is not None:
        if is_drawn:
            plot_confusion(result.confusion, confusion)
        else:
            result.confusion.write_csv(confusion)
    if reliability is not None:
        plot_reliability({model: result}, reliability)
    if as_json:
        values = result.to_dict()
        if not per_label:
            del values["labels"]
        print_json(values)
    elif per_label:
        print_rows(_FIELDS, _rows(result))
    else:
        print_facts([Fact(*fact) for fact in result.facts()])
    _tell(result)


def _check_ranking(threshold: float | None, **others: object) -> None:
    """Raise ConfigError at options whose answers need the probabilities of all labels."""
    for name, value in {"threshold": threshold, **others}.items():
        if value not in (None, False):
            raise ConfigError(
                OptionName("ranking"),
                " measures the most probable labels alone, and ",
                OptionName(name),
                " needs all: leave one of them out",
            )


def _print_ranking(
    classifier: Classifier, examples: Labelled, k: list[int] | None, *, as_json: bool
) -> None:
    """Print P@N, R@N and nDCG@N, which need no other probabilities."""
    from huffvec.classify import measure_top

    at = measure_top(classifier, examples, k)
    if as_json:
        print_json({"at": [asdict(one) for one in at]})
    else:
        print_facts([Fact(*fact) for one in at for fact in one.facts()])


def _numbers(text: str | None) -> list[int] | None:
    """Return the numbers that an option lists."""
    if text is None:
        return None
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise must_be("k", "a whole number or several such as 1,3,5", text) from None


def _check_outputs(confusion: str | None, reliability: str | None, inputs: list[str]) -> bool:
    """Raise an error unless all files can be written; return if the confusion is to be drawn."""
    from huffvec.files.pictures import check_picture

    for path in (confusion, reliability):
        if path is not None:
            check_output(path, inputs)
    if reliability is not None:
        check_picture(reliability)
    if confusion is None or confusion.lower().endswith(".csv"):
        return False
    check_picture(confusion)
    return True


_FIELDS = (
    Field("label"),
    Field("precision", ".3f", ".6f"),
    Field("recall", ".3f", ".6f"),
    Field("f1", ".3f", ".6f"),
    Field("examples"),
    Field("predicted"),
)


def _rows(result: TestResult) -> list[tuple[object, ...]]:
    """Return a line for each label, the most frequent first."""
    return [
        (one.label, one.precision, one.recall, one.f1, one.n_true, one.n_predicted)
        for one in sorted(result.labels, key=lambda one: -one.n_true)
    ]


def _tell(result: TestResult) -> None:
    """Say what may be a surprise."""
    n = result.n_unknown
    if n:
        names = ", ".join(map(repr, result.unknown[:_SHOWN]))
        more = " …" if len(result.unknown) > _SHOWN else ""
        are = (
            "is unknown to the classifier and counts"
            if n == 1
            else ("are unknown to the classifier and count")
        )
        typer.echo(f"{n:,} of the examples' labels {are} as not found: {names}{more}", err=True)
    if result.n_empty:
        typer.echo(empty_texts(result.n_empty), err=True)
