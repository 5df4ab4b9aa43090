"""Phrases: against a slow twin, gensim, and every way to cut a text."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import math
import random
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import run
from corpus_strategies import block_bytes, make_writer, texts
from gensim.models.phrases import Phrases as GensimPhrases
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reference import phrases as twin
from reference.text import sentences

import huffvec
from huffvec.corpus.readers.files import is_plain_text
from huffvec.errors import ConfigError, CorpusError, FormatError, OutputError
from huffvec.phrases.config import ENGLISH_CONNECTORS
from huffvec.phrases.finding import find_phrases


def levels_of(found: huffvec.Phrases) -> list[dict[str, set[tuple[float, int]]]]:
    """Return score and count of the phrases of each pass."""
    levels: list[dict[str, set[tuple[float, int]]]] = [
        {} for _ in range(max((p.level for p in found.phrases), default=0))
    ]
    for phrase in found.phrases:
        # Of pairs that are spelled alike, the last here and the last of the twin need not agree.
        levels[phrase.level - 1].setdefault(phrase.words, set()).add((phrase.score, phrase.count))
    return levels


def expected(levels) -> list[dict[str, set[tuple[float, int]]]]:
    spelled = [{} for _ in levels]
    for texts_of_level, level in zip(spelled, levels, strict=True):
        for parts, value in level.items():
            texts_of_level.setdefault("_".join(parts), set()).add(value)
    return spelled


def assert_same(found, levels) -> None:
    ours, theirs = levels_of(found), expected(levels)
    assert [set(level) for level in ours] == [set(level) for level in theirs]
    for our_level, their_level in zip(ours, theirs, strict=True):
        for text, values in our_level.items():
            ours_sorted, theirs_sorted = sorted(values), sorted(their_level[text])
            assert [count for _, count in ours_sorted] == [count for _, count in theirs_sorted]
            for (score, _), (their_score, _) in zip(ours_sorted, theirs_sorted, strict=True):
                assert math.isclose(score, their_score, rel_tol=1e-9, abs_tol=1e-9)


def refused(lines: list[list[str]], min_count: int) -> str | None:
    """What the message has in it, if no phrase can be found in these lines."""
    counts = Counter(itertools.chain(*lines)).values()
    if max(counts, default=0) < min_count:
        return "no word is left" if counts else "has no word"
    if max(map(len, lines)) < 2:
        return "no sentence of the text has two tokens"
    return None


# Words that spell one another's phrases, so that units with several spellings are met.
WORD2PHRASE = {"score": "word2phrase"}

small = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "a_b", "b_c", "a_b_c", "rare"]), max_size=12),
    min_size=1,
    max_size=8,
).filter(lambda lines: sum(map(len, lines)) > 3)


@given(
    lines=small,
    # No score comes that near to these, so that rounding decides nothing.
    score=st.sampled_from(
        [("word2phrase", 0.70001), ("word2phrase", 1.90001), ("npmi", 0.10001), ("npmi", -0.90001)]
    ),
    min_count=st.integers(1, 3),
    passes=st.integers(1, 3),
    connectors=st.sampled_from([(), ("b",), ("b", "c"), ("a", "rare")]),
    cut=block_bytes(),
    n_threads=st.integers(1, 3),
)
@settings(max_examples=200, deadline=None)
def test_as_the_twin_wherever_the_text_is_cut(
    tmp_path_factory, lines, score, min_count, passes, connectors, cut, n_threads
) -> None:
    folder = tmp_path_factory.getbasetemp()
    path, output = folder / "small.txt", folder / "small_joined.txt"
    path.write_text("\n".join(" ".join(line) for line in lines))
    name, threshold = score
    function = twin.word2phrase(0.4) if name == "word2phrase" else twin.npmi(0.4)
    levels, joined = twin.find(lines, function, threshold, min_count, passes, connectors=connectors)
    how = {"n_threads": n_threads, "block_bytes": cut}
    options = {"score": name, "threshold": threshold, "delta": 0.4, "passes": passes}
    options["connectors"] = connectors
    if refusal := refused(lines, min_count):
        with pytest.raises(CorpusError, match=refusal):
            find_phrases(path, min_count=min_count, **options, **how)
        return
    found = find_phrases(path, min_count=min_count, **options, **how)
    assert_same(found, levels)
    counts = found.join_files(path, output, **how)
    assert output.read_text() == "\n".join(" ".join(line) for line in joined)
    assert counts == (sum(map(len, lines)), sum(map(len, joined)))
    assert [found.join(line) for line in lines] == joined
    found.save(folder / "small.json")
    loaded = huffvec.Phrases.load(folder / "small.json")
    assert loaded.phrases == found.phrases
    assert loaded.config == found.config
    assert [loaded.join(line) for line in lines] == joined
    assert loaded.join_files(path, output, **how) == counts
    assert output.read_text() == "\n".join(" ".join(line) for line in joined)


@given(contents=texts(broken=True), cut=block_bytes())
@settings(max_examples=200, deadline=None)
def test_only_white_space_between_words_changes(tmp_path_factory, contents, cut) -> None:
    folder = tmp_path_factory.getbasetemp()
    paths = make_writer(folder)(contents)
    assume(all(map(is_plain_text, paths)))
    output = folder / "joined_any.txt"
    options = {"errors": "replace", "block_bytes": cut, "n_threads": 2}
    lines = [[word.decode() for word in line] for line in sentences(contents, "replace")]
    if refusal := refused(lines, 2):
        with pytest.raises(CorpusError, match=refusal):
            find_phrases(paths, min_count=2, **options)
        return
    found = find_phrases(paths, min_count=2, **WORD2PHRASE, threshold=0.5, delta=0.1, **options)
    levels, joined = twin.find(lines, twin.word2phrase(0.1), 0.5, 2, 2)
    assert_same(found, levels)
    found.join_files(paths, output, **options)
    written = [line.split() for line in output.read_bytes().split(b"\n") if line.split()]
    assert written == [[word.encode() for word in line] for line in joined]
    *others, last = [content.removeprefix(b"\xef\xbb\xbf") for content in contents]
    ended = [text if text.endswith(b"\n") or not text else text + b"\n" for text in others]
    assert output.read_bytes().count(b"\n") == b"".join([*ended, last]).count(b"\n")


def test_white_space_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes("\ufeff\n new  york \r\n\n\tnew\vyork  new york\r\nyork  york".encode())
    found = find_phrases(path, min_count=2, **WORD2PHRASE, delta=0, threshold=0.9, delimiter="·")
    found.join_files(path, tmp_path / "y.txt", block_bytes=4)
    joined = "\n new·york \r\n\n\tnew·york  new·york\r\nyork  york"
    assert (tmp_path / "y.txt").read_bytes() == joined.encode()


def test_files_stay_apart(tmp_path: Path) -> None:
    """The last word of a file and the first of the next are on different lines."""
    for name, text in [("a", "x y x y x"), ("b", "y x y\n"), ("c", "y")]:
        (tmp_path / f"{name}.txt").write_text(text)
    found = find_phrases(tmp_path / "*.txt", min_count=2, **WORD2PHRASE, delta=0, threshold=0.5)
    assert [(p.words, p.count) for p in found.phrases] == [("y_x", 3), ("x_y", 3)]
    found.join_files(str(tmp_path / "?.txt"), tmp_path / "all")
    assert (tmp_path / "all").read_text() == "x_y x_y x\ny_x y\ny"


def english(n_lines: int = 4000, seed: int = 3) -> list[list[str]]:
    """Sentences of random words with phrases of two to four words among them."""
    draw = random.Random(seed)
    words = [f"w{i}" for i in range(300)]
    weights = [1 / (i + 1) for i in range(300)]
    planted = [["new", "york"], ["new", "york", "city"], ["in", "spite", "of"], ["w7", "w9"]]
    planted += [["as", "soon", "as", "possible"], ["ab", "ab"]]
    lines = []
    for _ in range(n_lines):
        parts = [[word] for word in draw.choices(words, weights, k=draw.randint(0, 9))]
        parts += draw.choices(planted, k=draw.randint(0, 2))
        draw.shuffle(parts)
        lines.append([word for part in parts for word in part])
    return lines


def corpus_scorer(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    """word2phrase's own score; gensim's takes the size of its table for the number of words."""
    return (bigram_count - min_count) / (worda_count * wordb_count) * corpus_word_count


@pytest.mark.parametrize(
    ("score", "scoring", "threshold"),
    [("word2phrase", corpus_scorer, 8.0), ("npmi", "npmi", 0.45)],
)
def test_gensim_finds_the_same(tmp_path: Path, score, scoring, threshold) -> None:
    lines = english()
    path = tmp_path / "x.txt"
    path.write_text("".join(" ".join(line) + "\n" for line in lines))
    options = {"min_count": 5, "threshold": threshold, "scoring": scoring}
    first = GensimPhrases(lines, **options)
    pairs = [first[line] for line in lines]
    second = GensimPhrases(pairs, **options)
    delta = 5 if score == "word2phrase" else 0
    ours = find_phrases(path, score=score, threshold=threshold, min_count=5, delta=delta)
    for level, (phrases, sents) in enumerate([(first, lines), (second, pairs)], 1):
        theirs = phrases.find_phrases(sents)
        found = {p.words: p.score for p in ours.phrases if p.level == level}
        # gensim lists the phrases that it has joined; some never come first from left to right.
        assert theirs.keys() <= found.keys()
        assert {"new_york"} <= theirs.keys() if level == 1 else "new_york_city" in theirs
        for text, value in theirs.items():
            assert found[text] == pytest.approx(value, rel=1e-9)
        if level == 1:  # it cannot list the second's: it cuts them at the delimiter
            exported = phrases.export_phrases().items()
            assert found.keys() == {text for text, value in exported if value > threshold}
    ours.join_files(path, tmp_path / "y.txt")
    written = (tmp_path / "y.txt").read_text().splitlines()
    assert [line.split() for line in written] == [second[line] for line in pairs]


def test_bounded_memory_keeps_the_frequent_pairs(tmp_path: Path) -> None:
    """Too many pairs for the table: the rarest go, and that is said."""
    draw = random.Random(1)
    words = [f"w{i}" for i in range(3000)]
    lines = [" ".join(draw.choices(words, k=40)) for _ in range(4000)]
    lines += ["often together"] * 500
    path = tmp_path / "x.txt"
    path.write_text("\n".join(lines))
    options = {"min_count": 1, "delta": 0, "threshold": 0.0, "passes": 1, **WORD2PHRASE}
    everything = find_phrases(path, **options)
    assert everything.count_floor == [0]
    assert len(everything) > 140_000
    n_bytes = 1 << 20
    found = [find_phrases(path, max_memory=n_bytes, n_threads=n, **options) for n in (1, 3)]
    floor = found[0].count_floor[0]
    assert floor > 1
    assert 16 * len(found[0]) < n_bytes / 2
    assert found[0].phrases == found[1].phrases
    assert found[0].count_floor == found[1].count_floor
    kept = {p.words: p.count for p in found[0].phrases}
    assert kept.items() <= {p.words: p.count for p in everything.phrases}.items()
    missing = [p for p in everything.phrases if p.words not in kept]
    assert all(p.count < floor for p in missing)
    assert kept["often_together"] == 500


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"score": "pmi"},
            "score must be one of .*, not 'pmi'. Did you mean 'npmi'",
        ),
        ({"score": min, "delta": 1.0}, "delta is for the scores npmi and word2phrase, not for"),
        ({"score": min}, "threshold must be given with a score of your own"),
        ({"threshold": [0.5, 0.4, 0.3]}, "threshold must be a number, or one for each of 2 passes"),
        ({"connectors": "of"}, "connectors must be a list of words, or english, not 'of'"),
        ({"connectors": ["of the"]}, "connectors must be a list of words"),
        ({"score": "npmi", "threshold": 1.5}, "threshold must be a number over -1 and up to 1"),
        ({"threshold": -1.0, **WORD2PHRASE}, "threshold must be a number from 0, not"),
        ({"min_count": 0}, "min_count must be a whole number from 1"),
        ({"passes": 0}, "passes must be a whole number from 1 to 16"),
        ({"max_memory": 1000}, "max_memory must be a whole number of bytes from 1048576"),
        ({"delimiter": ""}, "delimiter must be one character or more"),
        ({"delimiter": "a b"}, "delimiter must be one character or more, none of them white space"),
        ({"delta": -1.0}, "delta must be a number from 0"),
        ({"treshold": 1.0}, "is no phrase option: .*Did you mean 'threshold'"),
        ({"config": huffvec.PhraseConfig(), "passes": 2}, "give a config or options, not both"),
        ({"n_threads": -1}, "n_threads must be a whole number from 0"),
    ],
)
def test_options_that_cannot_be(tmp_path: Path, options, message) -> None:
    (tmp_path / "x.txt").write_text("a b")
    with pytest.raises(ConfigError, match=message):
        huffvec.find_phrases(tmp_path / "x.txt", **options)


def test_texts_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"a b " * 50 + b"caf\xe9 a b")
    with pytest.raises(CorpusError, match="not UTF-8: byte 0xE9 at byte offset 203"):
        huffvec.find_phrases(path, block_bytes=16)
    path.write_text("a b c")
    with pytest.raises(CorpusError, match="no word is left"):
        huffvec.find_phrases(path)
    found = huffvec.find_phrases(path, min_count=1, **WORD2PHRASE, threshold=0.1, delta=0.5)
    assert repr(found) == "Phrases(3 phrases)"
    path.write_bytes(b"a b c\0 d")
    with pytest.raises(CorpusError, match="NUL byte at byte offset 5, expected UTF-8 text"):
        found.join_files(path, tmp_path / "y.txt")
    found.join_files(path, tmp_path / "y.txt", errors="replace")
    assert (tmp_path / "y.txt").read_text() == "a_b c\ufffd d"
    (tmp_path / "y.txt").unlink()
    with pytest.raises(OutputError, match="does not exist"):
        found.join_files(path, tmp_path / "nowhere" / "y.txt")
    assert list(tmp_path.iterdir()) == [path]


def test_a_text_of_one_pair_is_no_phrase(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("a b")
    assert len(find_phrases(path, min_count=1, score="npmi")) == 0


def write_sentences(folder: Path) -> Path:
    path = folder / "x.txt"
    path.write_text("".join(" ".join(line) + "\n" for line in english()))
    return path


def test_the_command(tmp_path: Path, capsys) -> None:
    path = write_sentences(tmp_path)
    joined, listed = tmp_path / "joined.txt", tmp_path / "phrases.tsv"
    args = ["--list", listed, "--threshold", "0.4,0.35", "-k", 3]
    assert run("phrases", path, "-o", joined, *args) == 0
    output, messages = capsys.readouterr()
    assert "tokens after joining\t" in output
    assert f"huffvec train {joined}" in messages
    assert "dropped" not in output
    assert "new_york_city" in joined.read_text()
    header, *rows = [line.split("\t") for line in listed.read_text().splitlines()]
    assert header == ["phrase", "score", "count", "pass"]
    assert rows[0][0] in output
    assert {len(row) for row in rows} == {4}
    assert [float(row[1]) for row in rows] == sorted((float(row[1]) for row in rows), reverse=True)
    assert run("phrases", path, "-o", joined, "--score", "npmi", "--delimiter", "+", "-q") == 0
    assert capsys.readouterr().out == ""
    assert "new+york" in joined.read_text()


def test_the_command_refuses(tmp_path: Path, capsys) -> None:
    path = tmp_path / "x.txt"
    path.write_text("a b " * 20)
    for args, message in [
        (("-o", path), "is also an input and would be lost"),
        (("-o", tmp_path / "y", "--list", path), "is also an input and would be lost"),
        (("-o", tmp_path / "y", "--list", tmp_path / "y"), "name the same file"),
        (("-o", tmp_path / "y", "--max-memory", 0), "--max-memory must be a whole number from 1"),
        (("-o", tmp_path / "y", "--score", "x"), "--score must be one of"),
        (("-o", tmp_path / "y.txt.gz"), "phrases writes plain text, and .* name it 'y.txt' and"),
    ]:
        assert run("phrases", path, *args) in (1, 2)
        assert re.search(message, capsys.readouterr().err.replace("\n", " "))
    assert list(tmp_path.iterdir()) == [path]


def test_compressed_text_and_standard_input_are_unpacked(tmp_path: Path, monkeypatch) -> None:
    path, joined, packed = write_sentences(tmp_path), tmp_path / "joined.txt", tmp_path / "x.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    args = ["-o", joined, "-q"]
    assert run("phrases", path, *args) == 0
    expected = joined.read_bytes()
    assert run("phrases", packed, *args) == 0
    assert joined.read_bytes() == expected
    with path.open("rb") as file:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(file))
        assert run("phrases", "-", *args) == 0
    assert joined.read_bytes() == expected
    assert sorted(tmp_path.iterdir()) == sorted([path, packed, joined])


def test_messages_name_what_was_given_and_not_what_was_unpacked(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    packed, empty = tmp_path / "x.txt.gz", tmp_path / "empty"
    packed.write_bytes(gzip.compress(b"a\xff b\n"))
    empty.write_bytes(b" \n")
    assert run("phrases", packed, "-o", tmp_path / "joined.txt", "-q") == 1
    assert capsys.readouterr().err.startswith(f"Error: {packed}: not UTF-8: byte 0xFF at byte ")
    with empty.open("rb") as file:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(file))
        assert run("phrases", "-", "-o", tmp_path / "joined.txt", "-q") == 1
    assert capsys.readouterr().err.startswith("Error: standard input: has no word")


def planted() -> list[list[str]]:
    draw = random.Random(1)
    middles = [["bank", "of", "america"], ["state", "of", "the", "art"], ["war", "and", "peace"]]
    lines = english()
    for line in lines:
        if draw.random() < 0.2:
            line[draw.randint(0, len(line)) : 0] = draw.choice(middles)
    return lines


@pytest.mark.parametrize("threshold", [0.3, 0.45])
def test_gensim_joins_the_same_over_connector_words(threshold: float) -> None:
    lines, connectors = planted(), ["of", "the", "and"]
    first = GensimPhrases(
        lines, min_count=5, threshold=threshold, scoring="npmi", connector_words=set(connectors)
    )
    options = {"score": "npmi", "delta": 0, "threshold": threshold, "passes": 1}
    ours = find_phrases(lines, connectors=connectors, **options)
    assert [ours.join(line) for line in lines] == [first[line] for line in lines]
    assert {"bank_of_america", "state_of_the_art"} <= {p.words for p in ours.phrases}
    exported = first.export_phrases()
    assert {p.words: p.score for p in ours.phrases} == pytest.approx(
        {text: score for text, score in exported.items() if score > threshold}
    )


def test_english_connectors_by_name() -> None:
    assert huffvec.PhraseConfig(connectors="english").connectors == ENGLISH_CONNECTORS


def test_too_many_connectors() -> None:
    from huffvec.phrases.units import Connectors

    assert Connectors(list(range(15))).id_bits(1000) == 28
    with pytest.raises(ConfigError, match="connectors: 1000 are too many for 10000000 words"):
        Connectors(list(range(1000))).id_bits(10**7)


def test_all_inputs(tmp_path: Path) -> None:
    lines = english()
    path, rows, joined = write_sentences(tmp_path), tmp_path / "x.jsonl", tmp_path / "joined.txt"
    rows.write_text("\n".join(map(json.dumps, lines)))
    expected = find_phrases(path).phrases
    assert expected
    for data in (lines, iter(" ".join(line) for line in lines), rows):
        assert find_phrases(data).phrases == expected
    assert run("phrases", rows, "-o", joined, "-q") == 0
    assert "new_york_city" in joined.read_text()
    path.write_text("He: new York! She: New york, new-york? " * 20)
    args = ["--tokenize", "words", "--lowercase", "--connectors", "he,she", "-q"]
    assert run("phrases", path, "-o", joined, *args) == 0
    assert "new_york" in joined.read_text()
    with pytest.raises(CorpusError, match="the token 'a b' has white space in it"):
        find_phrases([["a b", "c"]] * 9)


def test_a_score_of_ones_own(tmp_path: Path) -> None:
    path = write_sentences(tmp_path)

    def score(pairs, left, right, n_tokens):
        return pairs / np.minimum(left, right) + 0 * n_tokens

    found = find_phrases(path, score=score, threshold=0.8)
    best = found.phrases[0]
    assert best.score == best.count / min(best.left_count, best.right_count)
    found.save(tmp_path / "own.json")
    loaded = huffvec.Phrases.load(tmp_path / "own.json")
    assert loaded.join("new york city") == found.join("new york city") == ["new_york_city"]
    lost: Any = loaded.config.score
    with pytest.raises(ConfigError, match="the score was a function"):
        lost()
    with pytest.raises(ConfigError, match="the score must return a number for each of"):
        find_phrases(path, score=lambda *counts: np.zeros(3), threshold=0.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda record: [], "is not a file of phrases"),
        (lambda record: {**record, "format_version": 9}, "of version 9; this huffvec reads"),
        (lambda record: {**record, "levels": [[["x", [], "y", 1, 1, 1, 1]]]}, "unknown parts"),
        (lambda record: {**record, "levels": [[["new", [], "york", 1]]]}, "not as expected"),
        (lambda record: {**record, "words": [["a", -1]]}, "is damaged: FormatError"),
        (lambda record: {**record, "config": {}}, "is damaged: KeyError"),
    ],
)
def test_damaged_files(tmp_path: Path, change, message) -> None:
    path = tmp_path / "x.json"
    find_phrases(english()).save(path)
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(FormatError, match=message):
        huffvec.Phrases.load(path)
    path.write_text("[[")
    with pytest.raises(FormatError, match="is not a file of phrases"):
        huffvec.Phrases.load(path)
