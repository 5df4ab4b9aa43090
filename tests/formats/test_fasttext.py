"""fastText's .bin: files made by fastText, by hand, by us; the programs themselves if installed.

The files are made by make_fasttext_files.py.
"""

from __future__ import annotations

import json
import re
import struct
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import run, start, write_english
from gensim.models import FastText
from gensim.models.fasttext import load_facebook_model, save_facebook_model

import huffvec
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.formats import detect, read_vectors
from huffvec.formats.fasttext_file import read_fasttext_file
from huffvec.formats.fasttext_output import write_fasttext_file
from huffvec.formats.fasttext_trees import fasttext_tree, gensim_tree
from huffvec.model.fasttext_reading import read_fasttext_model
from huffvec.subwords import Subwords
from huffvec.trees import huffman_tree
from huffvec.vectors import WordVectors
from huffvec.vectors.subword_vectors import SubwordVectors

FILES = Path(__file__).parent / "fasttext_files"
EXPECTED = json.loads((FILES / "expected.json").read_text())
MODELS = ["skipgram-ns", "cbow-hs", "cbow-softmax", "skipgram-words"]
CLASSIFIERS = ["classifier", "classifier-ngrams"]
UNSEEN = ["unseen", "Žiline", "日本", "👍🏽👍", "שלומי", "e\u0301", "x" * 40]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Models of a text, by name; two of them with rows of n-grams."""
    path = write_english(tmp_path_factory.mktemp("text") / "pets.txt", 300)
    options = {"dim": 10, "epochs": 1, "n_threads": 1, "min_count": 1, "window": 3}
    subwords = Subwords(2, 4, 100)
    models = {
        "ns": huffvec.train(path, huffvec.NegativeSampling(4), subwords=subwords, **options),
        "hs": huffvec.train(path, huffvec.HierarchicalSoftmax(), subwords=subwords, **options),
        "nce": huffvec.train(path, huffvec.NCE(), architecture="cbow", **options),
    }
    # Words that occur equally often: of these fastText makes another tree.
    n_words = len(models["hs"].vocabulary)
    vocabulary = Vocabulary(models["hs"].vocabulary.words, [4, 2, 2, *[1] * (n_words - 3)])
    bound = models["hs"].objective.bind(vocabulary, models["hs"].config)
    models["hs"] = replace(models["hs"], vocabulary=vocabulary, bound=bound)
    return models


@pytest.mark.parametrize("name", MODELS + CLASSIFIERS)
def test_fasttexts_files_have_fasttexts_vectors(name: str) -> None:
    path = FILES / f"{name}.bin"
    assert detect(path) == "fasttext"
    vectors = read_vectors(path)
    assert vectors.words[0] == "the"
    assert "</s>" in vectors
    assert "__label__yes" not in vectors
    assert vectors.vocabulary.counts[vectors.vocabulary.id_of("</s>")] == 60
    n_found = 0
    for word, vector in EXPECTED[name].items():
        if vectors.has_vector(word):
            n_found += 1
            np.testing.assert_allclose(vectors[word], np.float32(vector), rtol=0, atol=1e-6)
        else:  # fastText answers with zeros
            assert not np.any(vector)
    assert n_found == (21 if vectors.has_subwords else 12)


@pytest.mark.parametrize("name", MODELS)
def test_there_and_back_to_the_byte(tmp_path: Path, name: str) -> None:
    source, there, back = FILES / f"{name}.bin", tmp_path / "there.hv", tmp_path / "back.bin"
    for args in [(source, there), (there, back, "--to", "fasttext")]:
        assert run("convert", *args, "-q") == 0
    assert back.read_bytes() == source.read_bytes()
    assert run("convert", source, tmp_path / "copy.bin", "--to", "fasttext", "-q") == 0
    assert (tmp_path / "copy.bin").read_bytes() == source.read_bytes()


def test_what_a_model_says_of_its_training() -> None:
    model = huffvec.load(FILES / "cbow-hs.bin")
    config = model.config
    assert (config.architecture, config.window, config.epochs, config.dim) == ("cbow", 3, 2, 3)
    assert (config.subsample_threshold, config.min_count) == (0.01, 1)
    assert config.subwords == Subwords(2, 4, 30)
    assert model.training["fasttext"]["n_tokens"] == 540
    assert huffvec.load(FILES / "skipgram-words.bin").objective == huffvec.NegativeSampling(
        7, "unigram^0.5"
    )
    assert huffvec.load(FILES / "cbow-softmax.bin").objective == huffvec.FullSoftmax()


def test_the_sign_of_a_trees_rows() -> None:
    """fastText's p(word | hidden) along its tree, written out, is the model's."""
    content = read_fasttext_file(FILES / "cbow-hs.bin")
    model = huffvec.load(FILES / "cbow-hs.bin")
    hidden = model.hidden(["cat", "the"])[0].astype(np.float64)
    tree = fasttext_tree(content.counts)
    probs = []
    for word_id in range(content.n_words):
        part = tree.path(word_id)
        scores = content.output_vectors[tree.path_ids[part]].astype(np.float64) @ hidden
        # Their label is the bit.
        signs = np.where(tree.codes[part] == 1, 1, -1)
        probs.append(np.prod(1 / (1 + np.exp(-signs * scores))))
    ours = [np.exp(model.log_prob(word, ["cat", "the"])) for word in model.vocabulary.words]
    np.testing.assert_allclose(ours, probs, rtol=1e-5)
    # The other sign would be seen.
    assert not np.allclose(probs, 1 - np.array(probs), rtol=0.1)
    assert np.ptp(content.output_vectors) > 0


@pytest.mark.parametrize("name", ["skipgram-ns", "cbow-hs", "cbow-softmax"])
def test_fasttexts_models_go_on_with_new_text(tmp_path: Path, name: str) -> None:
    model = huffvec.load(FILES / f"{name}.bin")
    more = huffvec.train_more(model, write_english(tmp_path / "x.txt", 100), epochs=1, n_threads=1)
    assert set(model.vocabulary.words) | {"dog", "train"} <= set(more.vocabulary.words)
    assert more.objective == model.objective
    assert more.config.subwords == model.config.subwords
    more.save(tmp_path / "more.hv")
    assert huffvec.load(tmp_path / "more.hv").predict(["the", "cat"], 3)


def test_fasttexts_tree() -> None:
    """Ties go to inner nodes; where there are none the tree is ours."""
    counts = np.array([16, 8, 4, 2, 1])
    ours, theirs = huffman_tree(counts), fasttext_tree(counts)
    np.testing.assert_array_equal(ours.path_ids, theirs.path_ids)
    np.testing.assert_array_equal(ours.codes, theirs.codes)
    assert fasttext_tree(np.array([4, 2, 2, 1, 1])).depths().tolist() == [1, 2, 3, 4, 4]
    assert huffman_tree(np.array([4, 2, 2, 1, 1])).depths().max() == 3
    # In damaged files counts are anything.
    assert fasttext_tree(np.array([1, 2**62, 3])).depths().tolist() == [1, 2, 2]


@pytest.mark.parametrize("name", ["ns", "hs", "nce"])
def test_gensim_opens_ours(tmp_path: Path, trained, name: str) -> None:
    model, path = trained[name], tmp_path / "x.bin"
    if name == "hs":
        with pytest.warns(UserWarning, match="the output layer is not kept: .* another tree"):
            model.save(path)
    else:
        model.save(path)
    found = load_facebook_model(str(path))
    assert found.wv.index_to_key == model.vocabulary.words
    assert (found.window, found.sg) == (3, int(model.config.architecture == "skipgram"))
    words = model.vocabulary.words + (UNSEEN if name != "nce" else [])
    for word in words:
        np.testing.assert_allclose(found.wv[word], model.vectors[word], rtol=0, atol=1e-6)
    if name == "ns":
        assert found.negative == 4
        np.testing.assert_array_equal(found.syn1neg, model.output_vectors)


def test_an_output_layer_that_cannot_be_kept_is_zeros(tmp_path: Path, trained) -> None:
    """gensim trains such a model further; without these rows it crashes."""
    trained["hs"].save(tmp_path / "x.hv")
    process = start("convert", tmp_path / "x.hv", tmp_path / "x.bin")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "complete\tyes\n" in out
    assert err.startswith("Warning: the output layer is not kept: ")
    assert err.count("\n") == 1
    found = load_facebook_model(str(tmp_path / "x.bin"))
    assert found.syn1.shape == (len(found.wv), found.vector_size)
    found.train([["the", "cat", "sleeps"]] * 20, total_examples=20, epochs=1)
    assert found.syn1.any()
    with pytest.raises(FormatError, match="has vectors, but no output layer"):
        huffvec.load(tmp_path / "x.bin")
    assert read_vectors(tmp_path / "x.bin").has_subwords


def test_ours_come_back(tmp_path: Path, trained) -> None:
    model = trained["ns"]
    model.save(tmp_path / "x.bin")
    found = huffvec.load(tmp_path / "x.bin")
    assert found.vocabulary.words == model.vocabulary.words
    np.testing.assert_array_equal(found.vocabulary.counts, model.vocabulary.counts)
    np.testing.assert_array_equal(found.input_vectors, model.input_vectors)
    np.testing.assert_array_equal(found.output_vectors, model.output_vectors)
    assert found.training["fasttext"]["n_tokens"] == model.training["raw_tokens"]
    for word in ["cat", *UNSEEN]:
        np.testing.assert_array_equal(found.vectors[word], model.vectors[word])
    trained["nce"].save(tmp_path / "nce.bin")
    assert huffvec.load(tmp_path / "nce.bin").objective == huffvec.FullSoftmax()


def test_a_model_whose_tree_is_fasttexts_keeps_its_output(tmp_path: Path, trained) -> None:
    model = trained["hs"]
    counts = 2 ** np.arange(len(model.vocabulary), 0, -1)  # no ties
    vocabulary = Vocabulary(model.vocabulary.words, counts)
    bound = model.objective.bind(vocabulary, model.config)
    replace(model, vocabulary=vocabulary, bound=bound).save(tmp_path / "x.bin")
    found = huffvec.load(tmp_path / "x.bin")
    np.testing.assert_array_equal(found.output_vectors, model.output_vectors)
    assert not np.any(read_fasttext_file(tmp_path / "x.bin").output_vectors[-1])


def test_vectors_alone(tmp_path: Path) -> None:
    """Without an output layer they are still vectors for everybody, and no model."""
    rng = np.random.default_rng(1)
    vocabulary = Vocabulary(["the", "Žilina", "日本"], [9, 3, 3])
    table = rng.normal(size=(3 + 20, 4)).astype(np.float32)
    for vectors in (
        SubwordVectors(vocabulary, table, Subwords(2, 3, 20)),
        WordVectors(vocabulary, table[:3]),
    ):
        vectors.save(tmp_path / "x", format="fasttext")
        found = load_facebook_model(str(tmp_path / "x"))
        for word in vocabulary.words:
            np.testing.assert_allclose(found.wv[word], vectors[word], rtol=0, atol=1e-6)
        with pytest.raises(FormatError, match=r"no output layer; open them with .*load_vectors"):
            huffvec.load(tmp_path / "x")
        assert run("convert", tmp_path / "x", tmp_path / "y.hv", "-q") == 0
        assert read_vectors(tmp_path / "y.hv").has_subwords == vectors.has_subwords


def test_the_suffix_bin(tmp_path: Path, trained) -> None:
    """Subwords are lost in word2vec's format, so that it is not taken for them unasked."""
    trained["ns"].vectors.save(tmp_path / "x.bin")
    assert detect(tmp_path / "x.bin") == "fasttext"
    trained["nce"].vectors.save(tmp_path / "x.bin")
    assert detect(tmp_path / "x.bin") == "word2vec-binary"
    with pytest.raises(ConfigError, match="format of a model must be one of huffvec, fasttext"):
        trained["ns"].save(tmp_path / "x", format="numpy")


def test_vec_files_of_fasttext_and_floret() -> None:
    """Five digits, and a space at the end of lines."""
    vectors = read_vectors(FILES / "hashed.vec")
    assert vectors.words[:2] == ["the", "Žilina"]
    for word in vectors.words:
        np.testing.assert_allclose(vectors[word], EXPECTED["hashed"][word], rtol=1e-4)


def test_commands(tmp_path: Path, capsys) -> None:
    path = FILES / "skipgram-ns.bin"
    assert run("info", path, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["format"], facts["words"], facts["labels"]) == ("fasttext", 12, 0)
    assert facts["tensors"]["input_vectors"] == "float32 42×3"
    assert run("info", FILES / "classifier.bin") == 0
    assert "labels" in capsys.readouterr().out
    assert run("nearest", path, "Žiline", "-k", 3) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    (tmp_path / "pairs.tsv").write_text("cat\tcats\t9\nthe\tunseen\t1\na\tnaïve\t3\n")
    assert run("evaluate", path, "--pairs", tmp_path / "pairs.tsv", "--json") == 0
    assert json.loads(capsys.readouterr().out)["pairs"][0]["n_pairs"] == 3
    assert run("convert", FILES / "classifier.bin", tmp_path / "x.vec") == 0
    assert "words\t12\ndim\t3\ncomplete\tno\n" in capsys.readouterr().out
    assert run("convert", path, tmp_path / "x.hv") == 0
    assert "complete\tyes\n" in capsys.readouterr().out


# Where the options stand in a file: see huffvec.formats.fasttext_file.
VERSION_AT, MIN_COUNT, NEGATIVES, LOSS, MIN_N = 4, 20, 24, 32, 44


@pytest.mark.parametrize(
    ("name", "pos", "values"),
    [
        ("skipgram-ns", VERSION_AT, [11]),
        ("skipgram-ns", MIN_COUNT, [0]),
        ("cbow-hs", NEGATIVES, [10]),
        ("cbow-softmax", NEGATIVES, [0]),
        ("cbow-hs", VERSION_AT, [11]),
    ],
)
def test_what_a_file_says_is_kept(tmp_path: Path, name: str, pos: int, values: list[int]) -> None:
    """-minCount 0, -loss hs -neg 10, version 11: through a model and an .hv file to the byte."""
    source, there, back = tmp_path / "x.bin", tmp_path / "x.hv", tmp_path / "y.bin"
    data = bytearray((FILES / f"{name}.bin").read_bytes())
    struct.pack_into(f"<{len(values)}i", data, pos, *values)
    source.write_bytes(data)
    model = huffvec.load(source)
    assert model.config.min_count == 1
    model.save(there)
    huffvec.load(there).save(back)
    assert back.read_bytes() == source.read_bytes()
    # What was changed since is not what the file said.
    replace(model, config=model.config.with_options(min_count=7)).save(back)
    assert read_fasttext_file(back).args.min_count == 7


@pytest.mark.parametrize(
    ("name", "pos", "values"),
    [
        ("skipgram-ns", LOSS, [4]),
        ("cbow-hs", MIN_N, [5, 3]),
        ("classifier", VERSION_AT, [12]),
        ("classifier-ngrams", LOSS, [4]),
    ],
)
def test_converting_to_the_same_format_loses_nothing(
    tmp_path: Path, name: str, pos: int, values: list[int]
) -> None:
    """One-vs-all, labels, and n-grams that no word has."""
    source, copy = tmp_path / "x.bin", tmp_path / "y.bin"
    data = bytearray((FILES / f"{name}.bin").read_bytes())
    struct.pack_into(f"<{len(values)}i", data, pos, *values)
    source.write_bytes(data)
    assert run("convert", source, copy, "--to", "fasttext", "-q") == 0
    assert copy.read_bytes() == source.read_bytes()


def test_converting_says_what_is_left_out(tmp_path: Path) -> None:
    source = tmp_path / "x.bin"
    data = bytearray((FILES / "skipgram-ns.bin").read_bytes())
    struct.pack_into("<i", data, LOSS, 4)
    source.write_bytes(data)
    for path, reason in ((source, r"one-vs-all \(ova\)"), (FILES / "classifier.bin", "classifier")):
        process = start("convert", path, tmp_path / "x.hv")
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "complete\tno\n" in out
        assert re.search(rf"Warning: only the word vectors are kept\. .*{reason}", err)


def test_classifiers_of_version_11_have_no_character_ngrams(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    data = bytearray((FILES / "classifier-ngrams.bin").read_bytes())
    assert read_vectors(FILES / "classifier-ngrams.bin").has_subwords
    struct.pack_into("<i", data, VERSION_AT, 11)
    path.write_bytes(data)
    assert not read_vectors(path).has_subwords


@pytest.mark.parametrize("counts", [[9, 7, 5, 3, 2, 1], [4, 4, 2, 2, 2, 1, 1, 1]])
def test_gensims_trees(tmp_path: Path, counts: list[int]) -> None:
    """Probabilities are those of gensim's own codes and rows, with ties as well."""
    words = [f"w{(i * 5) % len(counts)}" for i in range(len(counts))]
    text = [[word] * n for word, n in zip(words, counts, strict=True)] + [words * 3] * 4
    theirs = FastText(text, vector_size=5, hs=1, negative=0, min_count=1, bucket=20, epochs=60)
    save_facebook_model(theirs, str(tmp_path / "g.bin"))
    with pytest.warns(UserWarning, match="0 negatives, so it is taken for one of gensim"):
        ours = huffvec.load(tmp_path / "g.bin")
    hidden = ours.hidden("w1")[0].astype(np.float64)
    for word in theirs.wv.index_to_key:
        points = theirs.wv.get_vecattr(word, "point")
        signs = 1 - 2.0 * theirs.wv.get_vecattr(word, "code")
        scores = theirs.syn1[points].astype(np.float64) @ hidden
        expected = -np.log1p(np.exp(-signs * scores)).sum()
        assert ours.log_prob(word, "w1") == pytest.approx(expected, rel=1e-5)
    ours.save(tmp_path / "g.hv")
    huffvec.load(tmp_path / "g.hv").save(tmp_path / "again.bin")
    assert (tmp_path / "again.bin").read_bytes() == (tmp_path / "g.bin").read_bytes()


def test_trees_need_two_words() -> None:
    for tree in (fasttext_tree, gensim_tree):
        with pytest.raises(FormatError, match="needs at least two words"):
            tree(np.array([3]))


# --- damaged and foreign files ----------------------------------------------------------------

WHOLE = (FILES / "skipgram-ns.bin").read_bytes()
# Where the numbers stand: see huffvec.formats.fasttext_file.
DIM, BUCKETS, MAX_N, WORDS, PRUNED = 8, 40, 48, 64, 80
INPUT = WHOLE.index(struct.pack("<?2q", False, 42, 3))


def patched(pos: int, *values: int, layout: str = "<i") -> bytes:
    data = b"".join(struct.pack(layout, value) for value in values)
    return WHOLE[:pos] + data + WHOLE[pos + len(data) :]


def test_a_file_cut_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    for n_bytes in range(4, len(WHOLE)):
        path.write_bytes(WHOLE[:n_bytes])
        with pytest.raises(FormatError, match="truncated or damaged: "):
            read_vectors(path, "fasttext")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"3 2\na 1 2\n", "is not a .bin file of fastText"),
        (
            patched(4, 10),
            "version 10; versions 11 and 12 are read. Load and save it with fastText 0.9",
        ),
        (
            WHOLE[:52] + struct.pack("<2i", 1, 2) + WHOLE[52:],
            "a .bin file of floret, .*save_floret_v",
        ),
        (patched(DIM, 0), "damaged: impossible options"),
        (patched(DIM, 4), "input matrix has 42 rows of 3 numbers, and dim is 4"),
        (patched(BUCKETS, -1), "damaged: impossible options"),
        (patched(BUCKETS, 31), "12 words and 31 buckets, but 42 input rows"),
        (patched(BUCKETS, 2**31 - 1), "not supported: buckets must be at most"),
        (patched(MAX_N, 101), "not supported: max_n must be a whole number from 1 to 100"),
        (patched(WORDS, 13), "13 entries, but 12 words, 0 labels"),
        (patched(WORDS, 11, 11), "entry|input matrix|quantized|truncated"),
        (patched(WORDS, 2**31 - 1, 2**31 - 1), "truncated or damaged: 2,147,483,647 words take"),
        (patched(WORDS, 0, 0), "holds no words"),
        (patched(WORDS, 12, -1, 13), "12 entries, but -1 words, 13 labels"),
        (patched(WORDS, 12, 11, 1), "entry 12 is of the kind 0"),
        (patched(PRUNED, 3, layout="<q"), r"a quantized model \(.ftz\).*its dictionary is pruned"),
        (patched(INPUT, 1, layout="<b"), "quantized model .*: its input matrix is quantized"),
        (patched(INPUT + 1, 2**40, layout="<q"), "the 1,099,511,627,776 rows of its input matrix"),
        (patched(INPUT + 1, -1, layout="<q"), "its input matrix has -1 rows"),
        (patched(INPUT + 1, 5, layout="<q"), "12 words, but 5 input rows"),
        (WHOLE + b"\0", "1 bytes follow its last matrix"),
        (WHOLE.replace(b"the\0", b"t\ne\0"), "12 counts, but 13 words"),
        (WHOLE.replace(b"the\0", b"\0", 1), "an empty word"),
        (WHOLE.replace(b"cats\0", b"cats\0" + b"\xff" * 8)[: len(WHOLE)], "negative count|kind"),
    ],
)
def test_damaged(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.bin").write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_vectors(tmp_path / "x.bin", "fasttext")


def test_fewer_input_rows_than_words(tmp_path: Path) -> None:
    content = read_fasttext_file(FILES / "skipgram-words.bin")
    write_fasttext_file(tmp_path / "x", replace(content, input_vectors=content.input_vectors[:5]))
    with pytest.raises(FormatError, match="12 words, but 5 input rows"):
        read_vectors(tmp_path / "x")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"architecture": 3}, "is a classifier of fastText; open it with huffvec.classify.load"),
        ({"architecture": 7}, "its architecture is number 7"),
        ({"loss": 4}, r"its loss is one-vs-all \(ova\), and none of hs, ns and softmax"),
        ({"epochs": 0}, "not supported: epochs must be a whole number from 1"),
        ({"loss": 1}, "12 words, 5 output rows"),
        ({}, "not supported: "),
    ],
)
def test_no_models(tmp_path: Path, options: dict[str, int], message: str) -> None:
    content = read_fasttext_file(FILES / "skipgram-ns.bin")
    args = replace(content.args, **options)
    changed = replace(content, args=args, output_vectors=content.output_vectors[:5])
    write_fasttext_file(tmp_path / "x", changed)
    with pytest.raises(FormatError, match=message):
        read_fasttext_model(tmp_path / "x")
    assert len(read_vectors(tmp_path / "x")) == 12


def test_quantized_models_are_refused_by_name() -> None:
    with pytest.raises(FormatError, match=r"ftz.*input matrix is quantized.*take the .bin file"):
        read_vectors(FILES / "quantized.ftz")
    with pytest.raises(FormatError, match=r"ftz.*dictionary is pruned"):
        read_vectors(FILES / "pruned.ftz")


def test_words_that_are_not_utf8(tmp_path: Path) -> None:
    """fastText cuts words at bytes; two that differ in such bytes stay two."""
    path = tmp_path / "x.bin"
    path.write_bytes(WHOLE.replace(b"cats\0", b"c\xff\xc5s\0").replace(b"cat\0", b"c\xfft\0"))
    with pytest.warns(UserWarning, match="2 words are not UTF-8"):
        vectors = read_vectors(path)
    assert {r"c\xff\xc5s", r"c\xfft"} <= set(vectors.words)


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="cannot hold words with a NUL character"):
        WordVectors(["a\0b"], np.eye(1)).save(tmp_path / "x", format="fasttext")
    hashed = SubwordVectors(Vocabulary(["a"], [1]), np.ones((9, 2), np.float32),
                            Subwords(2, 3, 9, 2, True))  # fmt: skip
    with pytest.raises(FormatError, match="these words are hashed: save as floret or huffvec"):
        hashed.save(tmp_path / "x", format="fasttext")
    assert list(tmp_path.iterdir()) == []


def test_matrices_are_not_read_into_memory(tmp_path: Path) -> None:
    """40 MB of vectors; the words take what words take."""
    vocabulary = Vocabulary([f"w{i}" for i in range(1000)], np.ones(1000, np.int64))
    table = np.ones((101_000, 100), np.float32)
    SubwordVectors(vocabulary, table, Subwords(3, 4, 100_000)).save(tmp_path / "x.bin")
    tracemalloc.start()
    vectors = read_vectors(tmp_path / "x.bin")
    assert vectors["w7"].tolist() == [1] * 100
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e6


# --- fastText itself --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ns", "hs", "nce"])
@pytest.mark.filterwarnings("ignore:the output layer is not kept")
def test_fasttext_opens_ours(tmp_path: Path, trained, name: str) -> None:
    fasttext = pytest.importorskip("fasttext")
    model = trained[name]
    model.save(tmp_path / "x.bin")
    found = fasttext.load_model(str(tmp_path / "x.bin"))
    assert found.words == model.vocabulary.words
    for word in model.vocabulary.words + (UNSEEN if name != "nce" else []):
        np.testing.assert_allclose(found.get_word_vector(word), model.vectors[word], atol=1e-6)
    neighbors = [word for _, word in found.get_nearest_neighbors("cat", 5)]
    assert neighbors == [neighbor.word for neighbor in model.vectors.nearest("cat", 5)]


def test_fasttexts_are_opened(tmp_path: Path) -> None:
    fasttext = pytest.importorskip("fasttext")
    text, path = write_english(tmp_path / "pets.txt", 300), tmp_path / "x.bin"
    theirs = fasttext.train_unsupervised(
        str(text), dim=9, minCount=1, bucket=999, epoch=1, thread=12, verbose=0
    )
    theirs.save_model(str(path))
    ours = huffvec.load(path)
    for word in [*theirs.words, *UNSEEN]:
        if ours.vectors.has_vector(word):
            np.testing.assert_allclose(
                ours.vectors[word], theirs.get_word_vector(word), rtol=0, atol=1e-6
            )
    np.testing.assert_array_equal(ours.output_vectors, theirs.get_output_matrix())
    ours.vectors.save(tmp_path / "x.vec")
    again = fasttext.train_unsupervised(
        str(text), dim=9, minCount=1, epoch=1, lr=0.0, maxn=0, thread=12, verbose=0,
        pretrainedVectors=str(tmp_path / "x.vec"),
    )  # fmt: skip
    np.testing.assert_allclose(again.get_word_vector("cat"), ours.vectors["cat"], atol=1e-6)
