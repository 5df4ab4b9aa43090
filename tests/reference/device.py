"""Steps of a device in float64 and plain loops: the twin of `huffvec.device`, draw by draw.

A step takes targets of several chunks at equal distances. All gradients are those of the values
before it; what a row changes by is shortened to where scores move by FARTHEST nats.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from .outputs import Bands, DrawnAsNeeded, TwoLevels, packed_place, softmax_errors
from .rng import MASK, NOISE, STEP, SUBSAMPLE, WINDOW, Rng
from .selectors import Batches, Candidates, Importance, Window
from .setting import Setting
from .training import LONGEST_STEP, chunks, row_share
from .windows import sentence_windows, tag_row

FARTHEST, ALIKE = 4.0, 1.0


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
            parts = [part for chunk in block for part in parts_of_chunk(setting, selector, chunk)]
            if not isinstance(selector, Candidates) or selector.n_candidates == selector.n_words:
                parts = [[target for part in parts for target in part]]  # nothing parts the block
            for part in parts:
                n_steps = -(-len(part) // size)
                yield from (part[k::n_steps] for k in range(n_steps))


def parts_of_chunk(setting: Setting, selector, chunk: int) -> Iterator[list[Target]]:
    """Yield the targets of a chunk that have something that predicts them, part by part."""
    epoch_chunks = chunks(setting)
    n_chunks = len(epoch_chunks) * setting.epochs
    lr = setting.start_lr + (setting.end_lr - setting.start_lr) * chunk / n_chunks
    subsample, radii, noise = (
        Rng(setting.seed, chunk, purpose) for purpose in (SUBSAMPLE, WINDOW, NOISE)
    )
    windows = []
    for number, piece in epoch_chunks[chunk % len(epoch_chunks)]:
        kept = [w for w in piece if subsample.next32() <= setting.keep_thresholds[w]]
        tags = setting.tags[number] if setting.tags else []
        windows += sentence_windows(replace(setting, bags=None), kept, tags, radii, True)
    selector.begin_chunk(noise, lr)
    if not isinstance(selector, Batches):
        made = [(window, selector.outputs(window)) for window in windows]
        yield [Target(lr, window, outputs) for window, outputs in made if window.tiles]
        return
    windows = [window for window in windows if window.tiles]
    share = selector.share
    least = int(share * 0xFFFFFFFF)
    left_out = [selector.least_share < 1 and noise.next32() > least for _ in windows]
    while windows:
        n = selector.part([window.target_id for window in windows])
        yield [
            Target(lr, window, selector.outputs(window.target_id, out, share))
            for window, out in zip(windows[:n], left_out, strict=False)
        ]
        windows, left_out = windows[n:], left_out[n:]


class FurtherDraws(Importance):
    """Importance sampling whose further draws come from places of the target's own."""

    def begin_chunk(self, rng: Rng, lr: float) -> None:
        super().begin_chunk(rng, lr)
        self.rank = -1

    def make(self, rows: list[int]) -> DrawnAsNeeded:
        self.rank += 1
        own = Rng(0, 0, 0)
        own.counter = (self.more.counter + self.rank * self.enough[1] * STEP) & MASK
        draw = partial(self.table.draw, own)
        return DrawnAsNeeded(rows[0], rows[1:], draw, self.probs, self.enough)


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
    """What is added to a row, or to a part of one, and by how much it moves scores at most."""

    table: str
    row: Any
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
    if isinstance(target.outputs, DrawnAsNeeded) and not window.mean:
        target.outputs.grow(np.array(vectors), tables.outputs)
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
    n_rows, mean = sum(weights), np.average(scaled, axis=0, weights=weights)
    if isinstance(target.outputs, DrawnAsNeeded):
        target.outputs.grow(mean[None], tables.outputs)
    value, moves, loss = of_hidden(target, mean, tables, changes, log_z)
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
    value, moves, of_rows = of_outputs(outputs, h, table)
    for one in of_rows:
        changes.append(Change(one.table, one.row, lr * one.value, lr * one.moves))
    if getattr(outputs, "log_z_row", None) is not None:
        _, errors = outputs.errors(h, table)
        log_z.row = outputs.log_z_row
        log_z.value = log_z.value + lr * errors.sum()
        log_z.moves += lr * np.abs(errors).sum()
    return lr * value, lr * moves, outputs.loss(h, table)


def of_outputs(outputs, h: np.ndarray, table: np.ndarray) -> tuple[np.ndarray, float, list[Change]]:
    """Return, for a learning rate of 1, a hidden vector's change, how far it moves scores, and
    what changes in the output table."""
    if isinstance(outputs, Bands):
        return of_bands(outputs, h, table)
    if isinstance(outputs, TwoLevels):
        return of_two_levels(outputs, h, table)
    rows, errors = outputs.errors(h, table)
    return of_product(errors, h, table[rows], list(rows))


def of_product(errors, h, rows, places) -> tuple[np.ndarray, float, list[Change]]:
    """The same for scores that are products of rows, which lie at places, with a hidden vector."""
    changes = [
        Change("outputs", place, -error * h, abs(error) * h @ h)
        for place, error in zip(places, errors, strict=True)
    ]
    return -errors @ rows, np.abs(errors) @ (rows**2).sum(axis=1), changes


def of_bands(outputs: Bands, h, table) -> tuple[np.ndarray, float, list[Change]]:
    matrix, places = outputs.matrix(table)
    errors = softmax_errors(matrix @ h, outputs.target_id)
    changes = [
        Change("outputs", (row, columns), -error * h[part], abs(error) * h[part] @ h[part])
        for error, (row, columns, part) in zip(errors, places, strict=True)
    ]
    return -errors @ matrix, np.abs(errors) @ (matrix**2).sum(axis=1), changes


def of_two_levels(outputs: TwoLevels, h, table) -> tuple[np.ndarray, float, list[Change]]:
    n_head, place, cluster = outputs.split()
    head = table[:n_head]
    value, moves, changes = of_product(softmax_errors(head @ h, place), h, head, range(n_head))
    if cluster is None:
        return value, moves, changes
    first_word, n_words, first_row, width, per_row = cluster
    projection, words = outputs.projection(cluster, table), outputs.words(cluster, table)
    errors = softmax_errors(words @ projection @ h, outputs.target_id - first_word)
    places = [packed_place(i, first_row, width, per_row) for i in range(n_words)]
    projected, moved, of_words = of_product(errors, projection @ h, words, places)
    for e in range(width):
        by_row = np.abs(errors) @ words[:, e] ** 2 * (h @ h)
        row = first_row - width + e
        changes.append(Change("outputs", row, 0.01 * projected[e] * h, 0.01 * by_row))
    moves += moved * (projection**2).sum(axis=1).mean()
    return value + projected @ projection, moves, changes + of_words


def apply(changes: list[Change], tables: Tables, log_z: Change) -> None:
    """Add the changes, those of the same row together."""
    totals: dict[tuple[str, Any], list[Any]] = {}
    for one in changes:
        total = totals.setdefault((one.table, place_of(one.row)), [0.0, 0.0])
        total[0] = total[0] + one.value
        total[1] += one.moves
    for (name, place), (total, moves) in totals.items():
        row = place if isinstance(place, int) else (place[0], slice(*place[1:]))
        value = total * min(1, FARTHEST / (moves or 1))
        if name == "positions":
            value = total.clip(-LONGEST_STEP, LONGEST_STEP)
        frozen: Any = tables.setting.frozen
        if not (name == "inputs" and frozen is not None and frozen[row]):
            getattr(tables, name)[row] += value
    tables.outputs[log_z.row, 0] += log_z.value[0] * min(1, ALIKE / (log_z.moves or 1))


def place_of(row: Any) -> Any:
    """Return a row, or a row and its columns, as a key of a dict."""
    return (row[0], row[1].start, row[1].stop) if isinstance(row, tuple) else int(row)
