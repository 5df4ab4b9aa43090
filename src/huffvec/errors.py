"""Errors that huffvec raises on purpose.

Every message says what was expected, what was found and what to do. The command line prints the
message alone and exits with code 2 for a :class:`ConfigError` and with 1 for the others. From
Python, catch :class:`HuffvecError` for all of them, or the built-in that each also is: a missing
file is a FileNotFoundError as well.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import Any


class OptionName(str):
    """The name of an option within a message: ``min_count``, or with a value ``min_count=1``.

    Attributes
    ----------
    option
        The name alone.
    values
        The value that the message speaks of, in a tuple; nothing if it speaks of none.
    """

    option: str
    values: tuple[Any, ...]

    def __new__(cls, option: str, *values: object) -> OptionName:
        """Return the text as Python writes it."""
        name = super().__new__(cls, "=".join([option, *map(repr, values)]))
        name.option, name.values = option, values
        return name

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Return what a copy is made of."""
        return (self.option, *self.values)


class HuffvecError(Exception):
    """Base of all errors raised on purpose.

    A message is made of parts, and options stand in it as `OptionName`, so that whoever shows it
    can call them by other names: ``ConfigError(OptionName("order_by"), " needs ", …)``.

    Attributes
    ----------
    parts
        The parts of the message.
    """

    def __init__(self, *parts: str) -> None:
        super().__init__("".join(parts))
        self.parts = parts

    @property
    def options(self) -> tuple[str, ...]:
        """The names of the options that the message speaks of, as they come."""
        return tuple(part.option for part in self.parts if isinstance(part, OptionName))

    def text(self, name_of: Callable[[OptionName], str]) -> str:
        """Return the message with every option as name_of calls it."""
        return "".join(name_of(p) if isinstance(p, OptionName) else p for p in self.parts)


class ConfigError(HuffvecError, ValueError):
    """An option has a value that cannot be used."""


class CorpusError(HuffvecError, ValueError):
    """A corpus is missing, unreadable, not text, or leaves nothing to train on."""


class FormatError(HuffvecError, ValueError):
    """A model or vector file is truncated, foreign or damaged."""


class MissingTreeError(ConfigError, FileNotFoundError):
    """The objective's option tree is neither a name nor an existing file."""


class MissingTextError(CorpusError, FileNotFoundError):
    """A file to train on, or to read words or edges from, does not exist."""


class UnreadableTextError(CorpusError, PermissionError):
    """The permissions of a file to train on, or to read words or edges from, forbid reading it."""


class MissingFileError(FormatError, FileNotFoundError):
    """A file of a model, of vectors, word pairs, a vocabulary or the like does not exist."""


class UnreadableFileError(FormatError, PermissionError):
    """The permissions of such a file (see `MissingFileError`) forbid reading it."""


class FolderError(FormatError, IsADirectoryError):
    """A folder was named in place of such a file."""


class OutputError(HuffvecError, OSError):
    """A result cannot be written where it was asked for."""


class TrainingError(HuffvecError, ArithmeticError):
    """Training produced numbers that are not finite, or was stopped before it produced any."""


class TooLargeError(ConfigError, MemoryError):
    """What options ask for does not fit into memory."""


class DivergedError(TrainingError):
    """The loss was not a sensible number any more: the learning rate was too high."""


class Terminated(KeyboardInterrupt):
    """The process was asked to terminate (SIGTERM, SIGHUP), as by a batch system.

    The command line raises it, and exits with 128 and the signal's number.

    Attributes
    ----------
    signal_number
        The signal that asked.
    """

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"terminated by signal {signal_number}")
        self.signal_number = signal_number


class MissingExtraError(HuffvecError, ImportError):
    """A feature needs an optional dependency that is not installed."""


class ShapeError(HuffvecError, ValueError):
    """Tensors that were given do not fit the layer or each other."""


class TargetError(HuffvecError, IndexError):
    """A target is no word of the layer's vocabulary."""


class UnknownWordError(HuffvecError, KeyError):
    """A word is not in the vocabulary."""

    def __str__(self) -> str:
        """Return the message as it is (KeyError would print its repr)."""
        return str(self.args[0]) if self.args else ""


def suggest(name: str, choices: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the choice nearest to name, or an empty string."""
    nearest = difflib.get_close_matches(name, list(choices), n=1)
    return f" Did you mean {nearest[0]!r}?" if nearest else ""
