"""What a layer has learned as a model of the trainer: to save, query and evaluate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError, ShapeError
from huffvec.model import Model
from huffvec.objectives import OBJECTIVES
from huffvec.torch.tables import floats
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.torch.layer import OutputLayer


def to_model(layer: OutputLayer, embedding: nn.Embedding, vocabulary: Vocabulary) -> Model:
    """Return a model whose hidden vector is the mean of the context's word vectors.

    That is CBOW: the network that a layer was trained with is not in it. Word vectors can be
    searched and evaluated, the model be saved, opened by `huffvec.load` and turned back into a
    layer by ``from_model``.

    Parameters
    ----------
    layer
        A layer without biases, which the trainer does not have.
    embedding
        (V, dim): the word vectors.
    vocabulary
        The words, with the counts that the layer was made from.

    Raises
    ------
    ConfigError
        If there is no such objective in the trainer, or the layer has biases.
    ShapeError
        If layer, embedding and vocabulary do not fit.
    """
    if layer.objective not in OBJECTIVES:
        raise ConfigError(f"the trainer has no {layer.objective}")
    if any("bias" in name for name, _ in layer.named_parameters()):
        raise ConfigError("the trainer's objectives have no biases; make the layer with bias=False")
    if embedding.weight.shape != (layer.n_words, layer.dim) or len(vocabulary) != layer.n_words:
        raise ShapeError(
            f"expected an embedding of shape ({layer.n_words}, {layer.dim}) and as many words, but "
            f"got {tuple(embedding.weight.shape)} and {len(vocabulary)} words"
        )
    config = TrainingConfig(architecture="cbow", dim=layer.dim)
    bound = layer.bind(vocabulary, config)
    return Model(
        vocabulary=vocabulary,
        weights={
            INPUT_VECTORS.name: floats(embedding.weight),
            OUTPUT_VECTORS.name: layer.model_rows(bound),
        },
        bound=bound,
        config=config,
    )
