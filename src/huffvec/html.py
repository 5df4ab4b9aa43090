"""Tables for notebooks, which show what ``_repr_html_`` returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from huffvec.options import options_of, value_text
from huffvec.records import Options


def html_table(head: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """Return a table in HTML; cells are text and escaped, the first of a row on the left."""
    lines = [f"<caption>{escape(caption)}</caption>"] if caption else []
    if head:
        lines.append(_row(head, "th"))
    lines += [_row(cells, "td") for cells in rows]
    return f"<table>{''.join(lines)}</table>"


def model_table(
    numbers: Mapping[str, int], objective: Options, config: Options, caption: str
) -> str:
    """Return a table in HTML of what was trained: how many of what, how, and with which options."""
    counted = {name: f"{number:,}" for name, number in numbers.items()}
    facts = counted | model_facts(objective, config)
    return html_table((), facts.items(), caption)


def model_facts(objective: Options, config: Options) -> dict[str, str]:
    """Return how something was trained, for people: the objective, and the options by name."""
    own = objective.to_dict()
    called = own.pop("name")
    written = ", ".join(f"{name} {value_text(value)}" for name, value in own.items())
    declared, values = options_of(type(config)), config.to_dict()
    return {
        "objective": called + (f" ({written})" if written else ""),
        **{name: declared[name].text_of(value) for name, value in values.items()},
    }


def _row(cells: Sequence[object], tag: str) -> str:
    sides = ["left"] + ["right"] * (len(cells) - 1)
    texts = [
        f"<{tag} style='text-align:{side}'>{escape(str(cell))}</{tag}>"
        for side, cell in zip(sides, cells, strict=True)
    ]
    return f"<tr>{''.join(texts)}</tr>"
