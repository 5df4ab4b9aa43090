"""Files of documents: all formats and libraries, huge ones, damaged ones."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from topic_texts import DOCUMENTS, topic_documents

import huffvec
from huffvec import Model, Subwords, interchange
from huffvec.errors import ConfigError, FormatError
from huffvec.formats import FORMATS
from huffvec.formats.hv import write_parts
from huffvec.model.saving import parts

OPTIONS = {"dim": 6, "epochs": 1, "min_count": 2, "n_threads": 1, "subsample_threshold": 0}


def trained(architecture: str = "dbow", n_documents: int = 20, **options: Any) -> Model:
    return huffvec.train(
        topic_documents(n_documents), architecture=architecture, **{**OPTIONS, **options}
    )


@pytest.fixture(scope="module")
def dbow() -> Model:
    return trained()


@pytest.mark.parametrize("architecture", DOCUMENTS)
@pytest.mark.parametrize("objective", ["nce", "hierarchical-softmax"])
def test_models_are_saved_with_their_documents(tmp_path: Path, architecture, objective) -> None:
    model = trained(architecture, objective=objective)
    model.save(tmp_path / "d.hv")
    loaded = huffvec.load(tmp_path / "d.hv")
    assert loaded.tags is not None
    assert loaded.tags.words == [str(d) for d in range(20)]
    assert (loaded.tags.counts == model.documents.vocabulary.counts).all()
    for name, rows in model.weights.items():
        assert np.array_equal(loaded.weights[name], rows)
    found, expected = (one.predict(document="3") for one in (loaded, model))
    assert [one.word for one in found] == [one.word for one in expected]
    # NumPy's products differ in the last bits where rows lie elsewhere in memory.
    for one, other in zip(found, expected, strict=True):
        assert one.probability == pytest.approx(other.probability, rel=1e-6)
    loaded.save(tmp_path / "again.hv")
    again = huffvec.load(tmp_path / "again.hv")
    assert np.array_equal(again.documents.vectors, model.documents.vectors)


@pytest.mark.parametrize("format", FORMATS)
def test_vectors_of_documents_are_saved_in_every_format(dbow: Model, tmp_path: Path, format):
    path = tmp_path / "d"
    if format == "floret":
        with pytest.raises(FormatError, match="floret's tables hold hashed words only"):
            dbow.documents.save(path, format)
        return
    dbow.documents.save(path, format)
    found = huffvec.load_vectors(path, format)
    assert found.words == dbow.documents.words
    np.testing.assert_allclose(found.vectors, dbow.documents.vectors, rtol=1e-6)
    assert "7" not in [word for word, _ in found.nearest("3", k=20)]


def test_vectors_of_documents_for_other_libraries(dbow: Model) -> None:
    documents = dbow.documents
    keyed = interchange.to_gensim(documents)
    assert keyed.index_to_key == documents.words
    assert np.array_equal(keyed["3"], documents["3"])
    assert keyed.get_vecattr("3", "count") == documents.vocabulary.counts[3]
    assert np.array_equal(interchange.to_pandas(documents).loc["3"], documents["3"])
    table = interchange.to_arrow(documents).to_pydict()
    assert table["tag"] == documents.words
    assert interchange.from_arrow(interchange.to_arrow(documents)).words == documents.words
    assert interchange.to_pandas(documents.top(3)).index.name == "tag"
    assert interchange.to_pandas(documents.infer(["a"]).named).index.name == "tag"
    assert np.array_equal(np.array(table["vector"], np.float32), documents.vectors)


def test_words_of_dbow_have_no_vectors_in_files(dbow: Model, tmp_path: Path) -> None:
    dbow.save(tmp_path / "d.hv")
    with pytest.raises(FormatError, match=r"no vectors \(dbow\): .*huffvec\.load\(path\)"):
        huffvec.load_vectors(tmp_path / "d.hv")
    with pytest.raises(FormatError, match=r"no vectors \(dbow\): .*huffvec\.load\(path\)"):
        huffvec.train(topic_documents(9), start_vectors=tmp_path / "d.hv", **OPTIONS)


def test_what_dbow_has_no_place_for(dbow: Model, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="subwords have no effect with dbow"):
        trained(subwords=Subwords(buckets=50))
    dbow.documents.save(tmp_path / "v.hv")
    with pytest.raises(ConfigError, match="start_vectors are for words, which have no vectors"):
        trained(start_vectors=tmp_path / "v.hv")


def test_huge_files_open_without_reading_the_weights(dbow: Model, tmp_path: Path) -> None:
    """Some 64 GiB of documents that are holes in the file: reading them would not end."""
    tensors, sections = parts(trained(n_documents=10))
    dim = 2**31 // 3
    path = tmp_path / "d.hv"
    write_parts(tmp_path / "small.hv", tensors, sections)
    with safetensors.safe_open(tmp_path / "small.hv", "numpy") as file:
        metadata = {**file.metadata()}
    del metadata["digests"]
    header: dict[str, Any] = {"__metadata__": metadata}
    holes = {"document_vectors", "output_vectors", "input_vectors"}
    end = 0
    for name in [*sorted(tensors.keys() - holes), *sorted(holes)]:
        array = tensors[name]
        kind = {"u": "U", "i": "I", "f": "F"}[array.dtype.kind] + str(8 * array.itemsize)
        shape = [len(array), dim] if name in holes else [*array.shape]
        size = array.itemsize * int(np.prod(shape))
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in sorted(tensors.keys() - holes):
            file.write(np.ascontiguousarray(tensors[name]).tobytes())
        file.truncate(8 + len(text) + end)
    model = huffvec.load(path)
    assert model.documents.vectors.nbytes > 2**36 / 3
    assert model.documents.words == [str(d) for d in range(10)]
    assert model.documents["3"][-1] == 0


def damaged(name: str, value: Any) -> Any:
    """What replaces a tensor, or leaves it out."""
    return lambda tensors: {
        **{key: array for key, array in tensors.items() if key != name},
        **({} if value is None else {name: value}),
    }


@pytest.mark.parametrize("architecture", ["dbow", "dm"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (damaged("tags", None), "is damaged: it lacks tags or tag_counts"),
        (damaged("tag_counts", None), "is damaged: it lacks tags or tag_counts"),
        (damaged("document_vectors", None), "document_vectors should have shape"),
        (damaged("document_vectors", np.ones((19, 6), np.float32)), "document_vectors should have"),
        (damaged("document_vectors", np.ones((20, 5), np.float32)), "document_vectors should have"),
        (damaged("document_vectors", np.ones((20, 6))), "document_vectors should be float32"),
        (damaged("tags", np.frombuffer(b"a\nb", np.uint8)), "20 counts, but 2 words"),
        (damaged("tags", np.frombuffer(b"\n" * 19, np.uint8)), "words: an empty word"),
        (damaged("tags", np.ones((2, 2), np.uint8)), "tags should be uint8 with 1 dimensions"),
        (damaged("tag_counts", np.ones(20)), "tag_counts should be int64 with 1 dimensions"),
        (damaged("tag_counts", np.full(20, -1)), "counts: expected none below 0, got -1"),
        (damaged("tag_counts", np.ones(3, np.int64)), "is damaged: 3 counts, but 20 words"),
        (damaged("input_vectors", np.ones((3, 6), np.float32)), "do not fit one another"),
    ],
)
def test_damaged_files(tmp_path: Path, architecture: str, change, message: str) -> None:
    tensors, sections = parts(trained(architecture))
    write_parts(tmp_path / "d.hv", change(tensors), sections)
    with pytest.raises(FormatError, match=message):
        huffvec.load(tmp_path / "d.hv")


@pytest.mark.parametrize("name", ["words", "tags"])
@pytest.mark.parametrize(
    ("text", "message"), [(b"a", "has the word 'a' twice"), (b"\xff", "the words are not UTF-8")]
)
def test_damage_that_is_found_late_names_the_file(tmp_path: Path, name, text, message) -> None:
    tensors, sections = parts(trained("dm"))
    n = len(tensors["counts" if name == "words" else "tag_counts"])
    names = np.frombuffer(b"\n".join([text] * n), np.uint8)
    write_parts(tmp_path / "d.hv", {**tensors, name: names}, sections)
    model = huffvec.load(tmp_path / "d.hv")
    with pytest.raises(FormatError, match=f"d.hv' is damaged: .*{message}"):
        (model.vectors if name == "words" else model.documents)["x"]


def test_words_of_other_architectures_need_rows(tmp_path: Path) -> None:
    tensors, sections = parts(trained("dbow"))
    for architecture in ("dm", "skipgram", "none", None, ["dbow"]):
        changed = {**sections, "config": {**sections["config"], "architecture": architecture}}
        write_parts(tmp_path / "d.hv", tensors, changed)
        with pytest.raises(FormatError, match="do not fit one another"):
            huffvec.load(tmp_path / "d.hv")


def test_files_cut_or_changed_anywhere_are_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.hv"
    trained(n_documents=12).save(path)
    whole, draw = path.read_bytes(), np.random.default_rng(4)
    for _ in range(300):
        content = bytearray(whole)
        for pos in draw.integers(0, len(whole), 3):
            content[pos] = draw.integers(0, 256)
        path.write_bytes(content[: len(whole) - int(draw.integers(0, 3)) * 50])
        with suppress(FormatError, ConfigError):
            documents = huffvec.load(path).documents
            assert len(documents.words) == len(documents.vectors)
            documents.nearest(documents.words[0], 3)
