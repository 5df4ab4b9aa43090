"""Files that say something of words: a word, a tab and the rest of the line."""

from __future__ import annotations

from huffvec.errors import ConfigError, FormatError, OptionName
from huffvec.evaluation.questions import numbered_lines
from huffvec.files.paths import PathLike


def names_none(option: str, path: PathLike | None, row_name: str) -> ConfigError:
    """Return the error that says that a file says nothing of what is explored."""
    return ConfigError(OptionName(option), f": {str(path)!r} names none of the {row_name}s")


def read_said(path: PathLike) -> dict[str, str]:
    """Return what a file says of words; of a word that is there twice, the last.

    Raises
    ------
    FormatError
        If the file cannot be read, or a line is not a word, a tab and something.
    """
    said = {}
    for number, line in numbered_lines(path):
        word, _, rest = line.partition("\t")
        if not (word.strip() and rest.strip()):
            raise FormatError(
                f"{str(path)!r} line {number} must be a word, a tab and what to say of it, not "
                f"{line[:80]!r}."
            )
        said[word.strip()] = rest.strip()
    return said
