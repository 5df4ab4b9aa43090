"""The alias table, built without a loop."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

torch = pytest.importorskip("torch")

from huffvec.torch.noise import alias_table, first_of_each


def drawn_by(accept, alias):
    probs = accept.copy()
    np.add.at(probs, alias, 1 - accept)
    return probs / len(probs)


@settings(max_examples=300, deadline=None)
@given(
    arrays(
        np.float64,
        st.integers(1, 60),
        elements=st.sampled_from([0.0, 1e-12, 0.1, 0.25, 0.5, 1.0, 3.0, 1e9]),
    ).filter(np.any)
)
def test_the_table_draws_by_the_probabilities(weights):
    probs = weights / weights.sum()
    accept, alias = alias_table(probs)
    assert accept.min() >= 0
    assert accept.max() <= 1
    np.testing.assert_allclose(drawn_by(accept, alias), probs, rtol=0, atol=1e-13)


def test_a_large_table():
    probs = np.random.default_rng(1).dirichlet(np.full(200_000, 0.1))
    np.testing.assert_allclose(drawn_by(*alias_table(probs)), probs, rtol=0, atol=1e-12)


@given(st.lists(st.integers(0, 9), max_size=30))
def test_first_of_each(ids):
    found = first_of_each(torch.tensor(ids, dtype=torch.int64)).tolist()
    assert found == [number not in ids[:place] for place, number in enumerate(ids)]
