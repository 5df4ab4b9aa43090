"""``huffvec plot``: how training went."""

from __future__ import annotations

from typing import Annotated

import typer

from huffvec.cli.common import Quiet, check_output


def plot(
    logs: Annotated[
        list[str],
        typer.Argument(
            metavar="LOG", show_default=False, help="Logs that [bold]train --log[/bold] wrote."
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Picture to write: .png, .svg or .pdf."
        ),
    ] = "loss.png",
    quiet: Quiet = False,
) -> None:
    """Plot the loss and the learning rate of training runs.

    [dim]huffvec plot run.jsonl -o loss.png[/dim]
    """
    from huffvec.training.plot import plot_logs

    check_output(output, logs)
    plot_logs(logs, output)
    if not quiet:
        typer.echo(f"{output} written.")
