"""The objectives of this package as output layers for PyTorch; needs the extra ``torch``.

All have one shape (:class:`~huffvec.torch.layer.OutputLayer`)::

    layer = HierarchicalSoftmax(dim, vocabulary_or_counts, tree="huffman")
    loss = layer(hidden, target)
    layer.log_prob(hidden), layer.log_prob(hidden, target), layer.topk(hidden, k)

`LAYERS` maps the objectives' names to the classes, `LABEL_LAYERS` those whose targets are sets of
labels.
"""

# ruff: noqa: E402  (first it is seen whether PyTorch is there)

from __future__ import annotations

from huffvec.extras import require

require("torch", "huffvec.torch")

from huffvec.torch.adaptive_softmax import AdaptiveSoftmax
from huffvec.torch.blackout import BlackOut
from huffvec.torch.cnn_softmax import CNNSoftmax
from huffvec.torch.differentiated_softmax import DifferentiatedSoftmax
from huffvec.torch.embedding import embedding
from huffvec.torch.full_softmax import FullSoftmax
from huffvec.torch.hierarchical_softmax import HierarchicalSoftmax
from huffvec.torch.importance_sampling import ImportanceSampling
from huffvec.torch.in_batch_softmax import InBatchSoftmax
from huffvec.torch.infrequent_normalization import InfrequentNormalization
from huffvec.torch.label_tree import LabelTree
from huffvec.torch.layer import OutputLayer, TopK
from huffvec.torch.nce import NCE
from huffvec.torch.negative_sampling import NegativeSampling
from huffvec.torch.one_vs_all import OneVsAll
from huffvec.torch.ranking_nce import RankingNCE
from huffvec.torch.sampled_softmax import SampledSoftmax
from huffvec.torch.self_normalized_softmax import SelfNormalizedSoftmax
from huffvec.torch.target_sampling import TargetSampling
from huffvec.torch.to_model import to_model

__all__ = [
    "LABEL_LAYERS",
    "LAYERS",
    "NCE",
    "AdaptiveSoftmax",
    "BlackOut",
    "CNNSoftmax",
    "DifferentiatedSoftmax",
    "FullSoftmax",
    "HierarchicalSoftmax",
    "ImportanceSampling",
    "InBatchSoftmax",
    "InfrequentNormalization",
    "LabelTree",
    "NegativeSampling",
    "OneVsAll",
    "OutputLayer",
    "RankingNCE",
    "SampledSoftmax",
    "SelfNormalizedSoftmax",
    "TargetSampling",
    "TopK",
    "embedding",
    "to_model",
]

LAYERS: dict[str, type[OutputLayer]] = {
    layer.objective: layer
    for layer in (
        NegativeSampling,
        HierarchicalSoftmax,
        NCE,
        RankingNCE,
        SampledSoftmax,
        ImportanceSampling,
        BlackOut,
        TargetSampling,
        FullSoftmax,
        SelfNormalizedSoftmax,
        InfrequentNormalization,
        DifferentiatedSoftmax,
        AdaptiveSoftmax,
        CNNSoftmax,
    )
}
# Those whose targets are sets of labels.
LABEL_LAYERS: dict[str, type[OutputLayer]] = {
    layer.objective: layer for layer in (OneVsAll, LabelTree)
}
