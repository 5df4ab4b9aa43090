"""What tests of files and of folders share: any words and numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from huffvec import WordVectors, load_vectors
from huffvec.corpus import Vocabulary


def numbers_of_all_sizes(words: list[str], dim: int) -> WordVectors:
    """Return vectors with counts, in rows with padding between them."""
    rng = np.random.default_rng(1)
    table = rng.normal(size=(len(words), 16)).astype(np.float32)
    table *= (10.0 ** rng.integers(-42, 38, table.shape)).astype(np.float32)
    counts = np.arange(len(words), 0, -1) * 3
    return WordVectors(Vocabulary(words, counts), table[:, :dim])


def check_that_any_come_back(path: Path, name: str, data: st.DataObject, never: str) -> None:
    """Save any words without the characters of never, and any numbers; load and compare them."""
    letters = st.characters(exclude_characters=never, exclude_categories=["Cs"])
    words = data.draw(st.lists(st.text(letters, min_size=1), min_size=1, unique=True))
    floats = st.floats(width=32, allow_nan=False)
    dim = data.draw(st.integers(1, 3))
    rows = st.lists(floats, min_size=dim, max_size=dim)
    wv = WordVectors(words, data.draw(st.lists(rows, min_size=len(words), max_size=len(words))))
    wv.save(path, format=name)
    found = load_vectors(path, name)
    assert found.words == words
    np.testing.assert_array_equal(found.vectors, wv.vectors)
