"""``huffvec objectives``: the ways to predict words, and the options of each."""

from __future__ import annotations

import re
import sys
from itertools import starmap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huffvec.architectures import ARCHITECTURES
from huffvec.cli.common import AsJson, objective_names, show_next
from huffvec.cli.output import Fact, Field, print_facts, print_json, print_rows
from huffvec.options import Option, options_of, value_text

if TYPE_CHECKING:
    from huffvec.objectives import Objective


def objectives(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            show_default=False,
            autocompletion=objective_names,
            help="Show the options of this objective.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the objectives, or the options of one.

    What --objective of [bold]train[/bold] and [bold]classify train[/bold] takes: a name, or a name
    with options.

    [dim]huffvec train corpus.txt --objective nce:samples=20[/dim]
    """
    from huffvec.objectives import LABEL_OBJECTIVES, OBJECTIVES, by_name

    if name is not None:
        _show_one(by_name(name), as_json=as_json)
        return
    fields = [Field("objective"), Field("cost per target"), Field("take it for")]
    rows = [(cls.name, cls.cost, cls.use) for cls in OBJECTIVES.values()]
    rows += [
        (cls.name, cls.cost, f"{cls.use} (of huffvec classify)")
        for cls in LABEL_OBJECTIVES.values()
    ]
    print_rows(fields, rows, as_json=as_json)
    if not as_json:
        show_next(["objectives", "nce"])


def _show_one(cls: type[Objective], *, as_json: bool) -> None:
    """Print the options of an objective, and a command that gives it some."""
    declared = options_of(cls).values()
    options = [_described(option) for option in declared]
    factors = {name: cls.rate_factor(name) for name in ARCHITECTURES}
    if as_json:
        about = {"cost": cls.cost, "use": cls.use, "learning_rate_factors": factors}
        print_json({"objective": cls.name, **about, "options": options})
        return
    if sys.stdout.isatty():
        facts = [("objective", cls.name), ("cost per target", cls.cost), ("take it for", cls.use)]
        times = ", ".join(f"{factor:g} ({name})" for name, factor in factors.items())
        facts.append(("learning rate", f"by default times {times}"))
        print_facts([*starmap(Fact, facts), *([] if options else [Fact("options", "none")])])
    if options or not sys.stdout.isatty():
        fields = [Field(name) for name in ("option", "default", "values", "meaning")]
        print_rows(fields, [tuple(option.values()) for option in options])
    given = (
        f":{own.name}={value_text(own.default)}" for own in declared if own.default is not None
    )
    train = ["classify", "train", "examples.txt"] if cls.for_labels else ["train", "corpus.txt"]
    show_next([*train, "--objective", cls.name + next(given, "")])


def _described(option: Option) -> dict[str, Any]:
    """Return what people may want to know of an option."""
    meaning = re.sub(r"[{}]", "", option.help)
    if option.only_for:
        name, *values = option.only_for
        meaning += f" Only with {'='.join([name, *map(value_text, values[:1])])}."
    return {
        "option": option.name,
        "default": option.default_text,
        "values": option.range_text.replace("`", ""),
        "meaning": meaning,
    }
