"""The members of the family: hidden vectors of contexts, and what the registry says of them."""

from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from word_architectures import WORD_ARCHITECTURES

from huffvec.architectures import ARCHITECTURES, ArchitectureName
from huffvec.architectures.contexts import Contexts
from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError

VECTORS = np.random.default_rng(3).normal(size=(9, 5)).astype(np.float32)
BOUNDS = np.array([0, 3, 4, 9])
CONTEXTS = Contexts.around(np.array([7, 2, 7, 4, 8, 0, 1, 2, 7]), BOUNDS)
SIZES = np.array([3, 1, 2, 5, 4, 1, 1, 7, 2])


def test_names_are_those_of_the_type():
    assert tuple(ARCHITECTURES) == get_args(ArchitectureName)
    for name, member in ARCHITECTURES.items():
        assert name == member.name


def test_words_without_a_target_stand_half_to_the_left():
    assert CONTEXTS.offsets.tolist() == [-2, -1, 1, -1, -3, -2, -1, 1, 2]
    assert CONTEXTS.sizes.tolist() == [3, 1, 5]


@pytest.mark.parametrize("name", WORD_ARCHITECTURES)
def test_hidden_vectors_are_as_many_as_announced(name):
    hidden = ARCHITECTURES[name].hidden(VECTORS, CONTEXTS, None, {})
    uses = range(len(hidden.vectors)) if hidden.uses is None else hidden.uses
    assert len(uses) == ARCHITECTURES[name].n_hidden(CONTEXTS).sum()


def test_skipgram_takes_the_mean_of_what_each_word_predicts():
    hidden = ARCHITECTURES["skipgram"].hidden(VECTORS, CONTEXTS, SIZES, {})
    np.testing.assert_array_equal(hidden.vectors[hidden.uses], VECTORS[CONTEXTS.ids])
    probs = np.random.default_rng(4).uniform(size=(len(hidden.vectors), 6))
    expected = [probs[hidden.uses[a:b]].mean(axis=0) for a, b in pairwise(BOUNDS)]
    np.testing.assert_allclose(hidden.mean(probs), expected, rtol=1e-12)


@pytest.mark.parametrize("sizes", [None, SIZES])
@pytest.mark.parametrize("window", [0, 1, 2, 4])
def test_cbow_takes_the_mean_of_vectors_by_size_and_position(window, sizes):
    positions = np.random.default_rng(5).normal(size=(2 * window, 5)).astype(np.float32)
    weights = {"position_vectors": positions} if window else {}
    hidden = ARCHITECTURES["cbow"].hidden(VECTORS, CONTEXTS, sizes, weights)
    assert hidden.uses is None
    for got, (a, b) in zip(hidden.vectors, pairwise(BOUNDS), strict=True):
        rows, shares = [], []
        for word, offset in zip(CONTEXTS.ids[a:b], CONTEXTS.offsets[a:b], strict=True):
            place = max(-window, min(window, offset))
            factor = positions[place + window - (place > 0)] if window else 1
            rows.append(VECTORS[word] * factor)
            shares.append(1 if sizes is None else sizes[word])
        np.testing.assert_allclose(got, np.average(rows, axis=0, weights=shares), rtol=1e-5)
    probs = np.ones((3, 4))
    assert hidden.mean(probs) is probs


def test_options_of_another_architecture_are_refused():
    with pytest.raises(ConfigError, match="position_weights needs architecture='cbow'"):
        TrainingConfig(position_weights=True)


# The contexts of words, one of them empty, in documents of several tags.
TAGGED = Contexts(
    np.array([7, 2, 7, 4, 8, 0, 1, 2, 7]),
    np.array([0, 3, 3, 4]),
    np.ones(9, np.intp),
    np.array([3, 0, 1, 3, 2]),
    np.array([0, 2, 3, 3]),
)
DOCUMENTS = {"document_vectors": np.random.default_rng(8).normal(size=(4, 5)).astype(np.float32)}


def members_of(contexts, k):
    """The vectors of a context's words and tags, and the words' sizes."""
    words, tags = contexts.part(k, k + 1).ids, contexts.part(k, k + 1).tag_ids
    rows = [*VECTORS[words], *DOCUMENTS["document_vectors"][tags]]
    return np.array(rows), SIZES[words], len(tags)


def test_tags_predict_along_with_the_words():
    assert TAGGED.tag_sizes.tolist() == [2, 1, 0, 2]
    hidden = ARCHITECTURES["dbow-words"].hidden(VECTORS, TAGGED, SIZES, DOCUMENTS)
    assert ARCHITECTURES["dbow-words"].n_hidden(TAGGED).tolist() == [5, 1, 1, 7]
    assert hidden.bounds.tolist() == [0, 5, 6, 7]
    assert len(hidden.vectors) == 6 + 4  # each once
    ends = [*hidden.bounds[1:], len(hidden.uses)]
    for k, (a, b) in enumerate(zip(hidden.bounds, ends, strict=True)):
        assert (hidden.vectors[hidden.uses[a:b]] == members_of(TAGGED, k)[0]).all()


@pytest.mark.parametrize("sizes", [None, SIZES])
def test_tags_are_members_of_the_mean_and_count_as_words_of_mean_size(sizes):
    hidden = ARCHITECTURES["dm"].hidden(VECTORS, TAGGED, sizes, DOCUMENTS)
    assert ARCHITECTURES["dm"].n_hidden(TAGGED).tolist() == [1] * 4
    assert hidden.uses is None
    for k, got in enumerate(hidden.vectors):
        rows, own, n_tags = members_of(TAGGED, k)
        own = np.ones(len(own)) if sizes is None else own
        shares = [*own, *[own.mean() if len(own) else 1] * n_tags]
        np.testing.assert_allclose(got, np.average(rows, axis=0, weights=shares), rtol=1e-5)


def test_tags_predict_alone():
    bounds = np.array([0, 2, 3])
    contexts = Contexts(
        np.empty(0, int), np.zeros(3, int), np.empty(0, int), TAGGED.tag_ids, bounds
    )
    hidden = ARCHITECTURES["dbow"].hidden(VECTORS[:0], contexts, None, DOCUMENTS)
    assert (hidden.vectors[hidden.uses] == DOCUMENTS["document_vectors"][TAGGED.tag_ids]).all()
    assert hidden.bounds.tolist() == bounds.tolist()
    assert ARCHITECTURES["dbow"].n_hidden(contexts).tolist() == [2, 1, 2]
