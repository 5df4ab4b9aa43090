"""What ``huffvec train`` can be watched by, apart from its progress."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from huffvec.errors import ConfigError

if TYPE_CHECKING:
    from huffvec.training.callbacks import Callback


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
            raise ConfigError(
                "--patience needs --heldout: a text by which to judge when to end training."
            )

    def callbacks(self) -> list[Callback]:
        """Return the callbacks that were asked for.

        Raises
        ------
        ConfigError, CorpusError, MissingExtraError, OutputError
            If one cannot be made, or the held-out text cannot be read.
        """
        from huffvec.corpus.sources import expand_paths
        from huffvec.training.callbacks import EarlyStopping
        from huffvec.training.logs import JsonLines, TensorBoard

        callbacks: list[Callback] = []
        if self.heldout is not None:
            expand_paths(self.heldout)
        if self.patience is not None:
            callbacks.append(EarlyStopping(self.patience))
        if self.log is not None:
            callbacks.append(JsonLines(self.log))
        if self.tensorboard is not None:
            callbacks.append(TensorBoard(self.tensorboard))
        return callbacks
