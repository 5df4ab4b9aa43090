"""Which of the best is best, and how sure that is."""

import math
from pathlib import Path

import pytest

from huffvec.config import TrainingConfig
from huffvec.objectives import NegativeSampling
from huffvec.tuning.finalists import finalists_of, judged, ranked, ties, verdict
from huffvec.tuning.scoring import HeldOut, Questions
from huffvec.tuning.trials import Trial

LOSS = HeldOut()
OBJECTIVE = NegativeSampling().to_dict()


@pytest.fixture
def similarity(tmp_path):
    path = Path(tmp_path / "men.tsv")
    path.write_text("a\tb\t1\nc\td\t2\n")
    return Questions([path], [])


def trial(number, score, seed=1):
    config = TrainingConfig(epochs=number + 1).to_dict()
    state = "failed" if math.isnan(score) else "complete"
    return Trial(number, seed, state, OBJECTIVE, config, score=score)


def test_the_best_and_the_defaults_are_finalists(similarity):
    trials = [trial(n, score) for n, score in enumerate([1.0, 9.0, math.nan, 7.0, 8.0, 6.0])]
    assert [one.number for one in ranked(trials, similarity)] == [1, 4, 3, 5, 0]
    assert [one.number for one in finalists_of(trials, similarity)] == [1, 4, 3, 0]
    assert [one.number for one in finalists_of(trials, LOSS)] == [0, 5, 3]
    assert ranked([trial(3, 2.0), trial(3, 2.0)], LOSS) == [trial(3, 2.0)]  # one setting


def test_without_other_seeds_scores_of_one_are_said_to_be_that(similarity):
    found = judged([trial(3, 61.0), trial(2, 58.0), trial(0, 40.0)], [], similarity)
    assert verdict(found, similarity) == (
        "Trial 3: 61.0 with one seed only. It cannot be told apart from trial 2 (58.0). It is "
        "better than the default setting (40.0). Part of it may be luck: not all of the best were "
        "trained with other seeds."
    )


def test_other_seeds_decide(similarity):
    repeats = [
        *(trial(3, score, seed) for seed, score in ((2, 60.0), (3, 60.2), (4, 10.0))),
        *(trial(2, score, seed) for seed, score in ((2, 62.9), (3, 63.1))),
        *(trial(0, score, seed) for seed, score in ((2, 41.0), (3, 41.2))),
        trial(9, 99.0, 2),  # no finalist any more
    ]
    found = judged([trial(3, 64.0), trial(2, 63.0), trial(0, 40.0)], repeats, similarity)
    assert [one.trial.number for one in found] == [2, 3, 0]
    assert found[0].seeds == (2, 3)  # 4: not all were trained with it
    assert ties(found, similarity) == []
    assert verdict(found, similarity) == (
        "Trial 2: 63.0 ± 0.1 with 2 other seeds. It is better than trial 3 (60.1 ± 0.1). It is "
        "better than the default setting (41.1 ± 0.1)."
    )


def test_what_cannot_be_told_apart_is_said(similarity):
    repeats = [
        *(trial(0, score, seed) for seed, score in ((2, 60.0), (3, 62.0))),
        *(trial(2, score, seed) for seed, score in ((2, 59.0), (3, 62.5))),
    ]
    found = judged([trial(2, 64.0), trial(0, 63.0)], repeats, similarity)
    assert verdict(found, similarity) == (
        "The default setting: 61.0 ± 1.4 with 2 other seeds. It cannot be told apart from trial 2 "
        "(60.8 ± 2.5)."
    )


@pytest.mark.parametrize("is_loss", [True, False])
def test_one_that_fails_with_another_seed_is_the_last(similarity, is_loss):
    scorer = LOSS if is_loss else similarity
    repeats = [trial(2, math.nan, 2), trial(0, 5.0, 2)]
    found = judged([trial(2, 4.0), trial(0, 5.0)], repeats, scorer)
    assert [one.trial.number for one in found] == [0, 2]
    assert verdict(found, scorer).startswith("The default setting: 5.0")
    assert "better than trial 2" in verdict(found, scorer)
