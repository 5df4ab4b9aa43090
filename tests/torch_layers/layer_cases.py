"""The layers that all tests walk; a new one joins by one line in CASES."""

import numpy as np
import torch

from huffvec.torch import (
    NCE,
    BlackOut,
    FullSoftmax,
    HierarchicalSoftmax,
    NegativeSampling,
    SampledSoftmax,
    TargetSampling,
)

N_WORDS = 23
DIM = 6
COUNTS = np.array([400 // (k + 1) + 3 for k in range(N_WORDS)], np.int64)

CASES = {
    "full": (FullSoftmax, {}),
    "full-bias": (FullSoftmax, {"bias": True}),
    "hierarchical": (HierarchicalSoftmax, {}),
    "hierarchical-classes": (HierarchicalSoftmax, {"tree": "frequency-classes", "bias": True}),
    "negatives": (NegativeSampling, {"negatives": 40}),  # repeats and hits of the target
    "negatives-bias": (NegativeSampling, {"negatives": 5, "bias": True}),
    "nce": (NCE, {"noise_samples": 30}),
    "nce-fixed": (NCE, {"noise_samples": 30, "log_z": 0.5, "bias": True}),
    "sampled": (SampledSoftmax, {"samples": 30}),
    "sampled-uniform": (SampledSoftmax, {"samples": 5, "proposal": "uniform", "bias": True}),
    "blackout": (BlackOut, {"samples": 30}),
    "target-sampling": (TargetSampling, {"candidates": 9}),
}
SAMPLED = [name for name, (_, options) in CASES.items() if "samples" in str(options)]
SAMPLED += ["negatives", "negatives-bias", "target-sampling"]


def make_layer(case, dtype=torch.float64, **changes):
    """The layer of a case with random weights, biases too."""
    cls, options = CASES[case]
    torch.manual_seed(3)
    layer = cls(DIM, COUNTS, **{"dtype": dtype, **options, **changes})
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


def draws(layer, seed=2):
    """Arguments that make a layer's loss the same at every call."""
    if not hasattr(layer, "draw"):
        return {}
    return {"samples": layer.draw(torch.Generator().manual_seed(seed))}
