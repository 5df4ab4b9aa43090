"""Groups of targets in float64: the twin of the fused kernel, decision by decision.

Groups follow one another. In a group the decisions at top nodes come first, then the others, a
block of columns after the other; the gradients of a block are all taken before any change.
"""

from dataclasses import dataclass, field

import numpy as np

GROUP = 16
COLUMNS = 8  # outputs of a target in a block


@dataclass
class Decision:
    row: int
    sign: float
    weight: float = 1.0
    offset: float = 0.0


@dataclass
class Target:
    """The words of its window, its decisions at top nodes, and the others, by column."""

    context: list[int]
    top: list[Decision]
    others: list[Decision]


@dataclass
class Table:
    rows: np.ndarray  # float64, changed in place
    shares: np.ndarray  # what each row's changes are multiplied by
    moves: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.moves = np.zeros(len(self.rows))
        self.changes = np.zeros_like(self.rows)

    def add(self, row: int, change: np.ndarray, moves: float) -> None:
        self.changes[row] += self.shares[row] * change
        self.moves[row] += moves

    def end_block(self) -> None:
        self.rows += self.changes
        self.changes[:] = 0


@dataclass
class Groups:
    inputs: Table
    outputs: Table
    rate: float
    mean_shares: np.ndarray | None = None  # for CBOW, by the number of words
    pull: float = 0.0  # the sum of all gradients
    size: float = 0.0  # and of their sizes

    def train(self, targets: list[Target]) -> float:
        """Change the tables, and return the sum of the losses."""
        loss = 0.0
        for first in range(0, len(targets), GROUP):
            group = targets[first : first + GROUP]
            loss += self._block([(target, target.top) for target in group])
            for column in range(0, max(len(target.others) for target in group), COLUMNS):
                columns = slice(column, column + COLUMNS)
                loss += self._block([(target, target.others[columns]) for target in group])
        return loss

    def _block(self, block: list[tuple[Target, list[Decision]]]) -> float:
        loss = sum(
            self._decide(decision, words, share)
            for target, decisions in block
            for words, share in self._hidden(target.context)
            for decision in decisions
        )
        self.inputs.end_block()
        self.outputs.end_block()
        return loss

    def _hidden(self, context: list[int]) -> list[tuple[list[int], float]]:
        """Return the words that each hidden vector is the mean of, and what each gets."""
        if self.mean_shares is None:
            return [([word], 1.0) for word in context]
        return [(context, self.mean_shares[len(context)])] if context else []

    def _decide(self, decision: Decision, words: list[int], share: float) -> float:
        hidden, output = self.inputs.rows[words].mean(axis=0), self.outputs.rows[decision.row]
        z = decision.sign * (output @ hidden + decision.offset)
        gradient = self.rate * decision.weight * decision.sign / (1 + np.exp(z))
        self.pull += gradient
        self.size += abs(gradient)
        self.outputs.add(decision.row, gradient * hidden, abs(gradient) * (hidden @ hidden))
        for word in words:
            moves = share * abs(gradient) * (output @ output)
            self.inputs.add(word, share * gradient * output, moves)
        return decision.weight * np.log1p(np.exp(-z))
