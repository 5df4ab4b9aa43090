"""``progress=True``: bars in notebooks and on terminals, lines elsewhere."""

import inspect
import os
import sys
from contextlib import suppress

import pytest

import huffvec
from huffvec.errors import ConfigError

TEXT = [["neu", "york", "schläft", "nie"], ["york", "ist", "alt", "und", "gross"]] * 40
OPTIONS = {"dim": 4, "epochs": 2, "min_count": 1, "subsample_threshold": 0, "n_threads": 1}


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(map(" ".join, TEXT)), "utf-8")
    return path


def test_all_that_takes_long_shows_its_progress(text, tmp_path, capsys):
    model = huffvec.train(text, **OPTIONS, progress=True)
    told = capsys.readouterr().err
    assert "reading text: 100 %" in told
    assert "epoch 2/2  100.0 %" in told
    phrases = huffvec.find_phrases(text, min_count=2, threshold=1.0, progress=True)
    phrases.join_files(text, tmp_path / "joined.txt", progress=True)
    huffvec.train_more(model, text, epochs=1, progress=True)
    huffvec.perplexity(model, text, progress=True)
    huffvec.random_walks(([5, 9], [9, 7]), length=5, progress=True)
    huffvec.encode(text, min_count=1, progress=True)
    told = capsys.readouterr().err
    for stage in ("counting pairs", "joining phrases", "epoch 1/1", "walking", "encoding"):
        assert stage in told


def test_silent_if_not_asked_and_stages_are_told_as_before(text, capsys):
    heard = []
    huffvec.encode(text, min_count=1, progress=lambda *told: heard.append(told))
    huffvec.encode(text, min_count=1, progress=False)
    huffvec.train(text, **OPTIONS, progress=False)
    assert capsys.readouterr().err == ""
    names = [name for name, _, _ in heard]
    assert "reading text" in names
    assert heard[-1][1] == heard[-1][2] > 0


def test_progress_that_cannot_be(text):
    with pytest.raises(ConfigError, match="progress must be True, False or a function of a stage"):
        huffvec.encode(text, progress="ja")
    with pytest.raises(ConfigError, match="progress must be true or false, not 'ja'"):
        huffvec.train(text, progress="ja")


def test_signatures_are_those_of_the_functions():
    for function in (huffvec.encode, huffvec.random_walks, huffvec.find_phrases):
        assert "progress" in inspect.signature(function).parameters


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
def test_a_bar_on_a_terminal(text, monkeypatch):
    import pty

    leader, follower = pty.openpty()
    with os.fdopen(follower, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        huffvec.train(text, **OPTIONS, progress=True)
    written = b""
    with suppress(OSError):  # what a terminal without a program at its other end gives at the end
        while more := os.read(leader, 1 << 16):
            written += more
    os.close(leader)
    shown = written.decode()
    assert "epoch 2/2" in shown
    assert "━" in shown


def test_a_bar_in_a_notebook(text):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    code = f"import huffvec\nhuffvec.train({str(text)!r}, **{OPTIONS}, progress=True)"
    cells = [nbformat.v4.new_code_cell(code)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown, result = notebook.cells[0].outputs
    html = shown["data"]["text/html"]
    assert "<td style='text-align:left'>epoch 2/2</td>" in html
    assert "<progress value='100.0' max='100'>" in html
    assert "<td style='text-align:left'>reading text</td>" in html
    assert result["data"]["text/plain"].startswith("Model(")
