"""Shared by all plots: names from files are drawn literally, whatever characters they hold."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend


@contextmanager
def names_as_they_are() -> Iterator[None]:
    """Take ``$`` for itself and not for a formula, and be silent on letters that the font lacks."""
    import matplotlib as mpl

    with mpl.rc_context({"text.parse_math": False}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")
        yield


def add_legend(
    figure: Figure, handles: Sequence[Any], names: Sequence[str], **options: Any
) -> Legend:
    """Add a legend with these names, also those that begin with ``_``, and return it."""
    places = [str(place) for place in range(len(names))]  # matplotlib leaves out names with _
    legend = figure.legend(handles, places, frameon=False, **options)
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_text("".join(c if c.isprintable() else " " for c in name))
    return legend
