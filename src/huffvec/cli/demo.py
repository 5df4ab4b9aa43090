"""``huffvec demo``: a first look, with nothing to download."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import Quiet, check_output, show_next, stopping
from huffvec.cli.output import print_table

if TYPE_CHECKING:
    from rich.table import Table

    from huffvec.vectors.word_vectors import WordVectors

SHOWN_WORDS = ("thread", "socket", "error", "monday", "first", "random")


def demo(
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Model file to write.")
    ] = "demo.hv",
    epochs: Annotated[int, typer.Option(metavar="N", help="Number of passes over the text.")] = 40,
    quiet: Quiet = False,
) -> None:
    """Train on a small English text that every machine has, and show what was learned.

    The text is the documentation of Python's standard library: small, but enough to learn which of
    its words go together. Takes less than a minute.
    """
    from huffvec.cli.standard_library import sentences
    from huffvec.cli.summary import show_summary
    from huffvec.files.suffixes import check_suffix
    from huffvec.objectives import HierarchicalSoftmax
    from huffvec.training.progress import progress_for
    from huffvec.training.train import train

    check_suffix(output, "huffvec")
    check_output(output, [])
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink), tempfile.TemporaryDirectory(prefix="huffvec-") as folder:
        text = Path(folder, "documentation.txt")
        with text.open("w", encoding="utf-8") as file:
            file.writelines(sentence + "\n" for sentence in sentences(sink.stage))
        model = train([text], HierarchicalSoftmax(), epochs=epochs, callbacks=sink)
        sink.close()
        model.save(output, "huffvec")
    if quiet:
        return
    show_summary(model, sink, output)
    print_table(_neighbours(model.vectors, SHOWN_WORDS))
    show_next(["nearest", output, "method"], ["train", "YOUR_TEXT.txt", "-o", "my.hv"])


def _neighbours(vectors: WordVectors, words: Sequence[str], k: int = 6) -> Table:
    """Return a table with a word and those nearest to it a line."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("word", style="bold")
    table.add_column("words that the text uses most alike", overflow="fold")
    for word in words:
        if word in vectors:
            table.add_row(word, "  ".join(found.word for found in vectors.nearest(word, k)))
    return table
