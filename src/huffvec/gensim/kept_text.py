"""The corpus of ``build_vocab`` in numbers, kept for the ``train`` that follows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from gensim.models.doc2vec import TaggedLineDocument
from gensim.models.word2vec import LineSentence

from huffvec.gensim.encoding import EncodedText


@dataclass(frozen=True)
class KeptText:
    """A corpus in numbers, and what it was made of.

    Attributes
    ----------
    source
        What was gone through.
    text
        What was found.
    stamp
        Where the source is a file, which it is and what it is like.
    """

    source: Any
    text: EncodedText
    stamp: tuple[Any, ...] | None

    @classmethod
    def of(cls, source: Any, text: EncodedText) -> KeptText:
        """Return what was found in a source, with the source."""
        return cls(source, text, _stamp(source))

    def is_of(self, source: Any) -> bool:
        """Return whether a source is the same, as far as can be told without going through it.

        What can be gone through once only is empty now. Of lists the lengths are compared: one may
        have been shuffled.
        """
        if isinstance(source, Iterator):
            return False
        if self.stamp is not None:
            return self.stamp == _stamp(source)
        if source is not self.source:
            return False
        lengths = self.text.lengths
        return not isinstance(source, Sequence) or (
            len(source) == len(lengths) and np.array_equal(self.text.lengths_of(source), lengths)
        )


def _stamp(source: Any) -> tuple[Any, ...] | None:
    """Return what tells the lines of a file from others; none of what is no file."""
    if not isinstance(source, (LineSentence, TaggedLineDocument)):
        return None
    if not isinstance(source.source, (str, os.PathLike)):
        return None
    try:
        state = os.stat(source.source)  # noqa: PTH116  (any kind of path)
    except OSError:
        return None
    path = os.fspath(source.source)
    limits = [getattr(source, name, None) for name in ("max_sentence_length", "limit")]
    return type(source), path, state.st_size, state.st_mtime_ns, *limits
