from __future__ import annotations

import gzip
import itertools
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import run
from hypothesis import given
from hypothesis import strategies as st

import huffvec
from huffvec import _text
from huffvec.errors import ConfigError, CorpusError
from huffvec.graphs.walks import random_walks

# A triangle 7-3-5 with a second way round, 5-9-2.
EDGES = [(7, 3), (3, 5), (5, 7), (5, 9), (9, 2), (2, 5)]


def arrays(edges: list[tuple[int, ...]]) -> list[np.ndarray]:
    return [np.array(column) for column in zip(*edges, strict=True)]


def as_walks(corpus: huffvec.Corpus) -> list[list[str]]:
    words, ids = corpus.vocabulary.words, corpus.ids
    parts = np.split(ids, corpus.sentence_offsets[1:-1])
    return [[words[i] for i in part] for part in parts]


def weights_of(edges: list[tuple[float, ...]], directed: bool) -> dict[int, dict[int, float]]:
    """Return the weight of each node's way to each other."""
    weights: dict[int, dict[int, float]] = {int(node): {} for edge in edges for node in edge[:2]}
    for source, target, *weight in edges:
        weights[int(source)][int(target)] = weight[0] if weight else 1.0
        if not directed:
            weights[int(target)][int(source)] = weights[int(source)][int(target)]
    return weights


def check_turns(walks: list[list[str]], weights, p: float, q: float, length: int) -> None:
    """Compare how often walks go from t over v to x with node2vec's own probabilities.

    A chi-squared statistic of k ways lies above k + 5 sqrt(2 k) + 15 in fewer than one in ten
    thousand cases for each of about 20 pairs (t, v); seeds are fixed. Ways that are expected less
    than once in a hundred thousand tests may not be taken at all.
    """
    turns: Counter[tuple[int, ...]] = Counter()
    for walk in walks:
        nodes = [int(node) for node in walk]
        assert all(b in weights[a] for a, b in itertools.pairwise(nodes))
        assert len(nodes) == length or not weights[nodes[-1]]
        turns.update(zip(nodes, nodes[1:], nodes[2:], strict=False))
    for t, v in {turn[:2] for turn in turns}:
        bias = {
            x: w * (1 / p if x == t else 1 if x in weights[t] else 1 / q)
            for x, w in weights[v].items()
        }
        n = sum(turns[t, v, x] for x in bias)
        expected = {x: n * b / sum(bias.values()) for x, b in bias.items()}
        likely = {x: e for x, e in expected.items() if e > 1e-5}
        assert all(turns[t, v, x] == 0 for x in expected.keys() - likely.keys())
        chi2 = sum((turns[t, v, x] - e) ** 2 / e for x, e in likely.items())
        assert chi2 < len(likely) + 5 * np.sqrt(2 * len(likely)) + 15, (t, v, expected, turns)


@pytest.mark.parametrize(("p", "q"), [(1, 1), (0.25, 4), (4, 0.25), (0.02, 1), (0.3, 0.5), (3, 3)])
@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_walks_turn_as_node2vec_says(p, q, directed, weighted) -> None:
    edges = [(*edge, 0.5 + i) for i, edge in enumerate(EDGES)] if weighted else list(EDGES)
    if directed:
        edges.append((3, 7, 6.0) if weighted else (3, 7))
    corpus = random_walks(
        arrays(edges), walks_per_node=1500, length=9, p=p, q=q, directed=directed, n_threads=2
    )
    check_turns(as_walks(corpus), weights_of(edges, directed), p, q, 9)


@pytest.mark.parametrize(
    ("p", "q"), [(1e9, 1e9), (3e8, 1e9), (1e9, 3e8), (2e5, 1e5), (1e9, 1e-9), (1e-9, 1e9)]
)
@pytest.mark.parametrize("weighted", [False, True])
def test_extreme_options_leave_walks_exact(p, q, weighted) -> None:
    """Without triangles no way has the factor 1, so nearly every draw is rejected."""
    edges: list[Any] = [(a, b, 0.5 + a * b % 5) for a in (3, 8, 2) for b in (11, 5, 17, 4)]
    edges = edges if weighted else [edge[:2] for edge in edges]
    walk = partial(random_walks, arrays(edges), walks_per_node=400, length=12, p=p, q=q)
    corpus = walk(n_threads=2)
    check_turns(as_walks(corpus), weights_of(edges, directed=False), p, q, 12)
    assert np.array_equal(corpus.ids, walk(n_threads=1).ids)


@pytest.mark.parametrize(("p", "q"), [(1e9, 1e-9), (1e9, 1e9), (1e-9, 1e-9), (1e-9, 1e9)])
@pytest.mark.parametrize("directed", [False, True])
def test_an_only_neighbour_is_always_taken(p, q, directed) -> None:
    pair = ([6, 4], [4, 6])
    corpus = random_walks(pair, p=p, q=q, length=10, walks_per_node=1, directed=directed)
    assert sorted(as_walks(corpus)) == [["4", "6"] * 5, ["6", "4"] * 5]


def test_a_walk_stops_when_it_is_told_to(tmp_path: Path) -> None:
    """A step from the hub takes milliseconds, and a walk has 2 ** 18 of them."""
    n = 100_000
    leaves = np.arange(n, dtype=np.int32)
    graph = _text.Graph(n + 1, leaves, np.full_like(leaves, n), np.empty(0, np.float32), False)
    names = "\n".join(map(str, range(n + 1))).encode()
    with (tmp_path / "ids").open("wb+") as ids, (tmp_path / "offsets").open("wb+") as offsets:
        walker = _text.Walker(
            graph, names, ids_fd=ids.fileno(), offsets_fd=offsets.fileno(), walks_per_node=1,
            length=2**18, p=1e9, q=1e9, seed=1, n_threads=2,
        )  # fmt: skip
        assert not walker.wait(0.1)
        start = time.monotonic()
        walker.stop()
        assert time.monotonic() - start < 20


def test_walks_begin_at_every_node_equally_often() -> None:
    corpus = random_walks(arrays(EDGES), walks_per_node=7, length=4)
    starts = [walk[0] for walk in as_walks(corpus)]
    assert Counter(starts) == dict.fromkeys(("7", "3", "5", "9", "2"), 7)
    assert len({tuple(starts[i : i + 5]) for i in range(0, 35, 5)}) > 1  # orders differ
    assert corpus.vocabulary.n_tokens == corpus.n_tokens == 5 * 7 * 4
    counts = corpus.vocabulary.counts.tolist()
    assert counts == sorted(counts, reverse=True)
    found = Counter(node for walk in as_walks(corpus) for node in walk)
    assert [found[word] for word in corpus.vocabulary.words] == counts


@pytest.mark.parametrize("options", [{}, {"p": 0.5, "q": 2.0}])
def test_walks_depend_on_the_seed_and_not_on_the_threads(options) -> None:
    rng = np.random.default_rng(1)
    graph = rng.integers(0, 4000, 9000), rng.integers(0, 4000, 9000)
    one = random_walks(graph, walks_per_node=2, length=20, n_threads=1, **options)
    three = random_walks(graph, walks_per_node=2, length=20, n_threads=3, **options)
    other = random_walks(graph, walks_per_node=2, length=20, seed=2, **options)
    assert np.array_equal(one.ids, three.ids)
    assert one.vocabulary.words == three.vocabulary.words
    assert as_walks(one) != as_walks(other)


def test_a_walk_ends_where_no_edge_goes_on() -> None:
    corpus = random_walks(arrays([(1, 2), (2, 3)]), directed=True, walks_per_node=2, length=9)
    assert sorted(as_walks(corpus)) == [["1", "2", "3"]] * 2 + [["2", "3"]] * 2 + [["3"]] * 2
    alone = random_walks(arrays([(4, 4)]), walks_per_node=1, length=3)
    assert as_walks(alone) == [["4", "4", "4"]]


def test_the_last_weight_of_an_edge_counts() -> None:
    edges = [(1, 2, 1e-6), (1, 3, 1.0), (2, 1, 1e6)]
    walks = as_walks(random_walks(arrays(edges), walks_per_node=50, length=2))
    assert all(walk == ["1", "2"] for walk in walks if walk[0] == "1")


@pytest.mark.parametrize(
    "edges", [[(7, 3), (5, 9)], [(7, 3), (3, 5), (5, 7)], [(7, 3, 2.0), (3, 5, 1.0)]]
)
def test_edges_may_be_tuples(edges) -> None:
    walk = partial(random_walks, walks_per_node=2, length=6)
    assert as_walks(walk(edges)) == as_walks(walk(arrays(edges)))
    with pytest.raises(CorpusError, match="two or three arrays") as refused:
        walk([[1, 2, 3, 4]] * 5000)
    assert len(str(refused.value)) < 200


def test_an_array_may_have_an_edge_a_row() -> None:
    walk = partial(random_walks, walks_per_node=2, length=6)
    assert as_walks(walk(np.array(EDGES))) == as_walks(walk(arrays(EDGES)))


@given(st.lists(st.tuples(st.sampled_from("abcdé"), st.sampled_from("abcdé"),
                          st.floats(0.01, 99)), min_size=1),
       st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n# note\n"]))  # fmt: skip
def test_files_are_as_arrays(tmp_path_factory, edges, weighted, end) -> None:
    path = tmp_path_factory.mktemp("graph") / "g.gz"
    lines = (" ".join(map(str, edge[: 3 if weighted else 2])) for edge in edges)
    path.write_bytes(gzip.compress((end.join(lines)).encode()))
    names = list(dict.fromkeys(node for edge in edges for node in edge[:2]))
    numbers = [(names.index(a), names.index(b), w) for a, b, w in edges]
    columns = arrays(numbers)[: 3 if weighted else 2]
    from_file = random_walks(path, walks_per_node=1, length=5, p=0.5)
    from_arrays = random_walks(columns, walks_per_node=1, length=5, p=0.5)
    renamed = [[names[int(node)] for node in walk] for walk in as_walks(from_arrays)]
    assert as_walks(from_file) == renamed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"a b\nc\n", r"g\.txt: line 2: expected two nodes, found one"),
        (b"a b\n\na b 1\n", r"g\.txt: line 3 has a weight, but lines before it have none"),
        (b"a b 1\na b\n", r"g\.txt: line 2 has no weight, but lines before it have one"),
        (b"a b x\n", r"g\.txt: line 1: the weight 'x' is not a number above 0"),
        (b"a b -1\n", r"line 1: the weight '-1' is not a number above 0"),
        (b"a b nan\n", r"line 1: the weight 'nan' is not a number above 0"),
        (b"a b 1 2\n", r"line 1: expected two nodes and perhaps a weight, found more: '2'"),
        (b"a \xff\n", r"g\.txt: not UTF-8: byte 0xFF at byte offset 2"),
        (b"# nothing\n", "the graph has no edge"),
        (b"PAR1 and so on", r"g\.txt: cannot be read: "),
    ],
)
def test_files_that_are_no_graph(tmp_path: Path, text: bytes, message: str) -> None:
    (tmp_path / "g.txt").write_bytes(text)
    with pytest.raises(CorpusError, match=message):
        random_walks(tmp_path / "g.txt")


def test_names_with_broken_bytes_are_replaced_on_request(tmp_path: Path) -> None:
    (tmp_path / "g.txt").write_bytes(b"b caf\xe9\nb a\n")
    corpus = random_walks(tmp_path / "g.txt", errors="replace")
    assert set(corpus.vocabulary.words) == {"a", "b", "caf\ufffd"}
    with pytest.raises(ConfigError, match="errors must be one of strict, replace, not 'ignore'"):
        random_walks(tmp_path / "g.txt", errors="ignore")


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (([1, 2], [3]), "two or three arrays of one length"),
        ([(1, 2), (2, 3, 0.5)], "expected all edges with a weight or none"),
        (
            np.array([(7, 3), (3, 5), (5, 7)]),
            r"shape \(3, 2\) may have an edge a row or be columns",
        ),
        (([1, 2],), r"two or three arrays .* got parts of the lengths \[2\]"),
        (([1.5], [2]), r"expected whole numbers or names as nodes, got float64"),
        (([1], [2], [0.0]), "expected weights above 0, got others"),
    ],
)
def test_arrays_that_are_no_graph(graph, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        random_walks(graph)


@pytest.mark.parametrize("option", ["walks_per_node", "length", "p", "q", "n_threads"])
def test_options_out_of_range(option: str) -> None:
    with pytest.raises(ConfigError, match=f"{option} must be"):
        random_walks(arrays(EDGES), **{option: -1})


def test_command_line(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(6)
    community = rng.integers(0, 2, 60)
    pairs = [(i, j) for i in range(60) for j in range(i) if community[i] == community[j]]
    pairs += [(i, i - 1) for i in range(1, 60)]
    Path("g.edgelist").write_text("".join(f"n{i}\tn{j}\n" for i, j in pairs))
    assert run("walks", "g.edgelist", "-o", "w.hvc", "--length", 20, "--q", 2) == 0
    assert "train w.hvc -o w.hv" in capsys.readouterr().err
    train = ["train", "w.hvc", "--dim", 8, "--subsample-threshold", 0, "--threads", 1, "-q"]
    assert run(*train, "-o", "m.hv") == 0
    vectors = huffvec.load_vectors("m.hv")
    rows = vectors[[f"n{i}" for i in range(60)]]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    similarity = rows @ rows.T
    same = community[:, None] == community
    assert similarity[same].mean() > similarity[~same].mean() + 0.2
    assert run("walks", "g.edgelist", "-o", "w.hvc", "--p", 0) == 2
    assert "--p must be a number over 0" in capsys.readouterr().err
