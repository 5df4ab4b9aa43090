"""The moments of sampled gradients; :mod:`huffvec.evaluation.gradient_bias` divides them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.evaluation.windows import windows_in_parts

if TYPE_CHECKING:
    from huffvec.corpus.sentences import Sentences
    from huffvec.evaluation.sampled_gradients import SampledGradient, WordIds
    from huffvec.model import Model

Floats = npt.NDArray[np.float64]


class Moments(NamedTuple):
    """What is summed over targets: arrays of one number for each case.

    g is the full softmax's gradient, G that of a draw, G_1 and G_2 the means over half of the draws
    each. D is G − g for targets drawn from the model's probabilities, where the mean of g is 0:
    what it takes away from G is noise.

    Attributes
    ----------
    distance
        (G_1 − g)·(G_2 − g).
    square
        |g|².
    along
        Mean of G·g.
    product
        G_1·G_2.
    variance
        Of G, by the difference of G_1 and G_2.
    drift
        D_1·D_2.
    mean_square
        E |g|² over such targets.
    """

    distance: Floats
    square: Floats
    along: Floats
    product: Floats
    variance: Floats
    drift: Floats
    mean_square: Floats


class Pair(NamedTuple):
    """A target, where it stands in the text, and a hidden vector that predicts it."""

    place: int
    target: int
    hidden: npt.NDArray[np.float32]


def pairs_of(
    model: Model, corpus: Sentences, places: npt.NDArray[np.int64], rng: np.random.Generator
) -> Iterator[Pair]:
    """Yield places with their targets and a hidden vector that predicts each."""
    remaining = iter(places.tolist())
    for targets, contexts in windows_in_parts(model, corpus, places):
        hidden = model.hidden_of(contexts)
        uses = np.arange(len(targets))
        if hidden.uses is not None and hidden.bounds is not None:
            sizes = np.diff(hidden.bounds, append=len(hidden.uses))
            uses = hidden.uses[hidden.bounds + rng.integers(sizes)]
        for target, use in zip(targets.tolist(), uses.tolist(), strict=True):
            yield Pair(next(remaining), target, hidden.vectors[use])


def moments_of(
    cases: Sequence[SampledGradient],
    log_probs: Floats,
    rows: Floats,
    pair: Pair,
    n: int,
    rng: np.random.Generator,
) -> Moments:
    """Return the moments for a target, with n draws for each of two halves.

    Parameters
    ----------
    cases
        Whose gradients.
    log_probs
        The model's, of all words, (n_words,).
    rows
        Output rows, float64 (n_words, dim).
    pair
        The target.
    n, rng
        How many draws, and of what.
    """
    probs = np.exp(log_probs)
    sums = np.cumsum(probs)
    drawn = np.searchsorted(sums[:-1], rng.random(2 * n) * sums[-1], side="right")
    means = np.empty((len(cases), 4, len(probs)))
    drawn_full = probs - _mean_by_word(drawn[:, None], np.ones((2 * n, 1)), len(probs))
    for mean, case in zip(means, cases, strict=True):
        words = np.column_stack([np.full(2 * n, pair.target), case.draw(pair.place, 2 * n, rng)])
        mean[:2] = _mean_derivatives(case, log_probs, words)
        words[:, 0] = drawn
        mean[2:] = _mean_derivatives(case, log_probs, words) - drawn_full
    gradients = (means.reshape(-1, len(probs)) @ rows).reshape(len(cases), 4, -1)
    one, two, drift_one, drift_two = gradients.swapaxes(0, 1)
    expected = probs @ rows
    full = expected - rows[pair.target]
    mean_square = probs @ np.einsum("ij,ij->i", rows, rows) - expected @ expected
    return Moments(
        distance=_products(one - full, two - full),
        square=np.full(len(cases), full @ full),
        along=(one + two) @ full / 2,
        product=_products(one, two),
        variance=n * _products(one - two, one - two) / 2,
        drift=_products(drift_one, drift_two),
        mean_square=np.full(len(cases), mean_square),
    )


def _products(one: Floats, two: Floats) -> Floats:
    """Return the product of each two rows, (n,)."""
    products: Floats = np.einsum("ij,ij->i", one, two)
    return products


def _mean_derivatives(case: SampledGradient, log_probs: Floats, words: WordIds) -> Floats:
    """Return the mean derivatives by all words' scores, of either half of the draws, (2, V)."""
    return _mean_by_word(words, case.derivatives(log_probs, words), len(log_probs))


def _mean_by_word(words: WordIds, values: Floats, n_words: int) -> Floats:
    """Return the rows' mean sum of values for each word, of either half of them, (2, n_words)."""
    n = len(words) // 2
    halves = [
        np.bincount(words[half].ravel(), values[half].ravel(), n_words)
        for half in (slice(n), slice(n, None))
    ]
    means: Floats = np.stack(halves) / n
    return means
