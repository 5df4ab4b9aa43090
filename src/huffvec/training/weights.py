"""The weights of a run as they begin, in rows of the engine's length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huffvec.architectures import ARCHITECTURES, weights_of
from huffvec.config import TrainingConfig
from huffvec.errors import OptionName
from huffvec.training.tables import zeroed_tables
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.engine import Engine
    from huffvec.weights import Weights


def allocate(config: TrainingConfig, n_words: int, n_outputs: int, n_tags: int = 0) -> Weights:
    """Return zeros for all that is trained, as `huffvec.training.tables.zeroed_tables`."""
    architecture = ARCHITECTURES[config.architecture]
    n_inputs = config.subwords.n_rows(n_words) if config.subwords else n_words
    numbers = {
        INPUT_VECTORS: n_inputs if architecture.has_word_vectors else 0,
        OUTPUT_VECTORS: n_outputs,
        **architecture.weights(config, n_tags),
    }
    n_rows = {weight.name: n for weight, n in numbers.items()}
    return zeroed_tables(n_rows, config, "the model", *_remedy(config))


def _remedy(config: TrainingConfig) -> tuple[str, ...]:
    """Return what makes tables smaller, as parts of a message."""
    fewer = (" and ", OptionName("buckets")) if config.subwords else ()
    return "lower ", OptionName("dim"), *fewer, ", or raise ", OptionName("min_count")


def set_start(native: Engine, config: TrainingConfig, padded: Weights) -> None:
    """Set the values that training begins with, as `huffvec.weights.Weight` has them."""
    architecture = ARCHITECTURES[config.architecture]
    half_width = (1.0 if config.subwords else architecture.start_width) / config.dim
    for weight in weights_of(config):
        if weight.start == "uniform":
            native.fill_uniform(padded[weight.name], config.dim, half_width, config.seed)
        elif weight.start == "ones":
            padded[weight.name][:, : config.dim] = 1
