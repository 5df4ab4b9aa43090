"""Clusters of words by k-means."""

import sys

import numpy as np
import pytest

from huffvec.errors import ConfigError, MissingExtraError
from huffvec.vectors import WordVectors


def test_clusters_are_those_of_the_directions() -> None:
    rng = np.random.default_rng(4)
    members = rng.integers(0, 4, 300)
    members[:3] = [2, 0, 3]
    table = np.eye(6)[members] + 0.05 * rng.normal(size=(300, 6))
    table *= rng.uniform(0.1, 50, size=(300, 1))  # lengths do not matter
    table[7] = 0
    table[9] = np.nan
    wv = WordVectors([f"w{i}" for i in range(300)], table)
    found = wv.clusters(4, seed=3)
    assert found.dtype == np.int64
    assert found[7] == found[9] == -1
    assert found[:3].tolist() == [0, 1, 2]  # numbered as they come
    usable = np.delete(np.arange(300), [7, 9])
    for number in range(4):
        assert len(set(members[usable][found[usable] == number])) == 1
    assert np.array_equal(found, wv.clusters(4, seed=3))


def test_what_clusters_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    wv = WordVectors(["b", "a", "zero"], [[1, 2], [2, 1], [0, 0]])
    with pytest.raises(ConfigError, match=r"k must be at most the number of words .*, 2, not 3"):
        wv.clusters(3)
    with pytest.raises(ConfigError, match="k must be a whole number from 1"):
        wv.clusters(0)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingExtraError, match=r"scikit-learn: pip install 'huffvec\[sklearn\]'"):
        wv.clusters(2)
