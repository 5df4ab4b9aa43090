"""How results leave a command: a table on a terminal, tab-separated values in a pipe, or JSON.

A command says once what it found, as facts or as rows; the three forms follow from that. In a pipe
nothing is wrapped or coloured, and numbers have six significant digits and no thousands separators.
JSON has all digits.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from huffvec.files.json_values import finite

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table


_DIGITS = ".6g"  # of numbers that people read and nobody gave another format


class Fact(NamedTuple):
    """Something that a command found out.

    Attributes
    ----------
    name
        What it is, in words; in JSON they are joined by ``_``.
    value
        The number or the text.
    text
        How a terminal shows it; empty: as the value is usually shown.
    """

    name: str
    value: object
    text: str = ""


class Field(NamedTuple):
    """A column of rows.

    Attributes
    ----------
    name
        Its heading; in JSON the words are joined by ``_``.
    spec
        Format of its numbers on a terminal.
    pipe_spec
        Format of its numbers in a pipe; empty: six significant digits.
    """

    name: str
    spec: str = ""
    pipe_spec: str = ""


def print_facts(facts: Sequence[Fact], *, as_json: bool = False) -> None:
    """Print what a command found out: a line each, or one JSON object."""
    if as_json:
        print_json({_key(fact.name): fact.value for fact in facts})
    elif sys.stdout.isatty():
        _print_table(_facts_table(facts))
    else:
        for fact in facts:
            print_line(fact.name, fact.value)


def print_rows(
    fields: Sequence[Field],
    rows: Iterable[Sequence[object]],
    *,
    as_json: bool = False,
    header: bool = True,
    title: str = "",
) -> None:
    """Print rows of values: a table, lines of tab-separated values, or a JSON array of objects.

    Parameters
    ----------
    fields
        The columns.
    rows
        A value for each field.
    as_json
        JSON in place of a table.
    header
        Whether a pipe gets the names of the fields as its first line.
    title
        What stands above the table on a terminal.
    """
    if as_json:
        keys = [_key(field.name) for field in fields]
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    elif sys.stdout.isatty():
        _print_table(_rows_table(fields, rows, title))
    else:
        if header:
            print_line(*(field.name for field in fields))
        for row in rows:
            print_line(
                *(
                    format(value, field.pipe_spec or _DIGITS) if isinstance(value, float) else value
                    for field, value in zip(fields, row, strict=True)
                )
            )


def print_json(value: Any) -> None:
    """Print a value as JSON; numbers that are not finite become null, which JSON has for them."""
    typer.echo(json.dumps(finite(value), indent=2, ensure_ascii=False))


def print_line(*values: object) -> None:
    """Print one line of tab-separated values, without tabs and line breaks inside of them."""
    texts = map(_bare, values)
    typer.echo("\t".join(" ".join(text.splitlines()).replace("\t", " ") for text in texts))


def _bare(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return format(value, _DIGITS)
    return "" if value is None else str(value)


def print_table(table: Table) -> None:
    """Print a table on a terminal, and its cells as tab-separated values in a pipe."""
    if sys.stdout.isatty():
        _print_table(table)
        return
    columns = [[_plain(cell) for cell in column.cells] for column in table.columns]
    if table.show_header:
        print_line(*(_plain(column.header) for column in table.columns))
    for row in zip(*columns, strict=True):
        print_line(*row)


def _print_table(table: Table) -> None:
    """Print a table and a blank line."""
    from rich.console import Console

    Console().print(table, "")


def _facts_table(facts: Sequence[Fact]) -> Table:
    """Return a small two-column table of names and values."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, show_header=False, show_edge=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for fact in facts:
        table.add_row(fact.name, Text(fact.text or _shown(fact.value)))
    return table


def _rows_table(fields: Sequence[Field], rows: Iterable[Sequence[object]], title: str) -> Table:
    """Return a table of rows, numbers to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    if title:
        table.title, table.title_justify = Text(title, style="bold"), "left"
    for place, field in enumerate(fields):
        is_number = all(isinstance(row[place], int | float | None) for row in rows)
        justify: Any = "right" if is_number and rows else "left"
        table.add_column(Text(field.name), justify=justify, no_wrap=place == 0)
    for row in rows:
        cells = zip(row, fields, strict=True)
        table.add_row(*(Text(_shown(value, field.spec)) for value, field in cells))
    return table


def _shown(value: object, spec: str = "") -> str:
    """Return a value as people read it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "-" if math.isnan(value) else format(value, spec or _DIGITS)
    return format(value, spec or ",") if isinstance(value, int) else str(value)


def _key(name: str) -> str:
    """Return a name as a key of JSON."""
    return "_".join(name.split())


def _plain(cell: RenderableType) -> str:
    """Return the text of a cell without markup."""
    from rich.text import Text

    return Text.from_markup(cell).plain if isinstance(cell, str) else str(cell)
