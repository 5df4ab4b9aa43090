"""How to train a classifier: every option, its default and its limits, in one frozen record."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from huffvec.checks import check_float
from huffvec.config import MAX_DIM, METHOD, stride_of
from huffvec.options import option
from huffvec.records import Options, completed
from huffvec.shared_options import (
    TEXT,
    deterministic_option,
    offload_option,
    seed_option,
    threads_option,
)
from huffvec.subwords import Subwords, as_subwords
from huffvec.threads import thread_count

Weighting = Literal["tfidf", "mean"]
FEATURES = "What a document is made of"  # heading of the options for features, in help


class ClassifierOptions(TypedDict, total=False):
    """The fields of `ClassifierConfig` as keyword arguments, for type checkers."""

    dim: int
    epochs: int
    learning_rate: float | None
    min_learning_rate: float | None
    word_ngrams: int
    subwords: str | tuple[int, int] | None
    min_count: int
    min_ngram_count: int
    buckets: int
    weighting: Weighting
    n_threads: int
    offload_folder: str | os.PathLike[str] | None
    seed: int
    deterministic: bool


def _lengths(name: str, value: Any) -> tuple[int, int] | None:
    """Return the shortest and the longest n-grams of a text such as 2-5, or of a pair of numbers.

    ``None`` stays what it is.

    Raises
    ------
    ConfigError
        If it is none of these.
    """
    if value is None or value == "none":
        return None
    lengths = as_subwords(name, value)
    if not isinstance(lengths, Subwords):
        lengths = as_subwords(name, str(value))
    return lengths.min_n, lengths.max_n


@dataclass(frozen=True)
class ClassifierConfig(Options):
    """All that decides how a classifier is trained, apart from the objective and the examples.

    Attributes
    ----------
    dim
        Numbers of a feature's vector; 0: as many as labels, up to 128.
    epochs
        Number of passes over the examples; 0: by how many these are, at least 3
        (:mod:`huffvec.classify.defaults`).
    learning_rate, min_learning_rate
        At the start and, linearly in between, at the end. ``None``: by default.
    word_ngrams
        Words in a row that are a feature, at most; 1: words alone.
    subwords
        Characters of the shortest and the longest n-grams of a word that are features, the marks of
        its beginning and its end counted: a pair, or text such as ``"2-5"``. ``None``: no n-grams
        of characters.
    min_count, min_ngram_count
        Words, and n-grams, that occur less often in the examples are left out. With 0 for n-grams
        every bucket has a vector, as in fastText.
    buckets
        Numbers that n-grams are hashed to; those that occur often enough have a vector.
    weighting
        ``"tfidf"``: features count by how rare they are, and every document has the norm 1.
        ``"mean"``: the plain mean of fastText.
    n_threads
        Threads of the engine; 0 takes as many as this process may use.
    offload_folder
        Where the tables lie that are trained, in temporary files: they may be larger than memory
        then. ``None``: in memory.
    seed
        Seed of all random draws.
    deterministic
        The same seed gives the same classifier, byte for byte, with any number of threads.

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    called = "training option"

    dim: int = option(
        0,
        low=0,
        high=MAX_DIM,
        metavar="N",
        help="Vector size (dimensions); 0: as many as labels, up to 128.",
    )
    epochs: int = option(
        0,
        low=0,
        high=1_000_000,
        metavar="N",
        help="Number of passes over the examples; 0: the fewer examples, the more.",
    )
    learning_rate: float | None = option(
        None,
        above=0.0,
        high=100.0,
        metavar="RATE",
        panel=METHOD,
        when_none="by objective",
        help="Initial learning rate; it falls linearly.",
    )
    min_learning_rate: float | None = option(
        None,
        low=0.0,
        high=100.0,
        metavar="RATE",
        panel=METHOD,
        when_none="0",
        help="Learning rate at the end.",
    )
    word_ngrams: int = option(
        2,
        low=1,
        high=16,
        metavar="N",
        panel=FEATURES,
        help="Words in a row that are a feature, at most.",
    )
    subwords: tuple[int, int] | None = option(
        (2, 4),
        metavar="SHORTEST-LONGEST",
        panel=FEATURES,
        convert=_lengths,
        help="Character n-grams of these lengths are features too, such as 2-5: for short texts, "
        "misspelt words and languages with many forms.",
    )
    min_count: int = option(
        1,
        low=1,
        high=2**62,
        metavar="N",
        panel=TEXT,
        help="Leave out words that occur less often than this.",
    )
    min_ngram_count: int = option(
        2,
        low=0,
        high=2**31 - 1,
        metavar="N",
        panel=FEATURES,
        help="Leave out n-grams that occur less often than this; 0: every bucket has a vector, as "
        "in fastText's .bin files.",
    )
    buckets: int = option(
        2_000_000,
        low=1,
        high=2**31 - 1,
        metavar="N",
        panel=FEATURES,
        help="Numbers that n-grams are hashed to.",
    )
    weighting: Weighting = option(
        "tfidf",
        panel=FEATURES,
        help="tfidf: rare features count more, and long texts no more than short ones; mean: all "
        "features alike, as in fastText.",
    )
    n_threads: int = threads_option()
    offload_folder: str | os.PathLike[str] | None = offload_option()
    seed: int = seed_option()
    deterministic: bool = deterministic_option()

    def check_together(self) -> None:
        """Raise ConfigError unless the values fit each other."""
        if self.learning_rate is not None and self.min_learning_rate is not None:
            check_float("min_learning_rate", self.min_learning_rate, 0.0, self.learning_rate)

    @property
    def min_chars(self) -> int:
        """Characters of the shortest n-grams within words; 0: there are none."""
        return self.subwords[0] if self.subwords else 0

    @property
    def max_chars(self) -> int:
        """Characters of the longest n-grams within words; 0: there are none."""
        return self.subwords[1] if self.subwords else 0

    @property
    def subsample_threshold(self) -> float:
        """0: objectives are told that no label is ever skipped."""
        return 0.0

    @property
    def stride(self) -> int:
        """Floats from one row of a weight table to the next."""
        return stride_of(self.dim)

    def threads(self) -> int:
        """Return the number of threads to use."""
        return thread_count(self.n_threads)

    @classmethod
    def of(
        cls, config: ClassifierConfig | Mapping[str, Any] | None = None, **options: Any
    ) -> ClassifierConfig:
        """Return a configuration, or the one that a dict of fields makes, with others replaced.

        Raises
        ------
        ConfigError
            If config is neither, a field is unknown or its value out of range.
        """
        return completed(cls, "huffvec.classify.ClassifierConfig", config, options)
