"""``huffvec vocab``: count the words of a text."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from huffvec.cli.common import (
    AsJson,
    Quiet,
    TextErrors,
    TextFiles,
    Threads,
    check_output,
    flag_names,
    stopping,
)
from huffvec.cli.given import if_given
from huffvec.cli.output import Fact, print_facts
from huffvec.cli.reading import (
    Column,
    DropWords,
    GroupBy,
    Header,
    KeepWords,
    Lowercase,
    MaxLine,
    MaxWords,
    Normalize,
    OrderBy,
    Separator,
    Tokenize,
    VocabMemory,
    reading_of,
)
from huffvec.config import TrainingConfig

_DEFAULTS = TrainingConfig()


def vocab(
    context: typer.Context,
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
    min_count: Annotated[
        int, typer.Option(metavar="N", help="Leave out words that occur less often than this.")
    ] = _DEFAULTS.min_count,
    column: Column = None,
    group_by: GroupBy = None,
    order_by: OrderBy = None,
    separator: Separator = None,
    header: Header = None,
    max_line: MaxLine = None,
    lowercase: Lowercase = False,
    normalize: Normalize = None,
    tokenize: Tokenize = None,
    max_words: MaxWords = None,
    keep_words: KeepWords = None,
    drop_words: DropWords = None,
    vocab_memory: VocabMemory = None,
    threads: Threads = _DEFAULTS.n_threads,
    errors: TextErrors = "strict",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Count the words of a text, most frequent first."""
    from huffvec.corpus.encoding import count_words
    from huffvec.corpus.options import InputOptions
    from huffvec.corpus.readers.sources import expand
    from huffvec.training.progress import progress_for

    with flag_names():
        config = TrainingConfig(min_count=min_count, n_threads=threads)
        reading = reading_of(context.params)
        InputOptions.of(**reading)
    paths = expand(files)
    check_output(output, paths)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        vocabulary, record = count_words(
            paths,
            min_count=if_given("min_count"),
            n_threads=config.threads(),
            progress=sink.stage,
            **reading,
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
