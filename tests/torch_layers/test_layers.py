"""One contract for all layers."""

import json
import math
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from layer_cases import (
    CASES,
    COUNTS,
    DIM,
    N_WORDS,
    RANKED,
    SAMPLED,
    TWO_OR_MORE,
    VOCABULARY,
    draws,
    make_batch,
    make_layer,
)
from torch.utils.checkpoint import checkpoint

from huffvec import Vocabulary
from huffvec.errors import ConfigError, CorpusError, HuffvecError, ShapeError, TargetError

each_case = pytest.mark.parametrize("case", CASES)


@each_case
def test_probabilities_sum_to_one_and_agree(case):
    layer, (hidden, target) = make_layer(case), make_batch(2, 5)
    every = layer.log_prob(hidden)
    assert every.shape == (2, 5, N_WORDS)
    torch.testing.assert_close(every.exp().sum(-1), torch.ones(2, 5, dtype=torch.float64))
    assert (every.amax(-1) - every.amin(-1)).min() > 1, "the test must be able to fail"
    expected = every.gather(-1, target[..., None])[..., 0]
    torch.testing.assert_close(layer.log_prob(hidden, target), expected)
    top = layer.topk(hidden, 4)
    values, indices = every.topk(4)
    torch.testing.assert_close(top.values, values)
    assert (top.indices == indices).all()
    assert layer.topk(hidden[0, 0], 100).indices.shape == (N_WORDS,)
    assert layer.log_prob(hidden[0, 0], target[0, 0]).shape == ()


@each_case
def test_gradients_equal_finite_differences(case):
    layer, (hidden, target) = make_layer(case, reduction="none"), make_batch(4)
    fixed = draws(layer, target)
    parameters = list(layer.parameters())
    # Of the many numbers that characters' rows are made of, a random mixture.
    check = partial(torch.autograd.gradcheck, fast_mode=case.startswith("cnn"))
    assert check(lambda h, *_: layer(h, target, **fixed), (hidden, *parameters))
    assert check(lambda h, *_: layer.log_prob(h, target), (hidden, *parameters))


@each_case
def test_reductions_ignored_targets_and_batch_dimensions(case):
    layer, (hidden, target) = make_layer(case, reduction="none"), make_batch(3, 4)
    fixed = draws(layer, target)
    if case == "target-sampling":  # the other targets of a batch are candidates
        fixed = {"samples": torch.arange(N_WORDS)}
    if case == "infrequent":  # who normalises is by place
        layer.record, fixed = replace(layer.record, gamma=1.0), {}
    each = layer(hidden, target, **fixed)
    assert each.shape == (3, 4)
    one = layer(hidden[1, 2], target[1, 2], **fixed)
    torch.testing.assert_close(one, each[1, 2])
    ignored = target.clone()
    ignored[1] = -100
    with torch.no_grad():
        hidden[1] = math.nan  # padding may hold anything
    found = layer(hidden, ignored, **fixed)
    assert (found[1] == 0).all()
    torch.testing.assert_close(found[[0, 2]], each[[0, 2]])
    layer.reduction = "mean"
    mean = layer(hidden, ignored, **fixed)
    torch.testing.assert_close(mean, each[[0, 2]].mean())
    mean.backward()
    assert (hidden.grad[1] == 0).all()
    assert all(parameter.grad.isfinite().all() for parameter in layer.parameters())
    layer.reduction = "sum"
    torch.testing.assert_close(layer(hidden, ignored, **fixed), each[[0, 2]].sum())
    layer.reduction = "mean"
    assert layer(hidden, torch.full_like(target, -100), **fixed).isnan()
    layer.ignore_index = 7
    found = layer(hidden[0], torch.tensor([7, 7, 7, 3]), **fixed)
    torch.testing.assert_close(found, layer(hidden[0, 3], torch.tensor(3), **fixed))


@each_case
def test_numbers_that_are_not_finite_stay_in_their_rows(case):
    layer, (hidden, target) = make_layer(case, reduction="none"), make_batch(4)
    with torch.no_grad():
        hidden[2, 3] = math.nan
    loss = layer(hidden, target, **draws(layer, target))
    assert loss.isnan().tolist() == [False, False, True, False]
    every = layer.log_prob(hidden)
    assert every.isnan().any(1).tolist() == [False, False, True, False]
    assert layer.log_prob(hidden, target).isnan().tolist() == [False, False, True, False]


@each_case
def test_huge_scores_keep_loss_and_gradient_finite(case):
    layer, (hidden, target) = make_layer(case), make_batch(6)
    loss = layer(hidden * 1000, target, **draws(layer, target))
    loss.backward()
    assert loss.isfinite()
    assert loss > 50
    assert hidden.grad.isfinite().all()
    assert layer.log_prob(hidden * 1000).exp().sum(1).sub(1).abs().max() < 1e-9


@each_case
def test_wrong_shapes_and_targets(case):
    layer, (hidden, target) = make_layer(case), make_batch(3, 4)
    with pytest.raises(ShapeError, match=r"hidden of shape \(..., 6\), but got \(3, 4, 5\)"):
        layer(hidden[..., :5], target)
    with pytest.raises(ShapeError, match=r"target of shape \(3, 4\) for hidden of shape \(3, 4, 6"):
        layer(hidden, target[0])
    with pytest.raises(ShapeError, match="integer dtype, but got torch"):
        layer(hidden, target.float())
    for ask in (lambda h: layer(h, target), layer.log_prob, lambda h: layer.topk(h, 2)):
        for dtype in (torch.float32, torch.int64):
            message = f"hidden of the layer's dtype torch.float64, but got {dtype}: convert"
            with pytest.raises(ShapeError, match=message):
                ask(hidden.to(dtype))
    for wrong in (23, -1):
        target[1, 2] = wrong
        message = rf"target {wrong} is out of range: the layer has 23 words, 0 to 22"
        with pytest.raises(TargetError, match=message):
            layer(hidden, target)
        with pytest.raises(IndexError):
            layer.log_prob(hidden, target)
    with pytest.raises(ShapeError, match=r"got \(5,\)"):
        layer.topk(hidden[0, 0, :5], 2)
    with pytest.raises(ConfigError, match="k must be a whole number from 1"):
        layer.topk(hidden, 0)


@each_case
@pytest.mark.parametrize("dtype", [torch.int32, torch.int16, torch.uint8])
def test_targets_of_any_integer_dtype(case, dtype):
    layer, (hidden, target) = make_layer(case), make_batch(4, 3)
    fixed = draws(layer, target)
    low = {name: ids.to(dtype) for name, ids in fixed.items() if name == "samples"}
    expected = layer(hidden, target, **fixed)
    assert layer(hidden, target.to(dtype), **{**fixed, **low}) == expected
    assert (layer.log_prob(hidden, target.to(dtype)) == layer.log_prob(hidden, target)).all()


@each_case
def test_wrong_options(case):
    cls, options = CASES[case]
    with pytest.raises(ConfigError, match="dim must be a whole number from 1"):
        cls(0, VOCABULARY, **options)
    for counts in ([], [[1, 2]], [1.5, 2], [3, -1]):
        with pytest.raises(ConfigError, match=r"must be a Vocabulary or one|needs a Vocabulary"):
            cls(4, counts, **options)
    if case.startswith(RANKED):
        with pytest.raises(ConfigError, match="go by rank, so the counts must not rise"):
            cls(6, np.arange(30), **options)
    with pytest.raises(ConfigError, match="reduction must be one of mean, sum, none, not 'men'"):
        cls(6, VOCABULARY, **{**options, "reduction": "men"})
    with pytest.raises(ConfigError, match="noise_samples is called samples now"):
        CASES["nce"][0](DIM, VOCABULARY, noise_samples=9)
    with pytest.raises(ConfigError, match="ignore_index must be a whole number"):
        cls(6, VOCABULARY, **{**options, "ignore_index": None})
    if case.startswith(("full", "self-normalized", "infrequent")):
        with pytest.raises(ConfigError, match="reads the rows of all words, so their gradient ca"):
            cls(6, VOCABULARY, **{**options, "sparse": True})


@each_case
def test_a_vocabulary_of_one(case):
    cls, options = CASES[case]
    vocabulary = Vocabulary(["wé"], [5])
    options = {name: value for name, value in options.items() if name != "cutoffs"}
    if case.startswith(TWO_OR_MORE):
        with pytest.raises(CorpusError, match="at least 2 different words"):
            cls(DIM, vocabulary, **options)
        return
    layer = cls(DIM, vocabulary, **options)
    hidden = torch.randn(3, DIM)
    assert layer(hidden, torch.zeros(3, dtype=torch.int64)).isfinite()
    torch.testing.assert_close(layer.log_prob(hidden), torch.zeros(3, 1))


@each_case
def test_counts_of_zero(case):
    cls, options = CASES[case]
    counts = np.zeros(N_WORDS, np.int64)
    layer = cls(DIM, Vocabulary(VOCABULARY.words, counts), **options)
    hidden = torch.randn(3, DIM)
    assert layer(hidden, torch.tensor([4, 0, 22])).isfinite()
    torch.testing.assert_close(layer.log_prob(hidden).exp().sum(1), torch.ones(3))


@each_case
def test_an_empty_batch(case):
    layer = make_layer(case, reduction="sum")
    hidden, target = make_batch(0, 3)
    loss = layer(hidden, target)
    assert loss == 0
    loss.backward()
    assert layer.log_prob(hidden, target).shape == (0, 3)
    assert layer.log_prob(hidden).shape == (0, 3, N_WORDS)
    assert layer.topk(hidden, 2).values.shape == (0, 3, 2)


@each_case
def test_state_dict_brings_everything_along(case, tmp_path):
    layer, (hidden, target) = make_layer(case), make_batch(5)
    torch.save(layer.state_dict(), tmp_path / "layer.pt")
    cls, options = CASES[case]
    other = cls(DIM, VOCABULARY, **{**options, "dtype": torch.float64})
    fixed = draws(layer, target)
    assert other(hidden, target, **fixed) != layer(hidden, target, **fixed)
    other.load_state_dict(torch.load(tmp_path / "layer.pt", weights_only=True))
    assert other(hidden, target, **fixed) == layer(hidden, target, **fixed)
    assert (other.log_prob(hidden) == layer.log_prob(hidden)).all()


@each_case
def test_dtypes_and_autocast(case):
    exact, (hidden, target) = make_layer(case), make_batch(40)
    fixed = draws(exact, target)
    expected = exact(hidden, target, **fixed)
    layer = make_layer(case, dtype=torch.float32)
    layer.load_state_dict(exact.state_dict())
    single = hidden.detach().float().requires_grad_()
    torch.testing.assert_close(layer(single, target, **fixed).double(), expected, rtol=1e-5, atol=0)
    with torch.autocast("cpu", torch.bfloat16):
        loss = layer(single, target, **fixed)
        every = layer.log_prob(single)
    assert loss.dtype == every.dtype == torch.float32
    torch.testing.assert_close(loss.double(), expected, rtol=0.02, atol=0)
    loss.backward()
    assert single.grad.dtype == torch.float32
    assert {parameter.grad.dtype for parameter in layer.parameters()} == {torch.float32}
    layer = layer.to(torch.bfloat16)
    low = hidden.detach().bfloat16().requires_grad_()
    loss = layer(low, target, **fixed)
    torch.testing.assert_close(loss.double(), expected, rtol=0.05, atol=0)
    loss.backward()
    assert low.grad.dtype == torch.bfloat16
    torch.testing.assert_close(layer.log_prob(low).exp().sum(1), torch.ones(40), rtol=1e-3, atol=0)


@each_case
@pytest.mark.filterwarnings("ignore:The .grad attribute:UserWarning")  # PyTorch's, at graph breaks
def test_compiled_whole(case):
    layer, (hidden, target) = make_layer(case), make_batch(3, 4)
    fixed = draws(layer, target)
    expected = layer(hidden, target, **fixed)
    expected.backward()
    grads = [hidden.grad.clone(), *(p.grad.clone() for p in layer.parameters())]
    hidden.grad = None
    layer.zero_grad()
    torch.compiler.reset()  # or the cases count as recompilations of one layer
    # How many targets are in which cluster is not known before: older versions end the graph there.
    version = tuple(map(int, torch.__version__.split(".")[:2]))
    whole = version >= (2, 13) or not case.startswith("adaptive")
    compiled = torch.compile(layer, fullgraph=whole, backend="aot_eager")
    loss = compiled(hidden, target, **fixed)
    torch.testing.assert_close(loss, expected)
    loss.backward()
    for grad, parameter in zip(grads, [hidden, *layer.parameters()], strict=True):
        torch.testing.assert_close(parameter.grad, grad)
    if fixed:
        assert compiled(hidden, target).isfinite()  # draws inside


@each_case
def test_compiled_with_draws_of_a_generator_of_ones_own(case):
    layer, (hidden, target) = make_layer(case), make_batch(5)
    if not draws(layer, target):
        return
    torch.compiler.reset()
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    for seed in (7, 8):  # a generator cannot be compiled; what it has drawn can be handed over
        fixed = draws(layer, target, seed)
        expected = layer(hidden, target, **fixed)
        torch.testing.assert_close(compiled(hidden, target, **fixed), expected)


@each_case
@pytest.mark.filterwarnings("ignore:The .grad attribute:UserWarning")
def test_probabilities_compiled_whole(case):
    layer, (hidden, _) = make_layer(case), make_batch(5)
    torch.compiler.reset()
    every = torch.compile(layer.log_prob, fullgraph=True, backend="aot_eager")(hidden)
    torch.testing.assert_close(every, layer.log_prob(hidden))
    top = torch.compile(lambda rows: layer.topk(rows, 3), fullgraph=True, backend="aot_eager")
    assert (top(hidden).indices == layer.topk(hidden, 3).indices).all()


@pytest.mark.filterwarnings("ignore:.torch.cpu.amp.autocast:FutureWarning")  # PyTorch 2.4 of itself
@each_case
def test_gradient_checkpointing(case):
    layer, (hidden, target) = make_layer(case), make_batch(7)
    torch.manual_seed(5)
    layer(hidden, target).backward()
    grads = [hidden.grad.clone(), *(p.grad.clone() for p in layer.parameters())]
    hidden.grad = None
    layer.zero_grad()
    torch.manual_seed(5)
    checkpoint(layer, hidden, target, use_reentrant=False).backward()
    for grad, parameter in zip(grads, [hidden, *layer.parameters()], strict=True):
        assert (parameter.grad == grad).all()


@each_case
def test_on_another_device(case):
    """Every table and parameter goes where it is told; the meta device is always there."""
    cls, options = CASES[case]
    layer = cls(DIM, VOCABULARY, **options, device="meta")
    assert {t.device.type for t in [*layer.parameters(), *layer.buffers()]} == {"meta"}
    moved = make_layer(case, dtype=torch.float32).to("meta")
    assert {t.device.type for t in [*moved.parameters(), *moved.buffers()]} == {"meta"}
    state, (hidden, target) = make_layer(case, dtype=torch.float32).state_dict(), make_batch(4)
    expected = make_layer(case, dtype=torch.float32)
    single, fixed = hidden.detach().float(), draws(expected, target)
    with torch.device("meta"):
        waiting = cls(DIM, VOCABULARY, **options)
    waiting.load_state_dict(state, assign=True)
    layer.to_empty(device="cpu").load_state_dict(state)
    moved.to_empty(device="cpu").load_state_dict(state)
    for found in (layer, moved, waiting):
        for name, table in expected.named_buffers():
            assert (found.get_buffer(name) == table).all()
        assert (found.log_prob(single) == expected.log_prob(single)).all()
        assert found(single, target, **fixed) == expected(single, target, **fixed)
        if fixed:
            assert found(single, target).isfinite()
    layer, hidden = layer.to("meta"), torch.randn(4, DIM, device="meta")
    if case.startswith("adaptive"):
        return  # which clusters targets are in is looked up
    assert layer(hidden, torch.zeros(4, dtype=torch.int64, device="meta")).device.type == "meta"


@each_case
def test_half_precision_spoils_no_table(case):
    layer = make_layer(case, dtype=torch.float32)
    before = {name: table.clone() for name, table in layer.named_buffers()}
    layer = layer.to(torch.bfloat16)
    for name, table in layer.named_buffers():
        assert table.dtype == before[name].dtype
        assert (table == before[name]).all()


@pytest.mark.parametrize("case", SAMPLED)
def test_draws_are_reproducible_and_follow_the_noise(case):
    layer, (hidden, target) = make_layer(case), make_batch(9)
    losses = [layer(hidden, target, generator=torch.Generator().manual_seed(s)) for s in (1, 1, 2)]
    assert losses[0] == losses[1] != losses[2]
    with pytest.raises(ShapeError, match=r"expected samples of shape \(n,\), but got \(1, 2\)"):
        layer(hidden, target, samples=torch.tensor([[1, 2]]))
    with pytest.raises(TargetError, match="target 23 is out of range"):
        layer(hidden, target, samples=torch.tensor([4, 23]))
    n = 400_000
    drawn = layer.noise.draw(n, torch.Generator().manual_seed(4)).bincount(minlength=N_WORDS)
    expected = n * layer.noise.probs
    chi2 = ((drawn - expected) ** 2 / expected).sum()
    assert chi2 < 22 + 6 * math.sqrt(2 * 22)  # a false alarm in 1e6 runs or less; the seed is fixed


@pytest.mark.parametrize("case", SAMPLED)
def test_sparse_gradients_equal_dense_ones(case):
    grads = []
    for sparse in (False, True):
        layer, (hidden, target) = make_layer(case, sparse=sparse), make_batch(6)
        layer(hidden, target, **draws(layer, target)).backward()
        assert layer.weight.grad.is_sparse == sparse
        grads.append(layer.weight.grad.to_dense())
    torch.testing.assert_close(*grads)


@each_case
def test_vocabularies_and_tensors_give_counts(case):
    cls, options = CASES[case]
    if case.startswith("cnn"):
        return
    for source in (VOCABULARY, torch.tensor(COUNTS), COUNTS.tolist(), COUNTS.astype(np.uint16)):
        layer = cls(DIM, source, **options)
        assert layer.n_words == N_WORDS
        assert (layer.counts == COUNTS).all()
        assert "dim=6, n_words=23" in repr(layer)


@each_case
def test_trusting_the_normaliser(case):
    layer, (hidden, target) = make_layer(case), make_batch(4)
    if not case.startswith(("nce", "self-normalized", "infrequent")):
        with pytest.raises(ConfigError, match="has no normaliser that can be trusted"):
            layer.log_prob(hidden, target, exact=False)
        return
    log_z = math.log(N_WORDS)
    if case.startswith("nce"):
        log_z = layer.log_z.item() if case == "nce" else 0.5
    rows, bias = layer.weight[target], 0 if layer.bias is None else layer.bias[target]
    expected = (hidden * rows).sum(1) + bias - log_z
    torch.testing.assert_close(layer.log_prob(hidden, target, exact=False), expected)
    with pytest.raises(ConfigError, match="of all words are always exact; give a target"):
        layer.log_prob(hidden, exact=False)


def test_errors_are_huffvecs_own():
    assert issubclass(ShapeError, (HuffvecError, ValueError))
    assert issubclass(TargetError, (HuffvecError, IndexError))


@each_case
def test_options_may_be_numpys_numbers(case):
    cls, options = CASES[case]
    kinds: dict[type, Any] = {int: np.int64, float: np.float64, tuple: np.array}
    numpys = {name: kinds.get(type(v), lambda same: same)(v) for name, v in options.items()}
    layer, expected = cls(np.int32(DIM), VOCABULARY, **numpys), cls(DIM, VOCABULARY, **options)
    assert json.dumps(layer.record.to_dict()) == json.dumps(expected.record.to_dict())
    assert {k: v.shape for k, v in layer.state_dict().items()} == {
        k: v.shape for k, v in expected.state_dict().items()
    }
