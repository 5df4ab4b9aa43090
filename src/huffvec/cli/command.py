"""Commands: how they show their help and their errors, and what they know of other programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise, takewhile
from typing import Any, NoReturn

from typer.core import TyperCommand, TyperGroup

from huffvec.cli.declared import flag_with
from huffvec.cli.given import running
from huffvec.cli.help import print_help
from huffvec.cli.moved import check_moved
from huffvec.errors import ConfigError, HuffvecError, OptionName
from huffvec.other_names import flag_of, own_flag

_NO_BRACES = str.maketrans("", "", "{}")


class _Helpful:
    """How commands and groups of them show what they take."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help."""
        print_help(self, ctx)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what the line of usage says, without click's braces: WORD... for {WORD...}... ."""
        pieces: list[str] = super().collect_usage_pieces(ctx)  # type: ignore[misc]
        return [piece.translate(_NO_BRACES).replace("......", "...") for piece in pieces]


class Command(_Helpful, TyperCommand):
    """A command whose errors speak of its flags."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; no option is taken for the value of the one before it."""
        options = [one for one in self.params if one.param_type_name == "option"]
        flags = {flag for one in options for flag in one.opts if flag.startswith("--")}
        values = {
            flag: one.metavar or "a value"
            for one in options
            if not getattr(one, "is_flag", False)
            for flag in one.opts
        }
        for flag, value in pairwise(takewhile(lambda arg: arg != "--", args)):
            if flag in values and value in flags:
                ctx.fail(f"{flag} needs {values[flag]} behind it, found the option {value}.")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command, which can ask what was given."""
        with running(ctx):
            try:
                return super().invoke(ctx)
            except HuffvecError as error:
                exit_with(error, self.name_of)

    def name_of(self, name: OptionName) -> str:
        """Return what an option that an error speaks of is called by this command."""
        options = {one.name: one for one in self.params if one.param_type_name == "option"}
        own = options.get(name.option)
        if own is not None and own.secondary_opts and name.values == (False,):
            return own.secondary_opts[0]
        flags = {key: max(one.opts, key=len) for key, one in options.items()}
        flag = flags.get(name.option, flag_of(name.option))
        if flag not in flags.values():
            return name
        return flag_with(flag, name.values)


class Group(_Helpful, TyperGroup):
    """A group of commands."""


class TrainingCommand(Command):
    """A command that answers ``-size 200 -negative 15`` with what these are called here."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments."""
        own = {flag for parameter in self.params for flag in parameter.opts}
        check_moved(args, own)
        named = [arg.split("=")[0] for arg in takewhile(lambda arg: arg != "--", args)]
        meant = {flag: name for flag in named if (name := _meant(flag, own)) is not None}
        if meant:
            renamed = ", ".join(f"{flag} is {name}" for flag, name in meant.items())
            ctx.fail(f"Some options have another name here: {renamed}.")
        return super().parse_args(ctx, args)


def _meant(flag: str, own: set[str]) -> str | None:
    """Return what a flag that is not the command's own is called here, if anything."""
    if not flag.startswith("-") or flag in own:
        return None
    name = flag.lstrip("-")
    if len(name) > 1:  # -minCount is --min-count
        for other in own:
            if other.startswith("--") and _squeezed(other) == _squeezed(name):
                return other
    meant = own_flag(name)
    known = meant is not None and (meant.split()[0] in own or not meant.startswith("--"))
    return meant if known else None


def _squeezed(name: str) -> str:
    """Return a name without what programs write it differently by."""
    return name.replace("-", "").replace("_", "").lower()


def exit_with(error: HuffvecError, name_of: Callable[[OptionName], str] = str) -> NoReturn:
    """Say what an error says, options by their names on the command line, and exit.

    The code is 2 for options that cannot be used, else 1.
    """
    say_error(error.text(name_of))
    sys.exit(2 if isinstance(error, ConfigError) else 1)


def say_error(message: str) -> None:
    """Print an error to standard error, in red on a terminal."""
    from rich.console import Console
    from rich.text import Text

    text = Text.assemble(("Error: ", "bold red"), message)
    Console(stderr=True, soft_wrap=True).print(text)
