"""Texts as they are given to a classifier: a list of them, or a stream of lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from huffvec.checks import is_several, must_be
from huffvec.errors import ConfigError


def as_texts(texts: Any) -> Sequence[str]:
    """Return texts as a list.

    Raises
    ------
    ConfigError
        If texts is a single text or a table, or no list of anything.
    """
    if isinstance(texts, list):
        return texts
    if isinstance(texts, str | bytes):
        raise ConfigError("texts must be a list of texts, not a single one: [text]")
    if hasattr(texts, "columns"):
        raise ConfigError("texts must be a list of texts, not a table: take its column of texts")
    if not is_several(texts):
        raise must_be("texts", "a list of texts", texts)
    return list(texts)


def as_lines(texts: Iterable[str]) -> bytes:
    """Return texts in UTF-8, each a line; line feeds in them become spaces.

    Raises
    ------
    ConfigError
        As `as_texts`, or if one is no text.
    """
    texts = as_texts(texts)
    try:
        lines = [text.encode(errors="surrogatepass") for text in texts]
    except AttributeError:
        found = next(text for text in texts if not isinstance(text, str))
        raise ConfigError(f"texts must be a list of texts; one is {found!r:.80}") from None
    joined = b"\n".join([*lines, b""])
    if joined.count(b"\n") > len(lines):
        joined = b"\n".join([*(line.replace(b"\n", b" ") for line in lines), b""])
    return joined


def as_pieces(lines: Any) -> Iterator[bytes]:
    """Return an iterator of the pieces of a stream of lines, which are checked as they come.

    Raises
    ------
    ConfigError
        If lines is no stream, or a piece is not bytes.
    """
    if not is_several(lines):
        raise _no_lines(lines)
    return map(_piece, lines)


def _piece(found: Any) -> bytes:
    if not isinstance(found, bytes):
        raise _no_lines(found, "one of them is ")
    return found


def _no_lines(found: object, what: str = "not ") -> ConfigError:
    return ConfigError(
        f"lines must be pieces of bytes, each with lines of UTF-8, {what}{found!r:.80}; `predict` "
        "takes a list of texts"
    )
