"""Machines that die: killed at random moments, terminated, with a full disk. Nothing is lost.

HUFFVEC_KILLS sets how often the process is killed, e.g. 100.
"""

import os
import random
import re
import shutil
import signal
import time

import pytest
from cli_helpers import start, write_english

import huffvec
from huffvec.training.log_records import read_log

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

KILLS = int(os.environ.get("HUFFVEC_KILLS", "10"))
EPOCHS = 60 * max(KILLS, 10)
PATIENCE = 300 + 10 * KILLS  # seconds for all those epochs, also on a machine that is very busy
OPTIONS = ["--dim", 32, "--epochs", EPOCHS, "--threads", 1, "--quiet"]


BEGUN = []  # processes of a test, which none outlives


@pytest.fixture
def folder(tmp_path):
    write_english(tmp_path / "text.txt")
    (tmp_path / "tmp").mkdir()
    yield tmp_path
    while BEGUN:
        with BEGUN.pop() as process:
            process.kill()


def begin(folder, *args, **options):
    environment = os.environ | {"TMPDIR": str(folder / "tmp")}
    BEGUN.append(start("train", *args, cwd=folder, env=environment, **options))
    return BEGUN[-1]


def lines_of(log):
    """Count the lines of a log; a new one is there for a moment before its run, to be tried."""
    try:
        return log.read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0


def wait_for_training(process, log, n_lines):
    """Wait until the log has more lines than that, and at least one: until training goes on."""
    give_up = time.monotonic() + PATIENCE
    while process.poll() is None and lines_of(log) <= n_lines:
        assert time.monotonic() < give_up, "training does not begin"
        time.sleep(0.005)


def finish(process):
    """Wait for the end and return the exit code and what was said."""
    out, err = process.communicate(timeout=PATIENCE)
    assert out == ""
    return process.returncode, err


def weights(path):
    model = huffvec.load(path)
    kept = {key: model.training[key] for key in ("tokens", "targets", "loss", "raw_tokens")}
    return model.input_vectors.tobytes(), model.output_vectors.tobytes(), kept


@pytest.mark.timeout(3 * PATIENCE)
def test_killed_again_and_again(folder):
    whole = begin(folder, "text.txt", "-o", "whole.hv", *OPTIONS)
    log, checkpoint = folder / "run.jsonl", folder / "m.hv.ckpt"
    safety = ["--checkpoint-every", "0.03s", "--log", log.name, "--quiet"]
    for kill in range(KILLS + 1):
        if checkpoint.exists() or checkpoint.with_name("m.hv.ckpt.1").exists():
            process = begin(folder, "--resume", "m.hv.ckpt", *safety)
        else:
            process = begin(folder, "text.txt", "-o", "m.hv", *OPTIONS[:-1], *safety)
        if kill < KILLS:
            wait_for_training(process, log, lines_of(log))
            time.sleep(random.uniform(0.0, 0.2))
            process.kill()
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode in (0, -signal.SIGKILL), err
        assert out == ""
        if (folder / "m.hv").exists() and not list(folder.glob("m.hv.ckpt*")):
            break  # done, and maybe killed thereafter
    assert (folder / "m.hv").exists()
    # Where the kill before fell between the two renames of a new checkpoint, that is said.
    assert err == "" or err.endswith(" The checkpoint before it is used: m.hv.ckpt.1.\n")
    assert finish(whole)[0] == 0
    assert weights(folder / "m.hv") == weights(folder / "whole.hv")
    begun = [record["tokens"] for record in read_log(log) if record["event"] == "start"]
    assert begun == sorted(begun)
    assert len(begun) == 1 or begun[-1] > 0
    # Who is killed while writing the model leaves what was written, under no name of a model.
    names = {path.name for path in folder.iterdir() if not path.match(".huffvec-*.tmp")}
    if process.returncode == 0:
        assert names == {"m.hv", "whole.hv", "run.jsonl", "text.txt", "tmp"}
    assert not any((folder / "tmp").iterdir())


@pytest.mark.parametrize("stop", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_terminated(folder, stop):
    """A checkpoint is written though none was asked for."""
    number = getattr(signal, stop)
    log = folder / "run.jsonl"
    process = begin(folder, "text.txt", "-o", "m.hv", *OPTIONS[:-1], "--log", log.name)
    wait_for_training(process, log, 1)
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + number
    assert re.search(
        rf"Stopped in epoch \d+ of {EPOCHS}, \d+ % of training done\. Checkpoint: m\.hv\.ckpt\. "
        r"Go on with: huffvec train --resume m\.hv\.ckpt\n$",
        err,
    )
    assert "Traceback" not in err
    assert out == ""
    assert {path.name for path in folder.iterdir()} == {"m.hv.ckpt", "run.jsonl", "text.txt", "tmp"}


def test_a_full_disk(folder):
    """No file may grow larger than 64 kB: no checkpoint and no model, but text and log fit."""
    pytest.importorskip("resource")
    write_english(folder / "text.txt", 1000)
    text = (folder / "text.txt").read_text()
    (folder / "text.txt").write_text(text + "".join(f"word{k} " * 5 for k in range(1000)))
    options = ["--dim", 100, "--epochs", 200, "--threads", 1, "--quiet"]
    assert finish(begin(folder, "text.txt", "-o", "whole.hv", *options))[0] == 0
    log = folder / "run.jsonl"
    process = begin(folder, "text.txt", "-o", "m.hv", *options, "--log", log.name)
    wait_for_training(process, log, 1)
    process.terminate()
    assert finish(process)[0] == 143
    before = (folder / "m.hv.ckpt").read_bytes()

    full = begin(
        folder, "--resume", "m.hv.ckpt", "--checkpoint-every", "0.05s", "-q", max_file_bytes=1 << 16
    )
    _, err = full.communicate(timeout=PATIENCE)
    assert full.returncode == 1
    assert "Cannot write 'm.hv.ckpt': File too large. Nothing was written; an older file" in err
    assert "Training goes on; the checkpoints before it are kept." in err
    assert re.search(
        r"Error: Cannot write 'm\.hv': File too large.*Go on with: huffvec train --resume m", err
    )
    assert (folder / "m.hv.ckpt").read_bytes() == before
    assert {path.name for path in folder.iterdir()} == {
        "m.hv.ckpt", "run.jsonl", "text.txt", "tmp", "whole.hv",
    }  # fmt: skip
    assert finish(begin(folder, "--resume", "m.hv.ckpt", "-q"))[0] == 0
    assert weights(folder / "m.hv") == weights(folder / "whole.hv")


def test_a_checkpoint_of_which_half_is_left(folder):
    shutil.copy(folder / "text.txt", folder / "other.txt")
    log = folder / "run.jsonl"
    process = begin(folder, "text.txt", "-o", "m.hv", *OPTIONS, "--log", log.name)
    wait_for_training(process, log, 1)
    process.terminate()
    assert finish(process)[0] == 143
    newest = folder / "m.hv.ckpt"
    shutil.copy(newest, folder / "m.hv.ckpt.1")
    os.truncate(newest, newest.stat().st_size // 2)
    process = begin(folder, "--resume", "m.hv.ckpt", "--quiet")
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert re.match(
        r"'m\.hv\.ckpt' is not a huffvec file or is damaged: .*before it is used: ", err
    )
    assert not newest.exists()
