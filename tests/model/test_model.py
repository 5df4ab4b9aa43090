"""Models are saved whole and loaded as they were, and nothing else is taken for a model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import huffvec
from huffvec import HierarchicalSoftmax, Model, NegativeSampling, TrainingConfig, Vocabulary
from huffvec.errors import FormatError, HuffvecError, OutputError
from huffvec.formats.hv import write_parts
from huffvec.objectives import Objective

WORDS = ["the", "of", "ženy", "rare"]
COUNTS = np.array([40, 17, 9, 9])


def make_model(objective: Objective, dim: int = 5) -> Model:
    """A model as the trainer makes one: weights are rows of tables padded to 64 bytes."""
    rng = np.random.default_rng(5)
    vocabulary = Vocabulary(WORDS, COUNTS)
    config = TrainingConfig(architecture="cbow", dim=dim, learning_rate=0.07, n_threads=3)
    bound = objective.bind(vocabulary, config)
    return Model(
        vocabulary=vocabulary,
        weights={
            name: rng.normal(size=(n_rows, 16)).astype(np.float32)[:, :dim]
            for name, n_rows in (("input_vectors", len(WORDS)), ("output_vectors", bound.n_outputs))
        },
        bound=bound,
        config=config,
        training={"tokens": 375, "loss": 1.25, "started": "2026-01-02T03:04:05"},
    )


@pytest.mark.parametrize(
    "objective",
    [NegativeSampling(samples=7, proposal="unigram^0.5", share=2), HierarchicalSoftmax()],
    ids=lambda objective: objective.name,
)
def test_what_is_saved_is_loaded(tmp_path: Path, objective: Objective) -> None:
    model = make_model(objective)
    model.save(tmp_path / "x.hv")
    found = huffvec.load(tmp_path / "x.hv")
    assert found.vocabulary.words == WORDS
    np.testing.assert_array_equal(found.vocabulary.counts, COUNTS)
    np.testing.assert_array_equal(found.input_vectors, model.input_vectors)
    np.testing.assert_array_equal(found.output_vectors, model.output_vectors)
    assert found.objective == objective
    assert found.config == model.config
    assert found.training == model.training
    assert found.tables.keys() == model.tables.keys()
    for name, table in model.tables.items():
        np.testing.assert_array_equal(found.tables[name], table)
        assert found.tables[name].dtype == table.dtype
    assert not found.input_vectors.flags.writeable
    assert found.vectors.nearest("ženy", 1)[0].word == model.vectors.nearest("ženy", 1)[0].word


def test_the_vectors_share_the_weights() -> None:
    model = make_model(HierarchicalSoftmax())
    assert model.vectors.vectors is model.input_vectors
    assert model.vectors is model.vectors


def test_a_model_is_a_file_of_vectors_too(tmp_path: Path) -> None:
    model = make_model(HierarchicalSoftmax())
    model.save(tmp_path / "x.hv")
    wv = huffvec.load_vectors(tmp_path / "x.hv")
    np.testing.assert_array_equal(wv["of"], model.input_vectors[1])


def test_vectors_are_no_model(tmp_path: Path) -> None:
    make_model(HierarchicalSoftmax()).vectors.save(tmp_path / "x.hv")
    with pytest.raises(
        FormatError, match=r"holds only vectors, not a model; open it with huffvec.load_"
    ):
        huffvec.load(tmp_path / "x.hv")


@pytest.mark.parametrize("name", ["x.vec", "x.npz", "x.glove"])
def test_vectors_in_other_formats_are_no_model(tmp_path: Path, name: str) -> None:
    make_model(HierarchicalSoftmax()).vectors.save(tmp_path / name)
    with pytest.raises(FormatError, match="holds only vectors, not a model"):
        huffvec.load(tmp_path / name)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"config": {"dim": 0}}, "training options cannot be used: dim must be"),
        ({"config": {"dims": 5}}, "unknown training options in the file: dims"),
        ({"objective": {"name": "guess"}}, "objective cannot be used: objective must be one of"),
        ({"objective": {}}, "objective cannot be used"),
    ],
)
def test_records_that_cannot_be_used(
    tmp_path: Path, section: dict[str, dict[str, object]], message: str
) -> None:
    model = make_model(NegativeSampling())
    tensors = {
        "words": model.vocabulary.word_bytes(),
        "counts": model.vocabulary.counts,
        "input_vectors": model.input_vectors,
        "output_vectors": model.output_vectors,
    }
    good = {"config": model.config.to_dict(), "objective": model.objective.to_dict()}
    write_parts(tmp_path / "x.hv", tensors, good)
    huffvec.load(tmp_path / "x.hv")
    write_parts(tmp_path / "x.hv", tensors, good | section)
    with pytest.raises(FormatError, match=message):
        huffvec.load(tmp_path / "x.hv")


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Create the folder first") as caught:
        make_model(NegativeSampling()).save(tmp_path / "nowhere" / "x.hv")
    assert isinstance(caught.value, HuffvecError)


SAVE_ON_A_FULL_DISK = """
import resource, signal, sys
sys.path.insert(0, sys.argv[1])
from test_model import *
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    make_model(HierarchicalSoftmax(), dim=15).save(sys.argv[2])
except OutputError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits of POSIX systems")
def test_disk_full_while_saving_leaves_the_old_model(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    make_model(NegativeSampling()).save(path)
    old = path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", SAVE_ON_A_FULL_DISK, str(Path(__file__).parent), str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "x.hv': File too large. Nothing was written; an older file" in done.stdout
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


WITHOUT_THE_ENGINE = """
import sys
import huffvec
sys.modules["huffvec._text"] = None
for isa in ("base", "avx2", "avx512", "neon"):
    sys.modules[f"huffvec._engine_{isa}"] = None
print(huffvec.load(sys.argv[1]).vectors.nearest("of", 1)[0].word)
loaded = {name.split(".")[0] for name in sys.modules}
print(sorted(loaded & {"torch", "pandas", "scipy", "gensim", "rich", "typer"}))
"""


def test_loading_and_searching_need_neither_engine_nor_other_packages(tmp_path: Path) -> None:
    model = make_model(HierarchicalSoftmax())
    model.save(tmp_path / "x.hv")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_ENGINE, str(tmp_path / "x.hv")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[:2] == [model.vectors.nearest("of", 1)[0].word, "[]"]


def test_a_model_spells_words_as_its_text_was_read(tmp_path):
    sentences = [["Alpha", "BETA", "gamma", "Delta"]] * 40
    model = huffvec.train(
        sentences, HierarchicalSoftmax(), dim=4, min_count=1, epochs=1, lowercase=True
    )
    model.save(tmp_path / "x.hv")
    for some in (model, huffvec.load(tmp_path / "x.hv")):
        assert set(some.vocabulary.words) == {"alpha", "beta", "gamma", "delta"}
        assert some.vectors.nearest("BETA") == some.vectors.nearest("beta")
        assert some.log_prob("Beta", ["ALPHA", "gamma"]) == some.log_prob(
            "beta", ["alpha", "gamma"]
        )
        assert some.predict("Alpha") == some.predict("alpha")
        assert some.path("Alpha", "BETA") == some.path("alpha", "beta")
    assert "Beta" in huffvec.load_vectors(tmp_path / "x.hv")


@pytest.mark.parametrize("name", ["train_more", "perplexity", "calibration"])
def test_what_became_a_function_is_named(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"it is a function, huffvec\.{name}\(model, …\)"):
        getattr(make_model(NegativeSampling()), name)
    with pytest.raises(AttributeError, match=r"'Model' object has no attribute 'x'$"):
        _ = make_model(NegativeSampling()).x  # type: ignore[attr-defined]
