"""Options of ``huffvec train`` for monitoring a run, apart from its progress."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.errors import ConfigError

if TYPE_CHECKING:
    from huffvec.training.callbacks import Callback


_PANEL = "Monitoring"

Heldout = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=_PANEL,
        show_default=False,
        help="Text that is not trained on. The exact loss on it is measured after every epoch, "
        "for --log, --tensorboard and --patience.",
    ),
]

Patience = Annotated[
    int | None,
    typer.Option(
        metavar="EPOCHS",
        rich_help_panel=_PANEL,
        show_default=False,
        help="Stop after this many epochs without a new best loss on the text of --heldout.",
    ),
]

Log = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=_PANEL,
        show_default=False,
        help="Write a log, one JSON object per line, for [bold]huffvec plot[/bold]. An existing "
        "file is continued.",
    ),
]

Tensorboard = Annotated[
    str | None,
    typer.Option(
        metavar="FOLDER",
        rich_help_panel=_PANEL,
        show_default=False,
        help="Write loss, learning rate and speed for TensorBoard.",
    ),
]


@dataclass(frozen=True)
class Watching:
    """The options of ``train`` that do not change what is learned, as they were given.

    Raises
    ------
    ConfigError
        If an option needs another one.
    """

    heldout: str | None = None
    patience: int | None = None
    log: str | None = None
    tensorboard: str | None = None
    quiet: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        if self.patience is not None and self.heldout is None:
            raise ConfigError("--patience needs --heldout: a text by which to decide when to stop.")

    def callbacks(self, output: str) -> list[Callback]:
        """Return the callbacks that were asked for, of a run whose model goes to output.

        Raises
        ------
        ConfigError, CorpusError, MissingExtraError, OutputError
            If one cannot be made, or the held-out text cannot be read.
        """
        from huffvec.corpus.readers.sources import expand
        from huffvec.training.callbacks import EarlyStopping
        from huffvec.training.logs import JsonLines, TensorBoard

        callbacks: list[Callback] = []
        if self.heldout is not None:
            expand(self.heldout)
        if self.patience is not None:
            callbacks.append(EarlyStopping(self.patience))
        if self.log is not None and os.path.realpath(self.log) == os.path.realpath(output):
            raise ConfigError("--log and --output name the same file; give each a name of its own")
        if self.log is not None:
            callbacks.append(JsonLines(self.log))
        if self.tensorboard is not None:
            callbacks.append(TensorBoard(self.tensorboard))
        return callbacks
