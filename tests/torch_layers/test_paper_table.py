"""The example's table of a paper: learning rates are searched, and an interrupted run goes on."""

import importlib.util
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def table(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    spec = importlib.util.spec_from_file_location("mnih_teh_2012", EXAMPLES / "mnih_teh_2012.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def test_the_best_learning_rate_is_better_than_its_half_and_its_double(table):
    tried = []

    def measure(rate):
        tried.append(rate)
        return table.Trial("row", rate, 1, abs(rate - 0.75), 9.0, 1.0)

    assert table.best_trial(measure, 0.1).learning_rate == 0.8
    assert tried == [0.1, 0.2, 0.05, 0.4, 0.8, 1.6]


def test_trainings_are_found_again_and_those_of_other_options_refused(table, tmp_path):
    path = tmp_path / "table.tsv"
    row = table.make_rows(["nce"], 100)[0]
    trial = table.Trial(row.label, 0.1, 3, 45.5, float("inf"), 0.25)
    table.TrialFile(path, {"dim": 8}).add(trial)
    again = table.TrialFile(path, {"dim": 8})
    assert again.find(row, 0.1) == trial
    assert again.find(row, 0.2) is None
    with pytest.raises(SystemExit, match=r"table\.tsv is of other texts or options; give another"):
        table.TrialFile(path, {"dim": 9})


def test_rows_are_the_papers_and_one_for_each_other_objective(table):
    rows = table.make_rows(["full-softmax", "nce", "blackout"], 60)
    assert [row.n_samples for row in rows] == [0, 1, 5, 25, 100, 1, 5, 25, 100, 60]
    assert [row.options.get("proposal") for row in rows[4:6]] == ["unigram", "uniform"]
    assert rows[-1].label == "`blackout`, 60"
