"""Objectives as text: ``nce``, or ``negative-sampling:samples=10,share=2`` with options.

The same is understood by ``huffvec.train(data, "nce")``, ``huffvec train --objective`` and by
`huffvec.compare`, where several may follow one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import Field, fields
from typing import Any, TypeAlias

from huffvec.errors import ConfigError, suggest
from huffvec.objectives.base import Objective
from huffvec.objectives.negative_sampling import NegativeSampling
from huffvec.objectives.registry import OBJECTIVES, by_name
from huffvec.objectives.renamed import check_renamed

AnyObjective: TypeAlias = "Objective | type[Objective] | str"

_NUMBER = re.compile(r"[-+.\d][-+.\de]*")
_WORDS = {"none": None, "true": True, "false": False}


def as_objective(objective: object) -> Objective:
    """Return the objective that a name, a text with options, a class or an objective stands for.

    ``None`` stands for negative sampling with its defaults.

    Raises
    ------
    ConfigError
        If it is none of these, a name or an option is unknown, or a value cannot be used.
    """
    if objective is None:
        return NegativeSampling()
    if isinstance(objective, Objective):
        return objective
    if isinstance(objective, type) and issubclass(objective, Objective):
        return objective()
    if not isinstance(objective, str):
        raise ConfigError(
            "objective must be a name such as 'nce' or an objective such as huffvec.NCE(), not "
            f"{objective!r:.80}"
        )
    if len(parts := split_names(objective)) != 1:
        raise ConfigError(
            f"objective must be one of {', '.join(OBJECTIVES)}, not {objective!r:.80}"
        )
    cls, options = parse_options(*parts[0])
    return with_options(cls, options)


def split_names(text: str) -> list[tuple[str, list[str]]]:
    """Return the names in a text such as ``nce:log_z=0,blackout``, each with its options' texts.

    A number alone belongs to the list before it: ``adaptive-softmax:cutoffs=2000,10000,nce``.

    Raises
    ------
    ConfigError
        If an option comes before any objective.
    """
    names: list[tuple[str, list[str]]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, colon, option = part.partition(":")
        if not colon and "=" in name:
            if not names:
                raise ConfigError(f"objective: the option {part!r} comes before any objective")
            names[-1][1].append(name)
        elif names and names[-1][1] and _NUMBER.fullmatch(part):
            names[-1][1][-1] += f",{part}"
        else:
            names.append((name.strip(), [option] if option else []))
    return names


def parse_options(
    name: str, texts: Iterable[str], more: tuple[str, ...] = ()
) -> tuple[type[Objective], dict[str, Any]]:
    """Return the class of an objective, and its options from texts such as ``samples=10``.

    Options in more, whose values are numbers, are understood as well.

    Raises
    ------
    ConfigError
        If a name or an option is unknown.
    """
    cls = by_name(name)
    known: dict[str, Field[Any]] = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    options: dict[str, Any] = {}
    for text in texts:
        option, equals, value = (part.strip() for part in text.partition("="))
        option = option.replace("-", "_")
        names = (*known, *more)
        check_renamed([option])
        if not names:
            raise ConfigError(f"objective {name} has no options, not even {text!r}")
        if not equals or option not in names:
            raise ConfigError(
                f"objective {name} has the options {', '.join(names)}, to be written as "
                f"{name}:{names[0]}=VALUE, not {text!r}.{suggest(option, names)}"
            )
        options[option] = _value(value, str(known[option].type) if option in known else "float")
    return cls, options


def with_options(cls: type[Objective], options: dict[str, Any]) -> Objective:
    """Return the objective of a class with options from a text.

    Raises
    ------
    ConfigError
        If a value cannot be used.
    """
    try:
        return cls(**options)
    except TypeError as error:
        raise ConfigError(
            f"objective {cls.name}: an option has a value that cannot be used: {error}"
        ) from None


def _value(text: str, annotation: str) -> Any:
    """Return what an option's text stands for; the objective itself checks it."""
    if annotation.startswith("str"):
        return text
    if "tuple" in annotation or "Sequence" in annotation:
        if text.lower() == "none":
            return None
        return tuple(_value(part, "") for part in text.split(","))
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def option_text(value: Any) -> str:
    """Return an option's value as text that is read as that value again."""
    if isinstance(value, (tuple, list)):
        return ",".join(map(option_text, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
