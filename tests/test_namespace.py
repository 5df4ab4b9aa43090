"""What ``import huffvec`` offers, and what it costs; missing files as Python's own errors."""

import importlib
import operator
import os
import pickle
import re
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

import huffvec
from huffvec.errors import (
    FolderError,
    HuffvecError,
    MissingFileError,
    MissingTextError,
    OutputError,
)
from huffvec.evaluation import evaluate
from huffvec.files.writing import atomic_path

ROOT = Path(__file__).parents[1]
# Modules that are imported only with an extra, which may not be here.
EXTRAS = ("gensim", "sklearn", "torch")

ALONE = """
import sys
import huffvec
loaded = {name.split(".")[0] for name in sys.modules}
assert not loaded & {"numpy", "rich", "safetensors", "typer"}, loaded
for name in sys.argv[1:]:
    place = huffvec
    for part in name.split("."):
        place = getattr(place, part)
"""


def in_new_process(*names: str) -> None:
    subprocess.run([sys.executable, "-c", ALONE, *names], check=True)


def test_importing_loads_nothing_and_every_module_is_there():
    in_new_process(*(name for name in huffvec._SUBMODULES if name not in EXTRAS))


def test_names_in_the_documentation_exist():
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found = {
        name
        for page in pages
        for name in re.findall(r"huffvec((?:\.[a-zA-Z_]+)+)\b(?!/)", page.read_text("utf-8"))
    }
    endings = ("hv", "hvc", "txt", "git", "png")
    names = {name.strip(".") for name in found if name.split(".")[-1] not in endings}
    assert {"interchange", "train"} <= names
    in_new_process(*(name for name in sorted(names) if name.split(".")[0] not in EXTRAS))


def test_names_that_do_not_exist():
    for module in (huffvec, huffvec.training, huffvec.search, huffvec.corpus):
        with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute"):
            module.nothing  # noqa: B018
        assert not hasattr(module, "_private")
    assert {"train", "interchange", "__version__"} <= set(dir(huffvec))


def missing_calls(name: str):
    text = [["ja", "nein"]] * 20
    vectors = huffvec.WordVectors(["ja", "nein"], np.eye(2))
    tree, clustered = f"hs:tree={name}", f"hs:tree=clustered,tree_vectors={name}"
    return {
        "a text": lambda: huffvec.train(name),
        "a pattern": lambda: huffvec.train(f"{name}*"),
        "a table": lambda: huffvec.train(f"{name}.parquet"),
        "a corpus": lambda: huffvec.load_corpus(name),
        "an encoded text": lambda: huffvec.train(f"{name}.hvc"),
        "held-out text": lambda: huffvec.train(text, heldout=name, min_count=1, epochs=1),
        "a graph": lambda: huffvec.random_walks(name),
        "phrases": lambda: huffvec.find_phrases(name),
        "found phrases": lambda: huffvec.Phrases.load(name),
        "a classifier": lambda: huffvec.classify.load(name),
        "a configuration": lambda: huffvec.read_config(name),
        "start vectors": lambda: huffvec.train(text, start_vectors=name, min_count=1),
        "a model": lambda: huffvec.load(name),
        "vectors": lambda: huffvec.load_vectors(f"{name}.vec"),
        "an index": lambda: huffvec.load_index(name, vectors),
        "a checkpoint": lambda: huffvec.resume(name),
        "a vocabulary": lambda: huffvec.Vocabulary.read_tsv(name),
        "pairs": lambda: evaluate(vectors, pairs=[name]),
        "analogies": lambda: evaluate(vectors, analogies=[name]),
        "a tree": lambda: huffvec.train(text, tree, min_count=1),
        "a tree's vectors": lambda: huffvec.train(text, clustered, min_count=1),
    }


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("inputs", "huffvec.corpus"),
        ("subword_vectors", "huffvec.vectors"),
        ("clustering", "huffvec.search.clusters"),
        ("corpus.phrases", "huffvec.phrases"),
        ("training.trainer", "huffvec.training.run"),
    ],
)
def test_modules_that_stood_elsewhere(before, now):
    with pytest.raises(AttributeError, match=f"huffvec.{before} is {now} now"):
        operator.attrgetter(before)(huffvec)
    importlib.import_module(now)


def test_a_missing_file_is_a_file_not_found_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for what, call in missing_calls("nowhere").items():
        with pytest.raises(FileNotFoundError, match="nowhere") as caught:
            call()
        assert isinstance(caught.value, HuffvecError), what
        assert "Errno" not in str(caught.value), what
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert issubclass(MissingFileError, huffvec.errors.FormatError)
    assert issubclass(MissingTextError, huffvec.errors.CorpusError)


def test_a_folder_in_place_of_a_file(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder; give the name of a file") as caught:
        huffvec.Vocabulary.read_tsv(tmp_path)
    assert isinstance(caught.value, FolderError)


@contextmanager
def nobody():
    """Be a user that may read no files of others, which the superuser may."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have other permissions here")
def test_a_file_that_may_not_be_read(tmp_path):
    closed = tmp_path / "closed.txt"
    closed.write_text("ja nein\n" * 9)
    calls = (
        lambda: huffvec.load_vectors(closed),
        lambda: huffvec.train(closed, dim=4, epochs=1, min_count=1),
        lambda: huffvec.random_walks(closed),
    )
    for call in calls:
        with suppress(HuffvecError):  # all modules are imported then: nobody may not read them
            call()
    closed.chmod(0)
    for call in calls:
        with nobody(), pytest.raises(PermissionError, match=r"read.*Permission denied") as caught:
            call()
        assert isinstance(caught.value, HuffvecError)


def test_a_missing_input_is_not_told_as_an_output_that_cannot_be_written(tmp_path):
    with pytest.raises(MissingTextError), atomic_path(tmp_path / "out.txt"):
        huffvec.encode(tmp_path / "nowhere.txt")
    with pytest.raises(OutputError), atomic_path(tmp_path / "out.txt"):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []
