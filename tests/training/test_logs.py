"""Logs of training: complete, readable while they grow and after a crash, and drawn right."""

import contextlib
import json
import logging
import math
import sys
from pathlib import Path

import pytest
from cli_helpers import run, write_english
from hypothesis import given
from hypothesis import strategies as st

import huffvec
from huffvec.errors import ConfigError, FormatError, MissingExtraError, OutputError
from huffvec.training.callbacks import Callback, CheckpointReport, Report
from huffvec.training.log_records import read_log
from huffvec.training.logged_runs import LoggedRun, logged_runs, run_names
from huffvec.training.logs import JsonLines, TensorBoard
from huffvec.training.plot import _draw, plot_logs

OPTIONS = {"dim": 8, "epochs": 3, "n_threads": 1}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    return write_english(tmp_path_factory.mktemp("logs") / "pets.txt")


@pytest.fixture
def log(text, tmp_path):
    path = tmp_path / "run.jsonl"
    huffvec.train(text, heldout=text, callbacks=JsonLines(path, every=0), **OPTIONS)
    return path


def report(tokens=500, loss=2.5, targets=1000.0, total=1000):
    return Report(
        epoch=1, epochs=2, tokens=tokens, total_tokens=total, seconds=2.0, words_per_second=250.0,
        loss=loss, learning_rate=0.01, seconds_left=math.nan, targets=targets, objective="nce",
    )  # fmt: skip


def test_a_log_tells_all(log, text):
    records = read_log(log)
    assert records == [json.loads(line) for line in log.read_text().splitlines()]
    start, *middle, end = records
    assert start["event"] == "start"
    assert start["config"]["dim"] == 8
    assert start["objective"]["name"] == "negative-sampling"
    assert (start["tokens"], start["corpus_tokens"], start["n_words"]) == (0, 21_000, 14)
    assert start["counted"] == "tokens"
    epochs = [record for record in middle if record["event"] == "epoch"]
    assert [(e["epoch"], e["tokens"]) for e in epochs] == [(1, 21_000), (2, 42_000), (3, 63_000)]
    assert all(0 < e["heldout"] < math.log(14) for e in epochs)
    assert any(record["event"] == "report" for record in middle)
    assert (end["event"], end["tokens"], end["stopped"]) == ("end", 63_000, "")


def test_reports_are_thinned_to_their_mean(tmp_path):
    log = JsonLines(tmp_path / "run.jsonl", every=1e9)
    log.report(report(100, 4.0, 100.0))
    for targets, loss in ((200.0, 3.0), (500.0, 2.0), (500.0, math.nan)):
        log.report(report(100, loss, targets))
    log.report(report(1000, 5.0, 600.0))  # the last one is always written
    log.close()
    losses = [(record["targets"], record["loss"]) for record in read_log(tmp_path / "run.jsonl")]
    assert losses == [(100, 4.0), (600, pytest.approx((100 * 3 + 300 * 2 + 100 * 5) / 500))]


def test_nothing_is_left_of_a_run_that_did_not_begin(tmp_path):
    for command in (["nothing.txt"], ["--resume", "nothing.ckpt"]):
        assert run("train", *command, "-o", tmp_path / "m.hv", "--log", tmp_path / "run.jsonl") == 1
    JsonLines(tmp_path / "run.jsonl").close()
    assert not any(tmp_path.iterdir())


def test_what_is_not_known_is_null(tmp_path):
    log = JsonLines(tmp_path / "run.jsonl")
    log.epoch(report(loss=math.nan))
    log.checkpoint(CheckpointReport("x.ckpt", 500, 10_000, 0.1, 0.5))
    log.close()
    epoch, checkpoint = read_log(tmp_path / "run.jsonl")
    assert (epoch["loss"], epoch["seconds_left"], epoch["heldout"]) == (None, None, None)
    assert (checkpoint["event"], checkpoint["n_bytes"]) == ("checkpoint", 10_000)


def test_a_log_is_continued_after_a_cut_line(log, text):
    before = read_log(log)
    log.write_bytes(log.read_bytes() + b'{"event": "rep')
    assert read_log(log) == before
    huffvec.train(text, callbacks=JsonLines(log), **OPTIONS)
    after = read_log(log)
    assert after[: len(before)] == before
    assert after[len(before)]["event"] == "start"
    assert [run.epochs[-1].tokens for run in logged_runs(log)] == [63_000, 63_000]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"the cat eats\n", 1),
        (b'{"event": "start"}\n[1]\n{"event": "report"}\n', 2),
        (b'{"event": "start"}\n\xff\n\xff\n', 2),
        (b'{"event": 5}\n', 1),
        (b"\n", 1),
    ],
)
def test_what_is_no_log_is_refused(tmp_path, content, line):
    (tmp_path / "x.jsonl").write_bytes(content)
    with pytest.raises(FormatError, match=f"is not a log of huffvec: line {line} is not a JSON"):
        read_log(tmp_path / "x.jsonl")


VALUES = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3), st.just([1]))
NAMES = ("tokens", "loss", "heldout", "objective", "learning_rate")


RECORDS = st.tuples(
    st.sampled_from(["start", "report", "epoch"]),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5),
)


@given(st.lists(RECORDS, max_size=4))
def test_damaged_records_raise_nothing_else(tmp_path_factory, records):
    path = tmp_path_factory.mktemp("damaged") / "x.jsonl"
    path.write_text("".join(json.dumps({"event": e} | values) + "\n" for e, values in records))
    with contextlib.suppress(FormatError):
        assert logged_runs(path)


def test_resumed_runs_count_once(tmp_path):
    lines = [
        {"event": "start", "tokens": 0, "objective": {"name": "nce"}},
        *(
            {"event": "report", "tokens": t, "loss": t / 10, "learning_rate": 0.1}
            for t in (1, 2, 3)
        ),
        {"event": "epoch", "tokens": 3, "loss": 7.0, "heldout": None},
        {"event": "start", "tokens": 2, "objective": {"name": "nce"}},
        *({"event": "report", "tokens": t, "loss": t / 20, "learning_rate": 0.1} for t in (3, 4)),
        {"event": "epoch", "tokens": 3, "loss": 6.0, "heldout": 5.0},
    ]
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    [found] = logged_runs(path)
    assert (found.path, found.number, found.objective) == (path, 1, "nce")
    assert [(r.tokens, r.loss) for r in found.reports] == [
        (1, 0.1), (2, 0.2), (3, 0.15), (4, 0.2),
    ]  # fmt: skip
    assert [(e.tokens, e.loss, e.heldout) for e in found.epochs] == [(3, 6.0, 5.0)]


def test_runs_have_names_of_their_own():
    def named(path, objective, number=1):
        return LoggedRun(Path(path), number, objective, objective)

    runs = [
        named("a/x.jsonl", "nce"),
        named("b/x.jsonl", "nce"),
        named("c/twice.jsonl", "nce"),
        named("c/twice.jsonl", "blackout", 2),
        named("c/nce.jsonl", "nce"),
    ]
    assert run_names(runs) == [
        f"{Path('a/x')}: nce", f"{Path('b/x')}: nce",
        "twice (1): nce", "twice (2): blackout", "nce",
    ]  # fmt: skip


def figure_of(*logs):
    from matplotlib.figure import Figure

    figure = Figure()
    runs = [run for log in logs for run in logged_runs(log)]
    _draw(figure, runs)
    return figure


def test_held_out_loss_and_that_of_training_have_an_axis_each(log, tmp_path, text, caplog):
    pytest.importorskip("matplotlib")
    figure = figure_of(log)
    heldout, training, _ = figure.axes
    [run] = logged_runs(log)
    assert heldout.get_title(loc="left").startswith("Held-out loss, comparable")
    assert training.get_title(loc="left").startswith("Training loss: thin lines, and means")
    assert heldout.lines[0].get_ydata().tolist() == [point.heldout for point in run.epochs]
    assert training.lines[1].get_ydata().tolist() == [point.loss for point in run.epochs]
    assert not caplog.records
    other = tmp_path / "other.jsonl"
    huffvec.train(text, "nce", callbacks=JsonLines(other, every=0), **OPTIONS)
    figure = figure_of(log, other)
    assert "NOT comparable" in figure.axes[1].get_title(loc="left")
    assert "different objectives or options (nce, negative-sampling) cannot be" in caplog.text
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["run: negative-sampling", "other: nce"]  # each once
    assert len(figure_of(other).axes) == 2  # nothing was held out


def test_what_is_counted_is_on_the_axis(log, tmp_path):
    pytest.importorskip("matplotlib")
    labels = tmp_path / "labels.jsonl"
    pairs = [("the cat", "pets"), ("a car", "vehicles")] * 20
    huffvec.classify.train(pairs, epochs=2, callbacks=JsonLines(labels, every=0), n_threads=1)
    old = tmp_path / "old.jsonl"
    old.write_text(log.read_text().replace('"counted": "tokens", ', ""))
    assert old.read_text() != log.read_text()
    for logs, counted in (
        ([log], "tokens"),
        ([old], "tokens"),
        ([labels], "labels"),
        ([labels, log], "labels or tokens"),
    ):
        *_, rate = figure_of(*logs).axes
        assert rate.get_xlabel() == f"{counted} trained, millions"


def test_names_are_drawn_as_they_are(log, tmp_path):
    pytest.importorskip("matplotlib")
    odd = tmp_path / "_$x^{$日志.jsonl"
    odd.write_bytes(log.read_bytes())
    [name] = figure_of(odd).legends[0].get_texts()
    assert name.get_text() == "_$x^{$日志: negative-sampling"
    plot_logs([odd], tmp_path / "x.png")


def test_a_picture_shows_so_many_runs(log, tmp_path):
    pytest.importorskip("matplotlib")
    with pytest.raises(ConfigError, match="the logs have 51 runs; a picture can show 50"):
        plot_logs([log] * 51, tmp_path / "x.png")


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"event": "report", "tokens": -1}, "tokens must be a whole number from 0 to 10¹⁸, not -1"),
        ({"event": "report", "tokens": True}, "tokens must be a whole number"),
        ({"event": "epoch", "tokens": 10**400}, "tokens must be a whole number"),
        ({"event": "epoch", "tokens": 1, "loss": 1e300}, "loss must be a number up to 1e.09, not"),
        ({"event": "epoch", "tokens": 1, "heldout": [1]}, "heldout must be a number"),
        ({"event": "start", "tokens": 0, "objective": "nce"}, "of a start has no name"),
        ({"event": "start", "tokens": 0, "objective": {"name": 5}}, "of a start has no name"),
        (
            {"event": "start", "tokens": 0, "objective": {"name": "nce"}, "counted": []},
            r"counted must be one of tokens, labels, not \[\]",
        ),
    ],
)
def test_what_no_run_could_say_is_refused(tmp_path, record, message):
    path = tmp_path / "x.jsonl"
    start = {"event": "start", "tokens": 0, "objective": {"name": "nce"}}
    path.write_text("".join(json.dumps(line) + "\n" for line in (start, record)))
    with pytest.raises(FormatError, match=f"a record cannot be used: .*{message}"):
        logged_runs(path)
    path.write_text(json.dumps({"event": "report", "tokens": 1}) + "\n")
    with pytest.raises(FormatError, match="there is no start before it"):
        logged_runs(path)


def test_a_log_that_cannot_be_opened(tmp_path):
    with pytest.raises(OutputError, match=r"Cannot write the log .*No such file"):
        JsonLines(tmp_path / "nowhere" / "run.jsonl")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/full")
def test_a_full_disk_ends_the_log_and_not_the_training(text, caplog):
    with caplog.at_level(logging.WARNING):
        model = huffvec.train(text, callbacks=JsonLines("/dev/full"), **OPTIONS)
    assert model.training["tokens"] == 63_000
    assert len(caplog.records) == 1
    assert "No space left on device. Training goes on without it" in caplog.text


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_pictures(log, tmp_path, suffix):
    pytest.importorskip("matplotlib")
    plot_logs([log, log], tmp_path / f"loss.{suffix}")
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]
    content = (tmp_path / f"loss.{suffix}").read_bytes()
    assert content.startswith(start)
    assert len(content) > 5_000
    assert {path.name for path in tmp_path.iterdir()} == {"run.jsonl", f"loss.{suffix}"}


def test_pictures_that_cannot_be_made(log, tmp_path):
    pytest.importorskip("matplotlib")
    with pytest.raises(ConfigError, match=r"must end in \.png, \.svg.* not '.*loss\.doc'"):
        plot_logs([log], tmp_path / "loss.doc")
    (tmp_path / "short.jsonl").write_text(
        '{"event": "start", "tokens": 0, "objective": {"name": ""}}'
    )
    with pytest.raises(FormatError, match="has no losses yet"):
        plot_logs([tmp_path / "short.jsonl"], tmp_path / "loss.png")
    (tmp_path / "other.jsonl").write_text('{"event": "start"}')
    with pytest.raises(FormatError, match="a record cannot be used"):
        plot_logs([tmp_path / "other.jsonl"], tmp_path / "loss.png")


def test_tensorboard(text, tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    huffvec.train(text, heldout=text, callbacks=TensorBoard(tmp_path / "a" / "b", 0), **OPTIONS)
    [file] = (tmp_path / "a" / "b").iterdir()
    scalars = {}
    for event in EventFileLoader(str(file)).Load():
        for value in event.summary.value:
            scalars.setdefault(value.tag, []).append(event.step)
    assert scalars["epoch_loss/negative-sampling"] == scalars["heldout"] == [21_000, 42_000, 63_000]
    assert scalars["loss/negative-sampling"] == scalars["words_per_second"]
    (tmp_path / "file").touch()
    with pytest.raises(
        OutputError, match=r"Cannot write to the folder '.*file/x': Not a directory"
    ):
        TensorBoard(tmp_path / "file" / "x")


@pytest.mark.parametrize(
    ("package", "use", "extra"),
    [
        ("tensorboard", TensorBoard, "tensorboard"),
        ("matplotlib", lambda path: plot_logs([path], path.with_suffix(".png")), "plot"),
    ],
)
def test_a_missing_package_is_named(monkeypatch, log, package, use, extra):
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'huffvec\[{extra}\]'"):
        use(log)


def test_on_the_command_line(text, tmp_path, capsys):
    log, output = tmp_path / "run.jsonl", tmp_path / "m.hv"
    watch = ["--heldout", text, "--patience", 1, "--log", log]
    assert run("train", text, "-o", output, "--dim", 4, "--epochs", 30, "-q", *watch) == 0
    record = huffvec.load(output).training
    assert len(record["heldout"]) == len(logged_runs(log)[0].epochs) == record["tokens"] // 21_000
    pytest.importorskip("matplotlib")
    assert run("plot", log, "-o", tmp_path / "loss.png") == 0
    assert "loss.png written." in capsys.readouterr().out


def test_wrong_options_on_the_command_line(text, tmp_path, capsys):
    output = tmp_path / "m.hv"
    for options, message in (
        (["--patience", 2], "--patience needs --heldout"),
        (["--heldout", text, "--patience", 0], "patience must be a whole number from 1"),
        (["--heldout", "nowhere.txt"], "nowhere.txt: there is no such file"),
        (["--log", tmp_path / "nowhere" / "x"], "Cannot write the log"),
    ):
        assert run("train", text, "-o", output, *options) in (1, 2)
        out, err = capsys.readouterr()
        assert message in err
        assert "epoch" not in out + err  # found before the work
    assert not output.exists()


def test_every_method_of_a_callback_does_nothing():
    callback = Callback()
    callback.stage("counting words", 1, 2)
    callback.report(report())
    callback.epoch(report())
    callback.end(report())
    callback.close()
