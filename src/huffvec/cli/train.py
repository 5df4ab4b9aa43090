"""``huffvec train``: text goes in, a model comes out."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import (
    AsJson,
    ObjectiveName,
    OptionalTextFiles,
    Quiet,
    Vocab,
    check_output,
    stopping,
)
from huffvec.cli.configured import ConfigFile, options_with
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.documents import Documents
from huffvec.cli.machines import MACHINES, Place, given_again, where_of
from huffvec.cli.safety import Kind, Resume, Safety, resume_training, save_trained
from huffvec.cli.subwords import SUBWORDS
from huffvec.cli.summary import show_trained
from huffvec.cli.watching import Watching
from huffvec.config import TrainingConfig
from huffvec.corpus.options import InputOptions
from huffvec.training.progress import progress_for

if TYPE_CHECKING:
    from huffvec.model import Model

_MOST_USED = ("dim", "window", "epochs", "min_count", "architecture", "n_threads", "seed")
_PANEL = "How it learns"


@takes(
    some(TrainingConfig, *_MOST_USED, panel=""),
    Documents,
    some(TrainingConfig, without=(*_MOST_USED, "subwords")),
    *SUBWORDS,
    InputOptions,
    Safety,
    Watching,
    Place,
    *MACHINES,
)
def train(
    context: typer.Context,
    files: OptionalTextFiles = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Model file to write.")
    ] = "model.hv",
    objective: ObjectiveName = "negative-sampling",
    *,
    config: ConfigFile = None,
    given: Given,
    start_vectors: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
            help="Words in these vectors, of any format and size --dim, start there.",
        ),
    ] = None,
    freeze: Annotated[
        bool,
        typer.Option(
            "--freeze",
            rich_help_panel=_PANEL,
            help="Keep the vectors of those words as they are. Not with --subwords.",
        ),
    ] = False,
    vocab: Vocab = None,
    resume: Resume = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Learn vectors of words, or of documents, from text files.

    [dim]huffvec train corpus.txt -o wiki.hv --dim 200[/dim]
    """
    if resume is not None:
        resume_training(context, resume, given, _words(), as_json=as_json, quiet=quiet)
        return
    if not files:
        context.fail("Missing argument 'FILE'.")
    # All that can be checked is checked before the work begins.
    from huffvec.corpus.readers.sources import expand
    from huffvec.files.suffixes import check_suffix
    from huffvec.objectives import as_objective
    from huffvec.training.start import check_freeze
    from huffvec.training.train import train

    watching, safety = Watching(**given[Watching]), Safety(**given[Safety])
    options, chosen = options_with(config, objective, given)
    chosen = as_objective(chosen)
    _, training = InputOptions.split(options)
    TrainingConfig(**training)
    where = where_of(given, training.get("n_threads"))
    check_freeze(freeze, start_vectors, options["subwords"])
    paths = expand(files)
    check_suffix(output, "huffvec")
    check_output(output, paths)
    checkpoints = safety.checkpoints(output)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink, placed=given_again(given)):
        model = train(
            paths,
            chosen,
            heldout=watching.heldout,
            start_vectors=start_vectors,
            freeze=freeze,
            callbacks=[sink, *watching.callbacks(output)],
            checkpoints=checkpoints,
            vocabulary=vocab,
            **where,
            **options,
        )
        sink.close()
        save_trained(partial(model.save, format="huffvec"), output, sink, checkpoints)
    show_trained(model, sink, output, quiet=quiet, as_json=as_json)


def _words() -> Kind:
    """Return how runs on words go on."""
    from huffvec.model.saving import save_model
    from huffvec.training.checkpoint import read_newest
    from huffvec.training.resume import resume_from

    def save(model: Model, output: str) -> None:
        save_model(output, model, "huffvec")

    return Kind(("train",), read_newest, resume_from, save, show_trained)
