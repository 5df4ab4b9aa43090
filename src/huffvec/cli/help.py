"""How ``--help`` looks: options in two columns that fit any terminal, the same for all commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from typer.core import TyperGroup

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

NAMES_WIDTH = 28  # columns for names; longer ones have a line of their own
MAX_WIDTH = 100  # longer lines are hard to read


def panel_of(parameter: Any) -> str:
    """Return the heading that a parameter stands under in the help and in the documentation."""
    kind = "Arguments" if parameter.param_type_name == "argument" else "Options"
    return getattr(parameter, "rich_help_panel", None) or kind


def names_of(parameter: Any) -> str:
    """Return a parameter's names as they are typed, with the kind of value it takes."""
    metavar = parameter.metavar or ""
    if parameter.param_type_name == "argument":
        return metavar or str(parameter.name).upper()
    short = [name for name in parameter.opts if not name.startswith("--")]
    long = [name for name in parameter.opts if name.startswith("--")]
    both = ", ".join([*short, *long, *parameter.secondary_opts])
    return both if getattr(parameter, "is_flag", False) or not metavar else f"{both} {metavar}"


def print_help(command: Any, ctx: Any) -> None:
    """Print the help of a command or of a group of commands."""
    from rich.console import Console, Group
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    console.width = min(console.width, MAX_WIDTH)
    usage = " ".join(command.collect_usage_pieces(ctx))
    console.print(Text.assemble("\n", ("Usage: ", "bold"), ctx.command_path, " ", usage, "\n"))
    text = _paragraphs(command.help or "")
    console.print(Padding(Group(*text), (0, 2), expand=False))
    for heading, rows in _panels(command, ctx).items():
        console.print(Text(f"\n{heading}", style="bold"))
        _print_rows(console, rows)
    if command.epilog:
        console.print(Padding(Text.from_markup(command.epilog), (1, 2, 0, 2), expand=False))


def _paragraphs(text: str) -> Iterable[RenderableType]:
    """Yield the paragraphs of a docstring, each without the line breaks of the source."""
    from rich.text import Text

    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ""
        yield Text.from_markup(" ".join(paragraph.split()))


def _panels(command: Any, ctx: Any) -> dict[str, list[tuple[str, str]]]:
    """Return what there is to explain, by heading: names and markup."""
    panels: dict[str, list[tuple[str, str]]] = {}
    for parameter in command.get_params(ctx):
        if not getattr(parameter, "hidden", False):
            row = (names_of(parameter), _help(parameter))
            panels.setdefault(panel_of(parameter), []).append(row)
    for name in command.list_commands(ctx) if isinstance(command, TyperGroup) else ():
        inner: Any = command.get_command(ctx, name)
        row = (name, _short(inner.help or ""))
        panels.setdefault(getattr(inner, "rich_help_panel", None) or "Commands", []).append(row)
    return panels


def _short(text: str) -> str:
    """Return the first paragraph of a help text as one sentence without a full stop."""
    return " ".join(text.strip().split("\n\n")[0].split()).removesuffix(".")


def _help(parameter: Any) -> str:
    """Return what a parameter's help says, in markup, with its default."""
    text = parameter.help or ""
    shows_default = getattr(parameter, "show_default", True)
    default = parameter.default
    if isinstance(shows_default, str):
        text += f" [dim]\\[default: {shows_default}][/dim]"
    elif shows_default and default is not None and default is not False:
        text += f" [dim]\\[default: {default}][/dim]"
    return text.strip()


def _print_rows(console: Console, rows: Sequence[tuple[str, str]]) -> None:
    """Print names beside their explanations, or above where they are long."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    width = min(NAMES_WIDTH, max(len(names) for names, _ in rows))
    for names, text in rows:
        fits = len(names) <= width
        if not fits:
            console.print(Padding(Text(names, style="cyan"), (0, 2), expand=False))
        row = Table.grid(padding=(0, 2))
        row.add_column(width=width)
        row.add_column()
        row.add_row(Text(names if fits else "", style="cyan"), Text.from_markup(text))
        console.print(Padding(row, (0, 2), expand=False))
