"""Training in float64 and plain loops: the twin of the engine, draw by draw.

`walk` yields the batches of a run: steps (which inputs predict which outputs with which labels)
whose gradients are all taken before any change. `loss` is the loss of a batch, `step` does it with
the gradients of the papers and `step_by_differences` with gradients by finite differences of
`loss`.

With bags (subwords) a word's vector is a row of its own while it is trained: one of N_SLOTS rows
that follow the trained ones in the input table, filled by gather events and emptied by scatter
events. The rows after those are the position vectors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .outputs import Bands, Normalised, Outputs, TwoLevels
from .rng import NOISE, SUBSAMPLE, WINDOW, Rng
from .selectors import Batches, Event, OneByOne, Tile, Window

MAX_INPUTS = 10
N_SLOTS = 2_000
LONGEST_STEP = 1 / 64  # of a number of a position vector


@dataclass
class Setting:
    sentences: list[list[int]]
    keep_thresholds: list[int]
    architecture: str = "skipgram"
    mean_scale: float = 1.0  # of the gradient of a mean of n, a row gets (scale / n)^exponent
    mean_exponent: float = 1.0
    bags: list[list[int]] | None = None  # by word, rows of the input table
    n_rows: int = 0  # of the input table, without slots and position vectors
    positions: bool = False
    window: int = 5
    fixed_radius: bool = False
    frozen: list[int] | None = None  # by word, not zero for rows that stay
    epochs: int = 1
    start_lr: float = 0.025
    end_lr: float = 0.0
    seed: int = 1
    chunk_tokens: int = 10_000


@dataclass
class Step:
    lr: float
    tile: Tile
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
            windows += sentence_windows(setting, kept, radii, isinstance(selector, OneByOne))
        selector.begin_chunk(noise, lr)
        for batch in selector.batches(windows):
            yield [Step(lr, tile, outputs, window.mean) for window, tile, outputs in batch]


class Slots:
    """Which words of a sentence are in which slot; a word that occurs twice within reach has one.

    In order (as windows slide over the sentence) a slot lives as long as its word is within reach
    of the center; otherwise for one tile.
    """

    def __init__(self, setting: Setting, sentence: list[int]) -> None:
        self.setting, self.sentence = setting, sentence
        self.slot_of: dict[int, int] = {}
        self.begin = self.end = 0

    def move_to(self, pos: int) -> list[Event]:
        window = self.setting.window
        events = self.leave_up_to(pos - window)
        for word in self.sentence[self.end : pos + window + 1]:
            self.end += 1
            if word not in self.slot_of:
                free = next(k for k in range(N_SLOTS) if k not in self.slot_of.values())
                self.slot_of[word] = free
                events.append(Event(True, free, word))
        return events

    def leave_up_to(self, end: int) -> list[Event]:
        events = []
        while self.begin < end:
            word = self.sentence[self.begin]
            self.begin += 1
            if word not in self.sentence[self.begin : self.end]:
                events.append(Event(False, self.slot_of.pop(word), word))
        return events


def sentence_windows(
    setting: Setting, kept: list[int], radii: Rng, in_order: bool
) -> Iterator[Window]:
    slots = Slots(setting, kept)
    mean = setting.architecture == "cbow"
    for pos, target_id in enumerate(kept):
        radius = setting.window if setting.fixed_radius else 1 + radii.below(setting.window)
        left, right = max(0, pos - radius), min(len(kept), pos + radius + 1)
        events = slots.move_to(pos) if setting.bags and in_order else []
        tiles = []
        for context in parts([at for at in range(left, right) if at != pos], mean):
            words = [kept[at] for at in context]
            places = [at - pos + setting.window - (at > pos) for at in context]
            tile = Tile(words, [1] * len(words), places if setting.positions else [])
            if setting.bags:
                tile.weights = [len(setting.bags[word]) for word in words]
                if not in_order:
                    UNORDERED.fill(tile, words)
                else:
                    tile.input_ids = [slots.slot_of[word] for word in words]
                tile.input_ids = [setting.n_rows + slot for slot in tile.input_ids]
            tiles.append(tile)
        if tiles:
            tiles[0].before += events
            if setting.bags and in_order and pos == len(kept) - 1:
                tiles[-1].after += slots.leave_up_to(len(kept))
        yield Window(target_id, pos, tiles, mean)


class UnorderedSlots:
    """Slots of tiles that are trained in any order: each tile has some for itself."""

    def __init__(self) -> None:
        self.next = 0

    def fill(self, tile: Tile, words: list[int]) -> None:
        own = {}
        for word in words:
            if word not in own:
                own[word] = self.next = (self.next + 1) % N_SLOTS
                tile.before.append(Event(True, own[word], word))
                tile.after.append(Event(False, own[word], word))
        tile.input_ids = [own[word] for word in words]
        tile.alone = True


UNORDERED = UnorderedSlots()


def parts(context: list[int], mean: bool) -> list[list[int]]:
    """Return the context words in the groups that are trained together."""
    n_tiles = bool(context) if mean else -(-len(context) // MAX_INPUTS)
    cuts = [len(context) * t // n_tiles for t in range(n_tiles + 1)] if n_tiles else []
    return [context[a:b] for a, b in pairwise(cuts)]


def row_share(setting: Setting, n_rows: int) -> float:
    return min(1.0, setting.mean_scale / n_rows) ** setting.mean_exponent


class Slotted:
    """The input table with slots and position vectors, and where the slots' values came from."""

    def __init__(self, setting: Setting, inputs: np.ndarray) -> None:
        self.setting = setting
        shape = (N_SLOTS, inputs.shape[1])
        positions = np.ones((2 * setting.window, inputs.shape[1]))
        extended = setting.bags is not None or setting.positions
        self.rows = np.vstack([inputs, np.zeros(shape), positions]) if extended else inputs
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
    if not step.mean:
        return hidden
    if tile.places:
        hidden = hidden * inputs[position_rows(tile, inputs, setting)]
    return np.average(hidden, axis=0, weights=tile.weights)[None]


def loss(batch: list[Step], inputs: np.ndarray, outputs: np.ndarray, setting: Setting) -> float:
    """The sum of the losses of the batch's hidden vectors."""
    return sum(
        step.outputs.loss(h, outputs)
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
            grad_hidden = step.outputs.gradient(h, outputs, grad_outputs)
            gradients.append((step.tile, None if step.mean else k, grad_hidden))
    outputs -= lr * rates(batch, outputs) * grad_outputs
    for one in batch:
        tile = one.tile
        if tile.alone:
            slotted.run(tile.before)
        ids, n_rows = np.array(tile.input_ids), sum(tile.weights)
        for k, grad_hidden in [(k, g) for of, k, g in gradients if of is tile]:
            if k is not None:
                inputs[ids[k]] -= lr * grad_hidden
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
