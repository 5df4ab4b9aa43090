"""``huffvec classify calibrate``: a classifier's probabilities made right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.classify.common import READING, ClassifierFile, open_classifier
from huffvec.cli.common import AsJson, Quiet, check_output
from huffvec.cli.declared import Given, takes
from huffvec.cli.output import Fact, print_facts
from huffvec.corpus.labelled.options import ExampleOptions

if TYPE_CHECKING:
    from huffvec.classify.results import TestResult


@takes(*READING)
def calibrate(
    model: ClassifierFile,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            show_default=False,
            help="Texts with their labels that the classifier was not trained on, and that it is "
            "not tested on.",
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            show_default=False,
            help="Classifier file to write; it may be MODEL.",
        ),
    ],
    method: Annotated[
        str,
        typer.Option(
            metavar="isotonic|temperature",
            help="isotonic: a curve, which needs scikit-learn and some thousand texts; "
            "temperature: one factor for all scores.",
        ),
    ] = "isotonic",
    thresholds: Annotated[
        bool,
        typer.Option(
            "--thresholds",
            show_default=False,
            help="Find for each label the probability with the best F1, too, from which on test "
            "and predict say that it is there.",
        ),
    ] = False,
    *,
    given: Given,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Calibrate a classifier's probabilities on texts whose labels are known.

    The order of a text's labels does not change.
    """
    from huffvec.classify import calibrate as calibrated
    from huffvec.classify import choose_thresholds
    from huffvec.files.suffixes import check_suffix

    check_suffix(output, "huffvec-classifier")
    check_output(output, files)
    before = open_classifier(model, files)
    examples = before.read_examples(files, **given[ExampleOptions])
    after = calibrated(before, examples, method)  # type: ignore[arg-type]  # it is checked there
    if thresholds:
        after = choose_thresholds(after, examples)
    after.save(output)
    if as_json or not quiet:
        facts = _facts(before.test(examples), after.test(examples))
        print_facts([*facts, Fact("written", output)], as_json=as_json)


def _facts(before: TestResult, after: TestResult) -> list[Fact]:
    """Return what has changed, on the texts that it was made with."""
    return [
        Fact("texts", before.n_examples),
        Fact("log loss before", before.log_loss, f"{before.log_loss:.4f} nats"),
        Fact("log loss", after.log_loss, f"{after.log_loss:.4f} nats"),
        Fact("ece before", before.ece, f"{before.ece:.2%}"),
        Fact("ece", after.ece, f"{after.ece:.2%}, by chance {after.ece_by_chance:.2%}"),
        Fact("micro f1 before", before.micro.f1, f"{before.micro.f1:.4f}"),
        Fact("micro f1", after.micro.f1, f"{after.micro.f1:.4f}"),
    ]
