"""The full softmax in blocks, and layers that come near it."""

import pytest

torch = pytest.importorskip("torch")

from layer_cases import COUNTS, DIM, N_WORDS, make_batch

from huffvec.errors import ConfigError
from huffvec.torch import (
    FullSoftmax,
    NegativeSampling,
    SampledSoftmax,
    TargetSampling,
    softmax_terms,
)


def plain(layer, hidden, target):
    """The loss as PyTorch has it."""
    scores = torch.nn.functional.linear(hidden, layer.weight, layer.bias)
    return torch.nn.functional.cross_entropy(scores.flatten(0, -2), target.flatten())


@pytest.mark.parametrize("n_scores", [1, 64 * 12, 70 * 12, 1 << 20])
@pytest.mark.parametrize("bias", [False, True])
def test_blocks_of_any_size_give_the_plain_loss(monkeypatch, n_scores, bias):
    monkeypatch.setitem(softmax_terms.BLOCK_SCORES, "cpu", n_scores)
    layer = FullSoftmax(5, range(200), bias=bias, dtype=torch.float64)
    generator = torch.Generator().manual_seed(1)
    hidden = torch.randn(3, 4, 5, dtype=torch.float64, generator=generator, requires_grad=True)
    target = torch.randint(200, (3, 4), generator=generator)
    expected = plain(layer, hidden, target)
    expected.backward()
    tensors = [hidden, *layer.parameters()]
    grads = [tensor.grad.clone() for tensor in tensors]
    for tensor in tensors:
        tensor.grad = None
    loss = layer(hidden, target)
    torch.testing.assert_close(loss, expected)
    loss.backward()
    for tensor, grad in zip(tensors, grads, strict=True):
        torch.testing.assert_close(tensor.grad, grad)


def test_the_operator_keeps_the_rules_of_operators():
    hidden, target = make_batch(4)
    weight = torch.randn(N_WORDS, DIM, dtype=torch.float64, requires_grad=True)
    bias = torch.randn(N_WORDS, dtype=torch.float64, requires_grad=True)
    arguments = (hidden, weight, bias, target, torch.float64)
    torch.library.opcheck(torch.ops.huffvec.softmax_terms.default, arguments)


@pytest.mark.parametrize(
    "layer",
    [
        SampledSoftmax(DIM, COUNTS, 2_000, "uniform", dtype=torch.float64),  # all, but for 1e-37
        TargetSampling(DIM, COUNTS, N_WORDS, dtype=torch.float64),
    ],
    ids=["sampled", "target-sampling"],
)
def test_with_all_words_as_samples_it_is_the_full_softmax(layer):
    hidden, target = make_batch(4, 5)
    expected = plain(layer, hidden, target)
    expected.backward()
    grads = [hidden.grad.clone(), layer.weight.grad.clone()]
    hidden.grad = layer.weight.grad = None
    loss = layer(hidden, target)
    torch.testing.assert_close(loss, expected)
    loss.backward()
    torch.testing.assert_close(hidden.grad, grads[0])
    torch.testing.assert_close(layer.weight.grad, grads[1])


def test_biases_of_negative_sampling_start_where_words_are_as_probable_as_noise():
    layer = NegativeSampling(DIM, COUNTS, 300, bias=True, dtype=torch.float64)
    expected = torch.log_softmax(layer.noise.probs.log() - layer.noise.probs.log1p(), 0)
    torch.testing.assert_close(layer.log_prob(torch.zeros(DIM, dtype=torch.float64)), expected)


def test_ranks_need_falling_counts():
    with pytest.raises(ConfigError, match="'log-uniform' goes by rank, so the counts must not ri"):
        SampledSoftmax(4, [1, 2], proposal="log-uniform")
    with pytest.raises(ConfigError, match="proposal must be unigram"):
        SampledSoftmax(4, [2, 1], proposal="unigrams")
    with pytest.raises(ConfigError, match="samples must be a whole number from 1"):
        SampledSoftmax(4, [2, 1], samples=0)
