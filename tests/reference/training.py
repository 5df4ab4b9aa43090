"""Training in float64 and plain loops: the twin of the engine, draw by draw.

`walk` yields the steps of a run (which inputs predict which outputs with which labels), `loss` is
the loss of one step, `step` does it with the gradients of the papers and `step_by_differences` with
gradients by finite differences of `loss`.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from .rng import NOISE, SUBSAMPLE, WINDOW, AliasTable, Rng

MAX_INPUTS = 10


@dataclass
class Setting:
    sentences: list[list[int]]
    keep_thresholds: list[int]
    architecture: str = "skipgram"
    mean_gradient: str = "corrected"
    window: int = 5
    epochs: int = 1
    start_lr: float = 0.025
    end_lr: float = 0.0
    seed: int = 1
    chunk_tokens: int = 10_000


@dataclass
class Outputs:
    """What a target is predicted by: rows of the output table, each with a label and an offset."""

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


@dataclass
class Step:
    lr: float
    input_ids: list[int]
    outputs: Outputs
    mean: bool  # the inputs' mean is one input (CBOW)


class Noise:
    """The target and noise words, for the positions of a chunk in order.

    Subclasses say by `entries` which noise words count, and make the outputs of them.
    """

    def __init__(self, probs: list[float], samples: int, share: int = 1) -> None:
        self.table, self.probs, self.samples, self.share = AliasTable(probs), probs, samples, share

    def begin_chunk(self, rng: Rng) -> None:
        self.rng = rng

    def outputs(self, target_id: int, pos: int) -> Outputs:
        if pos % self.share == 0:
            self.drawn = [self.table.draw(self.rng) for _ in range(self.samples)]
        return self.make([target_id, *self.entries(target_id)])

    def entries(self, target_id: int) -> list[int]:
        return [noise_id for noise_id in self.drawn if noise_id != target_id]

    def make(self, rows: list[int]) -> Outputs:
        return Outputs(rows, [1] + [0] * (len(rows) - 1))


class ContrastiveNoise(Noise):
    """Noise-contrastive estimation: draws of the target stay, scores are set against log(K q)."""

    def __init__(self, probs: list[float], samples: int, log_z: float | None) -> None:
        super().__init__(probs, samples)
        self.log_z = log_z

    def entries(self, target_id: int) -> list[int]:
        return self.drawn

    def make(self, rows: list[int]) -> Outputs:
        log_z = math.log(len(self.probs)) if self.log_z is None else self.log_z
        outputs = super().make(rows)
        outputs.offsets = [-log_z - math.log(self.samples * self.probs[row]) for row in rows]
        outputs.log_z_row = len(self.probs) if self.log_z is None else None
        return outputs


class DistinctNoise(Noise):
    """A choice among the target and the distinct noise words, set against how often they come."""

    def __init__(self, probs: list[float], samples: int, link: str) -> None:
        super().__init__(probs, samples)
        self.link = link

    def entries(self, target_id: int) -> list[int]:
        return list(dict.fromkeys(super().entries(target_id)))

    def make(self, rows: list[int]) -> Outputs:
        included = [1 - (1 - self.probs[row]) ** self.samples for row in rows]
        outputs = super().make(rows)
        outputs.offsets, outputs.link = [-math.log(p) for p in included], self.link
        return outputs


class AllWords:
    """The choice among all words: the full softmax, one position after the other."""

    def __init__(self, n_words: int) -> None:
        self.n_words = n_words

    def begin_chunk(self, rng: Rng) -> None:
        pass

    def outputs(self, target_id: int, pos: int) -> Outputs:
        others = [row for row in range(self.n_words) if row != target_id]
        return Outputs([target_id, *others], [1] + [0] * len(others), link="softmax")


class Paths:
    """Output rows of hierarchical softmax."""

    def __init__(self, paths: list[list[tuple[int, int]]]) -> None:
        self.paths = paths

    def begin_chunk(self, rng: Rng) -> None:
        pass

    def outputs(self, target_id: int, pos: int) -> Outputs:
        nodes, bits = zip(*self.paths[target_id], strict=True)
        return Outputs(list(nodes), [1 - bit for bit in bits])


def chunks(setting: Setting) -> list[list[list[int]]]:
    """Return the (pieces of) sentences of every chunk of an epoch."""
    offsets = np.cumsum([0] + [len(s) for s in setting.sentences])
    tokens = [token for sentence in setting.sentences for token in sentence]
    begins = []
    for share in range(0, len(tokens), setting.chunk_tokens):
        starts = [o for o in offsets[:-1] if share <= o < share + setting.chunk_tokens]
        begins.append(starts[0] if starts else share)
    cuts = sorted({*begins, *offsets.tolist()})
    begins.append(len(tokens))
    return [
        [tokens[a:b] for a, b in pairwise(cuts) if begin <= a < end]
        for begin, end in pairwise(begins)
    ]


def walk(setting: Setting, selector: Noise | Paths | AllWords) -> Iterator[Step]:
    epoch_chunks = chunks(setting)
    n_chunks = len(epoch_chunks) * setting.epochs
    for chunk in range(n_chunks):
        lr = setting.start_lr + (setting.end_lr - setting.start_lr) * chunk / n_chunks
        subsample, windows, noise = (
            Rng(setting.seed, chunk, purpose) for purpose in (SUBSAMPLE, WINDOW, NOISE)
        )
        selector.begin_chunk(noise)
        for piece in epoch_chunks[chunk % len(epoch_chunks)]:
            kept = [w for w in piece if subsample.next32() <= setting.keep_thresholds[w]]
            for pos, target_id in enumerate(kept):
                radius = 1 + windows.below(setting.window)
                outputs = selector.outputs(target_id, pos)
                context = kept[max(0, pos - radius) : pos] + kept[pos + 1 : pos + radius + 1]
                if not context:
                    continue
                if setting.architecture == "cbow":
                    yield Step(lr, context, outputs, mean=True)
                    continue
                n_tiles = -(-len(context) // MAX_INPUTS)
                cuts = [len(context) * t // n_tiles for t in range(n_tiles + 1)]
                for a, b in pairwise(cuts):
                    yield Step(lr, context[a:b], outputs, mean=False)


def hidden_vectors(step: Step, inputs: np.ndarray) -> np.ndarray:
    hidden = inputs[step.input_ids]
    return hidden.mean(axis=0, keepdims=True) if step.mean else hidden


def link_loss(link: str, scores: np.ndarray, labels: np.ndarray) -> float:
    """The loss of one hidden vector; with a softmax the first output is the target."""
    if link == "sigmoid":
        return float(np.logaddexp(0, np.where(labels, -scores, scores)).sum())
    log_probs = scores - np.logaddexp.reduce(scores)
    if link == "softmax":
        return float(-log_probs[0])
    assert link == "blackout"
    return float(-log_probs[0] - np.log1p(-np.exp(log_probs[1:])).sum())


def link_errors(link: str, scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The gradient of `link_loss` to the scores."""
    if link == "sigmoid":
        return np.exp(-np.logaddexp(0, -scores)) - labels  # σ(s) − label
    probs = np.exp(scores - np.logaddexp.reduce(scores))
    if link == "softmax":
        return probs - labels
    assert link == "blackout"
    ratios = np.where(labels, 0, probs / (1 - probs))
    return probs * (1 - ratios.sum()) - labels + ratios


def loss(step: Step, inputs: np.ndarray, outputs: np.ndarray) -> float:
    """The sum of the losses of the step's hidden vectors."""
    which, labels = step.outputs, np.array(step.outputs.labels)
    return sum(
        link_loss(which.link, which.scores(h, outputs), labels)
        for h in hidden_vectors(step, inputs)
    )


def step(step: Step, inputs: np.ndarray, outputs: np.ndarray, mean_gradient: str) -> None:
    """Change both tables in place by one step, every gradient taken before any change."""
    hidden = hidden_vectors(step, inputs)
    grad_hidden, grad_outputs = np.zeros_like(hidden), np.zeros_like(outputs)
    which, labels = step.outputs, np.array(step.outputs.labels)
    for k, h in enumerate(hidden):
        errors = link_errors(which.link, which.scores(h, outputs), labels)
        grad_hidden[k] = errors @ outputs[which.rows]
        np.add.at(grad_outputs, which.rows, np.outer(errors, h))
        if which.log_z_row is not None:
            grad_outputs[which.log_z_row, 0] -= errors.sum()
    if step.mean:
        share = 1 / len(step.input_ids) if mean_gradient == "corrected" else 1.0
        grad_hidden = np.repeat(grad_hidden * share, len(step.input_ids), axis=0)
    outputs -= step.lr * grad_outputs
    np.subtract.at(inputs, step.input_ids, step.lr * grad_hidden)


def step_by_differences(step: Step, inputs: np.ndarray, outputs: np.ndarray) -> None:
    """Change both tables in place by one step whose gradients are finite differences of `loss`."""
    width, gradients = 1e-5, []
    for table in (inputs, outputs):
        gradient = np.zeros_like(table)
        for at in np.ndindex(*table.shape):
            value = table[at]
            table[at] = value + width
            above = loss(step, inputs, outputs)
            table[at] = value - width
            gradient[at] = (above - loss(step, inputs, outputs)) / (2 * width)
            table[at] = value
        gradients.append(gradient)
    inputs -= step.lr * gradients[0]
    outputs -= step.lr * gradients[1]
