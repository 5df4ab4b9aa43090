"""``huffvec phrases``: join words that belong together."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import (
    AsJson,
    PlainTextFiles,
    Quiet,
    TextErrors,
    Threads,
    check_output,
    flag_names,
    show_next,
    stopping,
)
from huffvec.cli.output import Fact, Field, print_facts, print_rows
from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError
from huffvec.phrase_config import DEFAULT_THRESHOLDS, PhraseConfig

if TYPE_CHECKING:
    from huffvec.corpus.phrases import Joined, Phrases

_DEFAULTS = PhraseConfig()
_MEGABYTE = 1 << 20


def phrases(
    files: PlainTextFiles,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Text to write, with its phrases joined."
        ),
    ] = "joined.txt",
    found: Annotated[
        str | None,
        typer.Option(
            "--list",
            metavar="FILE",
            show_default=False,
            help="Also write all phrases, best first: phrase, score, count and pass, with tabs.",
        ),
    ] = None,
    score: Annotated[
        str,
        typer.Option(
            metavar="|".join(DEFAULT_THRESHOLDS),
            help="How much more often than by chance two words follow one another: as word2phrase "
            "measures it, from 0 on, or normalised mutual information, up to 1.",
        ),
    ] = _DEFAULTS.score,
    threshold: Annotated[
        float | None,
        typer.Option(
            metavar="X",
            show_default=", ".join(f"{n:g} for {name}" for name, n in DEFAULT_THRESHOLDS.items()),
            help="Pairs with a higher score are phrases: a lower one finds more.",
        ),
    ] = None,
    min_count: Annotated[
        int, typer.Option(metavar="N", help="Leave out words and pairs that occur less often.")
    ] = _DEFAULTS.min_count,
    delta: Annotated[
        float | None,
        typer.Option(
            metavar="X",
            show_default="min-count",
            help="Subtracted from the count of a pair by word2phrase, against pairs of rare words.",
        ),
    ] = None,
    passes: Annotated[
        int,
        typer.Option(
            metavar="N", help="Passes over the text: each joins what was found to longer phrases."
        ),
    ] = _DEFAULTS.passes,
    delimiter: Annotated[
        str, typer.Option(metavar="TEXT", help="What joins the words of a phrase.")
    ] = _DEFAULTS.delimiter,
    max_memory: Annotated[
        int, typer.Option(metavar="MB", help="Megabytes for counting pairs of words.")
    ] = _DEFAULTS.max_memory // _MEGABYTE,
    k: Annotated[int, typer.Option("-k", metavar="N", help="How many phrases to show.")] = 10,
    threads: Threads = 0,
    errors: TextErrors = "strict",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find phrases such as "new york" in a text and join their words: "new_york"."""
    from huffvec.checks import check_int
    from huffvec.corpus.phrases import find_phrases
    from huffvec.inputs.options import check_errors
    from huffvec.inputs.sources import expand, is_named_compressed
    from huffvec.inputs.unpacking import plain_texts
    from huffvec.training.progress import progress_for

    with flag_names():
        check_int("max_memory", max_memory, 1, 2**40)
        config = PhraseConfig(
            score, threshold, min_count, delta, passes, delimiter, max_memory * _MEGABYTE
        )
        n_threads = TrainingConfig(n_threads=threads).threads()
        check_errors(errors)
    paths = expand(files)
    if is_named_compressed(output):
        raise ConfigError(
            f"phrases writes plain text, and {output!r} is named as compressed text is: name it "
            f"{Path(output).stem!r} and compress it then."
        )
    if found == output:
        raise ConfigError("--list and --output name the same file; give each a name of its own")
    for path in (output, found):
        if path is not None:
            check_output(path, paths)
    sink = progress_for(sys.stderr, quiet=quiet)
    # They are read several times. Where the joined text has room, an unpacked copy may have some.
    folder = Path(output).resolve().parent
    with stopping(sink), plain_texts(paths, folder, sink.stage) as texts:
        result = find_phrases(
            texts, config, n_threads=n_threads, errors=errors, progress=sink.stage
        )
        joined = result.join_files(
            texts, output, n_threads=n_threads, errors=errors, progress=sink.stage
        )
    if found is not None:
        result.write_tsv(found)
    if as_json or not quiet:
        _show(result, joined, k, output, as_json=as_json)


def _show(result: Phrases, joined: Joined, k: int, output: str, *, as_json: bool) -> None:
    """Print the best phrases, what was counted and what was not."""
    best = [(phrase.words, phrase.score, phrase.count) for phrase in result.phrases[:k]]
    if best and not as_json:
        fields = [Field("best phrases"), Field("score", ".4g", ".6g"), Field("count")]
        print_rows(fields, best)
    facts = [
        Fact("tokens", joined.n_tokens),
        Fact("tokens after joining", joined.n_joined_tokens),
        Fact("phrases", len(result)),
    ]
    facts += [
        Fact(
            f"dropped in pass {number}",
            floor,
            f"pairs that occur less than {floor:,} times: --max-memory",
        )
        for number, floor in enumerate(result.count_floor, 1)
        if floor
    ]
    if as_json:
        facts.append(Fact("best", best))
    print_facts([*facts, Fact("written", output)], as_json=as_json)
    if not as_json:
        show_next(["train", output])
