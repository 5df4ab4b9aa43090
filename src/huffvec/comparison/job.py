"""The work of a comparison: what a step costs, and one run after another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from huffvec.comparison.candidates import Candidate
from huffvec.comparison.cost import Cost, measure_cost, shortened, vocabulary_sizes
from huffvec.comparison.options import ComparisonOptions
from huffvec.comparison.plans import Budget, Plan, make_plan, speed_of
from huffvec.comparison.progress import SilentRuns
from huffvec.comparison.results import Gradients, Results, RunResult
from huffvec.comparison.runs import train_and_measure
from huffvec.comparison.split import Split
from huffvec.comparison.terms import By, Terms
from huffvec.config import TrainingConfig
from huffvec.errors import HuffvecError
from huffvec.evaluation.gradient_bias import gradient_bias_of
from huffvec.evaluation.sampled_gradients import RULES
from huffvec.learning_rates import learning_rates
from huffvec.objectives.bound import BoundWordRows
from huffvec.objectives.naming import text_of

if TYPE_CHECKING:
    from huffvec.model import Model

GRADIENT_TARGETS, GRADIENT_DRAWS = 60, 200


@dataclass
class Job:
    """What all steps of a comparison need, and what they have come to.

    Attributes
    ----------
    by
        The comparisons that are made.
    n_reused
        Runs that were there already.
    """

    split: Split
    config: TrainingConfig
    candidates: list[Candidate]
    results: Results
    folder: Path
    progress: SilentRuns
    budget: Budget
    by: tuple[By, ...]
    asked: ComparisonOptions
    tests: dict[str, list[Path]] = field(default_factory=dict)
    n_reused: int = 0
    _best: tuple[RunResult, Model] | None = None
    _told: list[RunResult] = field(default_factory=list)

    def config_of(self, candidate: Candidate) -> TrainingConfig:
        """Return the training options of a candidate."""
        if candidate.learning_rate is None:
            return self.config
        return self.config.with_options(learning_rate=candidate.learning_rate)

    def plan(self, candidate: Candidate, epochs: int | None) -> Plan:
        """Return how a candidate is trained without a search for its rate."""
        speeds = {
            label: speed
            for label, costs in self.results.costs.items()
            if (speed := speed_of(costs, len(self.split.vocabulary)))
        }
        budget = replace(self.budget, epochs=epochs)
        config, n_tokens = self.config_of(candidate), self.split.train.n_tokens
        return make_plan(candidate, config, budget, n_tokens, speeds)

    def untuned(self, candidate: Candidate, by: By, epochs: int | None) -> Terms:
        """Return the terms of a candidate without a search for its rate."""
        config = self.plan(candidate, epochs).config
        mean_count = self.split.train.n_tokens / len(self.split.vocabulary)
        rate = learning_rates(config, candidate.objective, mean_count).start
        return Terms(by, candidate.label, epochs, rate, rate, seed=self.config.seed)

    def run(self, candidate: Candidate, terms: Terms, seed: int) -> RunResult:
        """Return a candidate's run on some terms: it is trained if it has not been made."""
        found = self.results.find(terms, seed)
        if found is not None:
            if found not in self._told:
                self._tell(found, is_new=False)
            return found
        self.progress.begin(named(terms, seed), self._count(1))
        plan = self.plan(candidate, terms.epochs)
        config = plan.config.with_options(learning_rate=terms.learning_rate, seed=seed)
        plan = replace(plan, config=config)
        result = train_and_measure(
            plan, self.split, **self.tests, callback=self.progress, keep=self._keep
        )
        self.results.runs.append(result)
        self.results.save(self.folder)
        self._tell(result, is_new=True)
        return result

    def _keep(self, result: RunResult, model: Model) -> None:
        """Keep the model that predicts best, of those with a row for each word."""
        if not (self.asked.tune and isinstance(model.bound, BoundWordRows)):
            return
        if self._best is None or result.nats < self._best[0].nats:
            self._best = result, model

    def measure_gradients(self) -> None:
        """See what objectives that draw words estimate, at the probabilities of the best model."""
        drawing = [c.objective for c in self.candidates if c.objective.name in RULES]
        objectives = {text_of(own, without=("samples", "candidates")): own for own in drawing}
        before = self.results.gradients
        if not objectives or self._best is None:
            return
        result, model = self._best
        if before is not None and before.nats <= result.nats:
            return
        biases = gradient_bias_of(
            model,
            self.split.heldout,
            list(objectives.values()),
            max_targets=GRADIENT_TARGETS,
            draws=GRADIENT_DRAWS,
            progress=self.progress.stage,
        )
        self.results.gradients = Gradients(result.label, result.nats, biases)
        self.results.save(self.folder)

    def _tell(self, result: RunResult, *, is_new: bool) -> None:
        self._told.append(result)
        if is_new:
            self.progress.finished(result, self._count())
        else:
            self.n_reused += 1
            self.progress.reused(result, self._count())

    def _count(self, more: int = 0) -> str:
        """Return which run this is, of how many if that is known."""
        nth = len(self._told) + more
        if self.asked.tune or "convergence" in self.by:
            return f"{nth}"  # how many there will be depends on what comes out
        return f"{nth}/{len(self.by) * len(self.candidates) * self.asked.seeds}"


def named(terms: Terms, seed: int) -> str:
    """Return what a run is called while it goes on."""
    rate = f", rate {terms.learning_rate:g}" if terms.learning_rate else ""
    return f"{terms.label}{rate}, seed {seed}"


def measure_costs(job: Job) -> None:
    """Measure what a step of each candidate costs, in turns, by the size of the vocabulary."""
    missing = [c for c in job.candidates if not job.results.costs.get(c.label)]
    sizes = vocabulary_sizes(len(job.split.vocabulary)) if job.asked.probe_seconds else []
    costs: dict[str, list[Cost]] = {candidate.label: [] for candidate in missing}
    n_done = 0
    for size in sizes if missing else ():
        corpus, vocabulary = shortened(job.split, size)
        for candidate in missing:
            job.progress.probe(candidate.label, size, n_done, len(sizes) * len(missing))
            n_done += 1
            try:
                config = job.config_of(candidate)
                cost = measure_cost(corpus, vocabulary, candidate, config, job.asked.probe_seconds)
            except (HuffvecError, MemoryError):
                continue  # a tree made for all the words, say; a real problem comes up in the run
            if cost.targets:
                costs[candidate.label].append(cost)
    for candidate in missing:
        job.results.costs[candidate.label] = costs[candidate.label]
    job.results.save(job.folder)
