"""Rows as whole numbers with a factor each."""

import numpy as np
import pytest

from huffvec.exploring.quantized import QuantizedRows


@pytest.mark.parametrize(("levels", "dtype"), [(31, np.int8), (127, np.int8), (32_767, np.int16)])
def test_numbers_are_off_by_half_a_step(levels, dtype):
    rows = np.random.default_rng(1).normal(0, [[1e-3], [1.0], [1e4]], (3, 50)).astype(np.float32)
    kept = QuantizedRows.of(rows, levels)
    assert kept.values.dtype == dtype
    assert np.abs(kept.values).max(axis=1).tolist() == [levels] * 3
    steps = np.abs(rows).max(axis=1, keepdims=True) / levels
    assert (np.abs(kept.rows() - rows) <= 0.501 * steps).all()


def test_rows_without_a_direction_become_zeros():
    rows = np.array([[0, 0], [np.nan, 1], [np.inf, 1], [3, -1.5]], np.float32)
    kept = QuantizedRows.of(rows, 127)
    assert kept.rows().tolist()[:3] == [[0, 0]] * 3
    assert kept.rows()[3].tolist() == pytest.approx([3, -1.5], abs=0.02)
