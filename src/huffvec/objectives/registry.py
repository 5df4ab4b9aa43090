"""The objectives by their names, as used on the command line and in files."""

from __future__ import annotations

from typing import Any

from huffvec.checks import check_choice
from huffvec.errors import ConfigError, FormatError
from huffvec.objectives.adaptive_softmax import AdaptiveSoftmax
from huffvec.objectives.base import Objective
from huffvec.objectives.blackout import BlackOut
from huffvec.objectives.differentiated_softmax import DifferentiatedSoftmax
from huffvec.objectives.full_softmax import FullSoftmax
from huffvec.objectives.hierarchical_softmax import HierarchicalSoftmax
from huffvec.objectives.importance_sampling import ImportanceSampling
from huffvec.objectives.infrequent_normalization import InfrequentNormalization
from huffvec.objectives.label_tree import LabelTree
from huffvec.objectives.nce import NCE
from huffvec.objectives.negative_sampling import NegativeSampling
from huffvec.objectives.one_vs_all import OneVsAll
from huffvec.objectives.ranking_nce import RankingNCE
from huffvec.objectives.renamed import with_new_names
from huffvec.objectives.sampled_softmax import SampledSoftmax
from huffvec.objectives.self_normalized_softmax import SelfNormalizedSoftmax
from huffvec.objectives.target_sampling import TargetSampling

__all__ = [
    "LABEL_OBJECTIVES",
    "NCE",
    "OBJECTIVES",
    "AdaptiveSoftmax",
    "BlackOut",
    "DifferentiatedSoftmax",
    "FullSoftmax",
    "HierarchicalSoftmax",
    "ImportanceSampling",
    "InfrequentNormalization",
    "LabelTree",
    "NegativeSampling",
    "Objective",
    "OneVsAll",
    "RankingNCE",
    "SampledSoftmax",
    "SelfNormalizedSoftmax",
    "TargetSampling",
    "by_name",
    "from_dict",
]

OBJECTIVES: dict[str, type[Objective]] = {
    cls.name: cls
    for cls in (
        NegativeSampling,
        HierarchicalSoftmax,
        NCE,
        RankingNCE,
        SampledSoftmax,
        ImportanceSampling,
        BlackOut,
        TargetSampling,
        AdaptiveSoftmax,
        DifferentiatedSoftmax,
        InfrequentNormalization,
        SelfNormalizedSoftmax,
        FullSoftmax,
    )
}
# Those that predict sets of labels, and no words.
LABEL_OBJECTIVES: dict[str, type[Objective]] = {cls.name: cls for cls in (OneVsAll, LabelTree)}
# What fastText calls them (-loss).
ALIASES: dict[str, type[Objective]] = {
    "ns": NegativeSampling,
    "hs": HierarchicalSoftmax,
    "softmax": FullSoftmax,
    "ova": OneVsAll,
}


def by_name(name: str) -> type[Objective]:
    """Return the class of the objective called name; ``ns``, ``hs`` and ``softmax`` are known, too.

    Raises
    ------
    ConfigError
        If there is none; the message suggests the nearest name.
    """
    spelled = name.strip().lower().replace("_", "-")
    if spelled in ALIASES:
        return ALIASES[spelled]
    if spelled in LABEL_OBJECTIVES:
        return LABEL_OBJECTIVES[spelled]
    return OBJECTIVES[check_choice("objective", spelled, (*OBJECTIVES, *LABEL_OBJECTIVES))]


def from_dict(values: dict[str, Any]) -> Objective:
    """Return the objective that `Objective.to_dict` described, also by the options' names before.

    Raises
    ------
    FormatError
        If the name or an option is unknown, or a value cannot be used.
    """
    options = with_new_names(values)
    name = options.pop("name", None)
    try:
        return by_name(str(name))(**options)
    except (ConfigError, TypeError) as error:
        raise FormatError(f"the file's objective cannot be used: {error}") from error
