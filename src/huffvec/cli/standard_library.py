"""English that every machine has: the documentation of Python's standard library.

The documentation strings of its modules and the topics of ``help()``: about 2.5 MB of text. The
modules are parsed, never imported.
"""

from __future__ import annotations

import ast
import contextlib
import re
import sysconfig
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

# Tests, generated tables, and what is not part of the library at all.
_SKIPPED_FOLDERS = frozenset(
    {"__pycache__", "dist-packages", "encodings", "idle_test", "lib2to3", "site-packages"}
    | {"pydoc_data", "test", "tests"}
)
_SENTENCE_END = re.compile(r"[.:;!?](?=\s)|\n\s*\n")
_WORD = re.compile(r"[a-z]+")

Progress = Callable[[str, int, int], None]


def sentences(progress: Progress | None = None) -> Iterator[str]:
    """Yield the text, a sentence at a time: lower-case words with a space between them.

    ``progress`` is called with a name, the bytes of source read and those there are.
    """
    for text in _texts(progress):
        for part in _SENTENCE_END.split(text.lower()):
            words = _WORD.findall(part)
            if len(words) > 1:
                yield " ".join(words)


def _texts(progress: Progress | None) -> Iterator[str]:
    """Yield help topics, then the documentation strings, module by module."""
    with contextlib.suppress(ImportError):  # some distributions package it apart
        from pydoc_data.topics import topics

        yield from topics.values()
    sources = _sources(Path(sysconfig.get_path("stdlib")))
    sizes = [source.stat().st_size for source in sources]
    n_done, n_bytes = 0, sum(sizes)
    for source, size in zip(sources, sizes, strict=True):
        yield from _docstrings(source)
        n_done += size
        if progress:
            progress("collecting text", n_done, n_bytes)


def _sources(folder: Path) -> list[Path]:
    """Return the library's source files, in an order that is the same everywhere."""
    return sorted(
        path
        for path in folder.rglob("*.py")
        if not _SKIPPED_FOLDERS.intersection(path.relative_to(folder).parts[:-1])
    )


def _docstrings(source: Path) -> Iterator[str]:
    """Yield the documentation strings of one file; none if it cannot be parsed."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in somebody else's source
            tree = ast.parse(source.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, documented):
            text = ast.get_docstring(node)
            if text:
                yield text
