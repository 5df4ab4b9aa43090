"""Subwords: hashes against fastText's and floret's, bags, composed vectors, their files."""

import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffvec import Subwords, Vocabulary, load_vectors
from huffvec.errors import ConfigError, FormatError, UnknownWordError
from huffvec.formats.hv import read_info, write_hv, write_parts
from huffvec.subwords import mean_rows, parse_lengths
from huffvec.vectors.subword_vectors import SubwordVectors

WORDS = [
    "a",
    "ab",
    "the",
    "running",
    "\u017elt\xfd",
    "\u0164ahaj",
    "na\xefve",
    "\U0001f44d\U0001f3fd",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\u05e9\u05dc\u05d5\u05dd",
    "\u0645\u0631\u062d\u0628\u0627",
    "e\u0301clair",
    "\u65e5\u672c\u8a9e",
    "\u2167",
    "antidisestablishmentarianism",
]
# Number of rows and CRC-32 of the rows (int32, from the first bucket on) of each of WORDS, from the
# get_subwords of fasttext 0.9.3 and floret 0.10.5.
PEERS = {
    Subwords(3, 6, 2_000_000): [
        (1, 0xF3B98499),
        (3, 0x41924F9E),
        (6, 0x8BE32F1E),
        (22, 0xAFE8E44A),
        (10, 0x76CA78B5),
        (14, 0xB5C1D04E),
        (14, 0x6F05B3F2),
        (3, 0x1FF81CBC),
        (14, 0x59B55A4E),
        (10, 0x2F0BE0B1),
        (14, 0x7A3B96D2),
        (22, 0x7633A054),
        (6, 0x1627F8A4),
        (1, 0xA018E173),
        (106, 0xAA6904D5),
    ],
    Subwords(1, 4, 7919): [
        (4, 0xEAB90F76),
        (8, 0x669893B7),
        (12, 0xAD59A8DC),
        (28, 0x0B5451E5),
        (16, 0x666D0800),
        (20, 0x8D9113C1),
        (20, 0xECE86ED9),
        (8, 0x80F97521),
        (20, 0xAE34FD4F),
        (16, 0x8A026A78),
        (20, 0x9954902D),
        (28, 0xD822518A),
        (12, 0x5E04D738),
        (4, 0x9BAD5D75),
        (112, 0x2409CA12),
    ],
    Subwords(3, 5, 50_000, 2, True): [
        (4, 0xBC9062E0),
        (8, 0xC4E38473),
        (14, 0xFCE13B5B),
        (38, 0x720E4D23),
        (20, 0x4754DEEA),
        (26, 0x8178FD9D),
        (26, 0x40983586),
        (8, 0x324B4705),
        (26, 0x1804F368),
        (20, 0xAA5BB1F8),
        (26, 0x0C233A70),
        (38, 0xBBB2B706),
        (14, 0xD73716C3),
        (4, 0x2011420F),
        (164, 0x9B870F93),
    ],
    Subwords(1, 6, 999, 4, True): [
        (20, 0x993F781C),
        (36, 0xFF5F666E),
        (56, 0x2BF0616D),
        (152, 0x2E846497),
        (80, 0x4EC4A014),
        (104, 0xB86A2E4A),
        (104, 0x8E410960),
        (36, 0xA8C6BF18),
        (104, 0x743D40C0),
        (80, 0x19E9B11B),
        (104, 0xD4AB0022),
        (152, 0x4248D7C3),
        (56, 0xA41B5C0E),
        (20, 0x694A9658),
        (656, 0x4AA8F216),
    ],
}

VOCABULARY = Vocabulary(["the", "\u017elt\u00fd", "</s>", "a"], [9, 7, 5, 3])
SMALL = Subwords(3, 4, buckets=50)


@pytest.fixture
def table():
    return np.random.default_rng(1).normal(size=(54, 6)).astype(np.float32)


@pytest.mark.parametrize("subwords", PEERS, ids=str)
def test_rows_of_ngrams_are_those_of_fasttext_and_floret(subwords):
    empty = Vocabulary(["not in the list"], [1])
    first_bucket = 0 if subwords.hash_words else 1
    offsets, row_ids = subwords.rows(WORDS, empty)
    for k, (n_rows, crc) in enumerate(PEERS[subwords]):
        rows = (row_ids[offsets[k] : offsets[k + 1]] - first_bucket).astype("<i4")
        assert (len(rows), zlib.crc32(rows.tobytes())) == (n_rows, crc), WORDS[k]


@given(
    words=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1), max_size=5
    ),
    lengths=st.tuples(st.integers(1, 7), st.integers(0, 5)),
)
def test_ngrams_are_the_substrings_of_the_marked_word(words, lengths):
    subwords = Subwords(lengths[0], sum(lengths), buckets=1009)

    def fnv(gram):
        h = 2166136261
        for byte in gram.encode():
            h = (h ^ (byte - 256 if byte >= 128 else byte) % 2**32) * 16777619 % 2**32
        return h

    offsets, row_ids = subwords.rows(words, VOCABULARY)
    for k, word in enumerate(words):
        marked = f"<{word}>"
        rows = [VOCABULARY.id_of(word)] if word in VOCABULARY else []
        for start in range(len(marked) if word != "</s>" else 0):
            for n in range(subwords.min_n, subwords.max_n + 1):
                end = start + n
                if end <= len(marked) and not (n == 1 and (start == 0 or end == len(marked))):
                    rows.append(4 + fnv(marked[start:end]) % 1009)
        assert row_ids[offsets[k] : offsets[k + 1]].tolist() == rows


@pytest.mark.parametrize("subwords", [SMALL, Subwords(3, 4, 54, 2, hash_words=True)])
def test_the_first_words_keep_all_n_grams(table, subwords):
    wv = SubwordVectors(VOCABULARY, table, subwords)
    top = wv.top(2)
    assert (top.words, top.vocabulary.counts.tolist()) == (VOCABULARY.words[:2], [9, 7])
    for word in [*top.words, "unseen", "thesis"]:
        np.testing.assert_array_equal(top[word], wv[word])
    np.testing.assert_array_equal(top.vectors, wv.vectors[:2])
    assert wv.top(9).words == VOCABULARY.words
    with pytest.raises(ConfigError, match="top must be a whole number from 1"):
        wv.top(-1)


@pytest.mark.parametrize("subwords", [SMALL, Subwords(3, 4, 54, 2, hash_words=True)])
def test_bags_of_a_vocabulary_are_the_rows_of_its_words(subwords):
    bags, rows = subwords.bags(VOCABULARY), subwords.rows(VOCABULARY.words, VOCABULARY)
    assert all((a == b).all() for a, b in zip(bags, rows, strict=True))
    assert (np.diff(bags[0]) > 0).all()
    assert bags[1].max() < subwords.n_rows(len(VOCABULARY)) == 54


def test_vectors_are_means_of_rows(table):
    wv = SubwordVectors(VOCABULARY, table, SMALL)
    assert "the" in wv
    assert "then" not in wv
    assert len(wv) == 4
    assert wv.dim == 6
    assert wv.words == VOCABULARY.words
    for word in ["the", "a", "then", "</s>"]:
        _, row_ids = SMALL.rows([word], VOCABULARY)
        np.testing.assert_allclose(wv[word], table[row_ids].mean(axis=0), atol=1e-6)
    np.testing.assert_array_equal(wv["</s>"], table[2])
    np.testing.assert_array_equal(wv[VOCABULARY.words], wv.vectors)
    assert wv[["then", "a"]].shape == (2, 6)


def test_unseen_words_are_compared_and_searched(table):
    wv = SubwordVectors(VOCABULARY, table, SMALL)
    assert wv.similarity("then", "then") == pytest.approx(1)
    assert {found.word for found in wv.nearest("then", 10)} == set(VOCABULARY.words)
    assert {found.word for found in wv.nearest("the", 10)} == {*VOCABULARY.words} - {"the"}
    answers = wv.analogy("the", "then", "a", 10)
    assert {found.word for found in answers} == {*VOCABULARY.words} - {"the", "a"}
    assert wv.has_vector("then")
    assert not SubwordVectors(VOCABULARY, table, replace(SMALL, min_n=4)).has_vector("b")


def test_a_row_that_occurs_twice_counts_twice(table):
    means = mean_rows(table[:, :5], np.array([0, 3, 3, 4]), np.array([1, 1, 7, 2], np.int32))
    np.testing.assert_allclose(means[0], (2 * table[1, :5] + table[7, :5]) / 3, atol=1e-6)
    assert not means[1].any()
    np.testing.assert_array_equal(means[2], table[2, :5])


def test_evaluation_counts_pairs_with_unseen_words(table, tmp_path):
    path = tmp_path / "rare.tsv"
    path.write_text("THE\ta\t1\nthe\tthen\t2\nsomething\tsomewhere\t3\nb\tthe\t4\n")
    wv = SubwordVectors(VOCABULARY, table, replace(SMALL, min_n=4))
    result = wv.evaluate([path]).pairs[0]
    assert (result.n_pairs, result.n_unseen, result.n_oov) == (3, 2, 1)
    expected = [wv.similarity("the", "a"), wv.similarity("the", "then")]
    expected.append(wv.similarity("something", "somewhere"))
    assert result.spearman == pytest.approx(
        np.corrcoef([0, 1, 2], np.argsort(np.argsort(expected)))[0, 1]
    )
    seen = wv.evaluate([path], unseen="skip").pairs[0]
    assert (seen.n_pairs, seen.n_unseen, seen.n_oov) == (1, 0, 3)
    with pytest.raises(ConfigError, match="unseen must be one of keep, skip, not 'drop'"):
        wv.evaluate([path], unseen="drop")


def test_vectors_survive_huffvecs_own_format(table, tmp_path):
    wv = SubwordVectors(VOCABULARY, table, SMALL)
    write_hv(tmp_path / "x.hv", wv)
    found = load_vectors(tmp_path / "x.hv")
    assert isinstance(found, SubwordVectors)
    assert found.subwords == SMALL
    np.testing.assert_array_equal(found["then"], wv["then"])
    info = read_info(tmp_path / "x.hv")
    assert (info.n_words, info.dim, info.is_model) == (4, 6, False)
    wv.save(tmp_path / "x.vec")
    plain = load_vectors(tmp_path / "x.vec")
    assert not isinstance(plain, SubwordVectors)
    np.testing.assert_allclose(plain.vectors, wv.vectors, atol=1e-5)


@pytest.mark.parametrize(
    ("subwords", "message"),
    [
        ({**SMALL.to_dict(), "buckets": 51}, "do not fit one another"),
        ({**SMALL.to_dict(), "buckets": 2**31 - 2}, "do not fit one another"),
        ({**SMALL.to_dict(), "min_n": 9}, "subwords must go from the shortest"),
        ({**SMALL.to_dict(), "min_n": "3"}, "min_n must be a whole number"),
        ({"min_n": 3}, "expected buckets, hash_words"),
    ],
)
def test_files_whose_subwords_do_not_fit_are_refused(table, tmp_path, subwords, message):
    tensors = {
        "words": VOCABULARY.word_bytes(),
        "counts": VOCABULARY.counts,
        "input_vectors": table,
    }
    write_parts(tmp_path / "x.hv", tensors, {"subwords": subwords})
    with pytest.raises(FormatError, match=message):
        read_info(tmp_path / "x.hv")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_n": 0}, "min_n must be a whole number from 1"),
        ({"max_n": 101}, "max_n must be a whole number from 1 to 100"),
        ({"min_n": 6, "max_n": 3}, "from the shortest n-grams to the longest, as 3-6, not 6-3"),
        ({"buckets": 0}, "buckets must be a whole number from 1"),
        ({"hashes": 5, "hash_words": True}, "hashes must be a whole number from 1 to 4"),
        ({"hashes": 2}, "hashes needs hash_words=True"),
        ({"hash_words": 1}, "hash_words must be true or false"),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(ConfigError, match=message):
        Subwords(**options)


def test_lengths_of_ngrams_as_text():
    assert parse_lengths("3-6") == (3, 6)
    assert parse_lengths("4") == (4, 4)
    for text in [
        "",
        "3-",
        "-6",
        "3-6-7",
        "a-b",
        "3 6",
        "\u00b2-3",
        "0-3",
        "3-101",
        "9" * 9999,
    ]:
        with pytest.raises(ConfigError, match="lengths of n-grams, from 1 to 100, like 3-6, not"):
            parse_lengths(text)


def test_errors_of_vectors_and_rows(table):
    wv = SubwordVectors(VOCABULARY, table, SMALL)
    with pytest.raises(ConfigError, match=r"must have 54 rows.*\(53, 6\)"):
        SubwordVectors(VOCABULARY, table[1:], SMALL)
    with pytest.raises(ConfigError, match="buckets must be at most 2,147,483,643 with 4 words"):
        Subwords(buckets=2**31 - 1).n_rows(4)
    for word in ["", "two\nlines", "\ud800"]:
        with pytest.raises(UnknownWordError, match="is no word"):
            wv[word]
    long_only = SubwordVectors(VOCABULARY, table, Subwords(5, 6, 50))
    with pytest.raises(UnknownWordError, match=r"no word 'b', .* shortest ones have 5 characters"):
        long_only["b"]
    with pytest.raises(FormatError, match="subwords: expected buckets"):
        Subwords.from_dict([1])
