"""Probabilities that trained output layers give, one word at a time in float64."""

import numpy as np

from huffvec.noise import proposal_probs
from huffvec.objectives import (
    AdaptiveSoftmax,
    DifferentiatedSoftmax,
    HierarchicalSoftmax,
    NegativeSampling,
    Objective,
    TargetSampling,
)
from huffvec.objectives.predictor import Predictor

from .outputs import Bands, TwoLevels


class SlowPredictor(Predictor):
    """Goes by the objectives' definitions; answers all else as the base class does."""

    def __init__(self, objective: Objective, outputs: np.ndarray, counts: np.ndarray, tables: dict):
        self.objective, self.counts, self.tables = objective, counts, tables
        self.outputs = outputs.astype(np.float64)

    def log_probs(self, hidden: np.ndarray) -> np.ndarray:
        h, words = hidden.astype(np.float64), range(len(self.counts))
        match self.objective:
            case HierarchicalSoftmax():
                return np.array([self.path_log_prob(word, h) for word in words])
            case DifferentiatedSoftmax():
                bands = self.tables["bands"].tolist()
                return -np.array([Bands(word, bands).loss(h, self.outputs) for word in words])
            case AdaptiveSoftmax():
                clusters = self.tables["clusters"].tolist()
                return -np.array(
                    [TwoLevels(word, clusters).loss(h, self.outputs) for word in words]
                )
            case TargetSampling():
                weights = self.outputs @ h + self.tables["log_inclusion"]
            case NegativeSampling(samples, proposal, _):
                logits = self.outputs @ h + np.log(samples * proposal_probs(self.counts, proposal))
                weights = -np.logaddexp(0, -logits)
            case _:
                weights = self.outputs[: len(self.counts)] @ h
        return weights - np.logaddexp.reduce(weights)

    def path_log_prob(self, word: int, h: np.ndarray) -> float:
        begin, end = self.tables["path_offsets"][word : word + 2]
        scores = self.outputs[self.tables["path_ids"][begin:end]] @ h
        signs = 1 - 2 * self.tables["codes"][begin:end].astype(float)
        return -np.logaddexp(0, -signs * scores).sum()
