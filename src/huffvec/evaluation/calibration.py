"""Whether a model's probabilities are right: how often words come that are given a probability.

Of the events that a calibrated model gives the probability p, a share p happens. Two kinds of
events are looked at, for a sample of the held-out targets, each predicted from its window as
:mod:`huffvec.evaluation.heldout` does:

* **Top-1**: the most probable word is the target (Guo et al. 2017, "On calibration of modern neural
  networks"). Targets are sorted by the probability of that word, the confidence, and cut into bins
  with as many targets each. The expected calibration error is the bins' mean |accuracy −
  confidence|. It speaks of one word in each context: of 68,000, nearly all go unseen.
* **All words**: every word of the vocabulary is an event in each context. They are binned by their
  probability, by factors of two; bins are joined from the least probable on until at least 20 hits
  are expected in each. Nearly all events have tiny probabilities, so the mean of |observed −
  predicted| would be about 0 for any model; what counts is by which factor the two differ. The
  error is the mean of |log(hits / expected hits)| over the bins, weighted by hits: by e^error the
  probability of a word that comes is wrong, on average.

Both are more than 0 by chance alone. What they would be on average if the model were right (the sum
of the bins' standard errors times √(2/π)) stands beside them; only what is well above it is an
error.

One number needs no bins (Braverman et al. 2020, "Calibration, entropy rates, and memory in language
models"): if targets really came with the model's probabilities, the mean of −log p(target) would
be the mean entropy of its predictions. If it is more, the model is over-confident, and by this many
nats it knows less than it says; if it is less, it is under-confident.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_int
from huffvec.corpus.contexts import check_contexts
from huffvec.corpus.options import InputOptions
from huffvec.evaluation.heldout import open_heldout
from huffvec.evaluation.reliability import (
    ReliabilityBin,
    Tally,
    expected_error,
    joined,
    log_error,
    tally_of,
    top_bins,
    word_bins,
)
from huffvec.evaluation.windows import sample_places, windows_in_parts
from huffvec.html import html_table
from huffvec.prediction import Ids, by_blocks
from huffvec.progress.showing import shows_progress

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.corpus.options import InputKeywords
    from huffvec.corpus.sentences import Sentences
    from huffvec.model import Model
    from huffvec.progress import Progress

MAX_TARGETS = 10_000


@dataclass(frozen=True)
class Calibration:
    """How far a model's probabilities are right.

    Attributes
    ----------
    n_targets
        Held-out tokens that were looked at.
    accuracy
        The share of them that the model held for the most probable word.
    confidence
        The mean probability of that word: more than accuracy is over-confident.
    ece
        Expected calibration error of the most probable word.
    ece_by_chance
        What that is on average for a model that is right.
    log_error
        Mean of |log(hits / expected hits)| over all words' bins, weighted by hits.
    log_error_by_chance
        What that is on average for a model that is right.
    nats
        Mean of -log p(target).
    entropy
        Mean entropy of the predictions in nats: less than nats is over-confident.
    nats_std_error
        Standard error of nats - entropy.
    top_bins
        The most probable words by their probabilities, least first.
    word_bins
        All words by their probabilities, least first.
    """

    n_targets: int
    accuracy: float
    confidence: float
    ece: float
    ece_by_chance: float
    log_error: float
    log_error_by_chance: float
    nats: float
    entropy: float
    nats_std_error: float
    top_bins: tuple[ReliabilityBin, ...]
    word_bins: tuple[ReliabilityBin, ...]

    def __repr__(self) -> str:
        facts = "; ".join(f"{name}: {value}" for name, value in self._rows())
        return f"Calibration({facts})"

    def _repr_html_(self) -> str:
        return html_table((), self._rows(), f"Calibration on {self.n_targets:,} targets")

    def _rows(self) -> list[tuple[str, str]]:
        return [
            ("most probable word right", f"{self.accuracy:.1%}, expected {self.confidence:.1%}"),
            ("ECE", f"{self.ece:.2%}, by chance {self.ece_by_chance:.2%}"),
            ("log error", f"{self.log_error:.3f}, by chance {self.log_error_by_chance:.3f}"),
            ("nats", f"{self.nats:.3f}, expected {self.entropy:.3f}"),
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


@shows_progress
def calibration(
    model: Model,
    data: Any,
    *,
    max_targets: int = MAX_TARGETS,
    seed: int = 1,
    progress: Progress | bool | None = None,
    **options: Unpack[InputKeywords],
) -> Calibration:
    """Measure how far a model's probabilities are right, on text that it was not trained on.

    The probabilities of all words are computed for every target, by all threads.

    Parameters
    ----------
    model
        The model.
    data
        What `huffvec.train` takes: files of any kind, an iterable of sentences, a table …
    max_targets
        Tokens that are looked at, drawn at random; all if the text has no more.
    seed
        Of that draw.
    progress
        Called repeatedly with a stage's name, the bytes done and the total bytes; True shows a bar.
    **options
        Fields of `huffvec.corpus.InputOptions`, as for `huffvec.perplexity`.

    Raises
    ------
    ConfigError
        If an option is out of its range.
    CorpusError
        If the input cannot be read, or has nothing to predict.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    max_targets = check_int("max_targets", max_targets, 1, 2**31)
    seed = check_int("seed", seed, 0, 2**63 - 1)
    reading = InputOptions.of(**{**InputOptions.recorded(model.training), **options})
    with open_heldout(data, model.vocabulary, reading, progress=progress) as corpus:
        return calibration_of(model, corpus, max_targets, seed, progress)


def calibration_of(
    model: Model,
    corpus: Sentences,
    max_targets: int = MAX_TARGETS,
    seed: int = 1,
    progress: Progress | None = None,
) -> Calibration:
    """Do the same as `calibration` with a text that is encoded with the model's vocabulary."""
    check_contexts(corpus, model.vocabulary)
    places = sample_places(corpus, max_targets, seed)
    tallies: list[Tally] = []

    def done(n_new: int) -> None:
        if progress is not None:
            n_done = sum(len(tally.tops) for tally in tallies) + n_new
            progress("predicting words", 4 * n_done, 4 * len(places))

    for targets, contexts in windows_in_parts(model, corpus, places):

        def tally(probs: npt.NDArray[np.float64], part: slice, targets: Ids = targets) -> Tally:
            return tally_of(probs, targets[part])

        tallies += by_blocks(model, contexts, tally, lambda part: done(part.stop))
    return _summary(joined(tallies))


def _summary(tally: Tally) -> Calibration:
    tops, words = top_bins(tally.tops, tally.is_top), word_bins(tally)
    ece, ece_by_chance = expected_error(tops)
    error, error_by_chance = log_error(words)
    surplus = tally.nats - tally.entropies
    return Calibration(
        n_targets=len(surplus),
        accuracy=float(tally.is_top.mean()),
        confidence=float(tally.tops.mean()),
        ece=ece,
        ece_by_chance=ece_by_chance,
        log_error=error,
        log_error_by_chance=error_by_chance,
        nats=float(tally.nats.mean()),
        entropy=float(tally.entropies.mean()),
        nats_std_error=float(surplus.std() / math.sqrt(len(surplus))),
        top_bins=tops,
        word_bins=words,
    )
