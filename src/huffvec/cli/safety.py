"""Checkpoints of ``huffvec train``, and how a run is resumed from one."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from huffvec.cli.common import check_output, stopping
from huffvec.cli.declared import Given
from huffvec.cli.machines import given_again, where_of
from huffvec.cli.watching import Watching
from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError, OptionName, OutputError
from huffvec.options import option, options_of
from huffvec.records import Options

if TYPE_CHECKING:
    from huffvec.training.checkpoint import Checkpoint, Checkpoints
    from huffvec.training.progress import Silent

_PANEL = "Checkpoints"

Resume = Annotated[
    str | None,
    typer.Option(
        metavar="CHECKPOINT",
        rich_help_panel=_PANEL,
        show_default=False,
        help="Go on with an interrupted run exactly from this checkpoint, which holds the options; "
        "FILE only if the text has moved.",
    ),
]

# What may be given with --resume: nothing that decides what is learned.
_FREE = {
    "resume", "files", "output", "n_threads", "offload_folder", "checkpoint_every", "keep",
    "heldout", "patience", "log", "tensorboard", "ray", "workers", "interval", "half", "blocks",
    "quiet", "as_json",
}  # fmt: skip


def _seconds(name: str, value: Any) -> float | None:
    """Return the seconds that a text such as 10min stands for."""
    from huffvec.training.checkpoint import parse_duration

    return parse_duration(name, value)


@dataclass(frozen=True)
class Safety(Options):
    """The options of the commands that train about checkpoints.

    Raises
    ------
    ConfigError
        If an option cannot be used.
    """

    checkpoint_every: float | None = option(
        None,
        above=0.0,
        high=1e9,
        unit="seconds",
        metavar="TIME",
        panel=_PANEL,
        when_none="only when stopped",
        convert=_seconds,
        help="Time between checkpoints, e.g. 10min.",
    )
    keep: int | None = option(
        None,
        low=1,
        high=1_000,
        metavar="N",
        panel=_PANEL,
        when_none="2",
        help="Checkpoints to keep, in case one is damaged.",
    )

    def checkpoints(self, output: str, before: Checkpoints | None = None) -> Checkpoints:
        """Return where and when to write checkpoints of a model; what is not given as before."""
        from huffvec.training.checkpoint import SUFFIX, Checkpoints

        every = before.every if before else None
        keep = before.keep if before else Checkpoints.keep
        return Checkpoints(output + SUFFIX, self.checkpoint_every or every, self.keep or keep)


class Kind(NamedTuple):
    """What a command trains: what it does with checkpoints and with what is trained at the end.

    Attributes
    ----------
    command
        The command's name, in words.
    read_newest
        Reads the newest whole checkpoint.
    resume_from
        Goes on from it.
    save
        Writes the model, given with the name of its file.
    show
        Prints what was trained.
    """

    command: tuple[str, ...]
    read_newest: Callable[[str], Checkpoint[Any, Any]]
    resume_from: Callable[..., Any]
    save: Callable[[Any, str], None]
    show: Callable[..., None]


def resume_training(
    context: typer.Context,
    checkpoint: str,
    given: Given,
    kind: Kind,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Continue a run, save its model and sum up.

    Raises
    ------
    ConfigError
        If an option was given that the checkpoint decides.
    HuffvecError
        As `huffvec.resume` and `huffvec.train`.
    """
    from huffvec.training.callbacks import CheckpointReport
    from huffvec.training.progress import progress_for

    watching, safety = Watching(**given[Watching]), Safety(**given[Safety])
    free = _free(context)
    where = where_of(given, free.get("n_threads"))
    found = kind.read_newest(checkpoint)
    output = free.get("output") or _model_name(checkpoint)
    check_output(output, [])
    checkpoints = safety.checkpoints(output, found.checkpoints)
    sink = progress_for(sys.stderr, quiet=quiet)
    sink.command = kind.command
    sink.saved = CheckpointReport(os.fspath(found.path), found.position.tokens)
    with stopping(sink, placed=given_again(given)):
        model = kind.resume_from(
            found,
            free.get("files"),
            n_threads=free.get("n_threads"),
            offload_folder=free.get("offload_folder"),
            heldout=watching.heldout,
            callbacks=[sink, *watching.callbacks(output)],
            checkpoints=checkpoints,
            **where,
        )
        sink.close()
        save_trained(partial(kind.save, model), output, sink, checkpoints)
        found.checkpoints.remove()
    kind.show(model, sink, output, quiet=quiet, as_json=as_json)


def save_trained(
    save: Callable[[str], None], output: str, sink: Silent, checkpoints: Checkpoints
) -> None:
    """Write the model, then delete the checkpoints, which are not needed any more.

    What the training was for is not given up to a first signal.

    Raises
    ------
    OutputError
        If the model cannot be written; the checkpoints are still there.
    """
    from huffvec.signals import HeldSignals

    with HeldSignals():
        try:
            save(output)
        except OutputError as error:
            raise OutputError(*error.parts, f" {sink.how_to_resume}".rstrip()) from error
        checkpoints.remove()


def _free(context: typer.Context) -> dict[str, Any]:
    """Return what was given on the command line, or raise ConfigError if it cannot be changed."""
    given = {
        name: value
        for name, value in context.params.items()
        if (source := context.get_parameter_source(name)) and source.name == "COMMANDLINE"
    }
    if "n_threads" in given:
        given["n_threads"] = options_of(TrainingConfig)["n_threads"].parse(given["n_threads"])
    for name in given:
        if name not in _FREE:
            raise ConfigError(
                OptionName(name),
                " cannot be changed by --resume: the run goes on as it began. Leave it out.",
            )
    return given


def _model_name(checkpoint: str) -> str:
    """Return the name of the model that a checkpoint is of."""
    match = re.fullmatch(r"(.+)\.ckpt(\.[0-9]+)?", os.fspath(checkpoint))
    if match is None:
        raise ConfigError(
            f"{checkpoint!r} is not named like a checkpoint (MODEL.ckpt): name the model to write "
            "with --output."
        )
    return match[1]
