"""Tables for notebooks, which show what ``_repr_html_`` returns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def html_table(head: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """Return a table in HTML; cells are text and escaped, the first of a row on the left."""
    lines = [f"<caption>{escape(caption)}</caption>"] if caption else []
    if head:
        lines.append(_row(head, "th"))
    lines += [_row(cells, "td") for cells in rows]
    return f"<table>{''.join(lines)}</table>"


def _row(cells: Sequence[object], tag: str) -> str:
    sides = ["left"] + ["right"] * (len(cells) - 1)
    texts = [
        f"<{tag} style='text-align:{side}'>{escape(str(cell))}</{tag}>"
        for side, cell in zip(sides, cells, strict=True)
    ]
    return f"<tr>{''.join(texts)}</tr>"
