"""Which words a model has, and what is kept of a corpus between counting and training."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim import utils
from gensim.models import word2vec as theirs

from huffvec.gensim import Word2Vec
from huffvec.gensim.kept_text import KeptText

OPTIONS: dict[str, Any] = {"vector_size": 8, "workers": 1, "epochs": 1, "hs": 1, "negative": 0}


def no_reds(word: str, count: int, min_count: int) -> int:
    return int(utils.RULE_DISCARD if word.startswith("red") else utils.RULE_DEFAULT)


@pytest.mark.parametrize(
    "options",
    [
        {"min_count": 190},
        {"max_final_vocab": 10},
        {"max_vocab_size": 20},
        {"trim_rule": no_reds},
        {"sorted_vocab": 0},
        {"sample": 200},
        {"null_word": 1},
    ],
    ids=lambda options: next(iter(options)),
)
def test_words_are_those_of_gensim(sentences: list[list[str]], options: dict[str, Any]) -> None:
    ours, gensims = (kind(sentences, **OPTIONS | options) for kind in (Word2Vec, theirs.Word2Vec))
    assert 0 < len(ours.wv) <= 33
    assert ours.wv.index_to_key == gensims.wv.index_to_key
    for name in ("count", "sample_int"):
        np.testing.assert_array_equal(ours.wv.expandos[name], gensims.wv.expandos[name])
    for name in ("code", "point"):
        for one, other in zip(ours.wv.expandos[name], gensims.wv.expandos[name], strict=True):
            np.testing.assert_array_equal(one, other)
    assert ours.effective_min_count == gensims.effective_min_count


def test_words_from_counts(sentences: list[list[str]]) -> None:
    model = Word2Vec(**OPTIONS)
    model.build_vocab_from_freq({"red1": 90, "red2": 70, "red3": 50, "none": 40})
    before = model.wv.vectors.copy()
    trained, raw = model.train(sentences, total_examples=600, epochs=1)
    assert raw == 6000
    assert 0 < trained < 6000
    changed = (model.wv.vectors != before).any(axis=1)
    assert dict(zip(model.wv.index_to_key, changed.tolist(), strict=True)) == {
        "red1": True,
        "red2": True,
        "red3": True,
        "none": False,
    }


@pytest.fixture
def path(sentences: list[list[str]], tmp_path: Path) -> str:
    file = tmp_path / "corpus.txt"
    file.write_text("".join(" ".join(sentence) + "\n" for sentence in sentences))
    return str(file)


def test_a_file_is_what_its_lines_are(sentences: list[list[str]], path: str) -> None:
    models = [
        Word2Vec(sentences, **OPTIONS),
        Word2Vec(corpus_file=path, **OPTIONS),
        Word2Vec(theirs.LineSentence(path), **OPTIONS),
    ]
    for model in models[1:]:
        np.testing.assert_array_equal(model.wv.vectors, models[0].wv.vectors)


class Counting:
    """Sentences that say how often they were gone through."""

    def __init__(self, sentences: list[list[str]]) -> None:
        self.sentences, self.times = sentences, 0

    def __iter__(self) -> Any:
        self.times += 1
        return iter(self.sentences)


def test_a_corpus_is_gone_through_once(sentences: list[list[str]]) -> None:
    corpus = Counting(sentences)
    model = Word2Vec(corpus, **OPTIONS | {"epochs": 4})
    assert corpus.times == 1
    model.train(corpus, total_examples=600, epochs=4)
    assert corpus.times == 2


def kept(source: Any) -> KeptText:
    model = Word2Vec(**OPTIONS)
    model.build_vocab(source)
    assert model._kept is not None
    return model._kept


def test_what_is_kept_is_of_the_same_corpus_only(sentences: list[list[str]], path: str) -> None:
    uneven = [*sentences, ["red1"]]
    of_list = kept(uneven)
    assert of_list.is_of(uneven)
    assert not of_list.is_of(list(uneven))
    uneven.reverse()
    assert not of_list.is_of(uneven)
    once = iter(sentences)
    assert not kept(once).is_of(once)
    of_file = kept(theirs.LineSentence(path))
    assert of_file.is_of(theirs.LineSentence(path))
    assert not of_file.is_of(theirs.LineSentence(path, limit=3))
    with open(path, "a") as file:
        file.write("more\n")
    assert not of_file.is_of(theirs.LineSentence(path))


def test_a_large_corpus_is_kept_in_a_file(
    sentences: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory = Word2Vec(sentences, **OPTIONS)
    monkeypatch.setattr("huffvec.gensim.encoding._BLOCK_TOKENS", 64)
    in_file = Word2Vec(sentences, **OPTIONS)
    np.testing.assert_array_equal(in_file.wv.vectors, in_memory.wv.vectors)
