"""mkdocs hook: puts lists into the pages that are made from the code, so that they cannot go stale.

A line ``<!-- options: train -->`` in a page becomes the tables of ``huffvec train --help``, and
``<!-- objectives -->`` those of the options of all objectives. ``<!-- reference: objectives -->``
and ``<!-- reference: layers -->`` become what the docstrings say of each, and
``<!-- learning rates -->`` tables of the rates by default.
"""

from __future__ import annotations

import re
from typing import Any

import typer.main

from huffvec import learning_rates as rule
from huffvec.architectures import ARCHITECTURES
from huffvec.architectures.base import Architecture
from huffvec.cli import app
from huffvec.objectives import LABEL_OBJECTIVES, OBJECTIVES
from huffvec.options import options_of
from huffvec.records import table

_PLACE = re.compile(r"<!-- options: ([\w -]+?) -->")
_MARKUP = re.compile(r"\[/?(?:bold|dim|italic)\]")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the places in a page; a command that does not exist stops the build."""
    markdown = markdown.replace("<!-- objectives -->", _objectives())
    names = [cls.__name__ for cls in (OBJECTIVES | LABEL_OBJECTIVES).values()]
    objectives = (f"::: huffvec.{name}\n    options:\n      members: false\n" for name in names)
    markdown = markdown.replace("<!-- reference: objectives -->", "\n".join(objectives))
    layers = (f"::: huffvec.torch.{name}\n" for name in names)
    markdown = markdown.replace("<!-- reference: layers -->", "\n".join(layers))
    markdown = markdown.replace("<!-- learning rates -->", _learning_rates())
    return _PLACE.sub(lambda match: _tables(_command(match[1])), markdown)


def _command(name: str) -> Any:
    """Return a command, or one of a group: ``classify train``."""
    command: Any = typer.main.get_command(app)
    for part in name.split():
        command = vars(command)["commands"][part]
    return command


def _objectives() -> str:
    """Return the options of all objectives as Markdown tables."""
    return "\n".join(
        f"**{name}**: {cls.use}. A step costs {cls.cost}.\n\n"
        + (table(cls) if options_of(cls) else "It has no options.\n")
        for name, cls in (OBJECTIVES | LABEL_OBJECTIVES).items()
    )


def _learning_rates() -> str:
    """Return the rates by architecture and uses of a word, and the objectives' factors."""
    names = ("REFERENCE_USES", "LEAST", "LEAST_OF_DOCUMENTS", "MOST", "END_SHARE")
    numbers = ", ".join(f"``{name}`` is {getattr(rule, name):,}" for name in names)
    right = " | ".join("---:" for _ in ARCHITECTURES)
    rows = [
        f"| uses of a word (dbow: of a document) | {' | '.join(ARCHITECTURES)} |",
        f"| ---: | {right} |",
    ]
    for uses in (100, 300, 1_000, 3_000, 10_000):
        cells = " | ".join(f"{_rate(own, uses):.3g}" for own in ARCHITECTURES.values())
        rows.append(f"| {uses:,} | {cells} |")
    factors = [f"| factor | {' | '.join(ARCHITECTURES)} |", f"| --- | {right} |"]
    for name, cls in OBJECTIVES.items():
        cells = " | ".join(f"{cls.rate_factor(architecture):g}" for architecture in ARCHITECTURES)
        factors.append(f"| `{name}` | {cells} |")
    return "\n\n".join([f"{numbers}.", "\n".join(rows), "\n".join(factors)])


def _rate(own: Architecture, uses: int) -> float:
    return own.learning_rate * rule.uses_factor(uses, has_documents=own.has_documents)


def _tables(command: Any) -> str:
    """Return the options of a command as Markdown tables, one a panel of its help."""
    panels: dict[str, list[str]] = {}
    for parameter in command.params:
        if parameter.name != "help":
            panel = "Arguments" if parameter.param_type_name == "argument" else "Options"
            panel = getattr(parameter, "rich_help_panel", None) or panel
            panels.setdefault(panel, []).append(_row(parameter))
    head = "| | default | |\n| --- | --- | --- |\n"
    return "\n\n".join(f"**{name}**\n\n{head}{''.join(rows)}" for name, rows in panels.items())


def _row(parameter: Any) -> str:
    metavar = (parameter.metavar or "").replace("|", r"\|")
    if parameter.param_type_name == "argument":
        name = f"`{metavar or parameter.name.upper()}`"
    else:
        flags = [*parameter.opts, *parameter.secondary_opts]
        name = ", ".join(f"`{flag}`" for flag in flags)
        name += f" {metavar}" if metavar and not getattr(parameter, "is_flag", False) else ""
    help_text = parameter.help or ""
    shown = getattr(parameter, "show_default", True)
    if isinstance(shown, str):  # a value, or words about it
        default = shown if " " in shown else f"`{shown}`"
    elif parameter.required:
        default = "required"
    else:
        missing = parameter.default is None or parameter.default is False
        default = "" if missing else f"`{parameter.default}`"
    text = _MARKUP.sub("", help_text).strip().replace("|", r"\|").replace("<", "&lt;")
    text = text.replace("__", r"\_\_")  # no bold type
    return f"| {name} | {default} | {text} |\n"
