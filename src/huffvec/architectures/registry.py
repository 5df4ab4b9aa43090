"""The architectures by their names, as used on the command line and in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from huffvec.architectures.base import Architecture
from huffvec.architectures.cbow import CBOW
from huffvec.architectures.dbow import DBOW, DBOWWords
from huffvec.architectures.dm import DM
from huffvec.architectures.skipgram import Skipgram
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS, Weight

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig

ArchitectureName = Literal["skipgram", "cbow", "dbow", "dbow-words", "dm"]
ARCHITECTURES: dict[str, Architecture] = {
    member.name: member for member in (Skipgram(), CBOW(), DBOW(), DBOWWords(), DM())
}

INPUT_WEIGHTS = tuple(
    dict.fromkeys(weight for own in ARCHITECTURES.values() for weight in own.own_weights)
)
# All that a model can have, in the order of its file.
WEIGHTS = (INPUT_VECTORS, OUTPUT_VECTORS, *INPUT_WEIGHTS)


def weights_of(config: TrainingConfig) -> tuple[Weight, ...]:
    """Return what is trained with a configuration, whatever the objective."""
    own = ARCHITECTURES[config.architecture].weights(config, n_tags=0)
    return (INPUT_VECTORS, OUTPUT_VECTORS, *own)
