"""Corpora encoded in shares: the bytes of one that is encoded as a whole."""

from __future__ import annotations

import gzip
import json
import multiprocessing
from pathlib import Path

import numpy as np
import pytest
from corpus_strategies import make_writer, rules_for, texts
from hypothesis import given, settings
from hypothesis import strategies as st

import huffvec
from huffvec import _text
from huffvec.corpus.encoding import open_corpus
from huffvec.corpus.options import InputOptions
from huffvec.corpus.spread import Spread
from huffvec.corpus.spread.shares import Files, Lines, divide_files
from huffvec.errors import CorpusError

LINES = [f"{'a' * (i % 3)} b{i % 7} c{i % 11} Ž{i}\n" for i in range(200)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spread")


def spread_bytes(
    folder: Path, data, options: InputOptions, share_bytes, map_=map, **given
) -> bytes:
    """Return the file of a corpus that is encoded in shares, or the error."""
    try:
        with open_corpus(data, options, spread=Spread(map_, 2, 1, share_bytes), **given) as corpus:
            corpus.save(folder / "spread.hvc")
    except CorpusError as error:
        return str(error).encode()
    return (folder / "spread.hvc").read_bytes()


def whole_bytes(folder: Path, data, options: InputOptions, **given) -> bytes:
    """Return the file of a corpus that is encoded as a whole, or the error."""
    try:
        with open_corpus(data, options, **given) as corpus:
            corpus.save(folder / "whole.hvc")
    except CorpusError as error:
        return str(error).encode()
    return (folder / "whole.hvc").read_bytes()


@settings(max_examples=100)
@given(data=st.data(), share_bytes=st.integers(1, 60), min_count=st.integers(1, 3))
def test_any_division_gives_the_same_bytes(folder, data, share_bytes, min_count) -> None:
    contents = data.draw(texts(broken=True))
    rules = data.draw(rules_for([text.split() for text in contents if is_utf8(text)]))
    options = InputOptions(
        lowercase=data.draw(st.booleans()),
        tags=data.draw(st.sampled_from([None, "position", "first"])),
        errors=data.draw(st.sampled_from(["strict", "replace"])),
        max_words=rules.max_words,
        keep_words=rules.keep_words,
        drop_words=rules.drop_words,
    )
    paths = make_writer(folder)(contents)
    whole = whole_bytes(folder, paths, options, min_count=min_count)
    assert spread_bytes(folder, paths, options, share_bytes, min_count=min_count) == whole


def is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(contents=texts(), share_bytes=st.integers(1, 60), has_documents=st.booleans())
def test_a_given_vocabulary(folder, contents, share_bytes, has_documents) -> None:
    vocabulary = huffvec.Vocabulary(["the", "a", "word", "nowhere"], [3, 9, 1, 0])
    options = InputOptions(tags="position" if has_documents else None)
    paths = make_writer(folder)(contents)
    whole = whole_bytes(folder, paths, options, vocabulary=vocabulary)
    assert spread_bytes(folder, paths, options, share_bytes, vocabulary=vocabulary) == whole


def write_kinds(folder: Path) -> list[Path]:
    """Write the same rows as files of several kinds."""
    (folder / "plain.txt").write_text("".join(LINES))
    (folder / "packed.txt.gz").write_bytes(gzip.compress("".join(LINES).encode()))
    rows = [{"text": line.strip(), "tags": [f"t{i % 5}", i]} for i, line in enumerate(LINES)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    csv = "".join(f"{row['text']},u{i % 9}\n" for i, row in enumerate(rows))
    (folder / "rows.csv").write_text("text,user\n" + csv)
    names = ("plain.txt", "packed.txt.gz", "rows.jsonl", "rows.csv")
    return [folder / name for name in names]


@pytest.mark.parametrize("share_bytes", [1, 500, 1 << 20])
def test_every_kind_of_file(tmp_path, share_bytes) -> None:
    plain, packed, rows, csv = write_kinds(tmp_path)
    for data, options in [
        ([plain, packed, plain], InputOptions()),
        ([rows, csv], InputOptions(column="text")),
        ([csv], InputOptions(column="text", group_by="user")),
        ([rows], InputOptions(column="text", tags="given")),
    ]:
        whole = whole_bytes(tmp_path, data, options)
        assert spread_bytes(tmp_path, data, options, share_bytes) == whole


def test_in_other_processes(tmp_path) -> None:
    paths = write_kinds(tmp_path)[:2]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        options = InputOptions(tokenize="words", lowercase=True)
        assert spread_bytes(tmp_path, paths, options, 900, pool.imap) == whole_bytes(
            tmp_path, paths, options
        )


def test_shares_are_lines_of_large_files_and_small_files_together(tmp_path) -> None:
    plain, packed, rows, _ = write_kinds(tmp_path)
    size = plain.stat().st_size
    first, second, last = divide_files([packed, rows, plain], InputOptions(), 2, size - 1)
    assert first == Files((packed,), packed.stat().st_size)
    assert second == Files((rows,), rows.stat().st_size)
    assert last == Lines(plain, 0, size)  # what is left behind the cut is no line
    cut = divide_files([plain, packed], InputOptions(), 2, size // 2)
    begin, end, rest = cut
    assert isinstance(begin, Lines)
    assert isinstance(end, Lines)
    assert isinstance(rest, Files)
    assert (begin.begin, begin.end, end.end) == (0, end.begin, size)
    assert plain.read_bytes()[: begin.end].endswith(b"\n")
    assert divide_files([plain, packed], InputOptions(), 2) == [
        Files((plain, packed), size + packed.stat().st_size)
    ]


def test_what_is_no_file_is_encoded_here() -> None:
    def nobody(encoder, shares):
        raise AssertionError

    with open_corpus([["a", "b", "a"]], InputOptions(), min_count=1, spread=Spread(nobody, 2)) as c:
        assert c.n_tokens == 3


def test_progress_is_that_of_bytes(tmp_path) -> None:
    plain = write_kinds(tmp_path)[0]
    told = []
    with open_corpus(
        [plain],
        InputOptions(),
        spread=Spread(map, 2, share_bytes=1000),
        progress=lambda *told_now: told.append(told_now),
    ):
        pass
    size = plain.stat().st_size
    assert {(name, total) for name, _, total in told} == {("reading text", size)}
    done = [done for _, done, _ in told]
    assert done == sorted(done)
    assert (len(done), done[-1]) == (size // 1000 + 1, size)


def test_a_file_that_has_become_shorter(tmp_path) -> None:
    plain = write_kinds(tmp_path)[0]
    size = plain.stat().st_size

    def cut_meanwhile(encoder, shares):
        plain.write_text("a\n")
        return map(encoder, shares)

    spread = Spread(cut_meanwhile, 2, share_bytes=size // 2)
    with (
        pytest.raises(CorpusError, match=r"plain\.txt: has 2 bytes, but had \d+ or more when it"),
        open_corpus([plain], InputOptions(), spread=spread),
    ):
        pass


@pytest.mark.parametrize(("counts", "what"), [([1, 1, 1], "fewer"), ([1], "more")])
def test_as_many_words_as_counts_are_merged(counts, what) -> None:
    words = np.frombuffer(b"a\nb", np.uint8)
    with pytest.raises(CorpusError, match=f"damaged data: {what} words than counts"):
        _text.WordMerger().add(words, np.array(counts))
