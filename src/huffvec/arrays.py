"""Arrays of other libraries, to be taken as NumPy's."""

from __future__ import annotations

from typing import Any


def without_gradient(value: Any) -> Any:
    """Return a tensor of PyTorch as an array, whatever device it is on; anything else as it is.

    `numpy.asarray` refuses those that need a gradient, and has no bfloat16.
    """
    if not (hasattr(value, "detach") and hasattr(value, "cpu")):
        return value
    tensor = value.detach().cpu()
    return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy()
