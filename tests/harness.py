"""What the tests of objectives share: every objective, and how its engine and its twin are run."""

from dataclasses import replace
from typing import Any

import numpy as np
from reference.setting import Documents, Setting
from word_architectures import WORD_ARCHITECTURES

from huffvec import Model, Vocabulary
from huffvec.architectures import ARCHITECTURES
from huffvec.config import TrainingConfig
from huffvec.engine import engine
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
# What predicts labels of documents: these, too.
LABEL_CASES = {
    **CASES,
    "one-vs-all": OneVsAll(),
    "label-tree": LabelTree("balanced", arity=3),
    "label-tree-logistic": LabelTree("huffman", arity=2, link="logistic"),
    "label-tree-wide": LabelTree("balanced", arity=64),
    "one-vs-all-logistic": OneVsAll(link="logistic"),
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
    for architecture in WORD_ARCHITECTURES
    for inputs in INPUTS
    if ARCHITECTURES[architecture].own_weights or "positions" not in inputs
]


def make_documents(labels: str, n_documents: int = 30, **changes) -> Setting:
    """Documents with "one" label each or "several"; "weighted", each counts something else.

    One has no features, and where there are several labels one has none, one has one twice.
    """
    rng = np.random.default_rng(8)
    probs = counts_of(N_WORDS) / counts_of(N_WORDS).sum()
    sizes = np.ones(n_documents, int) if labels == "one" else rng.integers(0, 7, n_documents)
    sentences = [rng.choice(N_WORDS, size=n, p=probs, replace=False).tolist() for n in sizes]
    bags = []
    for n in rng.integers(1, 12, len(sentences)):
        values = rng.uniform(0.2, 1, n).astype(np.float32)
        bags.append(list(zip(rng.permutation(N_ROWS)[:n].tolist(), values.tolist(), strict=True)))
    bags[3], sentences[3] = [], [2]
    if labels != "one":
        sentences[5], sentences[6] = [], [4, 9, 4]
    weights = None
    if labels == "weighted":
        weights = [k % 4 / 2 for k in range(len(sentences))]
    setting = make_setting(architecture="documents", n_rows=N_ROWS)
    return replace(setting, sentences=sentences, documents=Documents(bags, weights), **changes)


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
    dim = tables[0].shape[1]
    bound = objective
    if isinstance(objective, Objective):
        bound = bound_to(objective, counts_of(len(setting.keep_thresholds)), dim)
    padded, fields = plan_fields(native, setting, tables)
    plan = native.TrainingPlan(
        output_layer=bound.output_layer(native), **fields, **document_arrays(setting.documents)
    )
    trainer = native.Trainer(plan)
    for first, last in chunk_range or [(0, trainer.n_chunks)]:
        trainer.start(first, last, n_threads)
        assert trainer.wait(60)
    for table in padded:
        assert not table[:, dim:].any(), "the padding must stay zero"
    return [table[:, :dim] for table in padded], trainer.totals()


def plan_fields(native, setting, tables):
    """Copies of the tables with the engine's length of rows, and the fields of a plan for them."""
    dim = tables[0].shape[1]
    padded = [native.allocate_table(len(t), TrainingConfig(dim=dim).stride) for t in tables]
    for table, values in zip(padded, tables, strict=True):
        table[:, :dim] = values
    positions = None
    if setting.positions:
        positions = native.allocate_table(2 * setting.window, TrainingConfig(dim=dim).stride)
        positions[:, :dim] = 1
        padded.append(positions)
    lengths = [len(s) for s in setting.sentences]
    return padded, {
        "ids": np.array([w for s in setting.sentences for w in s], np.int32),
        "sentence_offsets": np.cumsum([0, *lengths]).astype(np.int64),
        "keep_thresholds": np.array(setting.keep_thresholds, np.uint32),
        "input_rows": padded[0],
        "position_rows": positions,
        **bag_arrays(setting.bags),
        **tag_arrays(setting.tags, padded),
        "output_rows": padded[1],
        "architecture": setting.architecture,
        "mean_scale": setting.mean_scale,
        "mean_exponent": setting.mean_exponent,
        "window": setting.window,
        "fixed_radius": setting.fixed_radius,
        "frozen": None if setting.frozen is None else np.array(setting.frozen, np.uint8),
        "epochs": setting.epochs,
        "start_lr": setting.start_lr,
        "end_lr": setting.end_lr,
        "seed": setting.seed,
        "deterministic": setting.deterministic,
        "chunk_tokens": setting.chunk_tokens,
    }


def assert_equal_but_for_rounding(trained, expected, tables, n_steps):
    # Each step rounds a row's values once or a few times; errors add up at most linearly.
    for table, twin, start in zip(trained, expected, tables, strict=True):
        bound = 4 * n_steps * EPS * np.abs(twin).max()
        np.testing.assert_allclose(table, twin, rtol=0, atol=bound)
        assert np.abs(twin - start).max() > 100 * bound, "the test must be able to fail"


def bag_arrays(bags):
    if bags is None:
        return {}
    offsets = np.cumsum([0, *map(len, bags)]).astype(np.int64)
    return {"bag_offsets": offsets, "bag_row_ids": np.concatenate(bags).astype(np.int32)}


def tag_arrays(tags, padded):
    if tags is None:
        return {}
    return {
        "tag_rows": padded[2],
        "tag_offsets": np.cumsum([0, *map(len, tags)]).astype(np.int64),
        "tag_ids": np.array([tag for own in tags for tag in own], np.int32),
    }


def document_arrays(documents):
    if documents is None:
        return {}
    arrays = {
        "feature_offsets": np.cumsum([0, *map(len, documents.bags)]).astype(np.int64),
        "feature_row_ids": np.array([row for bag in documents.bags for row, _ in bag], np.int32),
        "feature_values": np.array([v for bag in documents.bags for _, v in bag], np.float32),
    }
    if documents.weights is not None:
        arrays["document_weights"] = np.array(documents.weights, np.float32)
    return arrays


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
