"""``huffvec train-more``: continue training a model on new text."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer

from huffvec.cli.common import AsJson, Quiet, TextFiles, check_output, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.machines import MACHINES, Place, given_again, where_of
from huffvec.cli.safety import Safety, save_trained
from huffvec.cli.watching import Watching
from huffvec.config import TrainingConfig
from huffvec.corpus.options import SPELLING, InputOptions


@takes(
    some(
        TrainingConfig,
        *("epochs", "learning_rate", "min_count", "n_threads"),
        panel="",
        when_none="the model's",
        helps={
            "epochs": "Number of passes over the new text.",
            "learning_rate": "Initial learning rate; the smaller it is, the less old words move.",
            "min_count": "Leave out new words that occur less often than this in the new text.",
        },
    ),
    some(InputOptions, without=(*SPELLING, "vocab_memory")),
    Safety,
    Watching,
    Place,
    *MACHINES,
)
def train_more(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            show_default=False,
            help="Model (.hv) to continue from; the file is not changed.",
        ),
    ],
    files: TextFiles,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Model file to write.")
    ] = "more.hv",
    *,
    given: Given,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Continue training a model on new text; new words are added.

    Options not given keep their values.

    [dim]huffvec train-more wiki.hv news.txt -o new.hv --learning-rate 0.01[/dim]
    """
    import huffvec
    from huffvec.cli.summary import show_trained
    from huffvec.files.suffixes import check_suffix
    from huffvec.training.progress import progress_for

    watching = Watching(**given[Watching])
    check_suffix(output, "huffvec")
    check_output(output, [model, *files])
    checkpoints = Safety(**given[Safety]).checkpoints(output)
    old = huffvec.load(model)
    TrainingConfig(**given[TrainingConfig])
    InputOptions(**given[InputOptions])
    where = where_of(given, given[TrainingConfig].get("n_threads"))
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink, placed=given_again(given)):
        more = huffvec.train_more(
            old,
            files,
            heldout=watching.heldout,
            callbacks=[sink, *watching.callbacks(output)],
            checkpoints=checkpoints,
            **where,
            **given[InputOptions],
            **given[TrainingConfig],
        )
        sink.close()
        save_trained(partial(more.save, format="huffvec"), output, sink, checkpoints)
    show_trained(more, sink, output, quiet=quiet, as_json=as_json)
