"""What targets are predicted by: the loss of a hidden vector, and its gradient.

Each kind has `loss(h, outputs)` and `gradient(h, outputs, grad_outputs)`, which adds to the
gradient of the output table and returns that of h.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Outputs:
    """Rows of the output table, each with a label and an offset."""

    rows: list[int]
    labels: list[int]
    offsets: list[float] = field(default_factory=list)  # or none
    link: str = "sigmoid"
    log_z_row: int | None = None  # the row whose first number is taken from all scores

    def scores(self, hidden: np.ndarray, outputs: np.ndarray) -> np.ndarray:
        scores = outputs[self.rows] @ hidden
        if self.offsets:
            scores = scores + self.offsets
        return scores if self.log_z_row is None else scores - outputs[self.log_z_row, 0]

    def loss(self, h: np.ndarray, outputs: np.ndarray) -> float:
        return link_loss(self.link, self.scores(h, outputs), np.array(self.labels))

    def errors(self, h: np.ndarray, outputs: np.ndarray) -> tuple[list[int], np.ndarray]:
        """The rows, and the gradient to the score of each."""
        return self.rows, link_errors(self.link, self.scores(h, outputs), np.array(self.labels))

    def gradient(self, h: np.ndarray, outputs: np.ndarray, grad_outputs: np.ndarray) -> np.ndarray:
        _, errors = self.errors(h, outputs)
        np.add.at(grad_outputs, self.rows, np.outer(errors, h))
        if self.log_z_row is not None:
            grad_outputs[self.log_z_row, 0] -= errors.sum()
        return errors @ outputs[self.rows]


class DrawnAsNeeded(Outputs):
    """The target and draws from a proposal, as many as it takes until enough are effective.

    The target's score is as it is, those of the draws are set against log(K q); draws that are the
    target have no weight.
    """

    def __init__(
        self,
        target_id: int,
        drawn: list[int],
        draw: Callable[[], int],
        probs: list[float],
        enough: tuple[float, int],  # effective samples, and draws at most
    ) -> None:
        super().__init__([], [], link="softmax")
        self.target_id, self.draw, self.probs, self.enough = target_id, draw, probs, enough
        self.set_draws(drawn)

    def set_draws(self, drawn: list[int]) -> None:
        self.rows, self.labels = [self.target_id, *drawn], [1] + [0] * len(drawn)
        self.offsets = [0.0] + [
            -np.inf if x == self.target_id else -np.log(len(drawn) * self.probs[x]) for x in drawn
        ]

    def grow(self, hidden: np.ndarray, outputs: np.ndarray) -> None:
        """Draw as many again, and again, until enough are effective for all hidden vectors."""
        effective, most = self.enough
        while (n := len(self.rows) - 1) < most and self.effective(hidden, outputs) < effective:
            more = [self.draw() for _ in range(min(n, most - n))]
            self.set_draws([*self.rows[1:], *more])

    def effective(self, hidden: np.ndarray, outputs: np.ndarray) -> float:
        if all(row == self.target_id for row in self.rows):
            return 0.0
        weights = [np.exp(self.scores(h, outputs)[1:]) for h in hidden]
        return min(r.sum() ** 2 / (r**2).sum() for r in weights)


@dataclass
class Normalised:
    """All words, the normaliser of which enters the loss in some way, or is left out."""

    target_id: int
    linear: float
    square: float
    offset: float
    constant: float
    low: float  # log Z between which the square is one, and not a straight line
    high: float
    left_out: bool = False

    def loss(self, h: np.ndarray, outputs: np.ndarray) -> float:
        scores = outputs @ h + self.offset
        own = self.constant - scores[self.target_id]
        if self.left_out:
            return own
        log_z = np.logaddexp.reduce(scores)
        bent = np.clip(log_z, self.low, self.high)
        square = bent**2 + 2 * bent * (log_z - bent)
        return own + self.linear * log_z + self.square * square

    def errors(self, h: np.ndarray, outputs: np.ndarray) -> tuple[range, np.ndarray]:
        """The rows, and the gradient to the score of each."""
        errors = np.zeros(len(outputs))
        if not self.left_out:
            scores = outputs @ h + self.offset
            log_z = np.logaddexp.reduce(scores)
            slope = self.linear + 2 * self.square * np.clip(log_z, self.low, self.high)
            errors = slope * np.exp(scores - log_z)
        errors[self.target_id] -= 1
        return range(len(outputs)), errors

    def gradient(self, h: np.ndarray, outputs: np.ndarray, grad_outputs: np.ndarray) -> np.ndarray:
        _, errors = self.errors(h, outputs)
        grad_outputs += np.outer(errors, h)
        return errors @ outputs


@dataclass
class Bands:
    """All words, each of which reads a part of the hidden vector."""

    target_id: int
    bands: list[list[int]]  # first word, words, first row, width, rows in a table row

    def matrix(self, outputs: np.ndarray) -> tuple[np.ndarray, list[tuple[int, slice, slice]]]:
        """The whole output matrix, and each word's place in the table and in the hidden vector."""
        rows, places, part = [], [], 0
        for _, n_words, first_row, width, per_row in self.bands:
            for i in range(n_words):
                row, columns = packed_place(i, first_row, width, per_row)
                places.append((row, columns, slice(part, part + width)))
                rows.append(np.zeros(outputs.shape[1]))
                rows[-1][part : part + width] = outputs[row, columns]
            part += width
        return np.array(rows), places

    def loss(self, h: np.ndarray, outputs: np.ndarray) -> float:
        scores = self.matrix(outputs)[0] @ h
        return np.logaddexp.reduce(scores) - scores[self.target_id]

    def gradient(self, h: np.ndarray, outputs: np.ndarray, grad_outputs: np.ndarray) -> np.ndarray:
        matrix, places = self.matrix(outputs)
        errors = softmax_errors(matrix @ h, self.target_id)
        for error, (row, columns, part) in zip(errors, places, strict=True):
            grad_outputs[row, columns] += error * h[part]
        return errors @ matrix


@dataclass
class TwoLevels:
    """Frequent words and clusters; then the words of the target's cluster."""

    target_id: int
    clusters: list[list[int]]

    def split(self) -> tuple[int, int, list[int] | None]:
        """The head's size, the target's place in it, and its cluster if it is in one."""
        n_frequent = self.clusters[0][0]
        own = [k for k, c in enumerate(self.clusters) if c[0] <= self.target_id]
        place = n_frequent + own[-1] if own else self.target_id
        return n_frequent + len(self.clusters), place, self.clusters[own[-1]] if own else None

    def loss(self, h: np.ndarray, outputs: np.ndarray) -> float:
        n_head, place, cluster = self.split()
        scores = outputs[:n_head] @ h
        loss = np.logaddexp.reduce(scores) - scores[place]
        if cluster:
            scores = self.words(cluster, outputs) @ (self.projection(cluster, outputs) @ h)
            loss += np.logaddexp.reduce(scores) - scores[self.target_id - cluster[0]]
        return loss

    def gradient(self, h: np.ndarray, outputs: np.ndarray, grad_outputs: np.ndarray) -> np.ndarray:
        n_head, place, cluster = self.split()
        errors = softmax_errors(outputs[:n_head] @ h, place)
        grad_outputs[:n_head] += np.outer(errors, h)
        grad_h = errors @ outputs[:n_head]
        if cluster:
            first_word, n_words, first_row, width, per_row = cluster
            projection, words = self.projection(cluster, outputs), self.words(cluster, outputs)
            errors = softmax_errors(words @ projection @ h, self.target_id - first_word)
            for i in range(n_words):
                grad_outputs[packed_place(i, first_row, width, per_row)] += (
                    errors[i] * projection @ h
                )
            grad_projected = errors @ words
            grad_outputs[first_row - width : first_row] += np.outer(grad_projected, h)
            grad_h = grad_h + grad_projected @ projection
        return grad_h

    def rates(self, outputs: np.ndarray) -> np.ndarray:
        """Learning rates of the table's rows: those of projections are lower."""
        rates = np.ones((len(outputs), 1))
        for _, _, first_row, width, _ in self.clusters:
            rates[first_row - width : first_row] = 0.01
        return rates

    def projection(self, cluster: list[int], outputs: np.ndarray) -> np.ndarray:
        _, _, first_row, width, _ = cluster
        return outputs[first_row - width : first_row]

    def words(self, cluster: list[int], outputs: np.ndarray) -> np.ndarray:
        _, n_words, first_row, width, per_row = cluster
        return np.array(
            [outputs[packed_place(i, first_row, width, per_row)] for i in range(n_words)]
        )


def packed_place(i: int, first_row: int, width: int, per_row: int) -> tuple[int, slice]:
    """The table row and columns of a band's row i: per_row in a row, from multiples of 16 on."""
    begin = i % per_row * (-(-width // 16) * 16)
    return first_row + i // per_row, slice(begin, begin + width)


def link_loss(link: str, scores: np.ndarray, labels: np.ndarray) -> float:
    """The loss of one hidden vector; with a softmax the first output is the target."""
    if link == "sigmoid":
        return float(np.logaddexp(0, np.where(labels, -scores, scores)).sum())
    if link == "linear":
        over = np.maximum(0, np.where(labels, 1 - scores, scores))
        return float(np.where(over < 1, over**2 / 2, over - 1 / 2).sum())
    log_probs = scores - np.logaddexp.reduce(scores)
    if link == "softmax":
        return float(-log_probs[0])
    assert link == "blackout"
    return float(-log_probs[0] - np.log1p(-np.exp(log_probs[1:])).sum())


def link_errors(link: str, scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The gradient of `link_loss` to the scores."""
    if link == "sigmoid":
        return np.exp(-np.logaddexp(0, -scores)) - labels  # σ(s) − label
    if link == "linear":
        return np.clip(scores, 0, 1) - labels
    if link == "softmax":
        return softmax_errors(scores, 0)
    assert link == "blackout"
    probs = np.exp(scores - np.logaddexp.reduce(scores))
    ratios = np.where(labels, 0, probs / (1 - probs))
    return probs * (1 - ratios.sum()) - labels + ratios


def softmax_errors(scores: np.ndarray, target: int) -> np.ndarray:
    """The gradient of −log softmax(scores)[target] to the scores."""
    errors = np.exp(scores - np.logaddexp.reduce(scores))
    errors[target] -= 1
    return errors
