"""Training in float64 and plain loops: the twin of the engine, draw by draw.

`walk` yields the steps of a run (which inputs predict which outputs with which labels), `loss` is
the loss of one step, `step` does it with the gradients of the papers and `step_by_differences` with
gradients by finite differences of `loss`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
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
class Step:
    lr: float
    input_ids: list[int]
    outputs: list[tuple[int, int]]  # (row, label)
    mean: bool  # the inputs' mean is one input (CBOW)


class Negatives:
    """Output rows of negative sampling, for the positions of a chunk in order."""

    def __init__(self, probs: list[float], negatives: int, share: int) -> None:
        self.table, self.negatives, self.share = AliasTable(probs), negatives, share

    def begin_chunk(self, rng: Rng) -> None:
        self.rng = rng

    def outputs(self, target_id: int, pos: int) -> list[tuple[int, int]]:
        if pos % self.share == 0:
            self.drawn = [self.table.draw(self.rng) for _ in range(self.negatives)]
        return [(target_id, 1)] + [
            (noise_id, 0) for noise_id in self.drawn if noise_id != target_id
        ]


class Paths:
    """Output rows of hierarchical softmax."""

    def __init__(self, paths: list[list[tuple[int, int]]]) -> None:
        self.paths = paths

    def begin_chunk(self, rng: Rng) -> None:
        pass

    def outputs(self, target_id: int, pos: int) -> list[tuple[int, int]]:
        return [(node, 1 - bit) for node, bit in self.paths[target_id]]


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


def walk(setting: Setting, selector: Negatives | Paths) -> Iterator[Step]:
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


def loss(step: Step, inputs: np.ndarray, outputs: np.ndarray) -> float:
    """−Σ log σ(±h·o) over the step's hidden vectors h and output rows o."""
    hidden = inputs[step.input_ids]
    if step.mean:
        hidden = hidden.mean(axis=0, keepdims=True)
    return sum(
        float(np.logaddexp(0, -(1 if label else -1) * (h @ outputs[row])))
        for h in hidden
        for row, label in step.outputs
    )


def step(step: Step, inputs: np.ndarray, outputs: np.ndarray, mean_gradient: str) -> None:
    """Change both tables in place by one step, every gradient taken before any change."""
    hidden = inputs[step.input_ids]
    if step.mean:
        hidden = hidden.mean(axis=0, keepdims=True)
    grad_hidden, grad_outputs = np.zeros_like(hidden), np.zeros_like(outputs)
    for k, h in enumerate(hidden):
        for row, label in step.outputs:
            error = np.exp(-np.logaddexp(0, -h @ outputs[row])) - label  # σ(s) − label
            grad_hidden[k] += error * outputs[row]
            grad_outputs[row] += error * h
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
