"""Shared by plots: how they look, and names from files drawn literally, whatever they hold."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
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


def set_frame(axes: Axes) -> None:
    """Draw a light grid, and lines at the left and the bottom only."""
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def set_log_scales(axes: Axes) -> None:
    """Make both scales logarithmic, with numbers written in full.

    The usual ones are formulas, which are not drawn as such: see `names_as_they_are`.
    """
    axes.set(xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:g}")
        axis.set_minor_formatter(lambda _value, _: "")
