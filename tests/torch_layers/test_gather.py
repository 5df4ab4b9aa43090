"""Rows of large tables, whose gradient has memory only where it is not zero."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from huffvec.torch import HierarchicalSoftmax, SampledSoftmax
from huffvec.torch.gather import LARGE, fresh_zeros, gather, gather_rows, scatter_rows

N_ROWS = LARGE // (4 * 8) + 1  # of 8 float32 numbers: just large


def make_table(dtype=torch.float32):
    generator = torch.Generator().manual_seed(1)
    weight = torch.randn(N_ROWS, 8, generator=generator).to(dtype).requires_grad_()
    ids = torch.randint(N_ROWS, (5, 3), generator=generator)
    ids[1] = ids[0, 0]  # four times
    return weight, ids


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_rows_and_gradients_are_those_of_embedding(dtype):
    weight, ids = make_table(dtype)
    factors = torch.randn(5, 3, 8).to(dtype)
    results = []
    for look_up in (gather, lambda table, places: torch.nn.functional.embedding(places, table)):
        rows = look_up(weight, ids)
        (gradient,) = torch.autograd.grad((rows * factors).sum(), weight)
        results.append((rows, gradient))
    torch.testing.assert_close(results[0], results[1])
    assert (results[0][1].abs().sum(1) > 0).sum() == 5 * 3 - 3
    assert results[0][1].dtype == dtype


def test_the_operators_keep_the_rules_of_operators():
    weight, ids = (
        torch.randn(9, 4, dtype=torch.float64, requires_grad=True),
        torch.tensor([3, 0, 3]),
    )
    rows = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    torch.library.opcheck(gather_rows, (weight, ids))
    torch.library.opcheck(scatter_rows, (rows, ids, 9))
    assert torch.autograd.gradcheck(gather_rows, (weight, ids))
    assert torch.autograd.gradgradcheck(gather_rows, (weight, ids))


def test_zeros_are_zeros_and_may_be_written():
    zeros = fresh_zeros(torch.empty(0, dtype=torch.float64), 300, 70)
    assert zeros.shape == (300, 70)
    assert zeros.is_contiguous()
    assert (zeros == 0).all()
    zeros += 1
    assert zeros.sum() == 21_000
    assert fresh_zeros(zeros, 0, 70).shape == (0, 70)


@pytest.mark.parametrize("make", [SampledSoftmax, HierarchicalSoftmax])
def test_layers_learn_the_same_with_and_without(make, monkeypatch):
    counts = np.arange(N_ROWS + 1, 0, -1)
    layer = make(8, counts, **({"samples": 20} if make is SampledSoftmax else {}))
    hidden, target = torch.randn(6, 8), torch.randint(N_ROWS, (6,))
    gradients = []
    for large in (0, 1 << 40):
        monkeypatch.setattr("huffvec.torch.gather.LARGE", large)
        torch.manual_seed(2)
        layer.zero_grad()
        compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
        for loss in (layer(hidden, target), compiled(hidden, target)):
            loss.backward()
        gradients.append(layer.weight.grad)
    torch.testing.assert_close(*gradients)
    assert gradients[0].abs().sum() > 1
