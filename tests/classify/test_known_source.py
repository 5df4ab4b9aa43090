"""Sources whose probabilities are known: how near a trained classifier comes to them.

Documents have 12 words. In the first source they are drawn by the document's class, whose label
the document has with the probability 1 - noise, else any other one; so p(label | words) follows
from Bayes' rule, and with it the least error that there can be. In the second one each label is
there by itself, with the probability σ(Σ of what its words weigh).
"""

import numpy as np
import pytest
from scipy.special import expit, softmax

from huffvec import classify

N_CLASSES, N_WORDS, LENGTH = 4, 30, 12


def one_label(n, seed, noise):
    """Return word ids (n, LENGTH), labels and p(label | words), (n, N_CLASSES)."""
    word_probs = np.random.default_rng(5).dirichlet(np.full(N_WORDS, 2.0), N_CLASSES)
    random = np.random.default_rng(seed)
    classes = random.integers(N_CLASSES, size=n)
    words = np.stack([random.choice(N_WORDS, LENGTH, p=word_probs[c]) for c in classes])
    others = (classes + random.integers(1, N_CLASSES, n)) % N_CLASSES
    labels = np.where(random.random(n) < noise, others, classes)
    flips = np.full((N_CLASSES, N_CLASSES), noise / (N_CLASSES - 1))
    np.fill_diagonal(flips, 1 - noise)
    probs = softmax(np.log(word_probs).T[words].sum(axis=1), axis=1) @ flips
    return words, labels[:, None] == np.arange(N_CLASSES), probs


def several_labels(n, seed):
    """Return the same of a source whose last label is always there, so that none has no label."""
    weights = np.random.default_rng(6).normal(-0.05, 0.5, (N_WORDS, N_CLASSES))
    weights[:, -1] = np.inf
    random = np.random.default_rng(seed)
    words = random.integers(N_WORDS, size=(n, LENGTH))
    probs = expit(weights[words].sum(axis=1))
    return words, random.random(probs.shape) < probs, probs


def write(path, words, are_true):
    """Write examples; labels are named so that their order is not that of the columns."""
    lines = [
        " ".join([*(f"__label__c{9 - i}" for i in np.flatnonzero(row)), *(f"w{w}" for w in ids)])
        for ids, row in zip(words.tolist(), are_true, strict=True)
    ]
    path.write_text("\n".join(lines) + "\n")


def learned(folder, draw, objective, method=None):
    """Return the test of a classifier, what it says of the test's texts, and what is true."""
    for seed, (name, n) in enumerate({"train": 20_000, "valid": 5_000, "test": 5_000}.items()):
        words, are_true, probs = draw(n, seed)
        write(folder / name, words, are_true)
    # Of texts of one length, scores of plain means are linear in the numbers of words, as above.
    model = classify.train(
        folder / "train",
        objective,
        weighting="mean",
        word_ngrams=1,
        subwords=None,
        dim=8,
        epochs=5,
        n_threads=1,
    )
    if method:
        model = classify.calibrate(model, folder / "valid", method)
    found = model.predict_proba([" ".join(f"w{w}" for w in ids) for ids in words.tolist()])
    order = [model.labels.words.index(f"c{9 - i}") for i in range(N_CLASSES)]
    return model.test(folder / "test"), found[:, order], are_true, probs


# All seeds are fixed. What is found is at most two thirds of what is allowed.


def test_bayes_error_and_probabilities_are_reached(tmp_path):
    result, found, are_true, probs = learned(
        tmp_path, lambda n, seed: one_label(n, seed, 0.0), "full-softmax"
    )
    least = 1 - are_true[np.arange(len(probs)), probs.argmax(axis=1)].mean()
    assert 0.1 < least < 0.2
    assert 1 - result.at[0].precision < least + 0.004
    assert result.log_loss < -np.log(probs[are_true]).mean() + 0.01
    assert np.abs(found - probs).mean() < 0.014
    assert result.ece < 0.018


def test_labels_that_are_wrong_by_chance(tmp_path):
    # The noise is no part of any linear score, which calibration makes good for the most part.
    result, found, are_true, probs = learned(
        tmp_path, lambda n, seed: one_label(n, seed, 0.2), "full-softmax", "isotonic"
    )
    least = 1 - are_true[np.arange(len(probs)), probs.argmax(axis=1)].mean()
    assert 0.25 < least < 0.35
    assert 1 - result.at[0].precision < least + 0.015
    assert np.abs(found - probs).mean() < 0.03
    assert result.ece < 0.035


@pytest.mark.parametrize(
    ("objective", "method", "log_error"),
    [("one-vs-all:link=logistic", None, 0.02), ("one-vs-all", "isotonic", 0.045)],
)
def test_probabilities_of_several_labels_are_reached(tmp_path, objective, method, log_error):
    result, found, are_true, probs = learned(tmp_path, several_labels, objective, method)
    found_errors = ((found >= 0.5) != are_true)[:, :-1].mean()
    least = ((probs >= 0.5) != are_true)[:, :-1].mean()
    assert 0.15 < least < 0.25
    assert found_errors < least + 0.004
    assert np.abs(found - probs).mean() < 0.015
    losses = np.where(are_true, -np.log(probs), -np.log1p(-np.minimum(probs, 1 - 1e-9)))
    assert result.log_loss < losses.sum(axis=1).mean() + 0.02
    assert result.log_error < log_error
