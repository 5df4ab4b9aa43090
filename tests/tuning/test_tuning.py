"""Tuning: what is found, kept, gone on with and written."""

import json
import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import write_english

import huffvec
from huffvec.errors import ConfigError, FormatError, MissingExtraError, OutputError, TrainingError
from huffvec.training.run import TrainingRun
from huffvec.tuning.job import Budget, Job
from huffvec.tuning.log import TrialLog, log_of
from huffvec.tuning.progress import SilentTrials
from huffvec.tuning.runs import Limit, OutOfTime, TrialRunner
from huffvec.tuning.scoring import Function
from huffvec.tuning.search_space import Space
from huffvec.tuning.trials import Trial

QUICK = {"min_count": 1, "n_threads": 1, "dim": 8, "window": 3, "subsample_threshold": 0}
PAIRS = "cat\tdog\t9\ncar\ttruck\t9\ncat\tcar\t1\ndog\ttrain\t1\nhorse\ttruck\t2\nhorse\tdog\t8\n"


@pytest.fixture
def text(tmp_path):
    return write_english(tmp_path / "text.txt", 300)


@pytest.fixture
def pairs(tmp_path):
    (tmp_path / "pairs.tsv").write_text(PAIRS)
    return tmp_path / "pairs.tsv"


def tune(text, tmp_path, objectives="negative-sampling", **options):
    options = {"trials": 3, "seeds": 0, "output": tmp_path / "best.toml"} | QUICK | options
    return huffvec.tune(text, objectives, **options)


def said(trials):
    return [(one.number, one.config, one.score, one.moments, one.state) for one in trials]


def test_the_best_of_the_trials_is_written(text, tmp_path):
    found = tune(text, tmp_path, trials=5)
    assert found.names == ["learning_rate", "epochs", "samples"]
    assert [one.number for one in found.trials] == [0, 1, 2, 3, 4]
    scores = [one.score for one in found.trials if one.is_complete]
    assert found.best.trial.score == min(scores)
    config = huffvec.TrainingConfig(**QUICK)
    objective, defaults = found.trials[0].setting()
    assert objective == huffvec.NegativeSampling()
    rates = {"learning_rate": None}
    assert defaults.but(**rates) == config
    written = huffvec.read_config(tmp_path / "best.toml")
    assert written == found.options
    assert written["learning_rate"] == found.best.trial.config["learning_rate"]
    comment = (tmp_path / "best.toml").read_text("utf-8")
    assert comment.startswith("# The best of 5 trials (")
    assert "held-out loss in nats per target" in comment
    assert repr(found) == f"Tuning(5 trials; {str(tmp_path / 'best.toml')!r})"
    assert found._repr_html_().startswith("<table><caption>")


def test_the_first_trial_is_what_train_does_by_default(text, tmp_path, pairs):
    found = tune(text, tmp_path, trials=1, pairs=pairs, save_model=tmp_path / "best.hv")
    model = huffvec.train(text, **QUICK)
    (trial,) = found.trials
    score = model.vectors.evaluate(pairs=pairs).pairs[0].spearman
    assert trial.score == pytest.approx(100 * score)
    assert trial.scores == {"pairs": trial.score}
    kept = huffvec.load(tmp_path / "best.hv")
    assert kept.config == model.config
    assert np.array_equal(kept.vectors.vectors, model.vectors.vectors)


def test_the_model_is_that_of_the_file(text, tmp_path, pairs):
    found = tune(text, tmp_path, trials=4, seeds=1, pairs=pairs, save_model=tmp_path / "best.hv")
    assert [path.name for path in tmp_path.glob("best.hv*")] == ["best.hv"]
    again = huffvec.train(text, config=tmp_path / "best.toml")
    kept = huffvec.load(tmp_path / "best.hv")
    assert np.array_equal(kept.vectors.vectors, again.vectors.vectors)
    assert kept.config.but(min_learning_rate=None).to_dict() == found.best.trial.config


def test_a_model_that_was_not_kept_is_trained_again(text, tmp_path, pairs):
    found = tune(text, tmp_path, pairs=pairs)
    tune(text, tmp_path, pairs=pairs, save_model=tmp_path / "best.hv")
    model = huffvec.load(tmp_path / "best.hv")
    assert model.config.learning_rate == found.best.trial.config["learning_rate"]
    before = (tmp_path / "best.hv").stat()
    tune(text, tmp_path, pairs=pairs, save_model=tmp_path / "best.hv")
    assert (tmp_path / "best.hv").stat() == before


def test_the_same_seed_gives_the_same_trials(text, tmp_path):
    first = tune(text, tmp_path, trials=4, output=tmp_path / "a.toml")
    second = tune(text, tmp_path, trials=4, output=tmp_path / "b.toml")
    assert said(first.trials) == said(second.trials)
    other = tune(text, tmp_path, trials=4, output=tmp_path / "c.toml", seed=2)
    assert said(other.trials) != said(first.trials)


class Stop(SilentTrials):
    """Ctrl-C in a trial."""

    def __init__(self, number):
        super().__init__()
        self.number, self.begun = number, []

    def begin(self, name, best):
        self.begun.append(name.partition(" (")[0])
        if len(self.begun) == self.number:
            raise KeyboardInterrupt


def test_an_interrupted_tuning_goes_on_as_if_it_had_not_been(text, tmp_path, pairs):
    options = {"trials": 5, "seeds": 1, "pairs": pairs}
    whole = tune(text, tmp_path, **options, output=tmp_path / "whole.toml")
    stop = Stop(3)
    with pytest.raises(KeyboardInterrupt):
        tune(text, tmp_path, **options, progress=stop)
    assert stop.begun == ["trial 0", "trial 1", "trial 2"]
    assert stop.n_kept == 2
    kept = huffvec.read_config(tmp_path / "best.toml")  # the best so far
    assert kept["learning_rate"] > 0
    log = log_of(tmp_path / "best.toml")
    with log.open("ab") as file:  # as if it had been killed in the middle of a line
        file.write(b'{"event": "trial", "num')
    with pytest.raises(KeyboardInterrupt):
        tune(text, tmp_path, **options, progress=Stop(5))
    found = tune(text, tmp_path, **options)
    assert found.n_kept >= 5
    assert said(found.trials) == said(whole.trials)
    assert [one.mean for one in found.finalists] == [one.mean for one in whole.finalists]
    again = tune(text, tmp_path, **options, progress=(silent := Stop(1)))
    assert silent.begun == []
    assert again.verdict == whole.verdict


def test_more_trials_are_added_to_those_that_are_there(text, tmp_path):
    tune(text, tmp_path, trials=2)
    stop = Stop(9)
    found = tune(text, tmp_path, trials=4, progress=stop)
    assert stop.begun == ["trial 2", "trial 3"]
    assert len(found.trials) == 4


def test_the_log_of_another_tuning_is_refused(text, tmp_path, pairs):
    tune(text, tmp_path, trials=1)
    for options in ({"pairs": pairs}, {"seed": 3}, {"search": "epochs"}, {"window": 2}):
        with pytest.raises(ConfigError, match=r"has the trials of another tuning \(.* differs"):
            tune(text, tmp_path, trials=1, **options)
    write_english(text, 301)
    with pytest.raises(ConfigError, match=r"another tuning \(text differs\): name another file"):
        tune(text, tmp_path, trials=1)


def test_a_log_without_trials_decides_nothing(text, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        tune(text, tmp_path, progress=Stop(1))
    assert log_of(tmp_path / "best.toml").exists()
    for _ in range(2):
        assert len(tune(text, tmp_path, trials=1, seed=3).trials) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"number": 4}, "is not a log of tuning: trials are missing"),
        ({"seconds": -1.0}, "a trial cannot be used"),
        ({"seconds": "x"}, "is not a log of tuning: a trial cannot be used: .*"),
        ({"score": True}, "a trial cannot be used"),
        ({"score": None}, "a trial cannot be used"),
        ({"state": "good"}, "a trial cannot be used"),
        ({"moments": [[1]]}, "a trial cannot be used"),
        ({"moments": [[0.3, 1.0]]}, "trial 0 of the log cannot be one of this search"),
        ({"values": {}}, "trial 0 of the log cannot be one of this search"),
        ({"values": {"learning_rate": 1e9, "epochs": 1, "samples": 1}}, "cannot be one of this"),
        ({"config": {"dim": 0}}, "is not a log of tuning: the file's training options cannot be"),
        ({"objective": {"name": "x"}}, "is not a log of tuning: the file's objective cannot be"),
        ({"event": "trail"}, "is not a log of tuning: it has the event 'trail'"),
        (None, "is not a log of tuning: a trial has no 'score'"),
    ],
)
def test_a_damaged_log_is_refused(text, tmp_path, change, message):
    tune(text, tmp_path, trials=1)
    path = log_of(tmp_path / "best.toml")
    start, line = path.read_text().splitlines()
    record = json.loads(line)
    if change is None:
        del record["score"]
    path.write_text("\n".join([start, json.dumps(record | (change or {}))]) + "\n")
    with pytest.raises(FormatError, match=message):
        tune(text, tmp_path, trials=1)


def test_another_file_is_no_log(text, tmp_path):
    path = log_of(tmp_path / "best.toml")
    path.write_text("some text\n")
    with pytest.raises(FormatError, match="is not a log of huffvec"):
        tune(text, tmp_path)
    tune(text, tmp_path, output=tmp_path / "other.toml", trials=1)
    path.write_text(log_of(tmp_path / "other.toml").read_text().split("\n", 1)[1])
    with pytest.raises(FormatError, match="is not a log of tuning: it has no start"):
        tune(text, tmp_path)
    path.write_text('{"event": "start", "config": {}}\n')
    with pytest.raises(FormatError, match="is not a log of tuning: a start has no settings"):
        tune(text, tmp_path)


def test_trials_that_diverge_are_failures_and_no_crash(text, tmp_path):
    diverging = {"architecture": "cbow", "mean_gradient": "word2vec", "epochs": 5}
    search = {"learning_rate": (0.5, 10.0)}  # some do: where it ends is chance
    options = {"trials": 12, "search": search, "score": lambda model: 1.0, **diverging}
    found = tune(text, tmp_path, "blackout", **options)
    failed = [one for one in found.trials if one.state == "failed"]
    assert failed
    assert "learning rate" in failed[0].error
    assert math.isnan(failed[0].score)
    assert found.best.trial.is_complete


def test_bad_trials_are_stopped_early(text, tmp_path):
    options = {"search": {"learning_rate": (0.0001, 0.2)}, "epochs": 8, "trials": 14}
    found = tune(text, tmp_path, **options)
    stopped = [one for one in found.trials if one.state == "pruned"]
    assert stopped
    assert all(one.moments and math.isnan(one.score) for one in stopped)
    best = found.best.trial
    assert all(one.moments[0][1] > best.moments[0][1] for one in stopped)


def test_objectives_are_searched(text, tmp_path):
    found = tune(text, tmp_path, trials=3, objectives="nce:samples=3,hierarchical-softmax")
    assert found.names == ["objective", "learning_rate", "epochs"]  # samples are given
    first, second = found.trials[:2]
    assert [one.objective["name"] for one in (first, second)] == ["nce", "hierarchical-softmax"]
    assert [one.config["epochs"] for one in (first, second)] == [5, 5]
    assert first.objective["samples"] == 3


def test_a_function_can_be_the_score(text, tmp_path):
    def dim(model):
        return model.config.epochs

    found = tune(text, tmp_path, score=dim, search="epochs=1..9", trials=4, learning_rate=0.05)
    assert found.best.trial.config["epochs"] == max(one.config["epochs"] for one in found.trials)
    assert found.score == "dim (higher is better)"


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (lambda: 1 / 0, "score: .* raised ZeroDivisionError: division by zero"),
        (lambda: 10**400, "score: .* must return a number, not 1000"),
        (lambda: sys.exit(3), "score: .* raised SystemExit: 3"),
        (lambda: "good", "score: .* must return a number, not 'good'"),
    ],
)
def test_a_function_that_fails_is_an_error(text, tmp_path, returned, message):
    with pytest.raises(ConfigError, match=message):
        tune(text, tmp_path, score=lambda model: returned())


def test_a_score_that_is_no_number_is_a_failure(text, tmp_path):
    with pytest.raises(TrainingError, match=r"no trial was finished\. The first: the score is nan"):
        tune(text, tmp_path, score=lambda model: math.nan)
    assert not (tmp_path / "best.toml").exists()


def test_a_score_that_a_log_cannot_have_is_a_failure(text, tmp_path):
    found = tune(text, tmp_path, score=lambda model: 1e300 if model.config.epochs > 5 else 1.0)
    assert {one.state for one in found.trials} == {"complete", "failed"}
    again = tune(text, tmp_path, score=lambda model: 1.0, trials=3)
    assert said(again.trials) == said(found.trials)


def test_two_tunings_of_one_log_lose_nothing(text, tmp_path):
    found = tune(text, tmp_path, seeds=1)
    path = log_of(tmp_path / "best.toml")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:2] + lines))
    again = tune(text, tmp_path, seeds=1)
    assert again.trials == found.trials
    assert again.finalists == found.finalists


def test_no_time_at_all(text, tmp_path):
    with pytest.raises(TrainingError, match=r"the defaults cannot be trained in .*: give more min"):
        tune(text, tmp_path, trials=None, minutes=1e-6)


def test_time_that_is_not_used_is_said(text, tmp_path):
    found = tune(text, tmp_path, trials=2, minutes=60)
    assert found.unused.endswith(" of 1:00:00 are left: all 2 trials are made.")
    assert found.to_dict()["unused"] == found.unused
    assert tune(text, tmp_path, trials=2).unused == ""  # there is no end


@pytest.mark.parametrize(
    ("seconds", "repeated", "end"),
    [
        ([1.0, 1.0, 1.0], 0, 100 - 1.2 * 2 * (3 + 1)),  # the next may be repeated as well
        ([1.0, 2.0], 1, 100 - 1.2 * (2 * 3 - 1 + 2 * 2)),
        ([20.0, 20.0], 0, 100 * 2 / 3),
        ([], 0, 100.0),
    ],
)
def test_so_much_time_is_kept_for_repetitions(seconds, repeated, end):
    trials = [
        Trial(n, 1, "complete", config={"dim": n + 1}, score=1.0, seconds=s)
        for n, s in enumerate(seconds)
    ]
    log = TrialLog(Path("x"), trials, [replace(one, seed=2) for one in trials[:repeated]])
    runner = TrialRunner(None, Function(lambda model: 1.0, "one"), SilentTrials())
    space = Space((), huffvec.TrainingConfig(seed=1), (), (), lambda config, _: config)
    job = Job(runner, space, log, Path("x"), "", "", lambda found: None)
    assert job._search_seconds(Budget(100 / 60, None, seeds=2)) == pytest.approx(end)
    assert job._search_seconds(Budget(None, 9, seeds=2)) == math.inf


def test_a_log_of_when_architectures_were_the_only_choice(text, tmp_path):
    for search in ("learning_rate,architecture", "learning_rate"):
        tune(text, tmp_path, trials=1, search=search)
        path = log_of(tmp_path / "best.toml")
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        choices = lines[0]["settings"]["search"].pop("choices")
        lines[0]["settings"]["search"]["architectures"] = choices.get("architecture", [])
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        stop = Stop(9)
        assert len(tune(text, tmp_path, trials=2, search=search, progress=stop).trials) == 2
        assert stop.begun == ["trial 1"]
        path.unlink()


def test_a_budget_of_time_ends(text, tmp_path):
    found = tune(text, tmp_path, trials=None, minutes=0.05, seeds=2)
    assert found.trials[0].is_complete


def start_of(corpus):
    return lambda objective, config: TrainingRun(corpus, corpus.vocabulary, objective, config)


@pytest.mark.parametrize("limit", [Limit(seconds=1e-3), Limit(end=0.0)])
def test_what_takes_too_long_is_stopped(text, limit):
    endless = huffvec.TrainingConfig(**QUICK, epochs=100_000)
    with huffvec.encode(text, min_count=1) as corpus:
        scorer = Function(lambda model: 1.0, "one")
        runner = TrialRunner(start_of(corpus), scorer, SilentTrials())
        if limit.end == 0.0:
            with pytest.raises(OutOfTime):
                runner.train(Trial(2, 1), huffvec.NCE(), endless, limit=limit)
            return
        done = runner.train(Trial(2, 1), huffvec.NCE(), endless, limit=limit)
    assert (done.number, done.state) == (2, "slow")
    assert done.error.startswith("it would take about ")
    assert math.isnan(done.score)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"score": "pairs"}, "score='pairs' needs pairs"),
        ({"score": "analogies"}, "score='analogies' needs analogies"),
        ({"score": "best"}, "score must be one of held-out, pairs, analogies, or FILE.py:FUNCTION"),
        ({"score": 3}, "score must be a text or a function, not 3"),
        ({"output": "best.json"}, r"output must be a name that ends in \.toml, not 'best.json'"),
        ({"trials": 0}, "trials must be a whole number from 1"),
        ({"minutes": 0}, "minutes must be a number over 0"),
        ({"search": "dims"}, "search: 'dims' cannot be searched; .* Did you mean 'dim'"),
        ({"search": "dim"}, "dim is given and searched: leave it out, or search dim not"),
        ({"search": "epochs=5"}, "search must be a range of epochs .*epochs=2..20, not"),
        ({"search": "epochs=2..inf"}, "search must be a range of epochs"),
        ({"search": {5: None}}, "search: 5 cannot be searched"),
        ({"search": 5}, "search must be names of options, with ranges or without, not 5"),
        ({"search": "epochs=9..2"}, "search must be a range of epochs"),
        ({"search": {"learning_rate": (0.1, 99)}}, "search must be a range of learning_rate"),
        ({"search": "architecture=cbw"}, "architecture must be one of .* Did you mean 'cbow'"),
        ({"search": "samples", "objectives": "hs"}, "search: nothing is left to search"),
    ],
)
def test_options_are_checked_before_the_work(text, tmp_path, options, message):
    with pytest.raises(ConfigError, match=message):
        tune(text, tmp_path, **options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["text.txt"]


def test_a_function_of_a_file(text, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("def words(model):\n    return len(model.vocabulary)\nNUMBER = 3\n")
    found = tune(text, tmp_path, score=f"{file}:words", trials=1)
    assert found.trials[0].scores == {"mine.py:words": 14.0}
    for name in ("NUMBER", "other"):
        with pytest.raises(ConfigError, match=f"score: there is no function '{name}' in"):
            tune(text, tmp_path, score=f"{file}:{name}")
    file.write_text("1 / 0")
    with pytest.raises(ConfigError, match=r"mine.py' raised ZeroDivisionError: division by zero"):
        tune(text, tmp_path, score=f"{file}:words")
    with pytest.raises(
        ConfigError, match=r"score must be a file of Python \(\.py\) and a function"
    ):
        tune(text, tmp_path, score=f"{text}:words")
    with pytest.raises(FormatError, match="There is no file"):
        tune(text, tmp_path, score="nowhere.py:words")


def test_a_log_that_cannot_be_written(tmp_path):
    with pytest.raises(OutputError, match=r"Cannot write the log .* Give another name"):
        TrialLog.open(tmp_path / "none" / "best.trials.jsonl", {})


def test_optuna_is_asked_for(text, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(
        MissingExtraError, match=r"tuning needs the package optuna.*huffvec\[tune\]"
    ):
        tune(text, tmp_path)


def test_subwords_and_an_encoded_corpus(text, tmp_path, pairs):
    with huffvec.encode(text, min_count=1) as corpus:
        corpus.save(tmp_path / "text.hvc")
    found = tune(
        tmp_path / "text.hvc", tmp_path, trials=2, pairs=pairs, subwords=huffvec.Subwords(2, 3),
        search="epochs=1..3,architecture",
    )  # fmt: skip
    assert found.names == ["architecture", "epochs"]
    assert found.trials[0].config["subwords"]["buckets"] > 0
    assert found.trials[0].config["epochs"] == 3  # the nearest to the default
    assert found.options["subwords"].min_n == 2


def test_an_objective_knows_what_was_given():
    assert huffvec.NCE(3).given == {"samples"}
    assert huffvec.objectives.as_objective("nce:samples=3,log_z=1").given == {"samples", "log_z"}
    assert huffvec.NCE().but(log_z=2.0).given == {"log_z"}
