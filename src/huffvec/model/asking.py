"""Hidden vectors and probabilities of a model's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.architectures.contexts import Contexts
from huffvec.corpus.tokens import Word, as_words
from huffvec.errors import ConfigError

if TYPE_CHECKING:
    from huffvec.model.model import Model


def hidden_of_words(model: Model, context: Word | Sequence[Word]) -> npt.NDArray[np.float32]:
    """Do the work of `huffvec.Model.hidden`."""
    words = [model.vectors.spelling(word) for word in as_words(context)]
    if not words:
        raise ConfigError("the context must have at least one word")
    sizes = None
    if model.config.subwords:
        sizes = np.diff(model.config.subwords.rows(words, model.vocabulary)[0])
    context = Contexts.around(np.arange(len(words)), np.array([0, len(words)]))
    rows = model.vectors[words]
    return (
        ARCHITECTURES[model.config.architecture].hidden(rows, context, sizes, model.weights).vectors
    )


def log_prob(model: Model, target: Word, context: Word | Sequence[Word], *, exact: bool) -> float:
    """Do the work of `huffvec.Model.log_prob`."""
    hidden = model.hidden(context)
    target_id = model.vectors.id_of(target)
    if exact:
        rows = np.arange(len(hidden))
        targets = np.full(len(hidden), target_id)
        log_probs = model.predictor.target_log_probs(hidden, rows, targets)
    else:
        log_z = model.bound.log_normaliser(model.output_vectors)
        if log_z is None:
            raise ConfigError(
                f"{model.objective.name} does not train its normaliser towards a constant, so "
                "probabilities without it mean nothing: leave out exact=False"
            )
        log_probs = hidden @ model.output_vectors[target_id] - log_z
    return float(np.logaddexp.reduce(log_probs) - np.log(len(hidden)))
