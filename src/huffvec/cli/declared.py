"""The options of commands, made of the fields that declare them (:mod:`huffvec.options`).

A command names the records whose options it takes, and has an argument of the type `Given`, in
whose place they stand in the command's help::

    @takes(TrainingConfig, some(InputOptions, without=("vocab_memory",)))
    def train(files: TextFiles, given: Given, quiet: Quiet = False) -> None:
        config = TrainingConfig.of(**given[TrainingConfig])
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_origin

import typer

from huffvec.options import Option, options_of, value_text
from huffvec.other_names import flag_of
from huffvec.records import Options


class Given(dict[type, dict[str, Any]]):
    """What was given on the command line: by record, the options' names and values."""


@dataclass(frozen=True)
class Some:
    """Options of a record that a command takes, see `some`."""

    record: type[Options]
    options: Mapping[str, Option]
    defaults: Mapping[str, Any]


def some(
    record: type[Options],
    *names: str,
    without: Collection[str] = (),
    panel: str | None = None,
    defaults: Mapping[str, Any] | None = None,
    helps: Mapping[str, str] | None = None,
    when_none: str | None = None,
) -> Some:
    """Return options of a record, as a command takes them.

    Parameters
    ----------
    record
        The record that declares them.
    names
        Which of them, in the help's order; all if there are none.
    without
        Those that are not taken.
    panel
        The heading that all of them stand under in the help.
    defaults
        Defaults of the command that are not the record's: what is not given has these values.
    helps
        What the help says of some of them in place of what is declared.
    when_none
        What the help says of the defaults of them all in place of what is declared.
    """
    declared = options_of(record)
    options = {name: declared[name] for name in names or declared if name not in without}
    defaults, helps = defaults or {}, helps or {}
    everywhere: dict[str, Any] = {} if panel is None else {"panel": panel}
    if when_none is not None:
        everywhere |= {"default": None, "when_none": when_none}
    for name, own in options.items():
        changes = {"help": helps.get(name, own.help), "default": defaults.get(name, own.default)}
        options[name] = replace(own, **changes | everywhere)
    return Some(record, options, defaults)


def takes(*records: type[Options] | Some) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a command the options of records.

    Options that several records have in common are one on the command line, which stands in the
    help as the first of them declares it.
    """
    taken = [part if isinstance(part, Some) else some(part) for part in records]
    options = {name: own for part in reversed(taken) for name, own in part.options.items()}
    options = {name: options[name] for part in taken for name in part.options}

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function, eval_str=True)
        own = list(signature.parameters.values())
        place = [parameter.annotation for parameter in own].index(Given)
        name = own[place].name
        own[place : place + 1] = [_parameter(option) for option in options.values()]

        @wraps(function)
        def command(**values: Any) -> None:
            texts = {key: values.pop(key) for key in options}
            function(**values, **{name: _given(taken, texts)})

        own = [parameter.replace(kind=parameter.KEYWORD_ONLY) for parameter in own]
        vars(command).update(__signature__=signature.replace(parameters=own), taken=tuple(taken))
        command.__annotations__ = {parameter.name: parameter.annotation for parameter in own}
        return command

    return decorate


def _given(taken: Iterable[Some], texts: Mapping[str, Any]) -> Given:
    """Return what was given for each record, or has a default of the command."""
    given = Given()
    for part in taken:
        own = given.setdefault(part.record, {})
        for name, option in part.options.items():
            if texts[name] is not None:
                own[name] = _parsed(option, texts[name])
            elif name in part.defaults:
                own[name] = part.defaults[name]
    return given


def _parsed(option: Option, text: Any) -> Any:
    """Return the value that was given."""
    if isinstance(text, bool):
        return text
    is_file = any(get_origin(kind) is os.PathLike for kind in option.kinds)
    return Path(text) if is_file else option.parse(text)


def _parameter(option: Option) -> inspect.Parameter:
    """Return the parameter that stands for an option, in the form that typer reads."""
    is_switch = bool in option.kinds
    names = flag_of(option.name)
    if is_switch and option.when_none:  # whatever that is, both can be asked for
        names += f"/--no-{names.removeprefix('--')}"
    information = typer.Option(
        names,
        metavar=option.metavar or "|".join(option.choices) or None,
        rich_help_panel=option.panel or None,
        show_default=with_flags(option.default_text) or False,
        help=help_of(option),
        autocompletion=_completion(option.choices) if option.choices else None,
    )
    kind: Any = bool if is_switch else str
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, information],
    )


def _completion(words: Collection[str]) -> Callable[[str], list[str]]:
    """Return what tells shells the words that begin so."""
    return lambda incomplete: [word for word in words if word.startswith(incomplete)]


def help_of(option: Option) -> str:
    """Return what the help says of an option, with the flags of others."""
    text = with_flags(option.help)
    if option.only_for:
        name, *values = option.only_for
        text += f" Only with {flag_with(flag_of(name), values[:1])}."
    return text


def with_flags(text: str) -> str:
    """Return a text with the flags of the options that stand in it as {min_count}."""
    return re.sub(r"\{(\w+)=?([^}]*)\}", lambda m: f"{flag_of(m[1])} {m[2]}".rstrip(), text)


def flag_with(flag: str, values: Iterable[Any]) -> str:
    """Return a flag with the value that it is given, if it is given one."""
    return " ".join([flag, *(value_text(value) for value in values if value is not True)])
