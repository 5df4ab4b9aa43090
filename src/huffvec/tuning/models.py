"""The models of the best trials, kept in files until it is known which is the best."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from huffvec.files.paths import PathLike
from huffvec.files.writing import atomic_path


class KeptModels:
    """Files of models beside the one that the best is to become, by trial.

    Parameters
    ----------
    path
        Where the best goes.
    save
        Writes a model to a file.
    """

    def __init__(self, path: PathLike, save: Callable[[Any, Path], None]) -> None:
        self.path, self._save = Path(path), save

    def file(self, number: int) -> Path:
        """Return the file of a trial's model."""
        return self.path.with_name(f"{self.path.name}.trial-{number}")

    def save(self, number: int, model: Any) -> None:
        """Keep the model of a trial.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        self._save(model, self.file(number))

    def has(self, number: int) -> bool:
        """Return whether the model of a trial is kept."""
        return self.file(number).exists()

    def keep_only(self, numbers: Iterable[int]) -> None:
        """Delete the models of all other trials."""
        kept = {self.file(number) for number in numbers}
        for path in self.path.parent.glob(f"{_escaped(self.path.name)}.trial-*"):
            if path not in kept:
                path.unlink(missing_ok=True)

    def finish(self, number: int, *, is_last: bool) -> None:
        """Make a trial's model that of the best; at the end, delete the others.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        source = self.file(number)
        if self.has(number):
            with atomic_path(self.path) as temporary:
                if is_last:
                    source.replace(temporary)
                else:
                    shutil.copyfile(source, temporary)
        if is_last:
            self.keep_only([])


def _escaped(name: str) -> str:
    """Return a name as a pattern that it alone fits."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)
