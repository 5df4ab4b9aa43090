"""The engine's draws against their distributions.

Those of noise words are drawn by the twin, which the contract test shows to draw the same.
Each test alarms falsely with probability ALARM; seeds are fixed, so that a passing test goes on
passing until the draws change.
"""

import numpy as np
import pytest
from reference.rng import NOISE, AliasTable, Rng
from scipy import stats

from huffvec.corpus.subsampling import keep_thresholds
from huffvec.engine import engine
from huffvec.noise import inclusion_probs, noise_probs, proposal_probs

ALARM = 1e-6


def count_targets(sentences, thresholds, window, seed=3):
    """Train the sentences and return how many (context, center) pairs there were."""
    native = engine()
    n_words = len(thresholds)
    plan = native.TrainingPlan(
        ids=np.concatenate(sentences).astype(np.int32),
        sentence_offsets=np.cumsum([0] + [len(s) for s in sentences]).astype(np.int64),
        keep_thresholds=thresholds,
        input_rows=native.allocate_table(n_words, 16),
        output_rows=native.allocate_table(n_words, 16),
        output_layer=native.NoiseSampling("negative-sampling", np.full(n_words, 1 / n_words), 1),
        architecture="skipgram",
        mean_scale=1.0,
        mean_exponent=1.0,
        window=window,
        epochs=1,
        start_lr=0.1,
        end_lr=0.1,
        seed=seed,
        chunk_tokens=1_000,
    )
    trainer = native.Trainer(plan)
    trainer.start(0, trainer.n_chunks, 1)
    assert trainer.wait(60)
    return trainer.totals().targets


def draw(probs, n, seed):
    rng, table = Rng(seed, 0, NOISE), AliasTable(probs.tolist())
    return np.array([table.draw(rng) for _ in range(n)])


@pytest.mark.parametrize("exponent", [0.0, 0.5, 0.75, 1.0, -0.5])
def test_noise_words_follow_their_distribution(exponent):
    counts = np.array([5_000, 1_200, 900, 900, 300, 41, 40, 7, 1])
    probs = noise_probs(counts, exponent)
    np.testing.assert_allclose(probs, counts**exponent / (counts**exponent).sum(), rtol=1e-12)
    drawn = draw(probs, 100_000, 17)
    observed = np.bincount(drawn, minlength=len(counts))
    assert stats.chisquare(observed, probs * len(drawn)).pvalue > ALARM


def test_proposals():
    counts = np.array([50, 20, 9, 9, 1])
    np.testing.assert_allclose(proposal_probs(counts, "uniform"), 0.2)
    np.testing.assert_allclose(proposal_probs(counts, "unigram"), counts / 89)
    np.testing.assert_allclose(proposal_probs(counts, "unigram^0.5"), noise_probs(counts, 0.5))
    ranks = np.log(np.arange(2, 7) / np.arange(1, 6)) / np.log(6)
    np.testing.assert_allclose(proposal_probs(counts, "log-uniform"), ranks)


def test_inclusion_probs_are_how_often_a_word_is_among_the_samples():
    probs, n = noise_probs(np.array([5_000, 1_200, 900, 41, 7]), 0.75), 20_000
    drawn = draw(probs, 6 * n, 31).reshape(n, 6)
    for word_id, probability in enumerate(inclusion_probs(probs, 6)):
        hits = int((drawn == word_id).any(axis=1).sum())
        assert stats.binomtest(hits, n, probability).pvalue > ALARM / len(probs)
    extreme = np.array([1.0, 0.0, 1e-40])
    assert np.isfinite(np.log(inclusion_probs(extreme, 10))).all()


def test_noise_probs_do_not_overflow():
    probs = noise_probs(np.array([2**62, 10, 1]), 10.0)
    np.testing.assert_allclose(probs, [1, 0, 0], atol=1e-12)


@pytest.mark.parametrize("window", [1, 2, 5, 9])
def test_radii_are_uniform_from_one_to_window(window):
    """Sentences of every length up to window + 2 tell P(radius >= k) for every k."""
    n = 4_000
    for length in range(2, window + 3):
        thresholds = np.full(length + 1, 2**32 - 1, np.uint32)
        targets = count_targets([np.arange(1, length + 1)] * n, thresholds, window)
        mean = variance = 0.0
        for pos in range(length):
            sizes = [min(r, pos) + min(r, length - 1 - pos) for r in range(1, window + 1)]
            mean, variance = mean + np.mean(sizes), variance + np.var(sizes)
        if variance == 0:
            assert targets == n * mean
        else:
            z = (targets - n * mean) / np.sqrt(n * variance)
            assert 2 * stats.norm.sf(abs(z)) > ALARM / (window + 2)


@pytest.mark.parametrize("threshold", [1e-3, 1e-2, 0.2])
def test_subsampling_keeps_with_the_stated_probability(threshold):
    """A sentence of one word twice has its two targets exactly when both tokens are kept."""
    counts = np.array([60_000, 20_000, 8_000, 500, 12])
    thresholds = keep_thresholds(counts, threshold)
    frequencies = counts / counts.sum()
    keep = np.minimum(1, np.sqrt(threshold / frequencies) + threshold / frequencies)
    n = 20_000
    for word_id, probability in enumerate(keep):
        both = count_targets([np.full(2, word_id)] * n, thresholds, 5) / 2
        assert stats.binomtest(int(both), n, probability**2).pvalue > ALARM / len(counts)


def test_subsampling_can_be_switched_off():
    assert (keep_thresholds(np.array([10**9, 5, 1]), 0.0) == 2**32 - 1).all()


def test_start_vectors_are_uniform_and_the_padding_is_zero():
    table = engine().allocate_table(3_000, 48)
    engine().fill_uniform(table, 40, 0.5 / 40, 9)
    assert not table[:, 40:].any()
    assert stats.kstest(table[:, :40].ravel() * 40 + 0.5, "uniform").pvalue > ALARM
