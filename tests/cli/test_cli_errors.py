"""Bad input on the command line: one clear message, exit code not 0, nothing touched."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import files_of, run, start, write_english


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with a text and an older model."""
    monkeypatch.chdir(tmp_path)
    write_english(tmp_path / "text.txt", 300)
    (tmp_path / "old.hv").write_bytes(b"an older model")
    return tmp_path


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    text = write_english(folder / "pets.txt", 100)
    assert run("train", text, "-o", folder / "m.hv", "--dim", 4, "--epochs", 1, "-q") == 0
    return folder / "m.hv"


@pytest.fixture
def fails(folder, capsys):
    """Check that a command says one message of this form, and changes nothing in the folder."""

    def check(*args, match):
        before = files_of(folder)
        code = run(*args)
        out, err = capsys.readouterr()
        assert code in (1, 2)  # which: test_exit_codes
        progress, message = err.split("Error: ")  # exactly one message
        assert re.fullmatch(r"((counting|reading|encoding|epoch) .*\n)*", progress)
        assert "Traceback" not in message
        assert re.search(match, message), message
        assert out == ""
        assert files_of(folder) == before

    return check


def test_questions_that_a_model_cannot_answer(fails, model, folder):
    fails("path", model, "cat", match="only models of hierarchical-softmax have a tree, and this")
    fails("predict", model, "cut", match="no word 'cut'. Did you mean 'cat'")
    fails("predict", model, "cat", "-k", 0, match="k must be a whole number from 1")
    fails("perplexity", model, "texd.txt", match=r"texd\.txt: .*Did you mean 'text\.txt'\?")
    (folder / "oov.txt").write_text("nothing known\n")
    fails("perplexity", model, "oov.txt", match="no token of the text is a word")
    assert run("convert", model, "vectors.bin", "-q") == 0
    fails("predict", "vectors.bin", "cat", match="vectors.bin' holds only vectors, not a model")


def test_trees_that_cannot_be_used(fails, folder):
    train = ["train", "text.txt", "-o", "old.hv", "--objective"]
    tree = "hierarchical-softmax:tree="
    fails(*train, tree + "hufman", match="tree must be one of huffman.*Did you mean 'huffman'")
    fails(
        *train,
        tree + "clustered",
        match="tree='clustered' needs tree_vectors|tree clustered needs tree_vectors",
    )
    (folder / "tree.tsv").write_text("root\tcat\tdog\n")
    fails(
        *train, tree + "tree.tsv", match=r"tree\.tsv: the leaf '\w+' and \d+ more words is missing"
    )


def test_missing_text(fails):
    fails("train", "texd.txt", "-o", "old.hv", match=r"texd\.txt: .*Did you mean 'text\.txt'\?")
    fails("train", "*.text", "-o", "old.hv", match=r"\*\.text: no file matches")
    fails("vocab", "nowhere/text.txt", match="There is no folder 'nowhere'")


def test_empty_text(fails, folder):
    (folder / "empty.txt").touch()
    fails("train", "text.txt", "empty.txt", "-o", "old.hv", match=r"empty\.txt: is empty")
    (folder / "white.txt").write_text(" \n\n \t")
    fails("train", "white.txt", "-o", "old.hv", match="has no word")


def test_text_that_is_no_file(fails, folder):
    (folder / "empty").mkdir()
    fails("train", "empty", "-o", "old.hv", match="empty: is a folder without files")
    fails("vocab", os.devnull, match="null: has no word")
    fails("perplexity", "old.hv", os.devnull, match="is a pipe or a device|old.hv")


def test_binary_text(fails, folder):
    (folder / "program").write_bytes(b"\x7fELF words " * 9 + b"\0\0\0")
    for command in ("train", "vocab"):
        fails(command, "program", "-o", "old.hv", match="program: is a program, which is not read")


def test_text_that_is_not_utf8(fails, folder):
    (folder / "latin.txt").write_bytes(b"good words " * 20 + b"caf\xe9")
    fails("train", "latin.txt", "-o", "old.hv", match=r"(?s)latin\.txt.*223.*--errors replace")


def test_nothing_left_after_min_count(fails):
    match = r"occurs 9999 times.* 'the' with 600"
    fails("train", "text.txt", "-o", "old.hv", "--min-count", 9999, match=match)


@pytest.mark.parametrize("objective", ["negative-sampling", "hierarchical-softmax"])
def test_one_word(fails, folder, objective):
    (folder / "one.txt").write_text("word " * 100)
    fails("train", "one.txt", "-o", "old.hv", "--objective", objective, match="at least 2 differ")


def test_output_that_cannot_be_written(fails, folder):
    (folder / "sub").mkdir()
    fails("train", "text.txt", "-o", "nowhere/m.hv", match="'.*nowhere' does not exist")
    fails("train", "text.txt", "-o", "sub", match="is a folder; give the name of a file")
    fails("train", "text.txt", "-o", "old.hv/m.hv", match="is not a folder")
    fails("vocab", "text.txt", "-o", os.devnull, match="is not a regular file")
    fails("demo", "-o", "nowhere/m.hv", match="does not exist")


def test_output_that_looks_like_another_format(fails):
    fails("train", "text.txt", "-o", "m.bin", match=r"files of word2vec-binary are.*'m\.hv'")


def test_output_that_is_an_input(fails, model):
    os.link("text.txt", "text2")
    fails("train", "text.txt", "-o", "text2", match="'text2' is also an input")
    fails("vocab", "text.txt", "-o", "-", match="name a file with --output, not '-'")
    fails("vocab", "text.txt", "-o", "./text.txt", match="is also an input")
    shutil.copy(model, "m.hv")
    fails("convert", "m.hv", "m.hv", match="is also an input")


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_files_of_somebody_else(capsys):
    """Unreadable text, read-only output folder; as an ordinary user where we are the superuser."""
    folder = Path(tempfile.mkdtemp())
    try:
        text = write_english(folder / "text.txt", 50)
        assert run("train", text, "-o", folder / "m.hv", "--epochs", 1, "-q") == 0  # loads modules
        assert run("train", folder / "none.txt") == 1  # those that show errors, too
        capsys.readouterr()
        (folder / "secret.txt").write_text("secret words")
        (folder / "secret.txt").chmod(0)
        folder.chmod(0o555)
        before = {path.name for path in folder.iterdir()}
        superuser = os.geteuid() == 0
        if superuser:
            os.seteuid(65534)
        try:
            codes = [
                run("train", folder / "secret.txt", "-o", folder / "m.hv"),
                run("train", text, "-o", folder / "n.hv"),
            ]
        finally:
            if superuser:
                os.seteuid(0)
        assert codes == [1, 1]
        out, err = capsys.readouterr()
        assert out == ""
        first, second = err.splitlines()
        assert re.match(r"Error: .*secret\.txt: cannot be read: Permission denied", first)
        assert re.match(r"Error: .*no file can be created in .*\(Permission denied\)", second)
        assert {path.name for path in folder.iterdir()} == before
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.skipif(os.name == "nt", reason="POSIX resource limits")
@pytest.mark.parametrize(("max_bytes", "what"), [(1_000, "encoded corpus"), (20_000, "m.hv")])
def test_disk_full(folder, max_bytes, what):
    """Files may not grow over max_bytes: fails in the encoded text, or in the model."""
    (folder / "tmp").mkdir()
    before = files_of(folder)
    code = (
        "import resource, sys; from huffvec.cli import main;"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({max_bytes}, {max_bytes}));"
        "main(sys.argv[1:])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, "train", "text.txt", "-o", "m.hv", "--dim", "500",
         "--epochs", "1", "--quiet"],
        capture_output=True, text=True, check=False,
        env=os.environ | {"TMPDIR": str(folder / "tmp")},
    )  # fmt: skip
    assert found.returncode == 1
    assert found.stdout == ""
    assert re.fullmatch(rf"Error: .*{what}.*File too large.*\n", found.stderr), found.stderr
    assert files_of(folder) == before


@pytest.mark.parametrize(
    ("flag", "values"),
    [
        ("--dim", [0, -3, 70_000]),
        ("--window", [0, 1001]),
        ("--epochs", [0, -1]),
        ("--threads", [-1, 5000]),
        ("--min-count", [0]),
        ("--seed", [-1]),
        ("--learning-rate", [0, -0.1, "nan", "inf"]),
        ("--min-learning-rate", [0.5, "nan"]),
        ("--subsample-threshold", [-1e-3, 2, "nan"]),
    ],
)
def test_numbers_out_of_range(fails, flag, values):
    for value in values:
        fails("train", "text.txt", "-o", "old.hv", flag, value, match=rf"{flag} must be .* not ")


def test_unknown_names(fails, model):
    train = ["train", "text.txt", "-o", "old.hv"]
    fails(*train, "--objective", "negative", match="Did you mean 'negative-sampling'")
    fails(*train, "--architecture", "skip-gram", match="--architecture must.*mean 'skipgram'")
    fails(*train, "--mean-gradient", "correct", match="--mean-gradient.*mean 'corrected'")
    fails(*train, "--errors", "relpace", match="--errors must be .*Did you mean 'replace'")
    fails("vocab", "text.txt", "--errors", "relpace", match="--errors must.*mean 'replace'")
    fails("encode", "text.txt", "--tokenize", "words:digit=zero", match="--tokenize: an option")
    fails("encode", "text.txt", "--normalize", "NFX", match="--normalize must be one of NFC")
    fails("convert", model, "x.bin", "--to", "word2vec-bin", match="mean 'word2vec-binary'")
    fails("convert", model, "x.xyz", match="no format has the suffix '.xyz'")
    fails("nearest", model, "hrose", match="no word 'hrose'. Did you mean 'horse'")
    fails("analogy", model, "cat", "dog", "xyzzy", match="no word 'xyzzy'")


def test_how_many_words(fails, model):
    for k in (0, -1):
        fails("nearest", model, "cat", "-k", k, match=f"k must be .* not {k}")
        fails("analogy", model, "cat", "dog", "car", "-k", k, match=f"k must be .* not {k}")


def test_options_of_objectives(fails):
    train = ["train", "text.txt", "-o", "old.hv", "--objective"]
    fails(*train, "nce:sampels=5", match="nce has .* not 'sampels=5'. Did you mean 'samples'")
    fails(*train, "full-softmax:samples=5", match="full-softmax has no options, not even")
    fails(*train, "adaptive-softmax:cutoffs=3;5", match="cutoffs must be .* not '3;5'")
    fails(*train, "adaptive-softmax:cutoffs=3,500", match="less than the number of words")
    fails(*train, "nce:samples=0", match="samples must be a whole number from 1 .* not 0")
    fails(*train, "full-softmax", "--samples", 5, match="--samples is an option of .* not of full-")


@pytest.mark.parametrize(
    ("flags", "match"),
    [
        (["--subwords", "3-"], "--subwords must be the lengths of n-grams.*like 3-6, not '3-'"),
        (
            ["--subwords", "6-3"],
            "--subwords must go from the shortest n-grams to the longest, as 3-6, not 6-3",
        ),
        (["--subwords", "3-6", "--buckets", "0"], "--buckets must be a whole number from 1"),
        (["--subwords", "3-6", "--hashes", "2"], "--hashes needs --hash-words"),
        (["--buckets", "10"], "--buckets has no effect without --subwords"),
        (["--hash-words"], "--hash-words has no effect without --subwords"),
        (["--position-weights"], "--position-weights needs --architecture cbow"),
    ],
)
def test_options_of_subwords_and_positions(fails, flags, match):
    fails("train", "text.txt", "-o", "old.hv", *flags, match=match)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere address space has no limit")
def test_a_table_larger_than_memory(folder):
    flags = ["--dim", 16, "--subwords", "3-6", "--buckets", 300_000_000]  # 19 GB
    process = start("train", "text.txt", "-o", "m.hv", *flags, max_memory_bytes=1 << 34)
    message = process.communicate(timeout=60)[1].partition("Error: ")[2]
    assert process.returncode == 1
    assert message.startswith("Not enough memory. Try a smaller --dim, fewer --buckets, ")
    assert message.count("\n") == 1
    assert not (folder / "m.hv").exists()


@pytest.mark.parametrize(
    ("args", "match"),
    [
        (["trian", "text.txt"], "Did you mean 'train'"),
        (["train", "text.txt", "--dims", "5"], "--dim"),
        (
            ["train", "text.txt", "--dim", "many"],
            "--dim must be a whole number from 1 to 65536, not 'many'",
        ),
        (["train"], "Missing argument"),
        (
            ["train", "text.txt", "--subwords", "--heldout", "text.txt", "--patience", "1"],
            "--subwords needs SHORTEST-LONGEST behind it, found the option --heldout.",
        ),
        (
            ["vocab", "text.txt", "-o", "--json"],
            "-o needs FILE behind it, found the option --json.",
        ),
        (["nearest"], "Usage: huffvec nearest [OPTIONS] MODEL WORD...\n"),
    ],
)
def test_commands_that_are_not_understood(folder, capsys, args, match):
    before = files_of(folder)
    assert run(*args) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert match in err
    assert not set(err) & set("╭│╰{}")  # boxes, and braces of click
    assert "Traceback" not in err
    assert files_of(folder) == before


def test_damaged_model(fails, folder, model):
    whole = model.read_bytes()
    hostile = (2**62).to_bytes(8, "little") + whole[8:]
    (folder / "empty.hv").write_bytes(b"")
    (folder / "cut.hv").write_bytes(whole[: len(whole) // 2])
    (folder / "hostile.hv").write_bytes(hostile)
    (folder / "hostile.bin").write_bytes(b"99999999999 300\nthe " + bytes(40))
    np.savez(folder / "foreign.npz", a=np.arange(3))
    run("convert", model, folder / "cut.parquet", "-q")
    cut = (folder / "cut.parquet").read_bytes()[:-9]
    (folder / "cut.parquet").write_bytes(cut)
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    bad = ["empty.hv", "cut.hv", "hostile.hv", "hostile.bin", "foreign.npz", "picture.png"]
    bad += ["cut.parquet"]
    (folder / "pairs.tsv").write_text("cat\tdog\t1\n")
    for name in [*bad, "missing.hv", "."]:
        fails("nearest", name, "cat", match=r"\S")
        fails("info", name, match=r"\S")
        fails("convert", name, "old.bin", match=r"\S")
        fails("evaluate", name, "--pairs", "pairs.tsv", match=r"\S")


def test_bad_evaluation_files(fails, folder, model):
    (folder / "words.txt").write_text(": a section\none two three\n")
    fails("evaluate", model, match="expected --pairs FILE or --analogies FILE, found neither")
    fails("evaluate", model, "--pairs", "none.tsv", match=r"none\.tsv")
    fails("evaluate", model, "--pairs", "words.txt", match="must be two words and a score")
    fails("evaluate", model, "--analogies", "words.txt", match="line 2 must be four words")
    fails("evaluate", model, "--analogies", "words.txt", "--top", 0, match="top must be")


def test_learning_rate_that_explodes(fails, folder):
    args = ["--learning-rate", 10, "--subsample-threshold", 0, "--epochs", 3000, "--threads", 1]
    text = folder / "two.txt"
    text.write_text("a b " * 2000)
    args += ["--objective", "blackout"]
    fails("train", text, "-o", "old.hv", "--dim", 1, *args, "-q", match="learning rate 10")


def test_errors_from_a_process_of_its_own(folder):
    before = files_of(folder)
    process = start("train", "text.txt", "-o", "old.hv", "--dim", 0)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == ""
    assert err == "Error: --dim must be a whole number from 1 to 65536, not 0\n"
    assert files_of(folder) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["train", "text.txt", "--dim", 0], 2),
        (["train", "text.txt", "--dims", 4], 2),
        (["train", "text.txt", "--objective", "nse"], 2),
        (["train", "text.txt", "--samples", "five"], 2),
        (["train", "text.txt", "--dim", "five"], 2),
        (["train", "no-such-file.txt"], 1),
        (["nearest", "old.hv", "cat"], 1),
        (["vocab", "text.txt", "-o", "no-such-folder/v.tsv"], 1),
        (["frobnicate"], 2),
    ],
)
def test_exit_codes(folder, arguments, code):
    """2: the command line cannot be followed; 1: something that it speaks of is not as needed."""
    before = files_of(folder)
    assert run(*arguments) == code
    assert files_of(folder) == before


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
@pytest.mark.parametrize("flags", [["--json"], []])
def test_nowhere_to_print(model, flags):
    program = [sys.executable, "-m", "huffvec", "info", str(model), *flags]
    with open("/dev/full", "w") as full:
        done = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True)
    said = "Error: Cannot print: No space left on device. Send the output to another place.\n"
    assert (done.returncode, done.stderr) == (1, said)
