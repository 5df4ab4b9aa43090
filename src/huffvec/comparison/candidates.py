"""What is compared: objectives with their options, and how they are written.

``nce`` is an objective with its defaults, ``negative-sampling:negatives=10`` one with an option,
``negative-sampling:negatives=10,share=2,nce`` two objectives, the first with two options: a part
with ``=`` belongs to the objective before it. ``all`` stands for every objective there is.
``learning_rate`` may be given like an option, for objectives that need another one than the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import Field, dataclass, fields
from typing import Any

from huffvec.errors import ConfigError, suggest
from huffvec.objectives import OBJECTIVES, Objective, by_name

ALL = "all"
LEARNING_RATE = "learning_rate"
_WORDS = {"none": None, "true": True, "false": False}


@dataclass(frozen=True)
class Candidate:
    """An objective with its options, as it is compared.

    Attributes
    ----------
    objective
        How words are predicted.
    learning_rate
        Its own learning rate at the start; ``None``: that of the comparison.
    """

    objective: Objective
    learning_rate: float | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The options that are not the objective's defaults, as JSON values."""
        defaults = type(self.objective)().to_dict()
        given = self.objective.to_dict().items()
        options = {name: value for name, value in given if value != defaults.get(name)}
        return options | ({LEARNING_RATE: self.learning_rate} if self.learning_rate else {})

    @property
    def label(self) -> str:
        """The name, with the options that are not defaults: what it is called everywhere."""
        options = ",".join(f"{name}={_text(value)}" for name, value in self.options.items())
        return f"{self.objective.name}:{options}" if options else self.objective.name


def candidates_of(objectives: str | Objective | Sequence[str | Objective]) -> list[Candidate]:
    """Return the candidates that names, texts with options or objectives stand for.

    Raises
    ------
    ConfigError
        If a name or an option is unknown, a value cannot be used, or two candidates are the same.
    """
    given = [objectives] if isinstance(objectives, (str, Objective)) else list(objectives)
    found: list[Candidate] = []
    for one in given:
        found += [Candidate(one)] if isinstance(one, Objective) else _parse(one)
    if not found:
        raise ConfigError(f"objectives: name at least one of {', '.join((ALL, *OBJECTIVES))}")
    labels = [candidate.label for candidate in found]
    for label in labels:
        if labels.count(label) > 1:
            raise ConfigError(f"objectives: {label} is named twice; name it once")
    for candidate in found:
        candidate.objective.check_files()
    return found


def _parse(text: str) -> list[Candidate]:
    """Return the candidates of a text such as ``negative-sampling:negatives=10,nce``."""
    specs: list[tuple[str, list[str]]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, colon, option = part.partition(":")
        if not colon and "=" in name:
            if not specs:
                raise ConfigError(f"objectives: the option {part!r} comes before any objective")
            specs[-1][1].append(name)
        else:
            specs.append((name.strip(), [option] if option else []))
    found: list[Candidate] = []
    for name, options in specs:
        if name == ALL and not options:
            found += [Candidate(cls()) for cls in OBJECTIVES.values()]
        else:
            found.append(_candidate(name, options))
    return found


def _candidate(name: str, texts: Iterable[str]) -> Candidate:
    """Return the objective called name with options such as ``negatives=10``."""
    cls = by_name(name)
    known: dict[str, Field[Any]] = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    options: dict[str, Any] = {}
    for text in texts:
        option, equals, value = (part.strip() for part in text.partition("="))
        option = option.replace("-", "_")
        if not equals or not (option in known or option == LEARNING_RATE):
            names = (*known, LEARNING_RATE)
            raise ConfigError(
                f"objectives: {name} has the options {', '.join(names)}, to be written as "
                f"{name}:{names[0]}=VALUE, not {text!r}.{suggest(option, names)}"
            )
        options[option] = _value(value, str(known[option].type) if option in known else "float")
    learning_rate = options.pop(LEARNING_RATE, None)
    if learning_rate is not None and not isinstance(learning_rate, (int, float)):
        raise ConfigError(f"learning_rate must be a number, not {learning_rate!r}")
    try:
        return Candidate(cls(**options), learning_rate)
    except TypeError as error:
        raise ConfigError(f"{name}: an option has a value that cannot be used: {error}") from None


def _value(text: str, annotation: str) -> Any:
    """Return what an option's text stands for; the objective itself checks it."""
    if annotation.startswith("str"):
        return text
    if "tuple" in annotation or "Sequence" in annotation:
        return tuple(_value(part, "") for part in text.split("/"))
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _text(value: Any) -> str:
    """Return a value as `_value` reads it."""
    if isinstance(value, (tuple, list)):
        return "/".join(map(_text, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
