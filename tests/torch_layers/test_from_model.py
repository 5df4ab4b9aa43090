"""Layers made from models that the engine's objectives describe."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from harness import CASES as OBJECTIVES
from harness import make_model

import huffvec
from huffvec import HierarchicalSoftmax, NegativeSampling
from huffvec.errors import ConfigError, FormatError, ShapeError
from huffvec.torch import LAYERS, embedding, to_model
from huffvec.trees import TREES, Tree, balanced_tree

MODELS = list(OBJECTIVES.values()) + [HierarchicalSoftmax(tree=name) for name in TREES]


@pytest.mark.parametrize("objective", MODELS, ids=repr)
def test_layers_give_the_models_probabilities(objective):
    model = make_model(objective, "cbow")
    layer = LAYERS[objective.name].from_model(model, dtype=torch.float64)
    hidden = torch.randn(5, 7, generator=torch.Generator().manual_seed(1))
    expected = np.stack([model.predictor.log_probs(row) for row in hidden.numpy()])
    assert np.ptp(expected) > 3, "the test must be able to fail"
    biased = LAYERS[objective.name].from_model(model, dtype=torch.float64, bias=True)
    for found in (layer.log_prob(hidden.double()), biased.log_prob(hidden.double())):
        np.testing.assert_allclose(found.detach(), expected, rtol=1e-5)
    ids, log_probs = model.predictor.top(hidden[2:3].numpy(), 6)
    top = layer.topk(hidden[2].double(), 6)
    assert top.indices.tolist() == list(ids)
    np.testing.assert_allclose(top.values.detach(), log_probs, rtol=1e-5)


def test_a_learned_normaliser_comes_along():
    model = make_model(huffvec.NCE())
    layer = LAYERS["nce"].from_model(model)
    expected = model.bound.log_normaliser(model.output_vectors)
    assert layer.log_z.item() == pytest.approx(expected)


def test_the_loss_of_a_layer_is_minus_the_models_log_probability():
    for family in ("hierarchical", "full", "differentiated", "adaptive"):
        name = f"{family}-softmax"
        model = make_model(huffvec.objectives.by_name(name)())
        layer = LAYERS[name].from_model(model, reduction="none")
        hidden, targets = torch.randn(6, 7), torch.arange(3, 39, 6)
        expected = model.predictor.target_log_probs(hidden.numpy(), np.arange(6), targets.numpy())
        np.testing.assert_allclose(-layer(hidden, targets).detach(), expected, rtol=1e-5)


@pytest.mark.parametrize("objective", MODELS, ids=repr)
def test_models_survive_being_a_layer(objective, tmp_path):
    model = make_model(objective, "cbow", dim=37)  # several rows of a band in a table row
    layer = LAYERS[objective.name].from_model(model)
    to_model(layer, embedding(model), model.vocabulary).save(tmp_path / "m.hv")
    again = huffvec.load(tmp_path / "m.hv")
    np.testing.assert_array_equal(again.input_vectors, model.input_vectors)
    context = model.vocabulary.words[3:5]
    for word, probability in model.predict(context, 40):
        assert np.exp(again.log_prob(word, context)) == pytest.approx(probability, rel=1e-5)
    assert again.objective.name == objective.name


def test_what_cannot_become_a_model():
    model = make_model(NegativeSampling())
    make: Any = LAYERS["negative-sampling"]
    vectors = embedding(model)
    with pytest.raises(ConfigError, match="have no biases; make the layer with bias=False"):
        to_model(make(7, model.vocabulary, bias=True), vectors, model.vocabulary)
    with pytest.raises(ShapeError, match=r"shape \(40, 8\) and as many words, but got \(40, 7\)"):
        to_model(make(8, model.vocabulary), vectors, model.vocabulary)
    with pytest.raises(ConfigError, match="the trainer has no cnn-softmax"):
        to_model(LAYERS["cnn-softmax"](7, model.vocabulary), vectors, model.vocabulary)


def test_options_may_be_changed_and_the_model_is_left_alone(tmp_path):
    model = make_model(NegativeSampling(samples=3))
    model.save(tmp_path / "m.hv")
    loaded = huffvec.load(tmp_path / "m.hv")
    layer = LAYERS["negative-sampling"].from_model(loaded, samples=9, sparse=True)
    assert layer.n_samples == 9
    with torch.no_grad():
        layer.weight.zero_()
    np.testing.assert_array_equal(loaded.output_vectors, model.output_vectors)
    with pytest.raises(ConfigError, match="NCE needs a model of nce, and this one was trained wit"):
        LAYERS["nce"].from_model(model)
    with pytest.raises(ConfigError, match="HierarchicalSoftmax needs a model of hierarchical-soft"):
        LAYERS["hierarchical-softmax"].from_model(model)


def test_word_vectors_become_an_embedding():
    model = make_model(NegativeSampling())
    module = embedding(model, freeze=True, dtype=torch.float64)
    assert isinstance(module, torch.nn.Embedding)
    assert not module.weight.requires_grad
    ids = torch.tensor([[3, 30], [0, 11]])
    np.testing.assert_array_equal(module(ids), model.input_vectors[ids.numpy()])
    other = embedding(model.vectors, sparse=True)
    assert other.weight.requires_grad
    assert other.sparse
    with torch.no_grad():
        other.weight.zero_()
    assert model.input_vectors.any()


COUNTS = np.array([3, 50, 7, 7, 900, 1, 20, 4, 4, 60, 11])  # in no order


@pytest.mark.parametrize("tree", TREES)
def test_trees_by_name_need_no_order_of_counts(tree):
    make: Any = LAYERS["hierarchical-softmax"]
    order = np.argsort(-COUNTS, kind="stable")
    layer, ordered = make(4, COUNTS, tree=tree), make(4, COUNTS[order], tree=tree)
    ordered.load_state_dict({**ordered.state_dict(), "weight": layer.state_dict()["weight"]})
    hidden = torch.randn(3, 4)
    torch.testing.assert_close(layer.log_prob(hidden)[:, order], ordered.log_prob(hidden))
    target = torch.tensor([4, 0, 9])
    torch.testing.assert_close(
        layer.log_prob(hidden, target), layer.log_prob(hidden).gather(1, target[:, None])[:, 0]
    )


def test_loading_a_state_brings_its_tree():
    make: Any = LAYERS["hierarchical-softmax"]
    layer, other = make(4, COUNTS, tree="random"), make(4, COUNTS, tree="huffman")
    hidden = torch.randn(3, 4)
    other.load_state_dict(layer.state_dict())
    assert (other.log_prob(hidden) == layer.log_prob(hidden)).all()
    state = layer.state_dict()
    state["path_ids"] = state["path_ids"].clone()
    state["path_ids"][3] = 10
    with pytest.raises(FormatError, match="the tree names nodes outside 0 to 9"):
        other.load_state_dict(state)


def test_trees_as_arrays_and_files(tmp_path):
    make: Any = LAYERS["hierarchical-softmax"]
    tree = balanced_tree(COUNTS)
    assert make(4, COUNTS, tree=tree).depth == 4
    with pytest.raises(ConfigError, match="tree has 11 leaves, but there are 10 words"):
        make(4, COUNTS[:10], tree=tree)
    broken = Tree(tree.path_offsets, tree.path_ids, 1 - tree.codes * 0)
    with pytest.raises(FormatError, match="not those of one binary tree"):
        make(4, COUNTS, tree=broken)
    with pytest.raises(ConfigError, match=r"tree must be one of .* Did you mean 'huffman'"):
        make(4, COUNTS, tree="hufman")
    path = tmp_path / "tree.tsv"
    path.write_text("root\tb\tinner\ninner\tc\ta\n")
    with pytest.raises(ConfigError, match="give a Vocabulary in place of counts"):
        make(4, [3, 2, 1], tree=path)
    layer = make(4, huffvec.Vocabulary(["a", "b", "c"], [3, 2, 1]), tree=path)
    assert layer.path_offsets.tolist() == [0, 2, 3, 5]
    assert layer.codes.tolist() == [1, 1, 0, 1, 0]
