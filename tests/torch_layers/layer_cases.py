"""The layers that all tests walk; those of new objectives are among them by themselves."""

from typing import Any

import numpy as np
import torch
from harness import OPTIONS

from huffvec import Vocabulary
from huffvec.torch import (
    LAYERS,
    NCE,
    AdaptiveSoftmax,
    BlackOut,
    CNNSoftmax,
    DifferentiatedSoftmax,
    FullSoftmax,
    HierarchicalSoftmax,
    ImportanceSampling,
    InfrequentNormalization,
    NegativeSampling,
    SampledSoftmax,
    SelfNormalizedSoftmax,
    TargetSampling,
)
from huffvec.torch.noise_layer import NoiseLayer

N_WORDS = 23
DIM = 6
COUNTS = np.array([400 // (k + 1) + 3 for k in range(N_WORDS)], np.int64)
VOCABULARY = Vocabulary([f"w{(i * 7) % N_WORDS}é" for i in range(N_WORDS)], COUNTS)

CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "full": (FullSoftmax, {}),
    "full-bias": (FullSoftmax, {"bias": True}),
    "hierarchical": (HierarchicalSoftmax, {}),
    "hierarchical-classes": (HierarchicalSoftmax, {"tree": "frequency-classes", "bias": True}),
    "negatives": (NegativeSampling, {"samples": 40}),  # repeats and hits of the target
    "negatives-bias": (NegativeSampling, {"samples": 5, "bias": True}),
    "nce": (NCE, {"samples": 30}),
    "nce-fixed": (NCE, {"samples": 30, "log_z": 0.5, "bias": True}),
    "sampled": (SampledSoftmax, {"samples": 30}),
    "sampled-uniform": (SampledSoftmax, {"samples": 5, "proposal": "uniform", "bias": True}),
    "importance": (ImportanceSampling, {"samples": 9, "effective_samples": 30, "max_samples": 99}),
    "blackout": (BlackOut, {"samples": 30}),
    "target-sampling": (TargetSampling, {"candidates": 9}),
    "self-normalized": (SelfNormalizedSoftmax, {"alpha": 0.2, "bias": True}),
    "infrequent": (InfrequentNormalization, {"alpha": 0.3, "gamma": 0.4}),
    "differentiated": (DifferentiatedSoftmax, {}),
    "differentiated-two-bands": (DifferentiatedSoftmax, {"cutoffs": (4,), "bias": True}),
    "adaptive": (AdaptiveSoftmax, {"cutoffs": (5, 11), "div_value": 2.0}),
    "adaptive-bias": (AdaptiveSoftmax, {"cutoffs": (4,), "bias": True}),
    "cnn": (CNNSoftmax, {"samples": 9, "filters": 3, "widths": (1, 3), "max_chars": 4}),
    "cnn-bias": (CNNSoftmax, {"samples": 9, "filters": 3, "correction_dim": 0, "bias": True}),
}
KNOWN = {cls for cls, _ in CASES.values()}
CASES |= {name: (LAYERS[name], OPTIONS[name]) for name in OPTIONS if LAYERS[name] not in KNOWN}
SAMPLED = [
    case
    for case, (cls, _) in CASES.items()
    if issubclass(cls, NoiseLayer) and cls is not CNNSoftmax
]
RANKED = ("differentiated", "adaptive")  # their counts must fall
TWO_OR_MORE = ("hierarchical", "adaptive")  # words


def make_layer(case, dtype=torch.float64, **changes):
    """The layer of a case with random weights, biases too."""
    cls, options = CASES[case]
    torch.manual_seed(3)
    layer = cls(DIM, VOCABULARY, **{"dtype": dtype, **options, **changes})
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.normal_(0, 0.7)
    return layer


def make_batch(*shape, dtype=torch.float64, seed=1):
    """Hidden vectors and targets; ids are not places."""
    generator = torch.Generator().manual_seed(seed)
    hidden = torch.randn(*shape, DIM, dtype=dtype, generator=generator)
    target = torch.randint(N_WORDS, shape, generator=generator)
    return hidden.requires_grad_(), target


def draws(layer, target, seed=2):
    """Arguments that make a layer's loss the same at every call."""
    generator = torch.Generator().manual_seed(seed)
    if hasattr(layer, "draw_rows"):
        return {"rows": layer.draw_rows(target.numel(), generator)}
    return {"samples": layer.draw(generator)} if hasattr(layer, "draw") else {}
