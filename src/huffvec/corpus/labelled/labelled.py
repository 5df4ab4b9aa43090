"""Documents with their labels, all of an input, and what there is to say of them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.labelled.marks import MARK
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.corpus.labelled.pieces import Piece, label_name
from huffvec.corpus.labelled.sources import example_pieces
from huffvec.errors import CorpusError, OptionName
from huffvec.progress import Progress

_logger = logging.getLogger(__name__)
_SHOWN_TOKENS, _SHOWN_CHARACTERS = 5, 40


@dataclass(frozen=True)
class Labelled:
    """All documents of an input, with their labels.

    Attributes
    ----------
    pieces
        Lines (see `huffvec.corpus.labelled`), some hundred kilobytes each.
    n_documents
        How many lines there are.
    weights
        How much each counts, float32 (n_documents,); ``None``: 1 each.
    """

    pieces: list[bytes]
    n_documents: int
    weights: npt.NDArray[np.float32] | None = None

    def __len__(self) -> int:
        """Return the number of documents."""
        return self.n_documents

    @property
    def lines(self) -> list[bytes]:
        """Each document's labels and text, with a line feed."""
        return [line + b"\n" for piece in self.pieces for line in piece.split(b"\n")[:-1]]

    @cached_property
    def texts(self) -> list[list[str]]:
        """The tokens of each document."""
        tails = (line[_text_begin(line) :] for line in self.lines)
        return [[token.decode() for token in tail.split()] for tail in tails]

    @cached_property
    def labels(self) -> list[list[str]]:
        """The labels of each document."""
        heads = (line[: _text_begin(line)] for line in self.lines)
        return [[label_name(token) for token in head.split()] for head in heads]


def _text_begin(line: bytes) -> int:
    """Return where the labels end in a line; there is a space behind them."""
    return line.index(b" ", line.rfind(MARK))


def read_examples(
    data: Any,
    options: ExampleOptions | None = None,
    *,
    labels: Any = None,
    weights: Any = None,
    n_threads: int = 1,
    progress: Progress | None = None,
) -> Labelled:
    """Read documents with their labels, from front to back, into memory.

    Documents without a label are left out; a warning says how many, and so it does of those without
    a word.

    Parameters
    ----------
    data
        File names: one or a list, with patterns, folders, ``-`` for standard input; text in
        fastText's form, also compressed, CSV, JSON lines, Parquet, Feather. Or a table of pandas,
        polars, pyarrow or Hugging Face datasets. Or an iterable, gone through once, of pairs
        (text, label or labels), of triples with a weight, of dicts, or of lines in fastText's form;
        a text is a string or a list of tokens. What was read already stays what it is.
    options
        Defaults if left out.
    labels
        The label, or the list of labels, of each text: then data has the texts alone, an iterable
        or a column, and no file names.
    weights
        How much each counts, numbers from 0 to 1,000; only with labels.
    n_threads
        Threads that prepare the text.
    progress
        Told of ``("reading text", bytes done, bytes in all)``.

    Raises
    ------
    CorpusError
        If the input cannot be read, is not as it should be, or no document has a label.
    ConfigError
        If there are weights without labels, or names of files with labels.
    MissingExtraError
        If a package that this kind of input needs is not installed.
    """
    if isinstance(data, Labelled):
        return data
    options = options or ExampleOptions()
    pieces = example_pieces(
        data, options, labels=labels, weights=weights, n_threads=n_threads, progress=progress
    )
    found = list(pieces)
    _say(found)
    n_documents = sum(piece.n_documents for piece in found)
    lines = [piece.lines for piece in found if piece.n_documents]
    return Labelled(lines, n_documents, _joined_weights(found))


def _joined_weights(pieces: Sequence[Piece]) -> npt.NDArray[np.float32] | None:
    """Return the weights of all documents; ``None`` if none has one."""
    if all(piece.weights is None for piece in pieces):
        return None
    parts = [
        np.ones(piece.n_documents, np.float32) if piece.weights is None else piece.weights
        for piece in pieces
    ]
    return np.concatenate(parts)


def _say(pieces: Sequence[Piece]) -> None:
    """Warn of documents without labels or words; raise CorpusError if none has a label."""
    n_unlabelled = sum(piece.n_unlabelled for piece in pieces)
    if not any(piece.n_documents for piece in pieces):
        raise _no_label(next((piece for piece in pieces if piece.n_unlabelled), None))
    if n_unlabelled:
        first = next(piece.unlabelled for piece in pieces if piece.n_unlabelled)
        _logger.warning(
            "Documents without a label, which are left out: %s; the first is %r.",
            f"{n_unlabelled:,}",
            first.strip()[:_SHOWN_CHARACTERS],
        )
    if n_empty := sum(piece.n_empty for piece in pieces):
        _logger.warning("Documents without a word, which teach nothing: %s.", f"{n_empty:,}")


def _no_label(piece: Piece | None) -> CorpusError:
    """Return the error of an input without a label, of which this is a piece, if it has any."""
    if piece is None:
        return CorpusError("there is no document, expected texts with labels.")
    if not piece.prefix:
        return CorpusError("no document has a label: all are missing or empty.")
    tokens = ", ".join(map(repr, piece.unlabelled.split()[:_SHOWN_TOKENS]))
    return CorpusError(
        f"no line has a label, a token that begins with {piece.prefix!r}: the first tokens are "
        f"{tokens:.200}. Say what labels begin with (",
        OptionName("label_prefix"),
        ").",
    )
