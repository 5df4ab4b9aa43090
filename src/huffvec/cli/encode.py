"""``huffvec encode``: a corpus in the form that training reads, to train on it many times."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from huffvec.cli.common import (
    AsJson,
    Quiet,
    TextFiles,
    Vocab,
    check_output,
    show_next,
    stopping,
)
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.output import Fact, print_facts
from huffvec.config import TrainingConfig
from huffvec.corpus.options import InputOptions
from huffvec.progress.words import format_bytes


@takes(some(TrainingConfig, "min_count", "n_threads", panel=""), InputOptions)
def encode(
    files: TextFiles,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="File to write (.hvc).")
    ] = "corpus.hvc",
    *,
    given: Given,
    vocab: Vocab = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Count and encode a corpus once, to train on it many times.

    [dim]huffvec encode 'part-*.txt.gz' -o wiki.hvc && huffvec train wiki.hvc -o wiki.hv[/dim]
    """
    from huffvec.corpus.encoding import encode as encode_corpus
    from huffvec.corpus.readers.sources import expand
    from huffvec.files.suffixes import check_suffix
    from huffvec.training.progress import progress_for

    config = TrainingConfig(**given[TrainingConfig])
    InputOptions(**given[InputOptions])
    paths = expand(files)
    check_suffix(output, "huffvec-corpus")
    check_output(output, paths)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        corpus = encode_corpus(
            paths,
            min_count=given[TrainingConfig].get("min_count"),
            vocabulary=vocab,
            n_threads=config.threads(),
            progress=sink.stage,
            **given[InputOptions],
        )
        sink.close()
        corpus.save(output)
    if as_json or not quiet:
        size = Path(output).stat().st_size
        facts = [
            Fact("tokens", corpus.n_tokens),
            Fact("tokens read", corpus.record.n_raw_tokens),
            Fact("words", len(corpus.vocabulary)),
            Fact("sentences" if corpus.tags is None else "documents", corpus.n_sentences),
            *([] if corpus.tags is None else [Fact("tags", len(corpus.tags.vocabulary))]),
            Fact("written", output),
            Fact("bytes", size, format_bytes(size)),
        ]
        print_facts(facts, as_json=as_json)
    if not (quiet or as_json):
        documents = [] if corpus.tags is None else ["--documents", "dbow"]
        show_next(["train", output, *documents, "-o", f"{Path(output).stem}.hv"])
