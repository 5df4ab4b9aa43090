"""What a comparison has found, and the file it is kept in.

``results.json`` is written anew, completely or not at all, after every run, so that a comparison
that was stopped goes on where it was: runs are known by their terms (`huffvec.comparison.terms`)
and the seed. Runs that were made to find the best rate are kept like all others.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from huffvec.comparison.cost import Cost
from huffvec.comparison.depth import TreeDepth
from huffvec.comparison.terms import BY, By, Terms
from huffvec.evaluation.calibration import Calibration
from huffvec.evaluation.gradient_bias import GradientBiases
from huffvec.files.json_values import finite
from huffvec.files.writing import atomic_path

FILE_NAME = "results.json"
VERSION = 2
MAX_LABELS, MAX_TESTS = 60, 30  # what a report can show
Status = Literal["complete", "partial", "failed"]


@dataclass(frozen=True)
class Moment:
    """A moment of a run: seconds and tokens trained until then, and the loss on the sample."""

    seconds: float
    tokens: int
    nats: float


@dataclass(frozen=True)
class Score:
    """What the vectors reach, of 100, in a test: the name of its file, its kind, questions asked.

    It is nan if no question could be asked.
    """

    name: str
    kind: str
    value: float
    n: int


@dataclass(frozen=True)
class Memory:
    """Bytes that a run takes.

    Attributes
    ----------
    input_bytes, output_bytes
        The two tables of weights, rows padded to whole vector registers.
    table_bytes
        Both, and the objective's own arrays.
    peak_growth_bytes
        How much more memory the process had (resident pages, looked at about ten times a second
        while training) than before the run; ``None`` where the system does not tell.
    """

    input_bytes: int
    output_bytes: int
    table_bytes: int
    peak_growth_bytes: int | None


@dataclass(frozen=True)
class RunResult:
    """One objective trained with one seed.

    Attributes
    ----------
    label
        The objective with its options.
    seed
        Start of the random draws.
    status
        ``"complete"``, ``"partial"``: the time allowed was over first, or ``"failed"``.
    message
        Why it failed.
    tokens, epochs, planned_epochs
        Tokens trained, how many times through the text that is, and how many it should have been.
    targets
        Predictions trained.
    seconds
        Wall time of training, without what it took to measure.
    nats
        Mean of -log p(target | window) over the held-out text.
    n_targets
        Targets in the held-out text.
    curve
        The loss on the sample while the run went on.
    scores
        Similarity and analogies, for those files that were given.
    memory
        What it took.
    tree
        How deep words lie, if the objective has a tree.
    learning_rate
        The rate at the start; ``None``: not known, in files of older versions.
    timed
        Whether the time was the budget, not the epochs.
    diverged
        Whether it failed because numbers overflowed.
    calibration
        How far its probabilities are right, on a sample of the held-out text.
    """

    label: str
    seed: int
    status: Status
    message: str = ""
    tokens: int = 0
    epochs: float = 0.0
    planned_epochs: int = 0
    targets: float = 0.0
    seconds: float = 0.0
    nats: float = math.nan
    n_targets: int = 0
    curve: tuple[Moment, ...] = ()
    scores: tuple[Score, ...] = ()
    memory: Memory | None = None
    tree: TreeDepth | None = None
    learning_rate: float | None = None
    timed: bool = False
    diverged: bool = False
    calibration: Calibration | None = None

    @property
    def words_per_second(self) -> float:
        """Tokens of the text trained in a second of wall time."""
        return self.tokens / self.seconds if self.seconds else math.nan

    @property
    def seconds_per_target(self) -> float:
        """Wall time of one prediction, all threads working."""
        return self.seconds / self.targets if self.targets else math.nan


@dataclass(frozen=True)
class Gradients:
    """What the objectives that draw words estimate, at the probabilities of one model.

    Attributes
    ----------
    label, nats
        The objective that trained the model, and its held-out loss.
    biases
        How far the gradients are from the full softmax's.
    """

    label: str
    nats: float
    biases: GradientBiases


@dataclass
class Results:
    """All that a comparison has found so far.

    Attributes
    ----------
    settings
        What must be the same for runs to be comparable, as JSON values.
    about
        The text and the machine, for people.
    labels
        The objectives compared, in the order asked for.
    costs
        For each label what a step costs, by the size of the vocabulary.
    runs
        The runs, in the order in which they were finished.
    terms
        On which terms each objective is compared, in each comparison; none of results that are
        one comparison alone.
    gradients
        Those of objectives that draw words, on the best model; ``None`` if not measured.
    """

    settings: dict[str, Any]
    about: dict[str, Any]
    labels: list[str] = field(default_factory=list)
    costs: dict[str, list[Cost]] = field(default_factory=dict)
    runs: list[RunResult] = field(default_factory=list)
    terms: list[Terms] = field(default_factory=list)
    gradients: Gradients | None = None

    def __repr__(self) -> str:
        return f"Results({len(self.runs)} runs of {len(self.labels)} objectives)"

    def find(self, terms: Terms, seed: int) -> RunResult | None:
        """Return the run on some terms with a seed, if it has been made."""
        return next((run for run in self.runs if run.seed == seed and terms.fit(run)), None)

    def agree(self, terms: Sequence[Terms]) -> None:
        """Compare on these terms; those of before stay for other objectives and comparisons."""
        new = {(one.by, one.label) for one in terms}
        before = [one for one in self.terms if (one.by, one.label) not in new]
        self.terms = sorted([*before, *terms], key=lambda one: BY.index(one.by))

    @property
    def by(self) -> list[By]:
        """The comparisons that there are."""
        return list(dict.fromkeys(one.by for one in self.terms))

    def compared(self, by: By | None = None) -> Results:
        """Return one comparison alone: the runs that were made on its terms; by default the first.

        Its settings say the budget of this comparison.
        """
        if not self.terms:
            return self
        by = by or self.by[0]
        terms = {one.label: one for one in self.terms if one.by == by}
        runs = [run for run in self.runs if run.label in terms and terms[run.label].fit(run)]
        budget = {"epochs": None} if by == "time" else {}
        settings = self.settings | budget
        return replace(self, settings=settings, runs=runs, terms=list(terms.values()))

    def comparisons(self) -> dict[By, Results]:
        """Return every comparison alone."""
        return {by: self.compared(by) for by in self.by}

    @property
    def trees(self) -> dict[str, TreeDepth]:
        """For each label with a tree how deep its words lie."""
        return {run.label: run.tree for run in reversed(self.runs) if run.tree}

    def of(self, label: str) -> list[RunResult]:
        """Return the runs of an objective."""
        return [run for run in self.runs if run.label == label]

    def save(self, folder: Path, recommendation: Sequence[dict[str, Any]] = ()) -> None:
        """Write `FILE_NAME` in the folder, with what it comes to for those who read the file.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        values = {
            "huffvec_comparison": VERSION,
            "recommendation": list(recommendation),
            **asdict(self),
        }
        text = json.dumps(finite(values), indent=1)
        with atomic_path(folder / FILE_NAME) as temporary:
            temporary.write_text(text, "utf-8")
