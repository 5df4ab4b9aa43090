"""Formats that are folders: one contract for all, then what is particular to each."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from any_vectors import check_that_any_come_back, numbers_of_all_sizes
from cli_helpers import run
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from huffvec.errors import FormatError, OutputError
from huffvec.formats import FORMATS, detect
from huffvec.model import load_vectors
from huffvec.vectors import WordVectors

NAMES = [name for name in FORMATS if FORMATS[name].folder_files]
NEEDED = ("vectors.tsv", "metadata.tsv", "tokenizer.json", "model.safetensors")
WORDS = ["the", "Žilina", "日本", "\u00a0", "x" * 300, "0.5", '"', "\\", "\x85", "½", "[UNK]"]


def sample(dim: int = 6) -> WordVectors:
    return numbers_of_all_sizes(WORDS, dim)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dim", [1, 6])
def test_what_is_written_is_read_and_recognised(tmp_path: Path, name: str, dim: int) -> None:
    wv = sample(dim)
    folder = tmp_path / "folder"
    wv.save(folder, format=name)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FORMATS[name].folder_files)
    assert detect(folder) == name
    for format in (name, None):
        found = load_vectors(folder, format)
        assert found.words == wv.words
        np.testing.assert_array_equal(found.vectors, wv.vectors)
        counts = wv.vocabulary.counts if name == "projector" else 0
        np.testing.assert_array_equal(found.vocabulary.counts, counts)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_any_words_and_numbers_come_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any_{name}"
    check_that_any_come_back(path, name, data, never="\0\n\r\t ")


@pytest.mark.parametrize("name", NAMES)
def test_folders_are_written_whole_or_not_at_all(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    with pytest.raises(OutputError, match="does not exist"):
        sample().save(tmp_path / "nowhere" / "x", format=name)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="file' is a file; give the name of a folder"):
        sample().save(tmp_path / "file", format=name)
    with pytest.raises(OutputError, match=r"Cannot write .*Give another name"):
        sample().save(tmp_path / ("x" * 300), format=name)
    folder.mkdir()
    sample(2).save(folder, format=name)
    sample(3).save(folder, format=name)  # its own files are replaced
    assert load_vectors(folder).dim == 3
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"folder' holds 'notes.txt', which would be lost"):
        sample().save(folder, format=name)
    assert load_vectors(folder).dim == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.parametrize("name", NAMES)
def test_files_that_are_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError, match="There is no file"):
        load_vectors(tmp_path / "none", name)
    with pytest.raises(FormatError, match=r"is a folder, and of no kind .* \(static-embedding, pr"):
        load_vectors(tmp_path)
    sample().save(tmp_path / "x", format=name)
    for file in FORMATS[name].folder_files:
        content = (tmp_path / "x" / file).read_bytes()
        (tmp_path / "x" / file).unlink()
        if file not in (
            "projector_config.pbtxt",
            "modules.json",
            "config_sentence_transformers.json",
        ):
            with pytest.raises(FormatError, match=f"There is no file .*{file}"):
                load_vectors(tmp_path / "x", name)
        (tmp_path / "x" / file).write_bytes(content)


@pytest.mark.parametrize("name", NAMES)
def test_commands(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    sample().save(tmp_path / "x.hv")
    folder = tmp_path / "folder"
    assert run("convert", tmp_path / "x.hv", folder, "--to", name, "--top", 3) == 0
    assert "words\t3\ndim\t6\n" in capsys.readouterr().out
    assert run("info", folder, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    n_bytes = sum(path.stat().st_size for path in folder.iterdir())
    assert facts == {"format": name, "bytes": n_bytes, "words": 3, "dim": 6}
    assert run("convert", folder, tmp_path / "back.hv", "-q") == 0
    assert load_vectors(tmp_path / "back.hv").words == WORDS[:3]
    assert run("convert", folder, folder, "--to", name) == 1
    assert "is also an input and would be lost" in capsys.readouterr().err
    assert run("convert", tmp_path / "x.hv", tmp_path, "--to", name) == 1
    assert "holds 'back.hv', which would be lost" in capsys.readouterr().err
    assert run("convert", tmp_path / "x.hv", folder, "--to", "numpy") == 1
    assert "is a folder; give the name of a file" in capsys.readouterr().err
    assert run("convert", tmp_path / "x.hv", tmp_path / "other") == 2
    assert "no format has the suffix ''" in capsys.readouterr().err


# --- static-embedding ---------------------------------------------------------------------------


def test_capital_letters_are_kept_where_words_have_them(tmp_path: Path) -> None:
    for words, normalizer in [(["a", "ž"], {"type": "Lowercase"}), (["a", "Ž"], None)]:
        WordVectors(words, np.eye(2)).save(tmp_path / "x", format="static-embedding")
        assert (
            json.loads((tmp_path / "x" / "tokenizer.json").read_bytes())["normalizer"] == normalizer
        )


def test_sentence_transformers_opens_ours(tmp_path: Path) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    wv = sample()
    wv = WordVectors(wv.words, np.random.default_rng(2).normal(size=wv.vectors.shape))
    wv.save(tmp_path / "x", format="static-embedding")
    model = sentence_transformers.SentenceTransformer(str(tmp_path / "x"), device="cpu")
    np.testing.assert_array_equal(model.encode(wv.words), wv.vectors)
    found = model.encode(["the\tŽilina  nowhere\n\u00a0", "nowhere"])
    expected = wv[["the", "Žilina", "\u00a0"]].sum(0) / 4  # a word that is unknown counts as zeros
    np.testing.assert_allclose(found[0], expected, atol=1e-6)
    np.testing.assert_array_equal(found[1], 0)
    model.save(str(tmp_path / "y"))
    assert detect(tmp_path / "y") == "static-embedding"
    found = load_vectors(tmp_path / "y")
    assert found.words == wv.words
    np.testing.assert_array_equal(found.vectors, wv.vectors)


TABLE = np.arange(8, dtype=np.float32).reshape(4, 2)


def write_module(folder: Path, tokenizer: object, tensors: dict[str, np.ndarray]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    save_file(tensors, folder / "model.safetensors")
    return folder


def test_tokenizers_of_all_kinds(tmp_path: Path) -> None:
    """Of BERT's and Unigram's kind, numbers of 16 bits, and model2vec's name for the table."""
    added = [{"content": "<mask>", "id": 3}]
    vocabulary = {"b": 1, "##a": 0, "c": 2}
    wordpiece = {"model": {"type": "WordPiece", "vocab": vocabulary}, "added_tokens": added}
    unigram = {"model": {"type": "Unigram", "vocab": [["x", -1.5], ["▁y", 0], ["\n", 2], ["z", 2]]}}
    folder = write_module(tmp_path / "x", wordpiece, {"embedding.weight": TABLE.astype(np.float16)})
    found = load_vectors(folder)
    assert found.words == ["##a", "b", "c", "<mask>"]
    np.testing.assert_array_equal(found.vectors, TABLE)
    write_module(folder, unigram, {"embeddings": TABLE})
    with pytest.warns(UserWarning, match="x': left out 1 rows without a word"):
        found = load_vectors(folder)
    assert found.words == ["x", "▁y", "z"]
    np.testing.assert_array_equal(found.vectors, TABLE[[0, 1, 3]])


GOOD = {"model": {"vocab": {"a": 0, "b": 1, "c": 2, "d": 3}}}


def test_mappings_and_weights_of_tokens(tmp_path: Path) -> None:
    """model2vec's, of a table with fewer rows than tokens."""
    mapping, weights = np.array([2, 0, 2, 1]), np.array([0.5, 1, 2, -1], np.float16)
    folder = write_module(
        tmp_path / "x", GOOD, {"embeddings": TABLE[:3], "mapping": mapping, "weights": weights}
    )
    np.testing.assert_array_equal(
        load_vectors(folder).vectors, [[2, 2.5], [0, 1], [8, 10], [-2, -3]]
    )


def test_bfloat16_and_int8(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file as save_torch

    folder = write_module(tmp_path / "x", GOOD, {"embeddings": TABLE})
    table = torch.tensor([[1.5, -3e38], [1e-40, torch.inf], [0, 7], [8, 3.140625]]).bfloat16()
    save_torch({"embeddings": table}, folder / "model.safetensors")
    np.testing.assert_array_equal(load_vectors(folder).vectors, table.float().numpy())
    save_file({"embeddings": (TABLE * 15 - 127).astype(np.int8)}, folder / "model.safetensors")
    with pytest.warns(UserWarning, match="are int8 and without a scale, read as n / 127"):
        found = load_vectors(folder)
    np.testing.assert_allclose(found.vectors, (TABLE * 15 - 127) / 127, rtol=1e-6)


@pytest.mark.parametrize(
    ("tokenizer", "tensors", "message"),
    [
        ({}, {"embedding.weight": TABLE}, "must have a vocabulary of tokens .* KeyError: 'model'"),
        ([], {"embedding.weight": TABLE}, "damaged or of another kind"),
        ({"model": {"vocab": {"a": "b"}}}, {"embedding.weight": TABLE}, "a token 'a' with the num"),
        ({"model": {"vocab": {"a": 4}}}, {"embedding.weight": TABLE}, "'a' has the number 4"),
        ({"model": {"vocab": {"a": 0, "b": 0}}}, {"embedding.weight": TABLE}, "which is another's"),
        (GOOD, {"embedding": TABLE}, "is not a StaticEmbedding .* not embedding\\."),
        (GOOD, {"embeddings": TABLE, "mapping": TABLE}, "mapping must be whole numbers, one for"),
        (GOOD, {"embeddings": TABLE, "mapping": np.array([0, 4])}, "mapping has rows that embeddi"),
        (GOOD, {"embeddings": TABLE, "mapping": np.array([0, -1])}, "mapping has rows that embed"),
        (GOOD, {"embeddings": TABLE, "weights": TABLE[:3, 0]}, r"weights .* float32 of shape \(3,"),
        (GOOD, {"embedding.weight": TABLE.astype(int)}, "is not a StaticEmbedding"),
        (GOOD, {"embedding.weight": TABLE[0]}, r"embedding.weight has the shape \(2,\)"),
        ({"model": {"vocab": [["a", 0]] * 4}}, {"embedding.weight": TABLE}, "rows without a word"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*rows without a word")
def test_damaged_modules(
    tmp_path: Path, tokenizer: object, tensors: dict[str, np.ndarray], message: str
) -> None:
    folder = write_module(tmp_path / "x", tokenizer, tensors)
    if message == "rows without a word":  # of words that are alike, a row is kept
        assert load_vectors(folder).words == ["a"]
        return
    with pytest.raises(FormatError, match=message):
        load_vectors(folder)


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ("{", r"modules.json' is damaged: "),
        ("[" * 100_000, r"modules.json' is damaged: "),
        ("[]", r"modules.json' is damaged: no list of modules"),
        (
            '[{"type": "a.Transformer", "path": ""}]',
            "must start with a StaticEmbedding, not with a module a.Transformer",
        ),
        (
            '[{"type": "a.StaticEmbedding", "path": "../.."}]',
            "a StaticEmbedding, not .* in '../..'",
        ),
        ('[{"type": "a.StaticEmbedding", "path": "/"}]', "a StaticEmbedding, not .* in '/'"),
        ('[{"type": "a.StaticEmbedding", "path": "0_S"}]', "There is no file .*0_S"),
    ],
)
def test_other_modules(tmp_path: Path, modules: str, message: str) -> None:
    folder = write_module(tmp_path / "x", GOOD, {"embedding.weight": TABLE})
    assert load_vectors(folder).words == ["a", "b", "c", "d"]
    (folder / "modules.json").write_text(modules)
    with pytest.raises(FormatError, match=message):
        load_vectors(folder, "static-embedding")


def test_rows_of_the_projector_without_a_word(tmp_path: Path) -> None:
    sample().save(tmp_path / "x", format="projector")
    (tmp_path / "x" / "vectors.tsv").write_text("1\t2\n3\t4\n5\t6\n")
    (tmp_path / "x" / "metadata.tsv").write_text("word\tcount\na\t9\n\t8\nb\t7\n")
    with pytest.warns(UserWarning, match=r"metadata.tsv': left out 1 rows whose word is empty"):
        found = load_vectors(tmp_path / "x")
    assert found.words == ["a", "b"]
    assert found.vocabulary.counts.tolist() == [9, 7]
    np.testing.assert_array_equal(found.vectors, [[1, 2], [5, 6]])


# --- projector ----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["a\tb", "a\rb"])
def test_words_that_the_projector_cannot_hold(tmp_path: Path, word: str) -> None:
    with pytest.raises(FormatError, match="the projector's tables cannot hold the word 'a"):
        WordVectors(["the", word], np.eye(2)).save(tmp_path / "x", format="projector")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("vectors", "metadata", "expected"),
    [
        ("1\t2\n3\t4\n", "a\nb\n", (["a", "b"], [0, 0])),
        ("1\t2\r\n3\t4", "a b\r\nb", (["a b", "b"], [0, 0])),
        ("1\t2\n3\t4\n", "count\tword\n5\ta\n3\tb\n", (["a", "b"], [5, 3])),
        ("1\t2\n3\t4\n", "name\tkind\na\tx\nb\ty\n", (["a", "b"], [0, 0])),
        ("1\t2\n3\t4\n", "\n\n", "metadata.tsv' has no vectors of words"),
        ("1\t2\n3\t4\n", "a\na\n", "metadata.tsv': .*'a'"),
        ("1\t2\n3\t4\n", "a\n", "is damaged: 1 words, but 2 vectors"),
        ("1\t2\n3\t4\n", "word\tcount\na\t5\nb\n", "line 3 has 1 fields, not 2"),
        ("1\t2\n3\t4\n", "word\tcount\na\t5\nb\tx\n", "metadata.tsv': invalid literal"),
        ("1\t2\n3\t4\n", "a\na\n", "the word 'a' twice"),
        ("1\t2\n3\n", "a\nb\n", "vectors.tsv' after line 0: "),
        ("1\t2\n\n", "a\nb\n", "vectors.tsv' is damaged: it has blank lines"),
        ("1 2\n3 4\n", "a\nb\n", "vectors.tsv' after line 0: "),
    ],
)
def test_tables_of_others(
    tmp_path: Path, vectors: str, metadata: str, expected: tuple[list[str], list[int]] | str
) -> None:
    (tmp_path / "vectors.tsv").write_bytes(vectors.encode())
    (tmp_path / "metadata.tsv").write_bytes(metadata.encode())
    if isinstance(expected, str):
        with pytest.raises(FormatError, match=expected):
            load_vectors(tmp_path)
        return
    found = load_vectors(tmp_path)
    assert (found.words, found.vocabulary.counts.tolist()) == expected
    np.testing.assert_array_equal(found.vectors, [[1, 2], [3, 4]])
