"""What a classifier's options are where nobody says."""

import numpy as np
import pytest

from huffvec import WordVectors, classify


def write(path, n, n_labels):
    path.write_text("".join(f"__label__{i % n_labels} w{i % n_labels} x\n" for i in range(n)))
    return path


@pytest.mark.parametrize(
    ("n", "n_labels", "name", "settled"),
    [
        (60, 3, "full-softmax", (30, 16, 0.3)),
        (8_000, 17, "one-vs-all", (5, 32, 0.15)),
        (8_000, 3, "hierarchical-softmax", (5, 16, 0.2)),
        (20_000, 130, "label-tree", (3, 144, 0.13)),
    ],
)
def test_they_follow_the_examples(tmp_path, n, n_labels, name, settled):
    path = write(tmp_path / "t.txt", n, n_labels)
    config = classify.train(path, name, n_threads=1).config
    assert (config.epochs, config.dim, config.learning_rate) == settled
    assert config.min_learning_rate == 0


def test_what_is_given_stays(tmp_path):
    path = write(tmp_path / "t.txt", 60, 3)
    means = classify.train(path, weighting="mean", epochs=2, dim=7, n_threads=1).config
    assert (means.epochs, means.dim, means.learning_rate) == (2, 7, 0.5)
    rates = classify.train(path, learning_rate=0.2, min_learning_rate=0.1, n_threads=1).config
    assert (rates.learning_rate, rates.min_learning_rate) == (0.2, 0.1)


def test_start_vectors_decide_the_dim(tmp_path):
    vectors = WordVectors(["w1", "y"], np.full((2, 5), 0.1, np.float32))
    path = write(tmp_path / "t.txt", 60, 3)
    assert classify.train(path, start_vectors=vectors, n_threads=1).config.dim == 5


def test_several_labels_share_a_step(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("__label__a __label__b __label__c __label__d x\n" * 60)
    assert classify.train(path, "full-softmax", n_threads=1).config.learning_rate == 0.15


@pytest.mark.parametrize(
    ("name", "epochs", "rate"), [("one-vs-all", 8, 0.114), ("one-vs-all:link=logistic", 20, 0.075)]
)
def test_one_vs_all_of_several_labels_takes_fewer_larger_steps(tmp_path, name, epochs, rate):
    path = tmp_path / "t.txt"
    path.write_text("__label__a __label__b __label__c __label__d x\n" * 2_000)
    config = classify.train(path, name, n_threads=1).config
    assert (config.epochs, config.learning_rate) == (epochs, rate)
