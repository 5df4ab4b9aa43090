"""Loss and gradients from one pass over a large batch, and second derivatives."""

import pytest

torch = pytest.importorskip("torch")

from layer_cases import CASES, make_batch, make_layer

from huffvec.torch import (
    AdaptiveSoftmax,
    FullSoftmax,
    SelfNormalizedSoftmax,
    softmax_loss,
)

EXACT = [name for name in CASES if name.startswith(("full", "self", "adaptive"))]


@pytest.fixture
def one_pass(monkeypatch):
    """Small batches go the way of large ones, in blocks of few rows."""
    monkeypatch.setattr(softmax_loss, "BLOCK_ROWS", 2)
    monkeypatch.setattr(softmax_loss, "N_BLOCKS", 3)


def gradients_of(layer, hidden, target, *, split):
    """The loss and all gradients; split makes the layer take its losses one by one."""
    layer.zero_grad()
    hidden.grad = None
    layer.reduction = "none" if split else "mean"
    loss = layer(hidden, target)
    if split:
        loss = loss.sum() / (target != layer.ignore_index).sum()
    (3 * loss).backward()
    return loss, [tensor.grad.clone() for tensor in (hidden, *layer.parameters())]


@pytest.mark.parametrize("case", EXACT)
@pytest.mark.usefixtures("one_pass")
def test_one_pass_equals_the_losses_one_by_one(case):
    layer, (hidden, target) = make_layer(case), make_batch(4, 5)
    target[2, 1:4] = layer.ignore_index
    expected, grads = gradients_of(layer, hidden, target, split=True)
    found, others = gradients_of(layer, hidden, target, split=False)
    torch.testing.assert_close(found, expected)
    for grad, other in zip(grads, others, strict=True):
        torch.testing.assert_close(other, grad)


@pytest.mark.parametrize("alpha", [0.0, 0.2])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.usefixtures("one_pass")
def test_first_and_second_derivatives_equal_finite_differences(alpha, bias):
    hidden, target = make_batch(7)
    generator = torch.Generator().manual_seed(4)
    weight = torch.randn(23, 6, dtype=torch.float64, generator=generator).requires_grad_()
    tensors = [hidden, weight]
    if bias:
        tensors.append(torch.randn(23, dtype=torch.float64, generator=generator).requires_grad_())
    weights = torch.linspace(0.0, 1.0, 7, dtype=torch.float64)

    def loss(hidden, weight, bias=None):
        arguments = (hidden, weight, bias, target, weights, torch.float64, alpha, 3.0)
        return softmax_loss.softmax_loss(*arguments)

    assert torch.autograd.gradcheck(loss, tensors)
    assert torch.autograd.gradgradcheck(loss, tensors)


@pytest.mark.parametrize("rows", [1, 2, 1000], ids=["pieces", "pairs", "by-words"])
@pytest.mark.parametrize("case", [*EXACT, "differentiated", "target-sampling"])
def test_layers_have_second_derivatives(monkeypatch, case, rows):
    monkeypatch.setattr(softmax_loss, "BLOCK_ROWS", rows)
    layer, (hidden, target) = make_layer(case), make_batch(9)
    parameters = list(layer.parameters())
    drawn = {"samples": torch.arange(23)} if case == "target-sampling" else {}

    def loss(hidden, *_):
        return layer(hidden, target, **drawn)

    assert torch.autograd.gradgradcheck(loss, (hidden, *parameters), fast_mode=True)
    assert torch.autograd.gradgradcheck(
        lambda hidden, *_: layer.log_prob(hidden, target), (hidden, *parameters), fast_mode=True
    )


def test_a_penalty_on_the_gradient_is_that_of_the_plain_softmax():
    layer = FullSoftmax(6, range(23), dtype=torch.float64)
    hidden, target = make_batch(5)

    def penalty(loss):
        (grad,) = torch.autograd.grad(loss, hidden, create_graph=True)
        return torch.autograd.grad(grad.square().sum(), layer.weight)[0]

    plain = torch.nn.functional.cross_entropy(hidden @ layer.weight.T, target)
    torch.testing.assert_close(penalty(layer(hidden, target)), penalty(plain))


@pytest.mark.usefixtures("one_pass")
def test_the_operator_keeps_the_rules_of_operators():
    hidden, target = make_batch(6)
    weight = torch.randn(23, 6, dtype=torch.float64, requires_grad=True)
    bias = torch.randn(23, dtype=torch.float64, requires_grad=True)
    weights = torch.rand(6, dtype=torch.float64)
    arguments = (hidden, weight, bias, target, weights, torch.float64, 0.1, 2.0)
    torch.library.opcheck(torch.ops.huffvec.softmax_loss.default, arguments)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.usefixtures("one_pass")
def test_half_precision_keeps_the_loss_in_32_bits(dtype):
    exact = FullSoftmax(6, range(500), dtype=torch.float64)
    layer = FullSoftmax(6, range(500), dtype=dtype)
    with torch.no_grad():
        layer.weight.copy_(exact.weight)
    hidden, _ = make_batch(40, dtype=dtype)
    target = torch.arange(40) * 12 % 500
    loss = layer(hidden, target)
    assert loss.dtype == torch.float32
    expected = exact(hidden.double(), target)
    torch.testing.assert_close(loss.double(), expected, rtol=3e-3, atol=0)
    loss.backward()
    expected.backward()
    assert layer.weight.grad.dtype == dtype
    error = (layer.weight.grad.double() - exact.weight.grad).norm() / exact.weight.grad.norm()
    assert error < 0.02  # bfloat16 has 8 bits: 0.4 % a number


@pytest.mark.usefixtures("one_pass")
def test_autocast_and_compile():
    layer = FullSoftmax(6, range(50))
    hidden, target = make_batch(12, dtype=torch.float32)
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(hidden, target), layer(hidden, target))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = layer(hidden, target)
    assert loss.dtype == torch.float32
    torch.testing.assert_close(loss, layer(hidden, target), rtol=2e-2, atol=0)


@pytest.mark.usefixtures("one_pass")
def test_without_gradients_there_are_none_to_make(monkeypatch):
    def refuse(*_):
        raise AssertionError("gradients were made for nobody")

    monkeypatch.setattr(softmax_loss, "_loss_and_gradients", refuse)
    hidden, target = make_batch(12)
    for cls in (FullSoftmax, SelfNormalizedSoftmax, AdaptiveSoftmax):
        layer = cls(6, [50 - i for i in range(50)], dtype=torch.float64)
        with torch.no_grad():
            assert layer(hidden, target).isfinite()


def test_blocks_cover_a_batch():
    for n_rows, n_words in ((1, 5), (4096, 50_000), (10_000, 3), (2048, 10_000_000)):
        parts = softmax_loss.row_blocks(n_rows, n_words)
        assert [i for part in parts for i in range(n_rows)[part]] == list(range(n_rows))
        longest = max(part.stop - part.start for part in parts)
        assert longest <= max(softmax_loss.BLOCK_ROWS, -(-n_rows // softmax_loss.N_BLOCKS))
