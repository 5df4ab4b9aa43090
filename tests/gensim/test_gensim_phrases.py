"""Phrases: the same as gensim's, to the bit."""

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from gensim.models import phrases
from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS

from huffvec.gensim import FrozenPhrases, Phraser, Phrases

TEXT = [
    *[["new", "york", "is", "the", "bank", "of", "america"]] * 4,
    *[["a", "bank", "of", "the", "river", "in", "new", "york"]] * 2,
    ["york", "is", "new"],
    ["bank_of", "america"],
]


def own_score(
    worda_count: int,
    wordb_count: int,
    bigram_count: int,
    len_vocab: int,
    min_count: int,
    corpus_word_count: int,
) -> float:
    """Tell pairs that occur once or twice only, which no score of gensim's would."""
    return 1.0 if bigram_count < 3 else -1.0


@pytest.mark.parametrize("connector_words", [frozenset(), ENGLISH_CONNECTOR_WORDS])
@pytest.mark.parametrize("min_count", [1, 2.5, 4])
@pytest.mark.parametrize(
    ("scoring", "threshold"),
    [("default", 0.5), ("default", 3.0), ("npmi", -1.0), ("npmi", 0.5), (own_score, 0.0)],
)
def test_the_same_as_gensims(
    scoring: Any, threshold: float, min_count: float, connector_words: frozenset[str]
) -> None:
    options = {
        "scoring": scoring,
        "threshold": threshold,
        "min_count": min_count,
        "connector_words": connector_words,
    }
    ours, theirs = Phrases(TEXT, **options), phrases.Phrases(TEXT, **options)
    for _ in range(2):
        assert list(ours.vocab.items()) == list(theirs.vocab.items())
        assert list(ours.export_phrases().items()) == list(theirs.export_phrases().items())
        assert ours.freeze().phrasegrams == theirs.freeze().phrasegrams
        assert list(ours[TEXT]) == list(theirs[TEXT])
        assert list(ours.freeze()[TEXT]) == list(theirs.freeze()[TEXT])
        assert ours.find_phrases(TEXT) == theirs.find_phrases(TEXT)
        ours.add_vocab(TEXT[3:])
        theirs.add_vocab(TEXT[3:])


def test_a_threshold_that_was_lowered_below_0_leaves_out_no_pair() -> None:
    ours, theirs = (cls(TEXT, min_count=5) for cls in (Phrases, phrases.Phrases))
    ours.threshold = theirs.threshold = -100.0
    assert ours.export_phrases() == theirs.export_phrases()
    assert "bank_of" in ours.export_phrases()


def test_saved_are_gensims_and_copies_ours(tmp_path: Path) -> None:
    ours, path = Phrases(TEXT, min_count=1), str(tmp_path / "phrases")
    ours.save(path)
    assert type(Phrases.load(path)) is Phrases
    assert type(phrases.Phrases.load(path)) is phrases.Phrases
    assert type(pickle.loads(pickle.dumps(ours))) is phrases.Phrases
    copied = copy.deepcopy(ours)
    assert type(copied) is Phrases
    copied.add_vocab(TEXT)
    assert Phrases.load(path).vocab == ours.vocab != copied.vocab


def test_frozen_phrases_are_gensims() -> None:
    assert FrozenPhrases is phrases.FrozenPhrases is Phraser
