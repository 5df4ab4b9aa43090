"""Sampled gradients against the layers for PyTorch, exact expectations, and the full softmax."""

import itertools
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from harness import make_model

import huffvec
from huffvec.corpus.sentences import Sentences
from huffvec.errors import ConfigError
from huffvec.evaluation.gradient_bias import gradient_bias, gradient_bias_of
from huffvec.evaluation.gradient_bias_plot import by_objective, plot_gradient_bias
from huffvec.evaluation.gradient_moments import pairs_of
from huffvec.evaluation.sampled_gradients import RULES, sampled_gradient
from huffvec.objectives import OBJECTIVES

CORPUS = Sentences.from_arrays(
    np.random.default_rng(8).integers(0, 40, 300).astype(np.int32), np.arange(0, 301, 10)
)


def sampled_of(name, n_samples, model):
    objective = huffvec.objectives.by_name(name)()
    return sampled_gradient(objective, n_samples, model.vocabulary, model.config, CORPUS)


def log_probs_of(model, seed=3):
    hidden = np.random.default_rng(seed).normal(size=model.config.dim).astype(np.float32)
    return model.predictor.log_probs(hidden), hidden


def test_every_objective_that_draws_words_has_a_rule():
    drawing = [name for name, cls in OBJECTIVES.items() if "samples" in cls.__annotations__]
    assert sorted(RULES) == sorted([*drawing, "target-sampling"])


@pytest.mark.parametrize("name", RULES)
def test_gradients_equal_those_of_the_layers(name):
    torch = pytest.importorskip("torch")
    from huffvec.torch import LAYERS

    model = make_model(huffvec.FullSoftmax())
    log_probs, hidden = log_probs_of(model)
    n_samples = 9
    one = sampled_of(name, n_samples, model)
    rows = model.output_vectors.astype(np.float64)
    options: dict[str, dict[str, Any]] = {
        "nce": {"log_z": 0.0},
        "importance-sampling": {"effective_samples": 0.0},
    }
    counted = "candidates" if name == "target-sampling" else "samples"
    make: Any = LAYERS[name]
    given = {counted: n_samples, **options.get(name, {})}
    layer = make(7, model.vocabulary, bias=True, dtype=torch.float64, **given)
    scores = one.corrected_scores(log_probs)
    if name not in ("negative-sampling", "target-sampling"):  # which correct nothing in training
        scores += one.offsets
    h = torch.tensor(hidden.astype(np.float64), requires_grad=True)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(rows))
        layer.bias.copy_(torch.tensor(scores - rows @ hidden.astype(np.float64)))
        if name == "target-sampling":
            layer.log_inclusion.copy_(torch.tensor(one.offsets))
    found = layer.log_prob(h.detach())
    np.testing.assert_allclose(found.detach(), log_probs, rtol=1e-6)  # the scores are right
    rng = np.random.default_rng(4)
    for target in (0, 3, 17):
        drawn = one.draw(50, 1, rng)
        drawn[0, :3] = [target, 5, 5]  # the target itself, and a word twice
        words = np.column_stack([[target], drawn])
        expected = one.derivatives(log_probs, words) @ rows[words[0]]
        loss = layer(h[None], torch.tensor([target]), samples=torch.tensor(drawn[0]))
        (grad,) = torch.autograd.grad(loss, h)
        np.testing.assert_allclose(expected[0], grad, rtol=1e-6, atol=1e-9)
        assert np.abs(grad.numpy()).max() > 1e-3, "the test must be able to fail"


@pytest.mark.parametrize("name", ["negative-sampling", "nce", "ranking-nce", "importance-sampling"])
def test_bias_and_drift_equal_sums_over_all_draws(name):
    model = make_model(huffvec.FullSoftmax(), "cbow", n_words=5)
    text = np.tile(np.array([0, 3, 1, 4], np.int32), 100)
    corpus = Sentences.from_arrays(text, np.arange(0, 401, 2))
    objective: Any = huffvec.objectives.by_name(name)()
    result = gradient_bias_of(model, corpus, [objective], [2], draws=400, max_targets=400)
    one = sampled_gradient(objective, 2, model.vocabulary, model.config, corpus)
    rows = model.output_vectors.astype(np.float64)
    probs = huffvec.noise.proposal_probs(model.vocabulary.counts, objective.proposal)
    lists = np.array(list(itertools.product(range(5), repeat=2)))
    weights = probs[lists].prod(axis=1)
    squares = dict.fromkeys(["bias", "full", "drift", "mean", "variance"], 0.0)
    for pair in pairs_of(model, corpus, np.arange(4), np.random.default_rng(1)):
        log_probs = model.predictor.log_probs(pair.hidden)
        p = np.exp(log_probs)
        fulls = p @ rows - rows
        means = []
        for target in range(5):
            words = np.column_stack([np.full(len(lists), target), lists])
            derivatives = one.derivatives(log_probs, words)
            gradients = np.einsum("ij,ijk->ik", derivatives, rows[words])
            means.append(weights @ gradients)
            if target == pair.target:
                squares["variance"] += weights @ ((gradients - means[-1]) ** 2).sum(axis=1)
        squares["bias"] += ((means[pair.target] - fulls[pair.target]) ** 2).sum()
        squares["full"] += (fulls[pair.target] ** 2).sum()
        squares["drift"] += ((p @ np.array(means)) ** 2).sum()
        squares["mean"] += p @ (fulls**2).sum(axis=1)
    (found,) = result.results
    assert found.bias == pytest.approx((squares["bias"] / squares["full"]) ** 0.5, 0.04)
    # Of 400 estimates with a few degrees of freedom each, whose mean is within 3 %.
    assert found.noise == pytest.approx((squares["variance"] / squares["full"]) ** 0.5, 0.12)
    drift = (squares["drift"] / squares["mean"]) ** 0.5
    assert found.bias > 0.05, "the test must be able to fail"
    if name == "importance-sampling":
        assert found.drift == pytest.approx(drift, 0.05)
        assert drift > 0.05
    else:  # right probabilities stay where they are
        assert drift < 1e-6
        assert found.drift < max(0.02, 2 * found.drift_resolution)


def test_with_all_words_as_candidates_it_is_the_full_softmax():
    model = make_model(huffvec.FullSoftmax())
    (found,) = gradient_bias_of(
        model, CORPUS, [huffvec.TargetSampling()], [40], draws=2, max_targets=20
    ).results
    assert found.bias < 1e-6
    assert found.noise < 1e-6
    assert found.drift < 1e-6
    assert found.cosine == pytest.approx(1)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_more_samples_are_less_biased(architecture):
    model = make_model(huffvec.FullSoftmax(), architecture, n_words=40, scale=0.6)
    few, many = (
        {
            one.objective: one
            for one in gradient_bias_of(
                model, CORPUS, [cls() for name, cls in OBJECTIVES.items() if name in RULES], [n]
            ).results
        }
        for n in (2, 30)
    )
    for name in RULES:
        if name != "blackout":  # which stays another objective
            assert many[name].bias < 0.7 * few[name].bias
        assert many[name].cosine > few[name].cosine
        assert many[name].noise < few[name].noise


def test_results_of_any_input(tmp_path):
    model = make_model(huffvec.NegativeSampling())
    words = model.vocabulary.words
    lines = [[words[i] for i in CORPUS.ids[k : k + 10]] for k in range(0, 300, 10)]
    calls = []
    objectives = ["nce:proposal=uniform", huffvec.TargetSampling]
    options = {"max_targets": 7, "draws": 12, "seed": 5}
    result = huffvec.gradient_bias(
        model, lines, objectives, (1, 4), **options, progress=lambda *call: calls.append(call)
    )
    assert calls[-1] == ("drawing gradients", 28, 28)
    assert result == huffvec.gradient_bias(model, lines, objectives, (1, 4), **options)
    assert result != gradient_bias(model, lines, objectives, (1, 4), **{**options, "seed": 6})
    assert [(one.objective, one.samples) for one in result.results] == [
        ("nce:proposal=uniform", 1), ("nce:proposal=uniform", 4),
        ("target-sampling", 1), ("target-sampling", 4),
    ]  # fmt: skip
    assert repr(result) == (
        "GradientBiases(nce:proposal=uniform, target-sampling; 7 targets, 12 draws)"
    )
    assert "<td style='text-align:left'>nce:proposal=uniform</td>" in result._repr_html_()
    assert json.loads(json.dumps(result.to_dict()))["n_targets"] == 7
    none = replace(result.results[0], drift=0.0, drift_resolution=0.5)
    assert ">&lt; 0.500</td>" in replace(result, results=(none,))._repr_html_()
    assert list(by_objective(result)) == ["nce:proposal=uniform", "target-sampling"]
    plot_gradient_bias(result, tmp_path / "b.png")
    assert (tmp_path / "b.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_measured():
    model = make_model(huffvec.FullSoftmax())
    with pytest.raises(ConfigError, match="full-softmax draws no words, so its gradient has no bi"):
        gradient_bias(model, [model.vocabulary.words], ["full-softmax"])
    with pytest.raises(ConfigError, match="samples must be a whole number from 1 to"):
        gradient_bias(model, [model.vocabulary.words], samples=[0])
    with pytest.raises(ConfigError, match="max_targets must be a whole number from 2 to"):
        gradient_bias(model, [model.vocabulary.words], max_targets=1)
    with pytest.raises(ConfigError, match="draws must be a whole number from 2 to"):
        gradient_bias(model, [model.vocabulary.words], draws=1)
    for name, several in (("samples", []), ("samples", 5), ("objectives", "nce")):
        with pytest.raises(ConfigError, match=f"{name} must be a list of at least one, not "):
            gradient_bias(model, [model.vocabulary.words], **{name: several})
    tree = make_model(huffvec.HierarchicalSoftmax())
    with pytest.raises(ConfigError, match="a row for each word, and hierarchical-softmax has none"):
        gradient_bias(tree, [tree.vocabulary.words])


def test_a_text_of_which_subsampling_keeps_nothing_has_no_passages():
    model = make_model(huffvec.FullSoftmax())
    found = gradient_bias(model, [model.vocabulary.words[:2]], ["target-sampling"], [3], draws=4)
    assert found.n_targets > 0
