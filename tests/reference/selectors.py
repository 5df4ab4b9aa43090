"""Which outputs the objectives choose for the targets of a run, draw by draw."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from .outputs import DrawnAsNeeded, Outputs
from .rng import AliasTable, Rng

PLACES = 16  # of a part, whose windows are taken in turn


@dataclass
class Event:
    """A word's vector goes into a slot (gather), or its change to the rows (scatter)."""

    gather: bool
    slot: int
    word: int


@dataclass
class Tile:
    """Context words that are trained together, as rows of the input table."""

    input_ids: list[int]
    weights: list[float]  # rows that they are the means of
    places: list[int]  # rows of their position vectors, or none
    before: list[Event] = field(default_factory=list)
    after: list[Event] = field(default_factory=list)
    alone: bool = False  # its slots are filled anew when its changes are known
    values: list[float] | None = None  # of a document: the input is the sum of values times rows
    loss_weight: float = 1


@dataclass
class Window:
    target_id: Any  # a word; for selectors that take sets, all labels of a document
    pos: int
    tiles: list[Tile]
    mean: bool
    labels: list[int] = field(default_factory=list)  # of a document


class OneByOne:
    """Selectors of objectives that choose outputs for every position: every tile is a batch."""

    takes_sets = False

    def begin_chunk(self, rng: Rng, lr: float) -> None:
        self.rng = rng

    def batches(self, windows: list[Window]) -> Iterator[list[tuple[Window, Tile, Outputs]]]:
        for window in windows:
            outputs = self.outputs(window)
            for tile in window.tiles:
                yield [(window, tile, outputs)]

    def outputs(self, window: Window) -> Outputs:
        raise NotImplementedError


class Noise(OneByOne):
    """The target and noise words, for the positions of a chunk in order.

    Subclasses say by `entries` which noise words count, and make the outputs of them.
    """

    def __init__(self, probs: list[float], samples: int, share: int = 1) -> None:
        self.table, self.probs, self.samples, self.share = AliasTable(probs), probs, samples, share

    def outputs(self, window: Window) -> Outputs:
        if window.pos % self.share == 0:
            self.drawn = [self.table.draw(self.rng) for _ in range(self.samples)]
        return self.make([window.target_id, *self.entries(window)])

    def entries(self, window: Window) -> list[int]:
        due = {window.target_id, *window.labels}
        return [noise_id for noise_id in self.drawn if noise_id not in due]

    def make(self, rows: list[int]) -> Outputs:
        return Outputs(rows, [1] + [0] * (len(rows) - 1))


class ContrastiveNoise(Noise):
    """Noise-contrastive estimation: draws of the target stay, scores are set against log(K q)."""

    def __init__(self, probs: list[float], samples: int, log_z: float | None) -> None:
        super().__init__(probs, samples)
        self.log_z = log_z

    def entries(self, window: Window) -> list[int]:
        return self.drawn

    def make(self, rows: list[int]) -> Outputs:
        log_z = math.log(len(self.probs)) if self.log_z is None else self.log_z
        outputs = super().make(rows)
        outputs.offsets = [-log_z - math.log(self.samples * self.probs[row]) for row in rows]
        outputs.log_z_row = len(self.probs) if self.log_z is None else None
        return outputs


class RankedNoise(Noise):
    """A choice among the target and all draws, repeats and the target too, set against log(K q)."""

    def entries(self, window: Window) -> list[int]:
        return self.drawn

    def make(self, rows: list[int]) -> Outputs:
        outputs = super().make(rows)
        outputs.offsets = [-math.log(self.samples * self.probs[row]) for row in rows]
        outputs.link = "softmax"
        return outputs


class DistinctNoise(Noise):
    """A choice among the target and the distinct noise words, set against how often they come."""

    def __init__(self, probs: list[float], samples: int, link: str) -> None:
        super().__init__(probs, samples)
        self.link = link

    def entries(self, window: Window) -> list[int]:
        return list(dict.fromkeys(row for row in self.drawn if row != window.target_id))

    def make(self, rows: list[int]) -> Outputs:
        included = [1 - (1 - self.probs[row]) ** self.samples for row in rows]
        outputs = super().make(rows)
        outputs.offsets, outputs.link = [-math.log(p) for p in included], self.link
        return outputs


class Importance(Noise):
    """The target and draws from a proposal, the first of one stream, more of another."""

    def __init__(self, probs: list[float], samples: int, effective: float, most: int) -> None:
        super().__init__(probs, samples)
        self.enough = effective, most

    def begin_chunk(self, rng: Rng, lr: float) -> None:
        super().begin_chunk(rng, lr)
        self.more = rng.split()

    def entries(self, window: Window) -> list[int]:
        return self.drawn

    def make(self, rows: list[int]) -> Outputs:
        draw = partial(self.table.draw, self.more)
        return DrawnAsNeeded(rows[0], rows[1:], draw, self.probs, self.enough)


def choice(target_id: int, candidates: list[int]) -> Outputs:
    """The softmax over candidates."""
    others = [row for row in candidates if row != target_id]
    return Outputs([target_id, *others], [1] + [0] * len(others), link="softmax")


class AllWords(OneByOne):
    """The choice among all words, tile by tile."""

    def __init__(self, n_words: int) -> None:
        self.n_words = n_words

    def outputs(self, window: Window) -> Outputs:
        return choice(window.target_id, list(range(self.n_words)))


class Batches:
    """Selectors of objectives that train batches: all words, and one kind of outputs.

    outputs makes them of a target, of whether its window leaves the normaliser out, and of the
    share of the windows that do not.
    """

    takes_sets = False

    def __init__(self, n_words: int, outputs: Callable[[int, bool, float], Any], share: float = 1):
        self.n_words, self.outputs, self.least_share = n_words, outputs, share
        self.max_columns = min(64, max(16, n_words // 64 * 16))  # different inputs in a batch

    def begin_chunk(self, rng: Rng, lr: float) -> None:
        self.rng = rng
        self.share = min(1, max(self.least_share, float(np.float32(lr)) / 0.05))

    def part(self, target_ids: list[int]) -> int:
        """Return how many of the targets make the next part; chooses what they share."""
        return len(target_ids)

    def batches(self, windows: list[Window]) -> Iterator[list[tuple[Window, Tile, Any]]]:
        windows = [window for window in windows if window.tiles]
        while windows:
            left_out = [
                self.least_share < 1 and self.rng.next32() > int(self.share * 0xFFFFFFFF)
                for _ in windows
            ]
            n = self.part([window.target_id for window in windows])
            batch, columns, later = [], 0, []
            step = -(-n // PLACES)
            for i in (i for k in range(step) for i in range(k, n, step)):
                outputs = self.outputs(windows[i].target_id, left_out[i], self.share)
                for tile in windows[i].tiles:
                    if left_out[i]:
                        later.append((windows[i], tile, outputs))
                        continue
                    width = 1 if windows[i].mean else len(set(tile.input_ids))
                    if columns + width > self.max_columns:
                        yield from [batch, *([single] for single in later)]
                        batch, columns, later = [], 0, []
                    batch.append((windows[i], tile, outputs))
                    columns += width
            yield from [*([batch] if batch else []), *([single] for single in later)]
            windows = windows[n:]


class Candidates(Batches):
    """The choice among candidates that the targets of a part share."""

    def __init__(self, n_words: int, candidates: int) -> None:
        super().__init__(n_words, lambda target_id, *_: choice(target_id, self.candidates))
        self.n_candidates = min(n_words, candidates)
        self.candidates = list(range(n_words))

    def part(self, target_ids: list[int]) -> int:
        if self.n_candidates == self.n_words:
            return len(target_ids)
        n = max(
            n
            for n in range(1, len(target_ids) + 1)
            if len(set(target_ids[:n])) <= max(1, self.n_candidates // 2)
        )
        candidates = set(target_ids[:n])
        n_left_out = self.n_words - self.n_candidates
        if self.n_candidates <= n_left_out:
            while len(candidates) < self.n_candidates:
                candidates.add(self.rng.below(self.n_words))
        else:  # fewer words are left out: these are drawn
            left_out: set[int] = set()
            while len(left_out) < n_left_out:
                left_out |= {self.rng.below(self.n_words)} - candidates
            candidates = set(range(self.n_words)) - left_out
        self.candidates = sorted(candidates)
        return n


class Sets(Batches):
    """All labels, each with a decision of its own."""

    takes_sets = True

    def __init__(self, n_words: int, link: str) -> None:
        super().__init__(n_words, self.decisions)
        self.link = link

    def decisions(self, labels: list[int], *_: Any) -> Outputs:
        due = [int(k in labels) for k in range(self.n_words)]
        return Outputs(list(range(self.n_words)), due, link=self.link)


class Ways(OneByOne):
    """Output rows of a label tree: the children of all nodes on the ways to a set of labels."""

    takes_sets = True

    def __init__(self, parents: list[int], leaves: list[int], link: str) -> None:
        self.parents, self.leaves, self.link = parents, leaves, link

    def outputs(self, window: Window) -> Outputs:
        due = set()
        for label in window.target_id:
            node = self.leaves[label]
            while node >= 0:
                due.add(node)
                node = self.parents[node]
        asked = [k for k, parent in enumerate(self.parents) if parent in due]
        return Outputs([k - 1 for k in asked], [int(k in due) for k in asked], link=self.link)


class Paths(OneByOne):
    """Output rows of hierarchical softmax."""

    def __init__(self, paths: list[list[tuple[int, int]]]) -> None:
        self.paths = paths

    def outputs(self, window: Window) -> Outputs:
        nodes, bits = zip(*self.paths[window.target_id], strict=True)
        return Outputs(list(nodes), [1 - bit for bit in bits])
