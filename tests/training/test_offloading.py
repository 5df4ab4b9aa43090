"""Tables in files of a folder: the same training, without memory for them."""

import os
import subprocess
import sys

import pytest
from cli_helpers import run, write_english

import huffvec
from huffvec import Checkpoints
from huffvec.errors import OutputError, TooLargeError
from huffvec.training.callbacks import Callback, EarlyStopping
from huffvec.training.tables import MAX_ROWS, file_table, zeroed_tables

OPTIONS = {"dim": 12, "epochs": 2, "n_threads": 1, "min_count": 1}
EXAMPLES = [("cat eats fish", "pet"), ("car stops here", "vehicle")] * 20


@pytest.fixture
def text(tmp_path):
    write_english(tmp_path / "text.txt")
    return tmp_path / "text.txt"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tables").mkdir()
    return tmp_path / "tables"


def weights(model):
    return {name: rows.tobytes() for name, rows in model.weights.items()}


class Looks(Callback):
    """What there is to see in a folder while training goes on."""

    def __init__(self, folder):
        self.folder, self.seen = folder, set()

    def epoch(self, report):
        self.seen |= set(os.listdir(self.folder))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"architecture": "cbow", "position_weights": True},
        {"subwords": huffvec.Subwords(buckets=500)},
        {"architecture": "dbow", "tags": "position"},
        {"deterministic": True},
    ],
    ids=["words", "positions", "subwords", "documents", "deterministic"],
)
def test_training_is_the_same(text, folder, options):
    looks = Looks(folder)
    offloaded = huffvec.train(text, callbacks=looks, offload_folder=folder, **OPTIONS, **options)
    assert weights(offloaded) == weights(huffvec.train(text, **OPTIONS, **options))
    assert offloaded.config.offload_folder == str(folder)
    assert looks.seen == set()  # nothing is left behind by a process that is killed


def test_classifiers_too(folder):
    options = {"dim": 12, "n_threads": 1, "buckets": 99}
    offloaded = huffvec.classify.train(EXAMPLES, offload_folder=folder, **options)
    assert weights(offloaded) == weights(huffvec.classify.train(EXAMPLES, **options))


def test_the_best_epoch_is_kept_in_the_folder(text, folder):
    stopping = EarlyStopping(patience=9, min_improvement=1e5)  # so that the first stays the best
    options = OPTIONS | {"offload_folder": folder, "heldout": text}
    model = huffvec.train(text, callbacks=stopping, **options)
    assert model.training["kept_epoch"] == 1


def test_a_copy_of_the_best_epoch_needs_room(text, folder, caplog):
    class RemovesFolder(Callback):
        def start(self, run):
            folder.rmdir()

    callbacks = [RemovesFolder(), EarlyStopping(patience=9)]
    options = OPTIONS | {"offload_folder": folder, "heldout": text}
    huffvec.train(text, callbacks=callbacks, **options)
    assert "No room for a copy of the weights of epoch 1, the best." in caplog.text


def test_on_the_command_line(text, folder, monkeypatch):
    monkeypatch.chdir(text.parent)
    options = ["--dim", 12, "--epochs", 2, "--threads", 1]
    run("train", text.name, "-o", "m.hv", *options, "--offload-folder", folder)
    run("train", text.name, "-o", "n.hv", *options)
    assert weights(huffvec.load("m.hv")) == weights(huffvec.load("n.hv"))


def test_another_folder_for_what_is_resumed_and_none_for_what_is_continued(text, folder, tmp_path):
    class Stops(Callback):
        def epoch(self, report):
            raise KeyboardInterrupt

    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    with pytest.raises(KeyboardInterrupt):
        huffvec.train(
            text, callbacks=Stops(), checkpoints=checkpoints, offload_folder=folder, **OPTIONS
        )
    folder.rmdir()
    with pytest.raises(OutputError, match=r"tables' cannot hold a table of .*: No such file or"):
        huffvec.resume(tmp_path / "m.ckpt")
    resumed = huffvec.resume(tmp_path / "m.ckpt", offload_folder=tmp_path)
    assert resumed.config.offload_folder == str(tmp_path)
    assert weights(resumed) == weights(huffvec.train(text, **OPTIONS))
    assert huffvec.train_more(resumed, text).config.offload_folder is None


def test_messages(tmp_path):
    config = huffvec.TrainingConfig(dim=16, offload_folder=tmp_path / "none")
    with pytest.raises(
        OutputError,
        match=r"none' cannot hold a table of 64 B: No such file or directory. Name another "
        r"folder \(offload_folder\)\.",
    ):
        zeroed_tables({"rows": 1}, config, "the model", "lower it")
    with pytest.raises(
        TooLargeError,
        match=r"the model would have a table of 2,147,483,648 rows, and there can be "
        r"2,147,483,647: lower it$",
    ):
        zeroed_tables({"rows": MAX_ROWS + 1}, config, "the model", "lower it")
    with pytest.raises(TooLargeError, match=r"or name a folder for them on a disk \(offload_fol"):
        zeroed_tables({"rows": MAX_ROWS}, huffvec.TrainingConfig(dim=65_536), "the model", "lower")


def test_a_disk_without_room(tmp_path):
    with pytest.raises(OutputError, match=r"cannot hold a table of [\d.]+ GB: (File too|No space)"):
        file_table(MAX_ROWS, 65_536, str(tmp_path))


def test_an_empty_table(tmp_path):
    assert file_table(0, 16, str(tmp_path)).shape == (0, 16)


# Memory that a process has for itself is counted by Linux, and what is mapped of files is not.
LITTLE_MEMORY = """
import re, resource, sys
from pathlib import Path
import numpy as np
import huffvec

# First all that is loaded at first use.
huffvec.train([["a", "b"]] * 9, min_count=1, n_threads=1, subsample_threshold=0)
np.ones((99, 99)) @ np.ones((99, 99))
used = 1024 * int(re.search(r"VmData:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
resource.setrlimit(resource.RLIMIT_DATA, (used + (48 << 20),) * 2)
subwords = huffvec.Subwords(buckets=200_000)  # 102 MB
model = huffvec.train(
    "text.txt",
    heldout="text.txt",
    checkpoints=huffvec.Checkpoints("m.ckpt", every=1e-3),
    subwords=subwords,
    dim=128,
    epochs=2,
    n_threads=1,
    min_count=1,
    offload_folder=sys.argv[1] if len(sys.argv) > 1 else None,
)
model.save("m.hv")
model = huffvec.load("m.hv")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_no_memory_is_needed_for_the_tables(text, folder):
    begun = [sys.executable, "-c", LITTLE_MEMORY]
    alone = {
        "cwd": text.parent,
        "env": os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        "capture_output": True,
        "text": True,
    }
    assert "MemoryError" in subprocess.run(begun, **alone).stderr
    trained = subprocess.run([*begun, folder], **alone)
    assert trained.returncode == 0, trained.stderr
    assert (text.parent / "m.ckpt").stat().st_size > 102_400_000
    assert (text.parent / "m.hv").stat().st_size > 102_400_000
