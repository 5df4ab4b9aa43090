"""Whatever the bytes of a file are, a reader returns vectors or raises FormatError."""

from __future__ import annotations

import contextlib
import json
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError, UnknownWordError
from huffvec.formats import FORMATS, read_vectors
from huffvec.formats.hv import write_parts
from huffvec.model import load
from huffvec.subwords import Subwords
from huffvec.vectors import WordVectors
from huffvec.vectors.subword_vectors import SubwordVectors

EXAMPLES = 300

Reader = Callable[[Path], object]
FOLDERS = {name: format.folder_files for name, format in FORMATS.items() if format.folder_files}


def in_folder(name: str, file: str) -> Reader:
    """Return a reader of a whole folder but for one file, which is the one it is given."""

    def read(path: Path) -> object:
        folder = path.parent / f"fuzz_{name}"
        if not folder.exists():
            small_vectors().save(folder, format=name)
        (folder / file).replace(folder / "whole")
        try:
            (folder / file).write_bytes(path.read_bytes())
            return read_vectors(folder, name)
        finally:
            (folder / "whole").replace(folder / file)

    return read


def small_vectors() -> WordVectors:
    counts = np.array([9, 4, 3])
    return WordVectors(Vocabulary(["the", "é", "b"], counts), np.arange(6.0).reshape(3, 2))


# Every reader, and None: the one that the content seems to ask for.
READERS: dict[str, Reader] = {
    **{name: partial(read_vectors, format=name) for name in FORMATS if name not in FOLDERS},
    **{f"{name}/{file}": in_folder(name, file) for name in FOLDERS for file in FOLDERS[name]},
    "detected": read_vectors,
    "model": load,
    "fasttext-model": load,
}
FASTTEXT_FILE = Path(__file__).parent / "fasttext_files" / "cbow-hs.bin"


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of a small whole file of every format."""
    folder = tmp_path_factory.mktemp("valid")
    vectors = small_vectors()
    contents = {}
    rows = np.arange(10, dtype=np.float32).reshape(5, 2)
    hashed = SubwordVectors(vectors.vocabulary, rows, Subwords(2, 3, 5, 2, hash_words=True))
    for name in FORMATS:
        (hashed if name == "floret" else vectors).save(folder / name, format=name)
        for file in FOLDERS.get(name, ()):
            contents[f"{name}/{file}"] = (folder / name / file).read_bytes()
        if name not in FOLDERS:
            contents[name] = (folder / name).read_bytes()
    tensors = {
        "words": vectors.vocabulary.word_bytes(),
        "counts": vectors.vocabulary.counts,
        "input_vectors": vectors.vectors,
        "output_vectors": vectors.vectors,
    }
    sections = {"config": {"dim": 2}, "objective": {"name": "negative-sampling"}, "training": {}}
    write_parts(folder / "model", tensors, sections)
    contents["model"] = (folder / "model").read_bytes()
    contents["fasttext-model"] = FASTTEXT_FILE.read_bytes()
    return contents


def read_all(reader: Reader, path: Path, content: bytes) -> bool:
    """Read content with reader, use what it returns, and tell whether it was readable."""
    path.write_bytes(content)
    try:
        with warnings.catch_warnings():
            for message in (
                ".*repeated words",
                ".*words are not UTF-8",
                ".*without a word",
                ".*word is empty",
            ):
                warnings.filterwarnings("ignore", message=message, category=UserWarning)
            found = reader(path)
        vectors: Any = getattr(found, "vectors", found)
        if not isinstance(vectors, WordVectors):
            assert isinstance(found, WordVectors)
            vectors = found
        assert vectors.vectors.shape == (len(vectors.words), vectors.dim)
        # A word without direction has no neighbors; one too short has no n-grams.
        with contextlib.suppress(ConfigError, UnknownWordError):
            word = vectors.words[0] if vectors.words else "word"
            assert len(vectors.nearest(word, 3)) <= len(vectors)
    except FormatError:
        return False
    return True


@st.composite
def mutations(draw: st.DrawFn, content: bytes) -> bytes:
    """Content with a few bytes replaced, cut out, put in or moved."""
    pieces = st.binary(max_size=6) | st.sampled_from(
        [b"\n", b" ", b"9", b"-1", b"9" * 18, b"\xff" * 8, b"\0" * 8, b"nan", b'"', b"[", b"{"]
    )
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.sampled_from([start, start + 1, start + 3, len(content)]))
        content = content[:start] + draw(pieces) + content[end:]
    return content


@pytest.mark.parametrize("name", READERS)
def test_the_whole_files_are_read(tmp_path: Path, valid: dict[str, bytes], name: str) -> None:
    """Without this, readers that refuse everything would pass."""
    assert read_all(READERS[name], tmp_path / "x", valid["model" if name == "detected" else name])


@pytest.mark.parametrize("name", READERS)
@given(content=st.binary(max_size=200))
@settings(max_examples=EXAMPLES, deadline=None)
def test_arbitrary_bytes(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    read_all(READERS[name], tmp_path_factory.getbasetemp() / "fuzz", content)


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_damaged_files(
    tmp_path_factory: pytest.TempPathFactory,
    valid: dict[str, bytes],
    name: str,
    data: st.DataObject,
) -> None:
    kind = data.draw(st.sampled_from(sorted(valid))) if name == "detected" else name
    content = data.draw(mutations(valid[kind]))
    read_all(READERS[name], tmp_path_factory.getbasetemp() / "fuzz", content)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@pytest.mark.parametrize("name", ["huffvec", "model"])
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_hv_headers_with_anything_in_them(
    tmp_path_factory: pytest.TempPathFactory,
    valid: dict[str, bytes],
    name: str,
    data: st.DataObject,
) -> None:
    """Mutated bytes seldom stay JSON; here the header stays JSON and what it says is wrong."""
    content = valid["model"]
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    entry = header[data.draw(st.sampled_from(sorted(header)))]
    key = data.draw(st.sampled_from(sorted(entry)))
    entry[key] = data.draw(
        json_values
        | st.sampled_from(["F32", "F64", "U8", "I64", "BF16", "1", "2", "{}", "[]", "NaN"])
        | st.lists(st.integers(0, 200), min_size=1, max_size=2)
        | json_values.map(json.dumps)
    )
    text = json.dumps(header).encode()
    content = len(text).to_bytes(8, "little") + text + content[8 + length :]
    read_all(READERS[name], tmp_path_factory.getbasetemp() / "fuzz", content)


@pytest.mark.parametrize("file", ["modules.json", "tokenizer.json"])
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_json_files_with_anything_in_them(
    tmp_path_factory: pytest.TempPathFactory,
    valid: dict[str, bytes],
    file: str,
    data: st.DataObject,
) -> None:
    name = f"static-embedding/{file}"
    content = json.loads(valid[name])
    place = content
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(json_values)
    path = tmp_path_factory.getbasetemp() / "fuzz"
    read_all(READERS[name], path, json.dumps(content).encode())
