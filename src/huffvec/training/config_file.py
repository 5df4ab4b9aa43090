"""Configuration files: how to train, as TOML.

::

    learning_rate = 0.1
    epochs = 10
    lowercase = true
    objective = "nce:samples=20"
    subwords = "3-6"

A key is a keyword of `huffvec.train` that is an option: those of `huffvec.TrainingConfig` and of
`huffvec.corpus.InputOptions`, and ``objective``. The objective and the subwords are texts as on the
command line, or tables of their options::

    [objective]
    name = "nce"
    samples = 20

    [subwords]
    min_n = 3
    max_n = 6

What is left out has its default. ``"none"`` stands for ``None`` where that is not the default, as
TOML has no word for it. Files are data: nothing in them is run.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import tomli_w

from huffvec.config import TrainingConfig
from huffvec.corpus.options import InputOptions
from huffvec.errors import ConfigError, FormatError, HuffvecError
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable
from huffvec.objectives import Objective, as_objective, by_name
from huffvec.objectives.naming import AnyObjective
from huffvec.options import Option, options_of
from huffvec.records import Options, unknown_option

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MAX_BYTES = 8_000_000  # words to keep or to drop are the most that a file has
_MAX_PARTS = 50  # of a key; parsers take a time that grows with their square
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})+")
_NONE = "none"
ConfigT = TypeVar("ConfigT", bound=Options)


def read_config(path: PathLike) -> dict[str, Any]:
    """Return the keyword arguments of `huffvec.train` that a configuration file has.

    ``huffvec.train("corpus.txt", **huffvec.read_config("best.toml"))`` is the same as
    ``huffvec.train("corpus.txt", config="best.toml")``.

    Parameters
    ----------
    path
        A file of TOML (:mod:`huffvec.training.config_file`).

    Raises
    ------
    FormatError
        If the file cannot be read, or is no TOML.
    ConfigError
        If a key is no option (the message suggests the nearest), or a value cannot be used.
    """
    return read_records(path, TrainingConfig, InputOptions)


def read_records(
    path: PathLike, training: type[Options], reading: type[Options], *, for_labels: bool = False
) -> dict[str, Any]:
    """Return the options of two records, and the objective, that a configuration file has.

    Parameters
    ----------
    path
        A file of TOML.
    training, reading
        The records.
    for_labels
        Whether the objective may be one that predicts sets of labels.

    Raises
    ------
    FormatError, ConfigError
        As `read_config`.
    """
    name = repr(str(path))
    values = _read_toml(path)
    known = {**options_of(training), **options_of(reading)}
    try:
        for key in values:
            if key not in known and key != "objective":
                raise unknown_option("training option", key, ("objective", *known))
        found = {key: _value(known[key], values[key]) for key in known if key in values}
        if "subwords" in found:  # a text or a table
            found["subwords"] = known["subwords"].check(found["subwords"])
        if "objective" in values:
            found["objective"] = as_objective(
                _objective(values["objective"]), for_labels=for_labels
            )
        for record in (training, reading):
            record(**{key: found[key] for key in options_of(record) if key in found})
    except HuffvecError as error:
        raise ConfigError(f"{name}: {error}") from None
    return found


def with_config_file(
    config: ConfigT | Mapping[str, Any] | PathLike | None,
    objective: AnyObjective | None,
    options: Mapping[str, Any],
    read: Callable[[PathLike], dict[str, Any]] = read_config,
) -> tuple[ConfigT | Mapping[str, Any] | None, AnyObjective | None, dict[str, Any]]:
    """Return a function's arguments with those of the file that config names, if it names one.

    What was given to the function stays. ``read`` reads the file.
    """
    if not isinstance(config, (str, os.PathLike)):
        return config, objective, dict(options)
    found = read(config)
    of_file = found.pop("objective", None)
    return None, of_file if objective is None else objective, {**found, **options}


def config_text(objective: Objective, config: Options, reading: Options, comment: str = "") -> str:
    """Return a configuration file with all options, so that later defaults change nothing.

    Parameters
    ----------
    objective, config
        How to train.
    reading
        How the text is read: those of its options that were given.
    comment
        What stands above as a comment, maybe of several lines.
    """
    of_text = {name: getattr(reading, name) for name in sorted(reading.given)}
    values = _written(config) | {key: value for key, value in of_text.items() if value is not None}
    for name in options_of(type(config)):
        if isinstance(inner := getattr(config, name), Options):
            values[name] = _written(inner)
    values["objective"] = {"name": objective.name, **_written(objective)}
    head = "".join(f"# {line}".rstrip() + "\n" for line in comment.splitlines())
    return head + ("\n" if head else "") + tomli_w.dumps(values)


def _read_toml(path: PathLike) -> dict[str, Any]:
    """Return what a file of TOML has."""
    with check_readable(path).open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise FormatError(
            f"{str(path)!r} is no configuration file: it has over {MAX_BYTES:,} bytes."
        )
    try:
        text = content.decode("utf-8-sig")  # some editors begin files with a mark
        if any(map(_is_endless, _DOTTED.finditer(text))):
            raise ValueError("a key has too many parts")
        found: dict[str, Any] = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "too deep" if isinstance(error, RecursionError) else error
        raise FormatError(
            f"{str(path)!r} is no configuration file, which is text in TOML such as "
            f"'learning_rate = 0.1': {reason}."
        ) from None
    return found


def _is_endless(key: re.Match[str]) -> bool:
    """Return whether what may be a key has too many parts."""
    dotted = key.group()
    return dotted.count(".") >= _MAX_PARTS and len(re.findall(_PART, dotted)) > _MAX_PARTS


def _written(record: Options) -> dict[str, Any]:
    """Return a record's options as TOML has them, without records within it."""
    values = {}
    for name, own in options_of(type(record)).items():
        value = getattr(record, name)
        if isinstance(value, Options) or (value is None and own.default is None):
            continue
        values[name] = _NONE if value is None else value
    return values


def _value(option: Option, value: Any) -> Any:
    """Return the value that stands for ``None`` as that."""
    return None if value == _NONE and type(None) in option.kinds else value


def _objective(value: Any) -> Objective:
    if not isinstance(value, dict):
        return as_objective(value, for_labels=True)
    if not isinstance(name := value.get("name"), str):
        raise ConfigError("the table objective needs a name: name = 'negative-sampling'")
    cls = by_name(name)
    known = options_of(cls)
    options = {key: own for key, own in value.items() if key != "name"}
    return cls.of(**{k: _value(known[k], own) if k in known else own for k, own in options.items()})
