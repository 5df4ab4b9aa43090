"""How deep words are in trees, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.drawing import add_legend, set_frame
from huffvec.files.paths import PathLike
from huffvec.files.pictures import picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (9.6, 4.6)


class Depths(NamedTuple):
    """How deep words are in a tree, and how often they occur, both (n_words,)."""

    depths: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]


def plot_depths(trees: Mapping[str, Depths], output: PathLike) -> None:
    """Draw how many turns it takes to words, by how often they occur, and to the words of a text.

    On the left each word's turns against its part of the text, and what an ideal code would take,
    -log2 p. On the right which part of the text's words takes how many turns; a line stands at the
    mean, which is the cost of training a word.

    Parameters
    ----------
    trees
        Depths by the models' names.
    output
        The picture; its suffix says which kind: .png, .svg, .pdf.

    Raises
    ------
    ConfigError, MissingExtraError, OutputError
        As `huffvec.files.pictures.picture`.
    """
    with picture(output, SIZE) as figure:
        words, text = figure.subplots(1, 2)
        handles = [
            _draw(words, text, tree, f"C{number % 10}")
            for number, tree in enumerate(trees.values())
        ]
        shares = np.array(words.get_xlim())
        words.plot(shares, -np.log2(shares), color="0.4", linewidth=1, linestyle="--", zorder=3)
        words.set(xscale="log", xlim=shares, xlabel="part of the text", ylabel="turns to the word")
        words.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        words.set_title("Words; dashed: -log2 of their part", fontsize=10, loc="left")
        text.set(xlabel="turns", ylabel="part of the text")
        text.set_title("The words of the text", fontsize=10, loc="left")
        for axes in (words, text):
            axes.set_ylim(bottom=0)
            set_frame(axes)
        if len(trees) > 1:
            add_legend(
                figure, handles, list(trees), loc="outside lower center", ncols=3, fontsize=9
            )


def _draw(words: Axes, text: Axes, tree: Depths, colour: str) -> object:
    """Draw one tree in both panels; return the line of the second."""
    shares = np.maximum(tree.counts, 1) / np.maximum(tree.counts, 1).sum()
    words.set_xscale("log")
    words.scatter(shares, tree.depths, s=4, color=colour, alpha=0.3, linewidths=0, rasterized=True)
    by_depth = np.bincount(tree.depths, weights=shares)
    (line,) = text.step(np.arange(len(by_depth)), by_depth, where="mid", color=colour)
    text.axvline(float(tree.depths @ shares), color=colour, linewidth=0.8, linestyle=":")
    return line
