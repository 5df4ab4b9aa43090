"""Negatives from the batch, against a loop, and whether their correction is right."""

import math
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from layer_cases import COUNTS, N_WORDS

from huffvec.errors import ConfigError, ShapeError, TargetError
from huffvec.torch import InBatchSoftmax

SHARES = torch.tensor(COUNTS / COUNTS.sum())


def slow(queries, items, ids, temperature, n_drawn):
    """The loss of each query, by the formulas of the docstring."""
    losses = []
    batch = len(queries)
    for n, query in enumerate(queries):
        scores = {}
        for item, item_id in zip(items, ids.tolist(), strict=True):
            missing = (1 - SHARES[item_id]) ** (batch - 1) * (1 - 1 / N_WORDS) ** n_drawn
            scores.setdefault(item_id, query @ item / temperature - math.log(1 - missing))
        own = scores[ids[n].item()]
        losses.append(torch.logsumexp(torch.stack(list(scores.values())), 0) - own)
    return torch.stack(losses)


@pytest.mark.parametrize("samples", [0, 9])
def test_losses_equal_the_loop(samples):
    generator = torch.Generator().manual_seed(1)
    table = torch.randn(N_WORDS, 5, dtype=torch.float64, generator=generator, requires_grad=True)
    queries = torch.randn(8, 5, dtype=torch.float64, generator=generator)
    ids = torch.tensor([3, 0, 3, 22, 0, 7, 1, 19])  # some twice
    layer = InBatchSoftmax(COUNTS, samples, temperature=0.5, reduction="none")
    layer.data.probs, layer.noise.probs = layer.data.probs.double(), layer.noise.probs.double()
    drawn = layer.draw(torch.Generator().manual_seed(3))
    assert drawn.shape == (samples,)
    extra: Any = (table[drawn], drawn) if samples else ()
    losses = layer(queries, table[ids], ids, *extra)
    every = torch.cat([ids, drawn])
    expected = slow(queries, table[every], every, 0.5, samples)
    torch.testing.assert_close(losses, expected, rtol=1e-6, atol=1e-6)
    for reduction in ("mean", "sum"):
        layer.reduction = reduction
        found = layer(queries, table[ids], ids, *extra)
        torch.testing.assert_close(found, getattr(losses, reduction)())
    low = (extra[0], drawn.to(torch.uint8)) if samples else ()
    assert layer(queries, table[ids], ids.to(torch.uint8), *low) == found
    (grad,) = torch.autograd.grad(losses.sum(), table)
    assert grad[every].abs().sum(1).min() > 0
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    extra = (extra[0].detach(), drawn) if samples else ()
    torch.testing.assert_close(compiled(queries, table[ids].detach(), ids, *extra), found.detach())


@pytest.mark.parametrize("samples", [0, 64])
def test_the_correction_finds_the_distribution(samples):
    """One query, items by unequal shares: trained scores are log shares, not the items' ranks."""
    torch.manual_seed(1)
    shares = torch.tensor([0.5, 0.25, 0.15, 0.1])
    layer = InBatchSoftmax((shares * 100).round().long(), samples)
    scores = torch.zeros(4, 1, requires_grad=True)
    optimizer = torch.optim.SGD([scores])
    for step in range(400):
        ids = torch.multinomial(shares, 64, replacement=True)
        drawn = layer.draw()
        extra = (scores[drawn], drawn) if samples else ()
        for group in optimizer.param_groups:
            group["lr"] = 1 - step / 400
        optimizer.zero_grad()
        layer(torch.ones(64, 1), scores[ids], ids, *extra).backward()
        optimizer.step()
    found = torch.softmax(scores.detach()[:, 0], 0)
    torch.testing.assert_close(found, shares, rtol=0.1, atol=0)


def test_wrong_arguments():
    layer, items = InBatchSoftmax(COUNTS, 2), torch.randn(3, 4)
    ids, drawn_ids = torch.tensor([4, 9, 0]), torch.tensor([1, 2])
    with pytest.raises(ShapeError, match=r"shape \(B, dim\), but got \(2, 4\) and \(3, 4\)"):
        layer(items[:2], items, ids, items[:2], drawn_ids)
    with pytest.raises(TargetError, match="target 23 is out of range"):
        layer(items, items, torch.tensor([4, 23, 0]), items[:2], drawn_ids)
    with pytest.raises(ShapeError, match="expected 2 drawn items and ids, but got 0"):
        layer(items, items, ids)
    with pytest.raises(ShapeError, match=r"expected target of shape \(3,\)"):
        layer(items, items, ids, items, drawn_ids)
    with pytest.raises(ConfigError, match="temperature must be a number over 0"):
        InBatchSoftmax(COUNTS, temperature=0.0)
    with pytest.raises(ConfigError, match="samples must be a whole number from 0"):
        InBatchSoftmax(COUNTS, -1)
    with pytest.raises(ConfigError, match="reduction must be one of"):
        InBatchSoftmax(COUNTS, reduction="max")
