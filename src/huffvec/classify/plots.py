"""Pictures of a classifier's tests: reliability diagrams, and which labels are confused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from huffvec.classify.confusion import Confusion
from huffvec.classify.results import TestResult
from huffvec.evaluation.reliability_plot import SIZE, draw_diagrams
from huffvec.files.paths import PathLike
from huffvec.files.pictures import picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LABELS = 40  # whose names can be read in one picture
_MOST_NUMBERS = 25  # labels whose counts still fit into their cells
_MOST_LETTERS = 24


def plot_reliability(results: Mapping[str, TestResult], output: PathLike) -> None:
    """Draw the reliability diagrams of one or several tests.

    On the left the most probable labels, on the right all labels, with logarithmic axes. Points
    below the diagonal are over-confident. Vertical bars are two standard errors to either side.

    Parameters
    ----------
    results
        What `huffvec.classify.Classifier.test` found, by the classifiers' names.
    output
        The picture; its suffix says which kind: .png, .svg, .pdf.

    Raises
    ------
    ConfigError, MissingExtraError, OutputError
        As `huffvec.files.pictures.picture`.
    """
    bins = {name: (result.top_bins, result.label_bins) for name, result in results.items()}
    with picture(output, SIZE) as figure:
        draw_diagrams(figure, bins, "label", "how often it is right")


def plot_confusion(confusion: Confusion, output: PathLike) -> None:
    """Draw which labels are taken for which: a row for each true label, coloured by its shares.

    Of more than `MOST_LABELS` labels those are drawn that are confused most often.

    Parameters
    ----------
    confusion
        What `huffvec.classify.Classifier.test` found.
    output
        The picture; its suffix says which kind: .png, .svg, .pdf.

    Raises
    ------
    ConfigError, MissingExtraError, OutputError
        As `huffvec.files.pictures.picture`.
    """
    ids = confusion.label_ids
    counts = confusion.matrix(ids)
    totals = counts.sum(axis=1)
    if len(ids) > MOST_LABELS:
        wrong = totals + counts.sum(axis=0) - 2 * np.diag(counts)
        kept = np.sort(np.argsort(-wrong, kind="stable")[:MOST_LABELS])
        counts, totals = counts[np.ix_(kept, kept)], totals[kept]
        title = f"The {MOST_LABELS} of {len(ids):,} labels that are confused most often"
        ids = ids[kept]
    else:
        title = "Labels and what they are taken for"
    inches = 2.4 + 0.24 * len(ids)
    with picture(output, (inches + 0.8, inches)) as figure:
        figure.set_layout_engine("compressed")  # else a title above squares is cut
        axes = figure.subplots()
        axes.set_title(title, fontsize=10, loc="left")
        _draw_matrix(axes, counts, totals)
        names = [_short(confusion.names[i]) for i in ids.tolist()]
        axes.set_xticks(range(len(ids)), names, fontsize=7, rotation=90)
        axes.set_yticks(range(len(ids)), names, fontsize=7)
        axes.set_xlabel("most probable label")
        axes.set_ylabel("true label")


def _draw_matrix(axes: Axes, counts: npt.NDArray[np.int64], totals: npt.NDArray[np.int64]) -> None:
    """Draw counts, coloured by their shares of the rows' totals."""
    from matplotlib.colors import PowerNorm

    shares = counts / np.maximum(1, totals)[:, None]
    # By their roots, so that a share of 1 % is seen.
    image = axes.imshow(shares, cmap="Blues", norm=PowerNorm(0.5, 0, 1))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    bar = axes.figure.colorbar(image, ax=axes, shrink=0.6, aspect=30, pad=0.02)
    bar.set_label("share of the true label", fontsize=8)
    bar.ax.tick_params(labelsize=7)
    bar.outline.set_visible(False)
    if len(counts) > _MOST_NUMBERS:
        return
    for row, column in zip(*np.nonzero(counts), strict=True):
        color = "white" if shares[row, column] > 0.3 else "0.2"
        text = f"{counts[row, column]}"
        axes.text(column, row, text, ha="center", va="center", fontsize=5, color=color)


def _short(name: str) -> str:
    """Return a name as it fits beside the picture, without line breaks and the like."""
    name = "".join(c if c.isprintable() else " " for c in name)
    return name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"
