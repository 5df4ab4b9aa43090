"""Layers whose targets are sets of labels: against the trainer's twin and its predictors."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from harness import LABEL_CASES, bound_to
from layer_cases import COUNTS, DIM, N_WORDS, VOCABULARY
from reference.rng import NOISE, Rng
from reference.selectors import Tile, Window
from twins import selector_for

from huffvec.classify import train
from huffvec.errors import ConfigError, FormatError, ShapeError, TargetError
from huffvec.objectives import LABEL_OBJECTIVES, LabelTree
from huffvec.torch import LABEL_LAYERS, LAYERS, to_model
from huffvec.torch import LabelTree as LabelTreeLayer

CASES = {
    name: objective for name, objective in LABEL_CASES.items() if objective.name in LABEL_OBJECTIVES
}
SETS = [[4, 2, 17], [22], [0, 1, 2, 3, 4], []]
TILE = Tile([], [], [])
each_case = pytest.mark.parametrize("case", CASES)


def make_layer(case, **changes):
    objective = CASES[case]
    options = {name: v for name, v in objective.to_dict().items() if name != "name"}
    torch.manual_seed(3)
    layer = LABEL_LAYERS[objective.name](
        DIM, VOCABULARY, **{**options, "dtype": torch.float64, "reduction": "none", **changes}
    )
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.normal_(0, 0.4)
    return layer


def make_batch():
    generator = torch.Generator().manual_seed(1)
    hidden = torch.randn(len(SETS), DIM, dtype=torch.float64, generator=generator)
    target = torch.full((len(SETS), 5), -100)
    for i, labels in enumerate(SETS):
        target[i, 5 - len(labels) :] = torch.tensor(labels)
    return hidden.requires_grad_(), target


@each_case
def test_losses_and_gradients_are_those_of_the_trainer(case):
    layer, (hidden, target) = make_layer(case), make_batch()
    losses = layer(hidden, target)
    losses.sum().backward()
    selector, rows = selector_for(CASES[case], DIM), layer.weight.detach().numpy()
    selector.begin_chunk(Rng(1, 0, NOISE), 0.1)
    gradient = np.zeros_like(rows)
    for i, labels in enumerate(SETS[:3]):
        (((_, _, outputs),),) = selector.batches([Window(labels, 0, [TILE], True)])
        h = hidden[i].detach().numpy()
        assert losses[i].item() == pytest.approx(outputs.loss(h, rows))
        np.testing.assert_allclose(hidden.grad[i], outputs.gradient(h, rows, gradient))
    np.testing.assert_allclose(layer.weight.grad, gradient, atol=1e-12)
    assert losses[3] == 0  # no label
    assert (hidden.grad[3] == 0).all()


@each_case
def test_targets_have_two_forms_and_losses_three(case):
    layer, (hidden, target) = make_layer(case), make_batch()
    expected = layer(hidden, target)
    due = torch.zeros(4, N_WORDS, dtype=torch.bool)
    for i, labels in enumerate(SETS):
        due[i, labels] = True
    for given in (due, due.float(), torch.cat([target, target], dim=1), target.short()):
        torch.testing.assert_close(layer(hidden, given), expected)
    torch.testing.assert_close(layer(hidden[0], target[0]), expected[0])
    layer.reduction = "mean"
    torch.testing.assert_close(layer(hidden, target), expected[:3].mean())
    layer.reduction = "sum"
    torch.testing.assert_close(layer(hidden, target), expected.sum())
    torch.testing.assert_close(layer.losses(hidden[1:2], torch.tensor([22])), expected[1:2])


@each_case
def test_a_batch_of_empty_sets_changes_nothing(case):
    layer, (hidden, target) = make_layer(case, reduction="mean"), make_batch()
    for empty in (torch.full_like(target, -100), torch.zeros(4, N_WORDS, dtype=torch.bool)):
        loss = layer(hidden, empty)
        loss.backward()
        assert loss == 0
        for part in (hidden, *layer.parameters()):
            assert (part.grad == 0).all()
    assert layer(hidden[:0], target[:0]) == 0
    layer.zero_grad()
    layer(hidden, target).backward()  # the mean over those that have labels, by the twin
    selector, rows = selector_for(CASES[case], DIM), layer.weight.detach().numpy()
    selector.begin_chunk(Rng(1, 0, NOISE), 0.1)
    gradient = np.zeros_like(rows)
    for i, labels in enumerate(SETS[:3]):
        (((_, _, outputs),),) = selector.batches([Window(labels, 0, [TILE], True)])
        outputs.gradient(hidden[i].detach().numpy(), rows, gradient)
    np.testing.assert_allclose(layer.weight.grad, gradient / 3, atol=1e-12)


@each_case
def test_probabilities_are_those_of_the_predictor(case):
    layer, (hidden, _) = make_layer(case, bias=True), make_batch()
    with torch.no_grad():
        layer.bias.zero_()
    bound = bound_to(CASES[case], COUNTS, DIM)
    predictor = bound.predictor(layer.weight.detach().float().numpy())
    expected = predictor.many_log_probs(hidden.detach().float().numpy())
    np.testing.assert_allclose(layer.log_prob(hidden).detach(), expected, rtol=1e-3, atol=1e-4)
    top = layer.topk(hidden, 3)
    ids, log_probs = predictor.top_many(hidden.detach().float().numpy(), 3)
    assert (top.indices.numpy() == ids).all()
    np.testing.assert_allclose(top.values.detach(), log_probs, rtol=1e-3, atol=1e-4)
    targets = torch.tensor([4, 2, 0, 22])
    found = layer.log_prob(hidden, targets).detach()
    np.testing.assert_allclose(found, expected[np.arange(4), targets], rtol=1e-3, atol=1e-4)


@each_case
def test_gradients_equal_finite_differences(case):
    layer, (hidden, target) = make_layer(case, bias=True), make_batch()
    parameters = list(layer.parameters())
    assert torch.autograd.gradcheck(lambda h, *_: layer(h, target), (hidden, *parameters))
    assert torch.autograd.gradcheck(lambda h, *_: layer.log_prob(h), (hidden, *parameters))


@each_case
def test_targets_that_do_not_fit(case):
    layer, (hidden, target) = make_layer(case), make_batch()
    with pytest.raises(ShapeError, match=r"target of shape \(4, n\) for hidden of shape \(4, 6\)"):
        layer(hidden, target[:3])
    with pytest.raises(ShapeError, match=r"target of shape \(4, n\) for hidden of shape \(4, 6\)"):
        layer(hidden, target[:, 0])
    with pytest.raises(ShapeError, match="expected a number for each of 23 labels, but got 5"):
        layer(hidden, target.float())
    target[1, 4] = 23
    with pytest.raises(TargetError, match="label 23 is out of range: the layer has 23 labels"):
        layer(hidden, target)


@each_case
def test_states_bring_everything_along(case):
    layer, (hidden, target) = make_layer(case), make_batch()
    other = make_layer(case)
    with torch.no_grad():
        other.weight.zero_()
    other.load_state_dict(layer.state_dict())
    assert (other(hidden, target) == layer(hidden, target)).all()


def test_a_state_may_have_another_tree_but_no_nonsense():
    layer = make_layer("label-tree")
    state = layer.state_dict()
    state["leaves"] = state["leaves"].flip(0)
    layer.load_state_dict(state)
    assert (layer.leaves == state["leaves"]).all()
    state["parents"] = state["parents"].flip(0)
    with pytest.raises(FormatError, match="do not stand level by level"):
        layer.load_state_dict(state)


def test_trees_by_name_and_file(tmp_path):
    file = tmp_path / "tree.tsv"
    file.write_text("".join(f"r{k % 3}\t{word}\n" for k, word in enumerate(VOCABULARY.words)))
    assert len(LabelTreeLayer(DIM, VOCABULARY, file).parents) == 1 + 3 + N_WORDS
    with pytest.raises(ConfigError, match="tree must be one of clustered, huffman, balanced"):
        LabelTreeLayer(DIM, VOCABULARY, "hufman")
    with pytest.raises(ConfigError, match="tree='clustered' is made of the labels' documents"):
        LabelTreeLayer(DIM, COUNTS, "clustered")


@pytest.mark.parametrize("objective", ["one-vs-all", LabelTree(), "full-softmax", "hs"])
def test_layers_of_classifiers(objective):
    texts = ["red apple", "green pear", "red car", "blue car", "green apple"] * 8
    labels = [["fruit", "red"], ["fruit"], ["car", "red"], ["car"], ["fruit"]] * 8
    model = train(texts, objective, labels=labels, dim=DIM, epochs=3, n_threads=1)
    layers = LAYERS | LABEL_LAYERS
    layer = layers[model.bound.objective.name].from_model(model, dtype=torch.float64)
    hidden = np.random.default_rng(2).normal(0, 1, (4, DIM)).astype(np.float32)
    expected = model.predictor.many_log_probs(hidden)
    found = layer.log_prob(torch.tensor(hidden, dtype=torch.float64)).detach()
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def test_there_are_no_models_of_words_with_them():
    layer = make_layer("one-vs-all", dtype=torch.float32)
    with pytest.raises(ConfigError, match="the trainer has no one-vs-all"):
        to_model(layer, torch.nn.Embedding(N_WORDS, DIM), VOCABULARY)
