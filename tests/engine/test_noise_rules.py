"""The engine's rules for noise words; the objectives that use them are in the contract test."""

import numpy as np
import pytest
from harness import CASES, N_WORDS, make_setting, start_tables, train_native, train_twin
from reference.outputs import Outputs
from reference.selectors import Noise

from huffvec.engine import available, engine

SAMPLES = 30  # of 23 words: repeats and hits of the target
PROBS = np.arange(1, N_WORDS + 1) / (N_WORDS * (N_WORDS + 1) / 2)


class EngineSide:
    """Stands for an objective with its words."""

    def output_layer(self, native):
        return native.NoiseSampling("ranking-nce", PROBS, SAMPLES, offsets=-np.log(PROBS))


class Twin(Noise):
    """The target and every draw, each once more when it is drawn once more."""

    def entries(self, target_id):
        return self.drawn

    def make(self, rows):
        offsets = [-np.log(self.probs[row]) for row in rows]
        return Outputs(rows, [1] + [0] * (len(rows) - 1), offsets, link="softmax")


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_a_softmax_counts_repeats_and_the_target_among_the_noise(isa, architecture):
    setting = make_setting(architecture=architecture, window=14)
    tables = start_tables(CASES["sampled"], 24)
    trained, totals = train_native(isa, EngineSide(), setting, tables)
    expected, total_loss, _ = train_twin(Twin(PROBS.tolist(), SAMPLES), setting, tables)
    for table, twin, start in zip(trained, expected, tables, strict=True):
        np.testing.assert_allclose(table, twin, rtol=0, atol=1e-4)
        assert np.abs(twin - start).max() > 0.05
    np.testing.assert_allclose(totals.loss, total_loss, rtol=1e-5)


@pytest.mark.parametrize(
    ("rule", "options", "message"),
    [
        ("softmax", {}, "rule must be one of negative-sampling, nce, ranking-nce, sampled-soft"),
        ("nce", {}, "offsets must be one by word, or none where the rule has none"),
        ("nce", {"offsets": PROBS[1:]}, "offsets must be one by word"),
        ("negative-sampling", {"offsets": PROBS}, "offsets must be one by word"),
        ("blackout", {"offsets": PROBS, "learn_log_z": True}, "only nce can learn log_z"),
        ("negative-sampling", {"share": 0}, "noise_probs, samples and share must not be empty"),
    ],
)
def test_rules_and_options_that_do_not_fit(rule, options, message):
    with pytest.raises(ValueError, match=message):
        engine().NoiseSampling(rule, PROBS, 5, **options)
