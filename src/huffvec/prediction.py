"""Predictions for many contexts at once, by products of matrices.

Contexts are word ids, one context after the other, and where each begins and the last ends. Their
probabilities are those of `huffvec.model.Model.predict`; they are made for some contexts at a time,
on all threads, so that memory is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.architectures.contexts import Contexts
from huffvec.architectures.contexts import Ids as Ids
from huffvec.arrays import largest
from huffvec.checks import check_choice, check_int
from huffvec.corpus.tokens import Word, as_words
from huffvec.errors import ConfigError
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


def predict_many(
    model: Model,
    contexts: Sequence[Word | Sequence[Word]],
    k: int = 10,
    *,
    exclude: Literal["context"] | None = None,
) -> Predictions:
    """Return the k most probable words of many contexts, as `huffvec.Model.predict_many` does."""
    k = check_int("k", k, 1, 2**62)
    if exclude is not None:
        check_choice("exclude", exclude, ("context",))
    ids = [[model.vectors.id_of(word) for word in as_words(context)] for context in contexts]
    if not ids or not all(ids):
        raise ConfigError("there must be a context, and each must have at least one word")
    offsets = np.cumsum([0, *map(len, ids)])
    joined = np.concatenate([np.array(own, np.int64) for own in ids])
    return predict_ids(model, joined, offsets, k, exclude_context=exclude is not None)


def predict_ids(
    model: Model, ids: Ids, offsets: npt.NDArray[np.int64], k: int, *, exclude_context: bool = False
) -> Predictions:
    """Return the k most probable words of contexts given as ids; none of them is empty."""
    k = min(k, len(model.vocabulary))

    def top(probs: npt.NDArray[np.float64], part: slice) -> tuple[Any, Any]:
        if exclude_context:
            set_context(probs, ids, offsets, part, 0)
        best = largest(probs, k)
        return best, np.take_along_axis(probs, best, 1)

    parts = by_blocks(model, Contexts.around(ids, offsets), top)
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
) -> list[_T]:
    """Return what use gives for the probabilities of blocks of contexts, in order.

    It is called with float64 (n_contexts, n_words) and which contexts these are; done, in the
    thread that waits for all, with each block that has been used.
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
        lambda part: use(probabilities(model, contexts.part(part.start, part.stop)), part),
        parts,
        done,
    )


def probabilities(model: Model, contexts: Contexts) -> npt.NDArray[np.float64]:
    """Return the probabilities of all words in contexts, float64 (n_contexts, n_words)."""
    hidden = model.hidden_of(contexts)
    return hidden.mean(np.exp(model.predictor.many_log_probs(hidden.vectors), dtype=np.float64))


def set_context(
    scores: npt.NDArray[Any], ids: Ids, offsets: npt.NDArray[np.int64], part: slice, value: float
) -> None:
    """Set the scores that contexts, the rows, have for their own words."""
    bounds = offsets[part.start : part.stop + 1]
    rows = np.repeat(np.arange(part.stop - part.start), np.diff(bounds))
    scores[rows, ids[bounds[0] : bounds[-1]]] = value
