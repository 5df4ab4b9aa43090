"""Types of the compiled training engine (``cpp/bind/engine.cpp``), the same for all builds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

def cpu_isas() -> list[str]:
    """Return the instruction sets that this CPU has, narrowest first."""

def huffman_paths(
    counts: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Return path_offsets, path_ids and codes of the Huffman tree of descending counts."""

def alias_table(
    probs: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    """Return accept and alias, (n,) each, of the table that noise words are drawn with.

    A draw takes one of n slots, and with 32 random bits below accept[slot] that id, else the alias.
    """

def allocate_table(n_rows: int, stride: int) -> npt.NDArray[np.float32]:
    """Return a zeroed, 64-byte aligned float32 table (n_rows, stride)."""

def fill_uniform(table: npt.NDArray[np.float32], dim: int, half_width: float, seed: int) -> None:
    """Fill the first dim columns from U(-half_width, half_width); rows depend on (seed, row)."""

def changes(
    now: npt.NDArray[np.float32],
    before: npt.NDArray[np.float32],
    half: bool = False,
    n_threads: int = 1,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32 | np.float16]]:
    """Return which rows differ, rising, and now - before of them, float32 or float16 (n, dim).

    What is too large for a float16 becomes the largest.
    """

def merge_changes(
    blocks: Sequence[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]]
    | Sequence[tuple[npt.NDArray[np.int64], npt.NDArray[np.float16]]],
    n_threads: int = 1,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32 | np.float16]]:
    """Merge changes of several blocks, each ids that rise and changes (n, dim), of one dtype.

    Row by row, in pairs, by the rule of ``cpp/engine/adaptive_sum.hpp``.
    """

def add_rows(
    table: npt.NDArray[np.float32],
    ids: npt.NDArray[np.int64],
    changes: npt.NDArray[np.float32 | np.float16],
    n_threads: int = 1,
) -> None:
    """Add changes (n, dim) to rows of a table."""

def copy_rows(
    table: npt.NDArray[np.float32],
    ids: npt.NDArray[np.int64],
    source: npt.NDArray[np.float32],
    n_threads: int = 1,
) -> None:
    """Set rows of a table to those of another one."""

class OutputLayer:
    """An objective's tables in the engine."""

    @property
    def n_words(self) -> int: ...
    @property
    def n_outputs(self) -> int: ...
    @property
    def takes_sets(self) -> bool:
        """Whether all labels of a document are one target, and not a target each."""

class NoiseSampling(OutputLayer):
    def __init__(
        self,
        rule: str,
        noise_probs: npt.NDArray[np.float64],
        samples: int,
        *,
        share: int = 1,
        offsets: npt.NDArray[np.float64] | None = None,
        learn_log_z: bool = False,
    ) -> None:
        """Take the name of a rule of ``cpp/engine/outputs/noise_rule.hpp``.

        Offsets are numbers by word that are added to scores; negative sampling has none.
        """

class ImportanceSampling(OutputLayer):
    def __init__(
        self,
        proposal_probs: npt.NDArray[np.float64],
        samples: int,
        effective_samples: float,
        max_samples: int,
    ) -> None:
        """See ``cpp/engine/outputs/importance_sampling.hpp``."""

class CandidateSoftmax(OutputLayer):
    def __init__(
        self,
        n_words: int,
        candidates: int,
        *,
        linear: float = 1.0,
        square: float = 0.0,
        offset: float = 0.0,
        constant: float = 0.0,
        low: float = 0.0,
        high: float = 0.0,
        share: float = 1.0,
    ) -> None:
        """See ``candidate_softmax.hpp``; candidates = n_words is the full softmax.

        The rest is the ``Normaliser`` of ``cpp/engine/outputs/batch_softmax.hpp``.
        """

class DifferentiatedSoftmax(OutputLayer):
    def __init__(
        self, bands: npt.NDArray[np.int32], ranks: npt.NDArray[np.int32] | None = None
    ) -> None:
        """Take the tables of :mod:`huffvec.objectives.bands`."""

class AdaptiveSoftmax(OutputLayer):
    def __init__(
        self, clusters: npt.NDArray[np.int32], ranks: npt.NDArray[np.int32] | None = None
    ) -> None:
        """Take the tables of :mod:`huffvec.objectives.bands`, without the frequent words."""

class HierarchicalSoftmax(OutputLayer):
    def __init__(
        self,
        path_offsets: npt.NDArray[np.int64],
        path_ids: npt.NDArray[np.int32],
        codes: npt.NDArray[np.uint8],
    ) -> None: ...

class TreeAndNoise(OutputLayer):
    def __init__(self, tree: HierarchicalSoftmax, noise: NoiseSampling) -> None:
        """Train both at once: rows of the tree, then of the words, by negative sampling."""

class OneVsAll(OutputLayer):
    def __init__(self, n_words: int, is_logistic: bool) -> None:
        """See ``cpp/engine/outputs/one_vs_all.hpp``."""

class LabelTree(OutputLayer):
    def __init__(
        self, parents: npt.NDArray[np.int32], leaves: npt.NDArray[np.int32], is_logistic: bool
    ) -> None:
        """Take the arrays of a `huffvec.trees.MultiwayTree`."""

class Totals:
    """What was trained: chunks, tokens, targets, and the sum of their losses in nats."""

    def __init__(
        self, chunks: int = 0, tokens: int = 0, targets: float = 0.0, loss: float = 0.0
    ) -> None: ...
    @property
    def chunks(self) -> int: ...
    @property
    def tokens(self) -> int: ...
    @property
    def targets(self) -> float: ...
    @property
    def loss(self) -> float: ...

@dataclass(kw_only=True)
class TrainingPlan:
    """What is trained and how; the trainer keeps the arrays alive."""

    output_layer: OutputLayer
    ids: npt.NDArray[np.int32]
    sentence_offsets: npt.NDArray[np.int64]
    keep_thresholds: npt.NDArray[np.uint32]
    input_rows: npt.NDArray[np.float32]
    output_rows: npt.NDArray[np.float32]
    architecture: str
    mean_scale: float
    mean_exponent: float
    window: int
    fixed_radius: bool = False
    epochs: int
    start_lr: float
    end_lr: float
    seed: int
    deterministic: bool = False
    chunk_tokens: int
    bag_offsets: npt.NDArray[np.int64] | None = None
    bag_row_ids: npt.NDArray[np.int32] | None = None
    position_rows: npt.NDArray[np.float32] | None = None
    frozen: npt.NDArray[np.uint8] | None = None
    tag_rows: npt.NDArray[np.float32] | None = None
    tag_offsets: npt.NDArray[np.int64] | None = None
    tag_ids: npt.NDArray[np.int32] | None = None
    infers: bool = False
    document_prior: float = 0.0
    document_epochs: npt.NDArray[np.int32] | None = None
    bag_sizes: npt.NDArray[np.float32] | None = None
    feature_offsets: npt.NDArray[np.int64] | None = None
    feature_row_ids: npt.NDArray[np.int32] | None = None
    feature_values: npt.NDArray[np.float32] | None = None
    document_weights: npt.NDArray[np.float32] | None = None

ROUND_CHUNKS: int
"""Chunks of a round of deterministic training."""

class Trainer:
    def __init__(self, plan: TrainingPlan) -> None: ...
    @property
    def n_chunks(self) -> int:
        """Chunks in all epochs."""

    @property
    def next_chunk(self) -> int:
        """The first chunk that no thread has begun."""

    def learning_rate(self, chunk: int) -> float: ...
    def begins_at(self, chunk: int) -> bool:
        """Whether training can begin there: with ``deterministic``, where a round begins."""

    def start(self, first: int, last: int, n_threads: int, before: Totals = ...) -> None:
        """Begin to train chunks first … last - 1 in threads of the engine.

        The totals count on from those of before. With ``deterministic``, first is where a round
        begins, and the round that chunk last - 1 is in is trained as a whole.
        """

    def wait(self, seconds: float) -> bool:
        """Wait for the threads, at most so long; true when they are done. Rethrows their errors."""

    def stop(self) -> None:
        """Let every thread finish its chunk and no more, or all of them the round."""

    def abandon(self) -> None:
        """Let every thread leave its chunk unfinished: at once, but nothing can go on exactly."""

    def totals(self) -> Totals: ...
