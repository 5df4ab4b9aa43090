"""Probabilities in a real browser, compared with those of the models."""

import numpy as np
import pytest
from exploring_pages import as_kept, kept_vectors, scene_of
from harness import CASES, make_model

import huffvec
from huffvec import FullSoftmax, NegativeSampling
from huffvec.architectures.contexts import Contexts

WORDS = [f"i{(7 * k) % 31}" for k in range(31)]
RNG = np.random.default_rng(2)
SENTENCES = [[WORDS[(s + j * 3) % 31] for j in range(5)] for s in RNG.integers(0, 31, 300)]


def ask(page, context, target=None) -> None:
    """Open the view and type a context, and a word whose probability is asked for."""
    page.choose("view", "Probabilities")
    for word in context:
        page.type_word("context", word)
    if target is not None:
        page.type_word("target", target)


def assert_predicted(found: dict[str, float], expected: dict[str, float], n: int) -> None:
    """Assert that these are the n most probable words of all."""
    assert len(found) == n
    assert found == pytest.approx({word: expected[word] for word in found}, rel=2e-3)
    assert list(found.values()) == pytest.approx(sorted(expected.values())[::-1][:n], rel=2e-3)


def test_every_objective(open_page):
    models = [as_kept(make_model(objective)) for objective in CASES.values()]
    scenes = [scene_of(model, title=name) for name, model in zip(CASES, models, strict=True)]
    context = models[0].vocabulary.words[4], models[0].vocabulary.words[33]
    with open_page(scenes) as page:
        ask(page, context)
        for i, model in enumerate(models):
            expected = dict(model.predict(context, 40))
            assert_predicted(page.ranked(f"predicted-{i}"), expected, 20)


@pytest.mark.parametrize("options", [{}, {"position_weights": True}, {"subwords": {"buckets": 90}}])
def test_means_of_contexts(open_page, options):
    model = huffvec.train(
        SENTENCES,
        architecture="cbow",
        **{"dim": 8, "epochs": 8, "min_count": 1, "n_threads": 1, "learning_rate": 0.3, **options},
    )
    scene = scene_of(model)
    context = ["i5", "i9", "i6", "i5", "i12"]
    # The model's own way from the vectors that the page keeps.
    ids = np.array([model.word_id(word) for word in context])
    sizes = getattr(model.vectors, "bag_sizes", None)
    hidden = huffvec.architectures.ARCHITECTURES["cbow"].hidden(
        kept_vectors(scene).vectors, Contexts.around(ids, np.array([0, 5])), sizes, model.weights
    )
    best, log_probs = model.predictor.top(hidden.vectors, 31)
    expected = dict(zip([model.vocabulary.words[i] for i in best], np.exp(log_probs), strict=True))
    assert expected == pytest.approx(dict(model.predict(context, 31)), rel=0.1)
    with open_page([scene]) as page:
        ask(page, context)
        assert_predicted(page.ranked("predicted-0"), expected, 20)


def test_words_that_are_not_shown_take_part(open_page):
    model = as_kept(make_model(FullSoftmax()))
    words = model.vocabulary.words
    expected = dict(model.predict(words[3], 40))
    with open_page([scene_of(model, n=25)]) as page:
        ask(page, [words[3]], target=words[20])
        shown = {word: expected[word] for word in words[:25]}
        assert_predicted(page.ranked("predicted-0"), shown, 20)
        asked = page.get("asked-0")
        assert float(asked.get_attribute("data-value")) == pytest.approx(
            expected[words[20]], rel=2e-3
        )
        place = sorted(shown, key=shown.get)[::-1].index(words[20]) + 1
        assert f"no. {place}" in asked.inner_text()
        others = 1 - sum(shown.values())
        assert f"does not show: {100 * others:#.3g} % in all" in page.get("column-0").inner_text()


def test_two_models_side_by_side(open_page):
    models = [as_kept(make_model(NegativeSampling(), seed=seed)) for seed in (1, 2)]
    scenes = [scene_of(model, title=f"m{i}") for i, model in enumerate(models)]
    word = models[0].vocabulary.words[9]
    with open_page(scenes) as page:
        ask(page, [word])
        for i, model in enumerate(models):
            assert_predicted(page.ranked(f"predicted-{i}"), dict(model.predict(word, 40)), 20)
            text = page.get(f"column-{i}").inner_text()
            assert "log K q(word)" in text
            assert "Each word of the context predicts alone" in text
        page.tab.get_by_role("button", name=f"Take {word} out").click()
        assert page.get("predicted-0").count() == 0


def test_vectors_without_a_model_predict_nothing(open_page):
    model = make_model(NegativeSampling())
    others = scene_of(words=["a", "b", "c"], title="vectors")
    documents = scene_of(model, words=["tag1", *model.vocabulary.words[1:]], title="documents")
    with open_page([scene_of(model), others, documents]) as page:
        ask(page, [model.vocabulary.words[2]])
        assert "vectors without a model" in page.get("column-1").inner_text()
        assert f"Not in this page’s words: {model.vocabulary.words[2]}" in (
            page.get("column-1").inner_text()
        )
        assert "the points of this map are not its words" in page.get("column-2").inner_text()


def test_where_nothing_is_predicted_the_map_says_why(open_page):
    model = make_model(NegativeSampling())
    with open_page([scene_of(model, words=["tag1", *model.vocabulary.words[1:]])]) as page:
        assert page.get("view").count() == 0
        assert "points of this map are not its words" in page.get("no-output").inner_text()
    with open_page([scene_of(model)]) as page:
        assert page.get("view").get_by_role("radio", name="Probabilities").count() == 1
        assert page.get("no-output").count() == 0
