"""The rules of the recommendation, on results that are made up."""

import math

import pytest

from huffvec.comparison.cost import Cost
from huffvec.comparison.recommendation import recommend
from huffvec.comparison.results import Moment, Results, RunResult, Score
from huffvec.comparison.summary import Mean, summaries

ABOUT = {"unigram_nats": 9.0, "unigram_sample_nats": 9.0}


def run(label, nats, speed, seed=1, *, pairs=None, analogies=None, status="complete", curve=()):
    scores = [Score("pairs", "pairs", pairs, 9)] if pairs is not None else []
    scores += [Score("asked", "analogies", analogies, 9)] if analogies is not None else []
    return RunResult(
        label, seed, status, tokens=1000, epochs=0.25 if status == "partial" else 1.0,
        planned_epochs=1, targets=5000.0, seconds=1000 / speed, nats=nats, n_targets=50,
        curve=tuple(Moment(*m) for m in curve), scores=tuple(scores),
    )  # fmt: skip


def results_of(*runs, costs=None):
    labels = list(dict.fromkeys(one.label for one in runs))
    return Results({}, ABOUT, labels, costs or {}, list(runs))


def advice_of(*runs, costs=None):
    found = recommend(results_of(*runs, costs=costs))
    return {one.question: one for one in found}


def test_the_first_choice_is_the_fastest_of_the_good_ones():
    advice = advice_of(run("best", 6.00, 100), run("good", 6.05, 300), run("fast", 6.50, 900))
    assert next(iter(advice)) == "First choice"
    assert advice["First choice"].choice == "good"
    assert "the fastest of the 2 that are near the best in held-out loss" in (
        advice["First choice"].reason
    )
    assert "300 words/s" in advice["First choice"].reason
    assert advice["For speed"].choice == "fast"
    assert "9.0 times as fast as best, whose held-out loss is 0.500 nats lower" in (
        advice["For speed"].reason
    )


def test_for_probabilities_the_lowest_loss_counts():
    advice = advice_of(run("a", 6.00, 100), run("b", 6.05, 300))
    assert advice["For probabilities"].choice == "a"
    assert "lowest held-out loss, 6.000 nats per target (next: b, 6.050)" in (
        advice["For probabilities"].reason
    )


def test_differences_within_noise_are_decided_by_speed():
    advice = advice_of(run("a", 6.000, 100), run("b", 6.015, 300))
    assert advice["For probabilities"].choice == "b"
    assert "as good as the lowest (a, 6.000), and it trains 3.0 times as fast" in (
        advice["For probabilities"].reason
    )
    # a wide spread over the seeds is noise too
    wide = [run("a", 6.0 + d, 100, seed) for seed, d in enumerate((-0.1, 0.1))]
    advice = advice_of(*wide, run("b", 6.1, 300))
    assert advice["For probabilities"].choice == "b"


def test_good_vectors_need_not_predict_well():
    advice = advice_of(
        run("tree", 6.0, 100, pairs=50.0, analogies=20.0),
        run("vectors", 7.0, 300, pairs=65.0, analogies=35.0),
    )
    assert advice["For word vectors"].choice == "vectors"
    assert "similarity 65.0 and analogies 35.0 %" in advice["For word vectors"].reason
    assert advice["For probabilities"].choice == "tree"
    first = advice["First choice"]
    assert first.choice == "vectors"
    assert "none is near the best in held-out loss, similarity and analogies" in first.reason


def test_vectors_as_good_and_faster_are_preferred():
    advice = advice_of(run("slow", 6.0, 100, pairs=60.4), run("fast", 6.5, 300, pairs=60.0))
    assert advice["For word vectors"].choice == "fast"
    assert "as good as the best (slow: 60.4), and it trains 3.0 times as fast" in (
        advice["For word vectors"].reason
    )


def test_without_tests_there_is_no_word_about_vectors():
    assert "For word vectors" not in advice_of(run("a", 6.0, 100))


def test_only_complete_runs_are_recommended():
    advice = advice_of(
        run("a", 6.0, 100),
        run("b", 5.0, 900, status="partial"),
        RunResult("c", 1, "failed", "the loss is not a finite number any more."),
    )
    assert {one.choice for one in advice.values()} == {"a", ""}
    assert advice["Not finished"].reason == (
        "b: trained on 25 % of the text planned, all that the time allowed."
    )
    assert advice["Failed"].reason == "c: the loss is not a finite number any more."


def test_nothing_complete_nothing_recommended():
    found = recommend(results_of(run("b", 5.0, 900, status="partial")))
    assert [one.question for one in found] == ["Not finished"]


def test_a_failed_seed_is_mentioned_but_the_others_count():
    results = results_of(run("a", 6.0, 100), RunResult("a", 2, "failed", "too hot"))
    one = summaries(results)[0]
    assert (one.status, one.n_runs) == ("complete", 1)
    assert one.message == "1 of 2 runs failed: too hot"


def test_with_little_time_the_curves_decide():
    advice = advice_of(
        run("fast", 7.0, 1000, curve=[(0.5, 500, 8.0), (1.0, 1000, 7.0)]),
        run("steep", 6.0, 100, curve=[(0.9, 90, 6.5), (10.0, 1000, 6.0)]),
    )
    assert advice["With little time"].choice == "steep"
    assert "after 1 s" in advice["With little time"].reason
    assert "6.500 nats (next fast, 7.000)" in advice["With little time"].reason


def test_costs_that_grow_with_the_vocabulary_are_named():
    costs = {
        "full": [Cost(1_000, 1, 1.0, 1.0), Cost(64_000, 1, 1.0, 60.0)],
        "sampled": [Cost(1_000, 1, 1.0, 1.0), Cost(64_000, 1, 1.0, 2.5)],
    }
    advice = advice_of(run("full", 6.0, 100), run("sampled", 6.1, 900), costs=costs)
    reason = advice["With a large vocabulary"].reason
    assert "from 1,000 to 64,000 words a prediction becomes slower: full 60 times" in reason
    assert reason.endswith("all others at most 2.5 times.")
    del costs["sampled"]
    assert "With a large vocabulary" not in advice_of(run("full", 6.0, 100), costs=costs)


def test_what_is_slower_and_worse_is_not_worth_it():
    advice = advice_of(run("a", 6.0, 300), run("b", 6.3, 100), run("c", 7.0, 400))
    assert advice["Not worth it here"].reason == (
        "in nothing the best: b (a is faster and better)."
    )


def test_what_has_learned_nothing_is_named():
    advice = advice_of(run("a", 6.0, 300), run("b", 9.2, 900), run("c", 9.0, 900))
    reason = advice["Not learned"].reason
    assert reason.startswith("b and c: no better at predicting than word frequencies alone (9.000")


@pytest.mark.parametrize(
    ("values", "mean"),
    [([], None), ([math.nan], None), ([2.0], Mean(2.0)), ([1.0, 3.0, math.nan], Mean(2.0, 2**0.5))],
)
def test_means_leave_out_what_is_no_number(values, mean):
    found = Mean.of(values)
    assert found == mean or (found and found.spread == pytest.approx(mean.spread))
