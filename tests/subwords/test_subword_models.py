"""Models with subwords and position weights: trained, asked, saved, and refused when damaged."""

import math

import numpy as np
import pytest

import huffvec
from huffvec import (
    AdaptiveSoftmax,
    FullSoftmax,
    HierarchicalSoftmax,
    NegativeSampling,
    Subwords,
    TrainingConfig,
    objectives,
)
from huffvec.errors import ConfigError, FormatError
from huffvec.formats.hv import read_parts, write_parts

SUBWORDS = Subwords(3, 5, buckets=500)
# By default rows of the tail would have a single number here, which cannot tell its words apart.
WIDE_TAIL = AdaptiveSoftmax(div_value=1.5)
OBJECTIVES = [
    WIDE_TAIL if cls is AdaptiveSoftmax else cls() for cls in objectives.OBJECTIVES.values()
]
STEMS = ["walk", "talk", "jump", "sing", "read", "play"]
ENDINGS = ["er", "ing", "ed", "s"]


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """Stems stand among forms of themselves; one form of each is never there."""
    rng = np.random.default_rng(3)
    lines = []
    for _ in range(900):
        stem = STEMS[rng.integers(len(STEMS))]
        left_out = ENDINGS[STEMS.index(stem) % 4]
        endings = [ending for ending in ENDINGS if ending != left_out]
        lines.append(" ".join(stem + endings[i] for i in rng.integers(3, size=9)))
    path = tmp_path_factory.mktemp("forms") / "forms.txt"
    path.write_text("\n".join(lines))
    return path


def options(**changes):
    config = {"dim": 12, "window": 3, "epochs": 2, "n_threads": 1, "subsample_threshold": 0.0}
    return {**config, "subwords": SUBWORDS, **changes}


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("subwords", [SUBWORDS, Subwords(3, 5, 300, 2, hash_words=True)])
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda o: o.name)
def test_unseen_forms_are_near_their_stems(text, objective, architecture, subwords):
    model = huffvec.train(
        text,
        objective,
        **options(architecture=architecture, subwords=subwords, epochs=12, learning_rate=0.05),
    )
    wv = model.vectors
    right = 0
    for k, stem in enumerate(STEMS):
        unseen = stem + ENDINGS[k % 4]
        assert unseen not in wv
        assert wv.has_vector(unseen)
        right += wv.nearest(unseen, 1)[0].word.startswith(stem)
    assert right >= len(STEMS) - 1
    assert np.isfinite(model.input_vectors).all()


@pytest.mark.parametrize("mean_gradient", ["corrected", "word2vec"])
@pytest.mark.parametrize("position_weights", [False, True])
def test_one_thread_gives_the_same_bytes_and_files_the_same_model(
    text, tmp_path, mean_gradient, position_weights
):
    config = options(
        architecture="cbow", mean_gradient=mean_gradient, position_weights=position_weights
    )
    first, again = huffvec.train(text, **config), huffvec.train(text, **config)
    assert first.input_vectors.tobytes() == again.input_vectors.tobytes()
    first.save(tmp_path / "m.hv")
    found = huffvec.load(tmp_path / "m.hv")
    assert found.config == first.config
    np.testing.assert_array_equal(found.vectors["walkish"], first.vectors["walkish"])
    context = ["walks", "walkish", "walking"]
    np.testing.assert_array_equal(found.hidden(context), first.hidden(context))
    assert (found.position_vectors is not None) == position_weights
    if position_weights:
        assert (first.position_vectors != 1).all()
        np.testing.assert_array_equal(found.position_vectors, first.position_vectors)


@pytest.mark.parametrize("subwords", [None, SUBWORDS])
@pytest.mark.parametrize("position_weights", [False, True])
def test_hidden_vectors_and_perplexity_equal_plain_loops(
    text, tmp_path, subwords, position_weights
):
    config = options(architecture="cbow", position_weights=position_weights, subwords=subwords)
    model = huffvec.train(text, HierarchicalSoftmax(), **config)

    def hidden(context, n_left):
        rows, n_rows = [], 0
        for k, word in enumerate(context):
            bag = [model.vocabulary.id_of(word)] if word in model.vocabulary else []
            if subwords:
                bag = subwords.rows([word], model.vocabulary)[1]
            for row in bag:
                vector = model.input_vectors[row].astype(np.float64)
                if position_weights:
                    place = 3 - n_left + k  # counted from the window's left end
                    vector = vector * model.position_vectors[place]
                rows.append(vector)
                n_rows += 1
        return sum(rows) / n_rows

    words = ["walks", "talked" if subwords is None else "talkative", "jumping", "singer"]
    np.testing.assert_allclose(model.hidden(words)[0], hidden(words, 2), atol=1e-6)
    np.testing.assert_allclose(model.hidden(words[:3])[0], hidden(words[:3], 2), atol=1e-6)

    line = ["walks", "walking", "reading", "walks", "jumps"]
    (tmp_path / "t.txt").write_text(" ".join(line))
    assert all(word in model.vocabulary for word in line)
    nats = 0.0
    for place, word in enumerate(line):
        left, right = line[max(0, place - 3) : place], line[place + 1 : place + 4]
        log_probs = model.predictor.log_probs(hidden(left + right, len(left)))
        nats -= log_probs[model.vocabulary.id_of(word)]
    assert huffvec.perplexity(model, tmp_path / "t.txt").nats == pytest.approx(nats / 5, rel=1e-5)


def test_perplexity_of_skipgram_takes_composed_vectors(text, tmp_path):
    model = huffvec.train(text, FullSoftmax(), **options())
    (tmp_path / "t.txt").write_text("walks walking")
    expected = -model.log_prob("walks", "walking") - model.log_prob("walking", "walks")
    assert huffvec.perplexity(model, tmp_path / "t.txt").nats == pytest.approx(
        expected / 2, rel=1e-5
    )
    assert math.isfinite(model.log_prob("walks", ["walkish", "talkative"]))


def test_words_beyond_the_window_count_as_at_its_end(text):
    model = huffvec.train(text, **options(architecture="cbow", position_weights=True, window=1))
    positions = model.position_vectors
    vectors = model.vectors[["walks", "talks", "singer"]]
    sizes = np.diff(SUBWORDS.rows(["walks", "talks", "singer"], model.vocabulary)[0])
    rows = vectors * positions[[0, 0, 1]] * sizes[:, None]
    expected = rows.sum(axis=0) / sizes.sum()
    np.testing.assert_allclose(model.hidden(["walks", "talks", "singer"])[0], expected, atol=1e-6)


def test_files_whose_position_vectors_do_not_fit_are_refused(text, tmp_path):
    huffvec.train(text, **options(architecture="cbow", position_weights=True)).save(
        tmp_path / "m.hv"
    )
    info, tensors = read_parts(tmp_path / "m.hv")
    sections = {"config": info.config, "objective": info.objective, "training": info.training}
    for damaged in (
        {name: tensor for name, tensor in tensors.items() if name != "position_vectors"},
        tensors | {"position_vectors": tensors["position_vectors"][:5]},
    ):
        write_parts(tmp_path / "x.hv", damaged, sections)
        with pytest.raises(FormatError, match=r"position_vectors should have shape \(6, 12\)"):
            huffvec.load(tmp_path / "x.hv")


def test_options_that_do_not_fit():
    with pytest.raises(ConfigError, match=r"subwords must be a huffvec.Subwords or None, not 3"):
        TrainingConfig(subwords=3)
    with pytest.raises(ConfigError, match="position_weights needs architecture='cbow'"):
        TrainingConfig(position_weights=True)
    with pytest.raises(ConfigError, match="position_weights must be true or false, not 'yes'"):
        TrainingConfig(architecture="cbow", position_weights="yes")
    values = TrainingConfig(subwords=SUBWORDS).to_dict()
    values["subwords"] = {**values["subwords"], "buckets": 0}
    with pytest.raises(FormatError, match="subword options cannot be used: buckets must be"):
        TrainingConfig.from_dict(values)


def test_too_many_rows(text):
    with pytest.raises(ConfigError, match="buckets must be at most"):
        huffvec.train(text, **options(subwords=Subwords(buckets=2**31 - 2)))


def test_threads_share_hot_rows_without_harm(text):
    model = huffvec.train(text, NegativeSampling(), **options(n_threads=4, epochs=3))
    assert np.isfinite(model.input_vectors).all()
    assert model.training["loss"] < 4.15
