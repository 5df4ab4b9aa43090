"""Logs and results that were changed are read or refused, and what is read can be drawn."""

import contextlib
import copy
import json
from dataclasses import asdict, replace

import pytest
from comparison_results import ABOUT, SETTINGS
from hypothesis import HealthCheck, given, settings
from mutated_json import mutated, text_of

from huffvec.comparison.cost import Cost
from huffvec.comparison.depth import DepthBin, TreeDepth
from huffvec.comparison.reading import load
from huffvec.comparison.report.page import _draw, _page
from huffvec.comparison.report.plots import available_plots
from huffvec.comparison.report.recommendation import recommend
from huffvec.comparison.report.style import LIGHT
from huffvec.comparison.results import (
    FILE_NAME,
    VERSION,
    Gradients,
    Memory,
    Moment,
    Results,
    RunResult,
    Score,
)
from huffvec.comparison.terms import Terms
from huffvec.errors import FormatError
from huffvec.evaluation.calibration import Calibration
from huffvec.evaluation.gradient_bias import GradientBias, GradientBiases
from huffvec.evaluation.reliability import ReliabilityBin
from huffvec.files.json_values import finite
from huffvec.training.logged_runs import logged_runs
from huffvec.training.plot import plot_logs

SLOW = settings(deadline=5_000, suppress_health_check=[HealthCheck.too_slow])

POINT = {
    "epoch": 1, "epochs": 2, "tokens": 500, "total_tokens": 1000, "seconds": 2.0, "loss": 2.5,
    "words_per_second": 250.0, "learning_rate": 0.01, "seconds_left": None, "targets": 1000.0,
    "objective": "nce", "heldout": None,
}  # fmt: skip
START = {
    "event": "start", "time": "2026-01-01T00:00:00+00:00", "tokens": 0, "config": {"dim": 8},
    "objective": {"name": "nce", "samples": 10}, "n_words": 14, "corpus_tokens": 500,
}  # fmt: skip
LOG = [
    START,
    {"event": "report", **POINT},
    {"event": "epoch", **POINT, "heldout": 2.4},
    START | {"tokens": 500},
    {"event": "report", **POINT, "tokens": 900, "loss": 2.1},
    {"event": "end", **POINT, "tokens": 1000, "stopped": ""},
]


def write_log(folder, records):
    path = folder / "mutated.jsonl"
    path.write_text("".join(text_of(record) + "\n" for record in records))
    return path


@given(mutated(LOG))
@settings(max_examples=300)
def test_changed_logs_are_read_or_refused(tmp_path_factory, records):
    with contextlib.suppress(FormatError):
        assert logged_runs(write_log(tmp_path_factory.getbasetemp(), records))


@given(mutated(LOG))
@settings(SLOW, max_examples=15)
def test_logs_that_are_read_can_be_drawn(tmp_path_factory, records):
    pytest.importorskip("matplotlib")
    path = write_log(tmp_path_factory.getbasetemp(), records)
    with contextlib.suppress(FormatError):
        plot_logs([path], path.with_suffix(".svg"))


BIN = ReliabilityBin(0.1, 0.3, 50, 0.2, 0.22, 0.05)
CALIBRATION = Calibration(
    50, 0.2, 0.25, 0.05, 0.04, 0.1, 0.08, 6.0, 5.5, 0.2, (BIN, BIN), (BIN, replace(BIN, observed=0))
)
BIASES = GradientBiases(
    (
        GradientBias("nce", 5, 0.3, 0.1, 0.9, 0.5, 0.0, 0.1),
        GradientBias("nce", 20, 0.1, 0.1, 0.99, 0.3, 0.0, 0.05),
    ),
    60,
    200,
)
RUN = RunResult(
    "nce", 1, "complete", tokens=1000, epochs=1.0, planned_epochs=1, targets=5000.0, seconds=2.0,
    nats=6.0, n_targets=50, curve=(Moment(0.5, 500, 8.0), Moment(2.0, 1000, 6.0)),
    scores=(Score("pairs", "pairs", 40.0, 300), Score("asked", "analogies", 9.0, 900)),
    memory=Memory(1000, 1000, 3000, None), learning_rate=0.1,
    calibration=CALIBRATION,
)  # fmt: skip
TREE = TreeDepth(3.0, 2.5, (DepthBin(0.5, 1.0, 1, 1), DepthBin(0.1, 4.0, 3, 5)))
TERMS = [
    Terms("epochs", "nce", 1, 0.1, 0.2, "held-out", (0.1, 0.2), 1, "its note"),
    Terms("epochs", "hierarchical-softmax", 1, 0.1, 0.1, "held-out", (0.1,), 1),
    Terms("epochs", "blackout", 1, None, None, "held-out"),
    Terms("convergence", "nce", 1, 0.2, 0.1, "held-out", (0.1, 0.2), 1),
]
COSTS = [Cost(10, 500, 900.0, 0.1), Cost(100, 500, 900.0, 0.2)]


def results():
    """Return results with everything that there can be, as JSON values."""
    runs = [
        RUN,
        replace(RUN, label="hierarchical-softmax", status="partial", epochs=0.3, tree=TREE),
        replace(RUN, seed=2, nats=6.1),
        replace(RUN, learning_rate=0.2, nats=6.3),
        RunResult("blackout", 1, "failed", "too hot", planned_epochs=1, diverged=True),
    ]
    labels = ["nce", "hierarchical-softmax", "blackout"]
    costs = {"nce": COSTS, "hierarchical-softmax": COSTS}
    gradients = Gradients("nce", 6.0, BIASES)
    return Results(SETTINGS, ABOUT, labels, costs, runs, TERMS, gradients)


def test_results_that_are_whole_are_read(tmp_path):
    results().save(tmp_path)
    assert load(tmp_path) == results()


DOCUMENT = {"huffvec_comparison": VERSION, "recommendation": [], **finite(asdict(results()))}


def read_changed(folder, document):
    (folder / FILE_NAME).write_text(text_of(json.loads(json.dumps(document))))
    return load(folder)


@given(mutated(DOCUMENT))
@settings(SLOW, max_examples=400)
def test_changed_results_are_read_or_refused(tmp_path_factory, document):
    folder = tmp_path_factory.getbasetemp()
    with contextlib.suppress(FormatError):
        found = read_changed(folder, document)
        advice = recommend(found)
        assert "<html" in _page(found, [])
        found.save(folder, [asdict(one) for one in advice])
        load(folder)


@given(mutated(DOCUMENT))
@settings(SLOW, max_examples=10)
def test_results_that_are_read_can_be_drawn(tmp_path_factory, document):
    pytest.importorskip("matplotlib")
    with contextlib.suppress(FormatError):
        found = read_changed(tmp_path_factory.getbasetemp(), document)
        for plot in available_plots(found):
            _draw(plot, found, LIGHT, "svg")


@pytest.mark.filterwarnings("error")
def test_odd_names_are_drawn_as_they_are():
    pytest.importorskip("matplotlib")
    found, name = results(), "hierarchical-softmax:tree=_$x^{$日志.tsv"
    found.labels[1] = name
    found.runs[1] = replace(found.runs[1], label=name)
    found.costs[name] = found.costs.pop("hierarchical-softmax")
    for plot in available_plots(found):
        for paper in (LIGHT, LIGHT.narrow()):
            assert b"<svg" in _draw(plot, found, paper, "svg")


def changed(path, value):
    document = copy.deepcopy(DOCUMENT)
    *way, last = path
    place = document
    for key in way:
        place = place[key]
    place[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["runs", 0, "seconds"], 10**400, "(runs|seconds) must be a number up to 10¹⁸"),
        (["runs", 0, "seconds"], 0, "seconds must be a number from 1e-09"),
        (["runs", 0, "seed"], 1.5, "seed must be a whole number from 0 on, not 1.5"),
        (["runs", 0, "nats"], None, "nats must be a number of a run that did not fail"),
        (["runs", 0, "status"], "done", "status must be one of complete, partial, failed"),
        (["runs", 0, "label"], "other", "'other' is none of the labels"),
        (["runs", 0, "scores", 0, "kind"], "x", "kind must be one of pairs, analogies, not 'x'"),
        (["runs", 0, "scores", 0, "name"], 5, "name must be a text, not 5"),
        (["runs", 1, "tree", "bins"], [], "bins must be one or more"),
        (["runs", 0, "curve"], [{}] * 1001, "curve must be a list of up to 1,000"),
        (["runs", 0, "calibration", "ece"], 1.5, "ece must be a number from 0 to 1.01, not 1.5"),
        (["runs", 0, "calibration"], [], "calibration must be an object"),
        (["runs", 0, "calibration", "word_bins", 0, "predicted"], 0, "predicted must be a number"),
        (["gradients", "biases", "results"], [], "results must be one or more"),
        (["gradients", "biases", "results", 0, "bias"], -1, "bias must be a number from 0 to"),
        (["settings"], [], "settings must be an object"),
        (["settings", "epochs"], None, "neither epochs nor minutes are given"),
        (["about"], {}, "a record has no files"),
        (["about", "files"], "\ud800", "half a character"),
        (["about", "files"], "x" * 10_001, "a text of 10,001 characters"),
        (["about", "more"], "<600 deep>", "lists in lists in lists"),
        (["about", "more"], "<100000 deep>", "lists in lists in lists"),
        (["labels"], ["nce"] * 61, "labels must be a list of up to 60"),
    ],
)
def test_the_place_of_the_damage_is_named(tmp_path, path, value, message):
    with pytest.raises(
        FormatError, match=rf"is damaged or not the results of a comparison \(.*({message})"
    ):
        read_changed(tmp_path, changed(path, value))


def test_more_tests_than_a_report_can_show_are_refused(tmp_path):
    one = DOCUMENT["runs"][0]["scores"][0]
    many = [one | {"name": f"test {n}"} for n in range(31)]
    with pytest.raises(FormatError, match="scores of over 30 tests"):
        read_changed(tmp_path, changed(["runs", 0, "scores"], many))


def test_numbers_that_json_lacks_and_endless_files_are_refused(tmp_path):
    (tmp_path / FILE_NAME).write_text('{"huffvec_comparison": NaN}')
    with pytest.raises(FormatError, match="NaN is no number of JSON"):
        load(tmp_path)
    with (tmp_path / FILE_NAME).open("wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(FormatError, match="is over 100,000,000 bytes"):
        load(tmp_path)
