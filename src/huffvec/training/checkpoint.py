"""Checkpoints: all that is needed to continue a run exactly, in one file.

A checkpoint is a model file (:mod:`huffvec.formats.hv`), which can be asked like any other, with a
further JSON object ``checkpoint`` and, where words are frozen, a tensor ``frozen``:

=============== ==================================================================================
``progress``    how far the run has come (`huffvec.training.position.Position`)
``started``     when it began, in UTC
``source``      the text's files (names, sizes, times of change; none if it was in no file) and
                how it is read (`huffvec.corpus.InputOptions`)
``fingerprint`` a hash of the encoded text (`huffvec.training.source.fingerprint`)
``every``       seconds between checkpoints, or null
``keep``        how many checkpoints there are
=============== ==================================================================================

Randomness is counted by chunk, so that there is no state of a generator to save. Checkpoints are
made between chunks: the threads finish theirs, the weights are copied, and training goes on while
the copy is written. The newest is ``NAME.ckpt``, the one before ``NAME.ckpt.1`` and so on.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

import numpy.typing as npt

from huffvec.checks import must_be
from huffvec.corpus.options import InputOptions
from huffvec.errors import ConfigError, FormatError, MissingFileError, OptionName, suggest
from huffvec.files.safetensors_file import verify
from huffvec.files.writing import rotating_temporary
from huffvec.formats.hv import read_parts
from huffvec.model import Model, load
from huffvec.options import option
from huffvec.records import Options
from huffvec.training.position import Position
from huffvec.training.source import CorpusSource, ReadingT

ModelT = TypeVar("ModelT")
SUFFIX = ".ckpt"
_UNITS = {"s": 1, "sec": 1, "min": 60, "h": 3600, "d": 86400}
_logger = logging.getLogger("huffvec")


def parse_duration(name: str, value: Any) -> float | None:
    """Return a number of seconds from a number or from text such as 30s, 10min, 1.5h or 2d.

    ``None`` stays what it is.

    Raises
    ------
    ConfigError
        If it is neither.
    """
    if value is None:
        return None
    match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*([a-z]*)\s*", str(value))
    unit = _UNITS.get(match[2] or "s") if match else None
    if match is None or unit is None or isinstance(value, bool):
        expected = "a number of seconds or a time such as 30s, 10min, 1.5h or 2d"
        raise must_be(name, expected, value)
    return float(match[1]) * unit


@dataclass(frozen=True)
class Checkpoints(Options):
    """Where and how often checkpoints are written.

    Attributes
    ----------
    path
        The newest; older ones have ``.1``, ``.2`` … behind the name.
    every
        Seconds, or text such as ``"10min"``, from one to the next. ``None``: only when
        training is interrupted (`KeyboardInterrupt`).
    keep
        How many to keep.

    Raises
    ------
    ConfigError
        If a value cannot be used.
    """

    called = "checkpoint option"

    path: str | os.PathLike[str]
    every: float | str | None = option(
        600.0,
        above=0.0,
        high=1e9,
        unit="seconds",
        metavar="TIME",
        convert=parse_duration,
        help="Time between checkpoints, e.g. 30s, 10min or 2h.",
    )
    keep: int = option(
        2,
        low=1,
        high=1_000,
        metavar="N",
        help="Checkpoints to keep, in case one is damaged.",
    )

    @property
    def seconds(self) -> float | None:
        """Seconds from one checkpoint to the next, if there are any."""
        assert not isinstance(self.every, str)  # parsed in __post_init__
        return self.every

    def existing(self) -> list[Path]:
        """Return the checkpoints that there are, the newest first."""
        newest = Path(self.path)
        pattern = re.compile(re.escape(newest.name) + r"\.([1-9][0-9]{0,3})")
        names = os.listdir(newest.parent) if newest.parent.is_dir() else []
        older = sorted(int(match[1]) for name in names if (match := pattern.fullmatch(name)))
        paths = [newest, *(newest.with_name(f"{newest.name}.{k}") for k in older)]
        return [path for path in paths if path.is_file()]

    def check_none(self) -> None:
        """Raise ConfigError if there are checkpoints, which a new run would write over."""
        if existing := self.existing():
            raise ConfigError(
                f"{os.fspath(existing[0])!r} is a checkpoint of a run that did not end. Continue "
                "it with ",
                OptionName("resume", os.fspath(self.path)),
                ", or delete it to begin anew.",
            )

    def remove(self) -> None:
        """Delete the checkpoints, when the model of the complete run is safe."""
        for path in reversed(self.existing()):  # if killed meanwhile, the newest is left
            path.unlink(missing_ok=True)
        rotating_temporary(self.path).unlink(missing_ok=True)


@dataclass(frozen=True)
class Checkpoint(Generic[ModelT, ReadingT]):
    """A checkpoint that was read.

    Attributes
    ----------
    path
        Its file.
    model
        The model at that time, memory-mapped.
    position
        How far the run had come.
    started
        When it had begun.
    source
        Where its text was.
    fingerprint
        Hash of the encoded text.
    checkpoints
        Where the run writes its checkpoints.
    arrays
        What the run needs besides its model, by name: ``frozen``, uint8 (n_words,), not zero for
        words whose input rows stay as they are.
    """

    path: Path
    model: ModelT
    position: Position
    started: datetime
    source: CorpusSource[ReadingT]
    fingerprint: str
    checkpoints: Checkpoints
    arrays: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)


WordsCheckpoint: TypeAlias = Checkpoint[Model, InputOptions]
Read: TypeAlias = Callable[[Path, Checkpoints], Checkpoint[ModelT, ReadingT]]


def read_newest(path: str | os.PathLike[str]) -> WordsCheckpoint:
    """Return the newest checkpoint of word vectors that is whole, as `newest` does.

    Raises
    ------
    FormatError
        If there is no whole one.
    """
    return newest(path, read_checkpoint)


def newest(
    path: str | os.PathLike[str], read: Read[ModelT, ReadingT]
) -> Checkpoint[ModelT, ReadingT]:
    """Return the newest checkpoint that is whole; if it is not the newest of all, warn.

    Raises
    ------
    FormatError
        If there is no whole one.
    """
    name = os.fspath(path)
    base = Checkpoints(re.sub(r"(\.ckpt)\.[1-9][0-9]*$", r"\1", name))
    candidates = base.existing()
    if Path(name) in candidates:  # an older one by name: that one, or older ones still
        candidates = candidates[candidates.index(Path(name)) :]
    problems: list[str] = [] if os.path.exists(path) else [_missing(Path(path))]
    for candidate in candidates:
        try:
            checkpoint = read(candidate, base)
        except FormatError as error:
            problems.append(str(error))
            continue
        if problems:
            _logger.warning("%s The checkpoint before it is used: %s.", problems[0], candidate)
        return checkpoint
    raise (FormatError if candidates else MissingFileError)(problems[0])


def read_checkpoint(path: Path, checkpoints: Checkpoints) -> WordsCheckpoint:
    """Return one checkpoint of word vectors, once its checksums are found right.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged or is no checkpoint.
    """
    verify(path)
    info, tensors = read_parts(path)
    check_unfinished(path, info.checkpoint)
    arrays = {"frozen": tensors["frozen"].copy()} if "frozen" in tensors else {}
    return checkpoint_of(path, load(path), info.checkpoint, checkpoints, InputOptions, arrays)


def check_unfinished(path: Path, record: Mapping[str, Any]) -> None:
    """Raise FormatError if a file has no record of how to go on."""
    if not record:
        raise FormatError(f"{os.fspath(path)!r} is no checkpoint, but a finished model.")


def checkpoint_of(
    path: Path,
    model: ModelT,
    record: Mapping[str, Any],
    checkpoints: Checkpoints,
    reading: type[ReadingT],
    arrays: Mapping[str, npt.NDArray[Any]],
) -> Checkpoint[ModelT, ReadingT]:
    """Return a checkpoint from the parts of its file; reading are the options of its text.

    Raises
    ------
    FormatError
        If the record is damaged.
    """
    try:
        return Checkpoint(
            path=path,
            model=model,
            position=Position.from_dict(record["progress"]),
            started=datetime.fromisoformat(record["started"]),
            source=CorpusSource.from_dict(record["source"], reading),
            fingerprint=str(record["fingerprint"]),
            checkpoints=Checkpoints(checkpoints.path, record["every"], record["keep"]),
            arrays=arrays,
        )
    except (KeyError, TypeError, ValueError) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise FormatError(f"{os.fspath(path)!r} is damaged: {reason}.") from None


def _missing(path: Path) -> str:
    names = os.listdir(path.parent) if path.parent.is_dir() else []
    return f"There is no checkpoint {os.fspath(path)!r}.{suggest(path.name, names)}"
