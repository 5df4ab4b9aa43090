"""What a layer has learned as a model of the trainer: to save, query and evaluate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError, ShapeError
from huffvec.model import Model
from huffvec.objectives import OBJECTIVES
from huffvec.objectives.bands import end_row, pack_rows
from huffvec.torch.adaptive_softmax import AdaptiveSoftmax
from huffvec.torch.differentiated_softmax import DifferentiatedSoftmax
from huffvec.torch.hierarchical_softmax import HierarchicalSoftmax
from huffvec.torch.nce import NCE
from huffvec.torch.target_sampling import TargetSampling
from huffvec.trees import Tree
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.objectives.base import Tables
    from huffvec.torch.layer import OutputLayer

FloatTable = npt.NDArray[np.float32]


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
    options = dict(layer.options)
    if isinstance(layer, HierarchicalSoftmax):
        options = {"tree": Tree(*(_array(table) for table in layer.tree_tables()))}
    objective = OBJECTIVES[layer.objective](**options)
    tables = objective.tables(vocabulary.counts, config)
    if isinstance(layer, TargetSampling):
        tables["log_inclusion"] = _floats(layer.log_inclusion)
    return Model(
        vocabulary=vocabulary,
        weights={
            INPUT_VECTORS.name: _floats(embedding.weight),
            OUTPUT_VECTORS.name: _output_vectors(layer, tables),
        },
        objective=objective,
        config=config,
        tables=tables,
    )


def _output_vectors(layer: OutputLayer, tables: Tables) -> FloatTable:
    """Return the layer's rows as the trainer keeps them."""
    if isinstance(layer, DifferentiatedSoftmax):
        table = np.zeros((end_row(tables["bands"]), layer.dim), np.float32)
        for band, weight in zip(tables["bands"], layer.weights, strict=True):
            pack_rows(table, band, _floats(weight))
        return table
    if isinstance(layer, AdaptiveSoftmax):
        table = np.zeros((end_row(tables["clusters"]), layer.dim), np.float32)
        head = _floats(layer.inner.head.weight)
        table[: len(head)] = head
        for cluster, tail in zip(tables["clusters"], layer.inner.tail, strict=True):
            projection, words = (_floats(linear.weight) for linear in tail)
            table[cluster[2] - len(projection) : cluster[2]] = projection
            pack_rows(table, cluster, words)
        return table
    rows = _floats(layer.weight)
    if isinstance(layer, NCE) and isinstance(layer.log_z, nn.Parameter):
        extra = np.zeros((1, layer.dim), np.float32)
        extra[0, 0] = layer.log_z.item() - math.log(layer.n_words)
        return np.concatenate([rows, extra])
    return rows


def _floats(tensor: Tensor) -> FloatTable:
    return tensor.detach().to("cpu", torch.float32, copy=True).numpy()


def _array(tensor: Tensor) -> npt.NDArray[Any]:
    return tensor.to("cpu", copy=True).numpy()
