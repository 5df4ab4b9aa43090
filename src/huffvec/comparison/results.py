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
from huffvec.errors import ConfigError, FormatError
from huffvec.files import atomic_path

FILE_NAME = "results.json"
VERSION = 1
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

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> RunResult:
        """Return the run that ``asdict`` described."""
        memory = values["memory"]
        parts = {
            "nats": _number(values["nats"]),
            "curve": tuple(Moment(**(m | {"nats": _number(m["nats"])})) for m in values["curve"]),
            "scores": tuple(
                Score(**(s | {"value": _number(s["value"])})) for s in values["scores"]
            ),
            "memory": memory and Memory(**memory),
            "tree": values["tree"] and TreeDepth.from_dict(values["tree"]),
        }
        return cls(**(values | parts))


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
        text = json.dumps(_finite(values), indent=1)
        with atomic_path(folder / FILE_NAME) as temporary:
            temporary.write_text(text, "utf-8")


def load(folder: Path) -> Results:
    """Return the results in a folder.

    Raises
    ------
    FormatError
        If there are none, or the file is damaged or not of this version.
    """
    path = folder / FILE_NAME
    try:
        values = json.loads(path.read_bytes())
        if values["huffvec_comparison"] != VERSION:
            raise FormatError(f"{str(path)!r} was written by another version of huffvec.")
        return Results(
            settings=dict(values["settings"]),
            about=dict(values["about"]),
            labels=list(values["labels"]),
            costs={k: [Cost(**cost) for cost in v] for k, v in values["costs"].items()},
            runs=[RunResult.from_dict(run) for run in values["runs"]],
        )
    except OSError as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(
            f"{str(path)!r} is damaged or no comparison's ({type(error).__name__}: {error}). "
            "Delete it or give another folder."
        ) from error


def resume(folder: Path, settings: dict[str, Any], about: dict[str, Any]) -> Results:
    """Return the results in a folder to go on with, or new ones if there are none.

    Raises
    ------
    ConfigError
        If those there were found with other settings.
    FormatError
        If the file is damaged.
    """
    if not (folder / FILE_NAME).exists():
        return Results(settings, about)
    found = load(folder)
    wanted = json.loads(json.dumps(settings))
    other = [key for key in wanted if found.settings.get(key) != wanted[key]]
    if other:
        changes = "; ".join(f"{k}: {found.settings.get(k)!r}, now {wanted[k]!r}" for k in other)
        raise ConfigError(
            f"the comparison in {str(folder)!r} was made with other settings ({changes}). Give "
            f"another folder with --output, or delete {FILE_NAME} in it."
        )
    return found


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _finite(value: Any) -> Any:
    """Return JSON values with None in place of numbers that JSON does not have."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
