"""Tokens of a text with the words around them, as many at once as memory is to hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.architectures.contexts import Contexts, Ids

if TYPE_CHECKING:
    from huffvec.corpus.sentences import Sentences
    from huffvec.model import Model

WINDOW_WORDS = 1 << 20  # words of windows that are in memory at once


def stretches(n_tokens: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield the ends of stretches of about equal size, which together are the text."""
    size = max(1, size)
    n_stretches = -(-n_tokens // size)
    for i in range(n_stretches):
        yield n_tokens * i // n_stretches, n_tokens * (i + 1) // n_stretches


class Windows(NamedTuple):
    """Targets and the words around them.

    Attributes
    ----------
    targets
        Word ids (n_targets,).
    contexts
        The word ids around each.
    """

    targets: Ids
    contexts: Contexts


def windows_at(corpus: Sentences, places: npt.NDArray[np.int64], window: int) -> Windows:
    """Return the windows of the tokens at places, without tokens that are alone."""
    offsets, ids = corpus.sentence_offsets, corpus.ids
    sentences = np.searchsorted(offsets, places, side="right") - 1
    lefts = np.maximum(places - window, offsets[sentences])
    sizes = np.minimum(places + window + 1, offsets[sentences + 1]) - lefts - 1
    places, lefts, sizes = places[sizes > 0], lefts[sizes > 0], sizes[sizes > 0]
    bounds = np.cumsum(sizes) - sizes
    steps = np.arange(sizes.sum()) - np.repeat(bounds - lefts, sizes)
    centers = np.repeat(places, sizes)
    steps += steps >= centers  # over the target itself
    return Windows(ids[places], Contexts(ids[steps], bounds, steps - centers))


def windows_in_parts(
    model: Model, corpus: Sentences, places: npt.NDArray[np.int64]
) -> Iterator[Windows]:
    """Yield the windows of the tokens at places, as the model has them, some at a time."""
    reach = max(1, min(model.config.reach, corpus.longest_sentence - 1))
    for start, end in stretches(len(places), WINDOW_WORDS // (2 * reach)):
        yield windows_at(corpus, places[start:end], reach)


def sample_places(corpus: Sentences, n: int, seed: int) -> npt.NDArray[np.int64]:
    """Return where n tokens stand that are not alone, drawn without replacement, in order.

    All of them if there are no more.
    """
    offsets = corpus.sentence_offsets
    sizes = np.diff(offsets)
    ends = np.cumsum(np.where(sizes > 1, sizes, 0))
    total = int(ends[-1])
    nth = np.sort(np.random.default_rng(seed).choice(total, min(n, total), replace=False))
    sentences = np.searchsorted(ends, nth, side="right")
    places: npt.NDArray[np.int64] = offsets[sentences + 1] - ends[sentences] + nth
    return places
