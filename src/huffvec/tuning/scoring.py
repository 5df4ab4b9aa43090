"""What a model's score is: held-out loss, questions with answers, or a function."""

from __future__ import annotations

import importlib.util
import math
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, ClassVar

from huffvec.checks import must_be
from huffvec.comparison.evidence import ANALOGIES, LOSS, SIMILARITY, Quality
from huffvec.errors import ConfigError, HuffvecError, OptionName
from huffvec.evaluation.heldout import evaluate_encoded
from huffvec.evaluation.pairs import read_pairs
from huffvec.evaluation.questions import read_analogies
from huffvec.files.reading import check_readable

if TYPE_CHECKING:
    from huffvec.comparison.split import Split
    from huffvec.model import Model

HELD_OUT, PAIRS, ANALOGIES_NAME = "held-out", "pairs", "analogies"
NAMES = (HELD_OUT, PAIRS, ANALOGIES_NAME)


class Scorer(ABC):
    """Gives models scores.

    Attributes
    ----------
    name
        What it is called in logs.
    unit
        What a score is, for people.
    higher_is_better
        Whether a greater score is better.
    quality
        Which differences are noise.
    needs_split
        Whether a part of the text must be held out.
    """

    name: str
    unit: str
    higher_is_better: ClassVar[bool] = True
    quality: Quality
    needs_split: ClassVar[bool] = False

    @abstractmethod
    def scores(self, model: Any, *, while_training: bool = False) -> dict[str, float]:
        """Return the scores by test; less exact ones, if that is faster, while training."""

    def score(self, scores: dict[str, float]) -> float:
        """Return the one score that all are; nan if there is none."""
        return fmean(scores.values()) if scores else math.nan

    def is_better(self, one: float, other: float) -> bool:
        """Return whether a score is better than another; one that is nan is not."""
        if math.isnan(other):
            return not math.isnan(one)
        return one > other if self.higher_is_better else one < other

    def text(self, score: float) -> str:
        """Return a score for people."""
        return f"{score:.4g}"


class HeldOut(Scorer):
    """The loss of a part of the text that is held out (`huffvec.evaluation.heldout`)."""

    name, unit = HELD_OUT, "held-out loss in nats per target (lower is better)"
    higher_is_better = False
    quality = LOSS
    needs_split = True
    split: Split

    def scores(self, model: Model, *, while_training: bool = False) -> dict[str, float]:
        """Return the loss, while training that of a sample."""
        text = self.split.sample if while_training else self.split.heldout
        return {HELD_OUT: evaluate_encoded(model, text).nats}

    def text(self, score: float) -> str:
        """Return a loss."""
        return f"{score:.3f}"


class Questions(Scorer):
    """The mean over files of pairs and analogies, of 100 (`huffvec.evaluation`)."""

    def __init__(self, pairs: list[Path], analogies: list[Path]) -> None:
        self._pairs, self._analogies = pairs, analogies
        for path in pairs:
            read_pairs(path)
        for path in analogies:
            read_analogies(path)
        kinds = [kind for kind, files in ((PAIRS, pairs), (ANALOGIES_NAME, analogies)) if files]
        self.name = "+".join(kinds)
        names = ", ".join(path.name for path in (*pairs, *analogies))
        mean = "mean of " if len(pairs) + len(analogies) > 1 else ""
        self.unit = f"{mean}{names}, of 100 (higher is better)"
        self.quality = SIMILARITY if pairs else ANALOGIES

    def scores(self, model: Model, *, while_training: bool = False) -> dict[str, float]:
        """Return the score in each file."""
        found = model.vectors.evaluate(pairs=self._pairs, analogies=self._analogies)
        scores = {one.name: 100 * one.spearman for one in found.pairs}
        return scores | {one.total.name: 100 * one.total.accuracy for one in found.analogies}

    def text(self, score: float) -> str:
        """Return a score of 100."""
        return f"{score:.1f}"


class Function(Scorer):
    """What a function says of a model; more is better."""

    quality = Quality("score", lambda _: None, "{:.4g}".format, one_seed=math.inf, least=0.0)

    def __init__(self, function: Callable[[Model], float], name: str) -> None:
        self._function, self.name = function, name
        self.unit = f"{name} (higher is better)"

    def scores(self, model: Model, *, while_training: bool = False) -> dict[str, float]:
        """Return what the function does.

        Raises
        ------
        ConfigError
            If it raises, or returns something else than a number.
        """
        try:
            score: Any = self._function(model)
        except (Exception, SystemExit) as error:
            if isinstance(error, HuffvecError):
                raise
            raise ConfigError(
                OptionName("score"), f": {self.name} raised {type(error).__name__}: {error}"
            ) from error
        try:
            return {self.name: float(score)}
        except (TypeError, ValueError, OverflowError):
            raise ConfigError(
                OptionName("score"), f": {self.name} must return a number, not {score!r:.80}"
            ) from None


def scorer_of(
    score: str | Callable[[Model], float] | None, pairs: list[Path], analogies: list[Path]
) -> Scorer:
    """Return what scores models.

    Parameters
    ----------
    score
        One of `NAMES`, ``FILE.py:FUNCTION``, or a function. ``None``: by all files that are given,
        or by the held-out loss if none is.
    pairs, analogies
        Files of questions.

    Raises
    ------
    ConfigError
        If it is none of these, or files are missing or not used.
    FormatError
        If a file cannot be read.
    """
    if callable(score):
        return Function(score, getattr(score, "__name__", type(score).__name__))
    if score is None:
        return Questions(pairs, analogies) if pairs or analogies else HeldOut()
    if not isinstance(score, str):
        raise must_be("score", "a text or a function", score)
    if score == HELD_OUT:
        return HeldOut()
    if score in (PAIRS, ANALOGIES_NAME):
        files = pairs if score == PAIRS else analogies
        if not files:
            raise ConfigError(OptionName("score", score), " needs ", OptionName(score))
        return Questions(files, []) if score == PAIRS else Questions([], files)
    if ":" in score:
        return _function_in(score)
    raise must_be("score", f"one of {', '.join(NAMES)}, or FILE.py:FUNCTION", score)


def _function_in(score: str) -> Function:
    """Return a function of a file, which is run as Python runs modules."""
    file, _, name = score.rpartition(":")
    path = check_readable(file)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise must_be("score", "a file of Python (.py) and a function in it", score)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise ConfigError(
            OptionName("score"), f": {os.fspath(path)!r} raised {type(error).__name__}: {error}"
        ) from error
    function = getattr(module, name, None)
    if not callable(function):
        raise ConfigError(OptionName("score"), f": there is no function {name!r} in {file!r}")
    return Function(function, f"{path.name}:{name}")
