"""Waiting for the engine's threads while they train, with signals held back."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from huffvec.signals import HeldSignals

if TYPE_CHECKING:
    from huffvec._engine_base import Trainer

POLL_SECONDS = 0.1
_logger = logging.getLogger("huffvec")


def run_threads(
    trainer: Trainer,
    start: Callable[[], None],
    tick: Callable[[bool], bool],
    end: Callable[[bool], None],
    worth_waiting: tuple[type[BaseException], ...],
) -> None:
    """Let the engine's threads work, and wait for them whatever comes.

    On any exception, Ctrl-C among them, the threads leave their chunks at once before it goes on;
    they finish them where that is worth waiting for.

    Parameters
    ----------
    trainer
        The engine's trainer.
    start
        Starts the threads.
    tick
        Called about ten times a second with whether they have finished; tells whether they are to
        stop after their chunks.
    end
        Called when no thread works any more, with whether no chunk was left unfinished.
    worth_waiting
        The exceptions at which chunks are finished.
    """
    with HeldSignals() as signals:
        is_whole = True
        try:
            start()
            finished = False
            while not finished:
                finished = trainer.wait(POLL_SECONDS)
                if tick(finished):
                    trainer.stop()
                signals.deliver()
        except BaseException as error:
            if isinstance(error, worth_waiting):
                trainer.stop()
            else:
                trainer.abandon()
                is_whole = False
            raise
        finally:
            is_whole = _wait(trainer, signals) and is_whole
            end(is_whole)


def _wait(trainer: Trainer, signals: HeldSignals) -> bool:
    """Wait until no thread works, and tell if none was made to leave its chunk.

    Ctrl-C (another one, maybe) makes it short.
    """
    finished, is_whole, patience = False, True, time.perf_counter() + 2.0
    while not finished:
        try:
            if time.perf_counter() > patience:
                patience = math.inf
                _logger.warning(
                    "Waiting for the threads to finish their parts, for a checkpoint. "
                    "Ctrl-C: stop at once without it."
                )
            finished = trainer.wait(POLL_SECONDS)
            if not finished:
                signals.deliver()
        except KeyboardInterrupt:
            trainer.abandon()
            is_whole = False
    return is_whole
