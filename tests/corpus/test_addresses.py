"""Files by their address: read as the same files by their paths, through pyarrow's filesystems."""

from __future__ import annotations

import gzip
import os
import pickle
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest

import huffvec
from huffvec.corpus.encoding import open_corpus
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.sources import check_unchanged, expand, take_stamps
from huffvec.corpus.spread import Spread
from huffvec.errors import CorpusError, FormatError, MissingTextError, UnreadableTextError
from huffvec.files.addresses import Address, as_path, is_address
from huffvec.training.callbacks import Callback

pa = pytest.importorskip("pyarrow")
feather = pytest.importorskip("pyarrow.feather")
parquet = pytest.importorskip("pyarrow.parquet")

TEXT = "".join(f"a b{i % 7} žltý\n" for i in range(400))


class Ending(Callback):
    """Ends training with an error at the end of its first epoch."""

    def epoch(self, report) -> None:
        raise KeyboardInterrupt


def address(path: Path) -> str:
    return "file://" + quote(path.as_posix(), safe="/*?[]!")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the same text in files of many kinds, in others, and with more."""
    inner = tmp_path / "in ner"
    inner.mkdir()
    (inner / "plain.txt").write_text(TEXT)
    (inner / "packed.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    table = pa.table({"text": TEXT.splitlines()})
    parquet.write_table(table, inner / "table.parquet")
    feather.write_feather(table, inner / "table.feather")
    (inner / "table.csv").write_text("text\n" + TEXT)
    (inner / ".hidden").write_text("no\n")
    (inner / "empty").touch()
    return inner


def same(corpus: huffvec.Corpus, other: huffvec.Corpus, folder: Path) -> bool:
    corpus.save(folder / "one.hvc")
    other.save(folder / "other.hvc")
    return (folder / "one.hvc").read_bytes() == (folder / "other.hvc").read_bytes()


@pytest.mark.parametrize(
    "name",
    ["plain.txt", "packed.txt.gz", "table.parquet", "table.feather", "table.csv", "*.txt*", "p?a*"],
)
def test_a_file_is_that_of_its_path(folder, tmp_path, name) -> None:
    by_address = huffvec.encode(address(folder / name))
    assert same(by_address, huffvec.encode(folder / name), tmp_path)


def test_folders_and_patterns(folder, tmp_path) -> None:
    names = ["packed.txt.gz", "plain.txt", "table.csv", "table.feather", "table.parquet"]
    for given in (tmp_path, folder, tmp_path / "*" / "[!e]*"):
        found = expand(address(given) if given != folder else address(given) + "/")
        assert [path.name for path in found] == names
        assert all(isinstance(path, Address) for path in found)
    assert same(huffvec.encode(address(tmp_path)), huffvec.encode(tmp_path), tmp_path.parent)


def test_an_encoded_corpus(folder, tmp_path) -> None:
    corpus = huffvec.encode(folder / "plain.txt")
    corpus.save(folder / "text.hvc")
    assert same(huffvec.encode(address(folder / "text.hvc")), corpus, tmp_path)
    assert same(huffvec.load_corpus(address(folder / "text.hvc")), corpus, tmp_path)


def test_shares_of_addresses(folder, tmp_path) -> None:
    names = [address(folder / name) for name in ("plain.txt", "packed.txt.gz")]
    with open_corpus(names, InputOptions(), spread=Spread(map, 2, share_bytes=900)) as corpus:
        assert same(corpus, huffvec.encode(names), tmp_path)


def test_training_is_resumed_on_an_address(folder, tmp_path) -> None:
    given = address(folder / "plain.txt")
    options = {"dim": 4, "epochs": 2, "n_threads": 1, "heldout": given}
    checkpoints = huffvec.Checkpoints(tmp_path / "m.ckpt")
    with pytest.raises(KeyboardInterrupt):
        huffvec.train(given, **options, callbacks=Ending(), checkpoints=checkpoints)
    resumed = huffvec.resume(tmp_path / "m.ckpt", heldout=given)
    np.testing.assert_array_equal(resumed.vectors, huffvec.train(given, **options).vectors)


def test_phrases_are_found_in_a_copy(folder, tmp_path) -> None:
    output = tmp_path / "out.txt"
    command = [sys.executable, "-m", "huffvec", "phrases", address(folder / "packed.txt.gz")]
    subprocess.run([*command, "-o", output, "--quiet"], check=True)
    assert output.read_text().count("\n") == 400


def test_an_address_is_a_path(folder) -> None:
    found = Address(address(folder / "plain.txt"))
    assert (str(found), os.fspath(found)) == (address(folder / "plain.txt"),) * 2
    assert pickle.loads(pickle.dumps(found)) == found
    assert (found.name, found.stem, found.suffix) == ("plain.txt", "plain", ".txt")
    assert (found.is_file(), found.is_dir()) == (True, False)
    assert found.stat().st_size == len(TEXT.encode())
    assert str(as_path("s3://bucket/a.txt")) == "s3://bucket/a.txt"
    assert not is_address("C://a.txt")
    assert not is_address("s3:/a.txt")


def test_a_file_that_changes(folder) -> None:
    stamps = take_stamps([address(folder / "plain.txt")])
    check_unchanged(stamps)
    (folder / "plain.txt").write_text("shorter")
    with pytest.raises(CorpusError, match=r"plain\.txt: changed while it was being read"):
        check_unchanged(stamps)


def test_what_is_missing(folder) -> None:
    with pytest.raises(MissingTextError, match=r"nowhere\.txt: there is no such file\.$"):
        huffvec.encode(address(folder / "nowhere.txt"))
    with pytest.raises(MissingTextError, match=r"\*\.log: no file matches this pattern\.$"):
        huffvec.encode(address(folder / "*.log"))
    (folder / "none").mkdir()
    with pytest.raises(CorpusError, match="none: is a folder without files, or with empty ones"):
        huffvec.encode(address(folder / "none"))
    with pytest.raises(FormatError, match=r"There is no file 'file:///.*/nowhere\.hvc'\.$"):
        huffvec.load_corpus(address(folder / "nowhere.hvc"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="everything may be read")
def test_what_may_not_be_read(folder) -> None:
    (folder / "plain.txt").chmod(0)
    with pytest.raises(UnreadableTextError, match=r"plain\.txt: cannot be read: no permission \("):
        huffvec.encode(address(folder / "plain.txt"))


@pytest.mark.parametrize(
    ("reason", "kind", "message"),
    [
        ("AWS Error ACCESS_DENIED during HeadObject operation", UnreadableTextError, "no permis"),
        ("AWS Error NO_SUCH_BUCKET during ListObjectsV2", MissingTextError, "no such file"),
        ("AWS Error NETWORK_CONNECTION", CorpusError, "cannot be read: When .* NETWORK_CONN"),
    ],
)
def test_what_a_service_answers(folder, reason, kind, message) -> None:
    """A filesystem whose every answer is an error, as those of services are worded."""
    from huffvec.corpus.readers.sources import unreadable

    found = Address("s3://bucket/a.txt")
    with pytest.raises(OSError, match=reason) as raised, found.asked():
        raise OSError(f"When reading information for key 'a.txt' in bucket 'bucket': {reason}.")
    with pytest.raises(kind, match=message):
        raise unreadable(found, raised.value)


@pytest.mark.parametrize("name", ["foo://bucket/a.txt", "https://host/a.txt"])
def test_an_unknown_kind_of_address(name) -> None:
    scheme = name.partition("/")[0]
    message = f"cannot be read: pyarrow has no filesystem for {scheme}//, expected s3://, gs:// or"
    with pytest.raises(CorpusError, match=message):
        huffvec.encode(name)


def test_an_address_of_nothing() -> None:
    with pytest.raises(CorpusError, match=r"^s3://: cannot be read: names no file or folder"):
        huffvec.encode("s3://")


def test_pyarrow_is_missing() -> None:
    """In a process that cannot import it."""
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "import huffvec\n"
        "try: huffvec.encode('s3://bucket/a.txt')\n"
        "except huffvec.errors.MissingExtraError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    message = "reading s3://bucket needs the package pyarrow"
    assert done.stdout.startswith(message), done.stdout + done.stderr
