"""The noise distributions, from which noise words are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_float, must_be
from huffvec.corpus.ranks import ranks_of
from huffvec.options import option


def noise_probs(counts: npt.NDArray[np.int64], exponent: float) -> npt.NDArray[np.float64]:
    """Return counts**exponent, normalised to sum to 1; float64 (n_words,).

    Mikolov et al. 2013 found the exponent 0.75 best among unigram (1) and uniform (0) noise.
    Computed from logarithms so that no count or exponent overflows.
    """
    logs = exponent * np.log(np.maximum(counts, 1).astype(np.float64))
    weights = np.exp(logs - logs.max())
    probs: npt.NDArray[np.float64] = weights / weights.sum()
    return probs


def proposal_probs(counts: npt.NDArray[np.int64], proposal: str) -> npt.NDArray[np.float64]:
    """Return the distribution that a proposal's name stands for, float64 (n_words,).

    ``"uniform"``; ``"unigram^a"``: counts to the power a; ``"unigram"``: a = 1; ``"log-uniform"``:
    the word of rank r (from 0) has log((r + 2) / (r + 1)), about what Zipf's law says of words by
    their counts.

    Raises
    ------
    ConfigError
        If there is no such proposal.
    """
    exponent = _exponent(proposal)
    if exponent is None:
        steps = np.log1p(1 / np.arange(1.0, len(counts) + 1))
        probs: npt.NDArray[np.float64] = steps[ranks_of(counts)] / steps.sum()
        return probs
    return noise_probs(counts, exponent)


def samples_option(default: int, help: str) -> int:
    """Return the option of how many words are drawn; torch layers share a draw in a batch."""
    return option(default, low=1, high=1_000_000, metavar="WORDS", help=help)


def proposal_option(default: str) -> str:
    """Return the option of what words are drawn by, a name that `proposal_probs` knows."""
    return option(
        default,
        metavar="unigram^POWER|log-uniform|uniform",
        convert=_checked_proposal,
        help="What words are drawn by: their count to a power, their rank, or all equally often.",
    )


def _checked_proposal(_name: str, value: Any) -> Any:
    _exponent(value)
    return value


def _exponent(proposal: object) -> float | None:
    """Return the power of the counts that words are drawn by, None for by rank."""
    if proposal == "log-uniform":
        return None
    if proposal == "uniform":
        return 0.0
    base, power, exponent = str(proposal).partition("^")
    try:
        value = float(exponent) if power else 1.0
    except ValueError:
        base = ""
    if base != "unigram":
        expected = "unigram^a with a number a, log-uniform or uniform"
        raise must_be("proposal", expected, proposal)
    return check_float("proposal exponent", value, -10.0, 10.0)


def inclusion_probs(probs: npt.NDArray[np.float64], samples: int) -> npt.NDArray[np.float64]:
    """Return 1 − (1 − q)^samples for every q in probs, float64 (n_words,).

    That is the probability that a word is among the distinct words of so many draws, or how often
    it is expected there. It is samples · q for rare words and never 0.
    """
    included: npt.NDArray[np.float64] = -np.expm1(samples * np.log1p(-floored(probs)))
    return included


def floored(probs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the probabilities moved just off 0 and 1, so that their logarithms are finite."""
    inside: npt.NDArray[np.float64] = np.clip(probs, 1e-30, 1 - 1e-15)
    return inside
