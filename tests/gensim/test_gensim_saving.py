"""Models go to gensim and back: saved, pickled, copied."""

import copy
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import FastText as GensimFastText
from gensim.models import Word2Vec as GensimWord2Vec

import huffvec
from huffvec.errors import FormatError
from huffvec.gensim import Doc2Vec, FastText, Word2Vec

PAIRS = [(Word2Vec, GensimWord2Vec, {}), (FastText, GensimFastText, {"bucket": 100})]
OPTIONS = {"vector_size": 8, "workers": 1, "epochs": 1}

WITHOUT_HUFFVEC = """
import sys
sys.modules["huffvec"] = None
from gensim import models
model = getattr(models, sys.argv[2]).load(sys.argv[1])
model.train([["red1", "red2"]], total_examples=1, epochs=1)
assert model.train_count == 2
"""


@pytest.mark.parametrize(("ours", "gensims", "more"), PAIRS)
def test_saved_models_are_gensims(
    sentences: list[list[str]], tmp_path: Path, ours: Any, gensims: Any, more: dict[str, int]
) -> None:
    model, path = ours(sentences, **OPTIONS, **more), str(tmp_path / "model")
    model.save(path)
    run = [sys.executable, "-c", WITHOUT_HUFFVEC, path, gensims.__name__]
    subprocess.run(run, check=True)
    again, theirs = ours.load(path), gensims.load(path)
    assert (type(again), type(theirs)) == (ours, gensims)
    np.testing.assert_array_equal(again.wv.vectors, model.wv.vectors)
    assert vars(again).keys() == vars(theirs).keys()


@pytest.mark.parametrize(("ours", "gensims", "more"), PAIRS)
def test_gensims_models_are_trained_on(
    sentences: list[list[str]], tmp_path: Path, ours: Any, gensims: Any, more: dict[str, int]
) -> None:
    path = str(tmp_path / "model")
    gensims(sentences, **OPTIONS, **more).save(path)
    model = ours.load(path)
    before = model.wv.vectors.copy()
    model.train(sentences, total_examples=len(sentences), epochs=1, compute_loss=True)
    assert type(model) is ours
    assert model.get_latest_training_loss() > 0
    assert (model.wv.vectors != before).any()


@pytest.mark.parametrize(("ours", "gensims", "more"), PAIRS)
def test_pickles_are_gensims_and_copies_ours(
    sentences: list[list[str]], ours: Any, gensims: Any, more: dict[str, int]
) -> None:
    model = ours(sentences, **OPTIONS, **more)
    assert type(pickle.loads(pickle.dumps(model))) is gensims
    deep, flat = copy.deepcopy(model), copy.copy(model)
    assert type(deep) is type(flat) is ours
    assert flat.wv is model.wv
    assert deep.wv is not model.wv
    np.testing.assert_array_equal(deep.wv.vectors, model.wv.vectors)


def test_a_model_between_counting_and_training(sentences: list[list[str]]) -> None:
    model = Word2Vec(**OPTIONS)
    model.build_vocab(sentences)
    again = pickle.loads(pickle.dumps(model))
    assert len(again.wv) == 32
    assert not hasattr(again, "_kept")


class Derived(Word2Vec):
    """A user's own class."""


def test_a_derived_class_is_pickled_as_itself(sentences: list[list[str]], tmp_path: Path) -> None:
    model, path = Derived(sentences, **OPTIONS), str(tmp_path / "model")
    model.save(path)
    for again in (pickle.loads(pickle.dumps(model)), Derived.load(path)):
        assert type(again) is Derived
        np.testing.assert_array_equal(again.wv.vectors, model.wv.vectors)


@pytest.mark.parametrize("kind", [Word2Vec, FastText, Doc2Vec])
def test_models_of_huffvecs_own_are_told_apart(tmp_path: Path, kind: Any) -> None:
    path = tmp_path / "docs.hv"
    huffvec.train(iter(["one two three"] * 9), architecture="dbow", dim=8, min_count=1).save(path)
    for given in (path, str(path)):
        with pytest.raises(FormatError, match=r"one of huffvec's own: open it with huffvec\.load"):
            kind.load(given)
