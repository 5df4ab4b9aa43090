"""Pictures of tests: what is drawn, and what cannot be."""

import numpy as np
import pytest
from classify_answers import make_answers

from huffvec import classify
from huffvec.classify import plots
from huffvec.classify.confusion import PairCounts
from huffvec.classify.measures import Decision, Tally
from huffvec.errors import ConfigError


def result(n_labels, n=400):
    """Return a test of labels whose names no picture must stumble over."""
    random = np.random.default_rng(4)
    probs = random.dirichlet(np.full(n_labels, 0.1), n)
    labels = [[int(random.choice(n_labels, p=row))] for row in probs]
    tally = Tally((1,), Decision("top"), is_independent=False)
    tally.add(make_answers(np.maximum(probs, 1e-9), labels))
    return tally.result([f"_label\t$x_{i}$ {'long' * (i % 9)}" for i in range(n_labels)], n_labels)


@pytest.mark.parametrize("n_labels", [3, 30, 90])
def test_pictures_are_drawn(n_labels, tmp_path):
    found = result(n_labels)
    classify.plot_confusion(found.confusion, tmp_path / "c.svg")
    drawn = (tmp_path / "c.svg").read_text()
    assert drawn.count("share of the true label") == 1
    assert ("40 of 90 labels" in drawn) is (n_labels > plots.MOST_LABELS)
    classify.plot_reliability({"_a $x$": found, "b": found}, tmp_path / "r.png")
    assert (tmp_path / "r.png").read_bytes().startswith(b"\x89PNG")


def test_of_many_labels_those_are_drawn_that_are_confused_most(tmp_path, monkeypatch):
    monkeypatch.setattr(plots, "MOST_LABELS", 2)
    counts = PairCounts()
    counts.add(np.array([0, 0, 1, 1, 1, 2, 3]), np.array([0, 0, 3, 3, 1, 2, 1]))
    classify.plot_confusion(counts.confusion(["AAA", "BBB", "CCC", "DDD"]), tmp_path / "c.svg")
    drawn = (tmp_path / "c.svg").read_text()
    assert [f"<!-- {name} -->" in drawn for name in ("AAA", "BBB", "CCC", "DDD")] == [
        False,
        True,
        False,
        True,
    ]


def test_pictures_of_no_known_kind(tmp_path):
    found = result(3)
    with pytest.raises(ConfigError, match=r"picture's name must end in \.png, \.svg, \.pdf"):
        classify.plot_confusion(found.confusion, tmp_path / "c.txt")
    with pytest.raises(ConfigError, match=r"picture's name must end in \.png, \.svg, \.pdf"):
        classify.plot_reliability({"a": found}, tmp_path / "c.txt")
