"""The long steps of a comparison: what a step costs, and all the runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from huffvec.comparison.candidates import Candidate
from huffvec.comparison.cost import Cost, measure_cost, shortened, vocabulary_sizes
from huffvec.comparison.plans import Budget, make_plan, speed_of
from huffvec.comparison.progress import SilentRuns
from huffvec.comparison.results import Results
from huffvec.comparison.runs import train_and_measure
from huffvec.comparison.split import Split
from huffvec.config import TrainingConfig
from huffvec.errors import HuffvecError

if TYPE_CHECKING:
    pass


@dataclass
class Job:
    """What all steps of a comparison need."""

    split: Split
    config: TrainingConfig
    candidates: list[Candidate]
    results: Results
    folder: Path
    progress: SilentRuns
    budget: Budget
    probe_seconds: float
    tests: dict[str, list[Path]] = field(default_factory=dict)

    def config_of(self, candidate: Candidate) -> TrainingConfig:
        """Return the training options of a candidate."""
        if candidate.learning_rate is None:
            return self.config
        return self.config.with_options(learning_rate=candidate.learning_rate)


def measure_costs(job: Job) -> None:
    """Measure what a step of each candidate costs, in turns, by the size of the vocabulary."""
    missing = [c for c in job.candidates if not job.results.costs.get(c.label)]
    sizes = vocabulary_sizes(len(job.split.vocabulary)) if job.probe_seconds else []
    costs: dict[str, list[Cost]] = {candidate.label: [] for candidate in missing}
    n_done = 0
    for size in sizes if missing else ():
        corpus, vocabulary = shortened(job.split, size)
        for candidate in missing:
            job.progress.probe(candidate.label, size, n_done, len(sizes) * len(missing))
            n_done += 1
            try:
                config = job.config_of(candidate)
                cost = measure_cost(corpus, vocabulary, candidate, config, job.probe_seconds)
            except (HuffvecError, MemoryError):
                continue  # a tree made for all the words, say; a real problem comes up in the run
            if cost.targets:
                costs[candidate.label].append(cost)
    for candidate in missing:
        job.results.costs[candidate.label] = costs[candidate.label]
    job.results.save(job.folder)


def make_runs(job: Job, seeds: Sequence[int]) -> int:
    """Make the runs that are missing, all candidates with a seed before the next seed."""
    n_runs, n_reused, nth = len(seeds) * len(job.candidates), 0, 0
    speeds = {
        label: speed
        for label, costs in job.results.costs.items()
        if (speed := speed_of(costs, len(job.split.vocabulary)))
    }
    for seed in seeds:
        for candidate in job.candidates:
            nth += 1
            known = job.results.find(candidate.label, seed)
            if known:
                n_reused += 1
                job.progress.reused(known, nth, n_runs)
                continue
            job.progress.begin(candidate.label, seed, nth, n_runs)
            config = job.config_of(candidate).with_options(seed=seed)
            plan = make_plan(candidate, config, job.budget, job.split.train.n_tokens, speeds)
            result = train_and_measure(plan, job.split, **job.tests, callback=job.progress)
            job.results.runs.append(result)
            job.results.save(job.folder)
            job.progress.finished(result, nth, n_runs)
    return n_reused
