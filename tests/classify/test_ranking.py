"""The most probable labels, measured without all others."""

import pytest
from classify_texts import OPTIONS, write_topics

from huffvec import classify
from huffvec.errors import ConfigError


@pytest.mark.parametrize(
    "name", ["full-softmax", "hierarchical-softmax", "one-vs-all", "label-tree"]
)
def test_they_are_what_a_test_of_all_labels_finds(tmp_path, name):
    path = write_topics(tmp_path / "train.txt", n_labels=2)
    model = classify.train(path, name, **OPTIONS)
    for examples in (path, [("t1w1 t1w2", ["new", model.labels.words[0]]), ("", "new")]):
        found = classify.measure_top(model, examples, k=[1, 3])
        expected = model.test(examples, k=[1, 3]).at
        for one, other in zip(found, expected, strict=True):
            assert vars(one) == pytest.approx(vars(other))


def test_k_is_checked(tmp_path):
    model = classify.train(write_topics(tmp_path / "train.txt"), **OPTIONS)
    with pytest.raises(ConfigError, match="k must be a whole number from 1 to"):
        classify.measure_top(model, tmp_path / "train.txt", k=1_000)
