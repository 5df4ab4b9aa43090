"""Approximate search: how much of the exact answer it finds, and which files it refuses."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import run

import huffvec
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError, MissingExtraError, UnknownWordError
from huffvec.search.queries import Neighbor
from huffvec.subwords import Subwords
from huffvec.vectors import WordVectors
from huffvec.vectors.subword_vectors import SubwordVectors

pytest.importorskip("usearch")


def clustered(n_words: int = 3_000, dim: int = 12, seed: int = 4) -> WordVectors:
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(40, dim))[rng.integers(0, 40, n_words)]
    table = (table + rng.normal(scale=0.5, size=table.shape)) * rng.uniform(0.1, 9, (n_words, 1))
    return WordVectors([f"w{i * 7 % n_words}" for i in range(n_words)], table.astype(np.float32))


def recall(found: list[list[Any]], exact: list[list[Any]]) -> float:
    hits = [
        len({n.word for n in a} & {n.word for n in b}) for a, b in zip(found, exact, strict=True)
    ]
    return sum(hits) / sum(map(len, exact))


def same(found: list[Neighbor], expected: list[Neighbor]) -> bool:
    """Whether words are equal, and similarities up to the order in which products are summed."""
    return [n.word for n in found] == [n.word for n in expected] and [
        n.similarity for n in found
    ] == pytest.approx([n.similarity for n in expected], abs=1e-12)


@pytest.mark.parametrize("dtype", ["f32", "f16", "i8"])
def test_most_neighbours_are_found_with_exact_similarities(dtype: str) -> None:
    wv = clustered()
    index = wv.index(dtype=dtype)
    words = wv.words[:200]
    found, exact = index.nearest_batch(words, 10), wv.nearest_batch(words, 10)
    assert recall(found, exact) > (0.85 if dtype == "i8" else 0.98)
    for word, ours, true in zip(words, found, exact, strict=True):
        assert len(ours) == 10
        assert word not in [neighbor.word for neighbor in ours]
        assert [n.similarity for n in ours] == sorted((n.similarity for n in ours), reverse=True)
        known = {n.word: n.similarity for n in true}
        for n in ours:
            assert n.similarity == pytest.approx(known.get(n.word, n.similarity), abs=1e-12)
    assert repr(index) == f"VectorIndex(3,000 words, dim 12, {dtype})"


def test_queries_are_those_of_exact_search() -> None:
    wv = clustered(300)
    index = wv.index(expansion_search=600, n_threads=1)
    assert same(index.nearest("w5", 4), wv.nearest("w5", 4))
    assert same(index.nearest(wv["w5"], 4), wv.nearest(wv["w5"], 4))
    assert index.nearest_batch(["w5"], 4) == [index.nearest("w5", 4)]
    for found, word in zip(index.nearest_batch(["w5", "w9"], 4), ["w5", "w9"], strict=True):
        assert same(found, wv.nearest(word, 4))
    found, _ = index.nearest_batch(wv[["w5", "w9"]], 4)
    assert same(found, wv.nearest(wv["w5"], 4))
    assert index.nearest_batch([]) == []
    assert len(index.nearest("w5", 1_000)) <= 299
    with pytest.raises(UnknownWordError, match="no word 'x'"):
        index.nearest("x")
    with pytest.raises(ConfigError, match="k must be a whole number from 1"):
        index.nearest("w5", 0)
    with pytest.raises(ConfigError, match="nothing is near a vector of zeros"):
        index.nearest(np.zeros(12))


def test_rows_without_direction_are_not_indexed() -> None:
    wv = WordVectors(["q", "zero", "nan", "good"], [[1, 1], [0, 0], [np.nan, 1], [1, 2]])
    index = wv.index()
    assert len(index) == 2
    assert [neighbor.word for neighbor in index.nearest("q")] == ["good"]
    assert WordVectors(["zero"], [[0.0, 0.0]]).index().nearest([1.0, 0.0]) == []


def test_a_saved_index_gives_the_same(tmp_path: Path) -> None:
    wv = clustered()
    index = wv.index(dtype="i8", connectivity=9, expansion_search=77)
    index.save(tmp_path / "x.usearch")
    opened = huffvec.load_index(tmp_path / "x.usearch", wv)
    assert opened.options == index.options
    assert opened.nearest_batch(wv.words[:50]) == index.nearest_batch(wv.words[:50])
    opened.save(tmp_path / "again.usearch")
    again = huffvec.load_index(tmp_path / "again.usearch", wv)
    assert again.nearest("w1") == index.nearest("w1")


def test_vectors_with_subwords_answer_for_words_never_seen(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    words = [f"{i * 13 % 400:x}č{i}" for i in range(400)]
    table = rng.normal(size=(700, 6)).astype(np.float32)
    vocabulary = Vocabulary(words, np.ones(400, np.int64))
    wv = SubwordVectors(vocabulary, table, Subwords(2, 4, buckets=300))
    wv.index(expansion_search=600, n_threads=1).save(tmp_path / "x")
    index = huffvec.load_index(tmp_path / "x", wv)
    assert [n.word for n in index.nearest("unseen", 5)] == [n.word for n in wv.nearest("unseen", 5)]
    other = SubwordVectors(vocabulary, table + 1, Subwords(2, 4, buckets=300))
    with pytest.raises(FormatError, match="the same words, other numbers"):
        huffvec.load_index(tmp_path / "x", other)


def test_an_index_of_other_vectors_is_refused(tmp_path: Path) -> None:
    wv = clustered(300)
    path = tmp_path / "x.usearch"
    wv.index().save(path)
    longer = WordVectors([*wv.words, "more"], np.vstack([wv.vectors, wv.vectors[:1]]))
    with pytest.raises(FormatError, match=r"300 words of 12 numbers, not of 301 of 12\): make one"):
        huffvec.load_index(path, longer)
    renamed = WordVectors([f"{word}x" for word in wv.words], wv.vectors)
    with pytest.raises(FormatError, match=r"index of other vectors \(other words\)"):
        huffvec.load_index(path, renamed)
    with pytest.raises(FormatError, match=r"\(the same words, other numbers\)"):
        huffvec.load_index(path, WordVectors(wv.words, wv.vectors[::-1]))


def test_files_that_are_no_index_are_refused(tmp_path: Path) -> None:
    wv = clustered(300)
    path = tmp_path / "x.usearch"
    wv.index().save(path)
    whole = path.read_bytes()

    def opened(content: bytes) -> None:
        path.write_bytes(content)
        huffvec.load_index(path, wv)

    def with_footer(record: dict[str, Any], graph: bytes) -> bytes:
        text = json.dumps(record).encode()
        return graph + text + struct.pack("<QI8s", len(text), zlib.crc32(text), b"HVINDEX2")

    with pytest.raises(FormatError, match="is no index of huffvec, or was cut off"):
        opened(whole[:-1])
    with pytest.raises(FormatError, match="is no index of huffvec"):
        opened(b"short")
    with pytest.raises(FormatError, match="of an older huffvec, without a checksum: make it again"):
        opened(whole[:-8] + b"HVINDEX1")
    with pytest.raises(FormatError, match="is damaged: make the index again"):
        opened(whole[100:])
    with pytest.raises(FormatError, match="is damaged"):
        opened(whole[:-20] + b"\xff" * 8 + whole[-12:])
    with pytest.raises(FormatError, match="is damaged"):
        opened(whole.replace(b'"n_bytes"', b'"n_bytez"'))
    start = whole.index(b'{"n_bytes"')
    graph, record = whole[:start], json.loads(whole[start:-20])
    opened(with_footer(record, graph))
    with pytest.raises(FormatError, match="is damaged"):
        opened(bytes(start) + whole[start:])
    zeros = bytes(start)
    with pytest.raises(FormatError, match="cannot be used as an index"):
        opened(with_footer(record | {"crc32": f"{zlib.crc32(zeros):08x}"}, zeros))
    for wrong in (
        record | {"crc32": "00000000"},
        record | {"crc32": 7},
        record | {"n_bytes": start - 1},
        record | {"n_bytes": "9"},
        record | {"options": {"dtype": "f16"}},
        record | {"options": []},
        record | {"fingerprint": record["fingerprint"] | {"more": 1}},
        {"n_bytes": start},
        [record],
    ):
        with pytest.raises(FormatError, match="is damaged: make the index again"):
            opened(with_footer(wrong, graph))
    changed = record["options"] | {"dtype": "f8"}
    with pytest.raises(FormatError, match="cannot be used as an index: dtype must be"):
        opened(with_footer(record | {"options": changed}, graph))
    with pytest.raises(FormatError, match="There is no file"):
        huffvec.load_index(tmp_path / "missing", wv)


MUTATE = """
import sys
import numpy as np
import huffvec
from huffvec.errors import FormatError
folder, seed = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(seed)
vectors = huffvec.load_vectors(f"{folder}/m.hv")
whole = np.fromfile(f"{folder}/x.usearch", np.uint8)
for _ in range(100):
    content = whole.copy()
    places = rng.integers(0, len(content), rng.integers(1, 4))
    content[places] ^= rng.integers(1, 256, len(places), np.uint8)
    if rng.random() < 0.2:
        content = content[: rng.integers(1, len(content))]
    content.tofile(f"{folder}/{seed}")
    try:
        huffvec.load_index(f"{folder}/{seed}", vectors).nearest("w5")
    except FormatError:
        continue
    assert np.array_equal(content, whole)  # two changes that undo each other
"""


def test_damaged_indexes_are_refused_and_crash_nothing(tmp_path: Path) -> None:
    """In processes of their own: usearch follows wrong links out of its memory."""
    wv = clustered(300)
    wv.save(tmp_path / "m.hv")
    wv.index().save(tmp_path / "x.usearch")
    for seed in (1, 2, 3):
        done = subprocess.run(
            [sys.executable, "-c", MUTATE, str(tmp_path), str(seed)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


def test_options_are_checked() -> None:
    wv = clustered(20)
    with pytest.raises(ConfigError, match="dtype must be one of f32, f16, i8"):
        wv.index(dtype="f64")
    with pytest.raises(ConfigError, match="connectivity must be a whole number from 2"):
        wv.index(connectivity=1)
    with pytest.raises(ConfigError, match="expansion_add must be"):
        wv.index(expansion_add=0)
    with pytest.raises(ConfigError, match="expansion_search must be"):
        wv.index(expansion_search=0)
    with pytest.raises(ConfigError, match="n_threads must be"):
        wv.index(n_threads=-1)
    with pytest.raises(ConfigError, match="no words to search"):
        WordVectors([], np.empty((0, 3), np.float32)).index()


def test_without_usearch_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usearch", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'huffvec\[index\]'"):
        clustered(20).index()


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wv = clustered(300)
    model, path = tmp_path / "m.hv", tmp_path / "m.usearch"
    wv.save(model)
    assert run("index", model, "-o", path, "--expansion-search", 600, "--threads", 1) == 0
    assert capsys.readouterr().out.startswith("words\t300\nwritten\t")
    assert run("nearest", model, "w5", "-k", 3, "--index", path) == 0
    shown = capsys.readouterr().out
    assert run("nearest", model, "w5", "-k", 3) == 0
    assert shown == capsys.readouterr().out
    assert len(shown.splitlines()) == 3
    assert run("index", model, "-o", path, "-q", "--dtype", "i8") == 0
    assert capsys.readouterr().out == ""
