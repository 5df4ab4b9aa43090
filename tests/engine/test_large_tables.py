"""Tables of more than 2^31 numbers and corpora of more than 2^31 tokens, in sparse files.

Of all that is touched there is little: a file takes room on the disk only where it was written.
"""

import json
import sys

import numpy as np
import pytest

import huffvec
from huffvec.corpus import Sentences
from huffvec.engine import engine
from huffvec.evaluation.windows import windows_at
from huffvec.formats.hv import VERSION

pytestmark = pytest.mark.skipif(sys.maxsize < 2**32, reason="no address space")

LARGE = 2**31
N = 50  # words


def sparse(path, dtype, *shape):
    """Zeros of a file, of which nothing is written."""
    with path.open("wb") as file:
        file.truncate(int(np.prod(shape, dtype=object)) * np.dtype(dtype).itemsize)
    return np.memmap(path, dtype, "r+", shape=shape)


def begin(table, rows):
    """Give rows of a table values around 0."""
    rng = np.random.default_rng(2)
    table[rows] = rng.normal(0, 0.1, (len(rows), table.shape[1]))


def trainer(n_words, tables, ids, offsets, **changes):
    native = engine()
    plan = {
        "output_layer": native.NoiseSampling("negative-sampling", np.eye(1, n_words)[0], 2),
        "ids": ids,
        "sentence_offsets": offsets,
        "keep_thresholds": np.full(n_words, 2**32 - 1, np.uint32),
        "input_rows": tables[0],
        "output_rows": tables[1],
        "architecture": "skipgram",
        "window": 2,
        "fixed_radius": True,
        "epochs": 1,
        "start_lr": 0.5,
        "end_lr": 0.5,
        "seed": 1,
        "chunk_tokens": 1000,
    }
    return native.Trainer(native.TrainingPlan(**plan | changes))


def train(made, first=0, last=None):
    made.start(first, made.n_chunks if last is None else last, 1)
    assert made.wait(60)
    return made.totals()


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_rows_behind_two_to_the_31_numbers(tmp_path, architecture):
    n_rows, stride = 70_000, 32_768
    assert (n_rows - N) * stride > LARGE
    last = np.arange(n_rows - N, n_rows)
    ids = np.random.default_rng(1).permutation(last).astype(np.int32)
    large = [sparse(tmp_path / name, np.float32, n_rows, stride) for name in "io"]
    small = [engine().allocate_table(N + 1, stride) for _ in large]
    for table, as_in in zip(large, small, strict=True):
        begin(table, last)
        as_in[1:] = table[last]
    offsets = np.array([0, N], np.int64)
    found = train(trainer(n_rows, large, ids, offsets, architecture=architecture))
    moved = (ids - (n_rows - N) + 1).astype(np.int32)
    assert (
        found.loss == train(trainer(N + 1, small, moved, offsets, architecture=architecture)).loss
    )
    for table, as_in in zip(large, small, strict=True):
        assert np.array_equal(table[last], as_in[1:])
        assert np.array_equal(table[0], as_in[0])  # of the only noise word


def test_a_hundred_million_buckets(tmp_path):
    subwords = huffvec.Subwords(3, 6, buckets=100_000_000)
    words = [f"word{k}" for k in range(N)]
    bag_offsets, row_ids = subwords.bags(huffvec.Vocabulary(words, np.arange(N, 0, -1)))
    stride = 32
    assert int(row_ids.max()) * stride > LARGE
    table = sparse(tmp_path / "buckets", np.float32, N + subwords.n_buckets, stride)
    begin(table, np.unique(row_ids))
    before = table[row_ids]
    outputs = engine().allocate_table(N, stride)
    begin(outputs, np.arange(N))
    bags = {"bag_offsets": bag_offsets, "bag_row_ids": row_ids}
    ids = np.arange(N, dtype=np.int32)
    train(trainer(N, [table, outputs], ids, np.array([0, N], np.int64), **bags))
    assert (table[row_ids] != before).any(axis=1).all()
    assert not table[row_ids.max() + 1 :][:9].any()


def test_tokens_behind_the_first_two_to_the_31(tmp_path):
    n_tokens = LARGE + 5_000
    ids = sparse(tmp_path / "ids", np.int32, n_tokens)
    ids[-N:] = np.arange(N)
    sentences = np.append(np.arange(0, n_tokens - N, 1 << 20), [n_tokens - N, n_tokens])
    tables = [engine().allocate_table(N, 16) for _ in range(2)]
    begin(tables[0], np.arange(N))
    made = trainer(N, tables, ids, sentences, chunk_tokens=1000)
    assert made.n_chunks == -(-n_tokens // 1000)
    found = train(made, made.n_chunks - 2, made.n_chunks)
    assert found.chunks == 2
    assert N <= found.tokens <= 2000
    assert tables[1][1:].any(axis=1).all()
    corpus = Sentences(ids, sentences)
    assert corpus.n_tokens == n_tokens
    windows = windows_at(corpus, np.array([n_tokens - 1]), 2)
    assert windows.targets.tolist() == [N - 1]


def test_documents_of_very_many_tags():
    """They are trained in parts, whose bounds are products of the number of tags and of parts."""
    n_tags = 150_000
    tables = [engine().allocate_table(n, 16) for n in (0, N, n_tags)]
    begin(tables[1], np.arange(N))
    begin(tables[2], np.arange(n_tags))
    before = tables[2].copy()
    tags = {
        "tag_rows": tables[2],
        "tag_offsets": np.array([0, n_tags], np.int64),
        "tag_ids": np.arange(n_tags, dtype=np.int32),
    }
    ids, offsets = np.array([1], np.int32), np.array([0, 1], np.int64)
    train(trainer(N, tables, ids, offsets, architecture="dbow", **tags))
    assert (tables[2] != before).any(axis=1).all()


def test_files_of_vectors(tmp_path):
    n_words, dim = 70_000, 32_768
    words = "\n".join(f"w{k}" for k in range(n_words)).encode()
    tensors = {"input_vectors": ("F32", [n_words, dim], 4 * n_words * dim)}
    tensors["counts"] = ("I64", [n_words], 8 * n_words)
    tensors["words"] = ("U8", [len(words)], len(words))
    header, end = {"__metadata__": {"format": "huffvec", "format_version": VERSION}}, 0
    for name, (dtype, shape, n_bytes) in tensors.items():
        places = [end, end := end + n_bytes]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": places}
    content = json.dumps(header).encode()
    with (tmp_path / "m.hv").open("wb") as file:
        file.write(len(content).to_bytes(8, "little") + content)
        file.truncate(file.tell() + end)
        file.seek(-len(words) - 8 * n_words - 4 * dim, 2)
        file.write(
            np.full(dim, 5, np.float32).tobytes() + np.ones(n_words, np.int64).tobytes() + words
        )
    vectors = huffvec.load_vectors(tmp_path / "m.hv")
    assert (vectors[f"w{n_words - 1}"] == 5).all()
    assert not vectors["w0"].any()
    assert vectors.rows(slice(n_words - 1, n_words)).sum() == 5 * dim
