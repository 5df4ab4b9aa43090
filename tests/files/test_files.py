"""Results are written whole or not at all, and wrong output names are found early."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from huffvec.errors import OutputError
from huffvec.files.paths import size_of
from huffvec.files.writing import atomic_folder, atomic_path, check_folder_writable, check_writable

NOBODY = 65534


@contextmanager
def without_superuser_rights() -> Iterator[None]:
    """Permission bits do not stop root: act as another user where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def locked_folder() -> Iterator[Path]:
    """A folder that may be entered but not written to, reachable by every user."""
    # Not below tmp_path: pytest makes that reachable for its owner only.
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        yield Path(name)
        Path(name).chmod(0o755)


def test_content_appears_under_the_final_name_only_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    with atomic_path(path) as temporary:
        temporary.write_bytes(b"new")
        assert temporary.parent == tmp_path
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_exception_leaves_the_old_file_and_no_temporary(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "x.hv"
    path.write_bytes(b"old")

    def write_half() -> None:
        with atomic_path(path) as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises(error):
        write_half()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_follow_the_umask_or_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    old_umask = os.umask(0o027)
    try:
        with atomic_path(path):
            pass
        assert path.stat().st_mode & 0o777 == 0o640
        path.chmod(0o600)
        with atomic_path(path):
            pass
        assert path.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(old_umask)


def test_a_symbolic_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "x.hv"
    target.write_bytes(b"old")
    link = tmp_path / "link.hv"
    link.symlink_to(target)
    with atomic_path(link) as temporary:
        temporary.write_bytes(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_check_writable_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    check_writable(path)
    assert list(tmp_path.iterdir()) == []
    path.write_bytes(b"old")
    check_writable(path)
    assert path.read_bytes() == b"old"


def test_check_writable_takes_a_bare_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check_writable("x.hv")


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere' does not exist\. Create the folder"):
        check_writable(tmp_path / "nowhere" / "x.hv")


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file' is not a folder"):
        check_writable(tmp_path / "file" / "x.hv")


def test_path_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder; give the name of a file"):
        check_writable(tmp_path)


def test_path_that_is_a_device() -> None:
    with pytest.raises(OutputError, match="'/dev/null' is not a regular file"):
        check_writable(os.devnull)


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_impossible_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="Give another name"):
        check_writable(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits of POSIX systems")
def test_folder_without_write_permission() -> None:
    with (
        locked_folder() as folder,
        without_superuser_rights(),
        pytest.raises(OutputError, match=r"no file can be created in .*Permission denied"),
    ):
        check_writable(folder / "x.hv")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_file_system_that_takes_no_files_from_anyone() -> None:
    with pytest.raises(OutputError, match="no file can be created in '/proc'"):
        check_writable("/proc/x.hv")


FULL_DISK = """
import resource, signal, sys
from huffvec.errors import OutputError
from huffvec.files.writing import atomic_path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    with atomic_path(sys.argv[1]) as temporary:
        temporary.write_bytes(b"x" * 5000)
except OutputError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits of POSIX systems")
def test_a_write_that_fails_in_the_middle(tmp_path: Path) -> None:
    """A limit on file sizes makes write() fail half-way, as a full disk does."""
    path = tmp_path / "x.hv"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True
    )
    assert "x.hv': File too large. Nothing was written" in done.stdout
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_named_as_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    with (
        pytest.raises(OutputError, match=r"No space left on device\. Nothing was written"),
        atomic_path(path),
        open("/dev/full", "wb", buffering=0) as full,
    ):
        full.write(b"x")
    assert list(tmp_path.iterdir()) == []


def test_output_errors_keep_their_message(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"^as raised$"), atomic_path(tmp_path / "x.hv"):
        raise OutputError("as raised")


# --- folders --------------------------------------------------------------------------------------


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "out"
    for content in (b"first", b"second"):
        with atomic_folder(path, ["a", "b"]) as temporary:
            (temporary / "a").write_bytes(content)
            assert not path.exists() or (path / "a").read_bytes() == b"first"
        assert list(path.iterdir()) == [path / "a"]
        assert (path / "a").read_bytes() == content
        assert list(tmp_path.iterdir()) == [path]
    assert size_of(path) == size_of(path / "a") == len(b"second")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_exception_leaves_the_old_folder(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "out"
    path.mkdir()
    (path / "a").write_bytes(b"old")

    def fail() -> None:
        with atomic_folder(path, ["a"]) as temporary:
            (temporary / "a").write_bytes(b"half")
            raise error

    with pytest.raises(error):
        fail()
    assert (path / "a").read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_goes_wrong_with_a_folder_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"out': No such file or directory\. Nothing was written"),
        atomic_folder(tmp_path / "out", ["a"]) as temporary,
    ):
        temporary.rmdir()
    with pytest.raises(OutputError, match=r"^as raised$"), atomic_folder(tmp_path / "out", ["a"]):
        raise OutputError("as raised")
    assert list(tmp_path.iterdir()) == []
    with (
        locked_folder() as folder,
        without_superuser_rights(),
        pytest.raises(OutputError, match="no file can be created in"),
    ):
        check_folder_writable(folder / "out", ["a"])
