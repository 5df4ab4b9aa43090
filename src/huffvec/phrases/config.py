"""What is taken for a phrase: every option, its default and its limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from huffvec.checks import check_float, must_be, plain
from huffvec.corpus.options import InputKeywords
from huffvec.corpus.white_space import split_words
from huffvec.errors import ConfigError, OptionName
from huffvec.options import option
from huffvec.records import Options

Scorer = Callable[[Any, Any, Any, int], Any]
"""Returns the scores of pairs, float64 (n_pairs,), from the counts of the pairs, of their left and
of their right parts, int64 (n_pairs,) each, and the number of tokens."""

ScoreName = Literal["npmi", "word2phrase"]
DEFAULT_THRESHOLDS = {"npmi": 0.4, "word2phrase": 100.0}
DEFAULT_NPMI_DELTA = 10.0
MIN_MEMORY = 1 << 20
ENGLISH_CONNECTORS: tuple[str, ...] = (
    *("a", "an", "the", "and", "or"),
    *("for", "of", "with", "without", "at", "from", "to", "in", "on", "by"),
)
"""Connector words of English; those of gensim's ``ENGLISH_CONNECTOR_WORDS``."""


class PhraseKeywords(InputKeywords, total=False):
    """The fields of `PhraseConfig` and `InputOptions` as keyword arguments, for type checkers."""

    score: ScoreName | Scorer
    threshold: float | Sequence[float] | None
    min_count: int
    delta: float | None
    passes: int
    delimiter: str
    max_memory: int
    connectors: Sequence[str] | str


def _delimiter(name: str, value: Any) -> str:
    """Return what joins words; raise ConfigError if it would split them again."""
    if not isinstance(value, str) or not value or split_words(value) != [value]:
        raise must_be(name, "one character or more, none of them white space", value)
    return value


def _connectors(name: str, value: Any) -> tuple[str, ...]:
    """Return the different words of a list or the English ones; raise ConfigError for others."""
    words = ENGLISH_CONNECTORS if value == "english" else plain(value)
    if not isinstance(words, tuple) or not all(
        isinstance(word, str) and word.split() == [word] for word in words
    ):
        raise must_be(name, "a list of words, or english", value)
    return tuple(dict.fromkeys(words))


@dataclass(frozen=True)
class PhraseConfig(Options):
    """What is taken for a phrase.

    Attributes
    ----------
    score
        ``"npmi"`` or ``"word2phrase"``; see :mod:`huffvec.phrases.scores`. Or a function of
        arrays of counts (`Scorer`), which needs a threshold.
    threshold
        Pairs with a higher score are phrases. Lower finds more phrases. One for all passes, or one
        for each, of which the last stands for later passes, too. ``None`` takes the score's default
        (`DEFAULT_THRESHOLDS`).
    min_count
        Words and pairs that occur less often are no part of phrases.
    delta
        Discount for rare pairs, see :mod:`huffvec.phrases.scores`. ``None`` takes
        `DEFAULT_NPMI_DELTA` for npmi, and min_count for word2phrase.
    passes
        A phrase has at most 2^passes words, connector words not counted.
    delimiter
        What joins the words of a phrase; no white space.
    max_memory
        Bytes for counting pairs, at least 1 MiB; the words and the phrases found come on top.
    connectors
        Words that may stand within a phrase, up to two in a row, but neither begin nor end one:
        with "of", "bank of america" is a pair of "bank" and "america". ``"english"`` stands for
        `ENGLISH_CONNECTORS`.

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    called = "phrase option"

    score: ScoreName | Scorer = option(
        "npmi",
        help="How to measure how much more often than by chance two words follow one another. "
        "npmi: normalised pointwise mutual information, 1 at most. word2phrase: the score of "
        "word2phrase, from 0 up.",
    )
    threshold: float | Sequence[float] | None = option(
        None,
        low=-(2.0**62),
        high=2.0**62,
        metavar="X[,X…]",
        when_none=", ".join(f"{n:g} for {name}" for name, n in DEFAULT_THRESHOLDS.items()),
        help="Pairs with a score above this are phrases: a lower threshold finds more. Give "
        "several for one pass each.",
    )
    min_count: int = option(
        5,
        low=1,
        high=2**62,
        metavar="N",
        help="Leave out words and pairs that occur less often.",
    )
    delta: float | None = option(
        None,
        low=0.0,
        high=2.0**62,
        metavar="X",
        when_none=f"{DEFAULT_NPMI_DELTA:g} for npmi, {{min_count}} for word2phrase",
        help="Discount for pairs of rare words: the higher it is, the lower they score.",
    )
    passes: int = option(
        2,
        low=1,
        high=16,
        metavar="N",
        help="Passes over the text: each joins phrases of the pass before into longer ones.",
    )
    delimiter: str = option(
        "_", metavar="TEXT", convert=_delimiter, help="What joins the words of a phrase."
    )
    max_memory: int = option(
        1 << 30,
        low=MIN_MEMORY,
        high=2**62,
        unit="bytes",
        help="Memory for counting pairs of words.",
    )
    connectors: Sequence[str] = option(
        (),
        metavar="WORD,WORD…",
        convert=_connectors,
        help="Words that may stand within a phrase, but not at its ends: with of, bank of america "
        "becomes bank_of_america.",
    )

    def check_together(self) -> None:
        """Set delta and the thresholds; raise ConfigError if they do not fit the score."""
        self._set_delta()
        self._set_threshold()

    @property
    def score_name(self) -> str:
        """The score's name; ``"own"`` for a function."""
        return "own" if callable(self.score) else self.score

    @property
    def discount(self) -> float:
        """The delta, never ``None``."""
        assert self.delta is not None  # resolved in __post_init__
        return self.delta

    def least_score(self, level: int) -> float:
        """Return the threshold of a pass, from 1 on."""
        assert isinstance(self.threshold, tuple)  # resolved in __post_init__
        return float(self.threshold[min(level, len(self.threshold)) - 1])

    def _set_delta(self) -> None:
        if callable(self.score) and self.delta not in (None, 0.0):
            raise ConfigError(
                OptionName("delta"), " is for the scores npmi and word2phrase, not for one of yours"
            )
        defaults = {"npmi": DEFAULT_NPMI_DELTA, "word2phrase": float(self.min_count), "own": 0.0}
        delta = defaults[self.score_name] if self.delta is None else self.delta
        self._set("delta", delta)

    def _set_threshold(self) -> None:
        threshold = self.threshold
        if threshold is None:
            if callable(self.score):
                raise ConfigError(
                    OptionName("threshold"), " must be given with a score of your own"
                )
            threshold = DEFAULT_THRESHOLDS[self.score]
        values: Any = threshold if isinstance(threshold, tuple) else (threshold,)
        if not 1 <= len(values) <= self.passes:
            expected = f"a number, or one for each of {self.passes} passes at most"
            raise must_be("threshold", expected, threshold)
        bounds = {"npmi": (-1.0, 1.0), "word2phrase": (0.0, 2.0**62), "own": (-(2.0**62), 2.0**62)}
        low, high = bounds[self.score_name]
        is_npmi = self.score_name == "npmi"
        checked = [check_float("threshold", value, low, high, open_low=is_npmi) for value in values]
        self._set("threshold", tuple(checked))
