"""The ways from context words to hidden vectors, one file each; all have the shape of `base`.

`ARCHITECTURES` maps their names to the members. Importing them loads no NumPy: the command line's
help needs their options only.
"""

from huffvec.architectures.base import Architecture
from huffvec.architectures.cbow import CBOW
from huffvec.architectures.registry import (
    ARCHITECTURES,
    INPUT_WEIGHTS,
    WEIGHTS,
    ArchitectureName,
    weights_of,
)
from huffvec.architectures.skipgram import Skipgram

__all__ = [
    "ARCHITECTURES",
    "CBOW",
    "INPUT_WEIGHTS",
    "WEIGHTS",
    "Architecture",
    "ArchitectureName",
    "Skipgram",
    "weights_of",
]
