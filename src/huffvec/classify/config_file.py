"""How a classifier is trained, as a file of TOML (:mod:`huffvec.training.config_file`).

A key is a keyword of `huffvec.classify.train` that is an option: those of `ClassifierConfig` and of
`ExampleOptions`, and ``objective``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from huffvec.classify.config import ClassifierConfig
from huffvec.classify.file import read_info
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.files.paths import PathLike
from huffvec.objectives import from_dict
from huffvec.training.config_file import config_text, read_records


def read_config(path: PathLike) -> dict[str, Any]:
    """Return the keyword arguments of `huffvec.classify.train` that a configuration file has.

    Raises
    ------
    FormatError
        If the file cannot be read, or is no TOML.
    ConfigError
        If a key is no option (the message suggests the nearest), or a value cannot be used.
    """
    return read_records(path, ClassifierConfig, ExampleOptions, for_labels=True)


def config_of_file(path: Path, comment: str = "") -> str:
    """Return how the classifier in a file was trained, as a configuration file.

    Raises
    ------
    FormatError
        If the file cannot be read, or does not say it.
    """
    info = read_info(path)
    return config_text(
        from_dict(info.objective),
        ClassifierConfig.from_dict(info.config),
        ExampleOptions.of_record(info.training),
        comment,
    )
