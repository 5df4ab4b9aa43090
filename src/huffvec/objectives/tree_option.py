"""The option of objectives that is a tree: its name, a file, or the tree itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from huffvec.checks import must_be
from huffvec.errors import MissingTreeError, OptionName, suggest
from huffvec.files.reading import check_readable

GIVEN = "given"  # what a tree that was given as an object is called in files


def as_text(_name: str, value: Any) -> Any:
    """Return the text that a path is; what is none, as it is."""
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def tree_or_name(kind: type[Any]) -> Callable[[str, Any], Any]:
    """Return what checks that a value is a tree of a kind, or the name of one or of a file."""

    def checked(name: str, value: Any) -> Any:
        tree = as_text(name, value)
        if not isinstance(tree, (str, kind)) or not tree:
            raise must_be(name, f"a name, a file or a huffvec.trees.{kind.__name__}", value)
        return tree

    return checked


def check_tree_file(tree: str, names: Sequence[str]) -> None:
    """Raise ConfigError or FormatError unless what is none of the names is a file to be read."""
    if tree in names:
        return
    if not os.path.exists(tree):
        raise MissingTreeError(
            OptionName("tree"),
            f" must be one of {', '.join(names)}, or a file; there is no file {tree!r}."
            f"{suggest(tree, names)}",
        )
    check_readable(tree)
