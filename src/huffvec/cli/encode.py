"""``huffvec encode``: a corpus in the form that training reads, to train on it many times."""

from __future__ import annotations

import sys
from pathlib import Path
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
    show_next,
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
    Vocab,
    VocabMemory,
    reading_of,
)
from huffvec.config import TrainingConfig
from huffvec.progress.words import format_bytes

_DEFAULTS = TrainingConfig()


def encode(
    context: typer.Context,
    files: TextFiles,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="File to write (.hvc).")
    ] = "corpus.hvc",
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
    vocab: Vocab = None,
    vocab_memory: VocabMemory = None,
    errors: TextErrors = "strict",
    threads: Threads = _DEFAULTS.n_threads,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Count and encode a corpus once, to train on it many times.

    [dim]huffvec encode 'part-*.txt.gz' -o wiki.hvc && huffvec train wiki.hvc -o wiki.hv[/dim]
    """
    from huffvec.corpus.encoding import encode as encode_corpus
    from huffvec.corpus.options import InputOptions
    from huffvec.corpus.readers.sources import expand
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.files.suffixes import check_suffix
    from huffvec.training.progress import progress_for

    with flag_names():
        config = TrainingConfig(min_count=min_count, n_threads=threads)
        reading = reading_of(context.params)
        InputOptions.of(**reading)
    vocabulary = None if vocab is None else Vocabulary.read_tsv(vocab)
    paths = expand(files)
    check_suffix(output, "huffvec-corpus")
    check_output(output, paths)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        corpus = encode_corpus(
            paths,
            min_count=if_given("min_count"),
            vocabulary=vocabulary,
            n_threads=config.threads(),
            progress=sink.stage,
            **reading,
        )
        sink.close()
        corpus.save(output)
    if as_json or not quiet:
        size = Path(output).stat().st_size
        facts = [
            Fact("tokens", corpus.n_tokens),
            Fact("tokens read", corpus.record.n_raw_tokens),
            Fact("words", len(corpus.vocabulary)),
            Fact("sentences", corpus.n_sentences),
            Fact("written", output),
            Fact("bytes", size, format_bytes(size)),
        ]
        print_facts(facts, as_json=as_json)
    if not (quiet or as_json):
        show_next(["train", output, "-o", f"{Path(output).stem}.hv"])
