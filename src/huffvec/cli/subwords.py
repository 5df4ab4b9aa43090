"""``--subwords SHORTEST-LONGEST`` and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass

from huffvec.cli.declared import Given, some
from huffvec.errors import ConfigError, OptionName
from huffvec.options import option
from huffvec.records import Options
from huffvec.subwords import Subwords, parse_lengths

_PANEL = "Subwords"


@dataclass(frozen=True)
class Lengths(Options):
    """How the command line asks for subwords."""

    subwords: str | None = option(
        None,
        metavar="SHORTEST-LONGEST",
        panel=_PANEL,
        help="Also learn character n-grams of these lengths, such as 3-6: inflected and rare words "
        "share them, and unseen words get vectors.",
    )


SUBWORDS = (Lengths, some(Subwords, "buckets", "hashes", "hash_words", panel=_PANEL))


def subwords_of(given: Given, before: Subwords | None = None) -> Subwords | None:
    """Return the subwords that are asked for, ``None`` for none.

    Parameters
    ----------
    given
        What was given on the command line.
    before
        Those of a configuration file, of which the options that are given are replaced.

    Raises
    ------
    ConfigError
        If an option has a bad value, or means nothing without the lengths of n-grams.
    """
    lengths, options = given[Lengths].get("subwords"), given[Subwords]
    if lengths is None and before is not None:
        return before.but(**options)
    if lengths is None:
        for name in options:
            raise ConfigError(
                OptionName(name),
                " has no effect without --subwords: add it, such as --subwords 3-6",
            )
        return None
    return Subwords(*parse_lengths(lengths), **options)
