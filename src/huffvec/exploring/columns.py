"""Files that say something of words: a word, a tab and the rest of the line."""

from __future__ import annotations

from huffvec.errors import FormatError
from huffvec.evaluation.questions import numbered_lines
from huffvec.files.paths import PathLike


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
