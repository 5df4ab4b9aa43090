"""How far a run has come."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from huffvec.errors import FormatError

if TYPE_CHECKING:
    from huffvec._engine_base import Totals


@dataclass(frozen=True)
class Position:
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
        Epochs whose end has been reported to the callbacks.
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

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Position:
        """Return the position from its fields as JSON values.

        Raises
        ------
        FormatError
            If one is missing or of another kind.
        """
        numbers = {
            field.name: values.get(field.name) if isinstance(values, dict) else None
            for field in fields(cls)
        }
        heldout = numbers.pop("heldout")
        whole = all(isinstance(numbers[name], int) for name in ("chunks", "tokens", "epochs_ended"))
        every = [*numbers.values(), *heldout] if isinstance(heldout, list) else [None]
        if not whole or not all(isinstance(x, (int, float)) and 0 <= x < math.inf for x in every):
            raise FormatError(f"its progress cannot be used: {values!r}")
        return cls(**numbers, heldout=tuple(heldout))  # type: ignore[arg-type]

    def at(self, totals: Totals, seconds: float) -> Position:
        """Return the position at a later count of the engine, some seconds later."""
        return replace(
            self,
            chunks=totals.chunks,
            tokens=totals.tokens,
            targets=totals.targets,
            loss=totals.loss,
            seconds=self.seconds + seconds,
        )

    def with_epoch_ended(self, heldout: float | None) -> Position:
        """Return the position when the present epoch has ended and the next begins."""
        return replace(
            self,
            epochs_ended=self.epochs_ended + 1,
            epoch_targets=self.targets,
            epoch_loss=self.loss,
            heldout=self.heldout if heldout is None else (*self.heldout, heldout),
        )
