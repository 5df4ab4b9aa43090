import io
import math
import re

import pytest

from huffvec.training.callbacks import Callback, Report
from huffvec.training.progress import (
    ProgressBar,
    ProgressLines,
    RunningLoss,
    Silent,
    describe,
    progress_for,
)


def report(tokens, *, loss=2.0, total=1000, seconds_left=65.0):
    return Report(
        epoch=1 + 2 * tokens // (total + 1),
        epochs=2,
        tokens=tokens,
        total_tokens=total,
        seconds=7.0,
        words_per_second=1_234_567.0,
        loss=loss,
        learning_rate=0.0123,
        seconds_left=seconds_left,
    )


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def run(sink):
    for done in (0, 300, 600):
        sink.stage("counting words", done, 600)
    for tokens in (0, 250, 500, 750, 1000):
        sink.report(report(tokens, loss=math.nan if tokens == 0 else 4 - tokens / 500))
    sink.close()
    sink.close()


@pytest.mark.parametrize("make", [Silent, lambda: ProgressLines(io.StringIO()), ProgressBar])
def test_every_sink_is_one(make):
    sink = make(Terminal()) if make is ProgressBar else make()
    run(sink)
    assert repr(sink.last) == repr(report(1000))  # it has a NaN, which equals nothing
    assert isinstance(sink, Callback)


def test_sink_suits_the_stream():
    assert type(progress_for(Terminal())) is ProgressBar
    assert type(progress_for(io.StringIO())) is ProgressLines
    assert type(progress_for(Terminal(), quiet=True)) is Silent


def test_where_a_run_is():
    sink = Silent()
    assert sink.where == "before it began"
    sink.stage("counting words", 15, 60)
    assert sink.where == "while counting words (25 %)"
    sink.report(report(600))
    assert sink.where == "in epoch 2 of 2, 60 % of training done"


def test_lines_end_each_stage_and_training():
    stream = io.StringIO()
    run(ProgressLines(stream, clock=Clock()))
    assert stream.getvalue().splitlines() == [
        "counting words: 100 % of 600 B",
        "epoch 1/2    0.0 %  1.23 M words/s  rate 0.0123  1:05 left",
        "epoch 2/2  100.0 %  1.23 M words/s  loss 2.003  rate 0.0123  1:05 left",
    ]


def test_lines_come_every_few_seconds():
    stream, clock = io.StringIO(), Clock()
    sink = ProgressLines(stream, every=10, clock=clock)
    for second in range(35):
        clock.now = 100 + second
        sink.report(report(second))
    percents = [line.split()[2] for line in stream.getvalue().splitlines()]
    assert percents == ["0.0", "1.0", "2.0", "3.0"]


def test_lines_say_nothing_twice():
    stream = io.StringIO()
    sink = ProgressLines(stream, clock=Clock())
    sink.stage("encoding", 600, 600)
    sink.stage("encoding", 600, 600)
    assert stream.getvalue() == "encoding: 100 % of 600 B\n"
    for tokens, loss in ((0, 2.0), (1000, 2.0), (1000, 1.9)):
        sink.report(report(tokens, loss=loss))
    percents = [line.split()[2] for line in stream.getvalue().splitlines()[1:]]
    assert percents == ["0.0", "100.0"]


def test_bar_shows_stages_and_numbers():
    stream = Terminal()
    sink = ProgressBar(stream)
    run(sink)
    text = stream.getvalue()
    for shown in ("counting words", "epoch 2/2", "100%", "1.23 M words/s", "loss", "1:05 left"):
        assert shown in text


def test_bar_gives_the_cursor_back_when_stopped_in_the_middle():
    stream = Terminal()
    sink = ProgressBar(stream)
    sink.stage("counting words", 1, 3)
    sink.close()
    hidden, shown = "\x1b[?25l", "\x1b[?25h"
    if hidden in stream.getvalue():  # not on a dumb terminal
        assert stream.getvalue().rindex(shown) > stream.getvalue().rindex(hidden)


def test_bar_never_writes_to_the_standard_streams(capsys):
    run(ProgressBar(Terminal()))
    assert capsys.readouterr() == ("", "")


def test_running_loss_is_the_mean_of_a_constant():
    running = RunningLoss(100)
    assert math.isnan(running.value)
    for tokens in (10, 20, 500):
        assert running.add(report(tokens, loss=3.5)) == pytest.approx(3.5)


def test_running_loss_skips_what_is_unknown_and_forgets_the_past():
    running = RunningLoss(100)
    running.add(report(10, loss=math.nan))
    assert math.isnan(running.value)
    running.add(report(100, loss=8.0))
    assert running.add(report(2000, loss=2.0)) == pytest.approx(2.0, abs=1e-6)
    assert running.add(report(2000, loss=9.0)) == pytest.approx(2.0, abs=1e-6)


def test_running_loss_weighs_by_tokens():
    # 3 parts of 4.0 and 1 of 8.0, all within a long horizon.
    running = RunningLoss(1e9)
    running.add(report(300, loss=4.0))
    assert running.add(report(400, loss=8.0)) == pytest.approx(5.0, rel=1e-5)


def test_describe_leaves_out_what_is_unknown():
    text = describe(report(0, seconds_left=math.nan), math.nan)
    assert text == "1.23 M words/s  rate 0.0123"


@pytest.mark.parametrize("columns", ["80", "200"])
def test_bar_fits_the_terminal(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    run(ProgressBar(stream))
    last_line = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue()).rstrip().splitlines()[-1]
    assert re.search(r"━{6,}\s+100% +1.23 M words/s .*loss 2.003 .*0.0123 .*1:05 left$", last_line)
    assert len(last_line) <= int(columns)
