"""What the subcommands that read a corpus share: their options."""

from __future__ import annotations

from typing import Annotated

import typer

PANEL = "The text"

Column = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=PANEL,
        show_default=False,
        help="Column of a table (Parquet, Feather) or key of JSON lines with the text, the lists "
        "of tokens or the lists of ids. Not needed where only one can be meant.",
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
