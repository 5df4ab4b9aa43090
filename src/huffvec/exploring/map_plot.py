"""Maps as pictures: points, the names of clusters, and as many words as there is room for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.exploring.scene import Scene
from huffvec.files.paths import PathLike
from huffvec.files.pictures import picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

SIZE = (10.0, 10.0)
_MAX_TRIED = 3_000  # words, the most frequent ones, for which there may be room
_MAX_LETTERS = 60
_HALO = 1.6  # points: what letters are set off by


def plot_map(scene: Scene, output: PathLike) -> None:
    """Draw the map of a scene.

    Names of clusters stand in the middle of their points. Then words are named, the most frequent
    first, where no name stands yet.

    Parameters
    ----------
    scene
        What is drawn.
    output
        The picture; its suffix says which kind: .png, .svg, .pdf.

    Raises
    ------
    ConfigError, MissingExtraError, OutputError
        As `huffvec.files.pictures.picture`.
    """
    with picture(output, SIZE) as figure:
        axes = figure.subplots()
        axes.set_axis_off()
        axes.set(aspect="equal")
        axes.margins(0.07, 0.02)  # room for names
        colours = _colours(scene)
        size = float(np.clip(30_000 / len(scene.words), 0.8, 12))
        axes.scatter(
            *scene.positions.T, s=size, c=colours, linewidths=0, alpha=0.6, rasterized=True
        )
        figure.draw_without_rendering()
        _name_points(axes, scene, colours)


def _colours(scene: Scene) -> npt.NDArray[np.float64]:
    """Return the colour of each point, (n, 4): of groups, or of how frequent words are."""
    import matplotlib as mpl

    n = len(scene.words)
    if scene.groups is None:
        ranks = np.arange(n) if scene.counts is None else np.log(scene.counts + 1)
        spread = np.ptp(ranks) or 1
        return np.asarray(mpl.colormaps["viridis_r"]((ranks - ranks.min()) / spread))
    hues = np.vstack([mpl.colormaps[name].colors for name in ("tab10", "Dark2")])
    colours = np.full((n, 4), 0.6)
    colours[:, :3] = np.where((scene.groups >= 0)[:, None], hues[scene.groups % len(hues)], 0.6)
    colours[:, 3] = 1
    return colours


def _name_points(axes: Axes, scene: Scene, colours: npt.NDArray[np.float64]) -> None:
    """Write the names of groups and of words, each where there is room."""
    taken: list[Any] = []
    for place, name in _middles(scene):
        _write(axes, taken, place, name, fontsize=9, fontweight="bold", color="black", zorder=3)
    names = scene.words if scene.labels is None else scene.labels
    for row, name in enumerate(names[:_MAX_TRIED]):
        darker = colours[row, :3] * 0.6
        _write(axes, taken, scene.positions[row], name, fontsize=6.5, color=darker, zorder=2)


def _middles(scene: Scene) -> Iterator[tuple[npt.NDArray[np.float32], str]]:
    """Yield where groups are, and their names."""
    for group, name in enumerate(scene.group_names):
        members = scene.positions[scene.groups == group]
        if len(members):
            yield np.median(members, axis=0), name


def _write(
    axes: Axes, taken: list[Any], place: Iterable[float], name: str, **style: Any
) -> Text | None:
    """Write a name around a place if nothing is written there, and return it."""
    from matplotlib.patheffects import withStroke

    shown = "".join(c if c.isprintable() else " " for c in name)[:_MAX_LETTERS]
    text = axes.text(*place, shown, ha="center", va="center", **style)
    text.set_path_effects([withStroke(linewidth=_HALO, foreground="white")])
    box = text.get_window_extent()
    if any(box.overlaps(other) for other in taken):
        text.remove()
        return None
    taken.append(box)
    return text
