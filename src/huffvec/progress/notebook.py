"""Progress in notebooks (Jupyter, Colab, VS Code): bars of HTML that need nothing but IPython."""

from __future__ import annotations

import importlib
import sys
import time
from html import escape
from typing import Any

from huffvec.progress.stages import StageBars

REDRAW_SECONDS = 0.2  # what is drawn more often, browsers show later


def in_notebook() -> bool:
    """Return whether this process is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


class NotebookBars(StageBars):
    """Bars below a notebook's cell."""

    def __init__(self) -> None:
        self._rows: dict[str, str] = {}
        self._display: Any = None
        self._drawn = -REDRAW_SECONDS

    def close(self) -> None:
        """Draw what came last."""
        if self._rows:
            self._draw()

    def _show(self, key: str, name: str, done: int, total: int, details: str) -> None:
        percent = 100 * min(1.0, done / max(1, total))
        self._rows[key] = (
            f"<tr><td style='text-align:left'>{escape(name)}</td>"
            f"<td><progress value='{percent:.1f}' max='100'></progress></td>"
            f"<td>{percent:.0f} %</td><td style='text-align:left'>{escape(details)}</td></tr>"
        )
        if time.monotonic() >= self._drawn + REDRAW_SECONDS:
            self._draw()

    def _draw(self) -> None:
        ipython: Any = importlib.import_module("IPython.display")
        table = ipython.HTML(f"<table>{''.join(self._rows.values())}</table>")
        if self._display is None:
            self._display = ipython.display(table, display_id=True)
        else:
            self._display.update(table)
        self._drawn = time.monotonic()
