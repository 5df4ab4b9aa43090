"""``huffvec tune`` as users type it."""

import io
import json
import os
import signal

import pytest
from cli_helpers import run, start, write_english

import huffvec
from huffvec.tuning.progress import SilentTrials, TrialBar, TrialLines, trials_progress_for
from huffvec.tuning.trials import Trial

QUICK = ["--dim", 8, "--window", 3, "--min-count", 1, "--threads", 1]
ENDLESS = ["--trials", 5000, "--seeds", 0]


@pytest.fixture
def text(tmp_path):
    return write_english(tmp_path / "text.txt", 300)


def tune(text, *options):
    return run("tune", text, "-o", text.with_name("best.toml"), *QUICK, *options)


def test_the_best_trials_are_shown_and_trained_with(text, tmp_path, capsys):
    assert tune(text, "--trials", 3, "--seeds", 2, "--plot", tmp_path / "t.svg") == 0
    shown = capsys.readouterr()
    head, *rows = shown.out.splitlines()
    assert head.split("\t") == [
        *("trial", "score", "other seeds", "±", "learning_rate", "epochs", "samples", "seconds")
    ]
    assert rows[0].split("\t")[5].isdigit()
    assert 1 <= len(rows) <= 3
    for said in ("trial 0 (learning_rate=", "with seed 3", "The best options: ", "What to type"):
        assert said in shown.err
    assert (tmp_path / "t.svg").read_text("utf-8").count("<svg") == 1
    assert "are left" not in shown.err
    assert tune(text, "--trials", 3, "--seeds", 2, "--minutes", 60) == 0
    again = capsys.readouterr()
    assert again.out == shown.out
    assert "Trainings found there and not repeated: " in again.err
    assert " of 1:00:00 are left: all 3 trials are made." in again.err
    best = tmp_path / "best.toml"
    assert run("train", text, "--config", best, "-o", tmp_path / "m.hv", "-q") == 0
    rate = huffvec.read_config(best)["learning_rate"]
    assert huffvec.load(tmp_path / "m.hv").config.learning_rate == rate


def test_json_has_all_trials(text, tmp_path, capsys):
    (tmp_path / "pairs.tsv").write_text("cat\tdog\t9\ncar\ttruck\t9\ncat\tcar\t1\ndog\tcar\t2\n")
    options = ["--pairs", tmp_path / "pairs.tsv", "--objectives", "nce,hs", "--json", "-q"]
    search = ["--search", "learning-rate=0.01..0.2,architecture"]
    model = ["--save-model", tmp_path / "m.hv"]
    assert tune(text, "--trials", 3, "--seeds", 1, *options, *search, *model) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["number"] for one in found["trials"]] == [0, 1, 2]
    assert set(found["best"]) == {"number", "objective", "architecture", "learning_rate"}
    assert found["finalists"][0]["seeds"] == [2]
    assert found["finalists"][0]["spread"] is None
    assert found["config"].endswith("best.toml")
    assert huffvec.load(tmp_path / "m.hv").objective.name == found["best"]["objective"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--dim", 0], "--dim must be a whole number from 1"),
        (["--score", "pairs"], "--score pairs needs --pairs"),
        (["--search", "dim"], "--dim is given and searched"),
        (["--search", "rates"], "--search: 'rates' cannot be searched"),
        (["--plot", "t.html"], "the picture's name must end in .png"),
        (["-o", "best.json"], "--output must be a name that ends in .toml"),
        (["--save-model", "m.vec"], "is named as files of word2vec-text are"),
        (["--buckets", 3], "--buckets has no effect without --subwords"),
        (["--minutes", "x"], "--minutes must be a number"),
    ],
)
def test_what_cannot_be_used_is_said_in_flags(text, capsys, options, message):
    assert tune(text, *options) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_a_file_that_was_not_named_is_not_replaced(text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "best.toml").write_text("dim = 3\n")
    assert run("tune", text, *QUICK, "--trials", 1) == 1
    assert "'best.toml' exists already, and no output was named" in capsys.readouterr().err
    (tmp_path / "best.toml").unlink()
    for n_trials in (1, 2):
        assert run("tune", text, *QUICK, "--trials", n_trials, "--seeds", 0, "-q") == 0


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_keeps_the_trials_and_the_best(text, stop):
    best = text.with_name("best.toml")
    process = start("tune", text, "-o", best, *QUICK, *ENDLESS)
    lines = iter(process.stderr.readline, "")
    assert any("trial 1 (" in line for line in lines)
    process.send_signal(stop)
    _, rest = process.communicate()
    assert process.returncode == 128 + stop
    assert "Traceback" not in rest
    assert "trials are kept; the same command goes on from there. Best: " in rest
    assert huffvec.read_config(best)["dim"] == 8


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_killed_tuning_loses_no_finished_trial(text, capsys):
    best = text.with_name("best.toml")
    process = start("tune", text, "-o", best, *QUICK, *ENDLESS)
    lines = iter(process.stderr.readline, "")
    assert any("trial 2 (" in line for line in lines)
    process.kill()
    process.communicate()
    assert huffvec.read_config(best)["dim"] == 8
    log = text.with_name("best.trials.jsonl").read_text().splitlines()
    n_kept = sum('"event": "trial"' in line and line.endswith("}") for line in log)
    assert n_kept >= 3
    assert tune(text, "--trials", n_kept, "--seeds", 0, "--json", "-q") == 0
    assert len(json.loads(capsys.readouterr().out)["trials"]) == n_kept


class Terminal(io.StringIO):
    def isatty(self):
        return True


def trial(state, **options):
    return Trial(1, 1, state, seconds=3.0, **options)


def test_progress_suits_the_stream(text):
    assert type(trials_progress_for(io.StringIO(), quiet=True)) is SilentTrials
    assert type(trials_progress_for(io.StringIO())) is TrialLines
    sink = trials_progress_for(Terminal())
    assert type(sink) is TrialBar
    stream = Terminal()
    sink = TrialBar(stream)
    options = {"trials": 2, "seeds": 1, "dim": 8, "window": 3, "min_count": 1, "n_threads": 1}
    huffvec.tune(text, output=text.with_name("best.toml"), progress=sink, **options)
    shown = stream.getvalue()
    assert "trial 0" in shown
    assert "trial 1" in shown
    assert "with seed 2" in shown
    assert "best: " in shown
    assert sink.how_to_resume.startswith("4 trials are kept; the same command goes on")


def test_outcomes_are_said_in_words():
    from huffvec.tuning.progress import outcome_of

    assert outcome_of(trial("complete"), "61.2") == "61.2 in 0:03"
    assert outcome_of(trial("failed", error="no."), "") == "failed after 0:03: no."
    assert outcome_of(trial("slow", error="it would take 9 s"), "") == (
        "stopped after 0:03: it would take 9 s"
    )
    assert outcome_of(trial("pruned", moments=((0.25, 3.0),)), "") == (
        "stopped after 0:03, at 25 %, worse than half of the others"
    )
