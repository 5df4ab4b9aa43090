"""What points are coloured by: clusters with names, or the groups of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.exploring.columns import names_none
from huffvec.search.units import unit
from huffvec.vectors.word_vectors import WordVectors

_FREQUENT, _IN_NAME = 100, 3  # words of a cluster: considered for its name, in it
_FEWEST, _MOST = 8, 48


class Groups(NamedTuple):
    """Which group each point is in.

    Attributes
    ----------
    places
        int32 (n,): a place in names, or -1 for none.
    names
        What groups are called.
    """

    places: npt.NDArray[np.int32]
    names: list[str]


def clusters_of(vectors: WordVectors, n_clusters: int | None, seed: int) -> Groups:
    """Return groups of similar words, by k-means on the directions of their vectors.

    A cluster is called by three of its 100 most frequent words: those nearest to its mean.

    Parameters
    ----------
    vectors
        The words; all have a direction.
    n_clusters
        How many; ``None``: a quarter of the square root of the number of words, 8 to 48.
    seed
        Start of all random draws.

    Raises
    ------
    ConfigError
        If there are fewer words than clusters, or an option is out of its range.
    MissingExtraError
        If scikit-learn is not installed.
    """
    n = len(vectors)
    if n_clusters is None:
        n_clusters = min(n, int(np.clip(np.sqrt(n) / 4, _FEWEST, _MOST)))
    found = vectors.clusters(n_clusters, seed=seed)
    units = unit(vectors.vectors)
    names = [_name(vectors.words, units, np.flatnonzero(found == c)) for c in range(n_clusters)]
    return Groups(found.astype(np.int32), names)


def _name(
    words: Sequence[str], units: npt.NDArray[np.float64], members: npt.NDArray[np.int64]
) -> str:
    centre = units[members].sum(axis=0)
    frequent = members[:_FREQUENT]
    order = np.argsort(-(units[frequent] @ centre), kind="stable")[:_IN_NAME]
    return ", ".join(words[row] for row in frequent[np.sort(order)])


def groups_of(vectors: WordVectors, said: Mapping[str, str], path: str) -> Groups:
    """Return the groups that a file says words to be in, the largest first.

    Raises
    ------
    ConfigError
        If it says so of none of the words.
    """
    own = [said.get(word) for word in vectors.words]
    names, counts = np.unique([name for name in own if name is not None], return_counts=True)
    if not len(names):
        raise names_none("colour", path, vectors.row_name)
    ordered = names[np.argsort(-counts, kind="stable")].tolist()
    places = {name: place for place, name in enumerate(ordered)}
    found = [-1 if name is None else places[name] for name in own]
    return Groups(np.array(found, np.int32), ordered)
