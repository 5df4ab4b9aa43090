"""The ways round the softmax, one file each; all have the shape of `Objective`.

`OBJECTIVES` maps their names to the classes; `as_objective` takes names, classes and objectives.
"""

from __future__ import annotations

from huffvec.objectives.adaptive_softmax import AdaptiveSoftmax
from huffvec.objectives.base import Objective
from huffvec.objectives.blackout import BlackOut
from huffvec.objectives.differentiated_softmax import DifferentiatedSoftmax
from huffvec.objectives.full_softmax import FullSoftmax
from huffvec.objectives.hierarchical_softmax import HierarchicalSoftmax
from huffvec.objectives.importance_sampling import ImportanceSampling
from huffvec.objectives.infrequent_normalization import InfrequentNormalization
from huffvec.objectives.naming import as_objective
from huffvec.objectives.nce import NCE
from huffvec.objectives.negative_sampling import NegativeSampling
from huffvec.objectives.ranking_nce import RankingNCE
from huffvec.objectives.registry import OBJECTIVES, by_name, from_dict
from huffvec.objectives.sampled_softmax import SampledSoftmax
from huffvec.objectives.self_normalized_softmax import SelfNormalizedSoftmax
from huffvec.objectives.target_sampling import TargetSampling

__all__ = [
    "NCE",
    "OBJECTIVES",
    "AdaptiveSoftmax",
    "BlackOut",
    "DifferentiatedSoftmax",
    "FullSoftmax",
    "HierarchicalSoftmax",
    "ImportanceSampling",
    "InfrequentNormalization",
    "NegativeSampling",
    "Objective",
    "RankingNCE",
    "SampledSoftmax",
    "SelfNormalizedSoftmax",
    "TargetSampling",
    "as_objective",
    "by_name",
    "from_dict",
]
