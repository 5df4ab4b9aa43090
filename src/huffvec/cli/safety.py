"""Checkpoints of ``huffvec train``, and how a run is resumed from one."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huffvec.cli.common import check_output, default_note, stopping
from huffvec.errors import ConfigError, OutputError

if TYPE_CHECKING:
    from huffvec.cli.watching import Watching
    from huffvec.model import Model
    from huffvec.training.checkpoint import Checkpoints
    from huffvec.training.progress import Silent

_PANEL = "Checkpoints"

Resume = Annotated[
    str | None,
    typer.Option(
        metavar="CHECKPOINT",
        rich_help_panel=_PANEL,
        show_default=False,
        help="Continue an interrupted run exactly from this checkpoint. It holds the options and "
        "where the text is; give FILE only if the text has moved.",
    ),
]

CheckpointEvery = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        rich_help_panel=_PANEL,
        show_default=False,
        help="Time between checkpoints, e.g. 30s, 10min or 2h. They are written beside the "
        "output, under its name with .ckpt added. " + default_note("only on SIGTERM"),
    ),
]

Keep = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        rich_help_panel=_PANEL,
        show_default=False,
        help="Number of checkpoints to keep, in case one is damaged. " + default_note(2),
    ),
]

# What may be given with --resume: nothing that decides what is learned.
_FREE = {
    "resume", "files", "output", "threads", "checkpoint_every", "keep",
    "heldout", "patience", "log", "tensorboard", "quiet", "as_json",
}  # fmt: skip


@dataclass(frozen=True)
class Safety:
    """The options of ``train`` about checkpoints, as they were given."""

    every: str | None = None
    keep: int | None = None

    def checkpoints(self, output: str, before: Checkpoints | None = None) -> Checkpoints:
        """Return where and how often to write checkpoints of a model; what is not given as before.

        Raises
        ------
        ConfigError
            If an option cannot be used.
        """
        from huffvec.training.checkpoint import SUFFIX, Checkpoints, parse_duration

        every = before.every if before else None
        if self.every is not None:
            every = parse_duration("--checkpoint-every", self.every)
        keep = self.keep if self.keep is not None else before.keep if before else 2
        try:
            return Checkpoints(output + SUFFIX, every, keep)
        except ConfigError as error:
            raise ConfigError(f"--{error}") from None


def resume_training(
    context: typer.Context,
    checkpoint: str,
    safety: Safety,
    watching: Watching,
    *,
    as_json: bool,
) -> None:
    """Continue a run, save its model and sum up.

    Raises
    ------
    ConfigError
        If an option was given that the checkpoint decides.
    HuffvecError
        As `huffvec.resume` and `huffvec.train`.
    """
    from huffvec.cli.summary import show_trained
    from huffvec.training.callbacks import CheckpointReport
    from huffvec.training.checkpoint import read_newest
    from huffvec.training.progress import progress_for
    from huffvec.training.resume import resume_from

    given = _given(context)
    found = read_newest(checkpoint)
    output = given.get("output") or _model_name(checkpoint)
    check_output(output, [])
    checkpoints = safety.checkpoints(output, found.checkpoints)
    sink = progress_for(sys.stderr, quiet=watching.quiet)
    sink.saved = CheckpointReport(os.fspath(found.path), found.position.tokens)
    with stopping(sink):
        model = resume_from(
            found,
            given.get("files"),
            n_threads=given.get("threads"),
            heldout=watching.heldout,
            callbacks=[sink, *watching.callbacks(output)],
            checkpoints=checkpoints,
        )
        sink.close()
        save_trained(model, output, sink, checkpoints)
        found.checkpoints.remove()
    show_trained(model, sink, output, quiet=watching.quiet, as_json=as_json)


def save_trained(model: Model, output: str, sink: Silent, checkpoints: Checkpoints) -> None:
    """Write the model, then delete the checkpoints, which are not needed any more.

    What the training was for is not given up to a first signal.

    Raises
    ------
    OutputError
        If the model cannot be written; the checkpoints are still there.
    """
    from huffvec.training.signals import HeldSignals

    with HeldSignals():
        try:
            model.save(output, "huffvec")
        except OutputError as error:
            raise OutputError(f"{error} {sink.how_to_resume}".rstrip()) from error
        checkpoints.remove()


def _given(context: typer.Context) -> dict[str, Any]:
    """Return what was given on the command line, or raise ConfigError if it cannot be changed."""
    given = {
        name: value
        for name, value in context.params.items()
        if (source := context.get_parameter_source(name)) and source.name == "COMMANDLINE"
    }
    for name in given:
        if name not in _FREE:
            flag = "--" + name.replace("_", "-")
            raise ConfigError(
                f"{flag} cannot be changed by --resume: the run goes on as it began. Leave it out."
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
