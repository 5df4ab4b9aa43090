"""Steps at random, of decisions of every kind; as a program, trains them by Triton's interpreter.

``python kernel_steps.py FOLDER`` writes what each case's step makes of it. It is a process of its
own, since Triton must be told to interpret before anyone imports it.
"""

import os
import sys
from pathlib import Path

import numpy as np

RADIUS = 5
N_ROWS = 40
SENTENCES = (20, 1, 30)  # 51 words: the last run is not whole, a sentence has no windows
N_WORDS = sum(SENTENCES)
ALL = tuple(range(N_WORDS))


class Step:
    def __init__(
        self,
        *,
        mean: bool = False,
        top: bool = False,
        offsets: bool = False,
        width: int = 6,
        targets: tuple[int, ...] = ALL,
    ) -> None:
        draw = np.random.default_rng(7)
        self.targets = np.array(targets)
        self.inputs, self.outputs = draw.normal(size=(2, N_ROWS, 44)).astype(np.float32) * 0.5
        self.shares = draw.uniform(0.2, 1, (2, N_ROWS)).astype(np.float32)
        self.words = draw.integers(0, N_ROWS, N_WORDS)
        bounds = np.cumsum([0, *SENTENCES])
        first, last = (np.repeat(side, SENTENCES) for side in (bounds[:-1], bounds[1:]))
        places, radii = np.arange(N_WORDS), draw.integers(1, RADIUS + 1, N_WORDS)
        self.lefts = np.maximum(first, places - radii)
        self.rights = np.minimum(last, places + radii + 1)
        shape = (len(targets), width)
        self.rows = draw.integers(0, N_ROWS, shape)
        self.signs = draw.choice([-1, 1], shape).astype(np.float32)
        self.weights = draw.choice([0, 1, 1, 3], shape).astype(np.float32)
        self.offsets = draw.normal(size=shape).astype(np.float32) if offsets else None
        self.n_top, self.top_rows = (4 if top else 0), None
        if top:
            self.top_rows = np.sort(draw.permutation(N_ROWS)[:7])
            chosen = draw.permuted(np.tile(self.top_rows, (len(targets), 1)), axis=1)
            self.rows[:, :4] = chosen[:, :4]
            self.weights[:, :4] = self.weights[:, :4] > 0
        sizes = np.arange(2 * RADIUS + 1)
        self.mean_shares = (1 / np.sqrt(np.maximum(sizes, 1))).astype(np.float32) if mean else None


CASES = {
    "skipgram": Step(),
    "skipgram-offsets": Step(offsets=True),
    "skipgram-top": Step(top=True, width=20),
    "skipgram-runs": Step(targets=(*ALL[3:19], *ALL[30:46], *ALL[48:])),
    "cbow": Step(mean=True),
    "cbow-offsets": Step(mean=True, offsets=True, width=17),
    "cbow-top": Step(mean=True, top=True),
}


def train(step: Step) -> dict[str, np.ndarray]:
    """Return the tables of a case after its step, the moves, and the sums."""
    import torch

    from huffvec.device.fused import Table, Windows, train_windows
    from huffvec.device.links import Outputs

    def tensor(array: np.ndarray | None) -> torch.Tensor | None:
        return None if array is None else torch.from_numpy(array.copy())

    tables = [
        Table(tensor(rows), tensor(shares), torch.zeros(N_ROWS))
        for rows, shares in zip((step.inputs, step.outputs), step.shares, strict=True)
    ]
    inputs, outputs = tables
    decided = Outputs(
        rows=tensor(step.rows),
        signs=tensor(step.signs),
        weights=tensor(step.weights),
        offsets=tensor(step.offsets),
        top_rows=tensor(step.top_rows),
        n_top=step.n_top,
    )
    windows = Windows(
        targets=tensor(step.targets),
        words=tensor(step.words),
        lefts=tensor(step.lefts),
        rights=tensor(step.rights),
        radius=RADIUS,
        mean_shares=tensor(step.mean_shares),
    )
    rate = torch.tensor([0.1])
    loss, count, pull, size = train_windows(inputs, outputs, windows, decided, rate)
    return {
        "inputs": inputs.rows,
        "outputs": outputs.rows,
        "input_moves": inputs.moves,
        "output_moves": outputs.moves,
        "loss": loss,
        "count": count,
        "pull": pull,
        "size": size,
    }


if __name__ == "__main__":
    os.environ["TRITON_INTERPRET"] = "1"
    for name, step in CASES.items():
        np.savez(Path(sys.argv[1]) / f"{name}.npz", **train(step))
