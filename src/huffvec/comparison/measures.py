"""Calibration and gradients' bias in ``results.json``: checked so that they can be drawn."""

from __future__ import annotations

from typing import Any

from huffvec.comparison.json_fields import (
    MAX_COUNT,
    Values,
    items,
    number,
    record,
    text,
    whole,
)
from huffvec.comparison.results import Gradients
from huffvec.evaluation.calibration import Calibration
from huffvec.evaluation.gradient_bias import GradientBias, GradientBiases
from huffvec.evaluation.reliability import ReliabilityBin
from huffvec.objectives.renamed import renamed_label

MAX_NATS, MAX_RATIO = 1e6, 1e12
LEAST_PROB = 1e-30  # log scales need numbers over 0


def read_calibration(values: Any, name: str) -> Calibration:
    """Return the calibration that a record has by a name; raise ValueError if it is not one."""
    own = record(values, name)
    shares = ("accuracy", "confidence", "ece", "ece_by_chance")
    errors = ("log_error", "log_error_by_chance", "nats", "entropy", "nats_std_error")
    return Calibration(
        n_targets=whole(own, "n_targets", 1),
        **{field: number(own, field, 0.0, 1.01) for field in shares},
        **{field: number(own, field, 0.0, MAX_NATS) for field in errors},
        top_bins=tuple(items(own, "top_bins", _bin)),
        word_bins=tuple(items(own, "word_bins", _bin)),
    )


def _bin(values: Values) -> ReliabilityBin:
    return ReliabilityBin(
        low=number(values, "low", 0.0, 1.01),
        high=number(values, "high", 0.0, 1.01),
        n_events=whole(values, "n_events", 1),
        predicted=number(values, "predicted", LEAST_PROB, 1.01),
        observed=number(values, "observed", 0.0, 1.0),
        std_error=number(values, "std_error", 0.0, 1.01),
    )


def read_gradients(values: Any, name: str) -> Gradients:
    """Return the gradients that a record has by a name; raise ValueError if they are not any."""
    own = record(values, name)
    biases = record(own, "biases")
    found = GradientBiases(
        results=tuple(items(biases, "results", _bias)),
        n_targets=whole(biases, "n_targets", 1),
        draws=whole(biases, "draws", 1),
    )
    if not found.results:
        raise ValueError("results must be one or more")
    return Gradients(renamed_label(text(own, "label")), number(own, "nats", 0.0, MAX_NATS), found)


def _bias(values: Values) -> GradientBias:
    ratios = ("bias", "bias_resolution", "noise", "drift", "drift_resolution")
    return GradientBias(
        objective=renamed_label(text(values, "objective")),
        samples=whole(values, "samples", 1, MAX_COUNT),
        cosine=number(values, "cosine", -MAX_RATIO, MAX_RATIO),
        **{field: number(values, field, 0.0, MAX_RATIO) for field in ratios},
    )
