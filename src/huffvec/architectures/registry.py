"""The architectures by their names, as used on the command line and in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from huffvec.architectures.base import Architecture
from huffvec.architectures.cbow import CBOW
from huffvec.architectures.skipgram import Skipgram
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS, Weight

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig

ArchitectureName = Literal["skipgram", "cbow"]
ARCHITECTURES: dict[str, Architecture] = {member.name: member for member in (Skipgram(), CBOW())}

INPUT_WEIGHTS = tuple(weight for own in ARCHITECTURES.values() for weight in own.own_weights)
# All that a model can have, in the order of its file.
WEIGHTS = (INPUT_VECTORS, OUTPUT_VECTORS, *INPUT_WEIGHTS)


def weights_of(config: TrainingConfig) -> tuple[Weight, ...]:
    """Return what is trained with a configuration, whatever the objective."""
    return (INPUT_VECTORS, OUTPUT_VECTORS, *ARCHITECTURES[config.architecture].weights(config))
