"""What the subcommands share: how results, errors and stops are shown."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huffvec.cli.given import is_default
from huffvec.cli.output import Field, print_rows
from huffvec.errors import OutputError, Terminated
from huffvec.files.paths import PathLike

if TYPE_CHECKING:
    from huffvec.formats import Format
    from huffvec.training.progress import Silent

ModelFile = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        show_default=False,
        help="A model (.hv), or vectors in any format that [bold]convert[/bold] knows.",
    ),
]
TrainedModel = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        show_default=False,
        help="A model (.hv) as [bold]train[/bold] writes it; vectors alone cannot predict.",
    ),
]
HeldOutFiles = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        show_default=False,
        help="Text that the model was not trained on, in any form that train reads.",
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet", "-q", show_default=False, help="Show no progress and no summary, only errors."
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", show_default=False, help="Print JSON, for other programs.")
]
NearestCount = Annotated[int, typer.Option("-k", metavar="N", help="How many words to show.")]
Threads = Annotated[
    int,
    typer.Option(metavar="N", help="Number of threads; 0 uses all processors."),
]
Vocab = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel="The text",
        show_default=False,
        help="Words and counts that [bold]vocab[/bold] wrote, instead of counting.",
    ),
]


def objective_names(begun: str) -> list[str]:
    """Return the names of objectives that begin so, for shells."""
    from huffvec.objectives import OBJECTIVES

    return [name for name in OBJECTIVES if name.startswith(begun)]


ObjectiveName = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        autocompletion=objective_names,
        help="How words are predicted: a name, or NAME:OPTION=VALUE,… "
        "[bold]huffvec objectives[/bold] lists them.",
    ),
]


GraphFiles = Annotated[
    list[str],
    typer.Argument(
        metavar="GRAPH",
        show_default=False,
        help="Text with an edge a line (two nodes and, optionally, a weight, separated by spaces), "
        "or a table of edges (CSV, Parquet, Feather); see --format for others. Several files make "
        "one graph; they may be compressed.",
    ),
]


def _text_files(a_line: str, encoded: str = "") -> Any:
    """Return the argument of a command that reads text, maybe an encoded corpus, too."""
    return typer.Argument(
        metavar="FILE",
        show_default=False,
        help=f"Text: words separated by spaces, {a_line} a line, UTF-8; also .gz, .bz2, .xz and "
        f".zst, tables (CSV, JSON lines, Parquet, Feather){encoded}. Several files, folders and "
        "patterns such as 'part-*.txt' are read in order; - is standard input.",
    )


_TEXT_FILES = _text_files("a sentence", ", or a corpus that [bold]encode[/bold] wrote")
TextFiles = Annotated[list[str], _TEXT_FILES]
NewDocuments = Annotated[list[str], _text_files("a document")]
OptionalTextFiles = Annotated[list[str] | None, _TEXT_FILES]


def exit_code(stop: KeyboardInterrupt) -> int:
    """Return the code to exit with: 128 and the number of the signal."""
    return 128 + (stop.signal_number if isinstance(stop, Terminated) else signal.SIGINT)


@contextmanager
def saying_warnings() -> Iterator[None]:
    """Show warnings as messages on standard error, without the place in the code they come from."""

    def say(message: Warning | str, *_: Any, **__: Any) -> None:
        typer.echo(f"Warning: {message}", err=True)

    with warnings.catch_warnings():
        warnings.showwarning = say
        yield


@contextmanager
def stopping(
    sink: Silent, saved: str = "Nothing was written.", placed: Sequence[str] = ()
) -> Iterator[None]:
    """Close the progress at the end; on Ctrl-C say where the run stopped and exit with 130.

    On SIGTERM and other signals that ask to terminate the code is 128 and the signal's number.

    Parameters
    ----------
    sink
        The progress.
    saved
        What to say of what was written, where no checkpoint was.
    placed
        The options that say where to train, to go on there.
    """
    sink.placed = tuple(placed)
    try:
        yield
    except KeyboardInterrupt as stop:
        sink.close()
        how_to_resume = sink.how_to_resume
        typer.echo(f"Stopped {sink.where}. {how_to_resume or saved}", err=True)
        raise typer.Exit(exit_code(stop)) from None
    finally:
        sink.close()


def check_output(output: str, inputs: Sequence[PathLike], format: Format | None = None) -> None:
    """Raise OutputError unless the file can be written and is none of the inputs.

    Of a format of folders, unless the folder can be. A file that exists is replaced only if it was
    named, and not because a command's default is its name.
    """
    from huffvec.files.writing import check_writable

    if output == "-":
        raise OutputError(
            "Nothing is written to standard output: name a file with --output, not '-'."
        )
    for path in inputs:
        if Path(output).exists() and Path(path).exists() and Path(path).samefile(output):
            raise OutputError(
                f"The output {output!r} is also an input and would be lost. "
                "Give another name with --output."
            )
    if is_default("output", output) and Path(output).exists():
        raise OutputError(
            f"{output!r} exists already, and no output was named: name one with -o (or -o {output} "
            "to replace it)."
        )
    (format.check_writable if format else check_writable)(output)


def print_scored(
    heading: str,
    rows: Sequence[tuple[str, float]],
    score: str = "similarity",
    *,
    as_json: bool = False,
) -> None:
    """Print words and scores, best first."""
    specs = (".3f", ".6f") if score == "similarity" else (".4g", ".6g")
    word = "word" if as_json else heading
    print_rows([Field(word), Field(score, *specs)], rows, as_json=as_json, header=False)


def show_next(*commands: Sequence[str]) -> None:
    """Show huffvec commands that the user may type next: a message, so on standard error."""
    typer.echo("What to type next:", err=True)
    for args in commands:
        typer.secho(f"  {_command(args)}", bold=True, err=True)


def _command(args: Sequence[str]) -> str:
    """Return a huffvec command as it can be typed here, also where it is not on the PATH."""
    program = "huffvec"
    found, started = shutil.which(program), Path(sys.argv[0])
    if not found and started.name == program and started.exists():
        program = os.path.relpath(started)
    return shlex.join([program, *args])
