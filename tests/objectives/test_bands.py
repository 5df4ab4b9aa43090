"""Bands and clusters of words: what is cut where, and how rows lie in the table."""

from typing import Any

import numpy as np
import pytest
from harness import bound_to
from hypothesis import given
from hypothesis import strategies as st
from reference.outputs import packed_place

from huffvec.errors import ConfigError, CorpusError
from huffvec.objectives import AdaptiveSoftmax, DifferentiatedSoftmax
from huffvec.objectives.adaptive_softmax import cheapest_cutoffs
from huffvec.objectives.bands import Bands, band_rows, band_table

COUNTS = np.array([1000 // (i + 1) + 1 for i in range(500)], np.int64)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(1, 70)), min_size=1, max_size=4),
    st.integers(0, 9),
    st.booleans(),
)
def test_rows_of_bands_lie_apart_and_inside_the_table(bands, first_row, projected):
    sizes, widths = zip(*bands, strict=True)
    dim = max(widths)
    edges = [7, *(7 + np.cumsum(sizes)).tolist()]
    table = band_table(edges, widths, dim, first_row, projected=projected)
    output_vectors = np.full((Bands(table).end_row, dim), -1, np.float32)
    free = first_row  # rows that the bands do not take
    for number, (_, n_words, first, width, per_row) in enumerate(table.tolist()):
        free += width if projected else 0
        for i in range(n_words):
            row, columns = packed_place(i, first, width, per_row)
            assert columns.stop <= dim
            assert columns.start % 16 == 0
            assert (output_vectors[row, columns] == -1).all(), "taken already"
            output_vectors[row, columns] = 1000 * number + i
    assert (output_vectors.max(axis=1) == -1).sum() == free
    for number, band in enumerate(table):
        rows = band_rows(output_vectors, band)
        assert rows.shape == (band[1], band[3])
        assert (rows == 1000 * number + np.arange(band[1])[:, None]).all()


def test_default_bands_share_text_and_numbers():
    table = DifferentiatedSoftmax().bands(COUNTS, 50).table
    assert table[:, 3].tolist() == [25, 12, 13]
    shares = [COUNTS[first : first + n].sum() / COUNTS.sum() for first, n, *_ in table.tolist()]
    np.testing.assert_allclose(shares, [0.8, 0.15, 0.05], atol=0.01)
    assert DifferentiatedSoftmax().bands(COUNTS, 1).table[:, 3].tolist() == [1]
    assert DifferentiatedSoftmax().bands(COUNTS[:1], 9).table[:, :2].tolist() == [[0, 1]]
    own = DifferentiatedSoftmax(band_dims=[4, 6]).bands(COUNTS, 10)
    assert own.table[:, 3].tolist() == [4, 6]


def test_cheapest_cutoffs_cost_less_than_any_neighbours():
    first, second = cheapest_cutoffs(COUNTS, 100, 4.0)
    shares = np.concatenate([[0], np.cumsum(COUNTS) / COUNTS.sum()])

    def cost(a, b):
        middle = (shares[b] - shares[a]) * 25 * (b - a + 100)
        return (a + 2) * 100 + middle + (1 - shares[b]) * 6 * (500 - b + 100)

    least = cost(first, second)
    assert least <= cost(first // 2, second)
    assert least <= cost(first * 2, second)
    assert least <= cost(first, (first + second) // 2)
    assert least <= cost(first, (second + 500) // 2)
    assert cheapest_cutoffs(COUNTS[:2], 100, 4.0) == (1,)


def test_clusters_get_narrower_and_projections_start_orthonormal_and_at_random():
    objective = AdaptiveSoftmax(cutoffs=(10, 40, 200), div_value=3)
    bound: Any = bound_to(objective, COUNTS, 30)
    assert bound.clusters.table[:, 3].tolist() == [10, 3, 1]
    outputs = np.zeros((bound.n_outputs, 30), np.float32)
    bound.start_outputs(outputs, seed=3)
    first = bound.clusters.table[0, 2]
    projection = outputs[first - 10 : first]
    np.testing.assert_allclose(projection @ projection.T, np.eye(10), atol=1e-6)
    assert not outputs[: first - 10].any()
    assert (outputs != 0).any(axis=1).sum() == 14
    again = np.zeros_like(outputs)
    bound.start_outputs(again, seed=4)
    assert (again != outputs).any()


@pytest.mark.parametrize(
    ("objective", "dim", "message"),
    [
        (AdaptiveSoftmax(cutoffs=(500,)), 8, "less than the number of words, 500, not 500"),
        (DifferentiatedSoftmax(cutoffs=(9, 600)), 8, "less than the number of words, 500, not 600"),
        (DifferentiatedSoftmax(cutoffs=(1, 2, 3)), 3, "at most dim = 3 bands, not 4"),
        (DifferentiatedSoftmax(band_dims=(5, 4)), 8, r"add up to dim, 8, and \[5, 4\] make 9"),
    ],
)
def test_bands_that_do_not_fit(objective, dim, message):
    with pytest.raises(ConfigError, match=message):
        bound_to(objective, COUNTS, dim)


def test_too_few_words():
    with pytest.raises(CorpusError, match="needs at least 2 different words, found 1"):
        AdaptiveSoftmax().clusters(COUNTS[:1], 8)
    with pytest.raises(ConfigError, match="not be more than the 2 words can be split into, 1"):
        DifferentiatedSoftmax(band_dims=(1, 1, 1)).bands(COUNTS[:2], 3)
