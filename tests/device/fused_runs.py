"""Whole runs by the fused kernel, by Triton's interpreter: a program of its own.

``python fused_runs.py TEXT`` prints for each objective and architecture the held-out losses of the
kernel and of PyTorch's operators, and how many targets each had, as JSON.
"""

import json
import os
import sys
from unittest import mock

CASES = {
    "skipgram, negative-sampling": ("skipgram", "negative-sampling"),
    "skipgram, hierarchical-softmax": ("skipgram", "hierarchical-softmax"),
    "cbow, nce": ("cbow", "nce"),
}


def results(text: str, architecture: str, objective: str) -> list[tuple[float, float]]:
    """Return the loss and the targets of a run by the kernel, and of one by the operators."""
    import huffvec
    from huffvec.device.fused import Fused

    found = []
    for interprets in ("1", "0"):
        os.environ["TRITON_INTERPRET"] = interprets
        options = {"dim": 12, "epochs": 1, "min_count": 1, "subsample_threshold": 0.0, "seed": 5}
        with mock.patch.object(Fused, "train", autospec=True, side_effect=Fused.train) as train:
            model = huffvec.train(
                text, objective, architecture=architecture, device="cpu", heldout=text, **options
            )
        assert train.called == (interprets == "1")
        found.append((model.training["heldout"][-1], model.training["targets"]))
    return found


if __name__ == "__main__":
    os.environ["TRITON_INTERPRET"] = "1"
    import triton  # noqa: F401 (which looks now)

    print(json.dumps({name: results(sys.argv[1], *case) for name, case in CASES.items()}))
