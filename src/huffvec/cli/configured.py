"""``--config FILE``: options from a configuration file, where the command line gives none."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from huffvec.cli.declared import Given
from huffvec.cli.documents import architecture_of
from huffvec.cli.given import is_default
from huffvec.cli.subwords import subwords_of
from huffvec.corpus.options import InputOptions

ConfigFile = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        show_default=False,
        help="Read options from this file; those on the command line win.",
    ),
]


def options_with(path: str | None, objective: str, given: Given) -> tuple[dict[str, Any], Any]:
    """Return the options of training and of reading, and the objective.

    Parameters
    ----------
    path
        The configuration file, if there is one.
    objective
        What the command line says of it.
    given
        What else it says.

    Raises
    ------
    ConfigError
        If an option cannot be used.
    FormatError
        If the file cannot be read.
    """
    options: dict[str, Any] = {}
    if path is not None:
        from huffvec.training.config_file import read_config

        options = read_config(path)
    of_file = options.pop("objective", None)
    options |= {**given[InputOptions], **architecture_of(given)}
    options["subwords"] = subwords_of(given, options.get("subwords"))
    use_file = of_file is not None and is_default("objective", objective)
    return options, of_file if use_file else objective
