"""Classifiers of the real fastText, and what it says of texts."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from huffvec.classify import Classifier
from huffvec.objectives.hierarchical_softmax import BoundHierarchicalSoftmax
from huffvec.objectives.one_vs_all import BoundOneVsAll
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

LABELS = ["sweet", "salt", "sour", "bitter", "umami"]
WORDS = [
    "cake",
    "Zürich",
    "日本語",
    "שלום",
    "👍🏽",
    "e\u0301t\u00e9",
    "a",
    "ab",
    "soup",
    "soups",
    "the",
]
TEXTS = [
    "the cake soup",
    "",
    "unseen words only, but with n-grams",
    "日本 Zürichs 👍🏽👍 שלומי",
    "the the the the soup soup",
    " \t the\x0bsoup \r cake ",
    "cake " * 60,
    "a",
    "naïve x" + "y" * 60,
]
# fastText leaves what is beyond threads / 10 of its input matrix as it finds it.
OPTIONS = {"dim": 6, "epoch": 15, "minCount": 1, "thread": 12, "verbose": 0, "lr": 0.5}


def real_fasttext() -> Any:
    """Return the real fastText; tests that ask for it are skipped where it is not installed."""
    return pytest.importorskip("fasttext")


def write_examples(path: Path, prefix: str = "__label__", n: int = 300, n_labels: int = 5) -> Path:
    """Write texts whose words depend on their labels; some labels occur equally often."""
    draw = random.Random(7)
    lines = []
    for number in range(n):
        label = number % 5 if number % 3 else number % 2
        weights = [1 + 4 * (place % 5 == label) for place in range(len(WORDS))]
        words = draw.choices(WORDS, weights, k=draw.randrange(2, 9))
        names = LABELS if n_labels == 5 else [f"l{number % n_labels}"] * 5
        more = [prefix + names[(label + 1) % 5]] if number % 7 == 0 else []
        lines.append(" ".join([prefix + names[label], *more, *words]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def trained(path: Path, loss: str, prefix: str = "__label__", **options: Any) -> Any:
    """Return a classifier of fastText."""
    return real_fasttext().train_supervised(
        str(path), loss=loss, label=prefix, **{"bucket": 500, **OPTIONS, **options}
    )


def said_by_fasttext(model: Any, labels: list[str]) -> npt.NDArray[np.float64]:
    """Return what fastText says of `TEXTS`, (n_texts, n_labels); 0 for labels that it leaves out.

    ``model.predict`` cannot: it makes an array in a way that NumPy 2 refuses.
    """
    probs = np.zeros((len(TEXTS), len(labels)))
    for row, text in enumerate(TEXTS):
        for prob, label in model.f.predict(text + "\n", -1, -1.0, "strict"):
            probs[row, labels.index(label)] = prob
    return probs


def as_fasttext_says(model: Classifier) -> npt.NDArray[np.float64]:
    """Return what fastText makes of a classifier's scores: it rounds, and adds 1e-5 (loss.cc)."""
    hidden = model.hidden(model.features.encode(TEXTS)).astype(np.float64)
    scores = hidden @ model.table(OUTPUT_VECTORS.name).T.astype(np.float64)
    if isinstance(model.bound, BoundHierarchicalSoftmax):
        tree, turns = model.bound.tree, 1 / (1 + np.exp(-scores))
        probs = np.ones((len(TEXTS), len(model.labels)))
        for label in range(len(model.labels)):
            part = tree.path(label)
            right = turns[:, tree.path_ids[part]]
            taken = np.where(tree.codes[part] == 0, right, 1 - right)
            probs[:, label] = np.prod(taken + 1e-5, axis=1)
        return probs
    if isinstance(model.bound, BoundOneVsAll):
        places = np.floor((scores + 8) * 32)
        table = 1 / (1 + np.exp(-(places / 32 - 8)))
        return np.where(scores < -8, 0, np.where(scores > 8, 1, table)) + 1e-5
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True) + 1e-5


def check_same(model: Classifier, real: Any, prefix: str = "__label__") -> None:
    """Check that two classifiers have the same probabilities of all labels."""
    names = [prefix + label for label in model.labels.words]
    assert sorted(names) == sorted(real.get_labels())
    said = said_by_fasttext(real, names)
    expected = as_fasttext_says(model)
    ours = model.predict_proba(TEXTS)
    if isinstance(model.bound, BoundOneVsAll):
        # A score on the border of two of the table's places may be rounded to either.
        assert np.mean(np.abs(said - expected) < 1e-5) > 0.98
        np.testing.assert_allclose(ours, said, rtol=0, atol=1 / 4 / 32 + 1e-4)
    else:
        np.testing.assert_allclose(said, expected, rtol=0, atol=1e-5)
        depth = len(names) if isinstance(model.bound, BoundHierarchicalSoftmax) else 1
        np.testing.assert_allclose(ours, said, rtol=0, atol=1.2e-5 * depth)
    assert np.ptp(said[0]) > 0.01
    assert INPUT_VECTORS.name in {**model.weights, **model.codes}
