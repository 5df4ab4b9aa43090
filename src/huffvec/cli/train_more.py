"""``huffvec train-more``: continue training a model on new text."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from huffvec.cli import safety as saving
from huffvec.cli import watching as watch
from huffvec.cli.common import (
    AsJson,
    Quiet,
    TextErrors,
    TextFiles,
    check_output,
    flag_names,
    stopping,
)
from huffvec.cli.reading import (
    Column,
    DropWords,
    GroupBy,
    Header,
    KeepWords,
    MaxLine,
    MaxWords,
    OrderBy,
    Separator,
    reading_of,
)


def train_more(
    context: typer.Context,
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
    epochs: Annotated[
        int | None,
        typer.Option(metavar="N", show_default=False, help="Number of passes over the new text."),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            show_default=False,
            help="Initial learning rate; the smaller it is, the less the old words move.",
        ),
    ] = None,
    min_count: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default=False,
            help="Leave out new words that occur less often than this in the new text.",
        ),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(
            metavar="N", show_default=False, help="Number of threads; 0 uses all processors."
        ),
    ] = None,
    column: Column = None,
    group_by: GroupBy = None,
    order_by: OrderBy = None,
    separator: Separator = None,
    header: Header = None,
    max_line: MaxLine = None,
    max_words: MaxWords = None,
    keep_words: KeepWords = None,
    drop_words: DropWords = None,
    checkpoint_every: saving.CheckpointEvery = None,
    keep: saving.Keep = None,
    heldout: watch.Heldout = None,
    patience: watch.Patience = None,
    log: watch.Log = None,
    tensorboard: watch.Tensorboard = None,
    errors: TextErrors = "strict",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Continue training a model on new text; new words are added.

    Options not given keep their values.

    [dim]huffvec train-more wiki.hv news.txt -o new.hv --learning-rate 0.01[/dim]
    """
    import huffvec
    from huffvec.cli.summary import show_trained
    from huffvec.corpus.options import InputOptions
    from huffvec.files.suffixes import check_suffix
    from huffvec.training.progress import progress_for

    check_suffix(output, "huffvec")
    check_output(output, [model, *files])
    checkpoints = saving.Safety(checkpoint_every, keep).checkpoints(output)
    watching = watch.Watching(heldout, patience, log, tensorboard, quiet=quiet)
    options: dict[str, Any] = {
        "epochs": epochs,
        "learning_rate": learning_rate,
        "min_count": min_count,
        "n_threads": threads,
    }
    changes = {name: value for name, value in options.items() if value is not None}
    old = huffvec.load(model)
    reading = reading_of(context.params)
    with flag_names():
        old.config.with_options(**changes)
        InputOptions.of(**reading)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        more = huffvec.train_more(
            old,
            files,
            heldout=heldout,
            callbacks=[sink, *watching.callbacks(output)],
            checkpoints=checkpoints,
            **reading,
            **changes,
        )
        sink.close()
        saving.save_trained(more, output, sink, checkpoints)
    show_trained(more, sink, output, quiet=quiet, as_json=as_json)
