"""The output layers, one file each, with the names and arguments of the engine's.

All but that of :mod:`huffvec.gensim` alone, which trains on no device.

`output_layer` has a bound objective make its own, as it makes the engine's.
"""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from huffvec.device.outputs.adaptive_softmax import AdaptiveSoftmax
from huffvec.device.outputs.base import Layer
from huffvec.device.outputs.candidate_softmax import CandidateSoftmax
from huffvec.device.outputs.differentiated_softmax import DifferentiatedSoftmax
from huffvec.device.outputs.hierarchical_softmax import HierarchicalSoftmax
from huffvec.device.outputs.importance_sampling import ImportanceSampling
from huffvec.device.outputs.noise_sampling import NoiseSampling

if TYPE_CHECKING:
    import torch

    from huffvec.objectives.bound import BoundObjective

LAYERS: dict[str, type[Layer]] = {
    layer.__name__: layer
    for layer in (
        NoiseSampling,
        ImportanceSampling,
        CandidateSoftmax,
        DifferentiatedSoftmax,
        AdaptiveSoftmax,
        HierarchicalSoftmax,
    )
}


def output_layer(bound: BoundObjective, device: torch.device) -> Layer:
    """Return the output layer of an objective on a device."""
    layers: Any = SimpleNamespace(**{name: partial(of, device) for name, of in LAYERS.items()})
    return cast("Layer", bound.output_layer(layers))
