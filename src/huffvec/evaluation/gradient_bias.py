"""How far the gradients of objectives that draw words are from the full softmax's, by their number.

For a hidden vector h and its target w, the full softmax has the gradient ::

    g = Σ_x (p(x | h) − [x = w]) o_x            x over all words, o_x their output rows

An objective that draws words has one that is random, G. At the same probabilities p, those of a
trained model, its mean over many draws and its variance are compared with g::

    bias  = |E G − g| / |g|
    noise = sqrt(E |G − E G|²) / |g|            of one draw
    cosine of E G and g

All objectives are asked about the same model, each with the scores at which p is what it says
(:mod:`huffvec.evaluation.sampled_gradients`), so what differs is the estimate alone. For importance
sampling a bias is an error. The others do not estimate g: their losses are those of easier
problems (noise or not; which of a few words), whose gradient for one target is smaller, so that the
bias says how unlike the full softmax the steps are, and the cosine whether their direction is. What
makes such a loss right is that its gradient vanishes where the probabilities are right::

    drift = |E G| / sqrt(E |g|²)                the target, too, drawn from p

That is 0 for the full softmax, and more for what would drive right probabilities away.

The mean of n draws has an error of its own. Of two halves of the draws the errors are independent,
so (G_1 − g)·(G_2 − g) is |E G − g|² on average, without it. Sums over the sampled targets are
divided by each other. What is below its ``resolution`` cannot be told from 0: the root of twice the
standard error that the squared number has if it is 0. Of the bias, where targets differ besides, it
is an upper bound by the variance of the draws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from huffvec.checks import check_int, must_be
from huffvec.corpus.contexts import check_contexts
from huffvec.corpus.options import InputOptions
from huffvec.errors import ConfigError
from huffvec.evaluation.gradient_moments import Moments, moments_of, pairs_of
from huffvec.evaluation.heldout import open_heldout
from huffvec.evaluation.sampled_gradients import RULES, sampled_gradient
from huffvec.evaluation.windows import sample_places
from huffvec.html import html_table
from huffvec.objectives.bound import BoundWordRows
from huffvec.objectives.naming import AnyObjective, as_objective, text_of
from huffvec.progress.showing import shows_progress

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.corpus.options import InputKeywords
    from huffvec.corpus.sentences import Sentences
    from huffvec.model import Model
    from huffvec.objectives import Objective
    from huffvec.progress import Progress

SAMPLES = (1, 5, 20, 100, 500)


@dataclass(frozen=True)
class GradientBias:
    """How far an objective's gradient is from the full softmax's with a number of samples.

    Attributes
    ----------
    objective
        Its name, with the options that are not its defaults.
    samples
        Words besides the target.
    bias, bias_resolution
        Distance of the mean gradient from the full softmax's, relative to that; what is below the
        resolution cannot be told from 0.
    cosine
        Of the angle between the two.
    noise
        Standard deviation of the gradient of one draw, relative to the full softmax's.
    drift, drift_resolution
        What is left of the mean gradient where targets come with the model's probabilities,
        relative to the full softmax's root mean square; what is below the resolution cannot be
        told from 0.
    """

    objective: str
    samples: int
    bias: float
    bias_resolution: float
    cosine: float
    noise: float
    drift: float
    drift_resolution: float


@dataclass(frozen=True)
class GradientBiases:
    """The gradients of several objectives with several numbers of samples.

    Attributes
    ----------
    results
        One after the other, by objective and number of samples.
    n_targets
        Pairs of a hidden vector and a target that they are means of.
    draws
        How often words were drawn for each.
    """

    results: tuple[GradientBias, ...]
    n_targets: int
    draws: int

    def __repr__(self) -> str:
        objectives = ", ".join(dict.fromkeys(one.objective for one in self.results))
        return f"GradientBiases({objectives}; {self.n_targets:,} targets, {self.draws:,} draws)"

    def _repr_html_(self) -> str:
        head = ("objective", "samples", "bias", "cosine", "noise", "drift")
        rows = [
            (
                one.objective,
                f"{one.samples:,}",
                resolved(one.bias, one.bias_resolution),
                f"{one.cosine:.3f}",
                f"{one.noise:.3f}",
                resolved(one.drift, one.drift_resolution),
            )
            for one in self.results
        ]
        return html_table(head, rows, "Gradients against the full softmax's")

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


def resolved(value: float, resolution: float) -> str:
    """Return a number, or what it is at most."""
    return f"{value:.3f}" if value >= resolution else f"< {resolution:.3f}"


@shows_progress
def gradient_bias(
    model: Model,
    data: Any,
    objectives: Sequence[AnyObjective] = tuple(RULES),
    samples: Sequence[int] = SAMPLES,
    *,
    max_targets: int = 100,
    draws: int = 400,
    seed: int = 1,
    progress: Progress | bool | None = None,
    **options: Unpack[InputKeywords],
) -> GradientBiases:
    """Measure how far sampled gradients are from the full softmax's, at a model's probabilities.

    Parameters
    ----------
    model
        A model of any objective that has a row for each word.
    data
        Text that it was not trained on: what `huffvec.train` takes.
    objectives
        Those that are measured, with their options other than the number of samples.
    samples
        The numbers of samples. (Target sampling has one candidate more, the target.)
    max_targets
        Tokens whose gradients are looked at, drawn at random; in skip-gram each is predicted from
        one word of its window, drawn at random as well.
    draws
        How often words are drawn for each of them, an even number.
    seed
        Of all that is drawn.
    progress
        Called repeatedly with a stage's name, the bytes done and the total bytes; True shows a bar.
    **options
        Fields of `huffvec.corpus.InputOptions`, as for `huffvec.perplexity`.

    Raises
    ------
    ConfigError
        If an option is out of its range, an objective draws no words, or the model has no row for
        each word.
    CorpusError
        If the input cannot be read, or has nothing to predict.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    for name, several in (("objectives", objectives), ("samples", samples)):
        if not isinstance(several, (list, tuple)) or not several:
            raise must_be(name, "a list of at least one", several)
    reading = InputOptions.of(**{**InputOptions.recorded(model.training), **options})
    with open_heldout(data, model.vocabulary, reading, progress=progress) as corpus:
        return gradient_bias_of(
            model,
            corpus,
            [as_objective(objective) for objective in objectives],
            [check_int("samples", n, 1, 1_000_000) for n in samples],
            max_targets=check_int("max_targets", max_targets, 2, 2**31),
            draws=check_int("draws", draws, 2, 2**31),
            seed=check_int("seed", seed, 0, 2**63 - 1),
            progress=progress,
        )


def gradient_bias_of(
    model: Model,
    corpus: Sentences,
    objectives: Sequence[Objective],
    samples: Sequence[int] = SAMPLES,
    *,
    max_targets: int = 100,
    draws: int = 400,
    seed: int = 1,
    progress: Progress | None = None,
) -> GradientBiases:
    """Do the same as `gradient_bias` with a text that is encoded with the model's vocabulary."""
    if not isinstance(model.bound, BoundWordRows):
        raise ConfigError(
            "gradients are compared on a model with a row for each word, and "
            f"{model.objective.name} has none: take one of full-softmax, say"
        )
    check_contexts(corpus, model.vocabulary)
    cases = [
        (one, n, sampled_gradient(one, n, model.vocabulary, model.config, corpus))
        for one in objectives
        for n in samples
    ]
    rng = np.random.default_rng(seed)
    rows = model.output_vectors[: len(model.vocabulary)].astype(np.float64)
    places = sample_places(corpus, max_targets, seed)
    found = []
    for done, pair in enumerate(pairs_of(model, corpus, places, rng), 1):
        log_probs = model.predictor.log_probs(pair.hidden)
        sampled = [one for _, _, one in cases]
        found.append(moments_of(sampled, log_probs, rows, pair, draws // 2, rng))
        if progress is not None:
            progress("drawing gradients", 4 * done, 4 * len(places))
    by_case = np.moveaxis(np.array(found), 2, 0)
    results = [
        _result(objective, n, Moments(*own.T), draws // 2)
        for (objective, n, _), own in zip(cases, by_case, strict=True)
    ]
    return GradientBiases(tuple(results), len(places), 2 * (draws // 2))


def _result(objective: Objective, samples: int, moments: Moments, n: int) -> GradientBias:
    """Return what the moments, each (n_targets,), say; n draws are half of all."""
    square, product = moments.square.sum(), max(moments.product.sum(), 1e-300)
    drift_square = moments.drift.sum() / moments.mean_square.sum()
    # Two means of n draws have a product whose variance is at most (variance of a draw / n)².
    bias_error = np.linalg.norm(moments.variance) / n / square
    drift_error = np.linalg.norm(moments.drift) / moments.mean_square.sum()
    return GradientBias(
        objective=text_of(objective, without=("samples", "candidates")),
        samples=samples,
        bias=_root(moments.distance.sum() / square),
        bias_resolution=_root(2 * bias_error),
        cosine=float(moments.along.sum() / math.sqrt(product * square)),
        noise=math.sqrt(moments.variance.sum() / square),
        drift=_root(drift_square),
        drift_resolution=_root(2 * drift_error),
    )


def _root(square: float | np.floating[Any]) -> float:
    """Return the root of what is a square but for noise, and 0 if it is negative."""
    return math.sqrt(max(float(square), 0.0))
