"""What is asked to be searched: names of options, with ranges or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from huffvec.checks import must_be
from huffvec.comparison.candidates import Candidate
from huffvec.errors import ConfigError, OptionName, suggest
from huffvec.options import Option, options_of
from huffvec.tuning.choices import Searchable
from huffvec.tuning.search_space import (
    LEARNING_RATE,
    SAMPLES,
    Dimension,
    Settle,
    Space,
    applies,
)
from huffvec.tuning.trials import Trial

Ranges: TypeAlias = str | Sequence[str] | Mapping[str, Sequence[Any] | None]
_EXAMPLES = {LEARNING_RATE: "0.01..0.5", "subsample_threshold": "1e-5..1e-3", "dim": "50..300"}


def space_of(
    search: Ranges | None,
    searchable: Searchable,
    candidates: Sequence[Candidate],
    config: Any,
    settle: Settle,
    kind: type[Trial] = Trial,
) -> Space:
    """Return what is searched: what is asked for, or all that is not given.

    Parameters
    ----------
    search
        Names of options, with ranges if wanted (``"learning_rate,epochs=2..20"``), in a text, a
        list, or a dict of names and ranges. ``None``: all that can be and are not given.
    searchable
        What can be searched.
    candidates
        The objectives.
    config
        The options; those that were given are fixed.
    settle
        Settles the defaults that follow from other options.
    kind
        What trials are.

    Raises
    ------
    ConfigError
        If a name or a range cannot be used, an option is searched and given, or nothing is left.
    """
    choices = {one.name: one for one in searchable.choices}
    fixed = config.given
    if search is None:
        asked: dict[str, Any] = {
            name: None
            for name in searchable.names
            if name not in fixed and name not in searchable.if_asked
        }
    else:
        asked = _asked(search, searchable.names)
    for name in asked:
        if name in fixed:
            raise ConfigError(
                OptionName(name), f" is given and searched: leave it out, or search {name} not"
            )
    asked = {name: own for name, own in asked.items() if any(applies(name, c) for c in candidates)}
    chosen = [choices[name].among(own, config) for name, own in asked.items() if name in choices]
    dimensions = [
        _dimension(name, own, searchable) for name, own in asked.items() if name not in choices
    ]
    if not (dimensions or chosen or len(candidates) > 1):
        raise ConfigError(
            OptionName("search"),
            f": nothing is left to search; name some of {', '.join(searchable.names)}",
        )
    return Space(tuple(candidates), config, tuple(dimensions), tuple(chosen), settle, kind)


def with_if_asked(searchable: Searchable, *names: str) -> Searchable:
    """Return what can be searched, some more of it only if it is asked for."""
    return replace(searchable, if_asked=(*searchable.if_asked, *names))


def _asked(search: Ranges, known: Sequence[str]) -> dict[str, Any]:
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
        if name not in known:
            raise ConfigError(
                OptionName("search"),
                f": {name!r} cannot be searched; what can is {', '.join(known)}."
                f"{suggest(str(name), known)}",
            )
    return found


def _range(text: str) -> Any:
    """Return what a text such as ``2..20`` or ``cbow|skipgram`` stands for."""
    if ".." in text:
        return tuple(text.split(".."))
    return tuple(part.strip() for part in text.split("|")) if text.strip() else None


def _dimension(name: str, given: Any, searchable: Searchable) -> Dimension:
    if given is None:
        return Dimension(name, *searchable.factors[name])
    option = _option(name, searchable)
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


def _option(name: str, searchable: Searchable) -> Option:
    """Return how an option is declared that is searched."""
    if name != SAMPLES:
        return options_of(searchable.record)[name]
    return Option(name=SAMPLES, type=int, low=1, high=1_000_000)
