"""The rules of the recommendation, on results that are made up."""

import math
from dataclasses import replace

import pytest

from huffvec.comparison.cost import Cost
from huffvec.comparison.evidence import LOSS, Quality
from huffvec.comparison.learned import has_vectors, predicts
from huffvec.comparison.report.recommendation import recommend
from huffvec.comparison.results import Moment, Results, RunResult, Score
from huffvec.comparison.summary import Mean, summaries

ABOUT = {"unigram_nats": 9.0, "unigram_sample_nats": 9.0}


def run(label, nats, speed, seed=1, *, pairs=None, analogies=None, status="complete", curve=()):
    scores = [Score("pairs", "pairs", pairs, 900)] if pairs is not None else []
    scores += [Score("asked", "analogies", analogies, 900)] if analogies is not None else []
    return RunResult(
        label, seed, status, tokens=1000, epochs=0.25 if status == "partial" else 1.0,
        planned_epochs=1, targets=5000.0, seconds=1000 / speed, nats=nats, n_targets=50,
        curve=tuple(Moment(*m) for m in curve), scores=tuple(scores),
    )  # fmt: skip


def results_of(*runs, costs=None):
    labels = list(dict.fromkeys(one.label for one in runs))
    return Results({"words": 1000}, ABOUT, labels, costs or {}, list(runs))


def advice_of(*runs, costs=None):
    found = recommend(results_of(*runs, costs=costs))
    return {one.question: one for one in found}


def test_the_first_choice_is_the_fastest_of_the_good_ones():
    advice = advice_of(run("best", 6.00, 100), run("good", 6.05, 300), run("fast", 6.50, 900))
    assert next(iter(advice)) == "First choice"
    assert advice["First choice"].choices == ("good",)
    assert advice["First choice"].reason == (
        "the fastest of the 2 that are near the best in held-out loss. 300 words/s, held-out loss "
        "6.050 nats per target (one seed)."
    )
    assert advice["For speed"].choice == "fast"
    assert advice["For speed"].reason.startswith("the fastest: 900 words/s, held-out loss 6.500")


def test_for_probabilities_the_lowest_loss_counts():
    advice = advice_of(run("a", 6.00, 100), run("b", 6.05, 300))
    assert advice["For probabilities"].choice == "a"
    assert advice["For probabilities"].reason == (
        "the lowest loss: held-out loss 6.000 nats per target; next b: held-out loss 6.050 nats "
        "per target (one seed)."
    )


def test_differences_within_noise_are_decided_by_speed():
    advice = advice_of(run("a", 6.000, 100), run("b", 6.015, 300))
    assert advice["For probabilities"].choice == "b"
    assert advice["For probabilities"].reason == (
        "as good as a and faster: b: held-out loss 6.015 nats per target, 300 words/s; a: held-out "
        "loss 6.000 nats per target, 100 words/s (one seed)."
    )


def seeds_of(label, nats, speeds):
    return [run(label, n, s, seed) for seed, (n, s) in enumerate(zip(nats, speeds, strict=True), 3)]


def test_with_several_seeds_their_spread_is_the_noise():
    wide = seeds_of("wide", (5.9, 6.1, 6.0), (100, 101, 99))
    fast = seeds_of("fast", (6.1, 6.0, 6.2), (300, 303, 297))
    advice = advice_of(*wide, *fast)
    assert advice["For probabilities"].choice == "fast"
    assert advice["For probabilities"].reason.endswith("(3 seeds).")
    assert "means of 3 seeds" in advice["How sure"].reason
    narrow = seeds_of("narrow", (5.99, 6.0, 6.01), (100, 101, 99))
    fast = seeds_of("fast", (6.04, 6.05, 6.06), (300, 303, 297))
    advice = advice_of(*narrow, *fast)
    assert advice["For probabilities"].choice == "narrow"
    # one of them with a single seed: its spread is not known
    advice = advice_of(narrow[0], *seeds_of("fast", (6.0, 6.01), (300, 303)))
    assert advice["For probabilities"].choice == "fast"
    assert "(1 to 2 seeds)" in advice["For probabilities"].reason


def test_speeds_that_noise_explains_decide_nothing():
    # one seed: less than 1.5 times as fast is noise
    advice = advice_of(run("a", 6.0, 1000), run("b", 6.01, 1400), run("c", 6.05, 1450))
    assert advice["For speed"].choice == "a, b or c"
    assert advice["For speed"].reason.startswith("a tie: a: 1,000 words/s, held-out loss 6.000")
    assert advice["For probabilities"].choices == ("a", "b")
    assert advice["For probabilities"].reason.startswith("a tie, also in speed: a: ")
    first = advice["First choice"]  # c is as fast, and worse
    assert first.choice == "a or b"
    assert first.reason.startswith("a tie: noise explains how they differ in speed and held-out l")
    assert "Not worth it here" not in advice
    assert "every number is from one run, and one seed gives no spread" in advice["How sure"].reason
    # several seeds: their spread is
    noisy = seeds_of("noisy", (6.0, 6.0), (1000, 4000)), seeds_of("b", (6.0, 6.0), (900, 2000))
    assert advice_of(*noisy[0], *noisy[1])["For speed"].choice == "noisy or b"
    quiet = seeds_of("quiet", (6.0, 6.0), (1000, 1001)), seeds_of("b", (6.0, 6.0), (900, 901))
    assert advice_of(*quiet[0], *quiet[1])["For speed"].choice == "quiet"


def test_equally_fast_ones_may_each_be_better_in_something():
    advice = advice_of(
        run("a", 6.00, 100, pairs=60.0, analogies=30.0),
        run("b", 6.05, 110, pairs=60.0, analogies=32.5),
    )
    assert advice["First choice"].choice == "a or b"
    assert "each is better in something of held-out loss, similarity and analogies" in (
        advice["First choice"].reason
    )


def test_what_has_not_learned_is_never_recommended():
    advice = advice_of(run("slow", 9.5, 100), run("fast", 9.2, 900))
    assert [one.choices for one in advice.values()] == [()] * len(advice)
    assert advice["First choice"].reason.startswith(
        "none. No objective predicts better than word frequencies alone (9.000 nats per target) "
        "(one seed). More text, more epochs"
    )
    assert advice["For probabilities"].reason.startswith("none predicts better")
    assert advice["For speed"].reason.startswith("none: a fast one that has learned nothing")
    # better vectors, faster, but without probabilities worth the name
    advice = advice_of(
        run("fast", 9.2, 900, pairs=60.0, analogies=30.0),
        run("slow", 8.0, 100, pairs=40.0, analogies=20.0),
        run("idle", 8.5, 5000, pairs=1.0, analogies=0.0),
    )
    assert advice["First choice"].choice == "slow"
    assert advice["First choice"].reason.startswith(
        "the only one that has learned in all that was measured: held-out loss, similarity and"
    )
    assert advice["For word vectors"].choice == "fast"
    assert advice["For probabilities"].choice == "slow"
    assert advice["Not learned"].reason.startswith(
        "fast: no better at predicting than word frequencies alone (9.000 nats per target). Such "
        "vectors may be useful, such probabilities are not. idle: the tests show no more than of "
        "random vectors."
    )
    # each has learned something, none everything
    advice = advice_of(run("a", 9.2, 900, pairs=60.0), run("b", 8.0, 100, pairs=1.0))
    assert "No objective both predicts better than word frequencies" in (
        advice["First choice"].reason
    )
    advice = advice_of(run("a", 9.2, 900, pairs=60.0))
    assert "for vectors alone, see below" in advice["First choice"].reason
    assert advice["For speed"].choice == "a"
    advice = advice_of(run("a", 8.0, 900, pairs=0.5))
    assert advice["For word vectors"].choices == ()


@pytest.mark.parametrize(
    ("kind", "value", "n", "shows"),
    [
        ("pairs", 16.1, 353, True),
        ("pairs", 15.9, 353, False),
        ("pairs", 99.0, 2, False),
        ("pairs", math.nan, 0, False),
        ("analogies", 0.05, 10_000, False),  # of 1,000 words, chance answers 10
        ("analogies", 0.3, 10_000, True),
        ("analogies", 0.2, 500, False),
    ],
)
def test_vectors_have_to_be_better_than_random_ones(kind, value, n, shows):
    one = replace(run("a", 6.0, 100), scores=(Score("test", kind, value, n),))
    assert has_vectors(results_of(one), "a") is shows


def test_the_loss_must_be_below_that_of_frequencies_beyond_noise():
    def learned(*nats):
        return predicts(summaries(results_of(*seeds_of("a", nats, [100] * len(nats))))[0], 9.0)

    assert not learned(8.99)
    assert learned(8.98)
    assert learned(8.99, 8.99, 8.99)
    assert not learned(8.8, 9.1, 8.9)


def test_good_vectors_need_not_predict_well():
    advice = advice_of(
        run("tree", 6.0, 100, pairs=50.0, analogies=20.0),
        run("vectors", 7.0, 300, pairs=65.0, analogies=35.0),
    )
    assert advice["For word vectors"].choice == "vectors"
    assert advice["For word vectors"].reason == (
        "the best vectors: similarity 65.0, analogies 35.0 %; next tree: similarity 50.0, "
        "analogies 20.0 % (one seed)."
    )
    assert advice["For probabilities"].choice == "tree"
    first = advice["First choice"]
    assert first.choice == "vectors"
    assert "none is near the best in held-out loss, similarity and analogies" in first.reason


def test_vectors_as_good_and_faster_are_preferred():
    advice = advice_of(run("slow", 6.0, 100, pairs=60.4), run("fast", 6.5, 300, pairs=60.0))
    assert advice["For word vectors"].choice == "fast"
    assert advice["For word vectors"].reason == (
        "as good as slow and faster: fast: similarity 60.0, 300 words/s; slow: similarity 60.4, "
        "100 words/s (one seed)."
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
    assert "held-out loss 6.500 nats per target (one seed)" in advice["With little time"].reason


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
        "in nothing the best: b (a is faster and at least as good)."
    )


def test_what_has_learned_nothing_is_named():
    advice = advice_of(run("a", 6.0, 300), run("b", 9.2, 900), run("c", 9.0, 900))
    reason = advice["Not learned"].reason
    assert reason.startswith("b and c: no better at predicting than word frequencies alone (9.000")


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ([], None),
        ([math.nan], None),
        ([2.0], Mean(2.0)),
        ([1.0, 3.0, math.nan], Mean(2.0, 2**0.5, 2)),
    ],
)
def test_means_leave_out_what_is_no_number(values, mean):
    found = Mean.of(values)
    assert found == mean or (found and found.spread == pytest.approx(mean.spread))


def test_noise_is_that_of_students_t():
    """Two samples of 3 and 2 runs: pooled variance by hand, t(3) = 3.18."""
    a, b = Mean.of([1.0, 2.0, 3.0]), Mean.of([5.0, 7.0])
    pooled = (2 * 1.0 + 1 * 2.0) / 3
    assert LOSS.noise(a, b) == pytest.approx(3.18 * math.sqrt(pooled * (1 / 3 + 1 / 2)))
    many = Mean(0.0, 1.0, 50)
    assert LOSS.noise(many, many) == pytest.approx(2.20 * math.sqrt(2 / 50))
    assert LOSS.noise(Mean(1.0), a) == LOSS.one_seed
    alike = Mean(1.0, 0.0, 3)
    assert LOSS.noise(alike, alike) == LOSS.least


def test_what_was_not_measured_is_worse_than_any():
    quality = Quality("score", lambda s: s.similarity, str, 1.0, 0.1)
    with_it, without = (
        summaries(results_of(one))[0] for one in (run("a", 6.0, 1, pairs=5.0), run("b", 6.0, 1))
    )
    assert quality.is_better(with_it, without)
    assert not quality.is_better(without, with_it)
    assert quality.is_tie(without, without)
    assert quality.best([without, with_it]) == [with_it]
