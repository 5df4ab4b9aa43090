"""What is taken for a phrase: every option, its default and its limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from huffvec.checks import check_choice, check_float, check_int, make_plain
from huffvec.corpus.white_space import split_words
from huffvec.errors import ConfigError

Scorer = Callable[[Any, Any, Any, int], Any]
"""Returns the scores of pairs, float64 (n_pairs,), from the counts of the pairs, of their left and
of their right parts, int64 (n_pairs,) each, and the number of tokens."""

DEFAULT_THRESHOLDS = {"npmi": 0.4, "word2phrase": 100.0}
DEFAULT_NPMI_DELTA = 10.0
DEFAULT_MAX_MEMORY = 1 << 30
MIN_MEMORY = 1 << 20
ENGLISH_CONNECTORS: tuple[str, ...] = (
    *("a", "an", "the", "and", "or"),
    *("for", "of", "with", "without", "at", "from", "to", "in", "on", "by"),
)
"""Connector words of English; those of gensim's ``ENGLISH_CONNECTOR_WORDS``."""


@dataclass(frozen=True)
class PhraseConfig:
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
        with "of", "bank of america" is a pair of "bank" and "america".

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    score: str | Scorer = "npmi"
    threshold: float | Sequence[float] | None = None
    min_count: int = 5
    delta: float | None = None
    passes: int = 2
    delimiter: str = "_"
    max_memory: int = DEFAULT_MAX_MEMORY
    connectors: Sequence[str] = ()

    def __post_init__(self) -> None:
        make_plain(self)
        if not callable(self.score):
            check_choice("score", self.score, tuple(DEFAULT_THRESHOLDS))
        check_int("min_count", self.min_count, 1, 2**62)
        check_int("passes", self.passes, 1, 16)
        check_int("max_memory", self.max_memory, MIN_MEMORY, 2**62)
        self._set_delta()
        self._set_threshold()
        delimiter = self.delimiter
        if not isinstance(delimiter, str) or not delimiter or split_words(delimiter) != [delimiter]:
            raise ConfigError(
                f"delimiter must be one character or more, none of them white space, not "
                f"{delimiter!r}"
            )
        if isinstance(self.connectors, str) or not all(
            isinstance(word, str) and word.split() == [word] for word in self.connectors
        ):
            raise ConfigError(f"connectors must be a list of words, not {self.connectors!r:.80}")
        object.__setattr__(self, "connectors", tuple(dict.fromkeys(self.connectors)))

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
            raise ConfigError("delta is for the scores npmi and word2phrase, not for one of yours")
        defaults = {"npmi": DEFAULT_NPMI_DELTA, "word2phrase": float(self.min_count), "own": 0.0}
        delta = defaults[self.score_name] if self.delta is None else self.delta
        object.__setattr__(self, "delta", check_float("delta", delta, 0.0, 2.0**62))

    def _set_threshold(self) -> None:
        threshold = self.threshold
        if threshold is None:
            if callable(self.score):
                raise ConfigError("threshold must be given with a score of your own")
            threshold = DEFAULT_THRESHOLDS[self.score]
        values: Any = threshold if isinstance(threshold, tuple) else (threshold,)
        if not 1 <= len(values) <= self.passes:
            raise ConfigError(
                f"threshold must be a number, or one for each of {self.passes} passes at most, "
                f"not {threshold!r}"
            )
        bounds = {"npmi": (-1.0, 1.0), "word2phrase": (0.0, 2.0**62), "own": (-(2.0**62), 2.0**62)}
        low, high = bounds[self.score_name]
        is_npmi = self.score_name == "npmi"
        checked = [check_float("threshold", value, low, high, open_low=is_npmi) for value in values]
        object.__setattr__(self, "threshold", tuple(checked))
