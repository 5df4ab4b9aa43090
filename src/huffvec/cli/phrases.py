"""``huffvec phrases``: join words that belong together."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import AsJson, Quiet, TextFiles, check_output, show_next, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.output import Fact, Field, print_facts, print_rows
from huffvec.config import TrainingConfig
from huffvec.corpus.options import InputOptions
from huffvec.errors import ConfigError
from huffvec.phrases.config import ENGLISH_CONNECTORS, PhraseConfig

if TYPE_CHECKING:
    from huffvec.phrases.phrases import Joined, Phrases

_MEGABYTE = 1 << 20


@takes(
    some(PhraseConfig, without=("connectors", "max_memory"), panel=""),
    some(InputOptions, "column", "lowercase", "normalize", "tokenize", "errors"),
    some(TrainingConfig, "n_threads", panel=""),
)
def phrases(
    files: TextFiles,
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
            help="Also write all phrases, best first: phrase, score, count and pass, separated by "
            "tabs.",
        ),
    ] = None,
    save: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Also save the phrases, to join them in other texts with "
            "[bold]huffvec.Phrases.load[/bold].",
        ),
    ] = None,
    *,
    given: Given,
    connectors: Annotated[
        str | None,
        typer.Option(
            metavar="english|WORD,WORD…",
            show_default=False,
            help="Words that may stand within a phrase, but not at its ends: with "
            "[bold]of[/bold], bank of america becomes bank_of_america. english: "
            + " ".join(ENGLISH_CONNECTORS)
            + ".",
        ),
    ] = None,
    max_memory: Annotated[
        int, typer.Option(metavar="MB", help="Megabytes for counting pairs of words.")
    ] = PhraseConfig.max_memory // _MEGABYTE,
    k: Annotated[int, typer.Option("-k", metavar="N", help="How many phrases to show.")] = 10,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find phrases such as "new york" in a text and join their words: "new_york"."""
    from huffvec.checks import check_int
    from huffvec.corpus.readers.sources import expand
    from huffvec.corpus.unpacking import token_texts
    from huffvec.phrases.finding import find_phrases
    from huffvec.training.progress import progress_for

    check_int("max_memory", max_memory, 1, 2**40)
    config = PhraseConfig(
        **given[PhraseConfig],
        connectors=connectors_of(connectors),
        max_memory=max_memory * _MEGABYTE,
    )
    reading = InputOptions(**given[InputOptions])
    n_threads = TrainingConfig(**given[TrainingConfig]).threads()
    paths = expand(files)
    _check_outputs(output, found, save, paths)
    sink = progress_for(sys.stderr, quiet=quiet)
    # They are read several times. Where the joined text has room, an unpacked copy may have some.
    folder = Path(output).resolve().parent
    with stopping(sink), token_texts(paths, reading, folder, sink.stage) as texts:
        result = find_phrases(
            texts, config, n_threads=n_threads, errors=reading.errors, progress=sink.stage
        )
        joined = result.join_files(
            texts, output, n_threads=n_threads, errors=reading.errors, progress=sink.stage
        )
    if found is not None:
        result.write_tsv(found)
    if save is not None:
        result.save(save)
    if as_json or not quiet:
        _show(result, joined, k, output, as_json=as_json)


def _check_outputs(output: str, found: str | None, save: str | None, paths: Sequence[Path]) -> None:
    """Raise ConfigError or OutputError unless the files can be written, each of its own name."""
    from huffvec.corpus.readers.files import is_named_compressed

    if is_named_compressed(output):
        raise ConfigError(
            f"phrases writes plain text, and {output!r} is named as compressed text is: name it "
            f"{Path(output).stem!r} and compress it then."
        )
    written = [path for path in (output, found, save) if path is not None]
    if len(set(written)) < len(written):
        raise ConfigError(
            "--output, --list and --save name the same file; give each a name of its own"
        )
    for path in written:
        check_output(path, paths)


def connectors_of(text: str | None) -> str | tuple[str, ...]:
    """Return what ``--connectors`` says, as `PhraseConfig` takes it."""
    if text is None:
        return ()
    return text if text == "english" else tuple(text.split(","))


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
