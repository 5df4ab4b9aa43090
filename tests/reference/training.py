"""Training in float64 and plain loops: the twin of the engine, draw by draw.

`walk` yields the batches of a run: steps (which inputs predict which outputs with which labels)
whose gradients are all taken before any change. `loss` is the loss of a batch, `step` does it with
the gradients of the papers and `step_by_differences` with gradients by finite differences of
`loss`.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from .rng import NOISE, SUBSAMPLE, WINDOW, AliasTable, Rng

MAX_INPUTS = 10
MAX_COLUMNS = 64  # different inputs in a batch
PLACES = 16  # of a part, whose windows are taken in turn


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


@dataclass
class Window:
    target_id: int
    pos: int
    tiles: list[list[int]]  # context words that are trained together
    mean: bool


class OneByOne:
    """Selectors of objectives that choose outputs for every position: every tile is a batch."""

    def begin_chunk(self, rng: Rng) -> None:
        self.rng = rng

    def batches(self, windows: list[Window]) -> Iterator[list[tuple[Window, list[int], Outputs]]]:
        for window in windows:
            outputs = self.outputs(window.target_id, window.pos)
            for tile in window.tiles:
                yield [(window, tile, outputs)]

    def outputs(self, target_id: int, pos: int) -> Outputs:
        raise NotImplementedError


class Noise(OneByOne):
    """The target and noise words, for the positions of a chunk in order.

    Subclasses say by `entries` which noise words count, and make the outputs of them.
    """

    def __init__(self, probs: list[float], samples: int, share: int = 1) -> None:
        self.table, self.probs, self.samples, self.share = AliasTable(probs), probs, samples, share

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


def choice(target_id: int, candidates: list[int]) -> Outputs:
    """The softmax over candidates."""
    others = [row for row in candidates if row != target_id]
    return Outputs([target_id, *others], [1] + [0] * len(others), link="softmax")


class AllWords(OneByOne):
    """The choice among all words, tile by tile."""

    def __init__(self, n_words: int) -> None:
        self.n_words = n_words

    def outputs(self, target_id: int, pos: int) -> Outputs:
        return choice(target_id, list(range(self.n_words)))


class Candidates:
    """The choice among candidates that the targets of a part share, in batches."""

    def __init__(self, n_words: int, candidates: int) -> None:
        self.n_words, self.n_candidates = n_words, min(n_words, candidates)

    def begin_chunk(self, rng: Rng) -> None:
        self.rng = rng

    def part(self, target_ids: list[int]) -> tuple[int, list[int]]:
        """Return how many of the targets make the next part, and its candidates."""
        if self.n_candidates == self.n_words:
            return len(target_ids), list(range(self.n_words))
        n = max(
            n
            for n in range(1, len(target_ids) + 1)
            if len(set(target_ids[:n])) <= max(1, self.n_candidates // 2)
        )
        candidates = set(target_ids[:n])
        while len(candidates) < self.n_candidates:
            candidates.add(self.rng.below(self.n_words))
        return n, sorted(candidates)

    def batches(self, windows: list[Window]) -> Iterator[list[tuple[Window, list[int], Outputs]]]:
        windows = [window for window in windows if window.tiles]
        while windows:
            n, candidates = self.part([window.target_id for window in windows])
            batch, columns = [], 0
            step = -(-n // PLACES)
            for window in (windows[i] for k in range(step) for i in range(k, n, step)):
                for tile in window.tiles:
                    width = 1 if window.mean else len(set(tile))
                    if columns + width > MAX_COLUMNS:
                        yield batch
                        batch, columns = [], 0
                    batch.append((window, tile, choice(window.target_id, candidates)))
                    columns += width
            yield batch
            windows = windows[n:]


class Paths(OneByOne):
    """Output rows of hierarchical softmax."""

    def __init__(self, paths: list[list[tuple[int, int]]]) -> None:
        self.paths = paths

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


def walk(setting: Setting, selector: OneByOne | Candidates) -> Iterator[list[Step]]:
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
        selector.begin_chunk(noise)
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


def loss(batch: list[Step], inputs: np.ndarray, outputs: np.ndarray) -> float:
    """The sum of the losses of the batch's hidden vectors."""
    return sum(
        link_loss(step.outputs.link, step.outputs.scores(h, outputs), np.array(step.outputs.labels))
        for step in batch
        for h in hidden_vectors(step, inputs)
    )


def step(batch: list[Step], inputs: np.ndarray, outputs: np.ndarray, mean_gradient: str) -> None:
    """Change both tables in place by one batch, every gradient taken before any change."""
    grad_inputs, grad_outputs = np.zeros_like(inputs), np.zeros_like(outputs)
    for step in batch:
        which, labels = step.outputs, np.array(step.outputs.labels)
        ids = np.array(step.input_ids)
        for k, h in enumerate(hidden_vectors(step, inputs)):
            errors = link_errors(which.link, which.scores(h, outputs), labels)
            share = 1 / len(ids) if step.mean and mean_gradient == "corrected" else 1.0
            np.add.at(
                grad_inputs, ids if step.mean else ids[k], share * errors @ outputs[which.rows]
            )
            np.add.at(grad_outputs, which.rows, np.outer(errors, h))
            if which.log_z_row is not None:
                grad_outputs[which.log_z_row, 0] -= errors.sum()
    outputs -= batch[0].lr * grad_outputs
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
    outputs -= batch[0].lr * gradients[1]
