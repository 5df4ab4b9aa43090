r"""A tree that a user gives, as a file or as arrays.

The file is UTF-8 text, a line for each inner node: its name, its left child and its right child,
separated by tabs. A child that has a line of its own is an inner node; any other is a word. The
line order is free, blank lines are skipped, and the root is the one node that is nobody's child::

    root<TAB>animal<TAB>vehicle
    animal<TAB>cat<TAB>dog
    vehicle<TAB>car<TAB>truck

Every word of the vocabulary must be a leaf exactly once. Left turns have code bit 0. Inner nodes
are numbered in the order of their lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError, suggest
from huffvec.files.paths import PathLike
from huffvec.files.reading import open_text
from huffvec.trees.tree import Tree

if TYPE_CHECKING:
    from huffvec.corpus.vocabulary import Vocabulary


def read_tree(path: PathLike, vocabulary: Vocabulary) -> Tree:
    """Return the tree in a file, its leaves the words of the vocabulary.

    Raises
    ------
    FormatError
        If the file cannot be read, or is no binary tree with these leaves; the message names the
        node.
    """
    lines = _read_lines(path)
    numbers = {node: number for number, node in enumerate(lines)}
    children = np.empty((len(lines), 2), np.int64)
    for node, (line, *pair) in lines.items():
        if node in vocabulary:
            raise FormatError(
                f"{path}, line {line}: the inner node {node!r} has the name of a word; rename it"
            )
        for bit, child in enumerate(pair):
            if child in numbers:
                children[numbers[node], bit] = numbers[child]
            elif child in vocabulary:
                children[numbers[node], bit] = ~vocabulary.id_of(child)
            else:
                raise FormatError(
                    f"{path}, line {line}: node {node!r} has the child {child!r}, which is neither "
                    f"a node nor a word of the vocabulary.{suggest(child, lines)}"
                )
    nodes = list(lines)
    try:
        return tree_from_children(
            children,
            len(vocabulary),
            lambda number: repr(nodes[number] if number >= 0 else vocabulary.words[~number]),
        )
    except FormatError as error:
        raise FormatError(f"{path}: {error}") from None


def tree_from_children(
    children: npt.ArrayLike, n_words: int, name: Callable[[int], str] | None = None
) -> Tree:
    """Return the tree whose inner nodes have the given children.

    Parameters
    ----------
    children
        Integers (n_words - 1, 2): the left and the right child of every inner node. A number from 0
        is an inner node, a negative one the leaf of word ``-1 - number``.
    n_words
        Number of words; each must be a leaf exactly once.
    name
        How messages call a node or a leaf, by its number.

    Raises
    ------
    FormatError
        If this is not one binary tree with these leaves; the message names the node.
    """
    table = np.asarray(children)
    if table.ndim != 2 or table.shape[1] != 2 or table.dtype.kind not in "iu":
        raise FormatError(
            "a tree needs two children a node: integers of shape (n_words - 1, 2), not "
            f"{table.dtype} of shape {table.shape}"
        )
    table = table.astype(np.int64)
    name = name or (lambda number: str(number) if number >= 0 else f"of word {~number}")
    parents = _parents(table, n_words, name)
    roots = np.flatnonzero(parents[: len(table)] < 0)
    if len(roots) > 1:
        raise FormatError(
            f"a tree has one root, found {len(roots)} nodes that are no other's child: "
            f"{name(int(roots[0]))} and {name(int(roots[1]))} among them"
        )
    in_cycle = _node_in_a_cycle(parents[: len(table)])
    if in_cycle is not None:
        raise FormatError(f"node {name(in_cycle)} is below itself: the nodes form a cycle")
    return Tree.from_steps(n_words, _steps(table, parents, n_words))


def _read_lines(path: PathLike) -> dict[str, tuple[int, str, str]]:
    """Return line number, left and right child of every node by name."""
    try:
        with open_text(path) as file:
            text = file.read().decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: not UTF-8 text ({error})") from error
    lines: dict[str, tuple[int, str, str]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        fields = line.removesuffix("\r").split("\t")
        if fields == [""]:
            continue
        node = fields[0]
        if len(fields) != 3 or not all(fields):
            raise FormatError(
                f"{path}, line {number}: node {node!r} must have two children "
                f"(name<TAB>left<TAB>right), not {len([x for x in fields[1:] if x])}"
            )
        if node in lines:
            raise FormatError(f"{path}, line {number}: node {node!r} has a line already")
        lines[node] = (number, fields[1], fields[2])
    if not lines:
        raise FormatError(f"{path}: there must be lines of name<TAB>left<TAB>right, not none")
    return lines


def _parents(
    table: npt.NDArray[np.int64], n_words: int, name: Callable[[int], str]
) -> npt.NDArray[np.int64]:
    """Return the parent of every inner node, then of every word; -1 for the root."""
    n_inner = len(table)
    flat = table.ravel()
    wrong = (flat >= n_inner) | (flat < -n_words)
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise FormatError(
            f"node {name(place // 2)} has the child {flat[place]}; children must be from "
            f"{-n_words} to {n_inner - 1}"
        )
    places = np.where(flat >= 0, flat, n_inner + ~flat)
    n_parents = np.bincount(places, minlength=n_inner + n_words)
    repeated = np.flatnonzero(n_parents > 1)
    if len(repeated):
        place = int(repeated[0])
        child = place if place < n_inner else ~(place - n_inner)
        raise FormatError(
            f"{'node' if child >= 0 else 'the leaf'} {name(child)} has "
            f"{n_parents[repeated[0]]} parents; in a tree it has one"
        )
    missing = np.flatnonzero(n_parents[n_inner:] == 0)
    if len(missing):
        more = f" and {len(missing) - 1} more words" if len(missing) > 1 else ""
        raise FormatError(f"the leaf {name(~int(missing[0]))}{more} is missing from the tree")
    parents = np.full(n_inner + n_words, -1, np.int64)
    parents[places] = np.arange(len(flat)) // 2
    return parents


def _node_in_a_cycle(parents: npt.NDArray[np.int64]) -> int | None:
    """Return an inner node whose way up never ends, or None; parents are -1 for the root."""
    above = np.append(parents, -1)  # what is above the root, -1, stays there
    for _ in range(len(above).bit_length()):
        above = above[above]  # twice as far up
    lost = np.flatnonzero(above >= 0)
    return int(above[lost[0]]) if len(lost) else None


def _steps(
    table: npt.NDArray[np.int64], parents: npt.NDArray[np.int64], n_words: int
) -> list[tuple[npt.NDArray[Any], ...]]:
    """Return the turns of all paths, in the order of `Tree.from_steps`."""
    words = np.arange(n_words)
    at, below = parents[len(table) + words], ~words
    steps: list[tuple[npt.NDArray[Any], ...]] = []
    while len(words):  # all words go up one node
        steps.append((words, at, table[at, 1] == below))
        at, below = parents[at], at
        words, at, below = words[at >= 0], at[at >= 0], below[at >= 0]
    return steps[::-1]
