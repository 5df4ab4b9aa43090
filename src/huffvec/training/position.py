"""How far a run has come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huffvec._engine_base import Totals


@dataclass(frozen=True)
class Progress:
    """How far a run has come; with the weights, all that is needed to continue it exactly.

    Attributes
    ----------
    chunks
        Chunks trained, from the first on without gaps.
    tokens, targets, loss
        What was trained in them; the loss is a sum, in nats.
    seconds
        Wall time spent on training.
    epochs_ended
        Epochs whose end has been told to the callbacks.
    epoch_targets, epoch_loss
        Targets and loss when the present epoch began.
    heldout
        Nats per target of the held-out text after each epoch, if there is one.
    """

    chunks: int = 0
    tokens: int = 0
    targets: float = 0.0
    loss: float = 0.0
    seconds: float = 0.0
    epochs_ended: int = 0
    epoch_targets: float = 0.0
    epoch_loss: float = 0.0
    heldout: tuple[float, ...] = ()

    def at(self, totals: Totals, seconds: float) -> Progress:
        """Return the progress when the engine has counted so much, so many seconds later."""
        return replace(
            self,
            chunks=totals.chunks,
            tokens=totals.tokens,
            targets=totals.targets,
            loss=totals.loss,
            seconds=self.seconds + seconds,
        )

    def with_epoch_ended(self, heldout: float | None) -> Progress:
        """Return the progress when the present epoch has ended and the next begins."""
        return replace(
            self,
            epochs_ended=self.epochs_ended + 1,
            epoch_targets=self.targets,
            epoch_loss=self.loss,
            heldout=self.heldout if heldout is None else (*self.heldout, heldout),
        )
