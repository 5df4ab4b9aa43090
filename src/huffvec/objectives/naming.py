"""Objectives as text: ``nce``, or ``negative-sampling:samples=10,share=2`` with options.

The same is understood by ``huffvec.train(data, "nce")``, ``huffvec train --objective`` and by
`huffvec.compare`, where several may follow one another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

from huffvec.checks import must_be
from huffvec.errors import ConfigError, OptionName, suggest
from huffvec.objectives.base import Objective
from huffvec.objectives.negative_sampling import NegativeSampling
from huffvec.objectives.registry import ALIASES, OBJECTIVES, by_name
from huffvec.objectives.renamed import check_renamed, with_new_names
from huffvec.options import Option, options_of, value_text
from huffvec.other_names import is_known_elsewhere
from huffvec.records import Options

AnyObjective: TypeAlias = Objective | type[Objective] | str


def as_objective(objective: object, *, for_labels: bool = False) -> Objective:
    """Return the objective that a name, a text with options, a class or an objective stands for.

    ``None`` stands for negative sampling with its defaults.

    Raises
    ------
    ConfigError
        If it is none of these, a name or an option is unknown, or a value cannot be used; or if it
        predicts sets of labels, and is not to be trained for labels.
    """
    found = _as_any_objective(objective)
    if not for_labels:
        check_for_words(type(found))
    return found


def check_for_words(cls: type[Objective]) -> None:
    """Raise ConfigError if an objective predicts sets of labels and no words."""
    if cls.for_labels:
        raise ConfigError(
            f"{cls.name} predicts the labels of texts, not words: huffvec.classify.train, or "
            f"huffvec classify train, takes it. For words there are {', '.join(OBJECTIVES)}."
        )


def _as_any_objective(objective: object) -> Objective:
    """Return an objective, be it for words or for labels."""
    if objective is None:
        return NegativeSampling()
    if isinstance(objective, Objective):
        return objective
    if isinstance(objective, type) and issubclass(objective, Objective):
        return objective()
    if not isinstance(objective, str):
        expected = "a name such as 'nce' or an objective such as huffvec.NCE()"
        raise must_be("objective", expected, objective)
    if len(parts := split_names(objective)) != 1:
        for name, _ in parts:
            by_name(name)
        raise must_be("objective", f"one of {', '.join(OBJECTIVES)}", objective)
    cls, options = parse_options(*parts[0])
    return cls(**options)


def changed_options(record: Options) -> dict[str, Any]:
    """Return the options of a record that are not its defaults, as JSON values."""
    defaults = type(record)().to_dict()
    given = record.to_dict().items()
    return {name: value for name, value in given if value != defaults.get(name)}


def text_of(objective: Objective, without: Collection[str] = ()) -> str:
    """Return the text that stands for an objective, but for some of its options."""
    changed = changed_options(objective).items()
    options = ",".join(f"{name}={value_text(v)}" for name, v in changed if name not in without)
    return f"{objective.name}:{options}" if options else objective.name


def split_names(text: str) -> list[tuple[str, list[str]]]:
    """Return the names in a text such as ``nce:log_z=0,blackout``, each with its options' texts.

    What is neither an option nor near an objective's name belongs to the value before it, where
    that can have commas: a number of a list (``adaptive-softmax:cutoffs=2000,10000,nce``), or the
    rest of a file's name.

    Raises
    ------
    ConfigError
        If an option comes before any objective.
    """
    names: list[tuple[str, list[str]]] = []
    for part in filter(str.strip, text.split(",")):
        name, mark, option = _cut(part)
        if mark == "=":
            if not names:
                raise ConfigError(
                    OptionName("objective"), f": the option {part!r} comes before any objective"
                )
            names[-1][1].append(part.strip())
        elif names and _may_go_on(*names[-1], name) and not _is_like_a_name(name):
            names[-1][1][-1] += f",{part}"
        else:
            names.append((name, [option] if option else []))
    return names


def _cut(part: str) -> tuple[str, str, str]:
    """Return what stands before a text's first colon or equals sign, the mark, and the rest."""
    mark = next((character for character in part if character in ":="), "")
    name, _, rest = part.partition(mark) if mark else (part, "", "")
    return name.strip(), mark, rest.strip()


def _may_go_on(name: str, texts: list[str], more: str) -> bool:
    """Return whether more may belong to the value of an objective's last option, by its kind.

    A number may, whatever the kind: where no list is taken, the error is then that of the option.
    """
    if not texts or more[:1].isdigit():
        return bool(texts)
    if (objective := name.lower().replace("_", "-")) not in {*OBJECTIVES, *ALIASES}:
        return True
    option = options_of(by_name(objective)).get(_cut(texts[-1])[0].replace("-", "_"))
    return option is None or option.item is not None or str in option.kinds


def _is_like_a_name(text: str) -> bool:
    return text in ALIASES or bool(suggest(text.lower().replace("_", "-"), OBJECTIVES))


def parse_options(
    name: str, texts: Iterable[str], more: Mapping[str, Option] | None = None
) -> tuple[type[Objective], dict[str, Any]]:
    """Return the class of an objective, and its options from texts such as ``samples=10``.

    Options in more are understood as well.

    Raises
    ------
    ConfigError
        If a name or an option is unknown.
    """
    cls = by_name(name)
    known = {**options_of(cls), **(more or {})}
    options: dict[str, Any] = {}
    for text in texts:
        option, equals, value = (part.strip() for part in text.partition("="))
        option = option.replace("-", "_")
        check_renamed([option])
        if not known:
            raise ConfigError(f"objective {name} has no options, not even {text!r}")
        if not equals or option not in known:
            raise ConfigError(
                f"objective {name} has the options {', '.join(known)}, to be written as "
                f"{name}:{next(iter(known))}=VALUE, not {text!r}.{suggest(option, known)}"
            )
        if option in options:
            raise ConfigError(f"objective {name} has {option} twice: leave one out")
        if known[option].item is not None and "/" in value:
            written = f"{option}={value.replace('/', ',')}"
            raise ConfigError(f"numbers of {option} have commas between them now: {written}")
        options[option] = known[option].parse(value)
    return cls, options


def check_none_of_objectives(names: Iterable[str]) -> None:
    """Raise ConfigError if a training option has the name of an objective's, of now or before.

    A name by which other programs call one of training's (``alpha``) is left to `TrainingConfig`.
    """
    for name in names:
        ((option, _),) = with_new_names({name: ""}).items()
        having = [cls.name for cls in OBJECTIVES.values() if option in options_of(cls)]
        if having and not is_known_elsewhere(name):
            raise ConfigError(
                f"{name} is an option of an objective: objective='{having[0]}:{option}=…'"
            )
