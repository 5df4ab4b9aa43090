"""One contract for what commands print: tables for people, values for pipes, JSON for programs."""

import json
import os
import pty
import re
import subprocess
import sys

import pytest
from cli_helpers import run, write_english

import huffvec
from huffvec.cli.output import Fact, Field, print_facts, print_rows

# Every command that prints a result; {…} are files that `folder` has.
RESULTS = {
    "train": "train {text} -o {out}/a.hv --epochs 1 --dim 4",
    "train-more": "train-more {model} {text} -o {out}/b.hv --epochs 1",
    "nearest": "nearest {model} cat",
    "similarity": "similarity {model} cat dog",
    "print-vectors": "print-vectors {model} cat dog",
    "cluster": "cluster {model} -k 2",
    "analogy": "analogy {model} cat dog car",
    "predict": "predict {model} cat dog",
    "path": "path {model} cat --context dog",
    "perplexity": "perplexity {model} {text}",
    "calibration": "calibration {model} {text} --max-targets 90",
    "evaluate": "evaluate {model} --pairs {pairs}",
    "info": "info {model}",
    "vocab": "vocab {text} -o {out}/v.tsv",
    "encode": "encode {text} -o {out}/e.hvc",
    "walks": "walks {graph} -o {out}/w.hvc",
    "phrases": "phrases {text} -o {out}/p.txt --min-count 1",
    "convert": "convert {model} {out}/c.vec",
    "index": "index {model} -o {out}/i.usearch",
    "compare": "compare {text} -o {out}/report --objectives negative-sampling,nce --epochs 1 "
    "--probe-seconds 0",
}
BOXES = "─━│┃╭╮╰╯┌┐└┘├┤┬┴┼╷╵"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("output")
    text = write_english(folder / "pets.txt", 300)
    (folder / "pairs.tsv").write_text("cat\tdog\t9\ncar\ttruck\t8\ncat\tcar\t1\n")
    (folder / "graph.txt").write_text("n7 n9\nn9 n4\n")
    model = huffvec.train(text, "hierarchical-softmax", dim=4, epochs=1)
    model.save(folder / "pets.hv")
    names = {"model": "pets.hv", "text": "pets.txt", "pairs": "pairs.tsv", "graph": "graph.txt"}
    return {name: str(folder / file) for name, file in names.items()}


def words_of(name, files, out):
    return RESULTS[name].format(**files, out=out).split()


@pytest.mark.parametrize("name", RESULTS)
def test_a_pipe_gets_values_without_wrapping_boxes_or_colour(name, files, tmp_path, capsys):
    assert run(*words_of(name, files, tmp_path)) == 0
    out = capsys.readouterr().out
    assert out.strip()
    assert not set(BOXES) & set(out)
    assert "\x1b" not in out
    if name != "compare":  # its recommendation is sentences
        assert all("\t" in line for line in out.splitlines())


@pytest.mark.parametrize("name", RESULTS)
def test_json_is_all_that_is_printed(name, files, tmp_path, capsys):
    assert run(*words_of(name, files, tmp_path), "--json") == 0
    out = capsys.readouterr().out
    assert json.loads(out)
    assert "NaN" not in out


@pytest.mark.parametrize("name", ["info", "nearest", "path", "vocab"])
def test_a_terminal_gets_a_table(name, files, tmp_path):
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "huffvec", *words_of(name, files, tmp_path)]
    with subprocess.Popen(
        command, stdout=slave, stderr=subprocess.PIPE, env={**os.environ, "COLUMNS": "100"}
    ) as process:
        os.close(slave)
        shown = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:  # Linux, when the other side is closed
                piece = b""
            if not piece:
                break
            shown += piece
        assert process.wait() == 0
    os.close(master)
    assert "\t" not in shown.decode()
    assert re.search(r" {2}", shown.decode())


def test_values_stay_in_their_columns(capsys):
    print_facts([Fact("a name", "x\ty\nz"), Fact("none", None), Fact("big", 1_234_567, "1 M")])
    assert capsys.readouterr().out == "a name\tx y z\nnone\t\nbig\t1234567\n"
    print_facts([Fact("a name", float("nan")), Fact("b", True)], as_json=True)
    assert json.loads(capsys.readouterr().out) == {"a_name": None, "b": True}


def test_people_read_six_digits_and_programs_all(capsys):
    print_facts([Fact("third", 1 / 3, "0.3"), Fact("many", 1_234_567)])
    assert capsys.readouterr().out == "third\t0.333333\nmany\t1234567\n"
    print_facts([Fact("third", 1 / 3)], as_json=True)
    assert json.loads(capsys.readouterr().out) == {"third": 1 / 3}
    print_rows([Field("a"), Field("b", ".1f", ".3f")], [(2 / 3, 2 / 3)], header=False)
    assert capsys.readouterr().out == "0.666667\t0.667\n"


def test_rows_stay_in_their_columns(capsys):
    fields = [Field("word"), Field("how near", ".1f", ".3f")]
    print_rows(fields, [("[bold]x", 0.12345), ("y", None)])
    assert capsys.readouterr().out == "word\thow near\n[bold]x\t0.123\ny\t\n"
    print_rows(fields, [("x", 0.5)], as_json=True)
    assert json.loads(capsys.readouterr().out) == [{"word": "x", "how_near": 0.5}]
