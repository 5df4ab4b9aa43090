"""How to train: every option, its default and its limits, in one frozen record."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from huffvec.architectures import ARCHITECTURES, ArchitectureName
from huffvec.checks import check_float
from huffvec.learning_rates import DEFAULT_END, DEFAULT_START
from huffvec.options import option, options_of
from huffvec.other_names import check_known_elsewhere
from huffvec.records import Options, completed
from huffvec.shared_options import (
    DEFAULT_MIN_COUNT,
    TEXT,
    deterministic_option,
    offload_option,
    seed_option,
    threads_option,
)
from huffvec.subwords import Subwords, as_subwords
from huffvec.threads import thread_count

MeanGradient = Literal["root", "corrected", "word2vec"]
WindowDraw = Literal["uniform", "fixed"]

MAX_DIM = 65_536
MAX_WINDOW = 1_000
METHOD = "How it learns"  # heading of the options for training, in help


class TrainingOptions(TypedDict, total=False):
    """The fields of `TrainingConfig` as keyword arguments, for type checkers."""

    architecture: ArchitectureName
    dim: int
    window: int | Literal["all"]
    window_draw: WindowDraw
    epochs: int
    subsample_threshold: float
    min_count: int
    learning_rate: float | None
    min_learning_rate: float | None
    n_threads: int
    offload_folder: str | os.PathLike[str] | None
    seed: int
    deterministic: bool
    mean_gradient: MeanGradient
    subwords: Subwords | str | tuple[int, int] | None
    position_weights: bool


def stride_of(dim: int) -> int:
    """Return the floats from one row of a weight table to the next: dim rounded up to 64 bytes."""
    return -(-dim // 16) * 16


@dataclass(frozen=True)
class TrainingConfig(Options):
    """All that decides how vectors are trained, apart from the objective and the text.

    Attributes
    ----------
    architecture
        ``"skipgram"``: each context word predicts the center word by its own vector.
        ``"cbow"``: the mean of the context words' vectors predicts it.
    dim
        Vector size (dimensions).
    window
        Context words on each side of a center word, at most. ``"all"``: all other words of the
        sentence, for baskets of items and other sets; of very long ones, the `MAX_WINDOW` nearest
        on each side.
    window_draw
        ``"uniform"``: the radius of every window is drawn from 1 to ``window``, so that near words
        count more. ``"fixed"``: it is ``window``; with ``"all"`` none is drawn.
    epochs
        Number of passes over the text.
    subsample_threshold
        Words with a frequency f (as a share of all tokens) above this threshold t are skipped at
        random: a token is kept with probability sqrt(t/f) + t/f, as in word2vec.c. 0 keeps all.
    min_count
        Words that occur less often are left out. A corpus that is encoded has its own, and refuses
        another that is given.
    learning_rate
        Initial learning rate; it falls linearly with the tokens trained. ``None``: by architecture,
        objective and size of the text (:mod:`huffvec.learning_rates`), when a run begins; the
        record of a run has the number.
    min_learning_rate
        Learning rate at the end, no larger. ``None``: a share of that at the start.
    n_threads
        Threads of the engine; 0 takes as many as this process may use.
    offload_folder
        Where the tables lie that are trained, in temporary files: they may be larger than memory
        then. ``None``: in memory.
    seed
        Seed of all random draws. With one thread, the same seed gives the same model, byte for
        byte.
    deterministic
        The same seed gives the same model, byte for byte, with any number of threads. It is another
        one than by default, and takes longer.
    mean_gradient
        Only for CBOW and subwords: what each of m rows gets of the gradient of their mean.
        ``"corrected"``: what the chain rule says, 1/m in CBOW; with subwords c/m, where c is how
        many rows the text's words have on average, but no more than all of it. ``"root"``: the
        square root of that. ``"word2vec"``: all of it, as in word2vec.c, gensim and fastText.
    subwords
        Character n-grams that words share: `huffvec.Subwords`, or their lengths alone, as ``"3-6"``
        or ``(3, 6)``. ``None`` trains whole words.
    position_weights
        Only for CBOW: learn a weight vector per window position, by which context vectors are
        multiplied elementwise (Mikolov et al. 2018).

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    called = "training option"

    architecture: ArchitectureName = option(
        "skipgram",
        panel=METHOD,
        help="skipgram: each neighbour alone predicts a word; better for rare words. cbow: their "
        "mean predicts it; faster.",
    )
    dim: int = option(
        100,
        low=1,
        high=MAX_DIM,
        metavar="N",
        help="Vector size (dimensions), usually 50 to 300.",
    )
    window: int | Literal["all"] = option(
        5,
        low=1,
        high=MAX_WINDOW,
        metavar="WORDS",
        help="Context words on each side; all: the whole line.",
    )
    window_draw: WindowDraw = option(
        "uniform",
        panel=METHOD,
        help="uniform: windows of 1 to {window} words, so that near ones count more; fixed: "
        "always {window}.",
    )
    epochs: int = option(
        5, low=1, high=1_000_000, metavar="N", help="Number of passes over the text."
    )
    subsample_threshold: float = option(
        1e-3,
        low=0.0,
        high=1.0,
        metavar="SHARE",
        panel=TEXT,
        help="Skip words above this share at random; 0: none.",
    )
    min_count: int = option(
        DEFAULT_MIN_COUNT,
        low=1,
        high=2**62,
        metavar="N",
        panel=TEXT,
        help="Leave out words that occur less often than this.",
    )
    learning_rate: float | None = option(
        None,
        above=0.0,
        high=10.0,
        metavar="RATE",
        panel=METHOD,
        when_none=DEFAULT_START,
        help="Initial learning rate; it falls linearly.",
    )
    min_learning_rate: float | None = option(
        None,
        low=0.0,
        high=10.0,
        metavar="RATE",
        panel=METHOD,
        when_none=DEFAULT_END,
        help="Learning rate at the end.",
    )
    n_threads: int = threads_option()
    offload_folder: str | os.PathLike[str] | None = offload_option()
    seed: int = seed_option(
        " With {n_threads=1}, the same seed gives the same model, byte for byte."
    )
    deterministic: bool = deterministic_option()
    mean_gradient: MeanGradient = option(
        "root",
        panel=METHOD,
        help="With cbow or {subwords}: the share of a mean's gradient that each of m rows gets: "
        "1/sqrt(m), 1/m or 1.",
    )
    subwords: Subwords | None = option(
        None,
        panel="Subwords",
        convert=as_subwords,
        help="Also learn character n-grams: inflected and rare words share them, and unseen words "
        "get vectors.",
    )
    position_weights: bool = option(
        False,
        panel=METHOD,
        only_for=("architecture", "cbow"),
        help="Learn weights per window position.",
    )

    def check_together(self) -> None:
        """Raise ConfigError unless the values fit each other."""
        ARCHITECTURES[self.architecture].check(self)
        if self.learning_rate is not None and self.min_learning_rate is not None:
            check_float("min_learning_rate", self.min_learning_rate, 0.0, self.learning_rate)

    @classmethod
    def check_names(cls, names: Sequence[str]) -> None:
        """Raise ConfigError if one is no option, with what it is called here if it is known."""
        for name in set(names) - set(options_of(cls)):
            check_known_elsewhere(name)
        super().check_names(names)

    @property
    def reach(self) -> int:
        """Places from a center word to the farthest of its context words, at most."""
        return MAX_WINDOW if self.window == "all" else self.window

    @property
    def draws_radius(self) -> bool:
        """Whether the radius of windows is drawn at random."""
        return self.window != "all" and self.window_draw == "uniform"

    @property
    def stride(self) -> int:
        """Floats from one row of a weight table to the next: dim rounded up to 64 bytes."""
        return stride_of(self.dim)

    def threads(self) -> int:
        """Return the number of threads to use: n_threads, or all that this process may use."""
        return thread_count(self.n_threads)

    with_options = Options.but

    @classmethod
    def of(
        cls, config: TrainingConfig | Mapping[str, Any] | None = None, **options: Any
    ) -> TrainingConfig:
        """Return a configuration, or the one that a dict of fields makes, with others replaced.

        Raises
        ------
        ConfigError
            If config is neither, a field is unknown or its value out of range.
        """
        return completed(cls, "huffvec.TrainingConfig", config, options)
