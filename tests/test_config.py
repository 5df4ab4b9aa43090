"""Options: defaults, limits and messages."""

import math
import os

import numpy as np
import pytest

import huffvec
from huffvec import BlackOut
from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError, FormatError
from huffvec.objectives import NCE, HierarchicalSoftmax, NegativeSampling, by_name, from_dict


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dim": 0}, r"dim must be a whole number from 1 to 65536, not 0"),
        ({"dim": 65_537}, "dim must be"),
        ({"dim": 1.5}, "dim must be"),
        ({"dim": True}, "dim must be"),
        ({"window": 0}, "window must be"),
        ({"window": 1_001}, "window must be"),
        ({"epochs": -1}, "epochs must be"),
        ({"min_count": 0}, "min_count must be"),
        ({"n_threads": -1}, "n_threads must be"),
        ({"n_threads": 1_025}, "n_threads must be"),
        ({"seed": -1}, "seed must be"),
        ({"seed": 2**63}, "seed must be"),
        ({"subsample_threshold": math.nan}, "subsample_threshold must be a number from 0 to 1"),
        ({"subsample_threshold": -1e-9}, "subsample_threshold must be"),
        ({"subsample_threshold": 2}, "subsample_threshold must be"),
        ({"learning_rate": 0}, "learning_rate must be a number over 0 and up to 10"),
        ({"learning_rate": math.inf}, "learning_rate must be"),
        ({"learning_rate": math.nan}, "learning_rate must be"),
        ({"learning_rate": "fast"}, "learning_rate must be"),
        (
            {"learning_rate": 0.025, "min_learning_rate": 0.1},
            "min_learning_rate must be a number from 0 to 0.025, not 0.1",
        ),
        ({"architecture": "skip-gram"}, "one of skipgram, cbow.*Did you mean 'skipgram'"),
        ({"mean_gradient": "correct"}, "Did you mean 'corrected'"),
    ],
)
def test_values_out_of_range(options, message):
    with pytest.raises(ConfigError, match=message):
        TrainingConfig(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"samples": 0}, "samples must be a whole number from 1 to 1000000"),
        ({"samples": 1_000_001}, "samples must be"),
        ({"proposal": 0.5}, "proposal must be unigram.a with a number a, .* not 0.5"),
        ({"share": 0}, "share must be a whole number from 1 to 64"),
    ],
)
def test_objective_values_out_of_range(options, message):
    with pytest.raises(ConfigError, match=message):
        NegativeSampling(**options)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("negative-sampling", {"negatives": 5}, "^negatives is called samples now$"),
        ("blackout", {"exponent": 0.4}, "exponent is called proposal now, with a power .* as in"),
        ("nce", {"samples": 0}, "samples must be a whole number from 1 to 1000000"),
        ("nce", {"proposal": "unigram^11"}, "proposal exponent must be a number from -10 to 10"),
        (
            "importance-sampling",
            {"samples": 9, "max_samples": 8},
            "max_samples must not be less than samples, 9, not 8",
        ),
        ("nce", {"log_z": math.inf}, "log_z must be a number from -1000 to 1000"),
        ("sampled-softmax", {"samples": 0}, "samples must be a whole number from 1 to 1000000"),
        ("sampled-softmax", {"proposal": "zipf"}, "proposal must be unigram.*, not 'zipf'"),
        ("sampled-softmax", {"proposal": "unigram^x"}, "proposal must be .*, not 'unigram.x'"),
        ("sampled-softmax", {"proposal": "unigram^nan"}, "proposal exponent must be a number"),
        ("target-sampling", {"candidates": 1}, "candidates must be a whole number from 2 to"),
        ("blackout", {"samples": 0}, "samples must be a whole number from 1 to 1000000"),
        (
            "blackout",
            {"proposal": "unigram^-11"},
            "proposal exponent must be a number from -10 to 10",
        ),
        ("self-normalized-softmax", {"alpha": -1}, "alpha must be a number from 0 to 100"),
        ("infrequent-normalization", {"alpha": 0}, "alpha must be a number over 0 and up to 100"),
        ("infrequent-normalization", {"gamma": 1.1}, "gamma must be a number over 0 and up to 1"),
        ("adaptive-softmax", {"cutoffs": (3, 3)}, r"cutoffs must rise, and \[3, 3\] do not"),
        ("adaptive-softmax", {"cutoffs": (0,)}, "cutoffs must be a whole number from 1 to"),
        ("adaptive-softmax", {"cutoffs": 9}, "cutoffs must be one or more whole numbers, not 9"),
        ("adaptive-softmax", {"div_value": 0.5}, "div_value must be a number from 1 to 1000"),
        ("differentiated-softmax", {"band_dims": ()}, "band_dims must be one or more whole num"),
        (
            "differentiated-softmax",
            {"cutoffs": (2, 5), "band_dims": (8, 8)},
            "band_dims must be one more than cutoffs, 3, not 2",
        ),
    ],
)
def test_values_of_other_objectives_out_of_range(name, options, message):
    with pytest.raises(ConfigError, match=message):
        by_name(name)(**options)


def test_unknown_names_suggest_the_nearest():
    with pytest.raises(ConfigError, match="Did you mean 'negative-sampling'"):
        by_name("negativ-sampling")
    with pytest.raises(ConfigError, match="Did you mean 'window'"):
        TrainingConfig().with_options(windw=3)
    assert by_name("hierarchical-softmax") is HierarchicalSoftmax


def test_threads_default_to_those_this_process_may_use():
    assert TrainingConfig(n_threads=3).threads() == 3
    assert 1 <= TrainingConfig().threads() <= (os.cpu_count() or 1)


def test_stride_is_a_multiple_of_64_bytes():
    assert [TrainingConfig(dim=d).stride for d in (1, 16, 17, 200)] == [16, 16, 32, 208]


def test_dict_round_trip_and_its_errors():
    config = TrainingConfig(dim=7, architecture="cbow", seed=5)
    assert config.to_dict()["learning_rate"] is config.to_dict()["min_learning_rate"] is None
    assert TrainingConfig.from_dict(config.to_dict()) == config
    assert TrainingConfig().but(architecture="cbow", seed=5, dim=7) == config
    with pytest.raises(FormatError, match="unknown training options in the file: colour"):
        TrainingConfig.from_dict({"colour": "red"})
    with pytest.raises(FormatError, match="training options cannot be used: dim must be"):
        TrainingConfig.from_dict({"dim": 0})
    for broken in ({}, {"name": "x"}, {"name": "negative-sampling", "samples": -1}):
        with pytest.raises(FormatError, match="the file's objective cannot be used"):
            from_dict(broken)
    old = {"name": "nce", "noise_samples": 20, "noise_exponent": 0.1, "log_z": None}
    assert from_dict(old) == NCE(20, "unigram^0.1")
    assert from_dict({"name": "blackout", "samples": 3, "exponent": 1}) == BlackOut(3, "unigram^1")
    with pytest.raises(FormatError, match="unexpected keyword argument 'k'"):
        from_dict({"name": "hierarchical-softmax", "k": 1})


def test_windows():
    config = TrainingConfig(window="all")
    assert (config.reach, config.draws_radius) == (1000, False)
    assert TrainingConfig.from_dict(config.to_dict()) == config
    config = TrainingConfig(window=7, window_draw="fixed")
    assert (config.reach, config.draws_radius) == (7, False)
    old = TrainingConfig().to_dict()
    del old["window_draw"]  # of a file from before there was one
    assert TrainingConfig.from_dict(old).draws_radius
    with pytest.raises(ConfigError, match="window must be a whole number from 1 to 1000 or all"):
        TrainingConfig(window="every")
    with pytest.raises(ConfigError, match="window must be a number with position_weights"):
        TrainingConfig(window="all", architecture="cbow", position_weights=True)
    with pytest.raises(ConfigError, match="window_draw must be one of uniform, fixed"):
        TrainingConfig(window_draw="gauss")


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_all_is_the_whole_sentence_in_a_model_too(architecture, tmp_path):
    sentences = [[f"w{(7 * k + n) % 23}" for k in range(n)] for n in range(2, 40)]
    options = {"architecture": architecture, "dim": 6, "epochs": 1, "min_count": 1, "n_threads": 1}
    whole = huffvec.train(sentences, window="all", **options)
    wide = huffvec.train(sentences, window=50, window_draw="fixed", **options)
    drawn = huffvec.train(sentences, window=50, **options)
    assert (whole.input_vectors == wide.input_vectors).all()
    assert not np.allclose(whole.input_vectors, drawn.input_vectors)
    whole.save(tmp_path / "m.hv")
    assert huffvec.load(tmp_path / "m.hv").config.window == "all"
    assert huffvec.perplexity(whole, sentences) == huffvec.perplexity(wide, sentences)
    with_parts = huffvec.train(
        sentences, window="all", subwords=huffvec.Subwords(3, 3, 64), **options
    )
    assert np.isfinite(with_parts.input_vectors).all()
