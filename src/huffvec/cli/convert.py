"""``huffvec convert``: vectors from one file format to another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huffvec.cli.common import ModelFile, Quiet, check_output
from huffvec.training.progress import format_bytes


def convert(
    model: ModelFile,
    output: Annotated[
        str, typer.Argument(metavar="OUTPUT", show_default=False, help="File to write.")
    ],
    to: Annotated[
        str | None,
        typer.Option(
            metavar="huffvec|word2vec-binary|word2vec-text|numpy",
            show_default="by OUTPUT's ending: .hv, .bin, .txt, .npz",
            help="Format to write.",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write vectors in another format, for other programs or from them.

    The format of MODEL is found out by itself. Formats other than huffvec's keep the words and
    their vectors only.
    """
    from huffvec.model import load_vectors

    check_output(output, [model])
    vectors = load_vectors(model)
    vectors.save(output, format=to)
    if not quiet:
        size = format_bytes(Path(output).stat().st_size)
        typer.echo(f"{len(vectors):,} words of {vectors.dim} numbers written to {output} ({size}).")
