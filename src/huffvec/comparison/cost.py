"""What a step costs, as the vocabulary grows; and with it, how long a run will take.

The same text is trained on for a moment with only its V most frequent words left, for several V up
to all of them. What is measured is the wall time for each prediction of a target, by all threads
together, after a first moment that does not count. The loss has no part in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from huffvec.comparison.candidates import Candidate
from huffvec.comparison.split import Split, most_frequent
from huffvec.config import TrainingConfig
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.training.progress import Silent
from huffvec.training.run import TrainingRun

# A probe trains chunks this small, so that also the slowest objective has done one soon.
PROBE_CHUNK_TOKENS = 500
PROBE_TOKENS = 2_000_000
ENDLESS = 1_000_000  # epochs: a probe stops long before
SMALLEST, N_SIZES = 1_000, 5


@dataclass(frozen=True)
class Cost:
    """What training took for a moment.

    Attributes
    ----------
    n_words
        Words of the vocabulary.
    tokens
        Tokens trained.
    targets
        Predictions of a target: in skip-gram one for each pair of words, in CBOW for each window.
    seconds
        Wall time.
    """

    n_words: int
    tokens: int
    targets: float
    seconds: float

    @property
    def seconds_per_target(self) -> float:
        """Wall time of a prediction, all threads working."""
        return self.seconds / max(self.targets, 1.0)

    @property
    def tokens_per_second(self) -> float:
        """Tokens of the text trained in a second."""
        return self.tokens / self.seconds


def vocabulary_sizes(n_words: int) -> list[int]:
    """Return the sizes to measure at, from `SMALLEST` (less for a small text) to n_words."""
    smallest = max(2, min(SMALLEST, n_words // 8))
    return sorted({round(size) for size in np.geomspace(smallest, n_words, N_SIZES)})


def shortened(split: Split, n_words: int) -> tuple[Sentences, Vocabulary]:
    """Return the beginning of the training text with its n_words most frequent words only."""
    corpus = split.train
    if corpus.n_tokens > PROBE_TOKENS:
        offsets = corpus.sentence_offsets
        offsets = np.append(offsets[offsets < PROBE_TOKENS], PROBE_TOKENS)
        corpus = Sentences.from_arrays(corpus.ids[:PROBE_TOKENS], offsets)
    return most_frequent(corpus, split.vocabulary, n_words)


def measure_cost(
    corpus: Sentences,
    vocabulary: Vocabulary,
    candidate: Candidate,
    config: TrainingConfig,
    seconds: float,
) -> Cost:
    """Train for about this many seconds and return the time of a step.

    Raises
    ------
    HuffvecError
        If the candidate cannot be trained on this vocabulary.
    """
    config = config.with_options(epochs=ENDLESS, min_learning_rate=None)
    run = TrainingRun(
        corpus, vocabulary, candidate.objective, config, chunk_tokens=PROBE_CHUNK_TOKENS
    )
    n_chunks = config.threads()
    last, spent = Cost(len(vocabulary), 0, 0.0, 0.0), 0.0
    while spent < seconds and run.position.chunks + n_chunks <= run.n_chunks:
        first, before = run.position.chunks, run.position
        run.train_chunks(first, first + n_chunks, Silent())
        now = run.position
        took = now.seconds - before.seconds
        last = Cost(len(vocabulary), now.tokens - before.tokens, now.targets - before.targets, took)
        spent += took
        n_chunks *= 2 if took > seconds / 8 else 8
    return last
