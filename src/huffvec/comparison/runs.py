"""One run of a comparison: an objective is trained, and measured while and after it learns."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from huffvec.comparison.depth import tree_depth
from huffvec.comparison.plans import Plan
from huffvec.comparison.results import Memory, Moment, RunResult, Score
from huffvec.comparison.split import Split
from huffvec.errors import HuffvecError, TrainingError
from huffvec.evaluation.calibration import MAX_TARGETS, Calibration, calibration_of
from huffvec.evaluation.heldout import evaluate_encoded
from huffvec.training.callbacks import Callback, Report
from huffvec.training.checks import check_learned
from huffvec.training.run import CHUNK_TOKENS, TrainingRun
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.model import Model

# Shares of the run after which the sample of the held-out text is predicted.
MOMENTS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
MIN_CHUNK_TOKENS = 200
# Chunks that each thread gets between two moments, so that none of them waits long for the others.
CHUNKS_BETWEEN = 20
MAX_CHUNK_SECONDS = 0.5
CALIBRATION_PROBS = 50_000_000  # that calibration looks at, at most: it takes seconds a run

Keep = Callable[[RunResult, "Model"], None]


class _MemoryWatch(Callback):
    """Passes on reports of training, and measures the memory of the process."""

    def __init__(self, callback: Callback) -> None:
        self._callback = callback
        self._start = resident_bytes()
        self._most = 0

    def report(self, report: Report) -> None:
        """Pass on the report and take a look."""
        self._callback.report(report)
        self.look()

    def look(self) -> None:
        """See how much memory there is now."""
        self._most = max(self._most, resident_bytes() - self._start)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave out what is taken, and not given back, meanwhile."""
        before = resident_bytes()
        yield
        self._start += resident_bytes() - before

    @property
    def growth(self) -> int | None:
        """The peak memory less the memory at the start; ``None`` if it cannot be measured."""
        return self._most if self._start else None


def train_and_measure(
    plan: Plan,
    split: Split,
    *,
    pairs: Sequence[str | Path],
    analogies: Sequence[str | Path],
    callback: Callback,
    keep: Keep | None = None,
) -> RunResult:
    """Train as planned and return what was measured; keep is called with it and the model.

    A run that cannot be finished (numbers that are not finite, too few words, too little memory)
    is a result too: it says why.
    """
    try:
        result, model = _train(plan, split, pairs, analogies, callback)
    except TrainingError as error:
        return failed(plan, str(error), diverged=True)
    except (HuffvecError, MemoryError) as error:
        return failed(plan, str(error) or "not enough memory")
    if keep is not None and model is not None:
        keep(result, model)
    return result


def failed(plan: Plan, reason: str, *, diverged: bool = False) -> RunResult:
    """Return the result of a run that came to nothing."""
    return RunResult(
        plan.candidate.label,
        plan.config.seed,
        "failed",
        reason,
        planned_epochs=plan.config.epochs,
        learning_rate=plan.config.learning_rate,
        timed=plan.until_limit,
        diverged=diverged,
    )


def _train(
    plan: Plan,
    split: Split,
    pairs: Sequence[str | Path],
    analogies: Sequence[str | Path],
    callback: Callback,
) -> tuple[RunResult, Model | None]:
    watch = _MemoryWatch(callback)
    run = TrainingRun(
        split.train,
        split.vocabulary,
        plan.candidate.objective,
        plan.config,
        chunk_tokens=_chunk_tokens(plan, split.train.n_tokens),
    )
    curve = _curve(run, plan, split, watch)
    check_learned(run)
    done = run.position
    model = run.model()
    heldout = evaluate_encoded(model, split.heldout, n_oov=split.n_oov)
    if not math.isfinite(heldout.nats):
        reason = "the held-out loss is not a finite number: the run has diverged"
        return failed(plan, reason, diverged=True), None
    complete = plan.until_limit or done.chunks == run.n_chunks
    result = RunResult(
        label=plan.candidate.label,
        seed=plan.config.seed,
        status="complete" if complete else "partial",
        tokens=done.tokens,
        epochs=done.tokens / split.train.n_tokens,
        planned_epochs=plan.config.epochs,
        targets=done.targets,
        seconds=done.seconds,
        nats=heldout.nats,
        n_targets=heldout.n_targets,
        curve=curve,
        scores=_scores(model, pairs, analogies),
        tree=tree_depth(run.bound, split.vocabulary),
        memory=_memory(run, watch.growth),
        learning_rate=run.config.learning_rate,
        timed=plan.until_limit,
        calibration=_calibration(model, split),
    )
    return result, model


def _calibration(model: Model, split: Split) -> Calibration:
    """Return how far probabilities are right, on the same sample for all objectives."""
    most = max(1, CALIBRATION_PROBS // len(split.vocabulary))
    return calibration_of(model, split.heldout, min(MAX_TARGETS, most))


def _curve(run: TrainingRun, plan: Plan, split: Split, watch: _MemoryWatch) -> tuple[Moment, ...]:
    """Train, and return the loss on the sample at the moments for measuring."""
    curve: list[Moment] = []
    for first, last in _sections(run, plan):
        run.train_chunks(first, last, watch)
        watch.look()
        if run.position.seconds > (curve[-1].seconds if curve else 0.0):
            with watch.paused():
                nats = evaluate_encoded(run.model(), split.sample).nats
            curve.append(Moment(run.position.seconds, run.position.tokens, nats))
    return tuple(curve)


def _memory(run: TrainingRun, growth: int | None) -> Memory:
    """Return the bytes of a run's tables, and by how much the process grew."""
    tables = [*run.padded.values(), *run.bound.arrays().values()]
    return Memory(
        input_bytes=run.padded[INPUT_VECTORS.name].nbytes,
        output_bytes=run.padded[OUTPUT_VECTORS.name].nbytes,
        table_bytes=sum(table.nbytes for table in tables),
        peak_growth_bytes=growth,
    )


def _chunk_tokens(plan: Plan, n_tokens: int) -> int:
    """Return the size of chunks: small enough that threads end each section at about one time."""
    threads = plan.config.threads()
    n_chunks = CHUNKS_BETWEEN * threads * len(MOMENTS)
    a_while = plan.tokens_per_second / threads * MAX_CHUNK_SECONDS
    size = min(CHUNK_TOKENS, a_while, n_tokens * plan.config.epochs / n_chunks)
    return max(MIN_CHUNK_TOKENS, int(size))


def _sections(run: TrainingRun, plan: Plan) -> Iterator[tuple[int, int]]:
    """Yield the chunks to train, first and last + 1, with a moment for measuring after each.

    If time is short, only the first part of each section is trained: the learning rate falls to
    its end nevertheless, and what is trained on comes from all over the text.
    """
    n_chunks = run.n_chunks
    seconds_per_chunk = run.chunk_tokens / plan.tokens_per_second
    first = 0
    for last in np.unique(np.ceil(n_chunks * np.array(MOMENTS)).astype(int)).tolist():
        share = 1.0
        if plan.limit_seconds is not None:
            if run.position.chunks:
                seconds_per_chunk = run.position.seconds / run.position.chunks
            left = max(plan.limit_seconds - run.position.seconds, 0.0)
            share = min(1.0, left / (seconds_per_chunk * (n_chunks - first)))
        chosen = math.ceil(share * (last - first))
        if chosen:
            yield first, first + chosen
        first = last


def _scores(
    model: Model, pairs: Sequence[str | Path], analogies: Sequence[str | Path]
) -> tuple[Score, ...]:
    """Return the vectors' scores, of 100, on files of word pairs and of analogies."""
    if not (pairs or analogies):
        return ()
    result = model.vectors.evaluate(pairs=[*pairs], analogies=[*analogies])
    return (
        *(Score(p.name, "pairs", 100 * p.spearman, p.n_pairs) for p in result.pairs),
        *(
            Score(a.total.name, "analogies", 100 * a.total.accuracy, a.total.n_questions)
            for a in result.analogies
        ),
    )


def resident_bytes() -> int:
    """Return the memory that this process has now; 0 where the system does not tell it (Linux)."""
    if not sys.platform.startswith("linux"):
        return 0
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()
