"""Commands that look words up: several words, standard input, notes on words that are not found."""

import io
import json
import sys
from typing import Any

import numpy as np
import pytest
from cli_helpers import run, write_english

import huffvec


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model of lower-cased text with subwords: "Dog" is dog, and "dogs" has n-grams only."""
    folder = tmp_path_factory.mktemp("queries")
    text = write_english(folder / "pets.txt", 500)
    text.write_text(text.read_text().upper())
    made = huffvec.train(
        text, dim=8, epochs=1, n_threads=1, lowercase=True, subwords=huffvec.Subwords(2, 4, 500)
    )
    made.save(folder / "pets.hv")
    return folder / "pets.hv"


@pytest.fixture
def said(capsys):
    """What a command printed: lines of fields, and the messages."""

    def said(*args, fails=False):
        assert bool(run(*args)) == fails
        out, err = capsys.readouterr()
        return [line.split("\t") for line in out.splitlines()], err

    return said


@pytest.fixture
def typed(monkeypatch):
    """Give a text to standard input."""

    def typed(text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))

    return typed


DOGS = "Note: 'dogs' is not in the vocabulary: its vector comes from its n-grams.\n"
DOG = "Note: 'Dog' is looked up as 'dog', as the text was read.\n"


def test_words_that_are_not_found_as_they_are_get_a_note(model, said):
    found, err = said("nearest", model, "Dog", "-k", 2)
    assert err == DOG
    assert found == said("nearest", model, "dog", "-k", 2)[0]
    assert said("nearest", model, "dog", "-k", 2)[1] == ""
    assert said("nearest", model, "dogs", "-k", 2)[1] == DOGS
    assert said("nearest", model, "Dogs", "-k", 2)[1].endswith(DOGS)
    assert said("analogy", model, "Dog", "cat", "dogs")[1] == DOG + DOGS
    assert said("similarity", model, "Dog", "dogs")[1] == DOG + DOGS
    assert said("print-vectors", model, "Dog", "dogs")[1] == DOG + DOGS
    assert said("predict", model, "Dog", "dogs")[1] == DOG + DOGS


def test_json_says_how_words_are_found(model, capsys):
    assert run("nearest", model, "Dogs", "cat", "-k", 1, "--json") == 0
    dogs, cat = json.loads(capsys.readouterr().out)
    assert (dogs["query"], dogs["looked_up"], dogs["in_vocabulary"]) == ("Dogs", ["dogs"], False)
    assert (cat["query"], cat["looked_up"], cat["in_vocabulary"]) == ("cat", ["cat"], True)
    vectors = huffvec.load_vectors(model)
    assert cat["neighbors"] == [vectors.nearest("cat", 1)[0]._asdict()]
    assert run("nearest", model, "cat", "dog", "--negative", "car", "-k", 1, "--json") == 0
    found = json.loads(capsys.readouterr().out)[0]
    assert (found["query"], found["negative"]) == (["cat", "dog"], ["car"])
    assert run("similarity", model, "cat", "dogs", "--json") == 0
    pair = json.loads(capsys.readouterr().out)[0]
    assert (pair["words"], pair["in_vocabulary"]) == (["cat", "dogs"], [True, False])
    assert pair["similarity"] == vectors.similarity("cat", "dogs")


def test_several_words_one_after_the_other(model, said, typed):
    single = said("nearest", model, "cat", "-k", 2)[0]
    found, _ = said("nearest", model, "cat", "car", "-k", 2)
    assert found[:2] == [["cat", *line] for line in single]
    assert [line[0] for line in found] == ["cat", "cat", "car", "car"]
    typed("\ufeffcat\n\n  car\r\n".encode())
    assert said("nearest", model, "-", "-k", 2)[0][:2] == found[:2]


def test_words_from_standard_input_without_a_vector_are_left_out(tmp_path, said, typed):
    path = tmp_path / "v.vec"
    huffvec.WordVectors(["b", "c", "a"], np.eye(3) + 0.2).save(path)
    typed(b"a\nnowhere\nc\n")
    found, err = said("nearest", path, "-", "-k", 1)
    assert [line[0] for line in found] == ["a", "c"]
    assert err == "Warning: no vector for 'nowhere': left out.\n"
    typed(b"a b\na\tnowhere\nb c\n")
    found, err = said("similarity", path, "-")
    assert [line[:2] for line in found] == [["a", "b"], ["b", "c"]]
    assert err == "Warning: no vector for 'a' or 'nowhere': left out.\n"
    typed(b"a\n\xff\n")
    assert "standard input line 2 is not UTF-8" in said("print-vectors", path, "-", fails=True)[1]
    typed(b"a b c\n")
    assert (
        "expected two words a line, found 'a b c'" in said("similarity", path, "-", fails=True)[1]
    )


def test_several_words_together(model, said):
    vectors = huffvec.load_vectors(model)
    cases: list[tuple[list[Any], dict[str, Any]]] = [
        (["--together"], {}),
        (["--negative", "car"], {"negative": ["car"]}),
        (
            ["--method", "multiply", "--negative", "car"],
            {"negative": ["car"], "method": "multiply"},
        ),
        (["--together", "--exclude", "horse", "--among", 9], {"exclude": "horse", "among": 9}),
    ]
    for options, keywords in cases:
        found, _ = said("nearest", model, "cat", "dog", "-k", 3, *options)
        expected = vectors.nearest(["cat", "dog"], 3, **keywords)
        assert found == [[n.word, f"{n.similarity:.6f}"] for n in expected]
    found, _ = said("analogy", model, "cat", "dog", "car", "-k", 3, "--method", "multiply")
    expected = vectors.analogy("cat", "dog", "car", 3, method="multiply")
    assert [line[0] for line in found] == [neighbor.word for neighbor in expected]


def test_an_index_answers_several_words(model, tmp_path, said):
    index = tmp_path / "i.usearch"
    assert run("index", model, "-o", index, "--dtype", "f32", "-q") == 0
    for words in (["cat", "car"], ["cat", "dog", "--negative", "car"]):
        args = ["nearest", model, *words, "-k", 2]
        assert said(*args, "--index", index)[0] == said(*args)[0]
    for option in (["--among", 5], ["--method", "multiply"]):
        message = said("nearest", model, "cat", *option, "--index", index, fails=True)[1]
        assert "--among and --method look at all words: leave --index out" in message


def test_similarity_of_all_pairs(model, said):
    vectors = huffvec.load_vectors(model)
    pairs = [("cat", "dog"), ("cat", "car"), ("dog", "car")]
    expected = [[a, b, f"{vectors.similarity(a, b):.6f}"] for a, b in pairs]
    assert said("similarity", model, "cat", "dog", "car")[0] == expected
    assert (
        "at least two words to compare, found 'cat'"
        in said("similarity", model, "cat", fails=True)[1]
    )
    assert "- stands for all words" in said("similarity", model, "cat", "-", fails=True)[1]


def test_vectors_are_printed_to_the_last_digit(model, said, typed, capsys):
    vectors = huffvec.load_vectors(model)
    (word, *numbers), (other, *_) = said("print-vectors", model, "cat", "dog")[0]
    assert (word, other) == ("cat", "dog")
    assert np.array_equal(np.array(numbers, np.float32), vectors["cat"])
    typed(b"the CAT eats\n\nthe dog\n")
    found, _ = said("print-vectors", model, "-", "--sentences")
    assert [line[0] for line in found] == ["the CAT eats", "the dog"]
    units = [vectors[w] / np.linalg.norm(vectors[w]) for w in ("the", "cat", "eats")]
    numbers = np.array(found[0][1:], np.float32)
    assert np.array_equal(numbers, vectors.text_vector("the CAT eats"))
    np.testing.assert_allclose(numbers, np.mean(units, axis=0), atol=1e-6)
    assert run("print-vectors", model, "cat", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["word"] == "cat"
    assert np.array_equal(np.array(one["vector"], np.float32), vectors["cat"])


def test_clusters(model, said, capsys):
    found, _ = said("cluster", model, "-k", 3)
    vectors = huffvec.load_vectors(model)
    assert [word for word, _ in found] == vectors.words
    assert [int(number) for _, number in found] == vectors.clusters(3).tolist()
    assert found == said("cluster", model, "-k", 3)[0]
    assert len(said("cluster", model, "-k", 2, "--top", 5)[0]) == 5
    assert run("cluster", model, "-k", 2, "--json") == 0
    assert json.loads(capsys.readouterr().out)[0] == {"word": vectors.words[0], "cluster": 0}
