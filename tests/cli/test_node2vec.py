"""``huffvec node2vec``: the same as walks and training, with defaults for graphs."""

import re

import numpy as np
import pytest
from cli_helpers import run

import huffvec


@pytest.fixture
def graph(tmp_path):
    """Two cliques of nodes, joined by one edge; names are no positions."""
    lines = [
        f"{side}{i * 3 % 7} {side}{j * 3 % 7}" for side in "ax" for i in range(7) for j in range(i)
    ]
    path = tmp_path / "graph.edgelist"
    path.write_text("\n".join([*lines, "a2 x5"]) + "\n")
    return path


OPTIONS = ["--walks-per-node", 4, "--length", 9, "--p", 0.5, "--q", 2, "--seed", 6, "--threads", 1]


def test_it_is_walks_and_training_in_one(graph, tmp_path):
    output = tmp_path / "nodes.hv"
    training = ["--dim", 8, "--window", 3, "--epochs", 2, "--objective", "hierarchical-softmax"]
    assert run("node2vec", graph, "-o", output, *OPTIONS, *training, "-q") == 0
    walks = huffvec.random_walks(graph, walks_per_node=4, length=9, p=0.5, q=2, seed=6)
    options = {"dim": 8, "window": 3, "epochs": 2, "n_threads": 1, "seed": 6, "min_count": 1}
    expected = huffvec.train(walks, "hierarchical-softmax", subsample_threshold=0.0, **options)
    found = huffvec.load(output)
    assert found.config == expected.config
    np.testing.assert_array_equal(found.input_vectors, expected.input_vectors)


def test_defaults_keep_every_node_and_find_the_cliques(graph, tmp_path):
    assert run("node2vec", graph, "-o", tmp_path / "nodes.hv", "--threads", 1, "-q") == 0
    vectors = huffvec.load(tmp_path / "nodes.hv").vectors
    assert (len(vectors), vectors.dim) == (14, 128)
    for word in vectors:
        if word not in ("a2", "x5"):
            assert {near.word[0] for near in vectors.nearest(word, 5)} == {word[0]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--p", 0], "--p must be a number over 0"),
        (["--dim", 0], "--dim must be a whole number from 1"),
        (["--objective", "nse"], "objective must be one of .*Did you mean 'nce'"),
        (["--walks-per-node", 0], "--walks-per-node must be a whole number from 1"),
    ],
)
def test_options_that_cannot_be_used(graph, tmp_path, capsys, arguments, message):
    assert run("node2vec", graph, "-o", tmp_path / "x.hv", *arguments) != 0
    err = capsys.readouterr().err
    assert re.search(message, err), err
    assert not (tmp_path / "x.hv").exists()
