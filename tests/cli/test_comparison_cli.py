"""``huffvec compare`` as users type it."""

import html
import json
import os
import signal
import sys
from typing import Any

import pytest
from cli_helpers import run, start, write_english

from huffvec.comparison.reading import load
from huffvec.subwords import Subwords

QUICK = ["--dim", 8, "--threads", 1, "--min-count", 1, "--probe-seconds", 0]


def test_results_recommendation_and_report_are_shown(tmp_path, capsys):
    text, folder = write_english(tmp_path / "t.txt", 1500), tmp_path / "report"
    args = ["compare", text, "--objectives", "negative-sampling:samples=3", "-o", folder, *QUICK]
    assert run(*args) == 0
    shown = capsys.readouterr()
    for expected in ["negative-sampling:samples=3", "words/s", "First choice: ", "index.html"]:
        assert expected in shown.out
    assert "1/1  negative-sampling:samples=3, seed 1: " in shown.err
    assert load(folder).settings["epochs"] == 1
    assert run(*args) == 0
    assert "Finished runs found there and not repeated: 1" in capsys.readouterr().out
    assert run(*args, "--dim", 9) == 2
    error = capsys.readouterr().err
    assert "made with other settings" in error
    assert "Traceback" not in error
    assert run("compare", text, "--objectives", "all", "--minutes", -1, "-o", folder) == 2
    assert run(*args, "--quiet") == 0
    assert capsys.readouterr().out == ""


def test_objectives_are_compared_with_subwords(tmp_path, capsys):
    text, folder = write_english(tmp_path / "t.txt", 1500), tmp_path / "report"
    objectives = "negative-sampling,hierarchical-softmax"
    args = ["compare", text, "--objectives", objectives, "-o", folder, *QUICK]
    subwords = ["--subwords", "2-4", "--buckets", 300, "--hashes", 2, "--hash-words"]
    assert run(*args, *subwords) == 0
    config = load(folder).settings["config"]
    assert Subwords(**config["subwords"]) == Subwords(2, 4, 300, 2, hash_words=True)
    assert capsys.readouterr().out.count("hierarchical-softmax") > 0
    cases: list[tuple[list[Any], str]] = [
        (["--subwords", "6-3"], "--subwords must go from the shortest n-grams to the longest"),
        (["--buckets", 300], "--buckets has no effect without --subwords"),
        (["--dim", 0], "--dim must be a whole number from 1"),
    ]
    for wrong, message in cases:
        assert run(*args, *wrong) == 2
        assert message in capsys.readouterr().err


def test_page_terminal_and_results_say_the_same(tmp_path, capsys):
    """Trained too little to be better than word frequencies: nothing is recommended."""
    text, folder = write_english(tmp_path / "t.txt", 1500), tmp_path / "report"
    rate = ["--learning-rate", 1e-7]
    assert (
        run("compare", text, "--objectives", "nce,full-softmax", "-o", folder, *QUICK, *rate) == 0
    )
    shown = capsys.readouterr().out
    saved = json.loads((folder / "results.json").read_bytes())["recommendation"]
    page = html.unescape((folder / "index.html").read_text("utf-8"))
    assert shown.count("not learned") == 2
    assert saved[0]["question"] == "First choice"
    assert saved[0]["choices"] == []
    assert f"In short: {saved[0]['reason']}" in page
    for advice in saved:
        assert advice["reason"] in page
        assert f"{advice['question']}: {advice['reason']}\n" in shown
    assert "∅ no better at predicting than word frequencies alone" in page


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_keeps_what_is_finished(tmp_path, stop):
    text, folder = write_english(tmp_path / "t.txt", 1500), tmp_path / "report"
    objectives = "nce,negative-sampling:learning_rate=0.01"
    args = ["compare", text, "--objectives", objectives, "--seeds", 500, "-o", folder, *QUICK]
    process = start(*args)
    lines = iter(process.stderr.readline, "")
    assert any(line.startswith("2/1000  ") for line in lines)
    process.send_signal(stop)
    _, rest = process.communicate()
    assert process.returncode == 128 + stop
    n_kept = len(load(folder).runs)
    assert n_kept >= 2
    assert f"{n_kept} runs are kept; the same command goes on from there." in rest
    assert "Traceback" not in rest
    assert not (folder / "index.html").exists()


def test_without_matplotlib_the_extra_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    text = write_english(tmp_path / "t.txt", 1500)
    assert run("compare", text, "-o", tmp_path / "report", *QUICK) == 1
    assert "pip install 'huffvec[plot]'" in capsys.readouterr().err
    assert not (tmp_path / "report").exists()


def test_the_text_is_read_as_asked(tmp_path):
    text = write_english(tmp_path / "t.txt", 200)
    text.write_text(text.read_text().replace("the ", "The, "))
    reading = ["--tokenize", "words", "--lowercase", "--max-words", 9, "--objectives", "nce"]
    assert run("compare", text, "-o", tmp_path / "r", *reading, *QUICK, "-q") == 0
    assert load(tmp_path / "r").settings["words"] == 9
