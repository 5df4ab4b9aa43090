"""Thresholds by F1: the best of all there are."""

import numpy as np
import pytest
from classify_answers import in_blocks, make_answers
from hypothesis import given, settings
from hypothesis import strategies as st

from huffvec import classify
from huffvec.classify.thresholds import LEAST, thresholds_by_f1
from huffvec.errors import FormatError


def f1(hits, probs, threshold):
    predicted = probs >= np.float32(threshold)
    total = predicted.sum() + hits.sum()
    return 2 * (predicted & hits).sum() / total if total else 0


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 30))
def test_no_threshold_is_better(seed, n, size):
    random = np.random.default_rng(seed)
    probs = (random.integers(0, 9, (n, 4)) / 9).astype(np.float32)
    labels = [random.choice(5, random.integers(1, 5), replace=False).tolist() for _ in range(n)]
    found = thresholds_by_f1(in_blocks(make_answers(probs, labels), size), 4)
    for i, threshold in enumerate(found.tolist()):
        hits = np.array([i in ids for ids in labels])
        tried = [f1(hits, probs[:, i], t) for t in (LEAST, *probs[:, i][probs[:, i] >= LEAST])]
        assert f1(hits, probs[:, i], threshold) == pytest.approx(max(tried))
        if max(tried) == 0:
            assert threshold == 0.5


def test_it_stands_between_two_probabilities():
    answers = make_answers([[0.9], [0.8], [0.4], [0.3]], [[0], [0], [5], [5]])
    assert thresholds_by_f1([answers], 1).tolist() == pytest.approx([0.6])
    first = np.float32(0.75)
    neighbours = [[first], [np.nextafter(first, np.float32(0))]]
    assert thresholds_by_f1([make_answers(neighbours, [[0], [5]])], 1).tolist() == [0.75]


def test_they_are_stored_with_the_classifier(tmp_path):
    text = "__label__a x\n__label__b y\n__label__b z\n"
    (tmp_path / "t.txt").write_text(text * 3)
    raw = classify.train(tmp_path / "t.txt", "one-vs-all", epochs=20, n_threads=1)
    model = classify.choose_thresholds(raw, tmp_path / "t.txt")
    assert raw.thresholds is None
    model.save(tmp_path / "m.hvclf")
    again = classify.load(tmp_path / "m.hvclf")
    assert again.thresholds.tolist() == model.thresholds.tolist()
    assert again.test(tmp_path / "t.txt").micro.f1 == 1
    again.extra_arrays["thresholds"] = np.zeros(3, np.float32)
    del again.thresholds
    with pytest.raises(FormatError, match=r"thresholds should be 2 float32 numbers and are float"):
        again.test(tmp_path / "t.txt")
