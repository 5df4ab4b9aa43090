"""Steps of a device in float64 and plain loops: the twin of `huffvec.device`, draw by draw.

A step takes targets of several chunks at equal distances. All gradients are those of the values
before it; what a row changes by is shortened to where scores move by FARTHEST nats.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .rng import NOISE, SUBSAMPLE, WINDOW, Rng
from .selectors import Window
from .setting import Setting
from .training import LONGEST_STEP, chunks, row_share
from .windows import sentence_windows, tag_row

FARTHEST = 4.0


@dataclass
class Target:
    lr: float
    window: Window
    outputs: Any


def steps(setting: Setting, selector, size: int, chunks_at_once: int) -> Iterator[list[Target]]:
    """Yield the targets of every step of a run."""
    n_chunks = len(chunks(setting))
    for epoch in range(setting.epochs):
        for first in range(0, n_chunks, chunks_at_once):
            last = min(first + chunks_at_once, n_chunks)
            block = [epoch * n_chunks + chunk for chunk in range(first, last)]
            targets = [target for chunk in block for target in of_chunk(setting, selector, chunk)]
            n_steps = -(-len(targets) // size)
            yield from (targets[k::n_steps] for k in range(n_steps))


def of_chunk(setting: Setting, selector, chunk: int) -> Iterator[Target]:
    """Yield the targets of a chunk that have something that predicts them."""
    epoch_chunks = chunks(setting)
    n_chunks = len(epoch_chunks) * setting.epochs
    lr = setting.start_lr + (setting.end_lr - setting.start_lr) * chunk / n_chunks
    subsample, radii, noise = (
        Rng(setting.seed, chunk, purpose) for purpose in (SUBSAMPLE, WINDOW, NOISE)
    )
    selector.begin_chunk(noise, lr)
    for number, piece in epoch_chunks[chunk % len(epoch_chunks)]:
        kept = [w for w in piece if subsample.next32() <= setting.keep_thresholds[w]]
        tags = setting.tags[number] if setting.tags else []
        for window in sentence_windows(replace(setting, bags=None), kept, tags, radii, True):
            outputs = selector.outputs(window)
            if window.tiles:
                yield Target(lr, window, outputs)


class Tables:
    """The tables, and what changes them in a step."""

    def __init__(self, setting: Setting, inputs, outputs, tags=None) -> None:
        self.setting = setting
        self.inputs, self.outputs = inputs.astype(np.float64), outputs.astype(np.float64)
        self.tags = np.zeros((0, inputs.shape[1])) if tags is None else tags.astype(np.float64)
        self.positions = np.ones((2 * setting.window, inputs.shape[1]))

    def members(self, window: Window) -> list[tuple[str, list[int]]]:
        """What predicts a target: for each member its table, and its rows there."""
        found = []
        for row in [row for tile in window.tiles for row in tile.input_ids]:
            tag = row - tag_row(self.setting, 0)
            bags = self.setting.bags
            if tag >= 0:
                found.append(("tags", [tag]))
            else:
                found.append(("inputs", [row] if bags is None else bags[row]))
        return found

    def vector(self, table: str, rows: list[int]) -> np.ndarray:
        return getattr(self, table)[rows].mean(axis=0)


@dataclass
class Change:
    """What is added to a row, and by how much it moves scores at most."""

    table: str
    row: int
    value: np.ndarray
    moves: float


def train(setting: Setting, selector, tables: Tables, size: int, chunks_at_once: int):
    """Train a run in place; return the loss and the number of predictions."""
    loss, n_targets = 0.0, 0
    for step in steps(setting, selector, size, chunks_at_once):
        changes: list[Change] = []
        log_z = Change("outputs", 0, np.zeros(1), 0.0)
        for target in step:
            of_target = train_target(target, tables, changes, log_z)
            loss += of_target[0]
            n_targets += of_target[1]
        apply(changes, tables, log_z)
    return loss, n_targets


def train_target(target: Target, tables: Tables, changes: list[Change], log_z: Change):
    setting, window = tables.setting, target.window
    members = tables.members(window)
    vectors = [tables.vector(*member) for member in members]
    if not window.mean:
        losses = []
        for (table, rows), h in zip(members, vectors, strict=True):
            value, moves, loss = of_hidden(target, h, tables, changes, log_z)
            losses.append(loss)
            share = row_share(setting, len(rows))
            changes += [Change(table, row, share * value, share * moves) for row in rows]
        return sum(losses), len(losses)
    places = window.tiles[0].places or [None] * len(members)
    sizes = [len(rows) for table, rows in members if table == "inputs"]
    mean_size = np.mean(sizes) if sizes else 1
    weights = [len(rows) if table == "inputs" else mean_size for table, rows in members]
    scaled = [
        v if place is None else v * tables.positions[place]
        for v, place in zip(vectors, places, strict=True)
    ]
    n_rows = sum(weights)
    value, moves, loss = of_hidden(
        target, np.average(scaled, axis=0, weights=weights), tables, changes, log_z
    )
    share = row_share(setting, n_rows)
    for (table, rows), vector, place, weight in zip(members, vectors, places, weights, strict=True):
        of_member = value
        if place is not None:
            step = weight / n_rows * value * vector
            changes.append(Change("positions", place, step.clip(-LONGEST_STEP, LONGEST_STEP), 0))
            of_member = value * tables.positions[place]
        changes += [Change(table, row, share * of_member, share * moves) for row in rows]
    return loss, 1


def of_hidden(target: Target, h: np.ndarray, tables: Tables, changes: list[Change], log_z: Change):
    """Return a hidden vector's change, how far that moves scores, and the loss."""
    outputs, table, lr = target.outputs, tables.outputs, target.lr
    rows, errors = outputs.errors(h, table)
    for row, error in zip(rows, errors, strict=True):
        changes.append(Change("outputs", row, -lr * error * h, lr * abs(error) * h @ h))
    if outputs.log_z_row is not None:
        log_z.row = outputs.log_z_row
        log_z.value = log_z.value + lr * errors.sum()
        log_z.moves += lr * np.abs(errors).sum()
    lengths = (table[rows] ** 2).sum(axis=1)
    moves = lr * np.abs(errors) @ lengths
    return -lr * errors @ table[rows], moves, outputs.loss(h, table)


def apply(changes: list[Change], tables: Tables, log_z: Change) -> None:
    """Add the changes, those of the same row together."""
    totals: dict[tuple[str, int], list] = {}
    for one in changes:
        total = totals.setdefault((one.table, one.row), [0.0, 0.0])
        total[0] = total[0] + one.value
        total[1] += one.moves
    for (name, row), (total, moves) in totals.items():
        value = total * min(1, FARTHEST / (moves or 1))
        if name == "positions":
            value = total.clip(-LONGEST_STEP, LONGEST_STEP)
        frozen = tables.setting.frozen
        if not (name == "inputs" and frozen is not None and frozen[row]):
            getattr(tables, name)[row] += value
    tables.outputs[log_z.row, 0] += log_z.value[0] * min(1, FARTHEST / (log_z.moves or 1))
