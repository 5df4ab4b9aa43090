"""What is asked to be searched: names of options, with ranges or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from huffvec.checks import check_choice, must_be
from huffvec.comparison.candidates import Candidate
from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError, OptionName, suggest
from huffvec.options import Option, options_of
from huffvec.tuning.search_space import (
    ARCHITECTURE,
    FACTORS,
    LEARNING_RATE,
    SAMPLES,
    SEARCHABLE,
    Dimension,
    Space,
    applies,
)

Ranges: TypeAlias = str | Sequence[str] | Mapping[str, Sequence[Any] | None]
_EXAMPLES = {LEARNING_RATE: "0.01..0.5", "subsample_threshold": "1e-5..1e-3", "dim": "50..300"}


def space_of(
    search: Ranges | None,
    candidates: Sequence[Candidate],
    config: TrainingConfig,
    left_out: Sequence[str] = (),
    mean_count: float = 1.0,
) -> Space:
    """Return what is searched: what is asked for, or all that is not given.

    Parameters
    ----------
    search
        Names of options, with ranges if wanted (``"learning_rate,epochs=2..20"``), in a text, a
        list, or a dict of names and ranges. ``None``: all of `FACTORS` that are not given.
    candidates
        The objectives.
    config
        The options; those that were given are fixed.
    left_out
        What is searched only if it is asked for.
    mean_count
        How often a word occurs on the average, for the default learning rates.

    Raises
    ------
    ConfigError
        If a name or a range cannot be used, an option is searched and given, or nothing is left.
    """
    fixed = config.given
    if search is None:
        asked: dict[str, Any] = {
            name: None for name in FACTORS if name not in fixed and name not in left_out
        }
    else:
        asked = _asked(search)
    for name in asked:
        if name in fixed:
            raise ConfigError(
                OptionName(name), f" is given and searched: leave it out, or search {name} not"
            )
    asked = {name: own for name, own in asked.items() if any(applies(name, c) for c in candidates)}
    architectures = _architectures(asked.pop(ARCHITECTURE, ()), config)
    dimensions = [_dimension(name, own) for name, own in asked.items()]
    if not (dimensions or architectures or len(candidates) > 1):
        raise ConfigError(
            OptionName("search"),
            f": nothing is left to search; name some of {', '.join(SEARCHABLE)}",
        )
    return Space(tuple(candidates), config, tuple(dimensions), architectures, mean_count)


def _asked(search: Ranges) -> dict[str, Any]:
    """Return the names that are asked for, and their ranges or ``None``."""
    if isinstance(search, Mapping):
        found = dict(search)
    else:
        texts = search.split(",") if isinstance(search, str) else search
        if not isinstance(texts, Sequence):
            raise must_be("search", "names of options, with ranges or without", search)
        parts = [str(text).partition("=") for text in texts]
        found = {name.strip().replace("-", "_"): _range(own) for name, _, own in parts}
    for name in found:
        if name not in SEARCHABLE:
            raise ConfigError(
                OptionName("search"),
                f": {name!r} cannot be searched; what can is {', '.join(SEARCHABLE)}."
                f"{suggest(str(name), SEARCHABLE)}",
            )
    return found


def _range(text: str) -> Any:
    """Return what a text such as ``2..20`` or ``cbow|skipgram`` stands for."""
    if ".." in text:
        return tuple(text.split(".."))
    return tuple(part.strip() for part in text.split("|")) if text.strip() else None


def _architectures(given: Sequence[str] | None, config: TrainingConfig) -> tuple[str, ...]:
    """Return those to search, the default one first; ``None`` stands for all there are."""
    choices = options_of(TrainingConfig)[ARCHITECTURE].choices
    asked = [
        check_choice(ARCHITECTURE, one, choices) for one in (choices if given is None else given)
    ]
    return tuple(sorted(asked, key=lambda name: name != config.architecture))


def _dimension(name: str, given: Any) -> Dimension:
    if given is None:
        return Dimension(name, *FACTORS[name])
    option = _option(name)
    try:
        low, high = (float(value) for value in given)
        for value in (low, high):
            option.check(round(value) if int in option.kinds else value)
    except (TypeError, ValueError, OverflowError):
        low, high = 1.0, 0.0
    if not low < high:
        example = f"{name}={_EXAMPLES.get(name, '2..20')}"
        expected = f"a range of {name} from the least to the greatest, such as {example}"
        raise must_be("search", expected, given)
    return Dimension(name, low, high, is_factor=False)


def _option(name: str) -> Option:
    """Return how an option is declared that is searched."""
    if name != SAMPLES:
        return options_of(TrainingConfig)[name]
    return Option(name=SAMPLES, type=int, low=1, high=1_000_000)
