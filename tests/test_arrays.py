"""The largest numbers of rows, numbers evenly spread, and places among equals."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from huffvec.arrays import evenly, largest, ranks_among_equals


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 2**32), st.integers(1, 9), st.integers(1, 12), st.integers(1, 14))
def test_largest_first_and_on_a_tie_the_first_column(seed, n, width, k):
    scores = np.random.default_rng(seed).integers(0, 4, (n, width)).astype(np.float32)
    found = largest(scores, k)
    assert found.shape == (n, min(k, width))
    for row, columns in zip(scores.tolist(), found.tolist(), strict=True):
        by_score = sorted(enumerate(row), key=lambda pair: (-pair[1], pair[0]))
        assert columns == [column for column, _ in by_score[:k]]


def test_numbers_are_spread_evenly_from_the_first_to_the_last():
    assert evenly(9, 3).tolist() == [0, 4, 8]
    assert evenly(4, 9).tolist() == [0, 1, 2, 3]
    assert evenly(1_000_003, 17)[[0, -1]].tolist() == [0, 1_000_002]


def test_ranks_are_counted_among_equals():
    assert ranks_among_equals(np.array([2, 2, 2, 5, 7, 7])).tolist() == [0, 1, 2, 0, 0, 1]
