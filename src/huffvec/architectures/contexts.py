"""Contexts as an architecture takes them, and the hidden vectors that it makes of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.integer[Any]]


class Contexts(NamedTuple):
    """The words around targets, one context after the other, and the tags of their documents.

    None is empty: each has a word or a tag that predicts.

    Attributes
    ----------
    ids
        Rows of a table of vectors, (n_words,).
    bounds
        Where each context begins among the words, (n_contexts,).
    offsets
        Where each word stands, counted from its target: negative to the left, never 0, (n_words,).
    tag_ids
        Rows of the documents' vectors, one context after the other, (n_tags,); ``None`` if the
        contexts are of no documents.
    tag_bounds
        Where each context begins among the tags, (n_contexts,); ``None`` as before.
    """

    ids: Ids
    bounds: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.intp]
    tag_ids: Ids | None = None
    tag_bounds: npt.NDArray[np.int64] | None = None

    @classmethod
    def around(cls, ids: Ids, bounds: npt.NDArray[np.int64]) -> Contexts:
        """Return contexts without a target: the first half of the words stands left of it.

        Parameters
        ----------
        ids
            As above.
        bounds
            Where each begins and the last one ends, (n_contexts + 1,).
        """
        sizes = np.diff(bounds)
        offsets = np.arange(len(ids)) - np.repeat(bounds[:-1] + (sizes + 1) // 2, sizes)
        offsets += offsets >= 0
        return cls(ids, bounds[:-1], offsets)

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Words of each context, (n_contexts,)."""
        return np.diff(self.bounds, append=len(self.ids))

    @property
    def tag_sizes(self) -> npt.NDArray[np.int64]:
        """Tags of each context, (n_contexts,)."""
        if self.tag_ids is None or self.tag_bounds is None:
            return np.zeros(len(self.bounds), np.int64)
        return np.diff(self.tag_bounds, append=len(self.tag_ids))

    def members(self) -> Members:
        """Return where words and tags stand if each context's tags follow its words."""
        word_sizes, tag_sizes = self.sizes, self.tag_sizes
        words_before, tags_before = self.bounds, np.cumsum(tag_sizes) - tag_sizes
        return Members(
            np.arange(word_sizes.sum()) + np.repeat(tags_before, word_sizes),
            np.arange(tag_sizes.sum()) + np.repeat(words_before + word_sizes, tag_sizes),
            words_before + tags_before,
        )

    def part(self, start: int, stop: int) -> Contexts:
        """Return the contexts from start to stop - 1."""
        words, bounds = _part(self.bounds, len(self.ids), start, stop)
        found = Contexts(self.ids[words], bounds, self.offsets[words])
        if self.tag_ids is None or self.tag_bounds is None:
            return found
        tags, bounds = _part(self.tag_bounds, len(self.tag_ids), start, stop)
        return found._replace(tag_ids=self.tag_ids[tags], tag_bounds=bounds)


def _part(
    bounds: npt.NDArray[np.int64], n: int, start: int, stop: int
) -> tuple[slice, npt.NDArray[np.int64]]:
    """Return which of n members some contexts have, and where each begins among these."""
    low = int(bounds[start])
    high = int(bounds[stop]) if stop < len(bounds) else n
    return slice(low, high), bounds[start:stop] - low


class Members(NamedTuple):
    """Words and tags in one order, context by context.

    Attributes
    ----------
    words
        The place of each word, (n_words,).
    tags
        The place of each tag, (n_tags,).
    bounds
        The place where each context begins, (n_contexts,).
    """

    words: npt.NDArray[np.int64]
    tags: npt.NDArray[np.int64]
    bounds: npt.NDArray[np.int64]


class Hidden(NamedTuple):
    """What contexts are to the output layer.

    A context's probabilities are the mean of those that its hidden vectors give, each alone.

    Attributes
    ----------
    vectors
        float32 (n_hidden, dim).
    uses
        Which of them predict for each context, one context after the other, (n_uses,); ``None``
        if each context has one of its own.
    bounds
        Where each context begins among the uses, (n_contexts,); ``None`` as before.
    """

    vectors: npt.NDArray[np.float32]
    uses: npt.NDArray[np.intp] | None = None
    bounds: npt.NDArray[np.int64] | None = None

    @classmethod
    def of_distinct(
        cls, table: npt.NDArray[np.float32], ids: Ids, bounds: npt.NDArray[np.int64] | None
    ) -> Hidden:
        """Return each row of a table that is named, once, and which of them contexts have.

        Parameters
        ----------
        table
            float32 (n_rows, dim).
        ids
            Rows, one context after the other, (n_uses,).
        bounds
            Where each context begins among them, (n_contexts,).
        """
        distinct, uses = np.unique(ids, return_inverse=True)
        return cls(table[distinct], uses, bounds)

    def mean(self, probs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the probabilities given contexts, of those given hidden vectors.

        Both are float64 (n, n_words).
        """
        if self.uses is None or self.bounds is None:
            return probs
        means: npt.NDArray[np.float64] = np.add.reduceat(probs[self.uses], self.bounds)
        means /= np.diff(self.bounds, append=len(self.uses))[:, None]
        return means
