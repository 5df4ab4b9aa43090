"""What the tests of objectives share: every objective, and how its engine and its twin are run."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from reference.huffman import huffman_codes
from reference.outputs import Bands, DrawnAsNeeded, Normalised, TwoLevels
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
)
from reference.training import Setting, Slotted, hidden_vectors, loss, step, walk

from huffvec import Model, Vocabulary
from huffvec.architectures import ARCHITECTURES
from huffvec.config import TrainingConfig
from huffvec.engine import engine
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
    NegativeSampling,
    Objective,
    RankingNCE,
    SampledSoftmax,
    SelfNormalizedSoftmax,
    TargetSampling,
)
from huffvec.objectives.bound import BoundObjective

N_WORDS = 23
EPS = float(np.finfo(np.float32).eps)

CASES = {
    "negatives": NegativeSampling(samples=5),
    "negatives-shared": NegativeSampling(samples=3, share=4, proposal="unigram^0.5"),
    "many-negatives": NegativeSampling(samples=40),  # repeats and hits of the target
    "hierarchical": HierarchicalSoftmax(),
    "nce": NCE(samples=4, log_z=0.5),
    "nce-learned": NCE(samples=30, proposal="unigram"),  # repeats and hits of the target
    "ranking-nce": RankingNCE(samples=30),  # repeats and hits of the target
    "sampled": SampledSoftmax(samples=6),
    "sampled-uniform": SampledSoftmax(samples=40, proposal="uniform"),
    "sampled-log-uniform": SampledSoftmax(samples=1, proposal="log-uniform"),
    "importance": ImportanceSampling(4, effective_samples=3.3, max_samples=23),
    "importance-more": ImportanceSampling(30, "uniform", 21.7, 500),
    "blackout": BlackOut(samples=5),
    "blackout-many": BlackOut(samples=60, proposal="unigram"),
    "target-sampling": TargetSampling(candidates=9),
    "target-sampling-large": TargetSampling(candidates=22),
    "full-softmax": FullSoftmax(),
    "self-normalized": SelfNormalizedSoftmax(alpha=0.7),
    "infrequent": InfrequentNormalization(alpha=0.3, gamma=0.4),
    "infrequent-always": InfrequentNormalization(alpha=0.5, gamma=1.0),
    "differentiated": DifferentiatedSoftmax(),
    "differentiated-two-bands": DifferentiatedSoftmax(cutoffs=(4,)),
    "adaptive": AdaptiveSoftmax(),
    "adaptive-three-clusters": AdaptiveSoftmax(cutoffs=(2, 5, 19), div_value=1.7),
}


# Of each objective every option that is no name, and some that are; fractions are sums of powers of
# 2, the same in float32.
OPTIONS: dict[str, dict[str, Any]] = {
    "negative-sampling": {"samples": 3, "proposal": "unigram^0.6", "share": 2},
    "hierarchical-softmax": {"tree": "balanced"},
    "nce": {"samples": 4, "proposal": "unigram^0.6", "log_z": 1.5},
    "ranking-nce": {"samples": 4, "proposal": "uniform"},
    "sampled-softmax": {"samples": 4, "proposal": "log-uniform"},
    "importance-sampling": {
        "samples": 4,
        "proposal": "uniform",
        "effective_samples": 2.5,
        "max_samples": 9,
    },
    "blackout": {"samples": 4, "proposal": "unigram^0.6"},
    "target-sampling": {"candidates": 6},
    "adaptive-softmax": {"cutoffs": (5, 9), "div_value": 2.5},
    "differentiated-softmax": {"cutoffs": (4,), "band_dims": (4, 3)},
    "infrequent-normalization": {"alpha": 0.25, "gamma": 0.5},
    "self-normalized-softmax": {"alpha": 0.25},
    "full-softmax": {},
}


def counts_of(n_words: int) -> np.ndarray:
    return np.array([400 // (k + 1) + 3 for k in range(n_words)], np.int64)


def bound_to(objective: Objective, counts: np.ndarray, dim: int) -> BoundObjective:
    """The objective with words of these counts."""
    vocabulary = Vocabulary([f"w{k}" for k in range(len(counts))], counts)
    return objective.bind(vocabulary, TrainingConfig(dim=dim))


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


def selector_for(objective: Any, dim: int, n_words: int = N_WORDS) -> OneByOne | Batches:
    """The twin's choice of outputs."""
    counts = counts_of(n_words)
    if make := NOISE.get(type(objective)):
        return make(objective, proposal_probs(counts, objective.proposal).tolist())
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
    raise AssertionError(f"{objective} needs a twin")


COUNTS = counts_of(N_WORDS)


# Bags of several rows, of one (words 1 and 7), with a row twice (4 and 9), and that share rows.
N_ROWS = 61
BAGS = [
    sorted({word, *(23 + (word * k * k + k) % 38 for k in range(1, 1 + word % 7))})
    for word in range(N_WORDS)
]
BAGS[4] = [4, 30, 31, 30]
BAGS[9] = [30, 30, 9]
BAGS[1], BAGS[7] = [1], [7]
INPUTS = {
    "bags": {"bags": BAGS, "mean_scale": 1.5},
    "bags-root": {"bags": BAGS, "mean_scale": 1.5, "mean_exponent": 0.5},
    "bags-word2vec": {"bags": BAGS, "mean_exponent": 0.0},
    "positions": {"positions": True},
    "positions-word2vec": {"positions": True, "mean_exponent": 0.0},
    "bags-positions": {"bags": BAGS, "positions": True},
}
INPUT_CASES = [
    (architecture, inputs)
    for architecture in ARCHITECTURES
    for inputs in INPUTS
    if ARCHITECTURES[architecture].own_weights or "positions" not in inputs
]


def make_setting(n_words: int = N_WORDS, **changes) -> Setting:
    """Sentences of 1 to 40 tokens; words repeat inside windows, ids are never positions."""
    rng = np.random.default_rng(7)
    lengths = [1, 2, 40, 3, 25, 1, 17]
    probs = counts_of(n_words) / counts_of(n_words).sum()
    sentences = [rng.choice(n_words, size=n, p=probs).tolist() for n in lengths]
    keep = rng.uniform(0.6, 1.0, n_words)
    thresholds = [int(k * (2**32 - 1)) for k in keep]
    return replace(Setting(sentences, thresholds, start_lr=0.05, end_lr=0.02, seed=11), **changes)


def start_tables(
    objective: Objective, dim: int, n_words: int = N_WORDS, n_rows: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    n_outputs = bound_to(objective, counts_of(n_words), dim).n_outputs
    shapes = [(n_rows or n_words, dim), (n_outputs, dim)]
    inputs, outputs = (rng.normal(0, 0.4, shape).astype(np.float32) for shape in shapes)
    return inputs, outputs


def train_native(isa, objective, setting, tables, n_threads=1, chunk_range=None):
    """Train copies of the tables in the engine; return them and the totals.

    Anything with the method ``output_layer`` may stand for an objective.
    """
    native = engine(isa)
    n_words, dim = len(setting.keep_thresholds), tables[0].shape[1]
    bound = objective
    if isinstance(objective, Objective):
        bound = bound_to(objective, counts_of(n_words), dim)
    padded = [native.allocate_table(len(t), TrainingConfig(dim=dim).stride) for t in tables]
    for table, values in zip(padded, tables, strict=True):
        table[:, :dim] = values
    positions = None
    if setting.positions:
        positions = native.allocate_table(2 * setting.window, TrainingConfig(dim=dim).stride)
        positions[:, :dim] = 1
        padded.append(positions)
    lengths = [len(s) for s in setting.sentences]
    plan = native.TrainingPlan(
        ids=np.array([w for s in setting.sentences for w in s], np.int32),
        sentence_offsets=np.cumsum([0, *lengths]).astype(np.int64),
        keep_thresholds=np.array(setting.keep_thresholds, np.uint32),
        input_rows=padded[0],
        position_rows=positions,
        **bag_arrays(setting.bags),
        output_rows=padded[1],
        output_layer=bound.output_layer(native),
        architecture=setting.architecture,
        mean_scale=setting.mean_scale,
        mean_exponent=setting.mean_exponent,
        window=setting.window,
        fixed_radius=setting.fixed_radius,
        frozen=None if setting.frozen is None else np.array(setting.frozen, np.uint8),
        epochs=setting.epochs,
        start_lr=setting.start_lr,
        end_lr=setting.end_lr,
        seed=setting.seed,
        chunk_tokens=setting.chunk_tokens,
    )
    trainer = native.Trainer(plan)
    for first, last in chunk_range or [(0, trainer.n_chunks)]:
        trainer.start(first, last, n_threads)
        assert trainer.wait(60)
    for table in padded:
        assert not table[:, dim:].any(), "the padding must stay zero"
    return [table[:, :dim] for table in padded], trainer.totals()


def bag_arrays(bags):
    if bags is None:
        return {}
    offsets = np.cumsum([0, *map(len, bags)]).astype(np.int64)
    return {"bag_offsets": offsets, "bag_row_ids": np.concatenate(bags).astype(np.int32)}


def train_twin(objective, setting, tables, one_step=step):
    inputs, outputs = (table.astype(np.float64) for table in tables)
    slotted = Slotted(setting, inputs)
    total, n_targets = 0.0, 0
    n_words, dim = len(setting.keep_thresholds), tables[0].shape[1]
    selector = objective
    if isinstance(objective, Objective):
        selector = selector_for(objective, dim, n_words)
    for batch in walk(setting, selector):
        for one in batch:
            slotted.run(one.tile.before)
            if isinstance(one.outputs, DrawnAsNeeded):
                one.outputs.grow(hidden_vectors(one, slotted.rows, setting), outputs)
        total += loss(batch, slotted.rows, outputs, setting)
        n_targets += sum(1 if s.mean else len(s.tile.input_ids) for s in batch)
        one_step(batch, slotted, outputs)
        if setting.frozen is not None:
            frozen = np.flatnonzero(setting.frozen)
            slotted.rows[frozen] = tables[0][frozen]
    inputs, positions = slotted.rows[: len(inputs)], slotted.rows[-2 * setting.window :]
    return (inputs, outputs, *([positions] if setting.positions else [])), total, n_targets


def make_model(objective, architecture="skipgram", n_words=40, dim=7, window=3, scale=1.0, seed=5):
    """A model with random weights; word ids are no alphabetical order."""
    rng = np.random.default_rng(seed)
    words = [f"w{(i + 17) % n_words}x" for i in range(n_words)]
    counts = np.array([1000 // (i + 1) + 1 for i in range(n_words)])
    vocabulary = Vocabulary(words, counts)
    config = TrainingConfig(architecture=architecture, dim=dim, window=window)
    bound = objective.bind(vocabulary, config)
    shapes = [(n_words, dim), (bound.n_outputs, dim)]
    weights = [rng.normal(0, scale, shape).astype(np.float32) for shape in shapes]
    return Model(
        vocabulary=vocabulary,
        weights={
            "input_vectors": weights[0],
            "output_vectors": np.pad(weights[1], ((0, 0), (0, 9)))[:, :dim],  # of a padded table
        },
        bound=bound,
        config=config,
    )
