"""Predictions for many contexts at once, by products of matrices.

Contexts are word ids, one context after the other, and where each begins and the last ends. Their
probabilities are those of `huffvec.model.Model.predict`; they are made for some contexts at a time,
on all threads, so that memory is bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.architectures.contexts import Contexts
from huffvec.architectures.contexts import Ids as Ids
from huffvec.arrays import largest
from huffvec.threads import in_threads

if TYPE_CHECKING:
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.model import Model

BLOCK_NUMBERS = 1 << 23  # probabilities that a thread makes at once

_T = TypeVar("_T")


class Prediction(NamedTuple):
    """A word and its probability given the context."""

    word: str
    probability: float


@dataclass(frozen=True)
class Predictions:
    """The most probable words of many contexts, best first.

    Attributes
    ----------
    ids
        int64 (n_contexts, k).
    probabilities
        float64 (n_contexts, k); 0 where fewer than k words are left, whose ids mean nothing.
    vocabulary
        The words.
    """

    ids: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float64]
    vocabulary: Vocabulary

    @property
    def words(self) -> list[list[str]]:
        """The words, a list for each context."""
        words = self.vocabulary.words
        return [[words[i] for i in row] for row in self.ids.tolist()]


def predict_contexts(
    model: Model,
    contexts: Contexts,
    k: int,
    *,
    exclude_context: bool = False,
    documents: npt.NDArray[np.float32] | None = None,
) -> Predictions:
    """Return the k most probable words of contexts; none of them is empty.

    Documents are as for `by_blocks`.
    """
    k = min(k, len(model.vocabulary))
    offsets = np.append(contexts.bounds, len(contexts.ids))

    def top(probs: npt.NDArray[np.float64], part: slice) -> tuple[Any, Any]:
        if exclude_context:
            set_context(probs, contexts.ids, offsets, part, 0)
        best = largest(probs, k)
        return best, np.take_along_axis(probs, best, 1)

    parts = by_blocks(model, contexts, top, documents=documents)
    return Predictions(
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        model.vocabulary,
    )


def by_blocks(
    model: Model,
    contexts: Contexts,
    use: Callable[[npt.NDArray[np.float64], slice], _T],
    done: Callable[[slice], None] | None = None,
    documents: npt.NDArray[np.float32] | None = None,
) -> list[_T]:
    """Return what use gives for the probabilities of blocks of contexts, in order.

    It is called with float64 (n_contexts, n_words) and which contexts these are; done, in the
    thread that waits for all, with each block that has been used. The contexts' tags are rows of
    documents, float32 (n_rows, dim), or if there are none, of the model's.
    """
    n = max(1, BLOCK_NUMBERS // len(model.vocabulary))  # hidden vectors
    ends = np.cumsum(ARCHITECTURES[model.config.architecture].n_hidden(contexts))
    blocks = np.flatnonzero(np.diff(ends // n, prepend=0))
    bounds = np.unique(np.concatenate([[0], blocks, [len(ends)]]))
    parts = [slice(a, b) for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]
    if model.has_word_vectors:
        model.vectors.vectors  # noqa: B018  (made once, before threads ask for it)
    model.predictor  # noqa: B018
    return in_threads(
        lambda part: use(
            probabilities(model, contexts.part(part.start, part.stop), documents), part
        ),
        parts,
        done,
    )


def probabilities(
    model: Model, contexts: Contexts, documents: npt.NDArray[np.float32] | None = None
) -> npt.NDArray[np.float64]:
    """Return the probabilities of all words in contexts, float64 (n_contexts, n_words)."""
    hidden = model.hidden_of(contexts, documents)
    return hidden.mean(np.exp(model.predictor.many_log_probs(hidden.vectors), dtype=np.float64))


def set_context(
    scores: npt.NDArray[Any], ids: Ids, offsets: npt.NDArray[np.int64], part: slice, value: float
) -> None:
    """Set the scores that contexts, the rows, have for their own words."""
    bounds = offsets[part.start : part.stop + 1]
    rows = np.repeat(np.arange(part.stop - part.start), np.diff(bounds))
    scores[rows, ids[bounds[0] : bounds[-1]]] = value
