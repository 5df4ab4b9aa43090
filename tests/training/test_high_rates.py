"""High learning rates: four times the default is no harm, and what diverges stops soon."""

from __future__ import annotations

import numpy as np
import pytest
from word_architectures import WORD_ARCHITECTURES

from huffvec import Subwords, TrainingConfig, Vocabulary
from huffvec.corpus import Sentences
from huffvec.errors import TrainingError
from huffvec.learning_rates import learning_rates
from huffvec.objectives import OBJECTIVES
from huffvec.training.callbacks import Callback, Report
from huffvec.training.checks import check_use
from huffvec.training.position import Position
from huffvec.training.progress import Silent
from huffvec.training.run import TrainingRun

N_WORDS, N_SENTENCES = 60, 500


class Epochs(Callback):
    """The mean losses of the epochs."""

    def __init__(self) -> None:
        self.losses: list[float] = []

    def epoch(self, report: Report) -> None:
        """Note an epoch's loss."""
        self.losses.append(report.loss)


@pytest.fixture(scope="module")
def small_text() -> tuple[Sentences, Vocabulary]:
    """Few lines of few words, by Zipf's law, most of which depend on the word before."""
    rng = np.random.default_rng(1)
    probs = 1 / np.arange(1.0, N_WORDS + 1)
    probs /= probs.sum()
    after = [rng.permutation(probs) for _ in range(N_WORDS)]
    sentences = []
    for length in rng.integers(5, 15, N_SENTENCES):
        sentence = [rng.choice(N_WORDS, p=probs)]
        while len(sentence) < length:
            sentence.append(rng.choice(N_WORDS, p=0.9 * after[sentence[-1]] + 0.1 * probs))
        sentences.append(sentence)
    ids = np.concatenate(sentences)
    counts = np.bincount(ids, minlength=N_WORDS)
    order = np.argsort(-counts, kind="stable")
    names = ["".join(rng.choice(list("aeiklmnorst"), 2 + k // 12)) + f"{k}" for k in range(N_WORDS)]
    words = Vocabulary(names, counts[order].clip(1))
    places = np.empty(N_WORDS, int)
    places[order] = np.arange(N_WORDS)
    return Sentences.from_arrays(places[ids], np.cumsum([0, *map(len, sentences)])), words


OPTIONS = [
    *({"architecture": name} for name in WORD_ARCHITECTURES),
    *({"architecture": name, "subwords": Subwords(buckets=500)} for name in WORD_ARCHITECTURES),
    {"architecture": "cbow", "position_weights": True},
    {"architecture": "cbow", "position_weights": True, "subwords": Subwords(buckets=500)},
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options.keys()))
@pytest.mark.parametrize("name", OBJECTIVES)
def test_four_times_the_default_rate_ends_below_the_start(small_text, name, options):
    corpus, vocabulary = small_text
    config = TrainingConfig(
        dim=32, window=2, epochs=5, n_threads=1, subsample_threshold=0, **options
    )
    objective = OBJECTIVES[name]()
    rate = learning_rates(config, objective, corpus.n_tokens / len(vocabulary)).start
    run = TrainingRun(corpus, vocabulary, objective, config.but(learning_rate=4 * rate))
    seen = Epochs()
    run.train(seen)
    assert seen.losses[-1] < run.bound.untrained_loss
    assert all(np.isfinite(rows).all() for rows in run.weights.values())


def test_a_run_that_diverges_stops_within_the_first_epoch(small_text):
    corpus, vocabulary = small_text
    long = Sentences.from_arrays(np.tile(corpus.ids, 2_000), [0, 2_000 * corpus.n_tokens])
    run = TrainingRun(long, vocabulary, OBJECTIVES["nce"](), TrainingConfig(dim=32, n_threads=1))
    run.weights["input_vectors"][:] = run.weights["output_vectors"][:1] = 1e4  # far off at once
    with pytest.raises(
        TrainingError, match=r"in epoch 1, after .* of .* tokens.* rate .* is .* a tenth"
    ):
        run.train(Silent())
    assert 0 < run.position.tokens < long.n_tokens


def test_a_last_epoch_far_above_the_start_is_an_error(small_text):
    corpus, vocabulary = small_text
    run = TrainingRun(corpus, vocabulary, OBJECTIVES["nce"](), TrainingConfig(epochs=1))
    run.position = Position(epochs_ended=1, tokens=7)
    check_use(run, 2 * run.bound.untrained_loss)
    with pytest.raises(TrainingError, match=r"after 7 of .* tokens: the loss is .* an untrained"):
        check_use(run, 2.01 * run.bound.untrained_loss)
