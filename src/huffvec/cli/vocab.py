"""``huffvec vocab``: count the words of a text."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from huffvec.cli.common import AsJson, Quiet, TextFiles, check_output, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.output import Fact, print_facts
from huffvec.config import TrainingConfig
from huffvec.corpus.options import InputOptions


@takes(some(TrainingConfig, "min_count", "n_threads", panel=""), InputOptions)
def vocab(
    files: TextFiles,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File to write: on each line a word, a tab and its count.",
        ),
    ] = "vocab.tsv",
    *,
    given: Given,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Count the words of a text, most frequent first."""
    from huffvec.corpus.encoding import count_words
    from huffvec.corpus.readers.sources import expand
    from huffvec.training.progress import progress_for

    config = TrainingConfig(**given[TrainingConfig])
    InputOptions(**given[InputOptions])
    paths = expand(files)
    check_output(output, paths)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        vocabulary, record = count_words(
            paths,
            min_count=given[TrainingConfig].get("min_count"),
            n_threads=config.threads(),
            progress=sink.stage,
            **given[InputOptions],
        )
    vocabulary.write_tsv(output)
    if as_json or not quiet:
        facts = [
            Fact("tokens", record.n_raw_tokens),
            Fact("different words", record.n_types),
            Fact("words kept", len(vocabulary)),
            Fact("tokens kept", vocabulary.n_tokens),
            Fact("sentences", record.n_raw_sentences),
            Fact("written", output),
        ]
        print_facts(facts, as_json=as_json)
