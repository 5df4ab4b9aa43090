"""The search for each objective's best learning rate, and what is compared at it."""

import json
import math
from dataclasses import replace

import pytest
from cli_helpers import run as run_cli
from cli_helpers import write_english
from comparison_results import ABOUT, SETTINGS

from huffvec.comparison import compare
from huffvec.comparison.ladder import best_step, bounds, next_step, rate_at
from huffvec.comparison.progress import RunLines
from huffvec.comparison.reading import load
from huffvec.comparison.report.rate_plots import quality_against_rate, rates_table
from huffvec.comparison.report.recommendation import recommend
from huffvec.comparison.report.style import LIGHT
from huffvec.comparison.results import FILE_NAME, Results, RunResult, Score
from huffvec.comparison.terms import Terms
from huffvec.comparison.tuning import score
from huffvec.errors import ConfigError, FormatError

OVERFLOWED = -math.inf
QUICK = {"dim": 8, "min_count": 1, "n_threads": 1, "probe_seconds": 0}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    return write_english(tmp_path_factory.mktemp("text") / "english.txt", 1500)


# The ladder.


def climbed(score_of, low=-6, high=6, *, finer=False):
    """Return the steps in the order in which they are tried, and the best."""
    scores = {}
    while (step := next_step(scores, low, high, finer=finer)) is not None:
        assert step not in scores
        scores[step] = score_of(step)
    return list(scores), best_step(scores)


@pytest.mark.parametrize(
    ("peak", "tried"),
    [
        (0.0, [0, 1, -1]),
        (2.2, [0, 1, 2, 3]),
        (-2.0, [0, 1, -1, -2, -3]),
    ],
)
def test_a_ladder_ends_when_the_best_lies_inside(peak, tried):
    assert climbed(lambda step: -abs(step - peak)) == (tried, round(peak))


def test_nothing_above_what_overflows_is_tried():
    assert climbed(lambda step: OVERFLOWED if step > 1 else step) == ([0, 1, 2], 1)
    assert climbed(lambda step: OVERFLOWED if step > -3 else -step) == (
        [0, -1, -2, -3, -4, -5, -6],
        -6,
    )
    assert climbed(lambda _: OVERFLOWED, low=-2) == ([0, -1, -2], 0)


def test_a_ladder_ends_at_its_bounds():
    assert climbed(lambda step: step, high=2) == ([0, 1, 2], 2)
    assert climbed(lambda step: -step, low=0) == ([0, 1], 0)


def test_a_plateau_is_left_where_it_was_reached():
    assert climbed(lambda _: 1.0) == ([0, 1, -1], 0)


def test_with_nothing_learned_two_higher_ones_must_be_worse():
    scores = {0: -6.0, 1: -6.1, 2: -5.0}
    assert next_step({0: -6.0, 1: -6.1}, -6, 6, n_above=2) == 2
    assert next_step(scores, -6, 6, n_above=1) == 3
    assert next_step({0: -6.0, 1: OVERFLOWED}, -6, 6, n_above=2) == -1


def test_half_steps_are_beside_the_best():
    assert climbed(lambda step: -abs(step - 0.6), finer=True) == ([0, 1, 2, 1.5, 0.5], 0.5)


def test_rates_are_short_and_within_their_bounds():
    assert rate_at(0.0375, 0) == 0.0375
    assert [rate_at(0.05, step) for step in (-4, 0.5, 1)] == [0.00313, 0.0707, 0.1]
    assert bounds(0.05) == (-6, 6)
    assert bounds(4.0) == (-6, 1)
    assert bounds(0.05, 0.02) == (-1, 6)
    assert bounds(1e-7) == (0, 6)


def test_what_a_rate_is_judged_by():
    pairs = Score("a", "pairs", 30.0, 9), Score("b", "pairs", 50.0, 9)
    scores = (*pairs, Score("c", "pairs", math.nan, 0), Score("d", "analogies", 7.0, 9))
    run = RunResult("nce", 1, "complete", nats=6.0, scores=scores)
    assert score(run, "held-out") == -6.0
    assert score(run, "pairs") == 40.0
    assert score(run, "analogies") == 7.0
    assert score(replace(run, scores=()), "pairs") == OVERFLOWED
    assert score(replace(run, status="failed"), "held-out") == OVERFLOWED


# The whole.


def test_every_objective_is_compared_at_its_best_rate(text, tmp_path):
    objectives = "negative-sampling,hierarchical-softmax,nce:learning_rate=0.05"
    options = QUICK | {"epochs": 3, "learning_rate": 0.1}
    found = compare(text, objectives, tmp_path, tune=True, seeds=2, **options)
    results = found.results
    sampling, tree, given = results.terms
    assert (given.learning_rate, given.note) == (0.05, "its rate was given")
    for terms in (sampling, tree):
        assert terms.untuned_rate == 0.1
        assert len(terms.rates) >= 3
        assert list(terms.rates) == sorted(terms.rates)
        runs = {rate: results.find(replace(terms, learning_rate=rate), 1) for rate in terms.rates}
        best = min((r for r in runs.values() if r.status != "failed"), key=lambda r: r.nats)
        assert best.learning_rate == terms.learning_rate
        assert terms.rates[0] < terms.learning_rate < terms.rates[-1] or terms.note
    assert [(one.n_runs, one.learning_rate) for one in found.summaries()] == [
        (2, terms.learning_rate) for terms in results.terms
    ]
    assert load(tmp_path) == results
    page = found.page.read_text()
    assert "<h2>Learning rates</h2>" in page
    assert "Quality against learning rate" in page
    assert (tmp_path / "rates.png").exists()
    [rates] = [one for one in found.recommendation() if one.question == "Learning rates"]
    assert rates.reason.startswith("each at the best found for it by held-out loss, of ")
    assert "(3 epochs); nce:learning_rate=0.05: its rate was given." in rates.reason


def test_a_search_that_was_interrupted_goes_on(text, tmp_path, capsys):
    class Stopping(RunLines):
        def finished(self, result, count):
            super().finished(result, count)
            if count == "2":
                raise KeyboardInterrupt

    options = QUICK | {"epochs": 1, "tune": True}
    import sys

    with pytest.raises(KeyboardInterrupt):
        compare(text, "nce", tmp_path, progress=Stopping(sys.stderr), **options)
    assert len(load(tmp_path).runs) == 2
    found = compare(text, "nce", tmp_path, **options)
    assert found.n_reused == 2
    again = compare(text, "nce", tmp_path, **options)
    assert again.n_reused == len(again.results.runs) == len(found.results.runs)
    untuned = compare(text, "nce", tmp_path, epochs=1, **QUICK)
    assert untuned.n_reused == 1  # the first of the ladder
    assert untuned.results.terms[0].tuned_by is None
    [rates] = [one for one in untuned.recommendation() if one.question == "Learning rates"]
    assert "tune searches the best rate of each first" in rates.reason


def test_comparisons_by_epochs_by_time_and_to_convergence(text, tmp_path):
    options = QUICK | {"epochs": 1, "minutes": 0.02, "learning_rate": 0.2, "seeds": 2}
    by = ("convergence", "time", "epochs")
    found = compare(text, "hierarchical-softmax", tmp_path, by=by, **options)
    results = found.results
    assert results.by == ["epochs", "time", "convergence"]
    one = results.compared("epochs")
    assert one == results.compared()
    assert [(run.planned_epochs, run.timed) for run in one.runs] == [(1, False)] * 2
    assert all(run.timed for run in results.compared("time").runs)
    assert results.compared("time").settings["epochs"] is None
    [terms] = results.compared("convergence").terms
    doubled = sorted({run.planned_epochs for run in results.runs if not run.timed})
    assert doubled == [2**n for n in range(len(doubled))]
    assert terms.note or terms.epochs == doubled[-2]
    page = found.page.read_text()
    for heading in ("By equal epochs: 1 epoch", "By equal time: 0.02 min", "To convergence: "):
        assert heading in page
    questions = [one.question for one in found.recommendation()]
    assert "By equal time: for probabilities" in questions


def test_a_slow_objective_ends_its_search_at_once(text, tmp_path):
    options = QUICK | {"epochs": 1000, "minutes": 0.001, "seeds": 3, "tune": True}
    found = compare(text, "nce", tmp_path, by="epochs", **options)
    assert [run.status for run in found.results.runs] == ["partial"]
    [terms] = found.results.terms
    assert terms.note.startswith("the search for its rate ended early: a run did not end within 0:")
    assert "the search for its rate ended early" in found.page.read_text()


def test_what_fails_at_any_rate_is_tried_once(text, tmp_path):
    (tmp_path / "tree.tsv").write_text("the\tthe\nof\tof\n")
    objective = f"hierarchical-softmax:tree={tmp_path / 'tree.tsv'}"
    found = compare(text, objective, tmp_path / "report", tune=True, epochs=1, **QUICK)
    assert [run.status for run in found.results.runs] == ["failed"]
    assert found.results.terms[0].note == "no rate was searched: the first run failed"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tune": True, "tune_by": "pairs"}, "tune_by='pairs' needs pairs"),
        ({"tune_by": "held-out", "tune_finer": True}, "tune_finer needs tune=True"),
        ({"tune_by": "analogies"}, "tune_by needs tune=True"),
        ({"by": "time"}, "by='time' needs minutes"),
        ({"by": "loss"}, "by must be one or more of epochs, time, convergence, not 'loss'"),
        ({"by": ["epochs", 3]}, "by must be one or more of epochs, time, convergence, not"),
    ],
)
def test_options_that_do_not_fit_are_refused(text, tmp_path, options, message):
    with pytest.raises(ConfigError, match=message):
        compare(text, "nce", tmp_path / "report", **QUICK, **options)


def test_rates_are_searched_from_the_command_line(text, tmp_path, capsys):
    folder, pairs = tmp_path / "report", tmp_path / "pairs.tsv"
    pairs.write_text("cat\tdog\t9\ncat\tcar\t1\ntruck\ttrain\t8\n")
    args = ["compare", text, "--objectives", "nce", "-o", folder, "--dim", 8, "--threads", 1]
    args += ["--min-count", 1, "--probe-seconds", 0, "--pairs", pairs]
    args += ["--tune", "--tune-by", "pairs", "--learning-rate", 0.1]
    assert run_cli(*args) == 0
    shown = capsys.readouterr().out
    assert "objective\trate\twords/s" in shown
    assert "Learning rates: each at the best found for it by the mean score on word pairs" in shown
    assert json.loads((folder / FILE_NAME).read_bytes())["terms"][0]["tuned_by"] == "pairs"
    assert run_cli(*args, "--by", "never") == 2
    assert "--by must be one or more of epochs, time, convergence" in capsys.readouterr().err


# What is read and drawn.


def run_at(rate, nats, *, status="complete", label="nce"):
    return RunResult(
        label, 1, status, "too hot" if status == "failed" else "", tokens=5, epochs=1.0,
        planned_epochs=1, targets=5.0, seconds=1.0, nats=nats, learning_rate=rate,
        diverged=status == "failed",
    )  # fmt: skip


def tuned_results():
    runs = [run_at(0.05, 6.4), run_at(0.1, 6.1), run_at(0.2, 6.2)]
    runs.append(run_at(0.4, math.nan, status="failed"))
    terms = Terms("epochs", "nce", 1, 0.1, 0.05, "held-out", (0.05, 0.1, 0.2, 0.4), 1)
    return Results(SETTINGS, ABOUT, ["nce"], {}, runs, [terms])


def test_the_curve_marks_the_best_the_start_and_what_overflowed():
    [ax] = quality_against_rate(tuned_results(), LIGHT).axes
    marks = {line.get_marker(): line for line in ax.lines}
    assert marks["x"].get_xdata() == [0.4]
    circle = next(line for line in ax.lines if line.get_markersize() == 11)
    assert (circle.get_xdata()[0], circle.get_ydata()[0]) == (0.1, 6.1)
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    table = rates_table(tuned_results())
    for cell in ("0.05: 6.400", "0.1: 6.100", "0.05, 0.1, 0.2, 0.4", ">0.4<"):
        assert cell in table


def test_scores_are_drawn_if_rates_are_searched_by_them():
    found = tuned_results()
    runs = [replace(r, scores=(Score("a", "pairs", 10 * r.nats, 9),)) for r in found.runs[:3]]
    terms = replace(found.terms[0], tuned_by="pairs", rates=(0.05, 0.1, 0.2))
    [ax] = quality_against_rate(replace(found, runs=runs, terms=[terms]), LIGHT.narrow()).axes
    assert ax.get_ylim()[0] < ax.get_ylim()[1]
    assert sorted(ax.lines[0].get_ydata()) == [61.0, 62.0, 64.0]


def test_only_runs_at_the_best_rate_are_recommended():
    found = tuned_results()
    other = [run_at(0.1, 6.3, label="blackout"), run_at(0.2, 5.0, label="blackout")]
    terms = Terms("epochs", "blackout", 1, 0.1, 0.1, "held-out", (0.1,), 1)
    labels = ["nce", "blackout"]
    both = Results(SETTINGS, ABOUT, labels, {}, [*found.runs, *other], [*found.terms, terms])
    first = {one.question: one for one in recommend(both)}
    assert first["For probabilities"].choice == "nce"
    assert "6.100" in first["For probabilities"].reason


def test_results_of_version_1_are_read(tmp_path):
    own = "blackout:learning_rate=0.5"
    labels = ["nce", own]
    runs = [run_at(None, 6.0), run_at(None, 6.1, label=own)]
    settings = {**SETTINGS, "config": {**SETTINGS["config"], "learning_rate": 0.025}}
    Results(settings, ABOUT, labels, {}, runs).save(tmp_path)
    values = json.loads((tmp_path / FILE_NAME).read_bytes())
    for run in values["runs"]:
        for name in ("learning_rate", "timed", "diverged"):
            del run[name]
    del values["terms"]
    (tmp_path / FILE_NAME).write_text(json.dumps(values | {"huffvec_comparison": 1}))
    found = load(tmp_path)
    assert [(run.learning_rate, run.timed) for run in found.runs] == [(0.025, False), (0.5, False)]
    assert found.compared().runs == found.runs


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"by": "luck"}, "by must be one of epochs, time, convergence, not 'luck'"),
        ({"rates": [0.1, -2]}, "a rate must be a number from 1e-30 to 10, not -2"),
        ({"tuned_by": 3}, "tuned_by must be one of held-out, pairs, analogies, not 3"),
        ({"label": "nobody"}, "'nobody' is none of the labels"),
    ],
)
def test_terms_that_cannot_be_are_refused(tmp_path, change, message):
    tuned_results().save(tmp_path)
    values = json.loads((tmp_path / FILE_NAME).read_bytes())
    values["terms"][0] |= change
    (tmp_path / FILE_NAME).write_text(json.dumps(values))
    with pytest.raises(FormatError, match=message):
        load(tmp_path)


def test_whether_a_run_was_timed_is_true_or_false(tmp_path):
    tuned_results().save(tmp_path)
    values = json.loads((tmp_path / FILE_NAME).read_bytes())
    values["runs"][0]["timed"] = 1
    (tmp_path / FILE_NAME).write_text(json.dumps(values))
    with pytest.raises(FormatError, match="timed must be true or false, not 1"):
        load(tmp_path)
