"""How the plots look: one colour and marker for each objective, labels beside what they name."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from huffvec.drawing import add_legend
from huffvec.objectives import OBJECTIVES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Far apart also for colour-blind eyes (in OKLab, for three kinds of them), readable on white and
# on dark; each has a marker of its own as well. In the order of the registry, so that an objective
# looks the same in every report.
COLORS = (
    "#007887", "#d24b5a", "#f09600", "#7878d2", "#a53c00", "#6996b4",
    "#8d8a4f", "#c31e69", "#8a2be2", "#5c9f4d", "#b4a596", "#4f6d7a",
    "#1f4e9c", "#7a4a2b",
)  # fmt: skip
MARKERS = "oDs^vPX<>hp*8d"
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
WIDTH, HEIGHT = 8.6, 4.6
NARROW_WIDTH, NARROW_HEIGHT = 4.6, 3.8  # without the names below
LABEL_SPACE = 0.33  # share of the width for the labels on the right
# By how many times the ends of a log scale differ: between powers of ten, where ticks are.
TICKS = ((1e4, (1.0,)), (8.0, (1.0, 2.0, 5.0)), (0.0, (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)))
LABEL_SIZE = 8.5
LABEL_CHARACTERS, NARROW_CHARACTERS = 44, 24
# Filled in part: variants of an objective. Hollow stands for partial runs, in every plot.
FILLS = ("full", "left", "bottom", "right", "top")


@dataclass(frozen=True)
class Paper:
    """What plots are drawn on: colours of the background, of text and of lines of the grid.

    Narrow paper is for small screens: names stand below a plot, not beside it.
    """

    name: str
    background: str
    ink: str
    faint: str
    grid: str
    lighter: float = 0.0
    is_narrow: bool = False

    def narrow(self) -> Paper:
        """Return narrow paper of the same colours."""
        return replace(self, is_narrow=True)

    @property
    def width(self) -> float:
        """Width of a plot in inches."""
        return NARROW_WIDTH if self.is_narrow else WIDTH

    def color(self, color: str) -> str:
        """Return a colour as this paper needs it: mixed with white, where that is to be seen."""
        parts = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
        mixed = (round(part + self.lighter * (255 - part)) for part in parts)
        return "#" + "".join(f"{part:02x}" for part in mixed)

    def parameters(self) -> Any:  # matplotlib types settings by name
        """Return matplotlib's settings for it."""
        return {
            "figure.facecolor": self.background,
            "axes.facecolor": self.background,
            "savefig.facecolor": self.background,
            "text.color": self.ink,
            "axes.labelcolor": self.ink,
            "axes.edgecolor": self.faint,
            "xtick.color": self.faint,
            "ytick.color": self.faint,
            "xtick.labelcolor": self.ink,
            "ytick.labelcolor": self.ink,
            "grid.color": self.grid,
            "axes.grid": True,
            "axes.axisbelow": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "font.size": 10,
            "svg.hashsalt": "huffvec",
        }


LIGHT = Paper("light", "#ffffff", "#26313c", "#8894a0", "#e8ebee")
DARK = Paper("dark", "#171c22", "#dfe5ea", "#8894a0", "#2b333c", lighter=0.3)


def marks(labels: Sequence[str], paper: Paper = LIGHT) -> dict[str, dict[str, Any]]:
    """Return each label's colour, marker and dashes.

    The colour and the marker are the objective's; of several with different options, each has
    dashes of its own, and from the second on half the marker is filled.
    """
    names = list(OBJECTIVES)
    found: dict[str, dict[str, Any]] = {}
    seen: dict[str, int] = {}
    for label in labels:
        name = label.partition(":")[0]
        place = names.index(name) if name in names else len(names)
        nth = seen[name] = seen.get(name, -1) + 1
        found[label] = {
            "color": paper.color(COLORS[place % len(COLORS)]),
            "marker": MARKERS[place % len(MARKERS)],
            "linestyle": DASHES[nth % len(DASHES)],
            "fillstyle": FILLS[nth % len(FILLS)],
            "markerfacecoloralt": paper.background,
        }
    return found


def spread_apart(
    places: Sequence[float], gap: float, low: float = -math.inf, high: float = math.inf
) -> list[float]:
    """Return places moved as little as is needed to be at least gap apart, in the same order.

    Neighbours that are too near are joined to groups, each centred where its members want to be,
    but not beyond low and high (as long as there is room).
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    groups: list[list[int]] = []

    def centre(group: list[int]) -> float:
        half = gap * (len(group) - 1) / 2
        wanted = sum(places[i] for i in group) / len(group)
        return max(min(wanted, high - half), low + half)

    for i in order:
        groups.append([i])
        while len(groups) > 1:
            below, above = groups[-2], groups[-1]
            needed = gap * (len(below) + len(above)) / 2
            if centre(above) - centre(below) >= needed:
                break
            groups[-2:] = [below + above]
    moved = [0.0] * len(places)
    for group in groups:
        start = centre(group) - gap * (len(group) - 1) / 2
        for nth, i in enumerate(group):
            moved[i] = start + nth * gap
    return moved


def shortened(label: str, n_characters: int = LABEL_CHARACTERS) -> str:
    """Return a label, cut if it is too long for a plot."""
    return label if len(label) <= n_characters else label[: n_characters - 1] + "…"


@dataclass
class Labels:
    """The names of lines and points of a plot.

    Attributes
    ----------
    ends
        For each name the point (x, y in data coordinates) that it belongs to.
    styles
        For each name what its line and marker look like, as `marks` says.
    """

    ends: dict[str, tuple[float, float]] = field(default_factory=dict)
    styles: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, end: tuple[float, float], style: dict[str, Any]) -> None:
        """Add a name."""
        self.ends[name], self.styles[name] = end, style

    def write(self, ax: Axes, paper: Paper) -> None:
        """Write the names beside the axes, or below on narrow paper; limits must be final."""
        (self._below if paper.is_narrow else self._beside)(ax)

    def _beside(self, ax: Axes) -> None:
        """Write each name as near as can be to its end, with a thin line that leads there."""
        to_axes = ax.transData + ax.transAxes.inverted()
        fractions = [float(to_axes.transform(end)[1]) for end in self.ends.values()]
        height = ax.bbox.height / ax.figure.dpi * 72
        places = spread_apart(fractions, LABEL_SIZE * 1.35 / height, -0.05, 1.0)
        for (name, end), place in zip(self.ends.items(), places, strict=True):
            color = self.styles[name]["color"]
            ax.annotate(
                shortened(name),
                end,
                xytext=(1.03, place),
                textcoords="axes fraction",
                va="center",
                fontsize=LABEL_SIZE,
                color=color,
                annotation_clip=False,
                arrowprops={
                    "arrowstyle": "-",
                    "color": color,
                    "linewidth": 0.6,
                    "alpha": 0.7,
                    "relpos": (0, 0.5),
                    "shrinkA": 0,
                    "shrinkB": 4,
                },
            )

    def _below(self, ax: Axes) -> None:
        """Write the names from the top of the plot to its bottom, each with its line."""
        from matplotlib.lines import Line2D

        to_pixels = ax.transData.transform
        names = sorted(self.ends, key=lambda name: -float(to_pixels(self.ends[name])[1]))
        handles = [Line2D([], [], markersize=5, **self.styles[name]) for name in names]
        height = NARROW_HEIGHT + 0.19 * len(names) + 0.1
        ax.figure.set_size_inches(NARROW_WIDTH, height)
        ax.figure.subplots_adjust(top=1 - 0.12 / height, bottom=1 - (NARROW_HEIGHT - 0.5) / height)
        add_legend(
            ax.figure,
            handles,
            list(map(shortened, names)),
            loc="lower left",
            fontsize=LABEL_SIZE,
            labelspacing=0.35,
            handlelength=2.6,
        )


def visible_loss(losses: Sequence[float]) -> tuple[float, float]:
    """Return the limits of an axis for losses: what lies far above the others is left out.

    Otherwise one that has learned nothing would press all others together.
    """
    best, median = min(losses), statistics.median(losses)
    worst = min(max(losses), best + max(4 * (median - best), 0.3))
    margin = 0.07 * max(worst - best, 0.05)
    return best - margin, worst + margin


def new_axes(paper: Paper) -> tuple[Figure, Axes]:
    """Return an empty figure and its axes, with room for labels where the paper has them."""
    figure = new_figure((paper.width, NARROW_HEIGHT if paper.is_narrow else HEIGHT))
    ax = figure.subplots()
    if paper.is_narrow:
        figure.subplots_adjust(left=0.16, right=0.96)
    else:
        figure.subplots_adjust(left=0.085, right=1 - LABEL_SPACE, top=0.97, bottom=0.13)
    return figure, ax


def new_figure(size: tuple[float, float], **options: Any) -> Figure:
    """Return an empty figure that is drawn into files only, whatever windows there may be."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, dpi=100, **options)
    FigureCanvasAgg(figure)
    return figure


def plain_ticks(ax: Axes, which: str) -> None:
    """Write the numbers of a log scale as people do, and not only at powers of ten."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    for axis in (getattr(ax, f"{name}axis") for name in which):
        low, high = sorted(axis.get_view_interval())
        steps = next(steps for ratio, steps in TICKS if high / low > ratio)
        axis.set_major_locator(LogLocator(subs=steps))
        axis.set_major_formatter(FuncFormatter(lambda value, _: _short(value)))
        axis.set_minor_formatter(NullFormatter())


def percent_ticks(ax: Axes) -> None:
    """Write shares as percentages."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g} %"))
    ax.xaxis.set_minor_formatter(NullFormatter())


def _short(value: float) -> str:
    for limit, unit in ((1e6, " M"), (1e3, " k")):
        if value >= limit:
            return f"{value / limit:g}{unit}"
    return f"{value:g}"
