"""What the subcommands that read a corpus share: their options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from huffvec.cli.given import if_given

PANEL = "The text"

Column = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=PANEL,
        show_default=False,
        help="Column of a table (CSV, Parquet, Feather) or key of JSON lines with the text, the "
        "lists of tokens or the lists of ids. Needed only if several would do.",
    ),
]
GroupBy = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=PANEL,
        show_default=False,
        help="Join the rows with the same value in this column, such as a user, into one "
        "sentence; --column then holds one item per row.",
    ),
]
OrderBy = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=PANEL,
        show_default=False,
        help="Column of numbers or times by which the rows of a group are sorted. "
        "[dim]\\[default: order of the file][/dim]",
    ),
]
Separator = Annotated[
    str | None,
    typer.Option(
        metavar="CHARACTER",
        rich_help_panel=PANEL,
        show_default=False,
        help="Character that separates the fields of a CSV file. With it, standard input and "
        "files with other endings are read as CSV, too. [dim]\\[default: detected][/dim]",
    ),
]
Header = Annotated[
    bool | None,
    typer.Option(
        "--header/--no-header",
        rich_help_panel=PANEL,
        show_default=False,
        help="Whether the first row of a CSV file names the columns; if not, they are called 1, 2 "
        "and so on. [dim]\\[default: yes, unless it has a number in it][/dim]",
    ),
]
MaxLine = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Longest JSON line or CSV row to accept: each is held in memory as a whole. "
        "[dim]\\[default: 64MB][/dim]",
    ),
]
Lowercase = Annotated[
    bool,
    typer.Option(
        "--lowercase", rich_help_panel=PANEL, show_default=False, help="Convert to lower case."
    ),
]
Normalize = Annotated[
    str | None,
    typer.Option(
        metavar="NFC|NFD|NFKC|NFKD",
        rich_help_panel=PANEL,
        show_default=False,
        help="Normalise the text to this Unicode form, so that characters that can be encoded in "
        "two ways become one.",
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
        "and each number the token 0 (digits=drop: none). [dim]\\[default: only at spaces][/dim]",
    ),
]
MaxWords = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        rich_help_panel=PANEL,
        show_default=False,
        help="Keep only the N most frequent words. [dim]\\[default: all that occur often "
        "enough][/dim]",
    ),
]
KeepWords = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Words to keep however rarely they occur, one per line.",
    ),
]
DropWords = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Words to leave out, such as stop words, one per line.",
    ),
]
VocabMemory = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Memory for counting different words, e.g. 8GB; if they need more, temporary files "
        "are used, and no count is lost.",
    ),
]
Vocab = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=PANEL,
        show_default=False,
        help="Words and counts, as written by [bold]vocab[/bold], to use instead of counting.",
    ),
]


def reading_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `huffvec.corpus.InputOptions` among a command's options."""
    from huffvec.corpus.options import InputOptions

    names = [field.name for field in fields(InputOptions)]
    return {name: params[name] for name in names if if_given(name) is not None}
