"""Evaluation on pairs and analogies: the numbers are those of gensim and SciPy."""

from __future__ import annotations

import contextlib
import json
import math
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.stats
from gensim.models import KeyedVectors
from hypothesis import given, settings
from hypothesis import strategies as st

from huffvec.errors import ConfigError, FormatError
from huffvec.evaluation import pearson, spearman
from huffvec.evaluation.pairs import read_pairs
from huffvec.evaluation.questions import read_analogies
from huffvec.vectors import WordVectors

# Some words are in several case forms; the first one stands for all.
STEMS = [f"{a}{b}" for a in "bdfgklmnprst" for b in ("an", "eli", "ör", "us")]
WORDS = [stem.title() if i % 5 == 2 else stem for i, stem in enumerate(STEMS)]
WORDS += [word.upper() for word in WORDS[::6]] + [word.swapcase() for word in WORDS[1::9]]


def both(dim: int = 4) -> tuple[WordVectors, KeyedVectors]:
    """The same vectors for huffvec and for gensim; few dims, so that many analogies hold."""
    table = np.random.default_rng(8).normal(size=(len(WORDS), dim)).astype(np.float32)
    table *= np.linspace(0.2, 3, len(WORDS), dtype=np.float32)[:, None]
    keyed = KeyedVectors(dim)
    keyed.add_vectors(WORDS, table)
    return WordVectors(WORDS, table), keyed


def write_analogies(path: Path, wv: WordVectors, n: int = 400) -> Path:
    """Random questions, in a third of which the expected word is what an oracle answers."""
    rng = np.random.default_rng(4)
    lines = []
    for i in range(n):
        if i % (n // 3) == 0:
            lines.append(f": section {i}")
        a, b, c, expected = (WORDS[j] for j in rng.choice(len(WORDS), 4, replace=False))
        if i % 3 == 0:
            expected = wv.analogy(a, b, c, 1)[0].word
        words = [a, b, c, "unknown" if i % 17 == 0 else expected]
        lines.append(" ".join(word.upper() if i % 2 else word for word in words))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("top", [30_000, len(WORDS), 31])
def test_analogies_equal_gensims(tmp_path: Path, top: int) -> None:
    wv, keyed = both()
    path = write_analogies(tmp_path / "questions.txt", wv)
    score, sections = keyed.evaluate_word_analogies(str(path), restrict_vocab=top)
    result = wv.evaluate(analogies=[path], top=top).analogies[0]
    assert [(s.name, s.n_correct, s.n_questions) for s in result.sections] == [
        (s["section"], len(s["correct"]), len(s["correct"]) + len(s["incorrect"]))
        for s in sections[:-1]
    ]
    assert result.total.accuracy == score
    assert 0 < score < 1
    assert result.total.n_questions + result.total.n_oov == 400
    assert result.total.n_oov == sum(section.n_oov for section in result.sections) > 0
    assert (result.total.name, result.top) == ("questions", top)


def test_analogies_by_products_are_those_of_single_queries(tmp_path: Path) -> None:
    words = STEMS  # gensim evaluates by sums whatever is asked for, but answers single queries
    table = np.random.default_rng(8).normal(size=(len(words), 4)).astype(np.float32)
    keyed = KeyedVectors(4)
    keyed.add_vectors(words, table)
    wv = WordVectors(words, table)
    rng = np.random.default_rng(4)
    asked = [[words[i] for i in rng.choice(len(words), 4, replace=False)] for _ in range(200)]
    for question in asked[::3]:
        a, b, c, _ = question
        question[3] = wv.analogy(a, b, c, 1, method="multiply")[0].word
    path = tmp_path / "questions.txt"
    path.write_text("\n".join([": s", *map(" ".join, asked)]), "utf-8")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Call to deprecated", DeprecationWarning)
        answers = [keyed.most_similar_cosmul([b, c], [a], topn=1)[0][0] for a, b, c, _ in asked]
    expected = sum(answer == d for answer, (_, _, _, d) in zip(answers, asked, strict=True))
    found = wv.evaluate(analogies=[path], method="multiply").analogies[0].total.n_correct
    assert found == expected > 60
    assert found != wv.evaluate(analogies=[path]).analogies[0].total.n_correct


def test_meaning_and_grammar_are_taken_together(tmp_path: Path) -> None:
    path = tmp_path / "q.txt"
    wv, _ = both()
    right, wrong = (f"ban fan geli {wv.analogy('ban', 'fan', 'geli', 2)[i].word}" for i in (0, 1))
    text = [": capital", right, wrong, wrong, ": gram1-x", right, ": gram2-y", wrong, ": s", right]
    path.write_text("\n".join(text))
    result = wv.evaluate(analogies=[path]).analogies[0]
    semantic, syntactic = result.parts
    assert (semantic.name, semantic.n_correct, semantic.n_questions) == ("semantic", 2, 4)
    assert (syntactic.name, syntactic.n_correct, syntactic.n_questions) == ("syntactic", 1, 2)
    assert result.to_dict()["syntactic"]["accuracy"] == 0.5
    path.write_text("\n".join(text[:4]))
    assert wv.evaluate(analogies=[path]).analogies[0].parts == ()
    path.write_text("\n".join(text[4:8]))
    assert wv.evaluate(analogies=[path]).analogies[0].parts == ()


def test_pairs_equal_gensims(tmp_path: Path) -> None:
    wv, keyed = both()
    rng = np.random.default_rng(2)
    lines = ["# comment"]
    for i in range(300):
        # Two forms of one word have similarity 1, which gensim computes as 1 or a little less.
        a, b = (WORDS[j] for j in rng.choice(len(STEMS), 2, replace=False))
        noise = rng.normal(scale=0.4)
        score = round(wv.similarity(a, b) + noise, 1)  # with ties
        lines.append(f"{a.upper() if i % 3 else a}\t{'unknown' if i % 19 == 0 else b}\t{score}")
    path = tmp_path / "pairs.tsv"
    path.write_text("\n".join(lines), "utf-8")
    gensims_pearson, gensims, oov_percent = keyed.evaluate_word_pairs(str(path))
    result = wv.evaluate(pairs=[path]).pairs[0]
    assert result.spearman == pytest.approx(gensims.statistic, abs=1e-6)
    assert result.spearman_p == pytest.approx(gensims.pvalue, rel=1e-4)
    assert result.pearson == pytest.approx(gensims_pearson.statistic, abs=1e-6)
    assert result.pearson_p == pytest.approx(gensims_pearson.pvalue, rel=1e-4)
    assert 0.2 < result.spearman < 0.95
    assert 100 * result.n_oov / (result.n_oov + result.n_pairs) == pytest.approx(oov_percent)
    assert (result.name, result.n_pairs, result.n_oov) == ("pairs", 284, 16)


@given(st.lists(st.tuples(st.integers(-3, 3), st.floats(-5, 5)), min_size=3, max_size=40))
def test_spearman_equals_scipys(values: list[tuple[int, float]]) -> None:
    x, y = zip(*values, strict=True)
    if len(set(x)) > 1 and len(set(y)) > 1:
        expected = scipy.stats.spearmanr(x, y)
        assert spearman(x, y).value == pytest.approx(expected.statistic, abs=1e-12)
        assert spearman(x, y).p_value == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)
    else:
        assert math.isnan(spearman(x, y).value)


def test_p_values_equal_scipys() -> None:
    rng = np.random.default_rng(7)
    for n in (3, 4, 5, 10, 100, 3000):
        for noise in (0.05, 0.5, 5, 50):
            x = rng.normal(size=n)
            y = x + noise * rng.normal(size=n)
            expected = scipy.stats.pearsonr(x, y)
            value, p_value = pearson(x, y)
            assert value == pytest.approx(expected.statistic, abs=1e-12)
            assert p_value == pytest.approx(expected.pvalue, rel=1e-7, abs=1e-300)


NOTHING = [([], []), ([1], [2]), ([1, 2], [1, math.nan]), ([1, 1], [1, 2])]


@pytest.mark.parametrize("correlation", [pearson, spearman])
@pytest.mark.parametrize(
    ("x", "y"), [([], []), ([1], [2]), ([1, 2], [1, math.nan]), ([1, 1], [1, 2])]
)
def test_correlation_of_nothing_is_nan(correlation: Any, x: list[float], y: list[float]) -> None:
    assert all(map(math.isnan, correlation(x, y)))


def test_correlation_of_what_is_the_same() -> None:
    assert pearson([1, 2], [1, 2]).value == pytest.approx(1)
    assert pearson([1, 2, 4], [1, 2, 4]).value <= 1
    assert math.isnan(pearson([1, 2], [1, 2]).p_value)
    assert pearson([1e200, 2e200, 4e200], [-1e-200, -2e-200, -4e-200]).value == pytest.approx(-1)
    assert spearman(range(9), range(9)).p_value == pytest.approx(0, abs=1e-30)


def test_results_are_json_values_even_where_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "p.tsv").write_text("cat\tdog\t1\n")
    (tmp_path / "q.txt").write_text(": s\ncat dog cow pig\n")
    wv, _ = both()
    result = wv.evaluate([tmp_path / "p.tsv"], [tmp_path / "q.txt"], top=9)
    section = {"accuracy": 0.0, "n_correct": 0, "n_questions": 0, "n_oov": 1}
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False)) == {
        "pairs": [
            {
                "name": "p",
                "spearman": None,
                "spearman_p": None,
                "pearson": None,
                "pearson_p": None,
                "n_pairs": 0,
                "n_oov": 1,
                "n_unseen": 0,
            }
        ],
        "analogies": [{"name": "q", **section, "top": 9, "sections": [{"name": "s", **section}]}],
    }


def test_an_analogy_without_a_word_left_to_answer_is_not_correct(tmp_path: Path) -> None:
    path = tmp_path / "q.txt"
    path.write_text(": s\na b c a\n")
    result = WordVectors(["a", "b", "c"], np.eye(3)).evaluate(analogies=[path])
    assert (result.analogies[0].total.n_correct, result.analogies[0].total.n_questions) == (0, 1)


def test_rows_without_direction_answer_no_analogy(tmp_path: Path) -> None:
    path = tmp_path / "q.txt"
    path.write_text(": s\na b c d\n")
    words = ["nan", "zero", "a", "b", "c", "d", "inf"]
    rows = [[np.nan] * 2, [0, 0], [1, 0], [1, 0.1], [0, 1], [0.1, 1], [np.inf, 0]]
    result = WordVectors(words, rows).evaluate(analogies=[path])
    assert result.analogies[0].total.n_correct == 1


def test_files_may_have_a_mark_blank_lines_spaces_and_a_heading(tmp_path: Path) -> None:
    path = tmp_path / "p.tsv"
    path.write_text("word1\tword2\tscore\n\n# no\nnew york\tparis\t1\n a  b 2.5\r\n", "utf-8-sig")
    assert read_pairs(path) == [("new york", "paris", 1.0), ("a", "b", 2.5)]
    path.write_text(": one\na b c d\n\n:two\r\n", "utf-8-sig")
    assert read_analogies(path) == [("one", [["a", "b", "c", "d"]]), ("two", [])]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a\tb\n", r"line 1 must be two words and a score, .* not 'a\\tb'"),
        (b"a\tb\t1\na\tb\tx\n", "line 2 must be two words and a score in column 3"),
        (b"w w s\na\tb\tx\t1\n", r"line 2 must be two words and a score, .* not 'a\\tb\\tx"),
        (b"7\tcat\ttiger\t7.35\n8\tx\ty\t9\n", r"line 2 must be two words and a score, .*"),
        (b"a\tb\tn\t1\na\tb\t2\n", "line 2 must be two words and a score in column 4"),
        (b"a\t\t1\n", "line 1 must be two words and a score in column 3"),
        (b"a\tb\t1\na\tb\tnan\n", "line 2 must be two words and a score"),
        (b"a\tb\t1\n\xff\tb\t1\n", "line 2 is not UTF-8"),
        (b"# only this\n", "holds no word pairs"),
        (b"", "is empty"),
    ],
)
def test_bad_pairs(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "p.tsv"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_pairs(path)


@pytest.mark.parametrize("pairs", [3, [("dog", "cat", 3.0)]])
def test_pairs_are_names_of_files(pairs: Any) -> None:
    vectors = WordVectors(["dog", "cat"], np.eye(2))
    with pytest.raises(ConfigError, match="paths must be the name of a file or several, not"):
        vectors.evaluate(pairs=pairs)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b": s\na b c\n", "line 2 must be four words or a section header, .* not 'a b c'"),
        (b": s\n: t\n", "holds no analogies"),
    ],
)
def test_bad_analogies(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "q.txt"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_analogies(path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # WordSim-353's three, MEN's two, SimLex-999, SimVerb-3500, RW, others
        ("Word 1\tWord 2\tHuman (mean)\nlove\tsex\t6.77\r\n", ("love", "sex", 6.77)),
        ("Word 1,Word 2,Human (mean)\ntiger,cat,7.35\n", ("tiger", "cat", 7.35)),
        ("Word 1,Word 2,Human (mean),1,2\ntiger,cat,7.35,9,7\n", ("tiger", "cat", 7.35)),
        ("sun sunlight 50.000000\n", ("sun", "sunlight", 50)),
        ("sun-n sunlight-n 50.000000\n", ("sun", "sunlight", 50)),
        (
            "word1\tword2\tPOS\tSimLex999\tconc(w1)\tconc(w2)\tconcQ\tAssoc(USF)\tSimAssoc333\tSD\n"
            "old\tnew\tA\t1.58\t2.72\t2.81\t2\t7.25\t1\t0.41\n",
            ("old", "new", 1.58),
        ),
        ("take\tremove\tV\t6.81\tSYNONYMS\n", ("take", "remove", 6.81)),
        ("squishing\tsquirt\t5.88\t7\t8\t4\t7\t2\t7\t6\t7\t5\t6\n", ("squishing", "squirt", 5.88)),
        ("access,gateway,3.791666667\n", ("access", "gateway", 3.791666667)),
        ("gem;jewel;3.94\n", ("gem", "jewel", 3.94)),
        ('"rock, hard",stone,3\n', ("rock, hard", "stone", 3)),
        ("t-shirt\tjeans\t3\n", ("t-shirt", "jeans", 3)),
    ],
)
def test_pairs_as_their_authors_distribute_them(
    tmp_path: Path, content: str, expected: tuple[str, str, float]
) -> None:
    path = tmp_path / "p.tsv"
    path.write_bytes(content.encode())
    assert read_pairs(path) == [expected]


def test_analogies_in_one_section_without_a_header(tmp_path: Path) -> None:
    path = tmp_path / "google.txt"
    path.write_text("good better rough rougher\na b c d\n")
    assert read_analogies(path) == [
        ("google", [["good", "better", "rough", "rougher"], list("abcd")])
    ]


def test_questions_with_answers_in_a_file_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "word_relationship.questions"
    path.write_text("good better rough\ncar cars cat\nbad worse big\n")
    with pytest.raises(FormatError, match=r"word_relationship\.answers"):
        read_analogies(path)
    answers = tmp_path / "word_relationship.answers"
    answers.write_text("JJ_JJR rougher\nNN_NNS cats\nJJ_JJR bigger\n")
    assert read_analogies(path) == [
        ("JJ_JJR", [["good", "better", "rough", "rougher"], ["bad", "worse", "big", "bigger"]]),
        ("NN_NNS", [["car", "cars", "cat", "cats"]]),
    ]
    answers.write_text("JJ_JJR rougher\n")
    with pytest.raises(FormatError, match=r"has 3 questions, but .* 1 answers"):
        read_analogies(path)
    answers.write_text("JJ_JJR rougher\ncats\nJJ_JJR bigger\n")
    with pytest.raises(FormatError, match=r"question 2 must be three words, .* and 'cats'"):
        read_analogies(path)


CHARACTERS = ':#ab\t\n 1.,;"\rnV-é'


@pytest.mark.parametrize("read", [read_pairs, read_analogies])
@settings(deadline=None)
@given(
    content=st.binary(max_size=60) | st.text(':#ab\t\n 1.,;"\rnV-é', max_size=60).map(str.encode)
)
def test_any_bytes_are_read_or_are_a_format_error(read: Any, content: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        with contextlib.suppress(FormatError):
            read(file.name)


def test_top_must_be_a_positive_whole_number(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="top must be a whole number from 1"):
        both()[0].evaluate(analogies=[tmp_path / "any"], top=0)
