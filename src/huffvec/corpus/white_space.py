"""The default way to split text into words: at white space, as the engine does it."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^ \t-\r]+")


def split_words(text: str) -> list[str]:
    """Return the words of a text: what ASCII white space separates.

    Other spaces belong to words: the no-break space of ``10\u00a0000`` and the ideographic space
    stand within what belongs together at least as often as between words.
    """
    return _WORD.findall(text)
