r"""A tree of labels that a user gives as a file: a taxonomy.

The file is UTF-8 text. Every line is a node and one or more of its children, separated by tabs::

    science<TAB>biology
    science<TAB>physics<TAB>chemistry
    biology<TAB>genetics

A node may have several lines, their order is free, blank lines are skipped. So lines of a parent
and a child are understood, and those of binary trees (`huffvec.trees.user`). Nodes that are
nobody's child stand below one root. Every label must be a node, with the prefix ``__label__`` or
without.
A label that has children, as biology, gets a leaf of its own among them; nodes without labels below
are left out, as are those with a single child, which stands in their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from huffvec.errors import FormatError, suggest
from huffvec.files.paths import PathLike
from huffvec.files.reading import open_text
from huffvec.trees.multiway import MultiwayTree

if TYPE_CHECKING:
    from huffvec.corpus.vocabulary import Vocabulary

PREFIX = "__label__"
ROOT = ""  # no name of a node


def read_taxonomy(path: PathLike, labels: Vocabulary) -> MultiwayTree:
    """Return the tree in a file, its leaves the labels.

    Raises
    ------
    FormatError
        If the file cannot be read, or is no tree with these labels; the message names the node.
    """
    has_prefix = any(label.startswith(PREFIX) for label in labels.words)
    parents = _read_parents(path, "" if has_prefix else PREFIX)
    children: dict[str, list[str]] = {}
    for node, parent in parents.items():
        children.setdefault(parent, []).append(node)
    order = _from_the_root(path, parents, children)
    known = {label: i for i, label in enumerate(labels.words)}
    missing = next((label for label in known if label not in parents), None)
    if missing is not None:
        raise FormatError(
            f"{path}: the label {missing!r} is no node of the taxonomy; give it a line with its "
            f"parent.{suggest(missing, list(parents))}"
        )
    # What stands for a node in the tree: a leaf, an inner node, or nothing.
    kept: dict[str, int] = {}
    inner: list[list[int]] = []
    for node in reversed(order):
        below = [kept[child] for child in children.get(node, ()) if child in kept]
        if node in known:
            below.insert(0, ~known[node])
        if len(below) == 1 and node != ROOT:
            kept[node] = below[0]
        elif below:
            kept[node] = len(inner)
            inner.append(below)
    root = kept[ROOT]
    if len(inner[root]) == 1 and inner[root][0] >= 0:
        root = inner[root][0]
    return MultiwayTree.from_children(inner, root, len(labels))


def _read_parents(path: PathLike, prefix: str) -> dict[str, str]:
    """Return the parent of every node, of those that are nobody's child the root.

    Names are without the prefix.
    """
    try:
        with open_text(path) as file:
            text = file.read().decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: not UTF-8 text ({error})") from error
    parents: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        fields = line.removesuffix("\r").split("\t")
        if fields == [""]:
            continue
        if len(fields) < 2 or not all(fields):
            raise FormatError(
                f"{path}, line {number}: there must be a node and its children "
                f"(parent<TAB>child), not {line!r}"
            )
        parent, *below = (field.removeprefix(prefix) for field in fields)
        parents.setdefault(parent, ROOT)
        for child in below:
            if parents.get(child, ROOT) not in (ROOT, parent):
                raise FormatError(
                    f"{path}, line {number}: the node {child!r} has two parents, "
                    f"{parents[child]!r} and {parent!r}; in a tree it has one"
                )
            parents[child] = parent
    if not parents:
        raise FormatError(f"{path}: there must be lines of parent<TAB>child, not none")
    return parents


def _from_the_root(
    path: PathLike, parents: dict[str, str], children: dict[str, list[str]]
) -> list[str]:
    """Return all nodes, the root first, parents before their children."""
    order = [ROOT]
    for node in order:  # which grows
        order += children.get(node, ())
    if len(order) <= len(parents):
        lost = next(iter(parents.keys() - set(order)))
        raise FormatError(f"{path}: the node {lost!r} is below itself: the nodes form a cycle")
    return order
