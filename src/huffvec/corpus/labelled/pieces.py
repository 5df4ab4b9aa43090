"""Documents in lines of bytes, some hundred kilobytes at a time, and what becomes of their text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from huffvec.corpus.labelled.marks import MARK, SPACE
from huffvec.corpus.transform import Transform
from huffvec.errors import CorpusError

_NEVER_IN_LABELS = "\t\n\v\f\r\0"


class Piece(NamedTuple):
    """Some documents.

    Attributes
    ----------
    lines
        A document a line, which ends with a line feed: labels, each a token that begins with
        `MARK`, then the text. Without labels where they were not asked for.
    n_documents
        How many lines there are.
    weights
        How much each document counts, float32 (n_documents,); ``None``: 1 each.
    n_unlabelled, unlabelled
        How many documents were left out since they have no label, and the first of them.
    prefix
        What labels begin with where the documents are from; empty if they stand apart.
    n_empty
        How many of the documents have no word.
    """

    lines: bytes
    n_documents: int
    weights: npt.NDArray[np.float32] | None = None
    n_unlabelled: int = 0
    unlabelled: str = ""
    prefix: str = ""
    n_empty: int = 0


class RawPiece(Protocol):
    """Documents as they were read."""

    def finish(self, transform: Transform | None) -> Piece:
        """Return the documents with their text transformed; other threads may go on meanwhile."""


@dataclass(frozen=True)
class RowsPiece:
    r"""Documents whose labels and texts came apart from each other.

    Attributes
    ----------
    texts
        UTF-8, a text a line, which ends with a line feed.
    labels
        The labels of each, as tokens with spaces between them; ``None``: they are not asked for.
    weights
        How much each counts.
    is_cut
        Whether the texts were tokens, which are not cut again.
    """

    texts: bytes
    labels: Sequence[bytes] | None
    weights: npt.NDArray[np.float32] | None = None
    is_cut: bool = False

    def finish(self, transform: Transform | None) -> Piece:
        """Return the documents that have a label, or all if labels are not asked for."""
        if transform is not None and self.is_cut:
            transform = Transform(transform.lowercase, transform.normalize)
        texts = self.texts if transform is None else transform.text(self.texts)
        lines = texts.removesuffix(b"\n").split(b"\n")
        if self.labels is None:
            return Piece(texts, len(lines), n_empty=_n_empty(lines))
        labelled = np.fromiter(map(bool, self.labels), bool, len(self.labels))
        kept = list(compress(lines, labelled))
        whole = map(b" ".join, zip(compress(self.labels, labelled), kept, strict=True))
        others = list(filter(bytes.strip, compress(lines, ~labelled)))  # empty ones say nothing
        return Piece(
            b"\n".join([*whole, b""]),
            len(kept),
            None if self.weights is None else self.weights[labelled],
            n_unlabelled=len(others),
            unlabelled=others[0].decode() if others else "",
            n_empty=_n_empty(kept),
        )


@dataclass(frozen=True)
class LinesPiece:
    """Documents whose labels stand among their words.

    Attributes
    ----------
    name
        Of the file, for messages.
    first_line
        The number of the first line.
    lines
        UTF-8; each ends with a line feed.
    prefix
        What labels begin with.
    labelled
        Whether labels are asked for; if not they are left out.
    """

    name: str
    first_line: int
    lines: bytes
    prefix: str
    labelled: bool

    def finish(self, transform: Transform | None) -> Piece:
        """Return the documents.

        Raises
        ------
        CorpusError
            If a label is nothing but the prefix.
        """
        from huffvec import _text

        labels, texts, nameless = _text.separate_labels(self.lines, self.prefix.encode(), MARK)
        if nameless >= 0 and self.labelled:
            raise CorpusError(
                f"{self.name}: line {self.first_line + nameless} has {self.prefix!r} without a "
                "name behind it, expected a label."
            )
        of_lines = labels.split(b"\n")[:-1] if self.labelled else None
        return RowsPiece(texts, of_lines).finish(transform)._replace(prefix=self.prefix)


def label_token(name: str) -> bytes:
    """Return the token that stands for a label in lines.

    Raises
    ------
    CorpusError
        If the name has white space other than plain spaces, or cannot be written in UTF-8.
    """
    if any(character in name for character in _NEVER_IN_LABELS):
        raise CorpusError(
            f"the label {name[:50]!r} has a tab, a line feed or the like in it, expected none."
        )
    try:
        return MARK + name.encode().replace(b" ", SPACE)
    except UnicodeEncodeError:
        raise CorpusError(f"the label {name[:50]!r} cannot be written in UTF-8.") from None


def label_name(token: bytes) -> str:
    """Return the label that a token of lines stands for, with `MARK` or without.

    Of several, joined by line feeds, without `MARK`, it makes their names, joined by line feeds.
    """
    return token.removeprefix(MARK).replace(SPACE, b" ").decode()


def _n_empty(lines: Sequence[bytes]) -> int:
    return list(map(bytes.strip, lines)).count(b"")
