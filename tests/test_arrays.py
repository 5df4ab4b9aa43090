"""The largest numbers of rows."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from huffvec.arrays import largest


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 2**32), st.integers(1, 9), st.integers(1, 12), st.integers(1, 14))
def test_largest_first_and_on_a_tie_the_first_column(seed, n, width, k):
    scores = np.random.default_rng(seed).integers(0, 4, (n, width)).astype(np.float32)
    found = largest(scores, k)
    assert found.shape == (n, min(k, width))
    for row, columns in zip(scores.tolist(), found.tolist(), strict=True):
        by_score = sorted(enumerate(row), key=lambda pair: (-pair[1], pair[0]))
        assert columns == [column for column, _ in by_score[:k]]
