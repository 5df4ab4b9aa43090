"""``huffvec path``: a word's way through the tree of a hierarchical softmax."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import TrainedModel, print_table

if TYPE_CHECKING:
    from huffvec.model import Turn


def path(
    model: TrainedModel,
    word: Annotated[
        str, typer.Argument(metavar="WORD", show_default=False, help="A word of the text.")
    ],
    context: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            show_default=False,
            help="Show how probable each turn is given this word. May be given several times.",
        ),
    ] = None,
) -> None:
    """Show a word's way through the tree: each inner node and its bit, from the root on.

    With --context also the probability of every turn, and the product so far; the last is the
    word's probability. Only for models of hierarchical-softmax.
    """
    from huffvec.model import load

    turns = load(model).path(word, context)
    rows = list(zip(turns, _products(turns), strict=True))
    if sys.stdout.isatty():
        _print_turns(word, rows)
        return
    for turn, product in rows:
        fields: list[object] = [turn.node, turn.bit]
        if turn.probability is not None:
            fields += [f"{turn.probability:.6g}", f"{product:.6g}"]
        typer.echo("\t".join(map(str, fields)))


def _products(turns: list[Turn]) -> list[float]:
    """Return the product of the turns' probabilities up to each; nan without a context."""
    product, products = 1.0, []
    for turn in turns:
        product *= math.nan if turn.probability is None else turn.probability
        products.append(product)
    return products


def _print_turns(word: str, rows: list[tuple[Turn, float]]) -> None:
    """Print a table of one line a turn."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("turn", "node", "bit"):
        table.add_column(heading, justify="right")
    with_context = rows[0][0].probability is not None
    if with_context:
        table.add_column("probability", justify="right")
        table.add_column("product", justify="right", style="dim")
    for number, (turn, product) in enumerate(rows, start=1):
        fields = [str(number), str(turn.node), str(turn.bit)]
        if with_context:
            fields += [f"{turn.probability:.4f}", f"{product:.3g}"]
        table.add_row(*fields)
    code = "".join(str(turn.bit) for turn, _ in rows)
    table.title = Text(f"{word}: {code}", style="bold")
    table.title_justify = "left"
    print_table(table)
