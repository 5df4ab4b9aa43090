"""What a comparison has found, and the file it is kept in.

``results.json`` is written anew, completely or not at all, after every run, so that a comparison
that was stopped goes on where it was: runs are known by the objective's label and the seed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from huffvec.comparison.cost import Cost
from huffvec.comparison.depth import TreeDepth
from huffvec.files.json_values import finite
from huffvec.files.writing import atomic_path

FILE_NAME = "results.json"
VERSION = 1
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

    @property
    def words_per_second(self) -> float:
        """Tokens of the text trained in a second of wall time."""
        return self.tokens / self.seconds if self.seconds else math.nan

    @property
    def seconds_per_target(self) -> float:
        """Wall time of one prediction, all threads working."""
        return self.seconds / self.targets if self.targets else math.nan


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
    """

    settings: dict[str, Any]
    about: dict[str, Any]
    labels: list[str] = field(default_factory=list)
    costs: dict[str, list[Cost]] = field(default_factory=dict)
    runs: list[RunResult] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Results({len(self.runs)} runs of {len(self.labels)} objectives)"

    def find(self, label: str, seed: int) -> RunResult | None:
        """Return the run of an objective and a seed, if it has been made."""
        return next((run for run in self.runs if (run.label, run.seed) == (label, seed)), None)

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
