"""What the subcommands that read a corpus share: their options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any

import typer

PANEL = "The text"

Column = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=PANEL,
        show_default=False,
        help="Column of a table (CSV, Parquet, Feather) or key of JSON lines with the text, the "
        "lists of tokens or the lists of ids. Not needed where only one can be meant.",
    ),
]
GroupBy = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=PANEL,
        show_default=False,
        help="Make one sentence of the rows that have the same value in this column, a user's for "
        "instance; --column then has an item a row.",
    ),
]
OrderBy = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=PANEL,
        show_default=False,
        help="Column of numbers or times by which the rows of a group are sorted. "
        "[dim]\\[default: as they come][/dim]",
    ),
]
Separator = Annotated[
    str | None,
    typer.Option(
        metavar="CHARACTER",
        rich_help_panel=PANEL,
        show_default=False,
        help="What separates the fields of a CSV file. Makes files of other names, and standard "
        "input, be read as CSV. [dim]\\[default: found out][/dim]",
    ),
]
Header = Annotated[
    bool | None,
    typer.Option(
        "--header/--no-header",
        rich_help_panel=PANEL,
        show_default=False,
        help="Whether the first row of a CSV file names the columns; without, their names are 1, "
        "2 and so on. [dim]\\[default: yes, unless it has a number in it][/dim]",
    ),
]
MaxLine = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Longest line of JSON or row of CSV, which must be in memory as a whole. "
        "[dim]\\[default: 64MB][/dim]",
    ),
]
Lowercase = Annotated[
    bool,
    typer.Option(
        "--lowercase", rich_help_panel=PANEL, show_default=False, help="Make all letters small."
    ),
]
Normalize = Annotated[
    str | None,
    typer.Option(
        metavar="NFC|NFD|NFKC|NFKD",
        rich_help_panel=PANEL,
        show_default=False,
        help="Bring the text into this Unicode form, so that characters that are written in two "
        "ways become one.",
    ),
]
Tokenize = Annotated[
    str | None,
    typer.Option(
        metavar="words|characters",
        rich_help_panel=PANEL,
        show_default=False,
        help="Cut text into words without punctuation, or into characters, for languages without "
        "spaces. words:punctuation=keep,digits=zero: punctuation marks become tokens of their own "
        "and each number the token 0 (digits=drop: none). [dim]\\[default: at spaces alone][/dim]",
    ),
]
VocabMemory = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Memory for counting different words, e.g. 8GB; counts that need more go to temporary "
        "files, and none is lost.",
    ),
]
Vocab = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Words and counts to use instead of counting, as [bold]vocab[/bold] writes them.",
    ),
]


def reading_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `huffvec.inputs.InputOptions` among a command's options."""
    from huffvec.inputs.options import InputOptions

    names = [field.name for field in fields(InputOptions)]
    return {name: params[name] for name in names if params.get(name) is not None}
