"""``huffvec classify train``: texts with labels go in, a classifier comes out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.classify.config import ClassifierConfig
from huffvec.cli.classify.common import label_weights_option, show_uses
from huffvec.cli.common import AsJson, Quiet, check_output, stopping
from huffvec.cli.configured import ConfigFile
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.machines import MACHINES, given_again, where_of
from huffvec.cli.output import Fact, print_facts
from huffvec.cli.safety import Kind, Resume, Safety, resume_training, save_trained
from huffvec.cli.watching import Watching
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.progress.words import format_bytes, format_count
from huffvec.training.progress import progress_for

if TYPE_CHECKING:
    from huffvec.classify import Classifier
    from huffvec.training.progress import Silent

_COMMAND = ("classify", "train")
_MOST_USED = ("dim", "epochs", "word_ngrams", "subwords", "min_count", "n_threads", "seed")
_HELDOUT = (
    "Examples to measure the loss and P@1 on after every epoch, for {log}, {tensorboard} and "
    "{patience}."
)
_PANEL = "How it learns"


def _objective_names(begun: str) -> list[str]:
    """Return the names of objectives that begin so, for shells."""
    from huffvec.objectives.registry import LABEL_OBJECTIVES, OBJECTIVES

    return [name for name in (*LABEL_OBJECTIVES, *OBJECTIVES) if name.startswith(begun)]


@takes(
    some(ClassifierConfig, *_MOST_USED, panel=""),
    some(ClassifierConfig, without=_MOST_USED),
    ExampleOptions,
    Safety,
    some(Watching, helps={"heldout": _HELDOUT}),
    *MACHINES,
)
def train(
    context: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="A text a line with its labels, which begin with __label__; UTF-8; also .gz, "
            ".bz2, .xz and .zst; or CSV, JSON lines, Parquet, Feather. Several files, folders and "
            "patterns are read in order; - is standard input.",
        ),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Classifier file to write.")
    ] = "classifier.hvclf",
    objective: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            autocompletion=_objective_names,
            show_default="full-softmax; for several labels one-vs-all, of thousands label-tree",
            help="How labels are predicted: a name, or NAME:OPTION=VALUE,…",
        ),
    ] = None,
    *,
    config: ConfigFile = None,
    given: Given,
    label_weights: Annotated[str | None, label_weights_option(_PANEL)] = None,
    start_vectors: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
            help="Words in these vectors, of any format and size --dim, start there.",
        ),
    ] = None,
    resume: Resume = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Train a classifier on texts with labels.

    [dim]huffvec classify train train.txt -o topics.hvclf --heldout dev.txt[/dim]
    """
    if resume is not None:
        resume_training(context, resume, given, _classifiers(), as_json=as_json, quiet=quiet)
        return
    if not files:
        context.fail("Missing argument 'FILE'.")
    # All that can be checked is checked before the work begins.
    from huffvec.classify.config_file import read_config
    from huffvec.classify.label_weights import check_label_weights
    from huffvec.classify.training import train
    from huffvec.corpus.readers.sources import expand
    from huffvec.files.suffixes import check_suffix

    watching, safety = Watching(**given[Watching]), Safety(**given[Safety])
    options = {} if config is None else read_config(config)
    of_file = options.pop("objective", None)
    options |= {**given[ClassifierConfig], **given[ExampleOptions]}
    ClassifierConfig.of(**ExampleOptions.split(options)[1])
    where = where_of(given, options.get("n_threads"))
    check_label_weights(label_weights)
    paths = expand(files)
    check_suffix(output, "huffvec-classifier")
    check_output(output, paths)
    checkpoints = safety.checkpoints(output)
    sink = progress_for(sys.stderr, quiet=quiet)
    sink.command = _COMMAND
    with stopping(sink, placed=given_again(given)):
        model = train(
            paths,
            objective or of_file,
            heldout=watching.heldout,
            label_weights=label_weights,
            start_vectors=start_vectors,
            callbacks=[sink, *watching.callbacks(output)],
            checkpoints=checkpoints,
            **where,
            **options,
        )
        sink.close()
        save_trained(model.save, output, sink, checkpoints)
    show_trained(model, sink, output, quiet=quiet, as_json=as_json)


def _classifiers() -> Kind:
    """Return how runs of classifiers go on."""
    from huffvec.classify.classifier import Classifier
    from huffvec.classify.resuming import read_newest, resume_from

    return Kind(_COMMAND, read_newest, resume_from, Classifier.save, show_trained)


def show_trained(
    model: Classifier, sink: Silent, output: str, *, quiet: bool = False, as_json: bool = False
) -> None:
    """Print what was trained and what to do with it."""
    if as_json or not quiet:
        print_facts(_facts(model, sink, output), as_json=as_json)
    if not (as_json or quiet):
        show_uses(output)


def _facts(model: Classifier, sink: Silent, output: str) -> list[Fact]:
    """Return what was trained, how fast, how well, and where it is."""
    training, size = model.training, Path(output).stat().st_size
    facts = [
        Fact("labels", len(model.labels)),
        Fact("features", model.features.n_rows),
        Fact("examples", training["examples"]),
        Fact("objective", model.bound.objective.name),
        Fact("epochs", model.config.epochs),
        Fact("learning rate", model.config.learning_rate),
    ]
    if sink.last:
        speed = sink.last.words_per_second * sink.unit_share
        facts += [
            Fact("seconds", sink.last.seconds, f"{sink.last.seconds:.1f}"),
            Fact("examples per second", speed, format_count(speed)),
            Fact("loss", sink.loss, f"{sink.loss:.3f} nats at the end"),
            Fact("mean loss", training["loss"], f"{training['loss']:.3f} nats in all of training"),
        ]
    if "heldout" in training:
        epoch = training.get("kept_epoch", len(training["heldout"])) - 1
        loss, precision = training["heldout"][epoch], training["heldout_precision"][epoch]
        facts += [
            Fact("heldout loss", loss, f"{loss:.3f} nats"),
            Fact("heldout P@1", precision, f"{precision:.1%}"),
        ]
    if "workers" in training:
        facts.append(Fact("workers", training["workers"]))
    if "stopped" in training:
        facts.append(Fact("ended early", training["stopped"]))
    return [*facts, Fact("written", output), Fact("bytes", size, format_bytes(size))]
