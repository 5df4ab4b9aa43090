"""A binary tree over the words, kept as the paths from the root to every leaf."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError


@dataclass(frozen=True, eq=False)
class Tree:
    """The paths of a binary tree whose leaves are the words.

    Attributes
    ----------
    path_offsets
        int64 (n_words + 1,): word w's path is the slice ``path_offsets[w]:path_offsets[w + 1]``.
    path_ids
        int32: the inner nodes (rows of the output table) on the paths, root first.
    codes
        uint8: the bit at each node, 0 or 1; the label to predict there is ``1 - bit``.
    """

    path_offsets: npt.NDArray[np.int64]
    path_ids: npt.NDArray[np.int32]
    codes: npt.NDArray[np.uint8]

    def __repr__(self) -> str:
        deepest = int(np.diff(self.path_offsets).max(initial=0))
        return f"Tree({self.n_words:,} words, at most {deepest} turns deep)"

    @property
    def n_words(self) -> int:
        """Number of leaves."""
        return len(self.path_offsets) - 1

    @property
    def root(self) -> int:
        """The inner node that all paths begin with."""
        return int(self.path_ids[0])

    def path(self, word_id: int) -> slice:
        """Return the part of path_ids and codes that is a word's path."""
        return slice(int(self.path_offsets[word_id]), int(self.path_offsets[word_id + 1]))

    @cached_property
    def children(self) -> npt.NDArray[np.int32]:
        """What is below every inner node, int32 (n_words - 1, 2), by bit.

        A number from 0 is an inner node, a negative one the leaf of word ``-1 - number``.

        Raises
        ------
        FormatError
            If the paths are not those of one binary tree with all words as its leaves.
        """
        below = np.empty_like(self.path_ids)
        below[:-1] = self.path_ids[1:]
        below[self.path_offsets[1:] - 1] = ~np.arange(self.n_words, dtype=np.int32)
        nothing = np.int32(self.n_words)
        children = np.full((self.n_words - 1, 2), nothing, np.int32)
        children[self.path_ids, self.codes] = below
        # Every word has a turn of its own, so that with all turns taken each node has one parent.
        if (
            (self.path_ids[self.path_offsets[:-1]] != self.root).any()
            or (children[self.path_ids, self.codes] != below).any()
            or (children == nothing).any()
        ):
            raise FormatError(
                "the paths are not those of one binary tree: they do not fit together"
            )
        return children

    def depths(self) -> npt.NDArray[np.int64]:
        """Return every word's number of inner nodes on its path, int64 (n_words,)."""
        return np.diff(self.path_offsets)

    def for_words(self, word_ids: npt.NDArray[np.int64]) -> Tree:
        """Return the same tree with word_ids[k] in the place of word k; a permutation."""
        leaves = np.argsort(word_ids)
        depths = self.depths()[leaves]
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(depths)])
        places = np.arange(offsets[-1]) + np.repeat(
            self.path_offsets[leaves] - offsets[:-1], depths
        )
        return Tree(offsets, self.path_ids[places], self.codes[places])

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays by name, as they stand in a model file."""
        return {
            "path_offsets": self.path_offsets,
            "path_ids": self.path_ids,
            "codes": self.codes,
        }

    @classmethod
    def from_steps(cls, n_words: int, steps: Iterable[tuple[npt.NDArray[Any], ...]]) -> Tree:
        """Return the tree of paths that are given step by step, from the root on.

        Each step is (different word ids, the inner node that each passes next, its bit there).
        """
        steps = list(steps)
        depths = np.zeros(n_words, np.int64)
        for words, _, _ in steps:
            depths[words] += 1
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(depths)])
        path_ids = np.empty(offsets[-1], np.int32)
        codes = np.empty(offsets[-1], np.uint8)
        ends = offsets[:-1].copy()
        for words, nodes, bits in steps:
            path_ids[ends[words]] = nodes
            codes[ends[words]] = bits
            ends[words] += 1
        return cls(offsets, path_ids, codes)

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[Any]], n_words: int) -> Tree:
        """Return the tree that `to_arrays` described, checked so that no id leaves the table.

        Raises
        ------
        FormatError
            If an array is missing, or of another dtype or shape, or holds an impossible value.
        """
        dtypes = {"path_offsets": np.int64, "path_ids": np.int32, "codes": np.uint8}
        for name, dtype in dtypes.items():
            if name not in arrays or arrays[name].dtype != dtype or arrays[name].ndim != 1:
                raise FormatError(
                    f"the tree needs a one-dimensional array {name} of {dtype.__name__}"
                )
        offsets, ids, codes = (arrays[name] for name in dtypes)
        if (
            len(offsets) != n_words + 1
            or len(ids) != len(codes)
            or offsets[0] != 0
            or offsets[-1] != len(ids)
            or (np.diff(offsets) < 1).any()
        ):
            raise FormatError(f"the tree's paths do not fit a vocabulary of {n_words} words")
        if ids.min() < 0 or ids.max() >= n_words - 1 or codes.max() > 1:
            raise FormatError(f"the tree names nodes outside 0 to {n_words - 2} or bits over 1")
        return cls(offsets, ids, codes)
