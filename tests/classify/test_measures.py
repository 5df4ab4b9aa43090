"""Measures of classifiers: against scikit-learn's, and against loops."""

import json
import math

import numpy as np
import pytest
from classify_answers import in_blocks, make_answers
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from huffvec import classify
from huffvec.classify.measures import Decision, Tally
from huffvec.errors import ConfigError, CorpusError

N_LABELS = 7
NAMES = [f"l{9 - i}" for i in range(N_LABELS)] + ["new", "newer"]


@st.composite
def examples_and_probs(draw):
    """Draw probabilities, with ties, and labels, some unknown; of one label each or several."""
    seed, n, several = draw(st.tuples(st.integers(0, 2**32), st.integers(1, 40), st.booleans()))
    random = np.random.default_rng(seed)
    probs = random.integers(1, 6, (n, N_LABELS)) / 6
    if not several:
        probs /= probs.sum(axis=1, keepdims=True)
    n_true = random.integers(1, 5, n) if several else np.ones(n, int)
    labels = [random.choice(N_LABELS + 2, m, replace=False).tolist() for m in n_true]
    labels[0][0] = 3  # one that is known
    labels = [list(dict.fromkeys(ids)) for ids in labels]
    return probs, labels, several


def measured(probs, labels, several, decision, cutoffs=(1, 2, 5), size=100):
    """Return the result of a test, the documents in blocks."""
    tally = Tally(cutoffs, decision, is_independent=several)
    for block in in_blocks(make_answers(probs, labels), size):
        tally.add(block)
    return tally.result(NAMES, N_LABELS)


@settings(deadline=None, max_examples=60)
@given(examples_and_probs(), st.sampled_from([None, 0.3]), st.integers(1, 50), st.integers(1, 999))
def test_weights_are_those_of_scikit_learn(case, threshold, size, seed):
    probs, labels, several = case
    weights = np.random.default_rng(seed).integers(1, 5, len(labels)) / 4
    tally = Tally((1, 3), Decision("", threshold and np.full(N_LABELS, threshold)), several)
    for block in in_blocks(make_answers(probs, labels, weights=weights), size):
        tally.add(block)
    result = tally.result(NAMES, N_LABELS)
    assert result.n_examples == len(labels)
    assert result.n_labels == sum(map(len, labels))
    true, predicted = indicator(labels), np.zeros((len(labels), N_LABELS + 2), bool)
    tops = np.log(probs).argmax(axis=1)
    if threshold is None:
        predicted[np.arange(len(labels)), tops] = True
    else:
        predicted[:, :N_LABELS] = probs.astype(np.float32) >= threshold
    for found, average in ((result.micro, "micro"), (result.macro, "macro")):
        expected = scikit_scores(true, predicted, average, weights)
        assert [found.precision, found.recall, found.f1] == pytest.approx(expected)
    are_right = true[np.arange(len(labels)), tops]
    assert result.at[0].precision == pytest.approx(
        metrics.accuracy_score(are_right, np.ones(len(labels), bool), sample_weight=weights)
    )
    known = indicator(labels)[:, :N_LABELS]
    if several:
        losses = [-np.log(np.where(known, probs, 1 - probs)).sum(axis=1)]
        expected = np.average(losses[0], weights=weights)
    else:
        is_known = known.any(axis=1)
        expected = metrics.log_loss(
            known[is_known].argmax(axis=1), probs[is_known], labels=range(N_LABELS),
            sample_weight=weights[is_known],
        )  # fmt: skip
    assert result.log_loss == pytest.approx(expected)
    again = []  # each example so often
    for i, n in enumerate((4 * weights).astype(int)):
        again += [i] * n
    tally = Tally((1, 3), tally.decision, several)
    tally.add(make_answers(probs[again], [labels[i] for i in again]))
    for one, other in zip(result.at, tally.result(NAMES, N_LABELS).at, strict=True):
        assert [one.precision, one.recall, one.ndcg] == pytest.approx(
            [other.precision, other.recall, other.ndcg]
        )


def test_examples_of_no_weight():
    tally = Tally((1,), Decision("some"), is_independent=False)
    tally.add(make_answers([[0.5, 0.5]], [[0]], weights=[0]))
    with pytest.raises(CorpusError, match=r"all examples whose labels .* knows have the weight 0"):
        tally.result(NAMES, 2)


def test_a_column_of_weights_is_that_of_a_test(tmp_path):
    pairs = [("the cat", "pets"), ("a car", "vehicles")] * 20
    model = classify.train(pairs, epochs=2, n_threads=1)
    rows = [("the cat", "pets", 3.0), ("the cat", "vehicles", 1.0)]
    right = model.predict(["the cat"]).labels[0, 0] == "pets"
    assert model.test(rows).at[0].precision == (0.75 if right else 0.25)
    (tmp_path / "x.csv").write_text("text,label,n\nthe cat,pets,3\nthe cat,vehicles,1\n")
    named = {"column": "text", "label_column": "label", "weight_column": "n"}
    found = model.test(model.read_examples(tmp_path / "x.csv", **named))
    assert found.at[0].precision == (0.75 if right else 0.25)


def indicator(labels, width=N_LABELS + 2):
    matrix = np.zeros((len(labels), width), bool)
    for row, ids in enumerate(labels):
        matrix[row, ids] = True
    return matrix


def scikit_scores(true, predicted, average, weights=None):
    came = np.flatnonzero(true.any(axis=0) | predicted.any(axis=0))
    return metrics.precision_recall_fscore_support(
        true[:, came],
        predicted[:, came],
        average=average,
        zero_division=0,
        sample_weight=weights,
    )[:3]


@settings(deadline=None, max_examples=60)
@given(examples_and_probs(), st.sampled_from([None, 0.21, 0.49]), st.integers(1, 50))
def test_scores_are_those_of_scikit_learn(case, threshold, size):
    probs, labels, several = case
    thresholds = None if threshold is None else np.full(N_LABELS, threshold, np.float32)
    result = measured(probs, labels, several, Decision("some", thresholds), size=size)
    true, predicted = indicator(labels), np.zeros((len(labels), N_LABELS + 2), bool)
    if threshold is None:
        predicted[np.arange(len(labels)), np.log(probs).argmax(axis=1)] = True
    else:
        predicted[:, :N_LABELS] = probs.astype(np.float32) >= np.float32(threshold)
    for found, average in ((result.micro, "micro"), (result.macro, "macro")):
        expected = scikit_scores(true, predicted, average)
        assert [found.precision, found.recall, found.f1] == pytest.approx(expected)
    by_label = np.array(metrics.precision_recall_fscore_support(true, predicted, zero_division=0)).T
    assert {one.label for one in result.labels} == {
        NAMES[i] for i in np.flatnonzero(true.any(axis=0) | predicted.any(axis=0))
    }
    for one in result.labels:
        i = NAMES.index(one.label)
        assert [one.precision, one.recall, one.f1, one.n_true] == pytest.approx(by_label[i])
        assert one.n_predicted == predicted[:, i].sum()


@settings(deadline=None, max_examples=60)
@given(examples_and_probs(), st.integers(1, 50))
def test_ranks_are_those_of_loops_and_of_scikit_learn(case, size):
    probs, labels, several = case
    result = measured(probs, labels, several, Decision("top"), size=size)
    true, scores = indicator(labels), make_answers(probs, labels).log_probs
    for one in result.at:
        hits, gains = 0, []
        for row, ids in enumerate(labels):
            best = sorted(range(N_LABELS), key=lambda i: (-scores[row, i], i))[: one.k]
            hits += len(set(best) & set(ids))
            dcg = sum(1 / math.log2(place + 2) for place, i in enumerate(best) if i in ids)
            ideal = sum(1 / math.log2(place + 2) for place in range(min(one.k, len(ids))))
            gains.append(dcg / ideal)
        assert one.precision == pytest.approx(hits / (len(labels) * one.k))
        assert one.recall == pytest.approx(hits / true.sum())
        assert one.ndcg == pytest.approx(np.mean(gains))
    noise = probs + np.random.default_rng(0).random(probs.shape) / 100  # no ties
    result = measured(noise, labels, several, Decision("top"), size=size)
    scores = np.pad(noise, ((0, 0), (0, 2)))  # unknown labels come last
    for one in result.at:
        expected = metrics.ndcg_score(true, scores, k=one.k, ignore_ties=True)
        assert one.ndcg == pytest.approx(expected)


@settings(deadline=None, max_examples=60)
@given(examples_and_probs(), st.integers(1, 50))
def test_losses_calibration_and_confusion(case, size):
    probs, labels, several = case
    probs *= 1 - np.random.default_rng(0).random(probs.shape) / 100  # no ties
    if not several:
        probs /= probs.sum(axis=1, keepdims=True)
    result = measured(probs, labels, several, Decision("top"), size=size)
    true, tops = indicator(labels)[:, :N_LABELS], probs.argmax(axis=1)
    assert result.n_unknown == sum(i >= N_LABELS for ids in labels for i in ids)
    if several:
        losses = np.where(true, -np.log(probs), -np.log1p(-probs)).sum(axis=1)
        assert result.log_loss == pytest.approx(losses.mean())
        events = [(probs[row].max(), tops[row] in ids) for row, ids in enumerate(labels)]
    else:
        known = [row for row, ids in enumerate(labels) if ids[0] < N_LABELS]
        of_known = [labels[row][0] for row in known]
        expected = metrics.log_loss(of_known, probs[known], labels=range(N_LABELS))
        assert result.log_loss == pytest.approx(expected)
        events = [(probs[row].max(), tops[row] == i) for row, ids in enumerate(labels) for i in ids]
    events.sort(key=lambda event: event[0])
    parts = np.array_split(np.arange(len(events)), min(15, len(events)))
    gaps = [abs(np.sum([events[i][0] - events[i][1] for i in part])) for part in parts]
    assert result.ece == pytest.approx(sum(gaps) / len(events), abs=1e-6)
    assert sum(one.n_events for one in result.label_bins) == len(labels) * N_LABELS
    hits = sum(one.observed * one.n_events for one in result.label_bins)
    assert hits == pytest.approx(true.sum())
    expected_hits = sum(one.predicted * one.n_events for one in result.label_bins)
    assert expected_hits == pytest.approx(probs.sum(), 1e-5)
    pairs = [
        (i, top)
        for ids, top in zip(labels, tops, strict=True)
        for i in ([top] if top in ids else ids)
    ]
    matrix = metrics.confusion_matrix(*zip(*pairs, strict=True), labels=range(len(NAMES)))
    assert (result.confusion.matrix(np.arange(len(NAMES))) == matrix).all()
    wrong = matrix - np.diag(np.diag(matrix))
    most = result.confusion.most(3)
    assert [one.n_times for one in most] == sorted(wrong[wrong > 0].tolist(), reverse=True)[:3]
    assert all(wrong[NAMES.index(a), NAMES.index(b)] == n for a, b, n in most)


def test_events_that_exclude_each_other_vary_less():
    probs = np.full((50, 4), 0.25)
    labels = [[i % 4] for i in range(50)]
    one = measured(probs.tolist(), labels, False, Decision("top"), (1,)).label_bins
    all_ = measured(probs.tolist(), labels, True, Decision("top"), (1,)).label_bins
    assert [(b.n_events, b.observed) for b in one] == [(200, 0.25)]
    assert [(b.n_events, b.observed) for b in all_] == [(200, 0.25)]
    assert one[0].std_error == 0
    assert all_[0].std_error == pytest.approx(math.sqrt(200 * 0.25 * 0.75) / 200)


TRAIN = (
    "__label__tea __label__hot green tea\n__label__tea black tea\n__label__tea white tea leaf\n"
    "__label__coffee black coffee\n__label__coffee white coffee\n__label__ice cold cream\n"
)
TEST = (
    "__label__tea __label__tea green leaf\n__label__coffee coffee tea\n__label__hot quite other\n"
    "__label__milk white milk\n"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classify")
    (folder / "train.txt").write_text(TRAIN)
    (folder / "test.txt").write_text(TEST)
    return folder


@pytest.fixture(scope="module")
def model(files):
    path = files / "train.txt"
    return classify.train(
        path, "full-softmax", epochs=40, learning_rate=1.0, subwords=None, n_threads=1
    )


def test_of_a_classifier(model, files):
    result = model.test(files / "test.txt")
    assert (result.n_examples, result.n_labels, result.n_unknown, result.n_empty) == (4, 4, 1, 1)
    assert result.unknown == ("milk",)
    assert [one.k for one in result.at] == [1, 3]  # of four labels
    assert result.at[0].precision == result.at[0].recall == result.at[0].ndcg
    assert result.decision == "the most probable"
    assert [one.label for one in result.labels] == ["tea", "coffee", "hot", "milk"]
    values = json.loads(json.dumps(result.to_dict()))
    assert values["n_examples"] == 4
    assert values["at"][1]["k"] == 3
    assert values["confusion"][0].keys() == {"true", "predicted", "n_times"}
    told = [part.split(": ")[0] for part in repr(result).split("; ")]
    assert told == ["TestResult(N", "P@1", "micro f1", "macro f1", "log loss", "ece"]
    assert "empty texts</td><td style='text-align:right'>1</td>" in result._repr_html_()
    assert "<caption>Test on 4 examples</caption>" in result._repr_html_()
    wrong = 4 - round(4 * result.at[0].recall)
    assert repr(result.confusion) == f"Confusion(4 labels, {wrong} taken for others)"
    assert [one.k for one in model.test(files / "test.txt", k=2).at] == [2]
    assert [one.k for one in model.test(files / "test.txt", k=[4, 1]).at] == [1, 4]
    by_threshold = model.test(files / "test.txt", threshold=0.0)
    assert by_threshold.decision == "from 0 on"
    assert by_threshold.micro.recall == 0.75
    own = classify.choose_thresholds(model, files / "test.txt")
    assert own.test(files / "test.txt").decision == "from each label's threshold on"
    independent = classify.train(
        files / "train.txt", "one-vs-all", epochs=1, subwords=None, n_threads=1
    )
    assert independent.test(files / "test.txt").decision == "from 0.5 on"


def test_options_and_examples_that_cannot_be_used(model, files):
    with pytest.raises(ConfigError, match="k must be a whole number from 1 to 4, not 5"):
        model.test(files / "test.txt", k=5)
    with pytest.raises(ConfigError, match=r"k must be a number or several, not \[\]"):
        model.test(files / "test.txt", k=[])
    with pytest.raises(ConfigError, match=r"threshold must be a number from 0 to 1, not 1\.5"):
        model.test(files / "test.txt", threshold=1.5)
    (files / "foreign.txt").write_text("__label__a x\n__label__b y\n")
    with pytest.raises(
        CorpusError, match=r"knows none of the examples' labels \('a', 'b'\): its own are"
    ):
        model.test(files / "foreign.txt")


def test_texts_without_features_have_the_prior_probabilities(files):
    texts = ["quite other", "", "black tea"]
    model = classify.train(
        files / "train.txt", "full-softmax", epochs=5, subwords=None, n_threads=1
    )
    probs = model.predict_proba(texts)
    assert probs[0].tolist() == probs[1].tolist() == pytest.approx([3 / 7, 2 / 7, 1 / 7, 1 / 7])
    model = classify.train(files / "train.txt", "one-vs-all", epochs=5, subwords=None, n_threads=1)
    probs = model.predict_proba(texts)
    assert probs[0].tolist() == probs[1].tolist() == pytest.approx([3 / 6, 2 / 6, 1 / 6, 1 / 6])
    assert probs[2].tolist() != probs[1].tolist()


def test_confusion_as_csv(model, files, tmp_path):
    confusion = model.test(files / "test.txt").confusion
    confusion.write_csv(tmp_path / "c.csv")
    lines = [line.split(",") for line in (tmp_path / "c.csv").read_text().splitlines()]
    names = [model.labels.words[i] if i < 4 else "milk" for i in confusion.label_ids.tolist()]
    assert lines[0] == ["true \\ predicted", *names]
    assert [line[0] for line in lines[1:]] == names
    assert [list(map(int, line[1:])) for line in lines[1:]] == confusion.matrix().tolist()
