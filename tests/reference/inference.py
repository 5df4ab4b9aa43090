"""Inference of documents in float64, where only the rows of tags are trained: the engine's twin."""

from dataclasses import replace

import numpy as np

from .outputs import DrawnAsNeeded
from .rng import NOISE, SUBSAMPLE, WINDOW, Rng
from .selectors import Batches, OneByOne
from .setting import Setting
from .training import Slotted, Step, hidden_vectors, step
from .windows import sentence_windows, tag_row


def infer(
    setting: Setting,
    selector: OneByOne | Batches,
    inputs: np.ndarray,
    outputs: np.ndarray,
    prior: float = 0.0,
) -> np.ndarray:
    """Return the vectors of the sentences, each trained by itself from zeros.

    Prior is the precision of a Gaussian: its loss is prior / 2 |d|², of which every word has an
    equal share. Its step is implicit, from the gradient at where it leads.
    """
    found = np.zeros((len(setting.sentences), inputs.shape[1]))
    for number, sentence in enumerate(setting.sentences):
        slotted = Slotted(setting, inputs, found)
        for epoch in range(setting.epochs):
            infer_epoch(setting, selector, slotted, outputs, number, sentence, epoch, prior)
        found[number] = slotted.rows[tag_row(setting, number)]
    return found


def infer_epoch(setting, selector, slotted, outputs, number, sentence, epoch, prior) -> None:
    def rate(in_epoch: float) -> float:
        fall = setting.end_lr - setting.start_lr
        return setting.start_lr + fall * (epoch + in_epoch) / setting.epochs

    subsample, radii, noise = (
        Rng(setting.seed, epoch, purpose) for purpose in (SUBSAMPLE, WINDOW, NOISE)
    )
    kept = [w for w in sentence if subsample.next32() <= setting.keep_thresholds[w]] or sentence
    windows = list(sentence_windows(replace(setting, bags=None), kept, [number], radii, True))
    selector.begin_chunk(noise, rate(0.5))
    for batch in selector.batches(windows):
        steps = []
        for window, tile, chosen in batch:
            lr = rate(0.5 if isinstance(selector, Batches) else window.pos / len(kept))
            steps.append(Step(lr, tile, chosen, window.mean))
            if isinstance(chosen, DrawnAsNeeded):
                chosen.grow(hidden_vectors(steps[-1], slotted.rows, setting), outputs)
        words = slotted.rows[: setting.n_rows].copy()
        step(steps, slotted, outputs.copy())
        slotted.rows[: setting.n_rows] = words
        share = prior * len(batch) / len(kept)
        slotted.rows[tag_row(setting, number)] /= 1 + steps[0].lr * share
