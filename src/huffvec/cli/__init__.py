"""The command line: one file a subcommand; each parses, calls the library and shows.

Heavy imports are inside the commands, so that ``huffvec --help`` answers at once.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from huffvec._version import __version__
from huffvec.cli import (
    analogy,
    calibration,
    classify,
    cluster,
    compare,
    convert,
    demo,
    encode,
    evaluate,
    explore,
    index,
    infer,
    info,
    nearest,
    node2vec,
    objectives,
    path,
    perplexity,
    phrases,
    plot,
    predict,
    print_vectors,
    similarity,
    train,
    train_more,
    tune,
    vocab,
    walks,
)
from huffvec.cli.command import Command, Group, TrainingCommand, exit_with, say_error
from huffvec.cli.common import exit_code, saying_warnings
from huffvec.errors import HuffvecError, Terminated


class _Commands(Group):
    """The commands, stopped as `stopping` says also while they begin or are short."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            typer.echo("Stopped.", err=True)
            raise typer.Exit(exit_code(stop)) from None


app = typer.Typer(
    name="huffvec",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"huffvec {__version__}")
        raise typer.Exit


@app.callback(epilog="New here? Type: [bold]huffvec demo[/bold]")
def _huffvec(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            show_default=False,
            help="Show the version and exit.",
        ),
    ] = False,
) -> None:
    """Train word vectors and query them."""


# By what people want to do, each group from the most used.
_COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "Train": (
        train.train,
        train_more.train_more,
        tune.tune,
        compare.compare,
        objectives.objectives,
        node2vec.node2vec,
        demo.demo,
        plot.plot,
    ),
    "Query": (
        nearest.nearest,
        similarity.similarity,
        analogy.analogy,
        predict.predict,
        path.path,
        print_vectors.print_vectors,
        infer.infer,
        cluster.cluster,
        explore.explore,
        index.index,
    ),
    "Measure": (
        evaluate.evaluate,
        perplexity.perplexity,
        calibration.calibration,
    ),
    "Prepare input": (
        vocab.vocab,
        phrases.phrases,
        encode.encode,
        walks.walks,
    ),
    "Files": (
        info.info,
        convert.convert,
    ),
}
for _panel, _functions in _COMMANDS.items():
    _class = TrainingCommand if _panel == "Train" else Command
    for _function in _functions:
        app.command(_function.__name__.replace("_", "-"), cls=_class, rich_help_panel=_panel)(
            _function
        )


app.add_typer(classify.app, name="classify", rich_help_panel="Classify texts")


# What printing can fail with; of files that are written an OutputError tells.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


def _terminate(number: int, _frame: object) -> None:
    raise Terminated(number)


def main(args: Sequence[str] | None = None) -> None:
    """Run a command, by default the one this process was started with, and exit with its code.

    0: done. 1: an error raised on purpose, shown as one message. 2: the command was not understood,
    or an option has a value that cannot be used. 130: stopped by Ctrl-C. 143: by SIGTERM, as of a
    batch system. 129: by SIGHUP.
    """
    if args is None:
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # not on every system
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, _terminate)
    try:
        with saying_warnings():
            app(None if args is None else list(args), prog_name="huffvec")
    except KeyboardInterrupt as stop:  # no command has begun
        sys.exit(exit_code(stop))
    except HuffvecError as error:
        exit_with(error)
    except MemoryError:
        say_error(
            "Not enough memory. Try a smaller --dim, fewer --buckets, a larger --min-count or "
            "another file."
        )
        sys.exit(1)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        say_error(f"Cannot print: {os.strerror(error.errno)}. Send the output to another place.")
        sys.exit(1)
