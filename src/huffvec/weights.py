"""The trained arrays of a model: their names, what their rows belong to, how they begin.

A model's weights are a dict of float32 tables (n_rows, dim). Which there are, its architecture and
its objective say, each by a list of `Weight`; copies, checkpoints, files and training go through
these lists and know no table by its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatTable = npt.NDArray[np.float32]
    Weights = dict[str, FloatTable]

Start = Literal["uniform", "zeros", "ones"]


class Rows(Enum):
    """What the rows of a trained array belong to."""

    INPUTS = "words, or what `huffvec.subwords` lays out"
    OUTPUTS = "the output layer: words, inner nodes …, as the objective has them"
    POSITIONS = "places of the window from left to right"
    DOCUMENTS = "tags of documents"


@dataclass(frozen=True)
class Weight:
    """One trained array.

    Attributes
    ----------
    name
        Its key in a model's weights, and the tensor's name in files.
    rows
        What its rows belong to.
    start
        The values that training begins with. ``"uniform"``: at random around 0, as widely as the
        architecture says (``start_width``), with subwords between -1/dim and 1/dim, as fastText's.
    """

    name: str
    rows: Rows
    start: Start


INPUT_VECTORS = Weight("input_vectors", Rows.INPUTS, "uniform")
OUTPUT_VECTORS = Weight("output_vectors", Rows.OUTPUTS, "zeros")
DOCUMENT_VECTORS = Weight("document_vectors", Rows.DOCUMENTS, "uniform")
