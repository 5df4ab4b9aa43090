"""``huffvec vocab``: count the words of a text."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from huffvec.cli.common import (
    Quiet,
    TextErrors,
    TextFiles,
    Threads,
    check_output,
    facts_table,
    print_table,
    stopping,
)
from huffvec.config import TrainingConfig

_DEFAULTS = TrainingConfig()


def vocab(
    files: TextFiles,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="File to write: a word, a tab, its count a line."
        ),
    ] = "vocab.tsv",
    min_count: Annotated[
        int, typer.Option(metavar="N", help="Leave out words that occur less often than this.")
    ] = _DEFAULTS.min_count,
    threads: Threads = _DEFAULTS.n_threads,
    errors: TextErrors = "strict",
    quiet: Quiet = False,
) -> None:
    """Count the words of a text, most frequent first."""
    from huffvec.config import check_choice
    from huffvec.corpus.sources import expand_paths
    from huffvec.corpus.vocabulary import count_words
    from huffvec.training.progress import progress_for

    config = TrainingConfig(min_count=min_count, n_threads=threads)
    check_choice("errors", errors, ("strict", "replace"))
    paths = expand_paths(files)
    check_output(output, paths)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        counted = count_words(
            paths,
            min_count=min_count,
            n_threads=config.threads(),
            errors=errors,
            progress=sink.stage,
        )
    counted.vocabulary.write_tsv(output)
    if not quiet:
        print_table(
            facts_table(
                [
                    ("tokens", f"{counted.n_raw_tokens:,}"),
                    ("different words", f"{counted.n_types:,}"),
                    (f"… at least {min_count} times", f"{len(counted.vocabulary):,}"),
                    ("tokens of these", f"{counted.vocabulary.n_tokens:,}"),
                    ("sentences", f"{counted.n_sentences:,}"),
                    ("written", output),
                ]
            )
        )
