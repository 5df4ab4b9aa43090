"""Maps as tables in Parquet, with the columns that embedding-atlas reads.

::

    embedding-atlas map.parquet --text text --x x --y y --neighbors neighbors

=============  =====================================================================
``text``       the word, or its label
``word``       the word
``x``, ``y``   where it stands, float32
``category``   the cluster, or the group of a file; null for none
``count``      how often it occurs, int64; null if that is not known
``neighbors``  ``{"ids": [...], "distances": [...]}``: the rows of the nearest words,
               from 0 on, and 1 - cosine
``model``      which model it is of
=============  =====================================================================

Of two models the rows of the first come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from huffvec.exploring.scene import Scene
from huffvec.extras import require
from huffvec.files.paths import PathLike
from huffvec.files.writing import atomic_path
from huffvec.layout.nearest import find_exactly
from huffvec.search.units import unit

N_NEIGHBOURS = 10


def write_parquet(path: PathLike, scenes: Sequence[Scene]) -> None:
    """Write the points of scenes to a file.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    OutputError
        If the file cannot be written; an older file of that name is then unchanged.
    """
    parquet = require("pyarrow.parquet", "writing Parquet")
    pa = require("pyarrow", "writing Parquet")
    tables, n_before = [], 0
    for scene in scenes:
        tables.append(_table(pa, scene, n_before))
        n_before += len(scene.words)
    with atomic_path(path) as temporary:
        parquet.write_table(pa.concat_tables(tables), temporary)


def _table(pa: Any, scene: Scene, n_before: int) -> Any:
    """Return the table of a scene, whose rows come after n_before others."""
    words = list(scene.words)
    groups = [-1] * len(words) if scene.groups is None else scene.groups.tolist()
    categories = [scene.group_names[group] if group >= 0 else None for group in groups]
    counts = [None] * len(words) if scene.counts is None else scene.counts
    columns = {
        "text": pa.array(words if scene.labels is None else scene.labels, pa.string()),
        "word": pa.array(words, pa.string()),
        "x": pa.array(scene.positions[:, 0], pa.float32()),
        "y": pa.array(scene.positions[:, 1], pa.float32()),
        "category": pa.array(categories, pa.string()),
        "count": pa.array(counts, pa.int64()),
        "neighbors": _neighbours(pa, scene, n_before),
        "model": pa.array([scene.title] * len(words), pa.string()),
    }
    return pa.table(columns)


def _neighbours(pa: Any, scene: Scene, n_before: int) -> Any:
    n = len(scene.words)
    k = min(N_NEIGHBOURS, n - 1)
    rows, cosines = find_exactly(unit(scene.vectors).astype(np.float32), k)
    offsets = pa.array(np.arange(n + 1, dtype=np.int32) * k)
    ids = pa.ListArray.from_arrays(offsets, pa.array((rows + n_before).ravel()))
    distances = pa.ListArray.from_arrays(offsets, pa.array((1 - cosines).ravel()))
    return pa.StructArray.from_arrays([ids, distances], ["ids", "distances"])
