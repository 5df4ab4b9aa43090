"""What is taken for a phrase: every option, its default and its limits."""

from __future__ import annotations

from dataclasses import dataclass

from huffvec.checks import check_choice, check_float, check_int, make_plain
from huffvec.errors import ConfigError
from huffvec.white_space import split_words

DEFAULT_THRESHOLDS = {"word2phrase": 100.0, "npmi": 0.5}
DEFAULT_MAX_MEMORY = 1 << 30
MIN_MEMORY = 1 << 20


@dataclass(frozen=True)
class PhraseConfig:
    """What is taken for a phrase.

    Attributes
    ----------
    score
        ``"word2phrase"`` or ``"npmi"``; see :mod:`huffvec.corpus.phrase_scores`.
    threshold
        Pairs with a higher score are phrases. ``None`` takes the score's default
        (`DEFAULT_THRESHOLDS`). Lower finds more phrases.
    min_count
        Words and pairs that occur less often are no part of phrases.
    delta
        Only for word2phrase: subtracted from the count of a pair, so that pairs of rare words do
        not win. ``None`` takes min_count.
    passes
        A phrase has at most 2^passes words.
    delimiter
        What joins the words of a phrase; no white space.
    max_memory
        Bytes for counting pairs, at least 1 MiB; the words and the phrases found come on top.

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    score: str = "word2phrase"
    threshold: float | None = None
    min_count: int = 5
    delta: float | None = None
    passes: int = 2
    delimiter: str = "_"
    max_memory: int = DEFAULT_MAX_MEMORY

    def __post_init__(self) -> None:
        make_plain(self)
        check_choice("score", self.score, tuple(DEFAULT_THRESHOLDS))
        check_int("min_count", self.min_count, 1, 2**62)
        check_int("passes", self.passes, 1, 16)
        check_int("max_memory", self.max_memory, MIN_MEMORY, 2**62)
        if self.delta is None:
            object.__setattr__(self, "delta", float(self.min_count))
        elif self.score == "npmi":
            raise ConfigError("delta is for the score word2phrase only, not for npmi")
        check_float("delta", self.delta, 0.0, 2.0**62)
        if self.threshold is None:
            object.__setattr__(self, "threshold", DEFAULT_THRESHOLDS[self.score])
        if self.score == "npmi":
            check_float("threshold", self.threshold, -1.0, 1.0, open_low=True)
        else:
            check_float("threshold", self.threshold, 0.0, 2.0**62)
        delimiter = self.delimiter
        if not isinstance(delimiter, str) or not delimiter or split_words(delimiter) != [delimiter]:
            raise ConfigError(
                f"delimiter must be one character or more, none of them white space, not "
                f"{delimiter!r}"
            )

    @property
    def least_score(self) -> float:
        """The threshold, never ``None``."""
        assert self.threshold is not None  # resolved in __post_init__
        return self.threshold

    @property
    def discount(self) -> float:
        """The delta, never ``None``."""
        assert self.delta is not None  # resolved in __post_init__
        return self.delta
