"""Options of the commands that train for monitoring a run, apart from its progress."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from huffvec.errors import ConfigError, OptionName
from huffvec.options import option
from huffvec.records import Options

if TYPE_CHECKING:
    from huffvec.training.callbacks import Callback

_PANEL = "Monitoring"


@dataclass(frozen=True)
class Watching(Options):
    """What is asked to be seen of a run; none of it changes what is learned.

    Raises
    ------
    ConfigError
        If an option needs another one.
    """

    heldout: str | None = option(
        None,
        metavar="FILE",
        panel=_PANEL,
        help="Held-out text, to measure the loss on after every epoch.",
    )
    patience: int | None = option(
        None,
        low=1,
        high=1_000_000,
        metavar="EPOCHS",
        panel=_PANEL,
        only_for=("heldout",),
        help="Stop after so many epochs without a new best loss.",
    )
    log: str | None = option(
        None,
        metavar="FILE",
        panel=_PANEL,
        help="Write a log for huffvec plot, a JSON object a line, or continue one.",
    )
    tensorboard: str | None = option(
        None,
        metavar="FOLDER",
        panel=_PANEL,
        help="Write loss, learning rate and speed for TensorBoard.",
    )

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
            raise ConfigError(
                OptionName("log"),
                " and ",
                OptionName("output"),
                " name the same file; give each a name of its own",
            )
        if self.log is not None:
            callbacks.append(JsonLines(self.log))
        if self.tensorboard is not None:
            callbacks.append(TensorBoard(self.tensorboard))
        return callbacks
