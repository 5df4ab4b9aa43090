"""Files that are given as text and are something else."""

from __future__ import annotations

import re

from huffvec.files.foreign import foreign_kind
from huffvec.files.text_start import BYTE_ORDER_MARK, other_encoding

_HEADER = re.compile(rb"[1-9]\d{0,17}[ \t]([1-9]\d{0,6})[ \t]*\r?\n")
_DECIMAL = re.compile(rb"-?\d*\.\d+(e[+-]?\d+)?", re.IGNORECASE)
_FASTTEXT = (793712314).to_bytes(4, "little")
_NUMBER = re.compile(rb"-?\d+(e[+-]?\d+)?|nan|-?inf", re.IGNORECASE)


def why_no_text(head: bytes) -> str | None:
    """Return what a file is that begins with these bytes, if it is known to be no text in UTF-8."""
    if head[8:9] == b"{" and b"\0" in head[:8]:  # as safetensors files begin
        return (
            "looks like an encoded corpus or a model. A corpus is read from its file alone, not "
            "from a pipe; a model is no text."
        )
    if head.startswith(_FASTTEXT):
        return "is a model of fastText (.bin), and text is expected."
    if are_vectors(head):
        return (
            "has word vectors (.vec), not text. Read them with huffvec.load_vectors, or start "
            "training on a text from them (start_vectors)."
        )
    kind = foreign_kind(head)
    return other_encoding(head) if kind is None else str(kind)


def are_vectors(head: bytes) -> bool:
    """Tell whether a file with these first bytes has vectors in word2vec's text format.

    That is, a line of two numbers, and then a word with as many numbers as the second one says, at
    least one of which has a decimal point: walks and ids have none. A line that goes on behind
    these bytes has at most as many.
    """
    head = head.removeprefix(BYTE_ORDER_MARK)
    header = _HEADER.match(head)
    if header is None:
        return False
    line, is_whole, _ = head[header.end() :].partition(b"\n")
    numbers = line.split()[1:]
    if not is_whole:
        numbers = numbers[:-1]  # it may be cut
    dim = int(header[1])
    if not 0 < len(numbers) <= dim or (is_whole and len(numbers) != dim):
        return False
    n_decimals = sum(_DECIMAL.fullmatch(number) is not None for number in numbers)
    others = (number for number in numbers if not _DECIMAL.fullmatch(number))
    return n_decimals > 0 and all(map(_NUMBER.fullmatch, others))
