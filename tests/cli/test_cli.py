import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from cli_helpers import files_of, run, start, write_english
from harness import OPTIONS
from typer.main import get_command

import huffvec
from huffvec.cli import app
from huffvec.errors import Terminated
from huffvec.objectives import OBJECTIVES
from huffvec.options import value_text
from huffvec.subwords import Subwords

COMMANDS = [
    "train", "nearest", "analogy", "predict", "perplexity", "path", "evaluate", "convert", "info",
    "vocab", "encode", "walks", "plot", "phrases", "demo", "train-more",
    "similarity", "print-vectors", "cluster", "compare", "node2vec", "objectives", "index",
    "calibration", "infer",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a text and a model of it."""
    folder = tmp_path_factory.mktemp("trained")
    text = write_english(folder / "pets.txt")
    options = ["--dim", 16, "--threads", 1, "--learning-rate", 0.05, "-q"]
    assert run("train", text, "-o", folder / "pets.hv", *options) == 0
    return folder


@pytest.fixture(scope="module")
def model(folder):
    return folder / "pets.hv"


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_explains_every_option(command, capsys):
    assert run(*command, "--help") == 0
    assert "--help" in capsys.readouterr().out
    options = vars(get_command(app))["commands"][command[0]].params if command else []
    for option in options:
        assert getattr(option, "help", None) or command == ["analogy"], option.name


def test_version(capsys):
    assert run("--version") == 0
    assert capsys.readouterr().out == f"huffvec {huffvec.__version__}\n"


def test_help_loads_nothing_heavy():
    code = "import sys, huffvec.cli; print('numpy' in sys.modules, 'rich.progress' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False False\n"


def test_module_is_the_command(model):
    process = start("nearest", model, "cat", "-k", 2)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    words = [line.split("\t")[0] for line in out.splitlines()]
    assert set(words) == {"dog", "horse"}


def test_train_takes_several_files_and_patterns(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for i in range(3):
        write_english(tmp_path / f"part-{i}.txt", n_sentences=100 * (i + 1), seed=i)
    assert run("train", "part-[12].txt", "part-0.txt", "--dim", 8, "--epochs", 1) == 0
    assert huffvec.load("model.hv").vocabulary.n_tokens == 600 * 7
    out, err = capsys.readouterr()
    facts = dict(line.split("\t") for line in out.splitlines())
    assert (facts["tokens"], facts["epochs"], facts["written"]) == ("4200", "1", "model.hv")
    assert float(facts["loss"]) > 0
    assert float(facts["mean loss"]) > 0
    assert "What to type next" in err
    assert "huffvec nearest model.hv" in err
    assert "reading text: 100 %" in err
    assert re.search(r"epoch 1/1  100.0 %  .* words/s  loss \d\.\d{3}  rate 0\.0000", err)
    assert "\x1b" not in out + err


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("objective", sorted(OBJECTIVES))
def test_train_passes_every_option_on(tmp_path, architecture, objective):
    text, output = write_english(tmp_path / "t.txt", 200), tmp_path / "m.hv"
    options: dict[str, Any] = {
        "architecture": architecture, "dim": 7, "window": 3, "epochs": 2,
        "subsample-threshold": 0.02, "min-count": 4, "learning-rate": 0.033,
        "min-learning-rate": 0.001, "threads": 1, "seed": 9, "mean-gradient": "word2vec",
        "window-draw": "fixed",
    }  # fmt: skip
    own = OPTIONS[objective]
    written = ",".join(f"{name}={value_text(value)}" for name, value in own.items())
    chosen = f"{objective}:{written}" if own else objective
    flags = [x for name, value in options.items() for x in (f"--{name}", value)]
    assert run("train", text, "-o", output, "--objective", chosen, *flags, "--quiet") == 0
    model = huffvec.load(output)
    options["n_threads"] = options.pop("threads")
    expected = {name.replace("-", "_"): value for name, value in options.items()}
    assert model.config == huffvec.TrainingConfig(**expected)
    assert model.objective.to_dict() == {"name": objective, **own}


@pytest.mark.parametrize(
    "flags", [[], ["--subwords", "2-4"], ["--subwords", "2-4", "--hash-words"]]
)
def test_what_to_type_next_can_be_typed(tmp_path, monkeypatch, capsys, flags):
    monkeypatch.chdir(tmp_path)
    text = write_english(tmp_path / "t.txt", 200)
    flags = [*flags, *(["--buckets", 300] if flags else []), "--epochs", 1, "--dim", 8]
    assert run("train", text, "-o", "m.hv", *flags) == 0
    shown = capsys.readouterr().out.partition("What to type next:")[2]
    for line in shown.strip().splitlines():
        assert run(*shlex.split(line)[1:]) == 0


def test_train_with_subwords_answers_for_words_never_seen(tmp_path, capsys):
    text, output = write_english(tmp_path / "t.txt", 200), tmp_path / "m.hv"
    flags = ["--subwords", "2-4", "--buckets", 300, "--hashes", 2, "--hash-words"]
    flags += ["--architecture", "cbow", "--position-weights", "--epochs", 1, "--dim", 8]
    assert run("train", text, "-o", output, *flags) == 0
    capsys.readouterr()
    model = huffvec.load(output)
    assert model.config.subwords == Subwords(2, 4, 300, 2, hash_words=True)
    assert model.input_vectors.shape == (300, 8)
    assert model.position_vectors.shape == (10, 8)
    assert run("nearest", output, "dogzebra", "-k", 3) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    pairs = tmp_path / "rare.tsv"
    pairs.write_text("dogzebra\tdog\t9\ncar\ttruck\t8\ncat\tcars\t1\ndog\ttrain\t2\n")
    assert run("evaluate", output, "--pairs", pairs) == 0
    assert re.search(r"rare\t\tSpearman\t-?[\d.]+\t[\d.]+\t4\t2\t0", capsys.readouterr().out)
    assert run("evaluate", output, "--pairs", pairs, "--unseen", "skip") == 0
    assert re.search(r"rare\t\tSpearman\t-?[\d.]+\tnan\t2\t0\t2", capsys.readouterr().out)
    assert run("predict", output, "cat", "dogzebra") == 0
    assert run("perplexity", output, text) == 0
    assert run("convert", output, tmp_path / "m.vec") == 0
    assert len(huffvec.load_vectors(tmp_path / "m.vec")) == len(model.vocabulary)


def test_quiet_says_nothing(tmp_path, capsys):
    text = write_english(tmp_path / "t.txt", 50)
    assert run("train", text, "-o", tmp_path / "m.hv", "--epochs", 1, "--quiet") == 0
    assert run("vocab", text, "-o", tmp_path / "v.tsv", "--quiet") == 0
    assert run("convert", tmp_path / "m.hv", tmp_path / "m.txt", "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_nearest_and_analogy_as_lines(model, capsys):
    assert run("nearest", model, "truck", "-k", 2) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert {word for word, _ in lines} == {"car", "train"}
    assert 1 >= float(lines[0][1]) >= float(lines[1][1])
    assert run("analogy", model, "cat", "eats", "car", "-k", 3) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert not {"cat", "eats", "car"} & {line.split("\t")[0] for line in lines}


def test_predict_as_lines(model, capsys):
    assert run("predict", model, "the", "cat", "-k", 3) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    expected = huffvec.load(model).predict(["the", "cat"], 3)
    assert [word for word, _ in lines] == [p.word for p in expected]
    assert [float(value) for _, value in lines] == pytest.approx([p[1] for p in expected], rel=1e-5)


def test_perplexity(model, folder, capsys):
    text = write_english(folder / "other.txt", 50, seed=2)
    text.write_text(text.read_text() + "and then the end\nand\n")
    expected = huffvec.perplexity(huffvec.load(model), text)
    assert (expected.n_targets, expected.n_alone, expected.n_oov) == (352, 1, 2)
    assert run("perplexity", model, text, "--json", "--quiet") == 0
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == (expected.to_dict(), "")
    assert run("perplexity", model, text) == 0
    out, err = capsys.readouterr()
    facts = dict(line.split("\t") for line in out.splitlines())
    assert facts["perplexity"] == f"{expected.perplexity:.6g}"
    assert (facts["targets"], facts["unknown"], facts["alone"]) == ("352", "2", "1")
    assert "predicting words: 100 %" in err
    assert run("perplexity", model, text, "--quiet") == 0
    assert capsys.readouterr() == (f"{expected.perplexity:.6g}\n", "")


def test_path(folder, capsys):
    tree_model = folder / "tree.hv"
    options = ["--objective", "hierarchical-softmax:tree=random", "--dim", 4, "-q"]
    assert run("train", folder / "pets.txt", "-o", tree_model, *options) == 0
    assert run("path", tree_model, "horse") == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    expected = huffvec.load(tree_model).path("horse", ["the", "runs"])
    assert lines == [
        ["turn", "node", "bit"],
        *([str(i), str(turn.node), str(turn.bit)] for i, turn in enumerate(expected, 1)),
    ]
    assert run("path", tree_model, "horse", "--context", "the", "--context", "runs") == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [float(x[3]) for x in lines[1:]] == pytest.approx([t[2] for t in expected], rel=1e-5)
    log_prob = huffvec.load(tree_model).log_prob("horse", ["the", "runs"])
    assert float(lines[-1][4]) == pytest.approx(np.exp(log_prob), rel=1e-4)


def test_convert_there_and_back(model, tmp_path, capsys):
    steps = [("b.bin", "word2vec-binary"), ("t.txt", "word2vec-text"), ("n.npz", "numpy")]
    before = model
    for name, format in [*steps, ("back.hv", "huffvec")]:
        assert run("convert", before, tmp_path / name, "--to", format) == 0
        assert "dim\t16\n" in capsys.readouterr().out
        before = tmp_path / name
    first, last = huffvec.load_vectors(model), huffvec.load_vectors(before)
    assert last.words == first.words
    np.testing.assert_array_equal(last.vectors, first.vectors)


def test_convert_knows_the_format_by_the_suffix(model, tmp_path):
    assert run("convert", model, tmp_path / "x.vec") == 0
    n_words = len(huffvec.load_vectors(model))
    assert (tmp_path / "x.vec").read_text().splitlines()[0] == f"{n_words} 16"


def test_evaluate(model, tmp_path, capsys):
    pairs, analogies = tmp_path / "pairs.tsv", tmp_path / "questions.txt"
    pairs.write_text("cat\tdog\t9\ncar\ttruck\t8\ncat\tcar\t1\ndog\ttrain\t2\ncat\tzebra\t5\n")
    analogies.write_text(": animals\ncat dog dog horse\ncat eats zebra eats\n")
    assert run("evaluate", model, "--pairs", pairs, "--analogies", analogies, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    result = found["pairs"][0]
    assert (result["name"], result["n_pairs"], result["n_oov"], result["n_unseen"]) == (
        "pairs",
        4,
        1,
        0,
    )
    assert result["spearman"] > 0.7
    assert result["pearson"] > 0.7
    assert 0 < result["spearman_p"] < 0.3
    assert found["analogies"][0]["n_questions"] == 1
    assert run("evaluate", model, "--pairs", pairs, "--analogies", analogies) == 0
    table = capsys.readouterr().out
    assert table.startswith("test\tpart\tmeasure\tscore\tp\tasked\tunseen\tleft out\n")
    assert re.search(r"^pairs\t\tSpearman\t[\d.]+\t[\d.]+\t4\t0\t1$", table, re.MULTILINE)
    assert re.search(r"^questions\tanimals\taccuracy\t[\d.]+\t\t1\t\t1$", table, re.MULTILINE)
    assert run("evaluate", model, "--analogies", analogies, "--method", "multiply") == 0


def test_info(model, tmp_path, capsys):
    assert run("info", model, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["format"] == "huffvec"
    assert facts["complete_model"] is True
    assert facts["config"] == huffvec.load(model).config.to_dict()
    assert facts["bytes"] == model.stat().st_size
    assert run("info", model) == 0
    table = capsys.readouterr().out
    assert "config: dim\t16\n" in table
    assert f"training: mean loss\t{facts['training']['loss']:.6g}\n" in table
    assert "complete model\tyes\n" in table
    assert run("convert", model, tmp_path / "x.npz", "-q") == 0
    assert run("info", tmp_path / "x.npz") == 0
    assert "format\tnumpy\n" in capsys.readouterr().out


def test_vocab(tmp_path, capsys):
    text, output = tmp_path / "t.txt", tmp_path / "v.tsv"
    text.write_text("b a b\nc b a\n")
    assert run("vocab", text, "-o", output, "--min-count", 2) == 0
    assert output.read_text() == "b\t3\na\t2\n"
    out = capsys.readouterr().out
    assert "different words\t3\nwords kept\t2\n" in out


def test_rules_for_the_vocabulary(tmp_path, capsys):
    text, drop, keep = tmp_path / "t.txt", tmp_path / "drop.txt", tmp_path / "keep.txt"
    text.write_text("b a b c d\nc b a e a\n" * 3)
    drop.write_text("b\n")
    keep.write_text("e\nnowhere\n")
    rules = ("--max-words", 3, "--drop-words", drop, "--keep-words", keep, "--min-count", 4)
    assert run("vocab", text, "-o", tmp_path / "v.tsv", *rules) == 0
    assert (tmp_path / "v.tsv").read_text() == "a\t9\nc\t6\ne\t3\n"
    assert run("encode", text, "-o", tmp_path / "c.hvc", *rules, "-q") == 0
    options = ("--subsample-threshold", 0, "--dim", 2, "-q")
    assert run("train", tmp_path / "c.hvc", "-o", tmp_path / "a.hv", *options) == 0
    assert run("train", text, "-o", tmp_path / "b.hv", *rules, *options) == 0
    models = [huffvec.load(tmp_path / name) for name in ("a.hv", "b.hv")]
    assert [model.vocabulary.words for model in models] == [["a", "c", "e"]] * 2
    more = ("--max-words", 4, "--min-count", 1, "-q")
    text.write_text("f f b a b\n")
    assert run("train-more", tmp_path / "a.hv", text, "-o", tmp_path / "m.hv", *more) == 0
    assert sorted(huffvec.load(tmp_path / "m.hv").vocabulary.words) == ["a", "c", "e", "f"]
    capsys.readouterr()
    assert run("train", text, "-o", tmp_path / "x.hv", "--max-words", 1) != 0
    assert "--max-words must be a whole number from 2" in capsys.readouterr().err


def test_errors_replace_goes_on(tmp_path):
    text, output = tmp_path / "t.txt", tmp_path / "v.tsv"
    text.write_bytes(b"caf\xe9 good " * 5)
    assert run("vocab", text, "-o", output, "--errors", "replace", "-q") == 0
    assert output.read_text(encoding="utf-8") == "caf�\t5\ngood\t5\n"
    args = ["--errors", "replace", "--epochs", 1, "--subsample-threshold", 0, "-q"]
    assert run("train", text, "-o", tmp_path / "m.hv", *args) == 0


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_stop_says_where_and_leaves_a_checkpoint_only(tmp_path):
    text = write_english(tmp_path / "t.txt")
    (tmp_path / "m.hv").write_bytes(b"an older model")
    (tmp_path / "tmp").mkdir()
    before = files_of(tmp_path)
    process = start(
        "train", text, "-o", tmp_path / "m.hv", "--epochs", 10_000,
        env=os.environ | {"TMPDIR": str(tmp_path / "tmp")},
    )  # fmt: skip
    lines = iter(process.stderr.readline, "")
    assert any(line.startswith("epoch ") for line in lines)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    last_line = err.splitlines()[-1]  # more progress may stand before it
    assert re.fullmatch(
        r"Stopped in epoch \d+ of 10000, \d+ % of training done\. Checkpoint: \S+\.ckpt\. .*",
        last_line,
    )
    assert "Traceback" not in err
    assert out == ""
    (tmp_path / "m.hv.ckpt").unlink()
    assert files_of(tmp_path) == before


@pytest.mark.parametrize(("stop", "code"), [(KeyboardInterrupt(), 130), (Terminated(15), 143)])
def test_stop_of_a_command_without_progress(model, capsys, monkeypatch, stop, code):
    class Interrupted(io.StringIO):
        def write(self, text):
            raise stop

    monkeypatch.setattr(sys, "stdout", Interrupted())
    assert run("info", model, "--json") == code
    assert capsys.readouterr().err == "Stopped.\n"


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_on_a_terminal_there_are_bars_and_tables(tmp_path):
    import pty

    text = write_english(tmp_path / "t.txt", 300)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "huffvec", "train", text, "-o", tmp_path / "m.hv", "--epochs", "3"],
        stdin=theirs, stdout=theirs, stderr=theirs,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert process.wait(30) == 0
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())
    assert "\x1b[?25h" in shown.decode()  # the cursor is back
    assert re.search(r"epoch 3/3 +━+ 100% .*words/s  loss \d.*rate 0.0000", text)
    assert "What to type next:" in text


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_shows_names_whole_and_fits_the_terminal(command, width, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    run(*command, "--help")
    shown = capsys.readouterr().out
    assert not re.search(r"<(bool|str|int|float|list)|\{\w", shown)
    names = {
        name for option in _options(command) for name in [*option.opts, *option.secondary_opts]
    }
    for name in names if width >= 80 else ():
        assert re.search(rf"(^|[ ,]){re.escape(name)}( |,|$)", shown, re.MULTILINE), name
        assert max(map(len, shown.splitlines())) <= width


def _options(command):
    params = vars(get_command(app))["commands"][command[0]].params if command else []
    return [option for option in params if option.param_type_name == "option"]


def test_completion_in_shells():
    def complete(**variables):
        command = [sys.executable, "-m", "huffvec"]
        env = {**os.environ, **variables}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        return done.stdout

    for shell in ("bash", "zsh", "fish"):
        assert "_HUFFVEC_COMPLETE" in complete(_HUFFVEC_COMPLETE=f"source_{shell}")
    for typed, completed in (
        ("huffvec tr", ["train", "train-more"]),
        ("huffvec train --archi", ["--architecture"]),
        ("huffvec train --architecture c", ["cbow"]),
        ("huffvec train --objective ne", ["negative-sampling"]),
        ("huffvec objectives sa", ["sampled-softmax"]),
    ):
        words = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
        assert complete(_HUFFVEC_COMPLETE="complete_bash", **words).split() == completed


def test_searches_take_threads(model, capsys):
    for command in (["nearest", model, "cat"], ["analogy", model, "cat", "dog", "car"]):
        assert run(*command) == 0
        expected = capsys.readouterr().out
        assert run(*command, "--threads", 1) == 0
        assert capsys.readouterr().out == expected
        assert run(*command, "--threads", -1) == 2
        assert "threads must be a whole number from 0" in capsys.readouterr().err
