"""How many words importance sampling draws for a batch, and what it estimates from them."""

import math

import pytest

torch = pytest.importorskip("torch")

from layer_cases import COUNTS, make_batch, make_layer


def effective_of(layer, hidden, target, samples):
    """The least effective sample size over the batch, by its definition."""
    least = math.inf
    probs = torch.tensor(COUNTS**0.75 / (COUNTS**0.75).sum())
    for h, word in zip(hidden, target, strict=True):
        others = samples[samples != word]
        r = torch.exp(layer.weight[others] @ h) / probs[others]
        least = min(least, (r.sum() ** 2 / (r**2).sum()).item())
    return least


@pytest.mark.parametrize("effective", [2.5, 30, 1e6])
def test_draws_double_until_enough_are_effective(effective):
    layer = make_layer("importance", effective_samples=effective, max_samples=99)
    hidden, target = make_batch(7)
    generator = torch.Generator().manual_seed(3)
    samples = layer.draw_enough(hidden, target, generator)
    assert len(samples) in (9, 18, 36, 72, 99)
    if len(samples) < 99:
        assert effective_of(layer, hidden, target, samples) >= effective
    else:
        assert effective >= 30
    if len(samples) > 9:
        assert effective_of(layer, hidden, target, samples[: -(-len(samples) // 2)]) < effective


def test_the_estimate_of_the_sum_is_right_on_the_average():
    """Within 4 standard errors, a false alarm in 16,000 runs; the seed is fixed."""
    layer, (hidden, target) = make_layer("importance"), make_batch(1)
    generator = torch.Generator().manual_seed(5)
    score = layer.target_scores(hidden, target)
    estimates = []
    for _ in range(2_000):
        samples = layer.noise.draw(10, generator)
        estimates.append(torch.exp(layer(hidden, target, samples=samples) + score).item())
    estimates = torch.tensor(estimates)
    total = torch.exp(layer.weight @ hidden[0]).sum().item()
    error = estimates.std().item() / math.sqrt(len(estimates))
    assert error < 0.1 * total
    assert abs(estimates.mean().item() - total) < 4 * error
