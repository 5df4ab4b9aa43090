"""What of a model a page shows, and how."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from huffvec.options import option
from huffvec.records import Options
from huffvec.shared_options import threads_option

BY_CLUSTER, BY_FREQUENCY = "cluster", "frequency"
MAX_POINTS = 500_000


def _as_text(_name: str, value: object) -> object:
    """Return a path as text."""
    return os.fspath(value) if isinstance(value, os.PathLike) else value


class ExploreKeywords(TypedDict, total=False):
    """The fields of `ExploreOptions` as keyword arguments, for type checkers."""

    top: int
    colour: str | os.PathLike[str]
    n_clusters: int | None
    labels: str | os.PathLike[str] | None
    titles: Sequence[str]
    documents: bool
    seed: int
    n_threads: int


@dataclass(frozen=True)
class ExploreOptions(Options):
    """What of a model a page shows, and how.

    Attributes
    ----------
    top
        How many words, at most: the first ones, which mostly are the most frequent.
    colour
        What points are coloured by: ``"cluster"``, groups of similar words that k-means finds;
        ``"frequency"``; or a file with a word and its group a line, separated by a tab.
    n_clusters
        How many clusters; ``None``: more for more words, 8 to 48.
    labels
        A file with a word and what to show in its place a line, separated by a tab: the titles of
        items whose words are numbers, say. Words that are not in it are shown as they are.
    titles
        What the models are called, in order; empty: as their files.
    documents
        Whether the points are the model's documents, and not its words.
    seed
        Start of all random draws: the same seed makes the same map.
    n_threads
        0: all processors that the process may use.

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    called = "option of explore"

    top: int = option(
        50_000,
        low=2,
        high=MAX_POINTS,
        metavar="N",
        help=f"Show the N first words; {MAX_POINTS:,} at most.",
    )
    colour: str = option(
        BY_CLUSTER,
        convert=_as_text,
        metavar="cluster|frequency|FILE",
        help="Colour by clusters of similar words, by frequency, or by a file: word, tab, group.",
    )
    n_clusters: int | None = option(
        None,
        low=1,
        high=1_000,
        metavar="N",
        when_none="8 to 48, as there are words",
        help="Number of clusters.",
    )
    labels: str | None = option(
        None,
        convert=_as_text,
        metavar="FILE",
        help="What to show in place of words: word, tab, label a line.",
    )
    titles: Sequence[str] = option(
        (), metavar="NAME,NAME", help="What the models are called on the page."
    )
    documents: bool = option(False, help="Show a model's documents by their tags, not its words.")
    # k-means of scikit-learn takes no larger seed.
    seed: int = option(
        1, low=0, high=2**32 - 1, metavar="N", help="The same seed makes the same map."
    )
    n_threads: int = threads_option()

    @property
    def colours_file(self) -> str | None:
        """The file that says which group words are in, if there is one."""
        return None if self.colour in (BY_CLUSTER, BY_FREQUENCY) else self.colour
