"""Commands that understand which option somebody who knows word2vec.c or fastText means."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from huffvec.cli.help import Command
from huffvec.other_names import own_flag


class TrainingCommand(Command):
    """A command that answers ``-size 200 -iter 15`` with what these are called here."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments."""
        own = {flag for parameter in self.params for flag in parameter.opts}
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
    if len(name) > 1 and f"--{name}" in own:
        return f"--{name}"
    meant = own_flag(name)
    known = meant is not None and (meant.split()[0] in own or not meant.startswith("--"))
    return meant if known else None
