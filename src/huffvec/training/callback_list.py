"""Several callbacks as one, and one of whatever a caller gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from huffvec.checks import check_bool
from huffvec.errors import ConfigError
from huffvec.training.callbacks import Callback, CheckpointReport, Report, StopTraining
from huffvec.training.progress import progress_here

if TYPE_CHECKING:
    from huffvec.training.loop import TrainingLoop


class CallbackList(Callback):
    """Several callbacks as one, called in their order."""

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        self.callbacks = list(callbacks)

    def stage(self, name: str, done: int, total: int) -> None:
        """Pass on."""
        for callback in self.callbacks:
            callback.stage(name, done, total)

    def start(self, run: TrainingLoop[Any]) -> None:
        """Pass on."""
        for callback in self.callbacks:
            callback.start(run)

    def report(self, report: Report) -> None:
        """Pass on to all, then stop if one wanted to."""
        self._tell("report", report)

    def epoch(self, report: Report) -> None:
        """Pass on to all, then stop if one wanted to."""
        self._tell("epoch", report)

    def checkpoint(self, report: CheckpointReport) -> None:
        """Pass on."""
        for callback in self.callbacks:
            callback.checkpoint(report)

    def end(self, report: Report) -> None:
        """Pass on."""
        for callback in self.callbacks:
            callback.end(report)

    def close(self) -> None:
        """Pass on."""
        for callback in self.callbacks:
            callback.close()

    def _tell(self, event: str, report: Report) -> None:
        stop: StopTraining | None = None
        for callback in self.callbacks:
            try:
                getattr(callback, event)(report)
            except StopTraining as wanted:
                stop = stop or wanted
        if stop:
            raise stop


def as_callback(
    callbacks: Callback | Sequence[Callback] | None, progress: bool = False
) -> Callback:
    """Return one callback that stands for all of them, and for a bar if progress is to be shown.

    Raises
    ------
    ConfigError
        If something else is among them, or progress is neither true nor false.
    """
    if isinstance(callbacks, Callback) and progress is False:
        return callbacks
    listed: Any = () if callbacks is None else callbacks
    if not isinstance(listed, Sequence):
        listed = [listed]
    if check_bool("progress", progress):
        listed = [progress_here(), *listed]
    for callback in listed:
        if not isinstance(callback, Callback):
            raise ConfigError(
                "callbacks must be one huffvec.training.callbacks.Callback or a list of them, "
                f"not {callback!r:.80}"
            )
    return CallbackList(listed)
