"""The pictures of a comparison: what each shows, and the function that draws it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from huffvec.comparison.report.cost_plots import cost_against_vocabulary, depth_against_frequency
from huffvec.comparison.report.probability_plots import (
    calibrations,
    gradient_bias,
    reliability,
)
from huffvec.comparison.report.quality_plots import (
    quality_against_speed,
    quality_against_time,
    scores,
)
from huffvec.comparison.report.rate_plots import quality_against_rate, searched
from huffvec.comparison.report.style import Paper
from huffvec.comparison.results import Results
from huffvec.comparison.summary import summaries

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Plot(NamedTuple):
    """A picture of the report: its file's name, title, what it shows, and how it is drawn.

    One of all shows all comparisons, the others the first.
    """

    name: str
    title: str
    caption: str
    draw: Callable[[Results, Paper], Figure]
    of_all: bool = False


def available_plots(results: Results) -> list[Plot]:
    """Return the pictures that there are numbers for."""
    first = results.compared()
    done = [one for one in summaries(first) if one.status != "failed"]
    found = [_RATES] if searched(results) else []
    if done:
        found += [_QUALITY_SPEED, _QUALITY_TIME]
    if any(one.scores for one in done):
        found.append(_SCORES)
    if calibrations(first):
        found.append(_RELIABILITY)
    if first.gradients:
        found.append(_GRADIENTS)
    if any(len(costs) > 1 for costs in results.costs.values()):
        found.append(_COST)
    if first.trees:
        found.append(_DEPTH)
    return found


_RATES = Plot(
    "rates",
    "Quality against learning rate",
    "What each objective reaches at every rate that was tried with the first seed: up is better. "
    "The circle is the best, at which it is compared; the grey line is the rate without a search. "
    "A cross is a rate at which numbers overflowed. A flat curve: the rate matters little.",
    quality_against_rate,
    of_all=True,
)
_QUALITY_SPEED = Plot(
    "quality-speed",
    "Quality against speed",
    "Each point is an objective after all of its training: up is better, right is faster. Bars are "
    "the spread of the seeds; hollow points did not see all of the text in the time allowed. A "
    "grey line, if in sight, is what word frequencies alone reach, without looking at the context.",
    quality_against_speed,
)
_QUALITY_TIME = Plot(
    "quality-time",
    "Quality against time",
    "How the loss on a sample of the held-out text improved with the seconds of training (the time "
    "for measuring is not counted), means over the seeds: up is better, left is sooner. The "
    "learning rate falls to its end with each run, which is why all lines rise at last. Hollow "
    "marks are runs that did not see all of the text. The sample is a part of the held-out text, "
    "so its loss differs a little from that in the table. A grey line, if in sight, is the loss of "
    "word frequencies alone.",
    quality_against_time,
)
_SCORES = Plot(
    "scores",
    "Vectors against human judgement",
    "Word pairs: rank correlation × 100. Analogies: % answered right. Right is better. Bars are "
    "the spread of the seeds; bold is the best and what differs from it by no more than noise; "
    "hollow marks are runs that did not see all of the text.",
    scores,
)
_RELIABILITY = Plot(
    "reliability",
    "Whether probabilities are right",
    "All words in all contexts of a sample of the held-out text, by the probability that the model "
    "gives them: how often they come, divided by it. On the grey line the probabilities are right; "
    "above it words come more often than predicted. A line that rises to the right is "
    "under-confident, one that falls over-confident. Points are bins of at least 20 expected hits.",
    reliability,
)
_GRADIENTS = Plot(
    "gradient-bias",
    "Gradients of objectives that draw words",
    "At the probabilities of the best model with a row for each word. Bias: how far the mean "
    "gradient for a target is from the full softmax's. Drift: what is left of the mean gradient "
    "where targets come with the model's probabilities; it drives right probabilities away. "
    "Hollow marks cannot be told from 0. Target sampling has its candidates in place of samples.",
    gradient_bias,
)
_COST = Plot(
    "cost",
    "Cost of a step as the vocabulary grows",
    "Wall time for a prediction with only the V most frequent words of the text left: down is "
    "faster. The grey "
    "lines show how V, its logarithm and a constant grow, all from one point: compare slopes. "
    "Tables that no longer fit into the processor's caches make every step slower too.",
    cost_against_vocabulary,
)
_DEPTH = Plot(
    "depth",
    "Depth of the tree against word frequency",
    "How many decisions lead to words of a frequency: the mean, and shaded from the least to the "
    "most; fewer are faster. The grey line is −log₂ of the frequency, the depth of an ideal code. "
    "Numbers are means over the text; the grey one is the entropy, which no binary tree can beat.",
    depth_against_frequency,
)
