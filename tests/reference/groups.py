"""Groups of centers in float64: the twin of the fused kernel, decision by decision.

Groups follow one another. In a group the decisions at hot nodes come first, then the others, block
by block; the gradients of a block are all taken before any change.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

GROUP = 16
BLOCK = 128


@dataclass
class Center:
    """A center's window, as places among the words, and its decisions: row, sign, bias."""

    context: list[int]
    hot: list[tuple[int, float, float]]
    others: list[tuple[int, float, float]]


@dataclass
class Groups:
    """Trains `inputs` and `outputs` (float64) in place."""

    inputs: np.ndarray
    outputs: np.ndarray
    words: np.ndarray
    rate: float
    mean_share: np.ndarray | None = None  # for CBOW

    def train(self, centers: list[Center]) -> float:
        """Return the sum of the losses."""
        return sum(
            self._step(block)
            for first in range(0, len(centers), GROUP)
            for block in _blocks(centers[first : first + GROUP])
        )

    def _step(self, decisions: Iterable[tuple[list[int], tuple[int, float, float]]]) -> float:
        changed_inputs, changed_outputs = np.zeros_like(self.inputs), np.zeros_like(self.outputs)
        loss = 0.0
        for context, (row, sign, bias) in decisions:
            side, weight = np.sign(sign), abs(sign)
            for rows, share in self._columns(context):
                hidden = self.inputs[rows].mean(axis=0)
                z = side * (self.outputs[row] @ hidden + bias)
                gradient = self.rate * weight * side / (1 + np.exp(z))
                loss += weight * np.log1p(np.exp(-z))
                changed_outputs[row] += gradient * hidden
                np.add.at(changed_inputs, rows, share * gradient * self.outputs[row])
        self.inputs += changed_inputs
        self.outputs += changed_outputs
        return loss

    def _columns(self, context: list[int]) -> list[tuple[np.ndarray, float]]:
        if self.mean_share is None:
            return [(self.words[[place]], 1.0) for place in context]
        return [(self.words[context], self.mean_share[len(context)])] if context else []


def _blocks(group: list[Center]) -> Iterator[list[tuple[list[int], tuple[int, float, float]]]]:
    yield [(center.context, decision) for center in group for decision in center.hot]
    others = [(center.context, decision) for center in group for decision in center.others]
    for first in range(0, len(others), BLOCK):
        yield others[first : first + BLOCK]
