"""What a device is told to train: the fields of the engine's plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from huffvec.weights import FloatTable


@dataclass(frozen=True, kw_only=True)
class Plan:
    """As ``TrainingPlan`` of ``_engine_base.pyi``, without the output layer."""

    ids: npt.NDArray[np.int32]
    sentence_offsets: npt.NDArray[np.int64]
    keep_thresholds: npt.NDArray[np.uint32]
    input_rows: FloatTable
    output_rows: FloatTable
    architecture: str
    mean_scale: float
    mean_exponent: float
    window: int
    fixed_radius: bool
    epochs: int
    start_lr: float
    end_lr: float
    seed: int
    deterministic: bool
    chunk_tokens: int
    bag_offsets: npt.NDArray[np.int64] | None = None
    bag_row_ids: npt.NDArray[np.int32] | None = None
    position_rows: FloatTable | None = None
    frozen: npt.NDArray[np.uint8] | None = None
    tag_rows: FloatTable | None = None
    tag_offsets: npt.NDArray[np.int64] | None = None
    tag_ids: npt.NDArray[np.int32] | None = None

    @property
    def n_words(self) -> int:
        """Words of the vocabulary."""
        return len(self.keep_thresholds)
