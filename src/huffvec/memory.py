"""Whether tables fit into memory: systems grant more than there is, and kill who uses it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from huffvec.errors import TooLargeError
from huffvec.progress.words import format_bytes

_GROUPS = "sys/fs/cgroup"


def check_memory(n_bytes: float, what: str, *remedy: str) -> None:
    """Raise TooLargeError if so many bytes, of what is to be made, are more than are free.

    The remedy says what to do, as parts of a message.
    """
    free = free_memory()
    if n_bytes > free:
        raise TooLargeError(
            f"{what} would take {format_bytes(n_bytes)}, and {format_bytes(free)} of memory are "
            "free: ",
            *remedy,
        )


def free_memory(root: Path = Path("/")) -> float:
    """Return the bytes that this process can still take; infinite where that is not known.

    By what Linux says, in the files below root, of the machine with its swap space, and of the
    control groups of a container or a batch job.
    """
    of_machine = _numbers(root / "proc/meminfo")
    free = math.inf
    if "MemAvailable:" in of_machine:
        free = 1024 * (of_machine["MemAvailable:"] + of_machine.get("SwapFree:", 0))
    return min(free, *_left_to_groups(root))


def _left_to_groups(root: Path) -> Iterator[float]:
    """Yield what each control group of this process, and of those around them, may still take."""
    yield math.inf
    for line in _lines(root / "proc/self/cgroup"):
        number, controllers, path = line.split(":", 2)
        is_old = "memory" in controllers.split(",")
        if number != "0" and not is_old:
            continue
        base = root / _GROUPS / ("memory" if is_old else "")
        own = base / path.lstrip("/")
        for folder in (own, *own.parents):
            if folder.is_relative_to(base):
                yield _left(folder)


def _left(folder: Path) -> float:
    """Return what a control group leaves: its limit without what is used, but for files' pages."""
    names = (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes"))
    for limit, used in names:
        texts = _lines(folder / limit), _lines(folder / used)
        if all(len(lines) == 1 and lines[0].isdecimal() for lines in texts):
            files = _numbers(folder / "memory.stat").get("inactive_file", 0)
            return int(texts[0][0]) - int(texts[1][0]) + files
    return math.inf


def _numbers(path: Path) -> dict[str, int]:
    """Return the numbers of a file with a name and a number a line."""
    parts = (line.split() for line in _lines(path))
    return {words[0]: int(words[1]) for words in parts if len(words) > 1 and words[1].isdecimal()}


def _lines(path: Path) -> list[str]:
    """Return the lines of a file; none if it cannot be read."""
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
