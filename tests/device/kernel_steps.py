"""Steps at random, of decisions of every kind; as a program, trains them by Triton's interpreter.

``python kernel_steps.py FOLDER`` writes the tables and the loss of each case. It is a process of
its own, since Triton must be told to interpret before anyone imports it.
"""

import os
import sys
from pathlib import Path

import numpy as np

RADIUS = 5
N_ROWS = 40
SENTENCES = (20, 1, 30)  # 51 words: the last group is not whole, a sentence has no windows
N_WORDS = sum(SENTENCES)


class Step:
    def __init__(
        self,
        *,
        mean: bool = False,
        hot: bool = False,
        biased: bool = False,
        centers: tuple[int, int] = (0, N_WORDS),
    ) -> None:
        draw = np.random.default_rng(7)
        self.first, self.last = centers
        self.inputs, self.outputs = draw.normal(size=(2, N_ROWS, 44)).astype(np.float32) * 0.5
        self.words = draw.integers(0, N_ROWS, N_WORDS).astype(np.int32)
        bounds = np.cumsum([0, *SENTENCES])
        lefts = np.repeat(bounds[:-1], SENTENCES)
        rights = np.repeat(bounds[1:], SENTENCES)
        places, radii = np.arange(N_WORDS), draw.integers(1, RADIUS + 1, N_WORDS)
        self.begins = np.maximum(lefts, places - radii).astype(np.int32)
        self.ends = np.minimum(rights, places + radii + 1).astype(np.int32)
        counts = draw.integers(0, 20, N_WORDS)
        self.offsets = np.cumsum([0, *counts]).astype(np.int32)
        n = self.offsets[-1]
        self.rows = draw.integers(0, N_ROWS, n).astype(np.int32)
        self.signs = draw.choice([-3, -1, 1], n).astype(np.float32)
        self.biases = draw.normal(size=n).astype(np.float32) if biased else None
        self.hot_rows = draw.permutation(N_ROWS)[: 7 if hot else 0].astype(np.int32)
        self.hot_signs = np.zeros((N_ROWS, 32), np.int8)
        shape = (N_ROWS, len(self.hot_rows))
        self.hot_signs[:, : shape[1]] = draw.choice([-1, 0, 1], shape)
        sizes = np.arange(2 * RADIUS + 1)
        self.mean_share = (1 / np.sqrt(np.maximum(sizes, 1))).astype(np.float32) if mean else None


CASES = {
    "skipgram": Step(),
    "skipgram-biased": Step(biased=True),
    "skipgram-hot": Step(hot=True),
    "skipgram-some": Step(hot=True, centers=(18, 41)),
    "skipgram-none": Step(centers=(9, 9)),
    "cbow": Step(mean=True),
    "cbow-biased": Step(mean=True, biased=True),
    "cbow-hot": Step(mean=True, hot=True),
}


def train(step: Step) -> dict[str, np.ndarray]:
    """Return the tables of a case after its step, and the loss."""
    import torch

    from huffvec.device.logistic_kernel import Decisions, HotNodes, Tables, Windows, train_windows

    def tensor(array: np.ndarray | None) -> torch.Tensor | None:
        return None if array is None else torch.from_numpy(array.copy())

    tables = Tables(tensor(step.inputs), tensor(step.outputs))
    begins, ends, share = tensor(step.begins), tensor(step.ends), tensor(step.mean_share)
    loss = train_windows(
        tables,
        Windows(tensor(step.words), begins, ends, RADIUS, share),
        Decisions(tensor(step.offsets), tensor(step.rows), tensor(step.signs), tensor(step.biases)),
        HotNodes(tensor(step.hot_rows), tensor(step.hot_signs)) if len(step.hot_rows) else None,
        rate=0.1,
        first=step.first,
        last=step.last,
    )
    return {"inputs": tables.inputs, "outputs": tables.outputs, "loss": loss}


if __name__ == "__main__":
    os.environ["TRITON_INTERPRET"] = "1"
    for name, step in CASES.items():
        np.savez(Path(sys.argv[1]) / f"{name}.npz", **train(step))
