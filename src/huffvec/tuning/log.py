"""The log of a tuning: every trial, as JSON lines, from which it goes on.

============ ====================================================================================
``start``    what must be the same for a tuning to go on: ``settings``; ``huffvec``, ``time``
``trial``    the fields of `huffvec.tuning.trials.Trial`; what is not known is null
``repeat``   the same of one of the best, trained again with another seed
============ ====================================================================================

A line is written when its training is over, so that what is killed loses no finished trial. The
file is data: nothing in it is run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from huffvec._version import __version__
from huffvec.errors import ConfigError, FormatError, OptionName, OutputError
from huffvec.files.json_values import finite
from huffvec.files.paths import PathLike
from huffvec.training.log_records import read_log
from huffvec.tuning.trials import Trial

SUFFIX = ".trials.jsonl"


def log_of(output: PathLike) -> Path:
    """Return the log of a tuning whose best goes to output: ``best.trials.jsonl``."""
    return Path(output).with_suffix(SUFFIX)


@dataclass
class TrialLog:
    """The trials so far, and their log.

    Attributes
    ----------
    path
        The file.
    trials
        In the order of their numbers.
    repeats
        Trainings of the best with other seeds.
    kind
        What trials are.
    """

    path: Path
    trials: list[Trial] = field(default_factory=list)
    repeats: list[Trial] = field(default_factory=list)
    kind: type[Trial] = Trial

    @classmethod
    def open(cls, path: Path, settings: Mapping[str, Any], kind: type[Trial] = Trial) -> TrialLog:
        """Return the log at a path, with what is in it if it is there, and say that work begins.

        Raises
        ------
        ConfigError
            If it is the log of another tuning.
        FormatError
            If it cannot be read, or is no such log.
        OutputError
            If it cannot be written.
        """
        log = cls(path, kind=kind)
        settings = json.loads(json.dumps(settings))
        if path.exists() and path.stat().st_size:
            log._read(settings)
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        log._write("start", {"settings": settings, "huffvec": __version__, "time": now})
        return log

    @property
    def seconds(self) -> float:
        """The time that all trainings took."""
        return sum(one.seconds for one in (*self.trials, *self.repeats))

    def add(self, trial: Trial) -> None:
        """Add a trial.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        self.trials.append(trial)
        self._write("trial", trial.to_dict())

    def add_repeat(self, trial: Trial) -> None:
        """Add a training of one of the best with another seed.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        self.repeats.append(trial)
        self._write("repeat", trial.to_dict())

    def _read(self, settings: Mapping[str, Any]) -> None:
        """Read the trials, or remove a log that has none."""
        starts: list[dict[str, Any]] = []
        for record in read_log(self.path):
            event = record["event"]
            try:
                if event == "start":
                    starts.append(_settings_of(record))
                elif event == "trial":
                    self.trials.append(self.kind.from_dict(record))
                elif event == "repeat":
                    self.repeats.append(self.kind.from_dict(record))
                else:
                    raise FormatError(f"it has the event {event!r:.40}")
            except FormatError as error:
                raise FormatError(f"{str(self.path)!r} is not a log of tuning: {error}.") from None
        self.trials, self.repeats = _first_of_each(self.trials), _first_of_each(self.repeats)
        if [one.number for one in self.trials] != list(range(len(self.trials))):
            raise FormatError(f"{str(self.path)!r} is not a log of tuning: trials are missing.")
        if not self.trials:
            self.path.unlink()
            return
        if not starts:
            raise FormatError(f"{str(self.path)!r} is not a log of tuning: it has no start.")
        other = {k: k for found in starts for k in settings if found.get(k) != settings[k]}
        if other:
            raise ConfigError(
                f"{str(self.path)!r} has the trials of another tuning ({', '.join(other)} "
                "differs): name another file with ",
                OptionName("output"),
                ", or delete it.",
            )

    def _write(self, event: str, values: Mapping[str, Any]) -> None:
        line = json.dumps(finite({"event": event, **values})).encode() + b"\n"
        try:
            with self.path.open("a+b", buffering=0) as file:
                if file.tell() and event == "start":  # after a line that was cut, maybe
                    file.seek(-1, 2)
                    line = line if file.read(1) == b"\n" else b"\n" + line
                file.write(line)
        except OSError as error:
            raise OutputError(
                f"Cannot write the log {str(self.path)!r}: {error.strerror}. Give another name "
                "with ",
                OptionName("output"),
                ".",
            ) from error


def _settings_of(start: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(settings := start.get("settings"), dict):
        raise FormatError("a start has no settings")
    search = settings.get("search")
    if isinstance(search, dict) and "architectures" in search:  # before there were other choices
        names = search.pop("architectures")
        search["choices"] = {"architecture": names} if names else {}
    return settings


def _first_of_each(trials: list[Trial]) -> list[Trial]:
    """Return the trials in order, without those that another session made at the same time."""
    found: dict[tuple[int, int], Trial] = {}
    for one in trials:
        found.setdefault((one.number, one.seed), one)
    return sorted(found.values(), key=lambda one: one.number)
