"""Examples: documents with their labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_float
from huffvec.classify.features import Bags
from huffvec.errors import CorpusError


@dataclass(frozen=True, eq=False)
class Examples:
    """Documents with their labels, as the engine takes them.

    Attributes
    ----------
    bags
        The documents' features.
    label_offsets, label_ids
        The labels of document i are ``label_ids[label_offsets[i]:label_offsets[i + 1]]``: int64
        (n_documents + 1,), int32.
    weights
        float32 (n_documents,): how much each document counts; ``None`` for 1.
    """

    bags: Bags
    label_offsets: npt.NDArray[np.int64]
    label_ids: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32] | None = None

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.bags)

    @property
    def n_tokens(self) -> int:
        """Labels in all."""
        return len(self.label_ids)

    @cached_property
    def is_single_label(self) -> bool:
        """Whether every document has one label."""
        return bool((np.diff(self.label_offsets) == 1).all())

    def take(self, order: npt.NDArray[np.int64]) -> Examples:
        """Return some documents, or all in another order."""
        offsets, places = _places(self.bags.offsets, order)
        label_offsets, label_places = _places(self.label_offsets, order)
        bags = Bags(offsets, self.bags.row_ids[places], self.bags.values[places])
        weights = None if self.weights is None else self.weights[order]
        return Examples(bags, label_offsets, self.label_ids[label_places], weights)

    def split(self, share: float, seed: int) -> tuple[Examples, Examples]:
        """Return the documents but for a share of them, and that share, drawn at random.

        Parameters
        ----------
        share
            Over 0 and up to 1.
        seed
            Of the draw.

        Raises
        ------
        ConfigError
            If the share is out of its range.
        CorpusError
            If one of the two would have no document.
        """
        check_float("share", share, 0.0, 1.0, open_low=True)
        n_drawn = round(share * len(self))
        if not 0 < n_drawn < len(self):
            raise CorpusError(
                f"a share of {share:g} of {len(self):,} examples is {n_drawn:,}, expected at least "
                "one in it and one besides."
            )
        order = np.random.default_rng(seed).permutation(len(self))
        return self.take(np.sort(order[n_drawn:])), self.take(np.sort(order[:n_drawn]))


def _places(
    offsets: npt.NDArray[np.int64], order: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the offsets of parts in another order, and where their numbers come from."""
    lengths = np.diff(offsets)[order]
    new = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    return new, np.arange(new[-1]) + np.repeat(offsets[order] - new[:-1], lengths)
