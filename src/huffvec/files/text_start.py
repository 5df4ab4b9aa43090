"""How a text begins: byte order marks, and texts that are not UTF-8 and say so."""

from __future__ import annotations

from collections.abc import Callable

from huffvec.errors import HuffvecError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# The longer ones first: UTF-32's begins with UTF-16's.
_OTHER_MARKS = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_SHORTEST_GUESS = 8


def text_start(head: bytes, problem: Callable[[str], HuffvecError]) -> int:
    """Return where the text begins in a file with these first bytes: behind a byte order mark.

    Parameters
    ----------
    head
        The first bytes, 64 or as many as there are.
    problem
        Makes the error to raise, from what is wrong, if the text is UTF-16 or UTF-32.
    """
    reason = other_encoding(head)
    if reason is not None:
        raise problem(reason)
    return len(BYTE_ORDER_MARK) if head.startswith(BYTE_ORDER_MARK) else 0


def other_encoding(head: bytes) -> str | None:
    """Return what to say of a file with these first bytes if it is text, but not UTF-8."""
    encoding = _shown_encoding(head)
    if encoding is None:
        return None
    return f"is {encoding} text, and UTF-8 is expected. Convert it: iconv -f {encoding} -t UTF-8."


def _shown_encoding(head: bytes) -> str | None:
    """Return the encoding that a byte order mark, or every second byte being zero, shows."""
    for mark, encoding in _OTHER_MARKS.items():
        if head.startswith(mark):
            return encoding
    pairs = len(head) // 2
    if len(head) >= _SHORTEST_GUESS and pairs:
        zeros = head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
        if zeros == (0, pairs):
            return "UTF-16LE"
        if zeros == (pairs, 0):
            return "UTF-16BE"
    return None
