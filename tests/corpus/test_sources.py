from __future__ import annotations

import os
from pathlib import Path

import pytest

from huffvec.corpus.readers.sources import check_unchanged, expand, take_stamps
from huffvec.errors import CorpusError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.txt", "c.md", "odd[1].txt"):
        (tmp_path / name).write_text("some words\n")
    (tmp_path / "sub.txt").mkdir()
    (tmp_path / "sub.txt" / "d.txt").write_text("more words\n")
    return tmp_path


def test_names_keep_their_order(folder: Path) -> None:
    names = [folder / "c.md", str(folder / "a.txt")]
    assert expand(names) == [folder / "c.md", folder / "a.txt"]


def test_one_name_is_not_a_sequence_of_letters(folder: Path) -> None:
    assert expand(str(folder / "a.txt")) == [folder / "a.txt"]
    assert expand(folder / "a.txt") == [folder / "a.txt"]


def test_patterns_give_sorted_files_without_folders(folder: Path) -> None:
    assert expand(f"{folder}/?.txt") == [folder / "a.txt", folder / "b.txt"]
    assert folder / "sub.txt" not in expand(f"{folder}/*.txt")
    assert folder / "sub.txt" / "d.txt" in expand(f"{folder}/**/*.txt")


def test_a_file_named_twice_is_read_once(folder: Path) -> None:
    assert expand([folder / "b.txt", f"{folder}/?.txt"]) == [
        folder / "b.txt",
        folder / "a.txt",
    ]


def test_a_name_that_exists_is_not_a_pattern(folder: Path) -> None:
    assert expand(folder / "odd[1].txt") == [folder / "odd[1].txt"]


def test_no_file() -> None:
    with pytest.raises(CorpusError, match="no input file: name at least one text file"):
        expand([])


def test_missing_file_suggests_a_neighbour(folder: Path) -> None:
    with pytest.raises(CorpusError, match=r"a\.tx: there is no such file\. Did you mean 'a\.txt'"):
        expand(folder / "a.tx")


def test_missing_folder(folder: Path) -> None:
    with pytest.raises(CorpusError, match=r"no such file\. There is no folder '.*nowhere'"):
        expand(folder / "nowhere" / "a.txt")


def test_pattern_without_match(folder: Path) -> None:
    with pytest.raises(CorpusError, match=r"\*\.text: no file matches this pattern"):
        expand(f"{folder}/*.text")


def test_folder_stands_for_its_files(folder: Path) -> None:
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "e.txt").write_text("hidden words\n")
    (folder / "_SUCCESS").touch()
    names = ["a.txt", "b.txt", "c.md", "odd[1].txt", "sub.txt/d.txt"]
    assert expand(folder) == [folder / name for name in names]


def test_folder_without_files(folder: Path) -> None:
    (folder / "nothing").mkdir()
    with pytest.raises(CorpusError, match="nothing: is a folder without files, or with empty"):
        expand(folder / "nothing")


def test_what_is_read_once_may_be_a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert expand([folder / "pipe", "-"]) == [folder / "pipe", Path("-")]
    with pytest.raises(CorpusError, match="-: there is no such file"):
        expand("-", twice=True)


def test_pipe_is_not_text(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(CorpusError, match=r"pipe: is a pipe or a device.*Save its content"):
        expand(folder / "pipe", twice=True)


def test_empty_file(folder: Path) -> None:
    (folder / "empty.txt").touch()
    with pytest.raises(CorpusError, match=r"empty\.txt: is empty, expected text"):
        expand(folder / "empty.txt")


def test_unreadable_file(folder: Path) -> None:
    path = folder / "a.txt"
    path.chmod(0)
    was_root = os.geteuid() == 0
    if was_root:  # root may read everything
        os.seteuid(65534)
    try:
        with pytest.raises(CorpusError, match=r"a\.txt: cannot be read: Permission denied"):
            expand(path)
    finally:
        if was_root:
            os.seteuid(0)


def test_name_that_no_file_can_have() -> None:
    with pytest.raises(CorpusError, match="a name is empty, expected that of a file or folder"):
        expand("")
    with pytest.raises(CorpusError, match=r"cannot be read: .*embedded null"):
        take_stamps(["a\0b"])


def test_stamps_tell_a_changed_file(folder: Path) -> None:
    stamps = take_stamps([folder / "a.txt", folder / "b.txt"])
    check_unchanged(stamps)
    (folder / "b.txt").write_text("other words\n")
    with pytest.raises(CorpusError, match=r"b\.txt: changed while .* had 11 bytes, now it has 12"):
        check_unchanged(stamps)


def test_stamps_tell_other_bytes_of_the_same_size(folder: Path) -> None:
    stamps = take_stamps([folder / "a.txt"])
    os.utime(folder / "a.txt", ns=(0, 1_000_000_007))
    with pytest.raises(CorpusError, match=r"a\.txt: changed while it was being read"):
        check_unchanged(stamps)
