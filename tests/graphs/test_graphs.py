"""Graphs of every kind give the walks of the same edges in arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from cli_helpers import run
from hypothesis import given
from hypothesis import strategies as st

from huffvec.errors import ConfigError, CorpusError
from huffvec.graphs.edges import Edges
from huffvec.graphs.graphs import edges_of
from huffvec.graphs.walks import random_walks

# Ids equal no positions; 5 to 9 is there once each way, with other weights.
WEIGHTED = [(7, 3, 2.0), (3, 5, 1.0), (5, 7, 0.5), (5, 9, 4.0), (9, 5, 3.0)]
PLAIN = [edge[:2] for edge in WEIGHTED]

Named = list[tuple[Any, ...]]


def named(edges: Edges) -> Named:
    """Return edges by their nodes' names, with their weights if there are any."""
    names = edges.names.decode().split("\n")
    ends = [[names[i] for i in ids.tolist()] for ids in (edges.sources, edges.targets)]
    weights = [edges.weights.tolist()] if len(edges.weights) else []
    return list(zip(*ends, *weights, strict=True))


def texts(edges: list[Any]) -> Named:
    return [(*map(str, edge[:2]), *edge[2:]) for edge in edges]


def columns(edges: list[Any], dtype: Any = np.int64) -> tuple[np.ndarray, ...]:
    sources, targets, *weights = zip(*edges, strict=True)
    return (np.array(sources, dtype), np.array(targets, dtype), *map(np.array, weights))


@pytest.mark.parametrize("edges", [PLAIN, WEIGHTED], ids=["plain", "weighted"])
@pytest.mark.parametrize(
    "make",
    [
        list,
        iter,
        tuple,
        lambda edges: (edge for edge in edges),
        lambda edges: [list(edge) for edge in edges],
        lambda edges: iter([list(edge) for edge in edges]),
        np.array,
        lambda edges: np.array(edges).T,
        columns,
        lambda edges: list(columns(edges)),
        lambda edges: tuple(map(list, zip(*edges, strict=True))),
        lambda edges: columns(edges, np.float64),
        lambda edges: columns(edges, np.uint64),
        lambda edges: columns(edges, object),
        lambda edges: columns(edges, str),
        lambda edges: [(f"{a}", f"{b}", *rest) for a, b, *rest in edges],
        lambda edges: [(np.int64(a), b, *rest) for a, b, *rest in edges],
        pd.DataFrame,
        lambda edges: pd.DataFrame(edges).astype({0: str, 1: str}),
    ],
)  # fmt: skip
def test_edges_in_any_form(edges, make: Callable[[Any], Any]) -> None:
    assert named(edges_of(make(edges))) == texts(edges)


def test_tensors_are_arrays() -> None:
    torch = pytest.importorskip("torch")
    edges = torch.tensor(PLAIN)
    assert named(edges_of(edges)) == named(edges_of(edges.T)) == texts(PLAIN)
    with pytest.raises(CorpusError, match="may have an edge a row or be columns"):
        edges_of(edges[:3])


def test_nodes_may_be_anything_hashable() -> None:
    edges = [("a", 7), (7, frozenset([3])), (2.5, "ž")]
    assert named(edges_of(edges)) == [("a", "7"), ("7", "frozenset({3})"), ("2.5", "ž")]
    large = [(2**70, -1), (2**63, 2**70), (-1, 2**63)]
    assert named(edges_of(large)) == texts(large)
    mixed = np.array([-1, 5]), np.array([2**63, 5], np.uint64)
    assert named(edges_of(mixed)) == texts([(-1, 2**63), (5, 5)])


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.sampled_from([0.5, 1, 3])),
                min_size=1), st.booleans())  # fmt: skip
def test_networkx_as_its_own_matrix(edges, directed: bool) -> None:
    kind = nx.MultiDiGraph if directed else nx.MultiGraph
    graph = kind()
    graph.add_weighted_edges_from(edges)
    graph.add_node(77)
    nodes = [node for node in graph if node != 77]
    expected = nx.to_numpy_array(graph, nodes)
    found = edges_of(graph)
    assert found.directed == directed
    matrix = np.zeros_like(expected)
    for source, target, *weight in named(found):
        i, j = nodes.index(int(source)), nodes.index(int(target))
        matrix[i, j] = weight[0]
        if not directed:
            matrix[j, i] = matrix[i, j]
    np.testing.assert_array_equal(matrix, expected)


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_graphs_of_networkx(kind) -> None:
    graph = kind([("b", "a"), ("a", "c")])
    graph.add_node("alone")
    found = edges_of(graph)
    assert {frozenset(edge) for edge in named(found)} == {frozenset("ab"), frozenset("ac")}
    assert found.directed == graph.is_directed()
    assert b"alone" not in found.names
    graph.edges[next(iter(graph.edges))]["weight"] = 2
    assert sorted(found[2] for found in named(edges_of(graph))) == [1.0, 2.0]


def test_walks_follow_what_networkx_says() -> None:
    walk = partial(random_walks, walks_per_node=3, length=4)
    chain = nx.DiGraph([(4, 3), (3, 9)])
    assert walk(chain).n_tokens == 3 * (3 + 2 + 1)
    assert walk(chain, directed=False).n_tokens == 3 * 3 * 4
    assert walk(chain.to_undirected()).n_tokens == 3 * 3 * 4
    with pytest.raises(CorpusError, match="is undirected, so that its edges have no direction"):
        walk(chain.to_undirected(), directed=True)


@pytest.mark.parametrize("kind", [sp.coo_matrix, sp.csr_array, sp.csc_array, sp.lil_array])
def test_sparse_matrices(kind) -> None:
    matrix = kind([[0, 2.0, 0], [2.0, 0, 0.5], [0, 0, 3.0]])
    expected = [("0", "1", 2.0), ("1", "0", 2.0), ("1", "2", 0.5), ("2", "2", 3.0)]
    assert sorted(named(edges_of(matrix))) == expected
    assert not len(edges_of(kind(matrix != 0)).weights)
    conflict = kind([[0, 2.0], [1.0, 0]])
    with pytest.raises(CorpusError, match="other weights from one node to another than back"):
        edges_of(conflict)
    assert len(edges_of(conflict, directed=True).sources) == 2


def test_entries_of_a_matrix_that_are_there_twice_are_summed() -> None:
    matrix = sp.coo_array(([1.0, 2.0, 0.0], ([0, 0, 1], [1, 1, 0])), (2, 2))
    assert named(edges_of(matrix)) == [("0", "1", 3.0)]
    damaged = sp.coo_array(([1.0], ([0], [1])), (2, 2))
    damaged.coords[1][0] = 9
    with pytest.raises(CorpusError, match="the matrix is damaged: axis 1 index 9"):
        edges_of(damaged)


def tables(edges: list[Any]) -> list[Any]:
    import pyarrow as pa

    frame = pd.DataFrame(edges, columns=["target", "source", "weight"][: len(edges[0])])
    frame = frame.assign(note="x", index=[object.__name__] * len(frame))
    arrow = pa.Table.from_pandas(frame)
    text = frame.astype({"source": str, "target": "category", "weight": str}, errors="ignore")
    return [frame, frame.set_index("note"), arrow, arrow.to_batches()[0], text]


def test_tables_by_the_names_of_their_columns() -> None:
    expected = texts([(b, a, w) for a, b, w in WEIGHTED])
    for table in tables(WEIGHTED):
        assert named(edges_of(table)) == expected
    polars = pytest.importorskip("polars")
    assert named(edges_of(polars.from_pandas(tables(WEIGHTED)[0]))) == expected


def test_tables_in_files(tmp_path: Path) -> None:
    frame = pd.DataFrame(WEIGHTED, columns=["from", "to", "w"])
    frame.to_csv(tmp_path / "g.csv.gz", index=False)
    frame.to_csv(tmp_path / "plain.tsv", index=False, header=False, sep="\t")
    frame.to_parquet(tmp_path / "g.parquet")
    frame.to_feather(tmp_path / "g.feather", compression="uncompressed")
    for name in ("g.csv.gz", "plain.tsv", "g.parquet", "g.feather"):
        assert named(edges_of(tmp_path / name)) == texts(WEIGHTED)
    both = edges_of([tmp_path / "g.csv.gz", tmp_path / "g.parquet"])
    assert named(both) == texts(WEIGHTED * 2)
    (tmp_path / "text").write_text("1 2\n")
    with pytest.raises(CorpusError, match="files of one kind, found edgelist and table"):
        edges_of([tmp_path / "text", tmp_path / "g.csv.gz"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source,target\na,b\na,\n", "the node '' is empty or has white space"),
        ("source,target,weight\na,b,heavy\n", r"column 'weight': expected weights above 0"),
        ("source,target\n", "has no row, expected an edge a row"),
        ("a,b,c,d\n1,2,3,4\n", r"expected the columns 'source', 'target' .* found 4: 'a', 'b'"),
    ],
)
def test_csv_that_is_no_graph(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "g.csv").write_text(text)
    with pytest.raises(CorpusError, match=message):
        edges_of(tmp_path / "g.csv")


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (7, "expected file names, edges as tuples"),
        ({"a": ["b"]}, "got dict"),
        ({(1, 2)}, "got set"),
        ([], "the graph has no edge"),
        (nx.empty_graph(3), "the graph has no edge"),
        ([(1, 2), (1, 2, 3, 4)], "got one of length 4"),
        ([(1, 2), (1, 2, 3)], "all edges with a weight or none"),
        ([(1, 2, "x")], "expected weights above 0"),
        ([(1, 2, -1)], "expected weights above 0"),
        ([(1, 2, 1e60)], "expected weights above 0"),
        ([("a b", 2)], "the node 'a b' is empty or has white space in its name"),
        ([("a\nb", 2)], r"the node 'a\\nb' is empty or has white space"),
        ([("a\0b", 2)], r"the node 'a\\x00b' is empty or has white space"),
        ([("", "a b")], "the node '' is empty"),
        ([("x" * 999 + " ", "b")], "xxx… is empty or has white space"),
        ([("1", 1)], "two different nodes have the name '1'"),
        ([("\ud800", 1)], "a node's name is no text"),
        ([(None, 1)], "an edge has None for a node"),
        ([([1], 1)], "nodes that can be keys of a dict"),
        ([[1, 2], [3, 4]], "2 lists of 2 may be edges or columns"),
        ([[1, 2, 3], [3, 4, 5]], "2 lists of 3 may be edges or columns"),
        ([[1, 2, 3, 4]] * 5000, r"got parts of the lengths \[4, 4, 4, 4\] …"),
        (["a", 7], r"got parts of the lengths \[1, '\?'\]"),
        ((x for x in range(9)), r"got parts of the lengths \['\?', '\?', '\?', '\?'\] …"),
        (np.ones((5, 5)), r"got the shape \(5, 5\)\. A matrix of weights: scipy\.sparse"),
        (np.ones(5), r"got the shape \(5,\)\.$"),
        (np.full((9, 2), 0.5), "expected whole numbers or names as nodes, got float64"),
        (sp.coo_array((2, 3)), r"a square matrix, .* got \(2, 3\)"),
        (sp.coo_array([[0, -1.0], [-1.0, 0]]), "expected weights above 0"),
        (pd.DataFrame({"a": [1]}), "expected the columns 'source', 'target'"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "cannot be read|two columns of one name"),
        (pd.DataFrame({"a": [1, None], "b": [2, 3]}), "column 'a': 1 values are missing"),
        (pd.DataFrame({"a": ["x"], "b": [2.5]}), "nodes are double, expected text or whole"),
        (pd.DataFrame({"a": [[1]], "b": [[2]]}), "nodes that can be keys of a dict"),
    ],
)  # fmt: skip
def test_what_is_no_graph_is_refused_in_a_line(graph, message: str) -> None:
    with pytest.raises(CorpusError, match=message) as refused:
        random_walks(graph)
    assert len(str(refused.value)) < 320
    assert "\n" not in str(refused.value)


def test_a_format_is_of_files() -> None:
    with pytest.raises(ConfigError, match="format is of files, but the graph is a list"):
        random_walks(PLAIN, format="adjlist")
    with pytest.raises(ConfigError, match="format must be one of edgelist, adjlist, mat"):
        random_walks("g.txt", format="edges")


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph])
def test_files_of_networkx(tmp_path: Path, kind) -> None:
    graph = kind()
    graph.add_weighted_edges_from(WEIGHTED)
    nx.write_weighted_edgelist(graph, tmp_path / "weighted")
    nx.write_edgelist(graph, tmp_path / "dicts")
    assert named(edges_of(tmp_path / "weighted")) == texts(list(graph.edges(data="weight")))
    assert named(edges_of(tmp_path / "dicts")) == texts(list(graph.edges(data="weight")))
    nx.write_edgelist(kind(PLAIN), tmp_path / "plain")
    assert named(edges_of(tmp_path / "plain")) == texts(list(kind(PLAIN).edges))
    nx.write_adjlist(graph, tmp_path / "adjlist")
    assert named(edges_of(tmp_path / "adjlist", format="adjlist")) == texts(list(graph.edges))


def test_the_weight_among_other_attributes(tmp_path: Path) -> None:
    graph = nx.DiGraph()
    graph.add_edge(7, 3, note="'weight': 5, {", at={"weight": 9}, weight=2.5, last=[1, "}"])
    nx.write_edgelist(graph, tmp_path / "g")
    assert named(edges_of(tmp_path / "g")) == [("7", "3", 2.5)]


def test_adjacency_lists_leave_out_nodes_without_an_edge(tmp_path: Path) -> None:
    (tmp_path / "g").write_text("# nodes\nalone\na b c\nd\nb d\n")
    edges = edges_of(tmp_path / "g", format="adjlist")
    assert named(edges) == [("a", "b"), ("a", "c"), ("b", "d")]
    assert edges.names == b"a\nb\nc\nd"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b c\nb a d\n", "'c' is not a number above 0. .*format='adjlist'"),
        ("a b\nb a d e\n", "format='adjlist'"),
        ("a b\nb\n", "found one.*format='adjlist'"),
        ("a b {'weight': -1}\n", "the weight '-1' is not a number"),
        ("a b {'weight': 1}\na c {}\n", "line 2 has no weight"),
        ("a b {'weight': 1\n", "expected the edge's attributes as"),
        ("a b {" + "x" * 2**21 + "}\n", "attributes of the edge are too long"),
    ],
)  # fmt: skip
def test_lines_that_are_no_edges(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "g").write_text(text)
    with pytest.raises(CorpusError, match=message):
        edges_of(tmp_path / "g")


def test_matlab_files(tmp_path: Path) -> None:
    import scipy.io

    matrix = sp.csc_matrix([[0, 2.0], [2.0, 0]])
    for name in ("network", "other"):
        scipy.io.savemat(tmp_path / "g.mat", {name: matrix, "group": np.ones((2, 3))})
        assert sorted(named(edges_of(tmp_path / "g.mat"))) == [("0", "1", 2.0), ("1", "0", 2.0)]
    with pytest.raises(CorpusError, match="expected one MATLAB file, found 2"):
        edges_of([tmp_path / "g.mat", tmp_path / "." / ".." / tmp_path.name / "g.mat"])
    scipy.io.savemat(tmp_path / "g.mat", {"group": np.ones((2, 3))})
    with pytest.raises(CorpusError, match="expected a sparse matrix 'network', found 'group'"):
        edges_of(tmp_path / "g.mat")
    (tmp_path / "g.mat").write_bytes(b"no MATLAB file " * 30)
    with pytest.raises(CorpusError, match="cannot be read"):
        edges_of(tmp_path / "g.mat")


def test_command_line_reads_adjacency_lists(tmp_path: Path) -> None:
    (tmp_path / "g").write_text("a b c\nb c\n")
    output = tmp_path / "w.hvc"
    assert run("walks", tmp_path / "g", "-o", output, "--format", "adjlist", "-q") == 0
    assert run("walks", tmp_path / "g", "-o", output, "-q") == 1
