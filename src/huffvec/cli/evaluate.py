"""``huffvec evaluate``: compare vectors with human judgement."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import AsJson, ModelFile
from huffvec.cli.output import print_json, print_table
from huffvec.errors import ConfigError

if TYPE_CHECKING:
    from rich.table import Table

    from huffvec.evaluation import Evaluation


def evaluate(
    model: ModelFile,
    pairs: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Word pairs and their human similarity scores, separated by tabs, such as "
            "wordsim353.tsv. May be given several times.",
        ),
    ] = None,
    analogies: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Four words a line, such as questions-words.txt. May be given several times.",
        ),
    ] = None,
    top: Annotated[
        int,
        typer.Option(
            metavar="N", help="Ask and answer analogies with this many most frequent words."
        ),
    ] = 30_000,
    as_json: AsJson = False,
) -> None:
    """Compare the vectors with human judgement of similarity, and let them solve analogies."""
    from huffvec.model import load_vectors

    if not pairs and not analogies:
        raise ConfigError(
            "Nothing to evaluate with: expected --pairs FILE or --analogies FILE, found neither."
        )
    result = load_vectors(model).evaluate(pairs=pairs or [], analogies=analogies or [], top=top)
    if as_json:
        print_json(result.to_dict())
    else:
        print_table(_table(result))


def _table(result: Evaluation) -> Table:
    """Return a table of one line a file, with the sections of analogies below their file."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("test", no_wrap=True)
    unseen = any(pairs.n_unseen for pairs in result.pairs)
    for heading in ("score", "asked", *(["with unseen words"] if unseen else []), "left out"):
        table.add_column(heading, justify="right")
    table.add_column("score is", style="dim")
    for pairs in result.pairs:
        score = "-" if math.isnan(pairs.spearman) else f"{100 * pairs.spearman:.1f}"
        share = f"{pairs.n_unseen:,} ({pairs.n_unseen / max(1, pairs.n_pairs):.0%})"
        counts = [f"{pairs.n_pairs:,}", *([share] if unseen else []), f"{pairs.n_oov:,}"]
        table.add_row(Text(pairs.name), score, *counts, "rank correlation × 100")
    for analogies in result.analogies:
        for section in (analogies.total, *analogies.sections):
            whole = section is analogies.total
            table.add_row(
                Text(section.name if whole else f"  {section.name}"),
                f"{100 * section.accuracy:.1f}" if section.n_questions else "-",
                f"{section.n_questions:,}",
                *([""] if unseen else []),
                f"{section.n_oov:,}",
                "% answered right" if whole else "",
                style="" if whole else "dim",
            )
    return table
