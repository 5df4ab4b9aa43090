"""The records in a log of JSON lines, read (:mod:`huffvec.training.logs` has what they are)."""

from __future__ import annotations

import json
from typing import Any

from huffvec.errors import FormatError
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable


def read_log(path: PathLike) -> list[dict[str, Any]]:
    """Return the records of a log of JSON lines.

    A line that was cut when its process was killed (the last, or one before a ``start``) is left
    out.

    Raises
    ------
    FormatError
        If the file cannot be read or is not such a log.
    """
    lines = check_readable(path).read_bytes().splitlines()
    records: list[dict[str, Any]] = []
    cut = 0
    for number, line in enumerate(lines, 1):
        record = event_of(line)
        if record is None:
            if cut:
                raise _no_log(path, cut)
            cut = number
            continue
        if cut and record["event"] != "start":
            raise _no_log(path, cut)
        cut = 0
        records.append(record)
    if not records:
        raise _no_log(path, 1)
    return records


def event_of(line: bytes) -> dict[str, Any] | None:
    """Return the record on a line of a log, ``None`` if it is none."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_event = isinstance(record, dict) and isinstance(record.get("event"), str)
    return record if is_event else None


def _no_log(path: PathLike, line: int) -> FormatError:
    return FormatError(
        f"{str(path)!r} is not a log of huffvec: line {line} is not a JSON object with an event. "
        "Logs are written by huffvec.training.logs.JsonLines, and by huffvec train."
    )
