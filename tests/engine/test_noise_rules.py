"""The engine's rules for noise words; the objectives that use them are in the contract test."""

import numpy as np
import pytest
from harness import N_WORDS

from huffvec.engine import engine

PROBS = np.arange(1, N_WORDS + 1) / (N_WORDS * (N_WORDS + 1) / 2)


@pytest.mark.parametrize(
    ("rule", "options", "message"),
    [
        ("softmax", {}, "rule must be one of negative-sampling, nce, "),
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


@pytest.mark.parametrize(
    ("samples", "max_samples", "message"),
    [
        (0, 5, "proposal_probs and samples must not be empty or zero"),
        (6, 5, "max_samples must not be less than samples"),
    ],
)
def test_importance_sampling_of_nothing(samples, max_samples, message):
    with pytest.raises(ValueError, match=message):
        engine().ImportanceSampling(PROBS, samples, 3.0, max_samples)
