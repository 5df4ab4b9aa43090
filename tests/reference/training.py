"""Training in float64 and plain loops: the twin of the engine, draw by draw.

`walk` yields the batches of a run: steps (which inputs predict which outputs with which labels)
whose gradients are all taken before any change. `loss` is the loss of a batch, `step` does it with
the gradients of the papers and `step_by_differences` with gradients by finite differences of
`loss`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .outputs import Bands, Normalised, Outputs, TwoLevels
from .rng import NOISE, SUBSAMPLE, WINDOW, Rng
from .selectors import Batches, OneByOne, Window

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
    outputs: Outputs | Normalised | Bands | TwoLevels
    mean: bool  # the inputs' mean is one input (CBOW)


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


def walk(setting: Setting, selector: OneByOne | Batches) -> Iterator[list[Step]]:
    epoch_chunks = chunks(setting)
    n_chunks = len(epoch_chunks) * setting.epochs
    for chunk in range(n_chunks):
        lr = setting.start_lr + (setting.end_lr - setting.start_lr) * chunk / n_chunks
        subsample, radii, noise = (
            Rng(setting.seed, chunk, purpose) for purpose in (SUBSAMPLE, WINDOW, NOISE)
        )
        windows = []
        for piece in epoch_chunks[chunk % len(epoch_chunks)]:
            kept = [w for w in piece if subsample.next32() <= setting.keep_thresholds[w]]
            for pos, target_id in enumerate(kept):
                radius = 1 + radii.below(setting.window)
                context = kept[max(0, pos - radius) : pos] + kept[pos + 1 : pos + radius + 1]
                mean = setting.architecture == "cbow"
                windows.append(Window(target_id, pos, tiles(context, mean), mean))
        selector.begin_chunk(noise, lr)
        for batch in selector.batches(windows):
            yield [Step(lr, tile, outputs, window.mean) for window, tile, outputs in batch]


def tiles(context: list[int], mean: bool) -> list[list[int]]:
    """Return the context words in the groups that are trained together."""
    n_tiles = bool(context) if mean else -(-len(context) // MAX_INPUTS)
    cuts = [len(context) * t // n_tiles for t in range(n_tiles + 1)] if n_tiles else []
    return [context[a:b] for a, b in pairwise(cuts)]


def hidden_vectors(step: Step, inputs: np.ndarray) -> np.ndarray:
    hidden = inputs[step.input_ids]
    return hidden.mean(axis=0, keepdims=True) if step.mean else hidden


def loss(batch: list[Step], inputs: np.ndarray, outputs: np.ndarray) -> float:
    """The sum of the losses of the batch's hidden vectors."""
    return sum(
        step.outputs.loss(h, outputs) for step in batch for h in hidden_vectors(step, inputs)
    )


def step(batch: list[Step], inputs: np.ndarray, outputs: np.ndarray, mean_gradient: str) -> None:
    """Change both tables in place by one batch, every gradient taken before any change."""
    grad_inputs, grad_outputs = np.zeros_like(inputs), np.zeros_like(outputs)
    for step in batch:
        ids = np.array(step.input_ids)
        share = 1 / len(ids) if step.mean and mean_gradient == "corrected" else 1.0
        for k, h in enumerate(hidden_vectors(step, inputs)):
            grad_h = step.outputs.gradient(h, outputs, grad_outputs)
            np.add.at(grad_inputs, ids if step.mean else ids[k], share * grad_h)
    outputs -= batch[0].lr * rates(batch, outputs) * grad_outputs
    inputs -= batch[0].lr * grad_inputs


def step_by_differences(batch: list[Step], inputs: np.ndarray, outputs: np.ndarray) -> None:
    """Change both tables in place by one batch whose gradients are finite differences of `loss`."""
    width, gradients = 1e-5, []
    for table in (inputs, outputs):
        gradient = np.zeros_like(table)
        for at in np.ndindex(*table.shape):
            value = table[at]
            table[at] = value + width
            above = loss(batch, inputs, outputs)
            table[at] = value - width
            gradient[at] = (above - loss(batch, inputs, outputs)) / (2 * width)
            table[at] = value
        gradients.append(gradient)
    inputs -= batch[0].lr * gradients[0]
    outputs -= batch[0].lr * rates(batch, outputs) * gradients[1]


def rates(batch: list[Step], outputs: np.ndarray) -> np.ndarray | float:
    """Return what the output rows' learning rates are multiplied by."""
    kind = batch[0].outputs
    return kind.rates(outputs) if isinstance(kind, TwoLevels) else 1.0
