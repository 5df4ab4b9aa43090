"""Trained word vectors as a module of PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from huffvec.model import Model
    from huffvec.vectors.word_vectors import WordVectors


def embedding(
    source: Model | WordVectors,
    *,
    freeze: bool = False,
    sparse: bool = False,
    device: Any = None,
    dtype: Any = None,
) -> nn.Embedding:
    """Return the word vectors of a model as `torch.nn.Embedding` (V, dim), copied.

    Parameters
    ----------
    source
        A model that huffvec trained, or word vectors.
    freeze
        Whether they stay as they are when a larger model is trained.
    sparse
        Whether their gradient is sparse.
    device, dtype
        Of the weight.
    """
    vectors = getattr(source, "vectors", source)
    rows = torch.tensor(getattr(vectors, "vectors", vectors), device=device, dtype=dtype)
    return nn.Embedding.from_pretrained(rows, freeze=freeze, sparse=sparse)
