"""Vectors to the objects of other libraries and back; of those that are installed."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors, Word2Vec
from gensim.models.fasttext import FastText
from hypothesis import given
from hypothesis import strategies as st

from huffvec import interchange
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.formats import read_vectors
from huffvec.subwords import Subwords
from huffvec.vectors import WordVectors
from huffvec.vectors.subword_vectors import SubwordVectors

WORDS = ["the", "Žilina", "日本", "new york", "nsubj", "0.5"]
UNSEEN = ["unseen", "Žiline", "👍🏽👍", "x" * 40]
LIBRARIES = ["arrow", "gensim", "pandas", "spacy"]


def sample() -> WordVectors:
    table = np.random.default_rng(1).normal(size=(len(WORDS), 8)).astype(np.float32)
    return WordVectors(Vocabulary(WORDS, [50, 40, 30, 20, 10, 5]), table[:, :5])


def with_subwords(*, hash_words: bool) -> SubwordVectors:
    subwords = Subwords(2, 4, 70, 3 if hash_words else 1, hash_words)
    table = np.random.default_rng(3).normal(size=(subwords.n_rows(len(WORDS)), 5))
    return SubwordVectors(sample().vocabulary, table.astype(np.float32), subwords)


def there_and_back(library: str, vectors: WordVectors) -> WordVectors:
    if library in ("pandas", "spacy"):
        pytest.importorskip(library)
    options = {"counts": True} if library == "pandas" else {}
    there = getattr(interchange, f"to_{library}")(vectors, **options)
    return getattr(interchange, f"from_{library}")(there)


def assert_same(found: WordVectors, expected: WordVectors, *, counts: bool = True) -> None:
    assert found.words == expected.words
    np.testing.assert_array_equal(found.vectors, expected.vectors)
    np.testing.assert_array_equal(
        found.vocabulary.counts, expected.vocabulary.counts if counts else 0
    )


@pytest.mark.parametrize("library", LIBRARIES)
def test_there_and_back(library: str) -> None:
    assert_same(there_and_back(library, sample()), sample(), counts=library != "spacy")
    unknown = WordVectors(["b", "a"], np.eye(2))
    assert_same(there_and_back(library, unknown), unknown)


@pytest.mark.parametrize("library", LIBRARIES)
@given(data=st.data())
def test_any_words_and_numbers_come_back(library: str, data: st.DataObject) -> None:
    letters = st.characters(exclude_characters="\n", exclude_categories=["Cs"])
    words = data.draw(st.lists(st.text(letters, min_size=1), min_size=1, unique=True))
    counts = st.lists(st.integers(0, 2**40), min_size=len(words), max_size=len(words))
    dim = data.draw(st.integers(1, 3))
    rows = st.lists(st.floats(width=32), min_size=dim, max_size=dim)
    table = data.draw(st.lists(rows, min_size=len(words), max_size=len(words)))
    vectors = WordVectors(Vocabulary(words, data.draw(counts)), table)
    assert_same(there_and_back(library, vectors), vectors, counts=library != "spacy")


@pytest.mark.parametrize("library", ["arrow", "pandas"])
def test_subwords_become_the_vocabularys_words(library: str) -> None:
    vectors = with_subwords(hash_words=False)
    found = there_and_back(library, vectors)
    assert not found.has_subwords
    assert_same(found, vectors)


def test_nothing_is_imported_before_it_is_needed() -> None:
    program = (
        "import sys, huffvec.interchange, huffvec.formats\n"
        "print(*{'pyarrow', 'pandas', 'gensim', 'spacy'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert shown.stdout.strip() == b""


# --- Arrow ----------------------------------------------------------------------------------------


def arrow_table(**columns: object) -> object:
    pa = pytest.importorskip("pyarrow")
    return pa.table(columns)


def test_tables_of_other_programs() -> None:
    """Lists of any kind and of float64, dictionaries of words, other columns, several pieces."""
    pa = pytest.importorskip("pyarrow")
    types = [pa.list_(pa.float64()), pa.large_list(pa.float32()), pa.list_(pa.float16(), 2)]
    for kind in [*types, pa.list_(pa.int8())]:
        vector = pa.array([[1, 2], [3, 4], [5, 6]], kind)
        word = pa.array(["c", "a", "b"]).dictionary_encode()
        table = pa.table({"kind": [1, 2, 3], "vector": vector, "word": word})
        for found in [
            interchange.from_arrow(table),
            interchange.from_arrow(pa.concat_tables([table[:1], table[1:]])),
            interchange.from_arrow(table.to_batches()[0]),
        ]:
            assert found.words == ["c", "a", "b"]
            np.testing.assert_array_equal(found.vectors, [[1, 2], [3, 4], [5, 6]])
    part = interchange.from_arrow(interchange.to_arrow(sample())[1:4])
    np.testing.assert_array_equal(part.vectors, sample().vectors[1:4])
    assert part.vocabulary.counts.tolist() == [40, 30, 20]


def test_polars() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.from_arrow(interchange.to_arrow(sample()))
    assert frame.schema["vector"] == polars.Array(polars.Float32, 5)
    assert_same(interchange.from_arrow(frame), sample())
    lists = frame.with_columns(polars.col("vector").cast(polars.List(polars.Float64)))
    assert_same(interchange.from_arrow(lists), sample())


def test_numbers_are_not_copied() -> None:
    vectors = sample()
    vectors = WordVectors(vectors.vocabulary, np.ascontiguousarray(vectors.vectors))
    found = interchange.from_arrow(interchange.to_arrow(vectors))
    assert np.shares_memory(found.vectors, vectors.vectors)


PAIR = [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"words": ["a", "b"], "vector": PAIR}, r"pyarrow.Table should have one column 'word'; .*"
         "'words', 'vector'. Did you mean 'words'"),
        ({"word": ["a", "b"]}, "should have one column 'vector'"),
        ({"word": ["a", "b"], "vector": [1, 2]}, "'vector' must be lists of numbers, not int64"),
        ({"word": ["a", "b"], "vector": [["x"], ["y"]]}, "must be lists of numbers, not string"),
        ({"word": ["a", "b"], "vector": [[1.0], [1.0, 2.0]]}, "have different lengths"),
        ({"word": ["a", "b"], "vector": [[1.0], None]}, "1 values of 'vector' are missing"),
        ({"word": ["a", "b"], "vector": [[1.0], [None]]}, "1 values of 'vector' are missing"),
        ({"word": ["a", "b"], "vector": [[], []]}, "expected|has no numbers"),
        ({"word": ["a", None], "vector": PAIR}, "1 values of 'word' are missing"),
        ({"word": ["a", "a"], "vector": PAIR}, "Table: the vocabulary has the word 'a' twice"),
        ({"word": ["", ""], "vector": PAIR}, "Table has no vectors of words"),
        ({"word": [[1], [2]], "vector": PAIR}, "cannot be read as a table of vectors"),
        ({"word": ["a", "b"], "vector": PAIR, "count": [1, -1]}, "expected none below 0"),
        ({"word": ["a", "b"], "vector": PAIR, "count": [1.5, 1]}, "must be whole numbers, not"),
        ({"word": ["a", "b"], "vector": PAIR, "count": [1, None]}, "1 values of 'count' are miss"),
    ],
)  # fmt: skip
def test_other_tables(columns: dict[str, object], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        interchange.from_arrow(arrow_table(**columns))


def test_tables_without_rows_and_no_tables() -> None:
    pa = pytest.importorskip("pyarrow")
    with pytest.raises(FormatError, match="must have 1 rows, not 0"):
        interchange.from_arrow(interchange.to_arrow(sample())[:0])
    with pytest.raises(FormatError, match=r"builtins.list cannot be read as a table of vectors"):
        interchange.from_arrow([1, 2])
    batches = [arrow_table(word=["a"], vector=[row]) for row in ([1.0], [1.0, 2.0])]
    with pytest.raises(FormatError, match="have different lengths"):
        interchange.from_arrow(pa.concat_tables(batches))


# --- pandas ---------------------------------------------------------------------------------------


def test_a_data_frame() -> None:
    pandas = pytest.importorskip("pandas")
    frame = interchange.to_pandas(sample())
    assert frame.index.name == "word"
    assert list(frame.columns) == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(frame.loc["Žilina"], sample()["Žilina"])
    assert_same(interchange.from_pandas(frame), sample(), counts=False)
    frame[0] = 0.0  # a copy
    assert sample().vectors[0, 0] != 0
    table = pandas.DataFrame({"word": ["a", "b"], "x": [1, 2], "count": [7, 3], "y": [0.5, None]})
    found = interchange.from_pandas(table.set_index("word"))
    assert found.vocabulary.counts.tolist() == [7, 3]
    np.testing.assert_array_equal(found.vectors, [[1, 0.5], [2, np.nan]])


def test_other_data_frames() -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ConfigError, match="frame must be a data frame of pandas, not list"):
        interchange.from_pandas([1])
    with pytest.raises(FormatError, match=r"the index must be words, not 0: frame.set_index"):
        interchange.from_pandas(pandas.DataFrame({"word": ["a"], "x": [1.0]}))
    words = pandas.Index(["a", "b"])
    with pytest.raises(ConfigError, match=r"the column 'x' must be numbers, not"):
        interchange.from_pandas(pandas.DataFrame({"x": ["y", "z"]}, index=words))
    with pytest.raises(ConfigError, match="at least one column"):
        interchange.from_pandas(pandas.DataFrame({"count": [1, 2]}, index=words))
    with pytest.raises(FormatError, match="expected a list of integers"):
        interchange.from_pandas(pandas.DataFrame({"count": [1.5, 2], 0: [1, 2]}, index=words))
    with pytest.raises(FormatError, match="the word 'a' twice"):
        interchange.from_pandas(pandas.DataFrame({0: [1, 2]}, index=["a", "a"]))


# --- gensim ---------------------------------------------------------------------------------------


def test_gensim_answers_the_same(tmp_path: Path) -> None:
    keyed = interchange.to_gensim(sample())
    assert keyed.index_to_key == WORDS
    assert keyed.get_vecattr("日本", "count") == 30
    found = [word for word, _ in keyed.most_similar("the", topn=3)]
    assert found == [neighbor.word for neighbor in sample().nearest("the", 3)]
    keyed.save(str(tmp_path / "x.kv"))
    assert_same(interchange.from_gensim(KeyedVectors.load(str(tmp_path / "x.kv"))), sample())


def test_gensims_own() -> None:
    sentences = [["the", "cat", "eats"], ["the", "dog", "eats"], ["the", "cat"]]
    model = Word2Vec(sentences, vector_size=4, min_count=1, epochs=1, workers=1, seed=1)
    found = interchange.from_gensim(model.wv)
    assert found.words == model.wv.index_to_key
    assert found.words[0] == "the"
    assert found.vocabulary.counts[0] == 3
    np.testing.assert_array_equal(found["cat"], model.wv["cat"])
    with pytest.raises(
        ConfigError, match=r"keyed must be gensim's KeyedVectors, not Word2Vec\. Give its"
    ):
        interchange.from_gensim(model)
    keyed = KeyedVectors(2)
    keyed.add_vectors([7], np.ones((1, 2)))
    with pytest.raises(FormatError, match="a key must be a word, not 7"):
        interchange.from_gensim(keyed)
    model = FastText(sentences, vector_size=4, min_count=1, epochs=1, bucket=50, workers=1, seed=1)
    subwords = interchange.from_gensim(model.wv)
    assert isinstance(subwords, SubwordVectors)
    for word in ["cat", "cats", "unseen"]:
        np.testing.assert_allclose(subwords[word], model.wv[word], rtol=0, atol=1e-6)


def test_subwords_in_gensim() -> None:
    vectors = with_subwords(hash_words=False)
    keyed = interchange.to_gensim(vectors)
    for word in [*WORDS, *UNSEEN]:
        np.testing.assert_allclose(keyed[word], vectors[word], rtol=0, atol=1e-6)
    found = interchange.from_gensim(keyed)
    assert isinstance(found, SubwordVectors)
    assert found.subwords == vectors.subwords
    np.testing.assert_array_equal(found.input_vectors, vectors.input_vectors)
    assert_same(found, vectors)
    with pytest.raises(ConfigError, match="gensim has a row for every word, and these words are"):
        interchange.to_gensim(with_subwords(hash_words=True))


# --- spaCy ----------------------------------------------------------------------------------------


def test_a_pipeline(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    interchange.to_spacy(sample(), nlp.vocab)
    doc = nlp("the Žilina unseen")
    np.testing.assert_array_equal(doc[1].vector, sample()["Žilina"])
    assert [token.has_vector for token in doc] == [True, True, False]
    nlp.to_disk(tmp_path / "nlp")
    for source in (nlp, nlp.vocab, nlp.vocab.vectors, spacy.load(tmp_path / "nlp")):
        assert_same(interchange.from_spacy(source), sample(), counts=False)
    nlp.vocab.prune_vectors(2)  # the others share the rows of the two
    found = interchange.from_spacy(nlp)
    assert sorted(found.words) == sorted(WORDS)
    for word in WORDS:
        np.testing.assert_array_equal(found[word], nlp.vocab[word].vector)


def test_hashed_words_in_spacy() -> None:
    spacy = pytest.importorskip("spacy")
    vectors, nlp = with_subwords(hash_words=True), spacy.blank("en")
    interchange.to_spacy(vectors, nlp.vocab)
    for word in [*WORDS, *UNSEEN]:
        np.testing.assert_allclose(nlp.vocab[word].vector, vectors[word], rtol=0, atol=1e-6)
    found = interchange.from_spacy(nlp)
    assert isinstance(found, SubwordVectors)
    assert found.subwords == vectors.subwords
    np.testing.assert_array_equal(found.input_vectors, vectors.input_vectors)
    own = with_subwords(hash_words=False)
    assert_same(interchange.from_spacy(interchange.to_spacy(own)), own, counts=False)


def test_other_things_of_spacy() -> None:
    spacy = pytest.importorskip("spacy")
    with pytest.raises(
        ConfigError, match="source must be a pipeline, vocab or vectors of spaCy, not"
    ):
        interchange.from_spacy("en")
    with pytest.raises(ConfigError, match="spaCy has no vectors there"):
        interchange.from_spacy(spacy.blank("en"))
    vectors = spacy.vectors.Vectors(data=np.ones((1, 2), np.float32), keys=[2**63])
    with pytest.raises(ConfigError, match="does not know the text of 1 words"):
        interchange.from_spacy(vectors)
    floret = spacy.vectors.Vectors(
        data=np.ones((5, 2), np.float32), mode="floret", minn=2, maxn=3, hash_count=2, hash_seed=7
    )
    with pytest.raises(ConfigError, match=r"must have the seed .* not 7"):
        interchange.from_spacy(floret)


# --- Parquet and Feather --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["parquet", "feather"])
def test_files_of_many_pieces(tmp_path: Path, name: str) -> None:
    """More rows than are written or read at once."""
    rng = np.random.default_rng(5)
    table = rng.normal(size=(40_000, 300)).astype(np.float32)
    vectors = WordVectors(Vocabulary([f"w{i}" for i in range(40_000)][::-1], range(40_000)), table)
    vectors.save(tmp_path / "x", format=name)
    assert_same(read_vectors(tmp_path / "x"), vectors)


def test_checksums_find_other_numbers(tmp_path: Path) -> None:
    path, table = tmp_path / "x.parquet", np.random.default_rng(1).normal(size=(9, 50))
    WordVectors([*WORDS, "a", "b", "c"], table).save(path)
    content = bytearray(path.read_bytes())
    content[content.index(np.float32(table[5, 20]).tobytes())] ^= 1
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"x\.parquet' cannot be read as .*[^.]\.$"):
        read_vectors(path)


def test_parquet_needs_little_memory_besides_the_table(tmp_path: Path) -> None:
    """Of 96 MB of numbers, writing and reading have a few groups of 16 MB in memory."""
    pa = pytest.importorskip("pyarrow")
    table = np.random.default_rng(5).normal(size=(40_000, 600)).astype(np.float32)
    vectors = WordVectors([f"w{i}" for i in range(40_000)], table)
    before, pool = pa.default_memory_pool(), pa.proxy_memory_pool(pa.default_memory_pool())
    pa.set_memory_pool(pool)
    try:
        vectors.save(tmp_path / "x.parquet")
        found = read_vectors(tmp_path / "x.parquet")
    finally:
        pa.set_memory_pool(before)
    assert 0 < pool.max_memory() < 64_000_000
    np.testing.assert_array_equal(found.vectors, table)


def test_others_read_them(tmp_path: Path) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    sample().save(tmp_path / "x.parquet")
    sample().save(tmp_path / "x.feather")
    for frame in (
        pandas.read_parquet(tmp_path / "x.parquet"), pandas.read_feather(tmp_path / "x.feather")
    ):  # fmt: skip
        assert frame["word"].tolist() == WORDS
        np.testing.assert_array_equal(np.stack(frame["vector"]), sample().vectors)
    for frame in (
        polars.read_parquet(tmp_path / "x.parquet"), polars.read_ipc(tmp_path / "x.feather")
    ):  # fmt: skip
        assert_same(interchange.from_arrow(frame), sample())
        frame.write_parquet(tmp_path / "theirs.parquet")
        assert_same(read_vectors(tmp_path / "theirs.parquet"), sample())
        frame.write_ipc(tmp_path / "theirs.feather", compression="zstd")
        assert_same(read_vectors(tmp_path / "theirs.feather"), sample())


@pytest.mark.parametrize("name", ["parquet", "feather"])
def test_files_with_other_columns(tmp_path: Path, name: str) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import feather, parquet

    table = pa.table({"text": ["a b", "c d"]})
    path = str(tmp_path / "x")
    parquet.write_table(table, path) if name == "parquet" else feather.write_feather(table, path)
    with pytest.raises(FormatError, match=r"x' should have one column 'word'; its .* are 'text'"):
        read_vectors(path)


def test_words_that_gensim_was_given_later_have_no_counts() -> None:
    model = Word2Vec([["a", "b", "c", "a"]] * 20, vector_size=4, min_count=1)
    model.wv.add_vectors(["x", "y"], np.full((2, 4), [[2.0], [3.0]], np.float32))
    found = interchange.from_gensim(model.wv)
    counts = dict(zip(found.words, found.vocabulary.counts.tolist(), strict=True))
    assert counts == {"a": 40, "b": 20, "c": 20, "x": 0, "y": 0}
    assert found["y"].tolist() == [3.0] * 4


@pytest.mark.parametrize("suffix", ["", ".parquet", ".feather"])
def test_rows_of_tables_without_a_word(tmp_path: Path, suffix: str) -> None:
    pa = pytest.importorskip("pyarrow")
    vector = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    table = pa.table({"word": ["", "a", "b"], "count": [9, 8, 7], "vector": vector})
    path = tmp_path / f"x{suffix}"
    if suffix == ".parquet":
        importlib.import_module("pyarrow.parquet").write_table(table, path)
    elif suffix == ".feather":
        importlib.import_module("pyarrow.feather").write_feather(table, str(path))
    with pytest.warns(UserWarning, match="left out 1 rows whose word is empty"):
        found = read_vectors(path) if suffix else interchange.from_arrow(table)
    assert found.words == ["a", "b"]
    assert found.vocabulary.counts.tolist() == [8, 7]
    np.testing.assert_array_equal(found.vectors, [[3, 4], [5, 6]])
