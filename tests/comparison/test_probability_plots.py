"""Calibration and the bias of gradients in a comparison and its report."""

from dataclasses import replace

import pytest
from cli_helpers import write_english
from comparison_results import ABOUT, SETTINGS

from huffvec.comparison import compare
from huffvec.comparison.reading import load
from huffvec.comparison.report.probability_plots import calibration_table, reliability
from huffvec.comparison.report.style import LIGHT
from huffvec.comparison.results import Results, RunResult
from huffvec.evaluation.calibration import Calibration
from huffvec.evaluation.reliability import ReliabilityBin

QUICK = {"dim": 8, "min_count": 1, "n_threads": 1, "probe_seconds": 0, "epochs": 1}


def test_a_comparison_says_whether_probabilities_are_right(tmp_path):
    text = write_english(tmp_path / "english.txt", 1500)
    objectives = (
        "hierarchical-softmax,nce:samples=3,nce:samples=9,sampled-softmax:learning_rate=0.1"
    )
    report = tmp_path / "report"
    found = compare(text, objectives, report, tune=True, learning_rate=0.05, **QUICK)
    results = found.results
    for run in results.runs:
        if run.status != "failed":
            assert run.calibration is not None
            assert run.calibration.n_targets <= run.n_targets
            assert run.calibration.nats == pytest.approx(run.nats, 1e-4)  # all were looked at
    assert results.gradients is not None
    rows = [run for run in results.runs if run.label != "hierarchical-softmax"]
    assert results.gradients.nats == min(run.nats for run in rows if run.status != "failed")
    names = {one.objective for one in results.gradients.biases.results}
    assert names == {"nce", "sampled-softmax"}
    page = found.page.read_text()
    assert "<h2>Calibration</h2>" in page
    assert "Gradients of objectives that draw words" in page
    assert (report / "gradient-bias.png").exists()
    assert load(report) == results
    again = compare(text, objectives, report, tune=True, learning_rate=0.05, **QUICK)
    assert again.results.gradients == results.gradients


def test_without_a_search_there_are_no_gradients(tmp_path):
    text = write_english(tmp_path / "english.txt", 300)
    found = compare(text, "nce,hierarchical-softmax", tmp_path / "report", **QUICK)
    assert found.results.gradients is None
    assert not (tmp_path / "report" / "gradient-bias.png").exists()


def results_of(*frequencies):
    bins = tuple(
        ReliabilityBin(p / 2, 2 * p, 100, p, p * f, p / 9)
        for p, f in zip((1e-4, 1e-3, 1e-2), frequencies, strict=True)
    )
    one = Calibration(50, 0.2, 0.25, 0.05, 0.04, 0.6931, 0.0953, 6.0, 5.5, 0.2, bins, bins)
    run = RunResult("nce", 1, "complete", nats=6.0, calibration=one)
    tree = replace(run, label="hierarchical-softmax", calibration=None)
    return Results(SETTINGS, ABOUT, ["nce", "hierarchical-softmax"], {}, [run, tree])


def test_the_table_and_the_line():
    results = results_of(0.0, 1.0, 2.0)
    table = calibration_table(results)
    assert "<tr><th>nce</th>" in table
    assert "hierarchical-softmax" not in table
    for cell in ("20.0%", "25.0%", "5.00%", "4.00%", "2.00", "1.10", "+0.500"):
        assert f">{cell}<" in table or f">{cell} <" in table
    _, line = reliability(results, LIGHT).axes[0].get_lines()
    assert line.get_xydata().tolist() == [
        pytest.approx([1e-4, 1 / 30]), pytest.approx([1e-3, 1]), pytest.approx([1e-2, 2])
    ]  # fmt: skip
    results.runs = [replace(run, calibration=None) for run in results.runs]
    assert calibration_table(results) == ""
