"""A tree whose nodes have any number of children, over the labels of documents.

It is what a probabilistic label tree (`huffvec.objectives.label_tree`) decides along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError


@dataclass(frozen=True, eq=False)
class MultiwayTree:
    """A tree whose leaves are the labels, level by level.

    Attributes
    ----------
    parents
        int32 (n_nodes,): every node's parent; of the root, node 0, it is -1. They never fall, so
        that levels follow one another and brothers stand side by side.
    leaves
        int32 (n_labels,): every label's node. These are the nodes without children.
    """

    parents: npt.NDArray[np.int32]
    leaves: npt.NDArray[np.int32]

    def __repr__(self) -> str:
        widest = int(np.diff(self.first_child).max())
        return (
            f"MultiwayTree({self.n_labels:,} labels, {len(self.levels) - 1} levels, at most "
            f"{widest} children a node)"
        )

    @property
    def n_labels(self) -> int:
        """Number of leaves."""
        return len(self.leaves)

    @property
    def n_nodes(self) -> int:
        """Number of nodes, the root and the leaves too."""
        return len(self.parents)

    @cached_property
    def first_child(self) -> npt.NDArray[np.int32]:
        """Where every node's children begin, and one more, int32 (n_nodes + 1,)."""
        return np.searchsorted(self.parents, np.arange(self.n_nodes + 1)).astype(np.int32)

    @cached_property
    def label_ids(self) -> npt.NDArray[np.int32]:
        """The label of every node, -1 for those that have children, int32 (n_nodes,)."""
        labels = np.full(self.n_nodes, -1, np.int32)
        labels[self.leaves] = np.arange(self.n_labels)
        return labels

    @cached_property
    def levels(self) -> list[slice]:
        """The nodes of each depth, the root first."""
        levels, begin, end = [], 0, 1
        while begin < end:
            levels.append(slice(begin, end))
            begin, end = end, int(self.first_child[end])
        return levels

    def rows_below(self, node: int) -> slice:
        """Return the output rows of a node's children: node k has the row k - 1."""
        return slice(int(self.first_child[node]) - 1, int(self.first_child[node + 1]) - 1)

    def path_costs(self) -> npt.NDArray[np.int64]:
        """Return how many nodes decide about each label by itself, int64 (n_labels,).

        These are the children of all nodes above it.
        """
        costs = np.zeros(self.n_nodes, np.int64)
        widths = np.diff(self.first_child)
        for level in self.levels[1:]:
            above = self.parents[level]
            costs[level] = costs[above] + widths[above]
        return costs[self.leaves]

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays by name, as they stand in a model file."""
        return {"parents": self.parents, "leaves": self.leaves}

    @classmethod
    def from_children(cls, children: Sequence[Sequence[int]], root: int, n: int) -> MultiwayTree:
        """Return the tree with the given children of every inner node.

        Parameters
        ----------
        children
            A number from 0 is an inner node, a negative one the leaf of label ``-1 - number``.
        root
            The inner node that is nobody's child.
        n
            Number of labels; each is a leaf once.
        """
        parents, leaves = [-1], np.empty(n, np.int32)
        nodes = [root]
        for number, node in enumerate(nodes):  # which grows
            if node < 0:
                leaves[~node] = number
                continue
            parents += [number] * len(children[node])
            nodes += children[node]
        return cls(np.array(parents, np.int32), leaves)

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[Any]], n_labels: int) -> MultiwayTree:
        """Return the tree that `to_arrays` described, checked to be one.

        Raises
        ------
        FormatError
            If an array is missing, or of another dtype or shape, or they are no such tree.
        """
        for name in ("parents", "leaves"):
            if name not in arrays or arrays[name].dtype != np.int32 or arrays[name].ndim != 1:
                raise FormatError(f"the label tree needs a one-dimensional array {name} of int32")
        parents, leaves = arrays["parents"], arrays["leaves"]
        if (
            len(parents) < 2
            or parents[0] != -1
            or (parents[1:] < 0).any()
            or (np.diff(parents) < 0).any()
            or (parents[1:] >= np.arange(1, len(parents))).any()
        ):
            raise FormatError("the label tree's nodes do not stand level by level below one root")
        childless = np.setdiff1d(np.arange(len(parents)), parents)
        if len(leaves) != n_labels or not np.array_equal(np.sort(leaves), childless):
            raise FormatError(f"the label tree's leaves are not the {n_labels} labels")
        return cls(parents, leaves)
