"""The twin of every objective in plain NumPy, and how it is trained."""

from collections.abc import Callable
from typing import Any

import numpy as np
from harness import N_WORDS, bound_to, counts_of
from reference.huffman import huffman_codes
from reference.outputs import Bands, DrawnAsNeeded, Normalised, TwoLevels
from reference.rounds import merged, rounds
from reference.selectors import (
    Batches,
    Candidates,
    ContrastiveNoise,
    DistinctNoise,
    Importance,
    Noise,
    OneByOne,
    Paths,
    RankedNoise,
    Sets,
    Ways,
)
from reference.training import Slotted, hidden_vectors, loss, step, walk
from reference.windows import tag_row

from huffvec.noise import proposal_probs
from huffvec.objectives import (
    NCE,
    AdaptiveSoftmax,
    BlackOut,
    DifferentiatedSoftmax,
    FullSoftmax,
    HierarchicalSoftmax,
    ImportanceSampling,
    InfrequentNormalization,
    LabelTree,
    NegativeSampling,
    Objective,
    OneVsAll,
    RankingNCE,
    SampledSoftmax,
    SelfNormalizedSoftmax,
    TargetSampling,
)

#: The twin of each objective that draws words, from their probabilities.
NOISE: dict[type[Objective], Callable[[Any, list[float]], Noise]] = {
    NegativeSampling: lambda given, probs: Noise(probs, given.samples, given.share),
    NCE: lambda given, probs: ContrastiveNoise(probs, given.samples, given.log_z),
    RankingNCE: lambda given, probs: RankedNoise(probs, given.samples),
    SampledSoftmax: lambda given, probs: DistinctNoise(probs, given.samples, "softmax"),
    BlackOut: lambda given, probs: DistinctNoise(probs, given.samples, "blackout"),
    ImportanceSampling: lambda given, probs: Importance(
        probs, given.samples, given.effective_samples, given.max_samples
    ),
}


LINKS = {"linear": "linear", "logistic": "sigmoid"}


def selector_for(objective: Any, dim: int, n_words: int = N_WORDS) -> OneByOne | Batches:
    """The twin's choice of outputs."""
    counts = counts_of(n_words)
    if make := NOISE.get(type(objective)):
        return make(objective, proposal_probs(counts, objective.proposal).tolist())
    if isinstance(objective, LabelTree):
        arrays = bound_to(objective, counts, dim).arrays().values()
        parents, leaves = (array.tolist() for array in arrays)
        return Ways(parents, leaves, LINKS[objective.link])
    if isinstance(objective, HierarchicalSoftmax):
        return Paths(huffman_codes(counts.tolist()))
    return batches_for(objective, bound_to(objective, counts, dim).arrays(), n_words)


def batches_for(objective: Objective, tables: dict, n_words: int) -> Batches:
    match objective:
        case TargetSampling(candidates):
            return Candidates(n_words, candidates)
        case FullSoftmax():
            return Candidates(n_words, n_words)
        case SelfNormalizedSoftmax(alpha):
            rule = (1, alpha, -np.log(n_words), 0, -0.5 / alpha, 0.5 / alpha)
            return Batches(n_words, lambda target, *_: Normalised(target, *rule))
        case InfrequentNormalization(alpha, gamma):
            offset, constant = 1 / (2 * alpha) - np.log(n_words), 1 / (4 * alpha)

            def outputs(target: int, left_out: bool, share: float) -> Normalised:
                rule = (0, alpha / share, offset, constant, 0, 1 / alpha)
                return Normalised(target, *rule, left_out)

            return Batches(n_words, outputs, gamma)
        case DifferentiatedSoftmax():
            bands = tables["bands"].tolist()
            return Batches(n_words, lambda target, *_: Bands(target, bands))
        case AdaptiveSoftmax():
            clusters = tables["clusters"].tolist()
            return Batches(n_words, lambda target, *_: TwoLevels(target, clusters))
        case OneVsAll(link):
            return Sets(n_words, LINKS[link])
    raise AssertionError(f"{objective} needs a twin")


def train_twin(objective, setting, tables, one_step=step):
    inputs, outputs, *tags = (table.astype(np.float64) for table in tables)
    slotted = Slotted(setting, inputs, *tags or [None])
    n_words, dim = len(setting.keep_thresholds), tables[0].shape[1]
    selector = objective
    if isinstance(objective, Objective):
        selector = selector_for(objective, dim, n_words)

    def train(taken=None):
        total, n_targets = 0.0, 0.0
        for batch in walk(setting, selector, taken):
            for one in batch:
                slotted.run(one.tile.before)
                if isinstance(one.outputs, DrawnAsNeeded):
                    one.outputs.grow(hidden_vectors(one, slotted.rows, setting), outputs)
            total += loss(batch, slotted.rows, outputs, setting)
            n_targets += sum(s.tile.loss_weight if s.mean else len(s.tile.input_ids) for s in batch)
            one_step(batch, slotted, outputs)
            if setting.frozen is not None:
                frozen = np.flatnonzero(setting.frozen)
                slotted.rows[frozen] = tables[0][frozen]
        return total, n_targets

    if setting.deterministic:
        totals = np.sum(
            [train_round(train, each, slotted.rows, outputs) for each in rounds(setting)], axis=0
        )
    else:
        totals = train()
    inputs, begin = slotted.rows[: len(inputs)], tag_row(setting, 0)
    positions, of_tags = slotted.rows[begin - 2 * setting.window : begin], slotted.rows[begin:]
    further = [positions] if setting.positions else [of_tags] if setting.tags else []
    return (inputs, outputs, *further), *totals


def train_round(train, chunks, *tables):
    """Train chunks that do not see each other, and merge what they change in the tables."""
    starts = [table.copy() for table in tables]
    totals, changes = [], []
    for chunk in chunks:
        totals.append(train(range(chunk, chunk + 1)))
        changes.append([table - start for table, start in zip(tables, starts, strict=True)])
        for table, start in zip(tables, starts, strict=True):
            table[:] = start
    for k, start in enumerate(starts):
        tables[k][:] = start + merged([of_chunk[k] for of_chunk in changes])
    return np.sum(totals, axis=0)
