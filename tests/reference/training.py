"""Training in float64 and plain loops: the twin of the engine, draw by draw.

`walk` yields the batches of a run: steps (which inputs predict which outputs with which labels)
whose gradients are all taken before any change. `loss` is the loss of a batch, `step` does it with
the gradients of the papers and `step_by_differences` with gradients by finite differences of
`loss`.

With bags (subwords) a word's vector is a row of its own while it is trained: one of N_SLOTS rows
that follow the trained ones in the input table, filled by gather events and emptied by scatter
events. The rows after those are the position vectors, and then those of documents' tags.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .outputs import Bands, Normalised, Outputs, TwoLevels
from .rng import NOISE, SUBSAMPLE, WINDOW, Rng
from .selectors import Batches, Event, OneByOne, Tile
from .setting import Setting
from .windows import N_SLOTS, document_windows, sentence_windows

LONGEST_STEP = 1 / 64  # of a number of a position vector


@dataclass
class Step:
    lr: float
    tile: Tile
    outputs: Outputs | Normalised | Bands | TwoLevels
    mean: bool  # the inputs' mean is one input (CBOW)


def chunks(setting: Setting) -> list[list[tuple[int, list[int]]]]:
    """Return the numbers of the sentences of every chunk of an epoch, and their (pieces of) tokens.

    Sentences are parted only if they are longer than a chunk.
    """
    offsets = np.cumsum([0] + [len(s) for s in setting.sentences])
    tokens = [token for sentence in setting.sentences for token in sentence]
    begins = []
    for share in range(0, len(tokens), setting.chunk_tokens):
        starts = [o for o in offsets[:-1] if share <= o < share + setting.chunk_tokens]
        covering = offsets[np.searchsorted(offsets, share, side="right") :][0]  # its end
        whole = covering - offsets[offsets <= share][-1] <= setting.chunk_tokens
        begins.append(starts[0] if starts else covering if whole else share)
    cuts = sorted({*begins, *offsets.tolist()})
    begins.append(len(tokens))
    return [
        [
            (int(np.searchsorted(offsets, a, side="right")) - 1, tokens[a:b])
            for a, b in pairwise(cuts)
            if begin <= a < end
        ]
        for begin, end in pairwise(begins)
    ]


def walk(
    setting: Setting, selector: OneByOne | Batches, taken: range | None = None
) -> Iterator[list[Step]]:
    """Yield the batches of a run, or of some of its chunks."""
    epoch_chunks = chunks(setting)
    n_chunks = len(epoch_chunks) * setting.epochs
    for chunk in range(n_chunks) if taken is None else taken:
        lr = setting.start_lr + (setting.end_lr - setting.start_lr) * chunk / n_chunks
        subsample, radii, noise = (
            Rng(setting.seed, chunk, purpose) for purpose in (SUBSAMPLE, WINDOW, NOISE)
        )
        windows = []
        for number, piece in epoch_chunks[chunk % len(epoch_chunks)]:
            kept = [w for w in piece if subsample.next32() <= setting.keep_thresholds[w]]
            if setting.documents:
                windows += document_windows(setting.documents, number, kept, selector.takes_sets)
            else:
                tags = setting.tags[number] if setting.tags else []
                in_order = isinstance(selector, OneByOne)
                windows += sentence_windows(setting, kept, tags, radii, in_order)
        selector.begin_chunk(noise, lr)
        for batch in selector.batches(windows):
            yield [Step(lr, tile, outputs, window.mean) for window, tile, outputs in batch]


def row_share(setting: Setting, n_rows: int) -> float:
    return min(1.0, setting.mean_scale / n_rows) ** setting.mean_exponent


class Slotted:
    """The input table with slots, position vectors and tags, and where slots' values came from."""

    def __init__(self, setting: Setting, inputs: np.ndarray, tags: np.ndarray | None) -> None:
        self.setting = setting
        shape = (N_SLOTS, inputs.shape[1])
        positions = np.ones((2 * setting.window, inputs.shape[1]))
        self.rows = inputs
        if setting.bags is not None or setting.positions or tags is not None:
            further = [] if tags is None else [tags]
            self.rows = np.vstack([inputs, np.zeros(shape), positions, *further])
        self.gathered = np.zeros(shape)

    def run(self, events: list[Event]) -> None:
        setting = self.setting
        for event in events:
            bag = setting.bags[event.word]
            at = setting.n_rows + event.slot
            if event.gather:
                self.rows[at] = self.gathered[event.slot] = self.rows[bag].mean(axis=0)
            else:
                # CBOW has taken the share already: its mean is over all rows of all words.
                share = row_share(setting, len(bag)) if setting.architecture == "skipgram" else 1
                change = self.rows[at] - self.gathered[event.slot]
                np.add.at(self.rows, bag, share * change)


def position_rows(tile: Tile, inputs: np.ndarray, setting: Setting) -> list[int]:
    return [setting.n_rows + N_SLOTS + place for place in tile.places]


def hidden_vectors(step: Step, inputs: np.ndarray, setting: Setting) -> np.ndarray:
    hidden, tile = inputs[step.tile.input_ids], step.tile
    if tile.values is not None:
        return np.array(tile.values)[None] @ hidden
    if not step.mean:
        return hidden
    if tile.places:
        hidden = hidden * inputs[position_rows(tile, inputs, setting)]
    return np.average(hidden, axis=0, weights=tile.weights)[None]


def loss(batch: list[Step], inputs: np.ndarray, outputs: np.ndarray, setting: Setting) -> float:
    """The sum of the losses of the batch's hidden vectors."""
    return sum(
        step.tile.loss_weight * step.outputs.loss(h, outputs)
        for step in batch
        for h in hidden_vectors(step, inputs, setting)
    )


def step(batch: list[Step], slotted: "Slotted", outputs: np.ndarray) -> None:
    """Change both tables in place by one batch, every gradient taken before any change.

    Only the products of position-weighted CBOW are made with what the batch's earlier steps left.
    """
    inputs, setting = slotted.rows, slotted.setting
    lr, grad_outputs, gradients = batch[0].lr, np.zeros_like(outputs), []
    for step in batch:
        for k, h in enumerate(hidden_vectors(step, inputs, setting)):
            weight, part = step.tile.loss_weight, np.zeros_like(outputs)
            grad_hidden = weight * step.outputs.gradient(h, outputs, part)
            grad_outputs += weight * part
            gradients.append((step.tile, None if step.mean else k, grad_hidden))
    outputs -= lr * rates(batch, outputs) * grad_outputs
    for one in batch:
        tile = one.tile
        if tile.alone:
            slotted.run(tile.before)
        ids, n_rows = np.array(tile.input_ids, int), sum(tile.weights)
        for k, grad_hidden in [(k, g) for of, k, g in gradients if of is tile]:
            if k is not None:
                inputs[ids[k]] -= lr * grad_hidden
                continue
            if tile.values is not None:
                np.add.at(inputs, ids, -lr * np.outer(tile.values, grad_hidden))
                continue
            changes = grad_hidden * row_share(setting, n_rows)
            if tile.places:
                at = position_rows(tile, inputs, setting)
                weights = np.array(tile.weights)[:, None] / n_rows
                changes = changes * inputs[at]
                steps = -lr * weights * inputs[ids] * grad_hidden
                np.add.at(inputs, at, steps.clip(-LONGEST_STEP, LONGEST_STEP))
            np.add.at(inputs, ids, -lr * changes)
        slotted.run(tile.after)


def step_by_differences(batch: list[Step], slotted: "Slotted", outputs: np.ndarray) -> None:
    """Change both tables in place by one batch whose gradients are finite differences of `loss`."""
    inputs, setting = slotted.rows, slotted.setting
    width, gradients = 1e-5, []
    touched = {row for step in batch for row in step.tile.input_ids}
    touched |= {row for step in batch for row in position_rows(step.tile, inputs, setting)}
    for table, rows in ((inputs, sorted(touched)), (outputs, range(len(outputs)))):
        gradient = np.zeros_like(table)
        for row in rows:
            for d in range(table.shape[1]):
                value = table[row, d]
                table[row, d] = value + width
                above = loss(batch, inputs, outputs, setting)
                table[row, d] = value - width
                below = loss(batch, inputs, outputs, setting)
                gradient[row, d] = (above - below) / (2 * width)
                table[row, d] = value
        gradients.append(gradient)
    if setting.bags and setting.architecture == "cbow":
        # A row of a bag is 1/n of its vector, and all rows changing alike change it as much.
        for step in batch:
            for row, n in dict(zip(step.tile.input_ids, step.tile.weights, strict=True)).items():
                gradients[0][row] /= n
    inputs -= batch[0].lr * gradients[0]
    outputs -= batch[0].lr * rates(batch, outputs) * gradients[1]
    for step in batch:
        slotted.run(step.tile.after)


def rates(batch: list[Step], outputs: np.ndarray) -> np.ndarray | float:
    """Return what the output rows' learning rates are multiplied by."""
    kind = batch[0].outputs
    return kind.rates(outputs) if isinstance(kind, TwoLevels) else 1.0
