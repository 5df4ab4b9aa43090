"""Pictures as files: drawn by matplotlib, whatever windows there may be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from huffvec.drawing import names_as_they_are
from huffvec.errors import ConfigError
from huffvec.extras import require
from huffvec.files.paths import PathLike
from huffvec.files.writing import atomic_path

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@contextmanager
def picture(output: PathLike, size: tuple[float, float]) -> Iterator[Figure]:
    """Give an empty figure to draw on, which is written once that is done.

    Parameters
    ----------
    output
        The picture; its suffix says which kind: .png, .svg, .pdf.
    size
        Width and height in inches.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ConfigError
        If there is no such kind of picture.
    OutputError
        If the picture cannot be written.
    """
    kind = check_picture(output)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with names_as_they_are():
        figure = Figure(figsize=size, dpi=150, layout="constrained")
        FigureCanvasAgg(figure)
        yield figure
        with atomic_path(output) as temporary:
            figure.savefig(temporary, format=kind)


def check_picture(output: PathLike) -> str:
    """Return the kind of picture that a name stands for, before there is something to draw.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    ConfigError
        If there is no such kind of picture.
    """
    require("matplotlib", "drawing")
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    kind = Path(output).suffix.lower()[1:]
    if kind not in FigureCanvasAgg.get_supported_filetypes():
        raise ConfigError(
            "the picture's name must end in .png, .svg, .pdf or another that matplotlib "
            f"writes, not {os.fspath(output)!r}"
        )
    return kind
