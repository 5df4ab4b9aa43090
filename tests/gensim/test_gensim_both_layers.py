"""hs=1 with negative > 0: both output layers are trained, as the sum of their losses."""

from typing import Any

import numpy as np
import pytest
from gensim.models import word2vec as theirs
from gensim.models.doc2vec import TaggedDocument

from huffvec.gensim import Doc2Vec, FastText, Word2Vec

RATE = 1e-5
OPTIONS: dict[str, Any] = {"vector_size": 16, "epochs": 1, "sample": 0}
OPTIONS |= {"alpha": RATE, "min_alpha": RATE, "batch_words": 500, "min_count": 1}
TREE, NOISE, BOTH = {"hs": 1, "negative": 0}, {"hs": 0, "negative": 5}, {"hs": 1, "negative": 5}
MODELS: list[tuple[Any, dict[str, int]]] = [
    (Word2Vec, {"sg": 1}),
    (Word2Vec, {"sg": 0}),
    (FastText, {"sg": 1, "bucket": 200}),
    (Doc2Vec, {"dm": 0}),
    (Doc2Vec, {"dm": 1}),
]
TABLES = ("syn1", "syn1neg")


def inputs_of(model: Any) -> np.ndarray:
    if isinstance(model, Doc2Vec):
        return model.dv.vectors
    return model.wv.vectors_vocab if isinstance(model, FastText) else model.wv.vectors


def steps(
    kind: Any, options: dict[str, int], corpus: list[Any], workers: int = 1
) -> tuple[dict[str, np.ndarray], float]:
    """Return by how much an epoch changes the tables of a model, and its loss."""
    model = kind(**OPTIONS | options, workers=workers)
    model.build_vocab(corpus)
    draws = np.random.default_rng(1)
    inputs_of(model)[:] = draws.normal(0, 0.5, inputs_of(model).shape)
    starts = {name: draws.normal(0, 0.5, inputs_of(model)[:32].shape) for name in TABLES}
    for name in TABLES:
        if hasattr(model, name):
            getattr(model, name)[:32] = starts[name]
    before = inputs_of(model).copy()
    model.train(corpus, total_examples=len(corpus), epochs=1, compute_loss=True)
    changed = {"inputs": inputs_of(model) - before}
    for name in TABLES:
        if hasattr(model, name):
            changed[name] = getattr(model, name)[:31] - starts[name][:31]
    return changed, model.get_latest_training_loss()


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(("kind", "options"), MODELS, ids=str)
def test_steps_and_losses_add_up(
    sentences: list[list[str]], kind: Any, options: dict[str, int], workers: int
) -> None:
    """At a low rate, where one step hardly changes the next."""
    corpus: list[Any] = sentences[:40]
    if kind is Doc2Vec:
        corpus = [TaggedDocument(words, [k]) for k, words in enumerate(corpus)]
    tree, tree_loss = steps(kind, options | TREE, corpus, workers)
    noise, noise_loss = steps(kind, options | NOISE, corpus, workers)
    both, loss = steps(kind, options | BOTH, corpus, workers)
    expected = {**tree, **noise, "inputs": tree["inputs"] + noise["inputs"]}
    assert both.keys() == expected.keys() == {"inputs", *TABLES}
    for name, change in expected.items():
        size = np.abs(change).max()
        assert size > 0.3 * RATE
        np.testing.assert_allclose(both[name], change, atol=0.1 * size, err_msg=name)
    assert loss == pytest.approx(tree_loss + noise_loss, rel=0.01)


@pytest.mark.parametrize("sg", [0, 1])
def test_losses_are_those_of_gensim(sentences: list[list[str]], sg: int) -> None:
    options = OPTIONS | BOTH | {"sg": sg, "workers": 1, "compute_loss": True}
    models = [kind(sentences, **options) for kind in (Word2Vec, theirs.Word2Vec)]
    losses = [model.get_latest_training_loss() for model in models]
    assert losses[0] == pytest.approx(losses[1], rel=0.03)


def test_a_saved_model_is_trained_on(sentences: list[list[str]], tmp_path: Any) -> None:
    model = Word2Vec(sentences, **OPTIONS | BOTH)
    model.save(str(tmp_path / "model"))
    for kind in (Word2Vec, theirs.Word2Vec):
        again = kind.load(str(tmp_path / "model"))
        again.train(sentences, total_examples=600, epochs=1)
        for name in TABLES:
            assert (getattr(again, name) != getattr(model, name)).any()
