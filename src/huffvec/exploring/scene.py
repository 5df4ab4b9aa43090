"""What a page shows of one model, or of one file of vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from huffvec.model import Model


@dataclass(frozen=True)
class Scene:
    """What a page shows of one model, or of one file of vectors.

    Attributes
    ----------
    title
        The file's name, or what the user calls it.
    words
        What points stand for: words, items, nodes or the tags of documents; the most frequent
        first.
    counts
        How often each occurs, int64 (n,); ``None`` if that is not known.
    positions
        Where each stands on the map, float32 (n, 2), from -1 to 1.
    vectors
        As they were trained, float32 (n, dim): not scaled to length 1.
    groups
        What each is coloured by, int32 (n,): a place in group_names, or -1 for none. ``None`` if
        points are coloured by how frequent they are.
    group_names
        The names of the clusters, or of the groups of a file.
    labels
        What points are shown as in place of their words, from a file; ``None``: as their words.
    facts
        How the model was trained, and how good the map is, by names, for people to read.
    model
        What the tree and probabilities are asked of; ``None`` if there are only vectors.
    row_name
        What a point stands for: "word" or "tag".
    """

    title: str
    words: Sequence[str]
    counts: npt.NDArray[np.int64] | None
    positions: npt.NDArray[np.float32]
    vectors: npt.NDArray[np.float32]
    groups: npt.NDArray[np.int32] | None = None
    group_names: Sequence[str] = ()
    labels: Sequence[str] | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    model: Model | None = None
    row_name: str = "word"
