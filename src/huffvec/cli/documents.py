"""``--documents``: the architectures that have documents, and how else they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from huffvec.cli.declared import Given
from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError, OptionName
from huffvec.options import option
from huffvec.records import Options


@dataclass(frozen=True)
class Documents(Options):
    """How the command line asks for vectors of documents."""

    documents: Literal["dbow", "dbow-words", "dm"] | None = option(
        None,
        help="Vectors of documents, too. dbow: they alone predict words; dbow-words: so do words; "
        "dm: the mean of both.",
    )


def architecture_of(given: Given) -> dict[str, Any]:
    """Return the options of training that are given, with the architecture of the documents.

    Raises
    ------
    ConfigError
        If another architecture is given as well, or the value is none of those there are.
    """
    training = given[TrainingConfig]
    documents = Documents(**given[Documents]).documents
    if documents is None:
        return training
    architecture = training.get("architecture", documents)
    if architecture != documents:
        raise ConfigError(
            OptionName("documents", documents),
            " and ",
            OptionName("architecture", architecture),
            " are two ways to train: leave one out",
        )
    return {**training, "architecture": documents}
