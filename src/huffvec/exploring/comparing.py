"""Two maps that can be compared: words that both models have stand and look alike if they can."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from huffvec.errors import ConfigError
from huffvec.exploring.groups import Groups
from huffvec.exploring.scene import Scene
from huffvec.search.exact import nearest_rows
from huffvec.search.tables import ArrayRows
from huffvec.search.units import unit
from huffvec.vectors.word_vectors import WordVectors

Rows = npt.NDArray[np.int64]
Positions = npt.NDArray[np.float32]

_NONE_LEFT_OUT = np.empty((0, 2), np.int64)


def shared_rows(first: Sequence[str], second: Sequence[str]) -> tuple[Rows, Rows]:
    """Return the rows in both of the words that both have, in the order of the second.

    Raises
    ------
    ConfigError
        If they share no word.
    """
    places = {word: row for row, word in enumerate(first)}
    own = [row for row, word in enumerate(second) if word in places]
    if not own:
        raise ConfigError(
            "the two share no word, so that their maps cannot be compared: explore each alone"
        )
    return np.array([places[second[row]] for row in own], np.int64), np.array(own, np.int64)


def _models_of(first: Sequence[str], second: Sequence[str], units: npt.NDArray[np.float32]) -> Rows:
    """Return for each word of the second a row of the first: its own, or the nearest word's."""
    theirs, own = shared_rows(first, second)
    rows = np.full(len(second), -1, np.int64)
    rows[own] = theirs
    new = np.flatnonzero(rows < 0)
    if len(new):
        queries = units[new].astype(np.float64)
        nearest, _ = nearest_rows(ArrayRows(units[own]), queries, 1, _NONE_LEFT_OUT)
        rows[new] = theirs[nearest[:, 0]]
    return rows


def begun_from(first: Scene, words: Sequence[str], units: npt.NDArray[np.float32]) -> Positions:
    """Return where a second layout begins: where the first map has each word, (n, 2).

    Words that the first lacks begin where the nearest word stands that both have.

    Raises
    ------
    ConfigError
        If they share no word.
    """
    return first.positions[_models_of(first.words, words, units)]


def coloured_like(first: Scene, vectors: WordVectors) -> Groups:
    """Return the groups of words as the first has them; of new ones that of the nearest word.

    Raises
    ------
    ConfigError
        If they share no word.
    """
    assert first.groups is not None
    units = unit(vectors.vectors).astype(np.float32)
    places = first.groups[_models_of(first.words, vectors.words, units)]
    return Groups(places, list(first.group_names))


def turned_to(target: Positions, positions: Positions, shared: tuple[Rows, Rows]) -> Positions:
    """Return positions turned, mirrored, scaled and moved to lie as near to others as they can.

    By the points that both have: orthogonal Procrustes analysis (Schönemann 1966). What then lies
    beyond -1 and 1 is scaled back, around the middle.
    """
    theirs, own = target[shared[0]].astype(np.float64), positions[shared[1]].astype(np.float64)
    to, since = theirs.mean(axis=0), own.mean(axis=0)
    left, sizes, right = np.linalg.svd((own - since).T @ (theirs - to))
    spread = np.square(own - since).sum()
    scale = sizes.sum() / spread if spread > 0 and sizes.sum() > 0 else 1.0
    exact = (positions - since) @ (left @ right) * scale + to
    turned: Positions = (exact / max(1.0, np.abs(exact).max())).astype(np.float32)
    return turned
